/** The shape of names: how their words are joined, whatever marks stand before and behind them. */

export type NameShape = "camel" | "pascal" | "snake" | "screaming" | "kebab";

/** What several attributes call the shapes. */
export const NAME_SHAPES: Readonly<Record<NameShape, string>> = {
  camel: "camelCase",
  pascal: "PascalCase",
  snake: "snake_case",
  screaming: "SCREAMING_CASE",
  kebab: "kebab-case",
};

/**
 * The shape of a name, without underscores at its ends. Undefined where it shows none: a single lowercase word fits
 * most of them, a single letter all, and `Foo_Bar` none.
 */
export function nameShape(name: string): NameShape | undefined {
  const bare = name.replace(/^[_#$@]+|[_?!]+$/g, "");
  if (bare.length < 2) return undefined;
  if (/^[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*$/.test(bare)) return "screaming";
  if (/^[a-z][a-z0-9]*(?:_[a-z0-9]+)+$/.test(bare)) return "snake";
  if (/^[a-z][a-z0-9]*(?:-[a-z0-9]+)+$/.test(bare)) return "kebab";
  if (/^[a-z][A-Za-z0-9]*$/.test(bare)) return /[A-Z]/.test(bare) ? "camel" : undefined;
  return /^[A-Z][A-Za-z0-9]*$/.test(bare) ? "pascal" : undefined;
}

/** Whether letters like `URL` and `ID` stand in a name of mixed case as a whole or like a word; undefined without any. */
export function acronymShape(name: string): "upper" | "word" | undefined {
  const upper = UPPER_ACRONYM.test(name);
  const word = WORD_ACRONYM.test(name);
  if (upper === word || !/[a-z]/.test(name) || /[_-]/.test(name.replace(/^_+|_+$/g, ""))) return undefined;
  return upper ? "upper" : "word";
}

const ACRONYMS =
  "Id|Url|Uri|Http|Https|Json|Xml|Html|Css|Api|Sql|Uuid|Ip|Tcp|Udp|Tls|Ssl|Db|Io|Ui|Cpu|Gpu|Ttl|Utf|Ascii";
const UPPER_ACRONYM = new RegExp(`(?:^|[a-z0-9])(?:${ACRONYMS.toUpperCase()})s?(?=[A-Z][a-z]|[^a-zA-Z]|$)`);
const WORD_ACRONYM = new RegExp(`(?:^|[a-z0-9])(?:${ACRONYMS})s?(?=[A-Z]|[^a-zA-Z]|$)`);

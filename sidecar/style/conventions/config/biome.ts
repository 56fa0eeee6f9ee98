/** Biome: the formatter's options and some rules of `biome.json`, with overrides by glob. */
import { globMatcher } from "../../export/editorconfig-file.ts";
import { isList, memberAt, membersOf, parseLiteral, wordOf, type Literal } from "./literal.ts";
import {
  byDefault,
  choose,
  ConfigError,
  indentSettings,
  oneOf,
  override,
  widthSettings,
  written,
  type Setting,
  type Settings,
} from "./prior.ts";

const OTHERS = new Set("css json jsonc graphql html".split(" "));

export function biomeSettings(text: string): Settings {
  const config = parseLiteral(text);
  if (typeof config !== "object" || config === null || isList(config)) throw new ConfigError("it is no object");
  const overrides = memberAt(config, "overrides");
  return ({ path, language, languageId }) => {
    if (language !== "typescript" && !OTHERS.has(languageId)) return [];
    const kind = language === "typescript" ? "javascript" : languageId.replace(/c$/, "");
    const layers = [config, ...(isList(overrides) ? overrides : []).filter((entry) => isFor(entry, path))];
    const isOff = layers.some((layer) => memberAt(layer, "formatter.enabled") === false);
    const format = isOff ? [] : [defaults(language), ...layers.map((layer) => formatSettings(layer, kind, language))];
    return override(...format, ...(language === "typescript" ? layers.map(ruleSettings) : []));
  };
}

/** What it extends. */
export function biomeBases(text: string): string[] {
  const bases = memberAt(parseLiteral(text), "extends");
  return [bases].flat().filter((base) => typeof base === "string");
}

/** An override names its files by "includes" (2.0) or "include"; "!" takes away again. */
function isFor(entry: Literal, path: string): boolean {
  const globs = memberAt(entry, "includes") ?? memberAt(entry, "include");
  let applies = false;
  for (const glob of isList(globs) ? globs : []) {
    if (typeof glob !== "string") continue;
    if (glob.startsWith("!")) applies &&= !globMatcher(glob.slice(1))(path);
    else applies ||= globMatcher(glob)(path);
  }
  return applies;
}

function defaults(language: string): Setting[] {
  const layout = [byDefault("indent", "tab"), byDefault("line-width", "80")];
  if (language !== "typescript") return layout;
  return [
    ...layout,
    byDefault("semicolons", "always"),
    byDefault("quotes", "double"),
    byDefault("jsx-quotes", "double"),
    byDefault("trailing-commas", "always"),
    byDefault("trailing-commas-calls", "always"),
    byDefault("spaces-in-braces", "spaced"),
    byDefault("arrow-parens", "always"),
    byDefault("brace-style", "same-line"),
    byDefault("else-placement", "same-line"),
  ];
}

function formatSettings(config: Literal, kind: string, language: string): Setting[] {
  const general = membersOf(memberAt(config, "formatter"));
  const own = membersOf(memberAt(config, `${kind}.formatter`));
  const options = { ...general, ...own };
  const usesTabs = options["indentStyle"] === "tab" ? true : options["indentStyle"] === "space" ? false : undefined;
  // Spaces without a number are two.
  const size = options["indentWidth"] ?? options["indentSize"] ?? (usesTabs === false ? 2 : undefined);
  const layout = [
    ...(usesTabs === undefined ? [] : indentSettings(usesTabs, size)),
    ...widthSettings(options["lineWidth"]),
  ];
  if (language !== "typescript") return layout;
  const commas = options["trailingCommas"] ?? options["trailingComma"];
  return [
    ...layout,
    ...oneOf("semicolons", options["semicolons"], { always: "always", asNeeded: "never" }),
    ...oneOf("quotes", options["quoteStyle"], { single: "single", double: "double" }),
    ...oneOf("jsx-quotes", options["jsxQuoteStyle"], { single: "single", double: "double" }),
    ...oneOf("trailing-commas", commas, { all: "always", es5: "always", none: "never" }),
    ...oneOf("trailing-commas-calls", commas, { all: "always", es5: "never", none: "never" }),
    ...oneOf("arrow-parens", options["arrowParentheses"], { always: "always", asNeeded: "omitted" }),
    ...choose("spaces-in-braces", options["bracketSpacing"], "spaced", "tight"),
  ];
}

/** Rules that ask for one of the values of a convention, wherever they are grouped. */
const RULES: Readonly<Record<string, readonly [attribute: string, value: string]>> = {
  useTemplate: ["string-building", "template"],
  useNodejsImportProtocol: ["node-imports", "prefix"],
  useArrowFunction: ["callback-form", "arrow"],
  noUselessElse: ["else-after-return", "omitted"],
  useBlockStatements: ["braces-single", "always"],
  useForOf: ["loop-form", "for-of"],
  noForEach: ["loop-form", "for-of"],
  noDoubleEquals: ["equality", "strict"],
  noDefaultExport: ["export-form", "named"],
  useOptionalChain: ["optional-chaining", "chain"],
};

function ruleSettings(config: Literal): Setting[] {
  const rules = membersOf(memberAt(config, "linter.rules"));
  return Object.values(rules).flatMap((group) =>
    Object.entries(membersOf(group)).flatMap(([name, value]) => {
      const found = Object.hasOwn(RULES, name) ? RULES[name] : undefined;
      const level = typeof value === "object" ? memberAt(value, "level") : value;
      return found && /^(?:on|error|warn|info)$/.test(wordOf(level)) ? [written(...found)] : [];
    }),
  );
}

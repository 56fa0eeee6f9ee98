/** Words and cases of names: `maxLineLength` is "max line length" in camel case. */
import { capitalize } from "../../../text/capitalize.ts";

export type NameCase = "camelCase" | "PascalCase" | "snake_case" | "UPPER_CASE" | "_camelCase" | "_snake_case";

/** Undefined for names that could be of several cases. */
export function caseOf(name: string): NameCase | undefined {
  if (/^[a-z]+\d*(?:[A-Z][a-z\d]*)+$/.test(name)) return "camelCase";
  if (/^[a-z\d]+(?:_[a-z\d]+)+$/.test(name)) return "snake_case";
  if (/^[A-Z\d]+(?:_[A-Z\d]+)+$/.test(name)) return "UPPER_CASE";
  if (/^(?:[A-Z][a-z\d]+){2,}$/.test(name)) return "PascalCase";
  if (/^_[a-z]+\d*(?:[A-Z][a-z\d]*)*$/.test(name)) return "_camelCase";
  return /^_[a-z\d]+(?:_[a-z\d]+)+$/.test(name) ? "_snake_case" : undefined;
}

/** From which case to which, if nothing else differs. */
export function caseChange(
  before: string,
  after: string,
): { readonly from: NameCase; readonly to: NameCase } | undefined {
  const from = caseOf(before);
  const to = caseOf(after);
  if (!from || !to || from === to) return undefined;
  return inCase(before, to) === after ? { from, to } : undefined;
}

/** The name in another case. */
export function inCase(name: string, wanted: NameCase): string {
  const words = wordsOf(name).map((word) => word.toLowerCase());
  const camel = words.map((word, at) => (at === 0 ? word : capitalize(word))).join("");
  switch (wanted) {
    case "camelCase":
      return camel;
    case "_camelCase":
      return `_${camel}`;
    case "PascalCase":
      return words.map(capitalize).join("");
    case "snake_case":
      return words.join("_");
    case "_snake_case":
      return `_${words.join("_")}`;
    case "UPPER_CASE":
      return words.join("_").toUpperCase();
  }
}

const WORD = /[A-Z]+(?![a-z])\d*|[A-Z]?[a-z]+\d*|\d+/g;

/** Words as they are written. */
export function wordsOf(name: string): string[] {
  return name.match(WORD) ?? [];
}

/** The one word that differs. */
export function wordChange(before: string, after: string): { readonly from: string; readonly to: string } | undefined {
  for (const word of new Set(wordsOf(before).map((one) => one.toLowerCase()))) {
    const at = wordsOf(before).findIndex((one) => one.toLowerCase() === word);
    const rest = wordsOf(before).length - 1;
    const others = wordsOf(after);
    const length = others.length - rest;
    if (length < 1 || length > 2) continue;
    const to = others
      .slice(at, at + length)
      .join(" ")
      .toLowerCase();
    if (to !== word && replaceWord(before, word, to) === after) return { from: word, to };
  }
  return undefined;
}

/** Every such word, in the case of the one it stands for. */
export function replaceWord(name: string, from: string, to: string): string {
  return name.replaceAll(WORD, (word, offset: number) => {
    if (word.toLowerCase() !== from) return word;
    const words = to.split(" ");
    if (word.length > 1 && word === word.toUpperCase()) return words.join("_").toUpperCase();
    const isSnake = name.includes("_");
    const starts = /^[A-Z]/.test(word) && (offset > 0 || /^[A-Z]/.test(name));
    return words
      .map((one, at) => (at === 0 ? (starts ? capitalize(one) : one) : isSnake ? `_${one}` : capitalize(one)))
      .join("");
  });
}

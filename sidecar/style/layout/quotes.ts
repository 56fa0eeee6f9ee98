/** Quote marks of strings, where the text inside leaves a choice. */
import { type SyntaxTree, textOf } from "../../code/syntax.ts";
import { ChoiceKeys } from "./choice-keys.ts";

export interface QuotedString {
  readonly prefix: string;
  /** `"`, `'`, or three of them. */
  readonly quote: string;
  readonly content: string;
}

/** Languages in which both marks make the same string. */
const FREE: ReadonlySet<string> = new Set(["typescript", "tsx", "javascript", "python", "ruby", "php", "css"]);
const QUOTED = /^([A-Za-z]{0,2})("""|'''|"|')([^]*)\2$/;

/** A string as mark and content; undefined where it is no string, or its language leaves no choice. */
export function readString(tree: SyntaxTree, leaf: number): QuotedString | undefined {
  if (!FREE.has(tree.grammar) || !tree.types[leaf]!.includes("string")) return undefined;
  const match = QUOTED.exec(textOf(tree, leaf));
  if (!match) return undefined;
  const [, prefix, quote, content] = match;
  // A single one that ends in an escaped mark, or two strings taken for one.
  if (quote!.length === 1 && hasUnescaped(content!, quote!)) return undefined;
  return { prefix: prefix!, quote: quote!, content: content! };
}

/** What the choice of mark depends on, from general to particular. */
export function quoteKeys(tree: SyntaxTree, leaf: number, string: QuotedString): ChoiceKeys {
  const parent = tree.types[tree.parents[leaf]!] ?? "";
  const length = string.quote.length;
  const inside = /["']/.test(string.content) ? (string.content.includes('"') ? "double" : "single") : "none";
  const general = `quote${length}|${inside}`;
  const particular = `${general}|${parent}`;
  let keys = keysByLast.get(particular);
  if (!keys) keysByLast.set(particular, (keys = ChoiceKeys.of([general, particular])));
  return keys;
}

/** As many as a grammar has types of nodes. */
const keysByLast = new Map<string, ChoiceKeys>();

/** The string with another mark of the same length, its escapes put right; undefined where that cannot be. */
export function requote({ prefix, quote, content }: QuotedString, wanted: string): string | undefined {
  if (wanted.length !== quote.length || wanted === quote) return undefined;
  if (quote.length === 3)
    return content.includes(wanted) || content.endsWith(wanted[0]!) ? undefined : prefix + wanted + content + wanted;
  // Raw strings know no escapes, and marks inside braces of a format string are code.
  if (/[rR]/.test(prefix) && /["'\\]/.test(content)) return undefined;
  if (/[fF]/.test(prefix) && /["']/.test(content)) return undefined;
  const plain = content.replace(new RegExp(`\\\\${quote}`, "g"), quote);
  const escaped = plain.replace(/\\[^]|["']/g, (found) => (found === wanted ? `\\${wanted}` : found));
  return prefix + wanted + escaped + wanted;
}

function hasUnescaped(content: string, quote: string): boolean {
  return content.replace(/\\[^]/g, "").includes(quote);
}

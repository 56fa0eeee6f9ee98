/**
 * What a formatter made of a suggestion. It is given the least of the document that parses by itself (snippet.ts), and
 * its answer is cut again where the suggestion's first and last tokens have gone.
 */
import { indentOf } from "../code/indent.ts";
import { languageById } from "../code/languages.ts";
import { type Parse, textOf } from "../code/syntax.ts";
import { type Gaps, readGaps } from "./layout/gaps.ts";
import { alignSolids } from "./layout/learn.ts";
import { parseSnippet, type Snippet, surroundingsOf } from "./snippet.ts";
import { isCutOff } from "./tails.ts";

/** A suggestion in as much of its document as a formatter needs to lay it out. */
export interface Excerpt extends Snippet {
  readonly languageId: string;
}

/** What became of a suggestion in the hands of a formatter. */
export type FormattedPart =
  /** It is this now, behind what the formatter has before it. */
  | { readonly kind: "same place"; readonly prefix: string; readonly text: string }
  /** It stands elsewhere than in the document: its layout says nothing of that place. */
  | { readonly kind: "another place" }
  /** It begins or ends otherwise, with other parentheses, say, or has other names and literals. */
  | { readonly kind: "other code" }
  /** It is not there, or no code any more. */
  | { readonly kind: "lost" };

/** Undefined where a formatter would not see what decides the layout: the text is cut off, or does not parse. */
export function excerptOf(parse: Parse, languageId: string, prefix: string, text: string): Excerpt | undefined {
  // After a comma nothing more need come.
  if (text.trim() === "" || isCutOff(text.replace(/,\s*$/, ""), languageId)) return undefined;
  const snippet = parseSnippet(parse, surroundingsOf(prefix, languageId), text);
  return snippet?.tree.errors === 0 ? { ...snippet, languageId } : undefined;
}

/** Finds the suggestion in what became of its excerpt. */
export function formattedPart(parse: Parse, excerpt: Excerpt, formatted: string): FormattedPart {
  const grammar = languageById(excerpt.languageId)?.grammar;
  const tree = grammar && parse(grammar, formatted);
  if (!tree || tree.errors > 0) return { kind: "lost" };
  const [before, after] = [readGaps(excerpt.tree), readGaps(tree)];
  const [first, last] = tokensOf(excerpt, before);
  const pairs = new Map(alignSolids(before, after).filter(([index]) => index >= first && index <= last));
  if (pairs.size * 2 <= last + 1 - first) return { kind: "lost" };
  const [from, to] = [pairs.get(first), pairs.get(last)];
  if (from === undefined || to === undefined) return { kind: "other code" };
  const counterparts = new Set(pairs.values());
  const isSame =
    wordsIn(before, first, last).every((index) => pairs.has(index)) &&
    wordsIn(after, from, to).every((index) => counterparts.has(index));
  if (!isSame) return { kind: "other code" };

  const above = formatted.slice(0, tree.starts[after.solids[from]!]);
  const offeredAbove = excerpt.tree.text.slice(0, excerpt.start);
  const offered = excerpt.tree.text.slice(excerpt.start, excerpt.end);
  const linePrefix = lastLine(offeredAbove);
  const isOnOwnLine = linePrefix.trim() === "";
  const [line, offeredLine] = [lastCode(above), lastCode(offeredAbove)];
  const isMoved =
    beginsLine(before, first) !== beginsLine(after, from) ||
    (isOnOwnLine ? indentOf(line) !== indentOf(offeredLine) : line !== offeredLine);
  if (isMoved) return { kind: "another place" };

  const behindCode = /^\s/.test(offered) ? above.trimEnd().length : above.length;
  const behindIndent = above.length - lastLine(above).slice(linePrefix.length).length;
  const start = isOnOwnLine ? behindIndent : behindCode;
  // A comma or line end behind it was no matter for the formatter: what follows them is not there yet.
  const [rest] = /,?\s*$/.exec(offered)!;
  const text = formatted.slice(start, endOf(after, to)) + rest;
  return { kind: "same place", prefix: formatted.slice(0, start), text };
}

/** The first and the last token of the suggestion, as indexes of solids. */
function tokensOf({ tree, start, end }: Snippet, { solids }: Gaps): [first: number, last: number] {
  const isInside = (leaf: number): boolean => tree.starts[leaf]! >= start && tree.ends[leaf]! <= end;
  return [solids.findIndex(isInside), solids.findLastIndex(isInside)];
}

/** Names, literals and keywords among solids: no formatter adds or takes one, as it does with parentheses. */
function wordsIn({ tree, solids }: Gaps, from: number, to: number): number[] {
  const words: number[] = [];
  for (let index = from; index <= to; index++) if (/^[\w$"'`]/.test(textOf(tree, solids[index]!))) words.push(index);
  return words;
}

function beginsLine({ gaps }: Gaps, solid: number): boolean {
  return solid === 0 || gaps[solid]!.breaks > 0;
}

/** Behind a token, and the semicolon that belongs to it. */
function endOf({ tree, solids, gaps }: Gaps, solid: number): number {
  const end = tree.ends[solids[solid]!]!;
  return gaps[solid + 1]!.mark === ";" ? tree.text.indexOf(";", end) + 1 : end;
}

/** The line of the last token. */
function lastCode(text: string): string {
  return lastLine(text.trimEnd());
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}

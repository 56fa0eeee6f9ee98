/**
 * What a formatter made of a suggestion. It is given the least of the document that parses by itself (snippet.ts), and
 * its answer is cut again where the suggestion's first and last tokens have gone.
 */
import { languageById } from "../code/languages.ts";
import type { Parse } from "../code/syntax.ts";
import { type Gaps, readGaps } from "./layout/gaps.ts";
import { alignSolids } from "./layout/learn.ts";
import { parseSnippet, type Snippet, surroundingsOf } from "./snippet.ts";
import { isCutOff } from "./tails.ts";

/** A suggestion in as much of its document as a formatter needs to lay it out. */
export interface Excerpt extends Snippet {
  readonly languageId: string;
}

/** A suggestion as the formatter has it, behind what the formatter has before it. */
export interface FormattedPart {
  readonly prefix: string;
  readonly text: string;
}

/** Undefined where a formatter would not see what decides the layout: the text is cut off, or does not parse. */
export function excerptOf(parse: Parse, languageId: string, prefix: string, text: string): Excerpt | undefined {
  if (text.trim() === "" || isCutOff(text, languageId)) return undefined;
  const snippet = parseSnippet(parse, surroundingsOf(prefix, languageId), text);
  return snippet?.tree.errors === 0 ? { ...snippet, languageId } : undefined;
}

/**
 * The suggestion in what became of the excerpt. Undefined where its first line does not begin as it did: then it stands
 * in another place there, and its layout is that of the other place.
 */
export function formattedPart(parse: Parse, excerpt: Excerpt, formatted: string): FormattedPart | undefined {
  const grammar = languageById(excerpt.languageId)?.grammar;
  const tree = grammar && parse(grammar, formatted);
  if (!tree || tree.errors > 0) return undefined;
  const before = readGaps(excerpt.tree);
  const after = readGaps(tree);
  const [first, last] = tokensOf(excerpt, before);
  const counterparts = new Map(alignSolids(before, after));
  const [from, to] = [counterparts.get(first), counterparts.get(last)];
  if (from === undefined || to === undefined || beginsLine(before, first) !== beginsLine(after, from)) return undefined;

  const linePrefix = lastLine(excerpt.tree.text.slice(0, excerpt.start));
  const above = formatted.slice(0, tree.starts[after.solids[from]!]);
  const code = above.trimEnd();
  let start: number;
  if (linePrefix.trim() === "") start = above.length - lastLine(above).slice(linePrefix.length).length;
  else if (lastLine(code).trim() !== linePrefix.trim()) return undefined;
  else start = /^\s/.test(excerpt.tree.text.slice(excerpt.start)) ? code.length : above.length;
  // A comma or line end behind it was no matter for the formatter: what follows them is not there yet.
  const [rest] = /,?\s*$/.exec(excerpt.tree.text.slice(0, excerpt.end))!;
  return { prefix: formatted.slice(0, start), text: formatted.slice(start, endOf(after, to)) + rest };
}

/** The first and the last token of the suggestion, as indexes of solids. */
function tokensOf({ tree, start, end }: Snippet, { solids }: Gaps): [first: number, last: number] {
  const isInside = (leaf: number): boolean => tree.starts[leaf]! >= start && tree.ends[leaf]! <= end;
  return [solids.findIndex(isInside), solids.findLastIndex(isInside)];
}

function beginsLine({ gaps }: Gaps, solid: number): boolean {
  return solid === 0 || gaps[solid]!.breaks > 0;
}

/** Behind a token, and the semicolon that belongs to it. */
function endOf({ tree, solids, gaps }: Gaps, solid: number): number {
  const end = tree.ends[solids[solid]!]!;
  return gaps[solid + 1]!.mark === ";" ? tree.text.indexOf(";", end) + 1 : end;
}

function lastLine(text: string): string {
  return text.slice(text.lastIndexOf("\n") + 1);
}

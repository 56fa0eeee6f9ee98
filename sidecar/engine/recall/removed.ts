/**
 * What was just taken out of the document: the lines that its saved text has at the cursor and that stand there no more.
 * They are likely to come back, as they were or in another form: somebody rewrites them, or has cut them to move them.
 */
import type { Candidate } from "./candidate.ts";
import { cutToWholeLines, indentationAt, trimLineBreaks } from "./copier.ts";
import type { Corpus, Span } from "./corpus.ts";
import { extendHash, hashLine } from "./line-hash.ts";
import { continuesPartial, type Place } from "./place.ts";
import { BOUNDARY, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

/** Tokens behind the cursor that find its place in the saved text. */
const ANCHOR_TOKENS = 24;
/** Lines that are looked at on either side: of what is there, and of what is there no more. */
const LINES_ABOVE = 60;
const REMOVED_LINES_MAX = 40;
const CANDIDATES_MAX = 4;
/** With the lines behind the first. */
const TOKENS_MAX = 120;

/** `saved`: the document as it was saved, in the corpus of its project. */
export function removedLines(corpus: Corpus, saved: Span, place: Place, vocabulary: Vocabulary): Candidate[] {
  const found = removedAt(corpus, saved, place);
  if (!found) return [];
  const typed = place.keys.subarray(place.lineStart);
  return found.lines
    .map(({ start, end }, order) => ({ start: start + typed.length, end, distance: Math.abs(order - found.rewritten) }))
    .filter(
      ({ start, end }) =>
        end > start &&
        typed.every((key, index) => corpus.key(start - typed.length + index) === key) &&
        continuesPartial(corpus.key(start), place, vocabulary),
    )
    .sort((a, b) => a.distance - b.distance)
    .slice(0, CANDIDATES_MAX)
    .map(({ start, end, distance }) => ({
      proposer: "removed" as const,
      values: valuesFrom(corpus, start, end, found.lines.at(-1)!.end),
      sourceIndentation: indentationAt(corpus, start, vocabulary),
      probability: 1 / (2 + distance),
      matchLength: typed.length,
      support: 1,
      source: "what stood here",
      exampleIds: [],
    }));
}

/** The line that ends at `end`, and the removed ones behind it, as far as they are whole. */
function valuesFrom(corpus: Corpus, start: number, end: number, last: number): readonly number[] {
  const values = Array.from({ length: Math.min(last - start, Math.max(end - start, TOKENS_MAX)) }, (_, index) =>
    corpus.value(start + index),
  );
  if (start + values.length < last) cutToWholeLines(values);
  return trimLineBreaks(values);
}

interface Removed {
  readonly lines: readonly Line[];
  /** Lines that were written in their place already. */
  readonly rewritten: number;
}
interface Line {
  readonly start: number;
  readonly end: number;
}

function removedAt(corpus: Corpus, saved: Span, place: Place): Removed | undefined {
  const above = linesAbove(place);
  for (const anchor of anchorsOf(corpus, saved, place)) {
    const lines: Line[] = [];
    let end = anchor;
    while (end > saved.start && lines.length <= REMOVED_LINES_MAX) {
      // The line break before `end` closes the line above.
      const close = end - 1;
      let start = close;
      while (start > saved.start && corpus.key(start - 1) !== LINE_BREAK) start--;
      let hash = 0;
      for (let at = start; at < close; at++) hash = extendHash(hash, corpus.key(at));
      const at = above.get(hash);
      if (at !== undefined) return lines.length === 0 ? undefined : { lines: lines.reverse(), rewritten: at };
      if (close > start) lines.push({ start, end: close });
      end = start;
    }
    if (end <= saved.start && lines.length > 0) return { lines: lines.reverse(), rewritten: above.size };
  }
  return undefined;
}

/** Starts of lines in the saved text that begin as what stands behind the cursor does. */
function anchorsOf(corpus: Corpus, saved: Span, place: Place): number[] {
  const behind = place.behind;
  let from = 0;
  while (from < behind.length && keyOf(behind[from]!) === LINE_BREAK) from++;
  const length = Math.min(ANCHOR_TOKENS, behind.length - from);
  const end = saved.start + saved.length;
  if (length === 0) return [end + 1];
  const anchors: number[] = [];
  for (let at = saved.start; at + length <= end && anchors.length < 4; at++) {
    if (at > saved.start && corpus.key(at - 1) !== LINE_BREAK) continue;
    let same = 0;
    while (same < length && corpus.key(at + same) === keyOf(behind[from + same]!)) same++;
    if (same === length) anchors.push(at);
  }
  return anchors;
}

/** Lines above the cursor by their hash, and how many stand below each. */
function linesAbove({ keys, lineStart }: Place): Map<number, number> {
  const lines = new Map<number, number>();
  let end = lineStart - 1;
  for (let count = 0; end > 1 && count < LINES_ABOVE; count++) {
    let start = end;
    while (start > 0 && keys[start - 1] !== LINE_BREAK && keys[start - 1] !== BOUNDARY) start--;
    const hash = hashLine(keys, start, end);
    if (end > start && !lines.has(hash)) lines.set(hash, count);
    end = start - 1;
  }
  return lines;
}

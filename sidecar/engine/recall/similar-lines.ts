/**
 * Copying by resemblance: find the place whose last lines share the most words with the lines at the cursor (Jaccard)
 * and offer the lines that come next there. Finds what the suffix copier cannot: places that are alike but not equal.
 */
import type { Candidate } from "./candidate.ts";
import type { Corpus, Span } from "./corpus.ts";
import { cutToWholeLines, indentationAt, trimLineBreaks } from "./copier.ts";
import { continuesPartial, type Place } from "./place.ts";
import { BOUNDARY, isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

/** Lines above the cursor that are compared, and the words taken from them. */
const WINDOW_LINES = 6;
const WORDS_MAX = 48;
/** The rarest words of the window lead to candidate places; so many words, and so many places for each. */
const RARE_WORDS = 8;
const PLACES_PER_WORD = 32;
const PLACES_COMPARED = 16;
const JACCARD_MIN = 0.3;
const LINES_MAX = 6;
const TOKENS_MAX = 120;
const CANDIDATES_MAX = 3;

/** How often a word occurs, to find the rare ones. */
export type WordCount = (key: number) => number;

interface Window {
  readonly words: ReadonlySet<number>;
  /** Distance of each word's line above the cursor's line (0: the same line), nearest occurrence. */
  readonly distance: ReadonlyMap<number, number>;
}

export function similarLines(
  corpus: Corpus,
  place: Place,
  vocabulary: Vocabulary,
  wordCount: WordCount,
  options: { readonly multiLine: boolean; readonly skip: Span | undefined },
): Candidate[] {
  const window = windowBefore(place);
  if (window.words.size < 3) return [];
  const starts = alignedLineStarts(corpus, window, wordCount, options.skip);
  const found: { readonly at: number; readonly jaccard: number }[] = [];
  for (const start of starts) {
    const at = startsLikePlace(corpus, start, place, vocabulary);
    if (at === undefined || !continuesPartial(corpus.key(at), place, vocabulary)) continue;
    const jaccard = jaccardOf(window.words, corpus, at);
    if (jaccard >= JACCARD_MIN) found.push({ at, jaccard });
  }
  return found
    .sort((a, b) => b.jaccard - a.jaccard)
    .slice(0, CANDIDATES_MAX)
    .flatMap(({ at, jaccard }) => {
      const values = linesFrom(corpus, at, options.multiLine ? LINES_MAX : 1);
      if (values.length === 0) return [];
      return [
        {
          proposer: "similar" as const,
          values,
          sourceIndentation: indentationAt(corpus, at, vocabulary),
          probability: jaccard,
          matchLength: place.keys.length - place.lineStart,
          support: 1,
          source: corpus.nameAt(at),
          exampleIds: [],
          origin: { corpus, at },
        },
      ];
    });
}

/** Words of the lines above the cursor and of the line itself. */
function windowBefore(place: Place): Window {
  const distance = new Map<number, number>();
  let line = 0;
  for (let at = place.keys.length - 1; at > 0 && line <= WINDOW_LINES && distance.size < WORDS_MAX; at--) {
    const key = place.keys[at]!;
    if (key === LINE_BREAK) line++;
    else if (key > LINE_BREAK && !distance.has(key)) distance.set(key, line);
  }
  return { words: new Set(distance.keys()), distance };
}

/** Line starts that would be the cursor's line if the places of the window's rare words were aligned; most votes first. */
function alignedLineStarts(corpus: Corpus, window: Window, wordCount: WordCount, skip: Span | undefined): number[] {
  const rare = [...window.words]
    .map((key) => ({ key, count: wordCount(key) }))
    .filter((word) => word.count > 0)
    .sort((a, b) => a.count - b.count)
    .slice(0, RARE_WORDS);
  const votes = new Map<number, number>();
  const one = [0];
  for (const { key, count } of rare) {
    one[0] = key;
    const weight = 1 / Math.log2(count + 2);
    for (const match of corpus.matches(one, 1, 1, PLACES_PER_WORD, skip)) {
      const start = lineStartBelow(corpus, match.next - 1, window.distance.get(key)!);
      if (start !== undefined) votes.set(start, (votes.get(start) ?? 0) + weight);
    }
  }
  return [...votes.entries()]
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, PLACES_COMPARED)
    .map(([start]) => start);
}

/** First token of the line `lines` below the line of `at`. */
function lineStartBelow(corpus: Corpus, at: number, lines: number): number | undefined {
  if (lines === 0) {
    let start = at;
    while (start > 0 && corpus.key(start - 1) > LINE_BREAK) start--;
    return start;
  }
  let left = lines;
  for (let next = at + 1; next - at < 400; next++) {
    const key = corpus.key(next);
    if (key === BOUNDARY) return undefined;
    if (key === LINE_BREAK && --left === 0) return next + 1;
  }
  return undefined;
}

/**
 * Where the line at `start` goes on after as many tokens as were typed on the cursor's line; undefined where they differ
 * in more than a few words. The token before the cursor must be the same: it ties the two places together.
 */
function startsLikePlace(corpus: Corpus, start: number, place: Place, vocabulary: Vocabulary): number | undefined {
  const { keys, lineStart } = place;
  const length = keys.length - lineStart;
  let differing = 0;
  for (let index = 0; index < length; index++) {
    const [there, here] = [corpus.key(start + index), keys[lineStart + index]!];
    if (there === here) continue;
    if (there <= LINE_BREAK || index === length - 1) return undefined;
    if (!isWord(vocabulary.word(there)) || !isWord(vocabulary.word(here))) return undefined;
    if (++differing > Math.max(1, length / 3)) return undefined;
  }
  const at = start + length;
  return corpus.key(at) > LINE_BREAK ? at : undefined;
}

function isWord(text: string): boolean {
  return /^[\p{L}\p{N}_$]/u.test(text);
}

function jaccardOf(words: ReadonlySet<number>, corpus: Corpus, end: number): number {
  const there = new Set<number>();
  let shared = 0;
  let line = 0;
  for (let at = end - 1; at > 0 && line <= WINDOW_LINES && there.size < WORDS_MAX; at--) {
    const key = corpus.key(at);
    if (key === BOUNDARY) break;
    if (key === LINE_BREAK) line++;
    else if (!there.has(key)) {
      there.add(key);
      if (words.has(key)) shared++;
    }
  }
  return shared / (words.size + there.size - shared);
}

/** The rest of the line at `at`, and whole lines behind it, up to `linesMax` in all. */
function linesFrom(corpus: Corpus, at: number, linesMax: number): readonly number[] {
  const values: number[] = [];
  let lines = 1;
  while (values.length < TOKENS_MAX) {
    const value = corpus.value(at + values.length);
    if (keyOf(value) === BOUNDARY) {
      cutToWholeLines(values);
      break;
    }
    if (isLineBreak(value) && lines++ === linesMax) break;
    values.push(value);
  }
  return trimLineBreaks(values);
}

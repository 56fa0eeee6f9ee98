/**
 * The suffix copier (SuffixDecoding, arXiv 2411.04975): where the tokens before the cursor stood before, copy what came
 * after them. For several match lengths, the places that match at least so far form a tree of continuations; the most
 * frequent child is followed greedily, and the product of the shares is the continuation's probability.
 */
import type { Candidate, Proposer } from "./candidate.ts";
import type { Corpus, Match, Span } from "./corpus.ts";
import { continuesPartial, type Place } from "./place.ts";
import { BOUNDARY, isLineBreak, keyOf, type Vocabulary } from "./vocabulary.ts";

/** Places looked at per chain. */
const MATCHES_MAX = 48;
/** Different match lengths tried, longest first. */
const LENGTHS_TRIED = 4;
const TOKENS_MAX = 160;
const LINES_MAX = 10;
/** Below this product the continuation ends (SuffixDecoding). */
const PRODUCT_MIN = 0.1;
/** The same within the first line. */
const LINE_PRODUCT_MIN = 1e-3;
/** Further lines only from a match this long: how far they are worth showing is weighed later (`block.ts`). */
const MULTI_LINE_MATCH_MIN = 3;
/** Places a continuation must win against that never occurred: a single witness is not a certainty. */
const DOUBT = 0.3;

export interface CopyOptions {
  readonly proposer: Proposer;
  readonly multiLine: boolean;
  /** Text in which places do not count. */
  readonly skip: Span | undefined;
  /** The most recent places count double: the person's newest habit wins (personal corpus). */
  readonly recencyWins: boolean;
}

export function copyContinuations(
  corpus: Corpus,
  place: Place,
  vocabulary: Vocabulary,
  options: CopyOptions,
): Candidate[] {
  // The document's own end matches best of all, and nothing comes after it.
  const matches = findMatches(corpus, place, options.skip).filter(({ next }) => {
    const key = corpus.key(next);
    return key !== BOUNDARY && continuesPartial(key, place, vocabulary);
  });
  if (matches.length === 0) return [];
  const lengths = [...new Set(matches.map((match) => match.length))].slice(0, LENGTHS_TRIED);
  const candidates: Candidate[] = [];
  for (const length of lengths) {
    const from = matches.filter((match) => match.length >= length);
    const candidate = followMostFrequent(corpus, from, length, vocabulary, options);
    if (candidate) candidates.push(candidate);
  }
  return candidates;
}

/** Longest matches first, recent before old. */
function findMatches(corpus: Corpus, place: Place, skip: Span | undefined): Match[] {
  const { keys } = place;
  const found = new Map<number, Match>();
  for (const chainLength of [5, 2, 1] as const) {
    if (found.size >= MATCHES_MAX) break;
    // One token alone says little: only where nothing else is known, or the unfinished word narrows it down.
    if (chainLength === 1 && found.size > 0 && place.partial === "") break;
    for (const match of corpus.matches(keys, keys.length, chainLength, MATCHES_MAX, skip)) found.set(match.next, match);
  }
  return [...found.values()].sort((a, b) => b.length - a.length || b.next - a.next);
}

function followMostFrequent(
  corpus: Corpus,
  matches: readonly Match[],
  matchLength: number,
  vocabulary: Vocabulary,
  options: CopyOptions,
): Candidate | undefined {
  let places = matches.map((match) => match.next);
  const values: number[] = [];
  let product = 1;
  let firstLine: number | undefined;
  let firstLineSupport = places.length;
  let lines = 1;
  const linesMax = options.multiLine && matchLength >= MULTI_LINE_MATCH_MIN ? LINES_MAX : 1;
  while (values.length < TOKENS_MAX) {
    const offset = values.length;
    const counts = new Map<number, number>();
    for (let rank = 0; rank < places.length; rank++) {
      const key = corpus.key(places[rank]! + offset);
      const weight = options.recencyWins && rank === 0 ? 2 : 1;
      counts.set(key, (counts.get(key) ?? 0) + weight);
    }
    let best = BOUNDARY;
    let bestCount = 0;
    let total = 0;
    for (const [key, count] of counts) {
      total += count;
      // Ties go to the first met: the longest, then most recent match.
      if (count > bestCount) [best, bestCount] = [key, count];
    }
    if (best === BOUNDARY) {
      cutToWholeLines(values);
      break;
    }
    const next = product * (bestCount / (total + (offset === 0 ? DOUBT : 0)));
    // The line is brought to its end: how likely that is the ranking weighs.
    if (next < (firstLine === undefined ? LINE_PRODUCT_MIN : PRODUCT_MIN)) break;
    places = places.filter((at) => corpus.key(at + offset) === best);
    const value = corpus.value(places[0]! + offset);
    if (isLineBreak(value)) {
      // The source's line ends here: there is nothing to add to this one.
      if (offset === 0) return undefined;
      firstLine ??= product;
      if (lines++ === linesMax) break;
    }
    product = next;
    if (firstLine === undefined) firstLineSupport = places.length;
    values.push(value);
  }
  if (values.length === 0) return undefined;
  return {
    proposer: options.proposer,
    values: trimLineBreaks(values),
    sourceIndentation: indentationAt(corpus, places[0]!, vocabulary),
    probability: firstLine ?? product,
    matchLength,
    support: firstLineSupport,
    source: corpus.nameAt(places[0]!),
    exampleIds: [],
    origin: { corpus, at: places[0]! },
  };
}

/** Indentation of the line on which `at` stands. */
export function indentationAt(corpus: Corpus, at: number, vocabulary: Vocabulary): string {
  for (let back = at - 1; back > 0 && at - back < 400; back--) {
    const value = corpus.value(back);
    if (isLineBreak(value)) return vocabulary.indentation(value);
    if (keyOf(value) === BOUNDARY) break;
  }
  return "";
}

/**
 * Takes off the last of several lines, where the source ends in it: the document's text does so at the cursor, and what
 * stands there is the place itself.
 */
export function cutToWholeLines(values: number[]): void {
  const last = values.findLastIndex(isLineBreak);
  if (last >= 0) values.length = last;
}

/** Without line breaks at the end. */
export function trimLineBreaks(values: readonly number[]): readonly number[] {
  let end = values.length;
  while (end > 0 && isLineBreak(values[end - 1]!)) end--;
  return values.slice(0, end);
}

/**
 * Beam search over the nested cache: the likeliest way to end the line. The next words that are tried are those that
 * followed the same last tokens somewhere; the cache says how likely each one is.
 */
import type { Candidate } from "./candidate.ts";
import type { ChainLength, Corpus, Span } from "./corpus.ts";
import type { NestedCache } from "./nested-cache.ts";
import { continuesPartial, type Place } from "./place.ts";
import { isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

const BEAM = 4;
const TOKENS_MAX = 24;
/** A path whose next token is less likely than this ends (learning.md §3). */
const TOKEN_PROBABILITY_MIN = 0.1;
/** Next words tried at each step. */
const REACH: Reach = { words: 8, places: 16, contexts: [5, 2] };

export interface Source {
  readonly corpus: Corpus;
  readonly skip: Span | undefined;
}

interface Path {
  readonly values: readonly number[];
  readonly logProbability: number;
  readonly ended: boolean;
}

export function beamContinuation(
  cache: NestedCache,
  sources: readonly Source[],
  place: Place,
  vocabulary: Vocabulary,
  signal: AbortSignal,
): Candidate[] {
  const context = new Int32Array(place.keys.length + TOKENS_MAX);
  context.set(place.keys);
  let beam: Path[] = [{ values: [], logProbability: 0, ended: false }];
  for (let step = 0; step < TOKENS_MAX && beam.some((path) => !path.ended); step++) {
    signal.throwIfAborted();
    const grown: Path[] = [];
    for (const path of beam) {
      if (path.ended) grown.push(path);
      else grown.push(...growPath(path, cache, sources, place, vocabulary, context));
    }
    beam = grown.sort((a, b) => meanLog(b) - meanLog(a)).slice(0, BEAM);
    if (beam.length === 0) return [];
  }
  return beam
    .filter((path) => path.ended && path.values.length > 0)
    .slice(0, 2)
    .map((path) => ({
      proposer: "ngram",
      values: path.values,
      sourceIndentation: place.indentation,
      probability: Math.exp(path.logProbability),
      matchLength: 0,
      support: 1,
      source: "",
      exampleIds: [],
    }));
}

function growPath(
  path: Path,
  cache: NestedCache,
  sources: readonly Source[],
  place: Place,
  vocabulary: Vocabulary,
  context: Int32Array,
): Path[] {
  const end = place.keys.length + path.values.length;
  for (let index = 0; index < path.values.length; index++) {
    context[place.keys.length + index] = keyOf(path.values[index]!);
  }
  const words = wordsAfter(sources, context, end, REACH).filter(
    (value) => path.values.length > 0 || (!isLineBreak(value) && continuesPartial(keyOf(value), place, vocabulary)),
  );
  if (words.length === 0) return [];
  cache.moveTo(context, end);
  const probabilities = words.map((value) => cache.probability(keyOf(value)));
  // The unfinished word has ruled the others out: what is left shares the whole probability.
  const mass = path.values.length === 0 && place.partial !== "" ? probabilities.reduce((sum, p) => sum + p, 1e-6) : 1;
  const paths: Path[] = [];
  for (const [index, value] of words.entries()) {
    const probability = Math.min(1, probabilities[index]! / mass);
    if (probability < TOKEN_PROBABILITY_MIN) continue;
    const logProbability = path.logProbability + Math.log(probability);
    if (keyOf(value) === LINE_BREAK) paths.push({ values: path.values, logProbability, ended: true });
    else paths.push({ values: [...path.values, value], logProbability, ended: false });
  }
  return paths;
}

/** How far is looked for the words that may come next. */
export interface Reach {
  /** Words at most, and places looked at for each corpus and length of context. */
  readonly words: number;
  readonly places: number;
  readonly contexts: readonly ChainLength[];
}

/** Distinct tokens, as values, that came after the last tokens before `end`; those of the longest matches first. */
export function wordsAfter(sources: readonly Source[], context: Int32Array, end: number, reach: Reach): number[] {
  const values = new Map<number, number>();
  for (const { corpus, skip } of sources) {
    for (const chain of reach.contexts) {
      for (const match of corpus.matches(context, end, chain, reach.places, skip)) {
        const value = corpus.value(match.next);
        if (value !== 0 && !values.has(keyOf(value))) values.set(keyOf(value), value);
      }
      if (values.size >= reach.words) return [...values.values()];
    }
  }
  return [...values.values()];
}

function meanLog(path: Path): number {
  return path.logProbability / (path.values.length + 1);
}

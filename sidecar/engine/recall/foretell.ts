/**
 * How well the nested cache foretells a text, token by token: the measures that n-gram models are compared by. Only for
 * measuring; no suggestion is made of it.
 */
import { type Source, wordsAfter } from "./ngram-beam.ts";
import type { NestedCache } from "./nested-cache.ts";
import { keyOf } from "./vocabulary.ts";

export interface Foretold {
  /** Of each token among the ten likeliest at its place, from 1; 0: it is not among them (MRR@10). */
  readonly ranks: readonly number[];
  /** Of each token: -log2 of its probability. */
  readonly bits: readonly number[];
}

const RANKED = 10;
/** Words looked at for each token, from so many places of each corpus and length of context. */
const WORDS = 96;
const PLACES = 48;
/** Probability that a word comes which no level has seen; all words known and one more share it (ours). */
const NOVELTY = 0.03;

/** `keys` are those before the text and the text's own, from `from` on; line breaks are passed over. */
export function foretell(
  cache: NestedCache,
  sources: readonly Source[],
  keys: Int32Array,
  {
    from,
    isCounted,
    words,
  }: { readonly from: number; readonly isCounted: (key: number) => boolean; readonly words: number },
): Foretold {
  const ranks: number[] = [];
  const bits: number[] = [];
  for (let at = from; at < keys.length; at++) {
    const key = keys[at]!;
    if (!isCounted(key)) continue;
    cache.moveTo(keys, at);
    const probability = cache.probability(key);
    const others = wordsAfter(sources, keys, at, { words: WORDS, places: PLACES, contexts: [5, 2, 1] }).map(keyOf);
    const isFound = others.includes(key);
    const better = isFound ? others.filter((other) => other !== key && cache.probability(other) > probability) : [];
    ranks.push(isFound && better.length < RANKED ? better.length + 1 : 0);
    bits.push(-Math.log2((1 - NOVELTY) * probability + NOVELTY / (words + 1)));
  }
  return { ranks, bits };
}

/**
 * The nested cache (Hellendoorn & Devanbu 2017): n-gram models of file, directory, project and person, each with
 * Jelinek-Mercer smoothing, mixed by how much each knows about the place.
 */
import { ContextHashes, type NgramCounts, ORDER } from "./ngram-counts.ts";
import type { WordHashes } from "./vocabulary.ts";

/** Weight of each longer context over the shorter ones (Hellendoorn & Devanbu 2017). */
const LAMBDA = 0.5;
/** Probability of a word no level has ever seen. */
const PROBABILITY_MIN = 1e-7;

export class NestedCache {
  readonly #context: ContextHashes;
  #levels: readonly NgramCounts[] = [];
  /** Context counts of the current place, `level * ORDER + k`. */
  #counts = new Float64Array(0);
  #hits = new Int32Array(0);

  constructor(hashes: WordHashes) {
    this.#context = new ContextHashes(hashes);
  }

  /** Levels in use, innermost first. */
  set levels(levels: readonly NgramCounts[]) {
    this.#levels = levels;
    this.#counts = new Float64Array(levels.length * ORDER);
    this.#hits = new Int32Array(levels.length);
  }

  /** Moves to the place after `keys[…end)`. */
  moveTo(keys: ArrayLike<number>, end: number): void {
    const context = this.#context;
    context.set(keys, end);
    for (let level = 0; level < this.#levels.length; level++) {
      const counts = this.#levels[level]!;
      let hits = 0;
      for (let k = 0; k <= context.length; k++) {
        const seen = counts.contextCount(context, k);
        this.#counts[level * ORDER + k] = seen;
        if (seen === 0) break;
        hits++;
      }
      this.#hits[level] = hits;
    }
  }

  /** Probability of `word` at the current place, 0..1. */
  probability(word: number): number {
    let sum = 0;
    let weights = 0;
    for (let level = 0; level < this.#levels.length; level++) {
      const hits = this.#hits[level]!;
      if (hits === 0) continue;
      const counts = this.#levels[level]!;
      let p = 0;
      let mass = 0;
      let seen = 1;
      for (let k = 0; k < hits; k++) {
        // What never came after a context never came after a longer one.
        if (seen > 0) seen = counts.wordCount(this.#context, k, word);
        p = (1 - LAMBDA) * p + (LAMBDA * seen) / this.#counts[level * ORDER + k]!;
        mass = (1 - LAMBDA) * mass + LAMBDA;
      }
      // Confidence 1 - 2^-hits, weight 1 / (1 - confidence), capped at 1000 by the order.
      const weight = 2 ** hits;
      sum += (weight * p) / mass;
      weights += weight;
    }
    return weights === 0 ? PROBABILITY_MIN : Math.max(PROBABILITY_MIN, sum / weights);
  }
}

/**
 * Counts of n-grams up to order 6 in typed arrays: what every level of the nested cache is made of. An n-gram is its
 * 64-bit hash (the context's hash combined with the word), so learning and unlearning are exact but for collisions,
 * which at 2^64 do not happen. The table is cut into shards that grow one by one: no keystroke waits for a big rehash.
 */
import { BOUNDARY } from "./vocabulary.ts";

/** Longest n-gram counted (Hellendoorn & Devanbu 2017). */
export const ORDER = 6;

const SHARD_BITS = 8;
const SHARDS = 1 << SHARD_BITS;
const LOAD_MAX = 0.75;
const SEED_LOW = 0x2545f491;
const SEED_HIGH = 0x6c62272e;

/**
 * Hashes of one place: for each length k of context its hash (to combine with a next word) and the hash of the context
 * as an n-gram of its own (to ask how often it was seen). Shared by all levels; reused between calls.
 */
export class ContextHashes {
  /** Contexts of 0 … `length` words are valid. */
  length = 0;
  readonly low = new Int32Array(ORDER);
  readonly high = new Int32Array(ORDER);
  readonly gramLow = new Int32Array(ORDER);
  readonly gramHigh = new Int32Array(ORDER);

  /** Hashes the words that end at `end` (exclusive) in `keys`. Contexts never reach over a boundary. */
  set(keys: ArrayLike<number>, end: number): void {
    let low = SEED_LOW;
    let high = SEED_HIGH;
    this.low[0] = low;
    this.high[0] = high;
    let length = 0;
    while (length < ORDER - 1) {
      const at = end - 1 - length;
      if (at < 0) break;
      const key = keys[at]!;
      if (key === BOUNDARY) break;
      low = mixLow(low, key);
      high = mixHigh(high, key);
      length++;
      this.low[length] = low;
      this.high[length] = high;
    }
    this.length = length;
    if (length === 0) return;
    // The context of k words as an n-gram: its last word after the k - 1 words before it.
    const last = keys[end - 1]!;
    low = SEED_LOW;
    high = SEED_HIGH;
    for (let k = 1; k <= length; k++) {
      this.gramLow[k] = gramLow(low, last);
      this.gramHigh[k] = gramHigh(high, last);
      const before = end - 1 - k;
      if (before < 0 || k === length) break;
      low = mixLow(low, keys[before]!);
      high = mixHigh(high, keys[before]!);
    }
  }
}

export class NgramCounts {
  readonly #shards: Shard[];
  #total = 0;

  /** `capacity`: n-grams expected; it grows by itself. */
  constructor(capacity = 1024) {
    const slots = Math.max(16, 2 ** Math.ceil(Math.log2(capacity / SHARDS / LOAD_MAX + 1)));
    this.#shards = Array.from({ length: SHARDS }, () => new Shard(slots));
  }

  /** Words learned and not unlearned. */
  get total(): number {
    return this.#total;
  }

  /** Memory of the tables, in bytes. */
  get bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.slots * 12, 0);
  }

  /** Adds `by` (1 learns, -1 unlearns) for every n-gram that ends in `keys[from…to)`. */
  add(keys: ArrayLike<number>, from: number, to: number, by: 1 | -1): void {
    for (let at = from; at < to; at++) {
      const word = keys[at]!;
      if (word === BOUNDARY) continue;
      this.#total += by;
      let low = SEED_LOW;
      let high = SEED_HIGH;
      for (let k = 0; ;) {
        this.#add(gramLow(low, word), gramHigh(high, word), by);
        k++;
        const before = at - k;
        if (k === ORDER || before < 0) break;
        const key = keys[before]!;
        if (key === BOUNDARY) break;
        low = mixLow(low, key);
        high = mixHigh(high, key);
      }
    }
  }

  /** How often the context of `k` words was seen; for k = 0 the total. */
  contextCount(context: ContextHashes, k: number): number {
    return k === 0 ? this.#total : this.#get(context.gramLow[k]!, context.gramHigh[k]!);
  }

  /** How often `word` came after the context of `k` words. */
  wordCount(context: ContextHashes, k: number, word: number): number {
    return this.#get(gramLow(context.low[k]!, word), gramHigh(context.high[k]!, word));
  }

  /** How often `word` was seen at all. */
  unigramCount(word: number): number {
    return this.#get(gramLow(SEED_LOW, word), gramHigh(SEED_HIGH, word));
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    for (const shard of this.#shards) shard.clear();
    this.#total = 0;
  }

  #get(low: number, high: number): number {
    return this.#shards[high >>> (32 - SHARD_BITS)]!.get(low, high);
  }

  #add(low: number, high: number, by: number): void {
    this.#shards[high >>> (32 - SHARD_BITS)]!.add(low, high, by);
  }
}

/** An open-addressing table from 64-bit hashes to counts. */
class Shard {
  slots: number;
  #low: Int32Array;
  #high: Int32Array;
  #counts: Int32Array;
  #used = 0;

  constructor(slots: number) {
    this.slots = slots;
    this.#low = new Int32Array(slots);
    this.#high = new Int32Array(slots);
    this.#counts = new Int32Array(slots);
  }

  get(low: number, high: number): number {
    const mask = this.slots - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      if (this.#low[slot] === low && this.#high[slot] === high) return this.#counts[slot]!;
      if (this.#high[slot] === 0) return 0;
    }
  }

  add(low: number, high: number, by: number): void {
    const mask = this.slots - 1;
    let slot = low & mask;
    while (this.#low[slot] !== low || this.#high[slot] !== high) {
      if (this.#high[slot] === 0) {
        // Unlearning what was never learned would leave a negative count for ever.
        if (by < 0) return;
        this.#low[slot] = low;
        this.#high[slot] = high;
        this.#counts[slot] = by;
        if (++this.#used > this.slots * LOAD_MAX) this.#grow();
        return;
      }
      slot = (slot + 1) & mask;
    }
    this.#counts[slot] = Math.max(0, this.#counts[slot]! + by);
  }

  clear(): void {
    if (this.#used === 0) return;
    this.#low.fill(0);
    this.#high.fill(0);
    this.#counts.fill(0);
    this.#used = 0;
  }

  /** Twice the room, without the n-grams that were unlearned to zero. */
  #grow(): void {
    const [low, high, counts] = [this.#low, this.#high, this.#counts];
    let live = 0;
    for (const count of counts) if (count > 0) live++;
    if (live > this.slots * LOAD_MAX * 0.5) this.slots *= 2;
    this.#low = new Int32Array(this.slots);
    this.#high = new Int32Array(this.slots);
    this.#counts = new Int32Array(this.slots);
    this.#used = live;
    const mask = this.slots - 1;
    for (let from = 0; from < counts.length; from++) {
      if (counts[from] === 0) continue;
      let slot = low[from]! & mask;
      while (this.#high[slot] !== 0) slot = (slot + 1) & mask;
      this.#low[slot] = low[from]!;
      this.#high[slot] = high[from]!;
      this.#counts[slot] = counts[from]!;
    }
  }
}

// Two multiplicative mixers with different odd constants (Steele & Vigna 2021) make the two halves of a hash.
function mixLow(hash: number, key: number): number {
  const mixed = Math.imul(hash ^ key, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 15);
}
function mixHigh(hash: number, key: number): number {
  const mixed = Math.imul((hash + key) | 0, 0x297a2d39);
  return mixed ^ (mixed >>> 13);
}
function gramLow(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ Math.imul(word, 0x9e3779b1), 0x7feb352d);
  return mixed ^ (mixed >>> 16);
}
function gramHigh(hash: number, word: number): number {
  const mixed = Math.imul(hash ^ Math.imul(word, 0x85ebca77), 0x846ca68b) ^ hash;
  return (mixed ^ (mixed >>> 16)) | 1;
}

/**
 * Counts of n-grams up to order 6 in typed arrays: what every level of the nested cache is made of. An n-gram is 48 bits
 * of its hash (the context's hash combined with the word's), so learning and unlearning are exact but for collisions:
 * among 10 million n-grams one pair in five such tables. The table is cut into shards that grow one by one: no keystroke
 * waits for a big rehash. Words count by the hash of their text, so that counts may be kept and met by another vocabulary.
 */
import type { Slices } from "../../base/slices.ts";
import { BOUNDARY, type WordHashes } from "./vocabulary.ts";

/** Longest n-gram counted (Hellendoorn & Devanbu 2017). */
export const ORDER = 6;

const SHARD_BITS = 8;
/** Parts that can be saved and loaded one by one. */
export const SHARDS = 1 << SHARD_BITS;
const SLOTS_MIN = 16;
const LOAD_MAX = 0.85;
const GROWTH = 1.4;
const SEED_LOW = 0x2545f491;
const SEED_HIGH = 0x6c62272e;
/** Words hashed at a time. */
const BLOCK = 1024;

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
  readonly #hashes: WordHashes;

  constructor(hashes: WordHashes) {
    this.#hashes = hashes;
  }

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
      low = mixLow(low, this.#hashes.hashLow(key));
      high = mixHigh(high, this.#hashes.hashHigh(key));
      length++;
      this.low[length] = low;
      this.high[length] = high;
    }
    this.length = length;
    if (length === 0) return;
    // The context of k words as an n-gram: its last word after the k - 1 words before it.
    const lastLow = this.#hashes.hashLow(keys[end - 1]!);
    const lastHigh = this.#hashes.hashHigh(keys[end - 1]!);
    low = SEED_LOW;
    high = SEED_HIGH;
    for (let k = 1; k <= length; k++) {
      this.gramLow[k] = gramLow(low, lastLow);
      this.gramHigh[k] = gramHigh(high, lastHigh);
      const before = end - 1 - k;
      if (before < 0 || k === length) break;
      low = mixLow(low, this.#hashes.hashLow(keys[before]!));
      high = mixHigh(high, this.#hashes.hashHigh(keys[before]!));
    }
  }
}

export class NgramCounts {
  readonly #hashes: WordHashes;
  readonly #shards: Shard[];
  /** Hashes of the words of a block and of those before it that its n-grams reach. */
  readonly #low = new Int32Array(ORDER - 1 + BLOCK);
  readonly #high = new Int32Array(ORDER - 1 + BLOCK);
  #total = 0;

  /** `capacity`: n-grams expected; it grows by itself. */
  constructor(capacity: number, hashes: WordHashes) {
    const slots = Math.max(SLOTS_MIN, Math.ceil(capacity / SHARDS / LOAD_MAX));
    this.#hashes = hashes;
    this.#shards = Array.from({ length: SHARDS }, () => new Shard(slots));
  }

  /** Words learned and not unlearned. */
  get total(): number {
    return this.#total;
  }
  /** To be set with the last loaded shard. */
  set total(words: number) {
    this.#total = words;
  }

  /** Memory of the tables, in bytes. */
  get bytes(): number {
    return this.#shards.reduce((sum, shard) => sum + shard.bytes, 0);
  }

  /** Adds `by` (1 learns, -1 unlearns) for every n-gram that ends in `keys[from…to)`. */
  add(keys: ArrayLike<number>, from: number, to: number, by: 1 | -1): void {
    for (let at = from; at < to; at += BLOCK) this.#addBlock(keys, at, Math.min(at + BLOCK, to), by);
  }

  /** How often the context of `k` words was seen; for k = 0 the total. */
  contextCount(context: ContextHashes, k: number): number {
    return k === 0 ? this.#total : this.#get(context.gramLow[k]!, context.gramHigh[k]!);
  }

  /** How often `word` came after the context of `k` words. */
  wordCount(context: ContextHashes, k: number, word: number): number {
    const { low, high } = context;
    return this.#get(gramLow(low[k]!, this.#hashes.hashLow(word)), gramHigh(high[k]!, this.#hashes.hashHigh(word)));
  }

  /** How often `word` was seen at all. */
  unigramCount(word: number): number {
    return this.#get(gramLow(SEED_LOW, this.#hashes.hashLow(word)), gramHigh(SEED_HIGH, this.#hashes.hashHigh(word)));
  }

  /** Forgets everything and keeps the memory. */
  clear(): void {
    for (const shard of this.#shards) shard.clear();
    this.#total = 0;
  }

  /** One shard as it lies in memory, without n-grams that were unlearned. Platform's byte order. */
  saveShard(index: number): Uint8Array {
    return this.#shards[index]!.save();
  }

  /** Takes a shard as {@link saveShard} gave it. Throws a RangeError where the bytes are no shard. */
  loadShard(index: number, bytes: Uint8Array): void {
    this.#shards[index]!.load(bytes);
  }

  #addBlock(keys: ArrayLike<number>, from: number, to: number, by: 1 | -1): void {
    const first = Math.max(0, from - ORDER + 1);
    for (let at = first; at < to; at++) {
      this.#low[at - first] = this.#hashes.hashLow(keys[at]!);
      this.#high[at - first] = this.#hashes.hashHigh(keys[at]!);
    }
    for (let at = from; at < to; at++) {
      if (keys[at] === BOUNDARY) continue;
      this.#total += by;
      const wordLow = this.#low[at - first]!;
      const wordHigh = this.#high[at - first]!;
      let low = SEED_LOW;
      let high = SEED_HIGH;
      for (let k = 0; ;) {
        const high32 = gramHigh(high, wordHigh);
        this.#shards[high32 >>> (32 - SHARD_BITS)]!.add(gramLow(low, wordLow), checkOf(high32), by);
        k++;
        const before = at - k;
        if (k === ORDER || before < 0 || keys[before] === BOUNDARY) break;
        low = mixLow(low, this.#low[before - first]!);
        high = mixHigh(high, this.#high[before - first]!);
      }
    }
  }

  #get(low: number, high: number): number {
    return this.#shards[high >>> (32 - SHARD_BITS)]!.get(low, checkOf(high));
  }
}

/** As {@link NgramCounts.add}, with pauses. */
export async function addInSlices(
  counts: NgramCounts,
  keys: Int32Array,
  from: number,
  to: number,
  by: 1 | -1,
  slices: Slices,
): Promise<void> {
  for (let at = from; at < to; at += BLOCK) {
    counts.add(keys, at, Math.min(at + BLOCK, to), by);
    if (slices.over) await slices.pause();
  }
}

/** Eight bits of the hash that say neither the shard nor the place in it. */
function checkOf(high: number): number {
  return (high >>> (24 - SHARD_BITS)) & 0xff;
}

/** Counts from here on are kept in two parts: the slot's, which changes each time, and a multiple of {@link LARGE_STEP}. */
const LARGE = 128;
const LARGE_STEP = 64;

/**
 * An open-addressing table of six bytes a slot. The place comes from the whole 32-bit print, so that it can be found
 * again when the table grows, by any factor.
 */
class Shard {
  /** 0 is empty. */
  #prints: Int32Array;
  /** `check << 8 | count`, or from {@link LARGE} on `check << 8 | LARGE + rest`. */
  #marks: Uint16Array;
  /** By slot, what a large count has besides its rest. */
  #large = new Map<number, number>();
  #used = 0;
  /** Of the slots in use those whose n-gram was unlearned to zero. */
  #unlearned = 0;

  constructor(slots: number) {
    this.#prints = new Int32Array(slots);
    this.#marks = new Uint16Array(slots);
  }

  /** A map's entry takes about 32 bytes. */
  get bytes(): number {
    return this.#prints.length * 6 + this.#large.size * 32;
  }

  get(low: number, check: number): number {
    const slot = this.#slotOf(low === 0 ? 1 : low, check);
    const part = this.#marks[slot]! & 0xff;
    return part < LARGE ? part : part - LARGE + this.#large.get(slot)!;
  }

  add(low: number, check: number, by: 1 | -1): void {
    const print = low === 0 ? 1 : low;
    const slot = this.#slotOf(print, check);
    if (this.#prints[slot] === 0) {
      // Unlearning what was never learned would leave a negative count for ever.
      if (by < 0) return;
      this.#prints[slot] = print;
      this.#marks[slot] = (check << 8) | 1;
      if (++this.#used > this.#prints.length * LOAD_MAX) this.#grow();
      return;
    }
    const part = this.#marks[slot]! & 0xff;
    this.#marks[slot] = (check << 8) | (by > 0 ? this.#more(slot, part) : this.#less(slot, part));
  }

  clear(): void {
    if (this.#used === 0) return;
    this.#prints.fill(0);
    this.#marks.fill(0);
    if (this.#large.size > 0) this.#large.clear();
    this.#used = 0;
    this.#unlearned = 0;
  }

  /** The number of slots, of those in use and of large counts; prints; large counts with their slots; marks. */
  save(): Uint8Array {
    if (this.#unlearned > 0) this.#rebuild(this.#prints.length);
    const slots = this.#prints.length;
    const larges = [...this.#large].flat();
    const words = new Int32Array(3 + slots + larges.length + ((slots + 1) >> 1));
    words.set([slots, this.#used, larges.length]);
    words.set(this.#prints, 3);
    words.set(larges, 3 + slots);
    new Uint16Array(words.buffer, 4 * (3 + slots + larges.length), slots).set(this.#marks);
    return new Uint8Array(words.buffer);
  }

  load(bytes: Uint8Array): void {
    if (bytes.length < 12 || bytes.length % 4 !== 0) throw new RangeError("a shard of n-grams is cut off");
    // A copy begins at a multiple of four.
    const words = new Int32Array(new Uint8Array(bytes).buffer);
    const [slots, used, larges] = words as unknown as readonly [number, number, number];
    const isSound = used >= 0 && used < slots && larges >= 0 && larges % 2 === 0;
    if (!isSound || words.length !== 3 + slots + larges + ((slots + 1) >> 1)) {
      throw new RangeError("a shard of n-grams has another size");
    }
    this.#prints = words.slice(3, 3 + slots);
    this.#marks = new Uint16Array(words.buffer, 4 * (3 + slots + larges), slots).slice();
    this.#large = new Map();
    for (let at = 3 + slots; at < 3 + slots + larges; at += 2) this.#large.set(words[at]!, words[at + 1]!);
    this.#used = used;
    this.#unlearned = 0;
  }

  #slotOf(print: number, check: number): number {
    const prints = this.#prints;
    const slots = prints.length;
    for (let slot = homeOf(print, slots); ;) {
      const there = prints[slot];
      if (there === 0 || (there === print && this.#marks[slot]! >>> 8 === check)) return slot;
      if (++slot === slots) slot = 0;
    }
  }

  #more(slot: number, part: number): number {
    if (part === 0) this.#unlearned--;
    if (part < LARGE - 1 || (part >= LARGE && part < 2 * LARGE - 1)) return part + 1;
    this.#large.set(slot, (this.#large.get(slot) ?? 0) + LARGE_STEP);
    return LARGE + LARGE_STEP;
  }

  #less(slot: number, part: number): number {
    if (part === 0) return 0;
    if (part === 1) this.#unlearned++;
    if (part !== LARGE) return part - 1;
    const large = this.#large.get(slot)! - LARGE_STEP;
    if (large > 0) this.#large.set(slot, large);
    else this.#large.delete(slot);
    return (large > 0 ? LARGE : 0) + LARGE_STEP - 1;
  }

  #grow(): void {
    this.#rebuild(Math.max(this.#prints.length, Math.ceil(((this.#used - this.#unlearned) * GROWTH) / LOAD_MAX)));
  }

  /** So many slots, without the n-grams that were unlearned to zero. */
  #rebuild(slots: number): void {
    const [prints, marks, large] = [this.#prints, this.#marks, this.#large];
    this.#prints = new Int32Array(slots);
    this.#marks = new Uint16Array(slots);
    this.#large = new Map();
    this.#used = 0;
    this.#unlearned = 0;
    for (let slot = 0; slot < prints.length; slot++) {
      if ((marks[slot]! & 0xff) > 0) this.#insert(prints[slot]!, marks[slot]!, large.get(slot));
    }
  }

  /** An n-gram that is not held, with room for it. */
  #insert(print: number, mark: number, large: number | undefined): void {
    const slots = this.#prints.length;
    let slot = homeOf(print, slots);
    while (this.#prints[slot] !== 0) if (++slot === slots) slot = 0;
    this.#prints[slot] = print;
    this.#marks[slot] = mark;
    this.#used++;
    if (large !== undefined) this.#large.set(slot, large);
  }
}

/** Multiplication instead of a remainder: prints in order have places in order, and tables any size (Lemire 2019). */
function homeOf(print: number, slots: number): number {
  return Math.floor(((print >>> 0) * slots) / 2 ** 32);
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
  return mixed ^ (mixed >>> 16);
}

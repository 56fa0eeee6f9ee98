/**
 * A corpus: the tokens of many texts in one array, with hash chains (as in LZ77) from each place to the most recent
 * earlier place that ends in the same 1, 2 or 5 tokens. Proposers follow the chains to find where the text at the
 * cursor has stood before. Forgotten texts become boundaries until the corpus is compacted.
 */
import type { Slices } from "../../base/slices.ts";
import { BOUNDARY, keyOf } from "./vocabulary.ts";

/** Lengths of context that have a chain of their own. */
const CHAIN_LENGTHS = [1, 2, 5] as const;
export type ChainLength = (typeof CHAIN_LENGTHS)[number];

export interface Span {
  /** First token in the corpus. */
  readonly start: number;
  readonly length: number;
}

/** A place in the corpus after which the text at the cursor may go on. */
export interface Match {
  /** Index of the first token of the continuation. */
  readonly next: number;
  /** Tokens before it that equal those before the cursor. */
  readonly length: number;
}

export class Corpus {
  #values = new Int32Array(1024);
  #length = 0;
  #dead = 0;
  readonly #texts = new Map<string, Span>();
  /** Start and name of every text ever put, in order of place: to name the text of a place. */
  #starts: number[] = [];
  #names: string[] = [];
  readonly #chains: readonly Chain[];

  /** `headBits`: each chain starts from a table of 2^headBits heads. */
  constructor(headBits: number) {
    this.#chains = CHAIN_LENGTHS.map((length) => new Chain(length, headBits));
    this.#values[0] = BOUNDARY;
    this.#length = 1;
  }

  /** Tokens of texts that are not forgotten. */
  get tokens(): number {
    return this.#length - this.#dead - this.#texts.size - 1;
  }
  get texts(): number {
    return this.#texts.size;
  }
  get names(): IterableIterator<string> {
    return this.#texts.keys();
  }
  /** Memory of the arrays, in bytes. */
  get bytes(): number {
    return this.#values.byteLength + this.#chains.reduce((sum, chain) => sum + chain.bytes, 0);
  }
  /** Whether more is forgotten than remembered. */
  get needsCompaction(): boolean {
    return this.#dead > 65_536 && this.#dead > this.#length / 2;
  }

  value(at: number): number {
    return this.#values[at]!;
  }
  key(at: number): number {
    return keyOf(this.#values[at]!);
  }
  span(name: string): Span | undefined {
    return this.#texts.get(name);
  }
  /** Name of the text that holds this place. */
  nameAt(at: number): string {
    let low = 0;
    let high = this.#starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (this.#starts[middle]! <= at) low = middle;
      else high = middle - 1;
    }
    return this.#names[low] ?? "";
  }
  /** A view of a text's values; valid until the next change. */
  valuesOf(name: string): Int32Array {
    const span = this.#texts.get(name);
    return span ? this.#values.subarray(span.start, span.start + span.length) : new Int32Array(0);
  }

  /** Adds a text, in place of one of the same name. Pauses between slices; the text is found from its first slice on. */
  async put(name: string, values: Int32Array, slices: Slices): Promise<void> {
    this.remove(name);
    const start = this.#place(name, values);
    for (let from = start; from < start + values.length; from += 4096) {
      this.#link(from, Math.min(from + 4096, start + values.length));
      if (slices.over) await slices.pause();
    }
  }

  /** As {@link put}, for short texts and at once. */
  putNow(name: string, values: Int32Array): void {
    this.remove(name);
    const start = this.#place(name, values);
    this.#link(start, start + values.length);
  }

  remove(name: string): void {
    const span = this.#texts.get(name);
    if (!span) return;
    this.#values.fill(BOUNDARY, span.start, span.start + span.length);
    this.#dead += span.length + 1;
    this.#texts.delete(name);
  }

  /** Empties the corpus and keeps the memory. */
  clear(): void {
    this.#texts.clear();
    this.#starts.length = 0;
    this.#names.length = 0;
    this.#length = 1;
    this.#dead = 0;
    for (const chain of this.#chains) chain.clear();
  }

  /**
   * Places where the tokens before `end` in `keys` stood before, most recent first: at most `limit` of them, from the
   * chain of this length. `skip`: a text whose places do not count.
   */
  matches(keys: ArrayLike<number>, end: number, chainLength: ChainLength, limit: number, skip?: Span): Match[] {
    const matches: Match[] = [];
    if (end < chainLength) return matches;
    const chain = this.#chains[CHAIN_LENGTHS.indexOf(chainLength)]!;
    const skipFrom = skip ? skip.start : -1;
    const skipTo = skip ? skip.start + skip.length : -1;
    // A chain may hold other hashes and forgotten places: the walk is bounded as well as the result.
    let steps = limit * 8;
    for (let at = chain.head(keys, end); at > 0 && steps-- > 0 && matches.length < limit; at = chain.previous(at)) {
      if (at >= skipFrom && at < skipTo) continue;
      const length = this.#commonLength(at, keys, end);
      if (length >= chainLength && at + 1 < this.#length) matches.push({ next: at + 1, length });
    }
    return matches;
  }

  /**
   * Copies all that is remembered into a new corpus, in slices, and takes its place. Must not run while a {@link put}
   * is under way; texts that are put or removed at once meanwhile are respected.
   */
  async compact(slices: Slices): Promise<void> {
    const before = new Map(this.#texts);
    const fresh = new Corpus(this.#chains[0]!.headBits);
    for (const [name, span] of before) {
      if (this.#texts.get(name) === span) await fresh.put(name, Int32Array.from(this.valuesOf(name)), slices);
    }
    for (const name of before.keys()) if (!this.#texts.has(name)) fresh.remove(name);
    for (const [name, span] of this.#texts) {
      if (before.get(name) !== span) fresh.putNow(name, Int32Array.from(this.valuesOf(name)));
    }
    this.#values = fresh.#values;
    this.#length = fresh.#length;
    this.#dead = fresh.#dead;
    this.#starts = fresh.#starts;
    this.#names = fresh.#names;
    this.#texts.clear();
    for (const [name, span] of fresh.#texts) this.#texts.set(name, span);
    for (let index = 0; index < this.#chains.length; index++) this.#chains[index]!.takeOver(fresh.#chains[index]!);
  }

  /** Tokens before and at `at` that equal those before `end` in `keys`, up to 64. */
  #commonLength(at: number, keys: ArrayLike<number>, end: number): number {
    const most = Math.min(64, end, at + 1);
    let length = 0;
    while (length < most) {
      const key = keyOf(this.#values[at - length]!);
      if (key === BOUNDARY || key !== keys[end - 1 - length]) break;
      length++;
    }
    return length;
  }

  #place(name: string, values: Int32Array): number {
    const start = this.#reserve(values.length + 1);
    this.#texts.set(name, { start, length: values.length });
    this.#starts.push(start);
    this.#names.push(name);
    this.#values.set(values, start);
    return start;
  }

  #reserve(length: number): number {
    const start = this.#length;
    const needed = start + length;
    if (needed > this.#values.length) {
      const larger = new Int32Array(Math.max(needed, Math.ceil(this.#values.length * 1.5)));
      larger.set(this.#values.subarray(0, this.#length));
      this.#values = larger;
    }
    for (const chain of this.#chains) chain.reserve(this.#values.length);
    this.#length = needed;
    this.#values[needed - 1] = BOUNDARY;
    return start;
  }

  #link(from: number, to: number): void {
    for (const chain of this.#chains) chain.link(this.#values, from, to);
  }
}

/** For each place the most recent earlier place with the same last `length` tokens (or the same hash of them). */
class Chain {
  readonly length: number;
  readonly headBits: number;
  readonly #heads: Int32Array;
  #previous = new Int32Array(1024);

  constructor(length: number, headBits: number) {
    this.length = length;
    this.headBits = headBits;
    this.#heads = new Int32Array(2 ** headBits);
  }

  get bytes(): number {
    return this.#heads.byteLength + this.#previous.byteLength;
  }

  /** Most recent place for the tokens before `end`; 0 for none. */
  head(keys: ArrayLike<number>, end: number): number {
    let hash = 0;
    for (let at = end - this.length; at < end; at++) hash = mix(hash, keys[at]!);
    return this.#heads[this.#slot(hash)]!;
  }

  previous(at: number): number {
    return this.#previous[at]!;
  }

  link(values: Int32Array, from: number, to: number): void {
    for (let at = from; at < to; at++) {
      let hash = 0;
      let whole = true;
      for (let back = this.length - 1; back >= 0; back--) {
        const value = values[at - back];
        if (value === undefined || value === BOUNDARY) {
          whole = false;
          break;
        }
        hash = mix(hash, keyOf(value));
      }
      if (!whole) continue;
      const slot = this.#slot(hash);
      this.#previous[at] = this.#heads[slot]!;
      this.#heads[slot] = at;
    }
  }

  reserve(capacity: number): void {
    if (capacity <= this.#previous.length) return;
    const larger = new Int32Array(capacity);
    larger.set(this.#previous);
    this.#previous = larger;
  }

  clear(): void {
    this.#heads.fill(0);
  }

  takeOver(other: Chain): void {
    this.#heads.set(other.#heads);
    this.#previous = other.#previous;
  }

  #slot(hash: number): number {
    return (Math.imul(hash, 0x9e3779b1) >>> (32 - this.headBits)) | 0;
  }
}

function mix(hash: number, key: number): number {
  const mixed = Math.imul(hash ^ key, 0x2c1b3c6d);
  return mixed ^ (mixed >>> 15);
}

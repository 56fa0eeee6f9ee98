/**
 * A corpus: the tokens of many texts in one array, with hash chains (as in LZ77) from each place to the most recent
 * earlier place that ends in the same 1, 2 or 5 tokens. Proposers follow the chains to find where the text at the
 * cursor has stood before. Forgotten texts become boundaries until the corpus is compacted. All arrays grow by pages:
 * nothing large is ever copied, and no room is kept for what may come. Words are hashed by their text, so that chains
 * may be kept and met by another vocabulary, whatever key a word has there.
 */
import type { Slices } from "../../base/slices.ts";
import { BOUNDARY, keyOf, type WordHashes } from "./vocabulary.ts";

/** Lengths of context that have a chain of their own. */
const CHAIN_LENGTHS = [1, 2, 5] as const;
const CHAIN_LENGTH_MAX = Math.max(...CHAIN_LENGTHS);
export type ChainLength = (typeof CHAIN_LENGTHS)[number];

/** Places in a page; a distance or the number of a far one fits in 15 bits. */
const PAGE_BITS = 15;
export const PAGE = 1 << PAGE_BITS;
const PAGE_MASK = PAGE - 1;

/** When there are more tokens to a head, chains are walked past too many places that are no matches. */
const TOKENS_PER_HEAD_MAX = 64;
const HEAD_BITS_MAX = 22;

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
  readonly #pages: Int32Array[] = [];
  #length = 0;
  #dead = 0;
  readonly #texts = new Map<string, Span>();
  /** Start and name of every text ever put, in order of place: to name the text of a place. */
  #starts: number[] = [];
  #names: string[] = [];
  #chains: readonly Chain[];
  readonly #hashes: WordHashes;
  /** Hashes of the words that are being linked. */
  #hashed = new Int32Array(0);

  /** `headBits`: each chain starts from a table of 2^headBits heads. */
  constructor(headBits: number, hashes: WordHashes) {
    this.#hashes = hashes;
    this.#chains = CHAIN_LENGTHS.map((length) => new Chain(length, headBits, hashes));
    this.#extend(1);
  }

  /** Tokens of texts that are not forgotten. */
  get tokens(): number {
    return this.#length - this.#dead - this.#texts.size - 1;
  }
  get texts(): number {
    return this.#texts.size;
  }
  /** In order of place. */
  get names(): IterableIterator<string> {
    return this.#texts.keys();
  }
  /** Memory of the arrays, in bytes. */
  get bytes(): number {
    return this.#pages.length * PAGE * 4 + this.#chains.reduce((sum, chain) => sum + chain.bytes, 0);
  }
  /** Whether a third is forgotten, or the chains have become too long. */
  get needsCompaction(): boolean {
    return (this.#dead > 65_536 && this.#dead > this.#length / 3) || this.headBits < headBitsMin(this.#live);
  }

  value(at: number): number {
    return this.#pages[at >>> PAGE_BITS]![at & PAGE_MASK]!;
  }
  key(at: number): number {
    return keyOf(this.#pages[at >>> PAGE_BITS]![at & PAGE_MASK]!);
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
  /** A copy of a text's values. */
  valuesOf(name: string): Int32Array {
    const span = this.#texts.get(name);
    const values = new Int32Array(span?.length ?? 0);
    for (let done = 0; span && done < span.length;) {
      const at = span.start + done;
      const page = this.#pages[at >>> PAGE_BITS]!;
      const part = page.subarray(at & PAGE_MASK, (at & PAGE_MASK) + span.length - done);
      values.set(part, done);
      done += part.length;
    }
    return values;
  }

  /**
   * Adds a text (without boundaries in it), in place of one of the same name. Pauses between slices; the text is found
   * from its first slice on.
   */
  async put(name: string, values: Int32Array, slices: Slices): Promise<void> {
    const start = this.#place(name, values);
    for (let from = 0; from < values.length; from += 4096) {
      this.#link(values, from, Math.min(from + 4096, values.length), start);
      if (slices.over) await slices.pause();
    }
  }

  /** As {@link put}, for short texts and at once. */
  putNow(name: string, values: Int32Array): void {
    const start = this.#place(name, values);
    this.#link(values, 0, values.length, start);
  }

  remove(name: string): void {
    const span = this.#texts.get(name);
    if (!span) return;
    for (let at = span.start; at < span.start + span.length; at++) {
      this.#pages[at >>> PAGE_BITS]![at & PAGE_MASK] = BOUNDARY;
    }
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
    const fresh = Corpus.#for(this.#live, this.headBits, this.#hashes);
    for (const [name, span] of before) {
      if (this.#texts.get(name) === span) await fresh.put(name, this.valuesOf(name), slices);
    }
    for (const name of before.keys()) if (!this.#texts.has(name)) fresh.remove(name);
    for (const [name, span] of this.#texts) {
      if (before.get(name) !== span) fresh.putNow(name, this.valuesOf(name));
    }
    this.#pages.splice(0, this.#pages.length, ...fresh.#pages);
    this.#length = fresh.#length;
    this.#dead = fresh.#dead;
    this.#starts = fresh.#starts;
    this.#names = fresh.#names;
    this.#chains = fresh.#chains;
    this.#texts.clear();
    for (const [name, span] of fresh.#texts) this.#texts.set(name, span);
  }

  /** A corpus that so many tokens will be put into; it has `headBits` at least. */
  static #for(tokens: number, headBits: number, hashes: WordHashes): Corpus {
    // Twice as many as needed, so that they last a while.
    const needed = headBitsMin(tokens);
    return new Corpus(needed <= headBits ? headBits : Math.min(HEAD_BITS_MAX, needed + 1), hashes);
  }

  /** Each chain starts from a table of 2^headBits heads. */
  get headBits(): number {
    return this.#chains[0]!.headBits;
  }
  /** Parts that {@link savePage} gives and {@link loadPage} takes, each with a block of links for every chain. */
  get pages(): number {
    return this.#pages.length;
  }
  get chains(): number {
    return this.#chains.length;
  }
  /** The values of a page's places; those of forgotten texts are boundaries. */
  pageValues(page: number): Int32Array {
    return this.#pages[page]!.subarray(0, Math.min(PAGE, this.#length - page * PAGE));
  }
  /** How the places of a page are chained. Platform's byte order. */
  savePage(page: number): Uint8Array[] {
    return this.#chains.map((chain) => chain.savePage(page));
  }
  /** Where the chains begin. Platform's byte order. */
  saveHeads(): Uint8Array[] {
    return this.#chains.map((chain) => chain.saveHeads());
  }

  /**
   * Takes pages, heads and texts as they were saved by a corpus of as many {@link headBits}: pages in order, then heads,
   * then texts in order of place. Throws a RangeError where they do not fit together.
   */
  loadPage(page: number, values: Int32Array, links: readonly Uint8Array[]): void {
    if (values.length > PAGE) throw new RangeError("a page is too long");
    this.#extend(page * PAGE + values.length - this.#length);
    this.#pages[page]!.set(values);
    // Nobody's, until a text says that it lies there.
    this.#dead = this.#length - 1;
    for (const [index, chain] of this.#chains.entries()) chain.loadPage(page, links[index]!);
  }
  loadHeads(heads: readonly Uint8Array[]): void {
    for (const [index, chain] of this.#chains.entries()) chain.loadHeads(heads[index]!);
  }
  loadText(name: string, { start, length }: Span): void {
    if (start < (this.#starts.at(-1) ?? 0) || start + length >= this.#length)
      throw new RangeError("a text lies outside");
    this.#texts.set(name, { start, length });
    this.#starts.push(start);
    this.#names.push(name);
    this.#dead -= length + 1;
  }

  /** Places of texts that are not forgotten, with their boundaries. */
  get #live(): number {
    return this.#length - this.#dead;
  }

  /** Tokens before and at `at` that equal those before `end` in `keys`, up to 64. */
  #commonLength(at: number, keys: ArrayLike<number>, end: number): number {
    const most = Math.min(64, end, at + 1);
    let page = this.#pages[at >>> PAGE_BITS]!;
    for (let length = 0; length < most; length++) {
      const place = at - length;
      if (length > 0 && (place & PAGE_MASK) === PAGE_MASK) page = this.#pages[place >>> PAGE_BITS]!;
      const key = keyOf(page[place & PAGE_MASK]!);
      if (key === BOUNDARY || key !== keys[end - 1 - length]) return length;
    }
    return most;
  }

  /** Writes the values and a boundary behind them, in place of a text of the same name. */
  #place(name: string, values: Int32Array): number {
    this.remove(name);
    const start = this.#length;
    this.#extend(values.length + 1);
    for (let done = 0; done < values.length;) {
      const at = start + done;
      const part = values.subarray(done, done + PAGE - (at & PAGE_MASK));
      this.#pages[at >>> PAGE_BITS]!.set(part, at & PAGE_MASK);
      done += part.length;
    }
    this.#texts.set(name, { start, length: values.length });
    this.#starts.push(start);
    this.#names.push(name);
    return start;
  }

  /** Takes so many places more; the last one is a boundary. */
  #extend(places: number): void {
    this.#length += places;
    while (this.#pages.length * PAGE < this.#length) this.#pages.push(new Int32Array(PAGE));
    const last = this.#length - 1;
    this.#pages[last >>> PAGE_BITS]![last & PAGE_MASK] = BOUNDARY;
  }

  #link(values: Int32Array, from: number, to: number, start: number): void {
    const first = Math.max(0, from - CHAIN_LENGTH_MAX);
    if (this.#hashed.length < to - first) this.#hashed = new Int32Array(to - first);
    for (let at = first; at < to; at++) this.#hashed[at - first] = this.#hashes.hashLow(keyOf(values[at]!));
    for (const chain of this.#chains) chain.link(this.#hashed, first, from, to, start);
  }
}

function headBitsMin(tokens: number): number {
  return Math.min(HEAD_BITS_MAX, Math.ceil(Math.log2(tokens / TOKENS_PER_HEAD_MAX)));
}

/** For each place the most recent earlier place with the same last `length` tokens (or the same hash of them). */
class Chain {
  readonly length: number;
  readonly headBits: number;
  readonly #hashes: WordHashes;
  readonly #heads: Int32Array;
  readonly #pages: ChainPage[] = [];
  /** The page that is written to; its far places lie in {@link #far}, which has room for all there can be. */
  #current: ChainPage | undefined;
  readonly #far = new Int32Array(PAGE);
  /** What a word's hash is multiplied with when it leaves. */
  readonly #leaving: number;

  constructor(length: number, headBits: number, hashes: WordHashes) {
    this.length = length;
    this.#hashes = hashes;
    this.#leaving = Array.from({ length }).reduce<number>((power) => Math.imul(power, FACTOR), 1);
    this.headBits = headBits;
    this.#heads = new Int32Array(2 ** headBits);
  }

  get bytes(): number {
    const arrays = this.#heads.byteLength + this.#far.byteLength;
    return this.#pages.reduce((sum, { farUsed }) => sum + PAGE * 2 + farUsed * 4, arrays);
  }

  /** Most recent place for the tokens before `end`; 0 for none. */
  head(keys: ArrayLike<number>, end: number): number {
    let hash = 0;
    for (let at = end - this.length; at < end; at++) hash = extend(hash, this.#hashes.hashLow(keys[at]!));
    return this.#heads[slotOf(hash, 32 - this.headBits)]!;
  }

  /** 0 for none. */
  previous(at: number): number {
    const { near, far } = this.#pages[at >>> PAGE_BITS]!;
    const distance = near[at & PAGE_MASK]!;
    if (distance >= PAGE) return far[distance - PAGE]!;
    return distance === 0 ? 0 : at - distance;
  }

  /**
   * Links the places `from…to` of a text that begins at `start`, by the hashes of its words from `first` on, which lies
   * as far back as the chain is long. Once for each place until {@link clear}.
   */
  link(hashed: Int32Array, first: number, from: number, to: number, start: number): void {
    const { length } = this;
    const heads = this.#heads;
    const shift = 32 - this.headBits;
    let hash = 0;
    for (let index = Math.max(0, from - length); index < from; index++) hash = extend(hash, hashed[index - first]!);
    for (let index = from; index < to;) {
      const page = this.#page((start + index) >>> PAGE_BITS);
      const { near, far } = page;
      let { farUsed } = page;
      const pageEnd = Math.min(to, index + PAGE - ((start + index) & PAGE_MASK));
      for (; index < pageEnd; index++) {
        hash = extend(hash, hashed[index - first]!);
        if (index >= length) hash = (hash - Math.imul(hashed[index - length - first]!, this.#leaving)) | 0;
        if (index < length - 1) continue;
        const at = start + index;
        const slot = slotOf(hash, shift);
        const previous = heads[slot]!;
        heads[slot] = at;
        const distance = previous === 0 ? 0 : at - previous;
        near[at & PAGE_MASK] = distance < PAGE ? distance : PAGE + farUsed;
        if (distance >= PAGE) far[farUsed++] = previous;
      }
      page.farUsed = farUsed;
    }
  }

  clear(): void {
    this.#heads.fill(0);
    for (const page of this.#pages) page.farUsed = 0;
  }

  /** The distances, then the far places. */
  savePage(number: number): Uint8Array {
    const page = this.#pages[number];
    if (!page) return new Uint8Array(PAGE * 2);
    const bytes = new Uint8Array(PAGE * 2 + page.farUsed * 4);
    bytes.set(bytesOf(page.near));
    bytes.set(bytesOf(page.far.subarray(0, page.farUsed)), PAGE * 2);
    return bytes;
  }

  loadPage(number: number, bytes: Uint8Array): void {
    const farUsed = (bytes.length - PAGE * 2) / 4;
    if (farUsed < 0 || farUsed > PAGE || !Number.isInteger(farUsed)) throw new RangeError("a page has another size");
    const page = { near: new Uint16Array(PAGE), far: new Int32Array(farUsed), farUsed };
    bytesOf(page.near).set(bytes.subarray(0, PAGE * 2));
    bytesOf(page.far).set(bytes.subarray(PAGE * 2));
    this.#pages[number] = page;
  }

  /** The slots that are in use, then their places. */
  saveHeads(): Uint8Array {
    let used = 0;
    for (const head of this.#heads) if (head !== 0) used++;
    const words = new Int32Array(2 * used);
    let out = 0;
    for (let slot = 0; slot < this.#heads.length; slot++) {
      if (this.#heads[slot] === 0) continue;
      words[out] = slot;
      words[used + out++] = this.#heads[slot]!;
    }
    return bytesOf(words);
  }

  loadHeads(bytes: Uint8Array): void {
    if (bytes.length % 8 !== 0) throw new RangeError("heads are cut off");
    const words = new Int32Array(bytes.length / 4);
    bytesOf(words).set(bytes);
    const used = words.length / 2;
    for (let index = 0; index < used; index++) this.#heads[words[index]!] = words[used + index]!;
  }

  /** A page to write to; the one before gives back the room it did not need. */
  #page(number: number): ChainPage {
    const page = (this.#pages[number] ??= { near: new Uint16Array(PAGE), far: NONE, farUsed: 0 });
    if (page === this.#current) return page;
    if (this.#current) this.#current.far = this.#far.slice(0, this.#current.farUsed);
    this.#far.set(page.far.subarray(0, page.farUsed));
    page.far = this.#far;
    this.#current = page;
    return page;
  }
}

/** Previous places by their distance: two bytes each, and four more for those that are far. */
interface ChainPage {
  /** A distance, 0 for none; from {@link PAGE} on the number of a far place. */
  readonly near: Uint16Array;
  far: Int32Array;
  farUsed: number;
}

const NONE = new Int32Array(0);

/** A polynomial of the words' hashes modulo 2^32: it rolls along a text without looking back. */
const FACTOR = 0x2c1b3c6d;

function extend(hash: number, word: number): number {
  return (Math.imul(hash, FACTOR) + word) | 0;
}

function slotOf(hash: number, shift: number): number {
  const mixed = Math.imul(hash ^ (hash >>> 15), 0x9e3779b1);
  return mixed >>> shift;
}

/** The same memory. */
function bytesOf(array: Uint16Array | Int32Array): Uint8Array {
  return new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
}

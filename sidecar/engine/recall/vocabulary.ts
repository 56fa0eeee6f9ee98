/**
 * The vocabulary of recall: token texts as small numbers. A *value* is a token as it stood in a text (with the space
 * before it, or a line break with its indentation) and can be rendered; a *key* is the token alone and is what is
 * compared and counted. Keys: 0 boundary, 1 line break, 2… words. Values: 0 boundary, negative line breaks,
 * `key << 1 | spaceBefore` for words. Words lie in typed arrays, not in strings and maps: 30 bytes each instead of 110.
 */
import { assert } from "../../base/errors.ts";
import type { Slices } from "../../base/slices.ts";
import { scanTokens } from "../../code/tokens.ts";

export const BOUNDARY = 0;
export const LINE_BREAK = 1;

/** Blank lines beyond this many are forgotten. */
const LINE_BREAKS_MAX = 2;
const WORD_LENGTH_MAX = 0x7ffe;
/** In place of a word's size: its key stands for nothing at present. */
const FREE = 0xffff;
const TABLE_LOAD_MAX = 0.7;

export function keyOf(value: number): number {
  return value < 0 ? LINE_BREAK : value >>> 1;
}

export function isLineBreak(value: number): boolean {
  return value < 0;
}

/** Two independent 32-bit hashes of each key's text: the same in every vocabulary, whatever key the word has there. */
export interface WordHashes {
  hashLow(key: number): number;
  hashHigh(key: number): number;
}

export class Vocabulary implements WordHashes {
  /** Characters of all words, one byte each where Latin-1 has them all, else UTF-16. */
  #pool = Buffer.alloc(1 << 14);
  #poolUsed = 0;
  /** By key: where in the pool the word begins, and its characters `<< 1 | isUtf16`. */
  #starts = new Uint32Array(1 << 10);
  #sizes = new Uint16Array(1 << 10);
  #low = new Int32Array(1 << 10);
  #high = new Int32Array(1 << 10);
  /** Next key that was never given out. */
  #next = 0;
  readonly #free: number[] = [];
  /** Keys by hash, open addressing; 0 is empty. */
  #table = new Int32Array(1 << 11);
  readonly #breakValues = new Map<string, number>();
  readonly #breaks: string[] = [""];

  constructor() {
    this.#store("", 0, 0);
    const { low, high } = hashOf("\n", 0, 1);
    this.#store("\n", low, high);
  }

  /** Distinct words. */
  get size(): number {
    return this.#next - this.#free.length;
  }

  /** Every value lies in here: from the first number on, and before the second. */
  get valueRange(): readonly [number, number] {
    return [1 - this.#breaks.length, this.#next * 2];
  }

  /** Memory of the words, in bytes. */
  get bytes(): number {
    const arrays = [this.#pool, this.#starts, this.#sizes, this.#low, this.#high, this.#table];
    return arrays.reduce((sum, array) => sum + array.byteLength, 0);
  }

  /** Tokens of `text` as values. */
  tokenize(text: string): Int32Array {
    let values = new Int32Array((text.length >> 2) + 16);
    let count = 0;
    scanTokens(text, (start, end, spaceBefore, lineBreak) => {
      if (count === values.length) {
        const larger = new Int32Array(values.length * 2);
        larger.set(values);
        values = larger;
      }
      values[count++] = lineBreak
        ? this.#lineBreak(text, start, end)
        : (this.#keyAt(text, start, end) << 1) | (spaceBefore ? 1 : 0);
    });
    return values.subarray(0, count);
  }

  /** Key of a word, made when it is new. */
  key(word: string): number {
    return this.#keyAt(word, 0, word.length);
  }

  /** Key of a word that is already known, else undefined. */
  knownKey(word: string): number | undefined {
    const { low, high } = hashOf(word, 0, word.length);
    const key = this.#find(word, 0, word.length, low, high);
    return key === 0 ? undefined : key;
  }

  /** The word of a key, without space. */
  word(key: number): string {
    const size = this.#sizes[key] ?? FREE;
    if (size === FREE) return "";
    const start = this.#starts[key]!;
    const length = size >>> 1;
    return (size & 1) === 1
      ? this.#pool.toString("utf16le", start, start + length * 2)
      : this.#pool.toString("latin1", start, start + length);
  }

  hashLow(key: number): number {
    return this.#low[key]!;
  }
  hashHigh(key: number): number {
    return this.#high[key]!;
  }

  /** "\n" (or two) and the indentation behind it. */
  lineBreak(value: number): string {
    return this.#breaks[-value] ?? "\n";
  }

  /** Indentation behind a line break. */
  indentation(value: number): string {
    const text = this.lineBreak(value);
    return text.slice(text.lastIndexOf("\n") + 1);
  }

  /** Value of a line break with this indentation and, if asked, one blank line before it. */
  lineBreakValue(indentation: string, blankLine: boolean): number {
    return this.breakValue((blankLine ? "\n\n" : "\n") + indentation);
  }

  /** Value of a line break by what {@link lineBreak} says of it. */
  breakValue(text: string): number {
    const known = this.#breakValues.get(text);
    if (known !== undefined) return known;
    const value = -this.#breaks.length;
    const own = ownCopy(text);
    this.#breaks.push(own);
    this.#breakValues.set(own, value);
    return value;
  }

  /**
   * Forgets the words that are not in use; their keys are given out again. Must not run while somebody holds values
   * that count nowhere yet. Looks in slices, forgets at once.
   */
  async sweep(isUsed: (key: number) => boolean, slices: Slices): Promise<void> {
    const unused: number[] = [];
    for (let key = LINE_BREAK + 1; key < this.#next; key++) {
      if (this.#sizes[key] !== FREE && !isUsed(key)) unused.push(key);
      if ((key & 255) === 0 && slices.over) await slices.pause();
    }
    // Some may have come into use between the slices.
    for (const key of unused) {
      if (isUsed(key)) continue;
      this.#sizes[key] = FREE;
      this.#free.push(key);
    }
    if (unused.length > 0) this.#repack();
  }

  #lineBreak(text: string, start: number, end: number): number {
    let breaks = 0;
    let lastBreak = start;
    for (let at = start; at < end; at++) {
      if (text.charCodeAt(at) === 10) {
        breaks++;
        lastBreak = at;
      }
    }
    return this.breakValue("\n".repeat(Math.min(breaks, LINE_BREAKS_MAX)) + text.slice(lastBreak + 1, end));
  }

  #keyAt(text: string, start: number, end: number): number {
    const { low, high } = hashOf(text, start, end);
    const known = this.#find(text, start, end, low, high);
    if (known !== 0) return known;
    const key = this.#store(text.slice(start, end), low, high);
    if (this.size > this.#table.length * TABLE_LOAD_MAX) this.#rebuildTable(this.#table.length * 2);
    else this.#enter(key);
    return key;
  }

  /** 0 where the word is unknown. */
  #find(text: string, start: number, end: number, low: number, high: number): number {
    const mask = this.#table.length - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const key = this.#table[slot]!;
      if (key === 0) return 0;
      if (this.#low[key] === low && this.#high[key] === high && this.#isWord(key, text, start, end)) return key;
    }
  }

  #isWord(key: number, text: string, start: number, end: number): boolean {
    const size = this.#sizes[key]!;
    if (size >>> 1 !== end - start) return false;
    const from = this.#starts[key]!;
    const pool = this.#pool;
    if ((size & 1) === 0) {
      for (let at = start; at < end; at++) if (pool[from + at - start] !== text.charCodeAt(at)) return false;
      return true;
    }
    for (let at = start; at < end; at++) {
      const byte = from + (at - start) * 2;
      if ((pool[byte]! | (pool[byte + 1]! << 8)) !== text.charCodeAt(at)) return false;
    }
    return true;
  }

  /** Gives the word a key and keeps its characters; the table does not know it yet. */
  #store(word: string, low: number, high: number): number {
    assert(word.length <= WORD_LENGTH_MAX, "a word is a token, not a text");
    const key = this.#free.pop() ?? this.#next++;
    if (key === this.#starts.length) {
      this.#starts = grown(this.#starts, new Uint32Array(key * 2));
      this.#sizes = grown(this.#sizes, new Uint16Array(key * 2));
      this.#low = grown(this.#low, new Int32Array(key * 2));
      this.#high = grown(this.#high, new Int32Array(key * 2));
    }
    const isUtf16 = hasBeyondLatin1(word);
    const bytes = isUtf16 ? word.length * 2 : word.length;
    if (this.#poolUsed + bytes > this.#pool.length) {
      this.#pool = grown(this.#pool, Buffer.alloc(Math.ceil(this.#pool.length * 1.5) + bytes));
    }
    this.#pool.write(word, this.#poolUsed, isUtf16 ? "utf16le" : "latin1");
    this.#starts[key] = this.#poolUsed;
    this.#sizes[key] = (word.length << 1) | (isUtf16 ? 1 : 0);
    this.#low[key] = low;
    this.#high[key] = high;
    this.#poolUsed += bytes;
    return key;
  }

  #enter(key: number): void {
    const mask = this.#table.length - 1;
    let slot = this.#low[key]! & mask;
    while (this.#table[slot] !== 0) slot = (slot + 1) & mask;
    this.#table[slot] = key;
  }

  #rebuildTable(slots: number): void {
    this.#table = new Int32Array(slots);
    for (let key = LINE_BREAK + 1; key < this.#next; key++) if (this.#sizes[key] !== FREE) this.#enter(key);
  }

  /** Closes the gaps that forgotten words left in pool and table. */
  #repack(): void {
    const before = this.#pool;
    const bytesOf = (key: number): number => (this.#sizes[key]! >>> 1) << (this.#sizes[key]! & 1);
    let used = 0;
    for (let key = 0; key < this.#next; key++) if (this.#sizes[key] !== FREE) used += bytesOf(key);
    this.#pool = Buffer.alloc(Math.max(1 << 14, used));
    this.#poolUsed = 0;
    for (let key = 0; key < this.#next; key++) {
      if (this.#sizes[key] === FREE) continue;
      const start = this.#starts[key]!;
      before.copy(this.#pool, this.#poolUsed, start, start + bytesOf(key));
      this.#starts[key] = this.#poolUsed;
      this.#poolUsed += bytesOf(key);
    }
    this.#rebuildTable(2 ** Math.ceil(Math.log2(Math.max(1 << 10, this.size) / TABLE_LOAD_MAX)));
  }
}

/** Two multiplicative mixers with different odd constants (Steele & Vigna 2021) over the characters. */
function hashOf(text: string, start: number, end: number): { readonly low: number; readonly high: number } {
  let low = 0x2545f491;
  let high = 0x6c62272e;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    low = Math.imul(low ^ code, 0x2c1b3c6d);
    low ^= low >>> 15;
    high = Math.imul((high + code) | 0, 0x297a2d39);
    high ^= high >>> 13;
  }
  return { low, high };
}

function hasBeyondLatin1(word: string): boolean {
  for (let at = 0; at < word.length; at++) if (word.charCodeAt(at) > 255) return true;
  return false;
}

function grown<T extends { set(from: T): void }>(from: T, larger: T): T {
  larger.set(from);
  return larger;
}

/** V8 keeps the whole file alive for a slice of it of 13 characters or more; a copy does not. */
function ownCopy(slice: string): string {
  return slice.length < 13 ? slice : Buffer.from(slice, "utf16le").toString("utf16le");
}

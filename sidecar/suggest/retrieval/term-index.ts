/**
 * Full-text search in memory: BM25 (Robertson & Zaragoza 2009) over the words and identifiers of documents, exact at
 * any time, whatever was added and removed. Typed arrays: five bytes per distinct term of a document.
 *
 * SQLite's own full-text search is absent where the sidecar has to run, and postings in tables answer a keystroke in
 * time only if the common words are left out.
 */
import { eachTerm } from "../../code/terms.ts";
import { Postings } from "./postings.ts";

/** How fast repeats of a term stop counting, and how much long documents are discounted (learning.md §4). */
export const BM25_K1 = 1.2;
export const BM25_B = 0.75;

/** A posting: document slot, then how often the term is there. */
const TIMES_BITS = 8;
const TIMES_MAX = (1 << TIMES_BITS) - 1;
const SLOTS_MAX = 2 ** 24;

export interface TermHit {
  readonly id: number;
  readonly score: number;
}

export interface TermHits {
  /** Best first; of equals the one with the higher id, which is newer. */
  readonly hits: readonly TermHit[];
  /** What a document would score that is full of all terms of the query. */
  readonly bound: number;
}

export class TermIndex {
  readonly #terms = new TermNumbers();
  readonly #postings = new Postings();
  readonly #slots = new Map<number, number>();
  readonly #freeSlots: number[] = [];
  /** By slot: id of the document, terms it has (repeats counted), and its group. */
  #ids = new Float64Array(1024);
  #lengths = new Uint32Array(1024);
  #groups = new Uint16Array(1024);
  #slotsUsed = 0;
  #lengthOfAll = 0;
  /** Scores by slot, all zero between searches. */
  #scores = new Float64Array(1024);
  /** Occurrences by term in the document at hand, all zero between documents. */
  #times = new Uint32Array(1024);

  /** Documents. */
  get size(): number {
    return this.#slots.size;
  }

  /** Of the typed arrays; the map of ids is not in it. */
  get bytes(): number {
    const perSlot = [this.#ids, this.#lengths, this.#groups, this.#scores];
    const arrays = perSlot.reduce((sum, array) => sum + array.byteLength, this.#times.byteLength);
    return arrays + this.#terms.bytes + this.#postings.bytes;
  }

  /** `group`, from 0 to 65,535: what a search can be narrowed to. A document that is there stays as it is. */
  add(id: number, text: string, group = 0): void {
    if (this.#slots.has(id) || (this.#freeSlots.length === 0 && this.#slotsUsed === SLOTS_MAX)) return;
    const slot = this.#freeSlots.pop() ?? this.#slotsUsed++;
    if (slot === this.#ids.length) this.#growSlots();
    const { terms, length } = this.#count(text, true);
    for (const term of terms) {
      this.#postings.push(term, slot * (TIMES_MAX + 1) + Math.min(TIMES_MAX, this.#times[term]!));
      this.#times[term] = 0;
    }
    this.#slots.set(id, slot);
    this.#ids[slot] = id;
    this.#lengths[slot] = length;
    this.#groups[slot] = group;
    this.#lengthOfAll += length;
  }

  /** `text` as it was added; nothing happens where the document is not there. */
  remove(id: number, text: string): void {
    const slot = this.#slots.get(id);
    if (slot === undefined) return;
    for (const term of this.#count(text, false).terms) {
      this.#times[term] = 0;
      const postings = this.#postings.values(term);
      let at = 0;
      while (at < postings.length && postings[at]! >>> TIMES_BITS !== slot) at++;
      if (at < postings.length) this.#postings.removeAt(term, at);
    }
    this.#slots.delete(id);
    this.#freeSlots.push(slot);
    this.#lengthOfAll -= this.#lengths[slot]!;
  }

  /** The `limit` best documents for distinct terms, of one group or of all. */
  search(terms: readonly string[], limit: number, group?: number): TermHits {
    const documents = this.#slots.size;
    const lengthMean = this.#lengthOfAll / Math.max(1, documents);
    let bound = 0;
    for (const term of new Set(terms)) {
      const number = this.#terms.find(term);
      const count = number === undefined ? 0 : this.#postings.count(number);
      const weight = Math.log(1 + (documents - count + 0.5) / (count + 0.5)) * (BM25_K1 + 1);
      bound += weight;
      if (number !== undefined) this.#score(this.#postings.values(number), weight, lengthMean);
    }
    return { hits: this.#best(limit, group), bound };
  }

  #score(postings: Uint32Array, weight: number, lengthMean: number): void {
    const scores = this.#scores;
    const lengths = this.#lengths;
    const base = BM25_K1 * (1 - BM25_B);
    const perTerm = (BM25_K1 * BM25_B) / lengthMean;
    // An index in place of an iterator: this is where the time of a search goes.
    for (let at = 0; at < postings.length; at++) {
      const slot = postings[at]! >>> TIMES_BITS;
      const times = postings[at]! & TIMES_MAX;
      scores[slot]! += (weight * times) / (times + base + perTerm * lengths[slot]!);
    }
  }

  /** Takes the best out of the scores, which are zero again then. */
  #best(limit: number, group: number | undefined): TermHit[] {
    const scores = this.#scores;
    const best = new Best(limit);
    let least = 0;
    for (let slot = 0; slot < this.#slotsUsed; slot++) {
      const score = scores[slot]!;
      if (score === 0) continue;
      scores[slot] = 0;
      if (score < least || (group !== undefined && this.#groups[slot] !== group)) continue;
      best.add({ id: this.#ids[slot]!, score });
      least = best.least;
    }
    return best.hits;
  }

  /** Distinct terms of a text and how many terms it has; leaves the occurrences in `#times`. */
  #count(text: string, isNew: boolean): { readonly terms: readonly number[]; readonly length: number } {
    const terms: number[] = [];
    let length = 0;
    eachTerm(text, (term) => {
      length++;
      let number = this.#terms.find(term);
      if (number === undefined) {
        if (!isNew) return;
        number = this.#postings.add();
        this.#terms.add(term, number);
        if (number === this.#times.length) this.#times = enlarged(this.#times, Uint32Array);
      }
      if (this.#times[number] === 0) terms.push(number);
      this.#times[number]!++;
    });
    return { terms, length };
  }

  #growSlots(): void {
    this.#ids = enlarged(this.#ids, Float64Array);
    this.#lengths = enlarged(this.#lengths, Uint32Array);
    this.#groups = enlarged(this.#groups, Uint16Array);
    this.#scores = enlarged(this.#scores, Float64Array);
  }
}

/** The best of many hits, kept in order: few are wanted, and most of what comes later is worse. */
class Best {
  readonly hits: TermHit[] = [];
  readonly #limit: number;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** A hit below this is not among the best. */
  get least(): number {
    return this.hits.length < this.#limit ? 0 : (this.hits.at(-1)?.score ?? Infinity);
  }

  add(hit: TermHit): void {
    let at = this.hits.length;
    while (at > 0 && isBetter(hit, this.hits[at - 1]!)) at--;
    this.hits.splice(at, 0, hit);
    if (this.hits.length > this.#limit) this.hits.pop();
  }
}

function isBetter(a: TermHit, b: TermHit): boolean {
  return a.score > b.score || (a.score === b.score && a.id > b.id);
}

/** Numbers of terms by a 64-bit hash, open addressing: a hundred thousand strings would cost more than their lists. */
class TermNumbers {
  /** Two halves of the hash and the number plus one, by slot; 0 where the slot is empty. */
  #table = new Uint32Array(3 * 4096);
  #count = 0;

  get bytes(): number {
    return this.#table.byteLength;
  }

  find(term: string): number | undefined {
    const number = this.#table[this.#slot(hash(term, 0x811c9dc5, 0x01000193), hash(term, 0x9747b28c, 0x5bd1e995)) + 2]!;
    return number === 0 ? undefined : number - 1;
  }

  /** The term must not be there. */
  add(term: string, number: number): void {
    if (++this.#count * 2 > this.#table.length / 3) this.#grow();
    this.#put(hash(term, 0x811c9dc5, 0x01000193), hash(term, 0x9747b28c, 0x5bd1e995), number + 1);
  }

  #put(low: number, high: number, value: number): void {
    const at = this.#slot(low, high);
    this.#table[at] = low;
    this.#table[at + 1] = high;
    this.#table[at + 2] = value;
  }

  /** Where the hash is, or would be put. */
  #slot(low: number, high: number): number {
    const table = this.#table;
    const mask = table.length / 3 - 1;
    for (let slot = low & mask; ; slot = (slot + 1) & mask) {
      const at = 3 * slot;
      if (table[at + 2] === 0 || (table[at] === low && table[at + 1] === high)) return at;
    }
  }

  #grow(): void {
    const old = this.#table;
    this.#table = new Uint32Array(2 * old.length);
    for (let at = 0; at < old.length; at += 3) {
      if (old[at + 2] !== 0) this.#put(old[at]!, old[at + 1]!, old[at + 2]!);
    }
  }
}

/** FNV-1a with a start and a factor of one's own and the finaliser of MurmurHash3; 32 bits. */
function hash(term: string, start: number, factor: number): number {
  let state = start;
  for (let index = 0; index < term.length; index++) state = Math.imul(state ^ term.charCodeAt(index), factor);
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

function enlarged<A extends Uint16Array | Uint32Array | Float64Array>(array: A, type: new (length: number) => A): A {
  const larger = new type(2 * array.length);
  larger.set(array);
  return larger;
}

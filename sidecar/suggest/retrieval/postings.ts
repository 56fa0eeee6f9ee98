/**
 * Lists of numbers in typed arrays: one list per term, most of them short, some as long as there are documents. A list
 * lies in one piece; when it is full it moves to a piece of twice the size, and the old piece serves another list.
 */

/** Numbers per page that pieces are cut from; a longer list has a page of its own. No growth copies more than one list. */
const PAGE_SIZE = 1 << 16;

export class Postings {
  readonly #pages: Uint32Array[] = [];
  /** Used up so far of the page that pieces are cut from. */
  #page = -1;
  #pageUsed = PAGE_SIZE;
  /** Pieces without a list, by the logarithm of their size: page and offset in turn. */
  readonly #free: number[][] = [];
  /** By list. */
  #places = new Uint32Array(2 * 1024);
  #counts = new Uint32Array(1024);
  #lists = 0;

  /** Makes an empty list and returns its number: 0, 1, … */
  add(): number {
    if (this.#lists === this.#counts.length) {
      this.#places = grown(this.#places);
      this.#counts = grown(this.#counts);
    }
    return this.#lists++;
  }

  push(list: number, value: number): void {
    const count = this.#counts[list]!;
    // A list of 0, 1, 2, 4, … numbers fills its piece.
    if ((count & (count - 1)) === 0) this.#move(list, count);
    this.#pages[this.#places[2 * list]!]![this.#places[2 * list + 1]! + count] = value;
    this.#counts[list] = count + 1;
  }

  /** Takes the number at an index out of a list; the last one takes its place. */
  removeAt(list: number, at: number): void {
    const values = this.values(list);
    const last = values.length - 1;
    values[at] = values[last]!;
    this.#counts[list] = last;
    // The piece stays as large as the count says: what is now too large is halved.
    if (last > 0 && (last & (last - 1)) === 0) this.#shrink(list, last);
    else if (last === 0) this.#release(list, 1);
  }

  count(list: number): number {
    return this.#counts[list]!;
  }

  /** The numbers of a list, in no order; valid until the next change. */
  values(list: number): Uint32Array {
    const count = this.#counts[list]!;
    if (count === 0) return NONE;
    const offset = this.#places[2 * list + 1]!;
    return this.#pages[this.#places[2 * list]!]!.subarray(offset, offset + count);
  }

  /** Of the typed arrays. */
  get bytes(): number {
    const pages = this.#pages.reduce((sum, page) => sum + page.byteLength, 0);
    return pages + this.#places.byteLength + this.#counts.byteLength;
  }

  /** Moves a full list to a piece of twice the size. */
  #move(list: number, count: number): void {
    const before = this.values(list);
    const [page, offset] = this.#allocate(Math.max(1, 2 * count));
    this.#pages[page]!.set(before, offset);
    if (count > 0) this.#release(list, count);
    this.#places[2 * list] = page;
    this.#places[2 * list + 1] = offset;
  }

  /** Gives back the half of a piece that a shortened list has no use for. */
  #shrink(list: number, count: number): void {
    this.#freePiece(count, this.#places[2 * list]!, this.#places[2 * list + 1]! + count);
  }

  #release(list: number, size: number): void {
    this.#freePiece(size, this.#places[2 * list]!, this.#places[2 * list + 1]!);
  }

  #freePiece(size: number, page: number, offset: number): void {
    (this.#free[Math.log2(size)] ??= []).push(page, offset);
  }

  #allocate(size: number): [page: number, offset: number] {
    const free = this.#free[Math.log2(size)];
    if (free && free.length > 0) {
      const offset = free.pop()!;
      return [free.pop()!, offset];
    }
    if (size >= PAGE_SIZE) return [this.#pages.push(new Uint32Array(size)) - 1, 0];
    if (this.#pageUsed + size > PAGE_SIZE) {
      // What is left of the old page is too small for this list, and good for shorter ones.
      this.#cutUpRest();
      this.#page = this.#pages.push(new Uint32Array(PAGE_SIZE)) - 1;
      this.#pageUsed = 0;
    }
    const offset = this.#pageUsed;
    this.#pageUsed += size;
    return [this.#page, offset];
  }

  #cutUpRest(): void {
    while (this.#pageUsed < PAGE_SIZE) {
      const size = 1 << (31 - Math.clz32(PAGE_SIZE - this.#pageUsed));
      this.#freePiece(size, this.#page, this.#pageUsed);
      this.#pageUsed += size;
    }
  }
}

const NONE = new Uint32Array(0);

function grown(array: Uint32Array<ArrayBuffer>): Uint32Array<ArrayBuffer> {
  const larger = new Uint32Array(2 * array.length);
  larger.set(array);
  return larger;
}

/**
 * Which symbol of one sequence stands for which of the other: a longest common subsequence, by Myers' linear-space
 * algorithm ("An O(ND) difference algorithm", 1986).
 */

/** For each symbol of `left` its partner's index in `right`, or -1; partners rise from left to right. */
export function align(left: Int32Array, right: Int32Array): Int32Array {
  const partners = new Int32Array(left.length).fill(-1);
  const size = left.length + right.length + 3;
  new Aligner(left, right, partners, new Int32Array(2 * size), new Int32Array(2 * size), size).run(
    0,
    left.length,
    0,
    right.length,
  );
  return partners;
}

/** Numbers for strings, the same number for the same string. */
export class Symbols {
  readonly #numbers = new Map<string, number>();

  of(texts: readonly string[]): Int32Array {
    return Int32Array.from(texts, (text) => {
      let number = this.#numbers.get(text);
      if (number === undefined) this.#numbers.set(text, (number = this.#numbers.size));
      return number;
    });
  }
}

/** Where a shortest path of edits passes the middle, and how far it runs along equal symbols there. */
interface Snake {
  readonly fromLeft: number;
  readonly fromRight: number;
  readonly toLeft: number;
  readonly toRight: number;
}

class Aligner {
  readonly #left: Int32Array;
  readonly #right: Int32Array;
  readonly #partners: Int32Array;
  /** Furthest place on each diagonal (as an index of `left`), forwards from the start and backwards from the end. */
  readonly #forward: Int32Array;
  readonly #backward: Int32Array;
  readonly #zero: number;

  constructor(
    left: Int32Array,
    right: Int32Array,
    partners: Int32Array,
    forward: Int32Array,
    backward: Int32Array,
    zero: number,
  ) {
    this.#left = left;
    this.#right = right;
    this.#partners = partners;
    this.#forward = forward;
    this.#backward = backward;
    this.#zero = zero;
  }

  run(leftStart: number, leftEnd: number, rightStart: number, rightEnd: number): void {
    let [a, b, c, d] = [leftStart, leftEnd, rightStart, rightEnd];
    while (a < b && c < d && this.#left[a] === this.#right[c]) this.#partners[a++] = c++;
    while (a < b && c < d && this.#left[b - 1] === this.#right[d - 1]) this.#partners[--b] = --d;
    if (a === b || c === d) return;
    const snake = this.#middle(a, b, c, d);
    this.run(a, snake.fromLeft, c, snake.fromRight);
    for (let at = 0; snake.fromLeft + at < snake.toLeft; at++) {
      this.#partners[snake.fromLeft + at] = snake.fromRight + at;
    }
    this.run(snake.toLeft, b, snake.toRight, d);
  }

  #middle(a: number, b: number, c: number, d: number): Snake {
    const left = this.#left;
    const right = this.#right;
    const forward = this.#forward;
    const backward = this.#backward;
    const zero = this.#zero;
    const delta = b - a - (d - c);
    const odd = delta % 2 !== 0;
    forward[zero] = a;
    backward[zero] = b;
    for (let edits = 0; ; edits++) {
      for (let k = -edits; k <= edits; k += 2) {
        if (edits > 0) {
          const fromAbove = k < edits ? forward[zero + k + 1]! : NONE;
          const fromLeft = k > -edits ? forward[zero + k - 1]! : NONE;
          const below = fromAbove !== NONE && c + fromAbove - a - k <= d ? fromAbove : NONE;
          const beside = fromLeft !== NONE && fromLeft < b ? fromLeft + 1 : NONE;
          forward[zero + k] = Math.max(below, beside);
        }
        const from = forward[zero + k]!;
        if (from === NONE) continue;
        let x = from;
        let y = c + x - a - k;
        while (x < b && y < d && left[x] === right[y]) {
          x++;
          y++;
        }
        forward[zero + k] = x;
        const mirror = delta - k;
        if (!odd || mirror <= -edits || mirror >= edits) continue;
        const met = backward[zero + mirror]!;
        if (met !== NONE && x >= met) {
          return { fromLeft: from, fromRight: y - (x - from), toLeft: x, toRight: y };
        }
      }
      for (let k = -edits; k <= edits; k += 2) {
        if (edits > 0) {
          const fromBelow = k < edits ? backward[zero + k + 1]! : NONE;
          const fromRight = k > -edits ? backward[zero + k - 1]! : NONE;
          const above = fromBelow !== NONE && d - (b - fromBelow) + k >= c ? fromBelow : NONE;
          const beside = fromRight !== NONE && fromRight > a ? fromRight - 1 : NONE;
          backward[zero + k] = above === NONE ? beside : beside === NONE ? above : Math.min(above, beside);
        }
        const from = backward[zero + k]!;
        if (from === NONE) continue;
        let x = from;
        let y = d - (b - x) + k;
        while (x > a && y > c && left[x - 1] === right[y - 1]) {
          x--;
          y--;
        }
        backward[zero + k] = x;
        const mirror = delta - k;
        if (odd || mirror < -edits || mirror > edits) continue;
        const met = forward[zero + mirror]!;
        if (met !== NONE && x <= met) {
          return { fromLeft: x, fromRight: y, toLeft: from, toRight: y + (from - x) };
        }
      }
    }
  }
}

/** A diagonal that no path has reached inside the two sequences. */
const NONE = -1;

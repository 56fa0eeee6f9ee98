/**
 * The width that lines may have, as a belief: how probable each width is, given which nodes stand on one line and which
 * are broken. Few nodes leave several widths open; then usual ones are likelier.
 */

/** Narrower and wider limits are none that people choose. */
const NARROWEST = 60;
const WIDEST = 200;
/** As if there were no limit. */
const UNLIMITED = WIDEST - NARROWEST + 1;
/** Limits that people and tools choose, by weight; all others share little. */
const USUAL: readonly (readonly [width: number, weight: number])[] = [
  [80, 30],
  [100, 16],
  [120, 14],
  [79, 8],
  [88, 8],
  [90, 4],
  [110, 3],
  [72, 2],
  [99, 2],
  [130, 2],
  [140, 2],
  [150, 1],
  [160, 1],
  [200, 1],
];
const UNUSUAL_WEIGHT = 0.03;
const UNLIMITED_WEIGHT = 4;
/** A broken node that would have fit, or a line that is too long, weighs as much as so many that agree. */
const VIOLATION = 2;
/** Share of the belief about offered text in what is expected of a person's own. */
const LIKE_OFFERED = 0.4;
/** Share of the belief in a limit that a convention names. */
const AS_NAMED = 0.8;

/** How a node stands in somebody's text. */
export interface Stand {
  /** Columns of its line if all of it stood on one. */
  readonly columns: number;
  readonly isBroken: boolean;
  /** All of it stands on one line. */
  readonly isFlat: boolean;
  /** It is part of a node that stands on the same line. */
  readonly isInner: boolean;
}

/** How probable each limit is. */
export class Width {
  readonly #weights: Float64Array;
  /** Sums from the widest down: the probability that so many columns fit. */
  readonly #fits: Float64Array;
  /** The likeliest limit; Infinity where there seems to be none. */
  readonly likeliest: number;

  private constructor(weights: Float64Array) {
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    this.#weights = weights.map((weight) => weight / total);
    this.#fits = new Float64Array(weights.length);
    let sum = 0;
    let best = UNLIMITED;
    for (let index = UNLIMITED; index >= 0; index--) {
      sum += this.#weights[index]!;
      this.#fits[index] = sum;
      if (this.#weights[index]! > this.#weights[best]!) best = index;
    }
    this.likeliest = best === UNLIMITED ? Infinity : NARROWEST + best;
  }

  /**
   * Of a person whose text has not been seen, but perhaps `offered` text that they are used to; `named` is what a
   * convention says.
   */
  static expected(offered?: Width, named?: number): Width {
    let weights = USUAL_WIDTH.#weights;
    if (offered) weights = mixture(weights, offered.#weights, LIKE_OFFERED);
    if (named !== undefined && named > 0) weights = mixture(weights, Width.exactly(named).#weights, AS_NAMED);
    return new Width(weights);
  }

  static exactly(columns: number): Width {
    const weights = new Float64Array(UNLIMITED + 1);
    addTo(weights, columns, 1);
    return new Width(weights);
  }

  static usual(): Width {
    const weights = new Float64Array(UNLIMITED + 1).fill(UNUSUAL_WEIGHT);
    for (const [width, weight] of USUAL) weights[width - NARROWEST] = weight;
    weights[UNLIMITED] = UNLIMITED_WEIGHT;
    return new Width(weights);
  }

  /** Probability that a line of so many columns fits, 0..1. */
  fits(columns: number): number {
    if (columns <= NARROWEST) return 1;
    return this.#fits[Math.min(columns - NARROWEST, UNLIMITED)]!;
  }

  /** Probability that this is the limit, 0..1. */
  probabilityOf(limit: number): number {
    return this.#weights[indexOf(limit)]!;
  }

  /** What is believed once all of this was seen, see {@link scoresOf}. */
  after(seen: readonly Float64Array[]): Width {
    const scores = new Float64Array(UNLIMITED + 1);
    for (const one of seen) for (let index = 0; index <= UNLIMITED; index++) scores[index]! += one[index]!;
    let best = -Infinity;
    for (let index = 0; index <= UNLIMITED; index++) {
      if (this.#weights[index]! > 0) best = Math.max(best, scores[index]!);
    }
    return new Width(this.#weights.map((weight, index) => weight * Math.exp(scores[index]! - best)));
  }
}

/** For each limit, the log likelihood of how nodes stand, kind by kind. */
export function scoresOf(kinds: Iterable<readonly Stand[]>): Float64Array {
  const scores = new Float64Array(UNLIMITED + 1);
  const flats = new Float64Array(UNLIMITED + 1);
  const counts = new Float64Array(UNLIMITED + 1);
  for (const stands of kinds) {
    let broken = 0;
    for (const { columns, isBroken, isFlat, isInner } of stands) {
      if (isFlat && !isInner) flats[indexOf(columns)]! += 1;
      if (!isBroken) continue;
      counts[indexOf(columns)]! += 1;
      broken++;
    }
    if (broken === 0) continue;
    // Columns that are as wide as the limit fit: broken ones agree with every narrower limit.
    let fitting = 0;
    for (let index = 0; index <= UNLIMITED; index++) {
      fitting += counts[index]!;
      // A kind that is broken though it fits is broken for another reason, and says nothing.
      scores[index]! += Math.max(0, broken - fitting - VIOLATION * fitting);
    }
    counts.fill(0);
  }
  let overflows = 0;
  for (let index = UNLIMITED; index >= 0; index--) {
    scores[index]! -= VIOLATION * overflows;
    overflows += flats[index]!;
  }
  return scores;
}

const USUAL_WIDTH = Width.usual();

/** The second belief takes its share of what the first one holds. */
function mixture(first: Float64Array, second: Float64Array, share: number): Float64Array {
  return first.map((weight, index) => weight * (1 - share) + second[index]! * share);
}

function addTo(counts: Float64Array, columns: number, weight: number): void {
  counts[indexOf(columns)]! += weight;
}

function indexOf(columns: number): number {
  return Math.max(0, Math.min(columns - NARROWEST, UNLIMITED));
}

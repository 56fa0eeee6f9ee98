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

/** How nodes stand, kind by kind, as far as that depends on a limit of their lines. */
export class WidthEvidence {
  /** By limit: how many nodes speak for it, or against it. */
  readonly #scores = new Float64Array(UNLIMITED + 1);
  /** Nodes on one line, by its columns. */
  readonly #flats = new Float64Array(UNLIMITED + 1);
  readonly #broken = new Float64Array(UNLIMITED + 1);
  #brokenCount = 0;

  /** A node that would be so wide on one line, and is broken. */
  addBroken(columns: number): void {
    addTo(this.#broken, columns, 1);
    this.#brokenCount++;
  }

  /** A node that stands on a line of so many columns. */
  addFlat(columns: number): void {
    addTo(this.#flats, columns, 1);
  }

  /** All broken nodes of one kind were added. */
  endKind(): void {
    if (this.#brokenCount === 0) return;
    // Columns that are as wide as the limit fit: broken ones agree with every narrower limit.
    let fitting = 0;
    for (let index = 0; index <= UNLIMITED; index++) {
      fitting += this.#broken[index]!;
      // A kind that is broken though it fits is broken for another reason, and says nothing.
      this.#scores[index]! += Math.max(0, this.#brokenCount - fitting - VIOLATION * fitting);
    }
    this.#broken.fill(0);
    this.#brokenCount = 0;
  }

  /** By limit, log likelihood of all that was added. */
  scores(): Float64Array {
    const scores = this.#scores.slice();
    let overflows = 0;
    for (let index = UNLIMITED; index >= 0; index--) {
      scores[index]! -= VIOLATION * overflows;
      overflows += this.#flats[index]!;
    }
    return scores;
  }
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
    const priors: [Width, number][] = [[USUAL_WIDTH, 1]];
    if (offered) priors.push([offered, LIKE_OFFERED]);
    if (named !== undefined && named > 0) priors.push([Width.exactly(named), AS_NAMED]);
    return new Width(
      USUAL_WIDTH.#weights.map((_, index) => mixture(priors.map(([width, share]) => [width.#weights[index]!, share]))),
    );
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
    return this.#weights[Math.max(0, Math.min(limit - NARROWEST, UNLIMITED))]!;
  }

  /** What is believed once this was seen. */
  after(evidence: WidthEvidence): Width {
    const scores = evidence.scores();
    const best = scores.reduce(
      (most, score, index) => (this.#weights[index]! > 0 ? Math.max(most, score) : most),
      -Infinity,
    );
    return new Width(this.#weights.map((weight, index) => weight * Math.exp(scores[index]! - best)));
  }
}

const USUAL_WIDTH = Width.usual();

/** Each belief takes its share of what those before it hold. */
function mixture(parts: readonly (readonly [weight: number, share: number])[]): number {
  return parts.reduce((sum, [weight, share]) => sum * (1 - share) + weight * share, 0);
}

function addTo(counts: Float64Array, columns: number, weight: number): void {
  counts[Math.max(0, Math.min(columns - NARROWEST, UNLIMITED))]! += weight;
}

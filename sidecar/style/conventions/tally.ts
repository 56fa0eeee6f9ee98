/**
 * Counts of one attribute in one scope, of two kinds. What was scanned is an exact sum that files enter and leave. What
 * somebody typed or corrected is a sequence: older sites fade, and the last few outrank what contradicts them.
 */

/** Relevant sites after which an older one counts half. */
export const HALF_LIFE_SITES = 100;
/** What one more site leaves of the older ones. */
const FADE = 2 ** (-1 / HALF_LIFE_SITES);
/** The most that a sequence with this half-life can weigh: scanned text is a sequence whose order nobody knows. */
export const SCANNED_MAX = 1 / (1 - FADE);
/** How much more a site of one's own typing says than one of a file that others may have written (ours). */
export const TYPED_WEIGHT = 3;
/** Texts in a row that contradict the rest, from which on the rest fades by half each time (ours). */
export const CONTRADICTIONS = 3;

/** As it is stored: values with their faded counts, what is left of the scanned counts, and the run of the last texts. */
export interface TypedCounts {
  readonly counts: Readonly<Record<string, number>>;
  readonly scannedShare: number;
  readonly last: string | undefined;
  readonly run: number;
}

/** Weight of values, and how often each was seen. */
export interface Weighed {
  readonly weights: ReadonlyMap<string, number>;
  readonly seen: ReadonlyMap<string, number>;
}

export class Tally {
  readonly #scanned = new Map<string, number>();
  readonly #typed = new Map<string, number>();
  /** What is left of the scanned counts: they are older than all that was typed. */
  #scannedShare = 1;
  /** The value that all sites of the last texts had, and how many texts that are. */
  #last: string | undefined;
  #run = 0;

  /** Adds what a file shows, or takes it away with `sign` -1. The first number of each value is its count. */
  scan(values: Readonly<Record<string, readonly number[]>>, sign: 1 | -1): void {
    for (const [value, [count = 0]] of Object.entries(values)) {
      const sum = (this.#scanned.get(value) ?? 0) + sign * count;
      // Sums of fractions leave crumbs.
      if (sum > 1e-6) this.#scanned.set(value, sum);
      else this.#scanned.delete(value);
    }
  }

  /** Adds the sites of one text that somebody wrote, in order. */
  type(values: readonly string[], weight: number): void {
    for (const value of values) {
      for (const [other, count] of this.#typed) this.#typed.set(other, count * FADE);
      this.#scannedShare *= FADE;
      this.#typed.set(value, (this.#typed.get(value) ?? 0) + weight);
    }
    const only = new Set(values).size === 1 ? values[0] : undefined;
    this.#run = only !== undefined && only === this.#last ? this.#run + 1 : 1;
    this.#last = only;
    if (only !== undefined && this.#run >= CONTRADICTIONS && this.favourite() !== only) this.#halveOthers(only);
  }

  weigh(): Weighed {
    const weights = new Map<string, number>();
    const seen = new Map<string, number>();
    const scanned = [...this.#scanned.values()].reduce((sum, count) => sum + count, 0);
    const scale = this.#scannedShare * Math.min(1, SCANNED_MAX / scanned);
    for (const [value, count] of this.#scanned) {
      weights.set(value, count * scale);
      seen.set(value, count * this.#scannedShare);
    }
    for (const [value, count] of this.#typed) {
      weights.set(value, (weights.get(value) ?? 0) + count * TYPED_WEIGHT);
      seen.set(value, (seen.get(value) ?? 0) + count);
    }
    return { weights, seen };
  }

  /** The value that weighs most. */
  favourite(): string | undefined {
    // What was scanned is scaled alike.
    return favouriteOf(this.#typed.size === 0 ? this.#scanned : this.weigh().weights);
  }

  get isEmpty(): boolean {
    return this.#scanned.size === 0 && this.#typed.size === 0;
  }

  /** Undefined where nothing was typed. */
  typed(): TypedCounts | undefined {
    if (this.#typed.size === 0) return undefined;
    const counts = Object.fromEntries(this.#typed);
    return { counts, scannedShare: this.#scannedShare, last: this.#last, run: this.#run };
  }

  restore({ counts, scannedShare, last, run }: TypedCounts): void {
    this.forgetTyped();
    for (const [value, count] of Object.entries(counts)) this.#typed.set(value, count);
    this.#scannedShare = scannedShare;
    this.#last = last;
    this.#run = run;
  }

  forgetTyped(): void {
    this.#typed.clear();
    this.#scannedShare = 1;
    this.#last = undefined;
    this.#run = 0;
  }

  #halveOthers(value: string): void {
    for (const [other, count] of this.#typed) if (other !== value) this.#typed.set(other, count / 2);
    this.#scannedShare /= 2;
  }
}

/** The first of the values with the most; undefined where there are none. */
export function favouriteOf(weights: ReadonlyMap<string, number>): string | undefined {
  let best: readonly [string, number] | undefined;
  for (const weighed of weights) if (!best || weighed[1] > best[1]) best = weighed;
  return best?.[0];
}

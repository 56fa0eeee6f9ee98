/** What a stored suggestion or example is worth: where a table is full the least of it goes. Pure. */

/** What is new is worth twice as much as what is so old. */
const HALF_LIFE_MS = 90 * 24 * 60 * 60 * 1000;
/** Being used once makes an example worth so much more; ten times, ten times that in logarithms. */
const USE_WEIGHT = 0.5;

export interface Kept {
  /** Outcome, 0..1; undefined where none is known. */
  readonly score: number | undefined;
  /** `corrected` teaches most, `typed` is in the files as well; `shown` was never taken. */
  readonly kind: "corrected" | "accepted" | "typed" | "shown";
  /** How many suggestions rested on it. */
  readonly uses: number;
  readonly ageMs: number;
}

const KIND_WEIGHTS = { corrected: 1, accepted: 0.7, typed: 0.3, shown: 0.1 } as const;

/** From 0 on; only to be compared. */
export function worthOf({ score = 0.5, kind, uses, ageMs }: Kept): number {
  const fresh = 2 ** (-Math.max(0, ageMs) / HALF_LIFE_MS);
  return KIND_WEIGHTS[kind] * (0.25 + score) * (fresh + USE_WEIGHT * Math.log2(1 + uses));
}

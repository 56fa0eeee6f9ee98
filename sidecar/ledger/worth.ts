/** What a stored suggestion, example or observation is worth: where there is too much the least of it goes. Pure. */

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

/**
 * Places in `kinds`, a series in order of time, that may go so that at most `max` are left: of the kinds that are there
 * most often all as many, and of each the ones in the middle. The first and the last of a kind are always kept.
 */
export function repeatedIn(kinds: readonly string[], max: number): number[] {
  const places = [...Map.groupBy(kinds.keys(), (at) => kinds[at]!).values()];
  const leftAt = (each: number): number => places.reduce((sum, { length }) => sum + Math.min(length, each), 0);
  let each = Math.max(2, ...places.map(({ length }) => length));
  while (each > 2 && leftAt(each) > max) each--;
  const first = Math.ceil(each / 2);
  return places
    .flatMap((ofKind) => (ofKind.length > each ? ofKind.slice(first, ofKind.length - (each - first)) : []))
    .sort((a, b) => a - b);
}

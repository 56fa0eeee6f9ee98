/**
 * Frustration, as far as what somebody does shows it (learning.md §1): it lowers eagerness at once, and passes. Nothing
 * of it is stored. Pure.
 */

export type Annoyance =
  /** Taken back within two seconds: it was read only after it was accepted. */
  | "undone at once"
  /** Turned down; a single one means nothing. */
  | "dismissed"
  /** Suggestions were snoozed right after one. */
  | "snoozed"
  /** What was accepted was deleted, and the place written anew. */
  | "written anew";

export interface Frustration {
  /** 0 (calm) to 1, as of `at`. */
  readonly level: number;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Times of the last dismissals that have not annoyed yet. */
  readonly dismissals: readonly number[];
}

export const CALM: Frustration = { level: 0, at: 0, dismissals: [] };

/** An undo so soon after accepting is one of these. */
export const UNDONE_AT_ONCE_MS = 2000;
/** So many dismissals within so long a time are more than not being lucky (learning.md §1). */
const DISMISSALS = 3;
const DISMISSALS_WITHIN_MS = 20_000;
/** Sooner after another it is the same act. */
const ACT_MS = 200;
const HALF_LIFE_MS = 10 * 60 * 1000;
/** What one annoyance adds (ours): two of them are as bad as it gets. */
const ANNOYANCE = 0.5;

/** Frustration after something that happened at `at` (milliseconds since the epoch). */
export function annoy(frustration: Frustration, annoyance: Annoyance, at: number): Frustration {
  if (annoyance !== "dismissed") return raise(frustration, at, frustration.dismissals);
  if (frustration.dismissals.some((time) => Math.abs(at - time) < ACT_MS)) return frustration;
  const recent = [...frustration.dismissals, at].filter((time) => Math.abs(at - time) <= DISMISSALS_WITHIN_MS);
  return recent.length < DISMISSALS ? { ...frustration, dismissals: recent } : raise(frustration, at, []);
}

/** What is left of it at `now`, 0..1. */
export function frustrationAt({ level, at }: Frustration, now: number): number {
  // In the future it was under a wrong clock: it fades by how far away it is.
  return level * 2 ** (-Math.abs(now - at) / HALF_LIFE_MS);
}

function raise(frustration: Frustration, at: number, dismissals: readonly number[]): Frustration {
  const now = Math.max(at, frustration.at);
  // What is told late has faded as well.
  const added = frustrationAt({ level: ANNOYANCE, at, dismissals }, now);
  return { level: Math.min(1, frustrationAt(frustration, now) + added), at: now, dismissals };
}

/** When a rating may be asked for: seldom, in a pause, and of a suggestion that is still in mind. Pure. */

/** Never twice in this time. */
export const ASK_EVERY_MS = 10 * 60_000;
/** Nobody is typing who has not for so long. */
export const QUIET_MS = 5_000;
/** So long after accepting there is something to say. */
export const AFTER_ACCEPT_MS = 15_000;
/** Later it is forgotten what the suggestion was. */
export const FORGOTTEN_MS = 5 * 60_000;

export interface AskState {
  readonly acceptedAt: number;
  readonly typedAt: number;
  /** Undefined before the first time. */
  readonly askedAt: number | undefined;
}

/** When to ask, in milliseconds since the epoch; undefined: not about this suggestion. */
export function askAt({ acceptedAt, typedAt, askedAt }: AskState): number | undefined {
  const at = Math.max(acceptedAt + AFTER_ACCEPT_MS, typedAt + QUIET_MS, (askedAt ?? -Infinity) + ASK_EVERY_MS);
  return at - acceptedAt > FORGOTTEN_MS ? undefined : at;
}

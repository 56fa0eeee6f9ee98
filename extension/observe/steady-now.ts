/**
 * The time by which accepted text is followed. It goes with the wall clock, also past a sleep of the machine; where
 * somebody sets that back it goes on as if nothing had happened: nothing was accepted in the future, and what is due in
 * a minute is not due in a year.
 */

/** Set back by less than this, the clock was only put right. */
const SET_BACK_MS_MIN = 1_000;

export interface TimeSources {
  /** Milliseconds since the epoch, as somebody has set them. */
  readonly wall: () => number;
  /** Milliseconds that only grow. */
  readonly elapsed: () => number;
}

/** Returns whole milliseconds since the epoch that never decrease. */
export function createSteadyNow({ wall, elapsed }: TimeSources): () => number {
  let last = { wall: wall(), elapsed: elapsed(), told: 0 };
  /** What is to be added to the wall clock. */
  let ahead = 0;
  return () => {
    const now = { wall: wall(), elapsed: elapsed() };
    const due = last.wall + Math.max(0, now.elapsed - last.elapsed);
    if (now.wall < due - SET_BACK_MS_MIN) ahead += due - now.wall;
    // Set forward again, it is believed again.
    else if (ahead > 0) ahead = Math.max(0, ahead - Math.max(0, now.wall - due));
    const told = Math.max(last.told, Math.round(now.wall + ahead));
    last = { ...now, told };
    return told;
  };
}

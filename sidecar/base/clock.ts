/** Time as a value to inject, so that tests decide what time it is. */

export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
}

/** For durations: whoever sets the time of the machine does not move it, and its zero is no date. */
export const steadyClock: Clock = { now: () => performance.now() };

export const systemClock: Clock = { now: () => Date.now() };

/** A server that fails again and again is left alone for a while, longer each time, so that nobody waits for it. */
import type { Clock } from "../../base/clock.ts";

export interface BreakerLimits {
  /** Failures in a row after which there is a pause. */
  readonly failuresMax: number;
  /** The first pause, in milliseconds; each further one is twice as long, up to `pauseMsMax`. */
  readonly pauseMs: number;
  readonly pauseMsMax: number;
}

/** A server that asks for more is asked again after this all the same. */
const RETRY_AFTER_MS_MAX = 600_000;

export class Breaker {
  readonly #limits: BreakerLimits;
  readonly #clock: Clock;
  readonly #random: () => number;
  #failures = 0;
  #pausedUntil = 0;

  /** `random`: uniform in [0, 1). */
  constructor(limits: BreakerLimits, clock: Clock, random: () => number) {
    this.#limits = limits;
    this.#clock = clock;
    this.#random = random;
  }

  get isPaused(): boolean {
    return this.#clock.now() < this.#pausedUntil;
  }

  succeed(): void {
    this.#failures = 0;
    this.#pausedUntil = 0;
  }

  /** `retryAfterMs`: how long the server itself wants to be left alone. */
  fail(retryAfterMs = 0): void {
    this.#failures++;
    const { failuresMax, pauseMs, pauseMsMax } = this.#limits;
    const doublings = this.#failures - failuresMax;
    // From half to all of it: editors that lost the same server do not come back at the same moment.
    const jitter = (1 + this.#random()) / 2;
    const backOff = doublings < 0 ? 0 : Math.min(pauseMsMax, pauseMs * 2 ** doublings) * jitter;
    this.#pausedUntil = this.#clock.now() + Math.max(backOff, Math.min(retryAfterMs, RETRY_AFTER_MS_MAX));
  }
}

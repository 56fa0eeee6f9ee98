/**
 * Cooperative time slices: long work on the main thread pauses every few milliseconds, so that a keystroke waits for
 * one slice at most.
 */
import { setImmediate } from "node:timers/promises";

/** Runs steps to their end, with pauses between them where a slice is used up. */
export async function inSlices<T>(steps: Iterator<undefined, T>, slices: Slices): Promise<T> {
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (slices.over) await slices.pause();
  }
}

export class Slices {
  readonly #sliceMs: number;
  readonly #signal: AbortSignal;
  #since = performance.now();

  constructor(signal: AbortSignal, sliceMs = 2) {
    this.#signal = signal;
    this.#sliceMs = sliceMs;
  }

  /** Whether the slice is used up: then `await pause()`. Cheap enough for inner loops of a microsecond. */
  get over(): boolean {
    return performance.now() - this.#since >= this.#sliceMs;
  }

  throwIfAborted(): void {
    this.#signal.throwIfAborted();
  }

  /** Lets the event loop run and starts a new slice; throws when cancelled. */
  async pause(): Promise<void> {
    this.#signal.throwIfAborted();
    await setImmediate();
    this.#signal.throwIfAborted();
    this.#since = performance.now();
  }
}

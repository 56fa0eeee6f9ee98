/** What `AbortSignal` lacks. */

/** Of work that nobody cancels. */
export const UNINTERRUPTED = new AbortController().signal;

/** Why work is cancelled whose owner is being closed. */
export function closing(): DOMException {
  return new DOMException("closing", "AbortError");
}

/** Rejects with the signal's reason when it aborts; for `Promise.race`. */
export function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason as Error);
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

/**
 * Aborts one thing when any of several others is aborted, for as long as it lasts. As `AbortSignal.any`, but it lets go of the signals it follows: one that outlives a thousand requests must not gather
 * a thousand listeners.
 */
export class LinkedAbort {
  readonly #controller = new AbortController();
  readonly #followed: readonly AbortSignal[];
  readonly #onAbort = (event: Event): void => this.abort((event.target as AbortSignal).reason);

  constructor(...followed: readonly AbortSignal[]) {
    this.#followed = followed;
    for (const signal of followed) {
      if (signal.aborted) this.abort(signal.reason);
      else signal.addEventListener("abort", this.#onAbort, { once: true });
    }
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  abort(reason: unknown): void {
    this.#controller.abort(reason);
  }

  unlink(): void {
    for (const signal of this.#followed) signal.removeEventListener("abort", this.#onAbort);
  }
}

/** How often and how soon a sidecar that crashed is started again. Pure; the client asks and obeys. */

/** Crashes within this time count together. */
export const CRASH_WINDOW_MS = 5 * 60_000;
/** So many crashes within the window, and it is left alone. */
export const CRASHES_MAX = 8;
const DELAYS_MS = [200, 1_000, 3_000, 10_000];

export type AfterCrash = { readonly kind: "restart"; readonly delayMs: number } | { readonly kind: "give-up" };

export class Restarts {
  #crashes: number[] = [];

  /** The sidecar has crashed at `now` (milliseconds). */
  crashed(now: number): AfterCrash {
    this.#crashes = [...this.#crashes.filter((at) => Math.abs(now - at) < CRASH_WINDOW_MS), now];
    const count = this.#crashes.length;
    if (count >= CRASHES_MAX) return { kind: "give-up" };
    return { kind: "restart", delayMs: DELAYS_MS[Math.min(count, DELAYS_MS.length) - 1]! };
  }

  /** The user has asked for a restart: the past is forgotten. */
  reset(): void {
    this.#crashes = [];
  }
}

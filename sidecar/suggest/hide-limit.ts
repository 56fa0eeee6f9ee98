/**
 * The limit to hiding: what the gate hides of late may hold no more than a small share of what all that was offered
 * promised to save. It binds where few suggestions are likely: there each one falls below any fixed bar, and all of them
 * together are what somebody would have had.
 */

/** Offers that count, the last ones, and those there must be at least (ours). */
const OFFERS_MAX = 400;
const OFFERS_MIN = 50;

export class HideLimit {
  /** What each offer promised, the newest last. */
  readonly #promises: number[] = [];

  /** `promise`: characters that an offer is expected to save, reading not counted; 0 or more. */
  remember(promise: number): void {
    this.#promises.push(promise);
    if (this.#promises.length > OFFERS_MAX) this.#promises.shift();
  }

  /** Whether an offer is one of the least, which together hold at most `share` of all that was promised. */
  mayHide(promise: number, share: number): boolean {
    if (this.#promises.length < OFFERS_MIN) return true;
    let [all, least] = [0, 0];
    for (const other of this.#promises) {
      all += other;
      if (other <= promise) least += other;
    }
    return least <= share * all;
  }
}

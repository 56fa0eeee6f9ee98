/**
 * The limit to hiding: what the gate hides of late may hold no more than a small share of what all that was offered
 * promised to save. It binds where few suggestions are likely: there each one falls below any fixed bar, and all of them
 * together are what somebody would have had.
 */

/** Offers that count, the last ones, and those there must be at least (ours). */
const OFFERS_MAX = 400;
const OFFERS_MIN = 50;

/** What showing one offer would bring. */
export interface Stake {
  /** Characters that it is expected to save, reading not counted; 0 or more. */
  readonly promise: number;
  /** The same as the engine believes: what is learned of one kind of offers leaves the limit for all others as it is. */
  readonly believed: number;
  /** What it brings for each time that it is read in vain: the least are hidden first. */
  readonly worth: number;
}

export class HideLimit {
  /** The newest last. */
  readonly #stakes: Stake[] = [];

  remember(stake: Stake): void {
    this.#stakes.push(stake);
    if (this.#stakes.length > OFFERS_MAX) this.#stakes.shift();
  }

  /** Whether an offer is one of the least worth, which together hold at most `share` of all that was promised. */
  mayHide({ worth }: Stake, share: number): boolean {
    if (this.#stakes.length < OFFERS_MIN) return true;
    let [all, least] = [0, 0];
    for (const other of this.#stakes) {
      all += other.believed;
      if (other.worth <= worth) least += other.promise;
    }
    return least <= share * all;
  }
}

/** What one choice is filed under: names from general to particular, made once for all places that are alike. */

/** Of these one must have been seen often, where text alone decides. */
const TEXT_KEYS = 3;
/** Under so many it is filed what became of an offered value. */
const OFFER_KEYS = 4;

export class ChoiceKeys {
  static #made = 0;

  /** Equal for the same object only: what is known of it is remembered under this. */
  readonly id = ChoiceKeys.#made++;
  readonly all: readonly string[];
  /** The most particular, and the others. */
  readonly particular: readonly string[];
  readonly general: readonly string[];
  /** The most particular, as far as offers go. */
  readonly ofOffers: readonly string[];
  /** What the choice is about: "space", "break", … */
  readonly feature: string;

  constructor(all: readonly string[]) {
    this.all = all;
    this.particular = all.slice(-TEXT_KEYS);
    this.general = all.slice(0, -TEXT_KEYS);
    this.ofOffers = all.slice(-OFFER_KEYS);
    this.feature = /^[a-z]+/.exec(all[0]!)?.[0] ?? "";
  }
}

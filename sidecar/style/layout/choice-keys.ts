/** What one choice is filed under: names from general to particular, made once for all places that are alike. */

/** Of these one must have been seen often, where text alone decides. */
const TEXT_KEYS = 3;
/** Under so many it is filed what became of an offered value. */
const OFFER_KEYS = 4;

/** Bound of those that are held. */
const MADE_MAX = 40_000;

export class ChoiceKeys {
  static readonly #known = new Map<string, ChoiceKeys>();
  static readonly #names = new Map<string, string>();
  static #made = 0;

  /** Equal for the same object only: what is known of it is remembered under this. */
  readonly id = ChoiceKeys.#made++;
  /** The same string object for the same name: it is found without being read. */
  readonly all: readonly string[];
  /** The most particular, and how many others there are. */
  readonly particular: readonly string[];
  readonly general: number;
  /** The most particular, as far as offers go, and how many others there are. */
  readonly ofOffers: readonly string[];
  readonly offersFrom: number;
  /** What the choice is about: "space", "break", … */
  readonly feature: string;

  private constructor(all: readonly string[]) {
    this.all = all.map((name) => ChoiceKeys.#same(name));
    this.general = Math.max(0, all.length - TEXT_KEYS);
    this.particular = this.all.slice(this.general);
    this.offersFrom = Math.max(0, all.length - OFFER_KEYS);
    this.ofOffers = this.all.slice(this.offersFrom);
    this.feature = ChoiceKeys.#same(/^[a-z]+/.exec(all[0]!)?.[0] ?? "");
  }

  /** The same object for the same names: places that are told apart for other reasons share what is known of them. */
  static of(all: readonly string[]): ChoiceKeys {
    const name = all.join("\n");
    let keys = ChoiceKeys.#known.get(name);
    if (!keys) {
      if (ChoiceKeys.#known.size >= MADE_MAX) {
        ChoiceKeys.#known.clear();
        ChoiceKeys.#names.clear();
      }
      ChoiceKeys.#known.set(name, (keys = new ChoiceKeys(all)));
    }
    return keys;
  }

  static #same(name: string): string {
    const known = ChoiceKeys.#names.get(name);
    if (known === undefined) ChoiceKeys.#names.set(name, name);
    return known ?? name;
  }
}

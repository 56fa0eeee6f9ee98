/**
 * Counts of choices that somebody made, and the probability of the next one: by back-off from general to particular
 * contexts and from wide to narrow scopes (learning.md §5), `P(v|ctx) = (n_ctx(v) + κ P(v|parent)) / (n_ctx + κ)`.
 * Old observations fade by a half-life in *relevant* sites, and a run of the newest that contradicts outranks them:
 * people change their minds.
 */

/** Weight of the wider context (learning.md §5 has 5; smaller, since each fact is seen on several levels here). */
const KAPPA = 2;
/** Sites of one choice after which an observation counts half. */
const HALF_LIFE_SITES = 60;
const DECAY = 0.5 ** (1 / HALF_LIFE_SITES);
/** So many equal observations in a row outrank what was there before. */
const RECENT_MAX = 3;
/** Bound of one scope; the least seen go. */
const SITES_MAX = 20_000;

interface Site {
  total: number;
  readonly values: Map<string, number>;
  /** The newest values, last one last. */
  recent: string;
  run: number;
}

/** One scope's counts: of a file, a directory, a project, a person. */
export class Choices {
  readonly #sites = new Map<string, Site>();

  observe(key: string, value: string, weight = 1): void {
    let site = this.#sites.get(key);
    if (!site) {
      if (this.#sites.size >= SITES_MAX) this.#forgetRare();
      site = { total: 0, values: new Map(), recent: "", run: 0 };
      this.#sites.set(key, site);
    }
    for (const [known, count] of site.values) site.values.set(known, count * DECAY);
    site.total = site.total * DECAY + weight;
    site.values.set(value, (site.values.get(value) ?? 0) + weight);
    site.run = site.recent === value ? site.run + 1 : 1;
    site.recent = value;
    if (site.run === RECENT_MAX) this.#outrank(site, value);
  }

  site(key: string): Readonly<Site> | undefined {
    return this.#sites.get(key);
  }

  get size(): number {
    return this.#sites.size;
  }

  entries(): IterableIterator<[string, Readonly<Site>]> {
    return this.#sites.entries();
  }

  /** Forgets these choices, whatever had been offered in them. */
  forget(keys: ReadonlySet<string>): void {
    for (const key of this.#sites.keys()) {
      const given = key.lastIndexOf(GIVEN);
      if (keys.has(key) || (given >= 0 && keys.has(key.slice(0, given)))) this.#sites.delete(key);
    }
  }

  /** The newest agree with each other and not with what is known: what is known loses its weight. */
  #outrank(site: Site, value: string): void {
    const others = site.total - site.values.get(value)!;
    if (others <= site.values.get(value)!) return;
    for (const [known, count] of site.values) {
      if (known !== value) site.values.set(known, (count * RECENT_MAX) / (2 * others));
    }
    site.total = [...site.values.values()].reduce((sum, count) => sum + count, 0);
  }

  #forgetRare(): void {
    const rare = [...this.#sites].sort((a, b) => a[1].total - b[1].total).slice(0, SITES_MAX / 10);
    for (const [key] of rare) this.#sites.delete(key);
  }
}

export interface Posterior {
  readonly value: string;
  /** Of that value, 0..1; what nobody has ever seen keeps the rest. */
  readonly probability: number;
  /** Observations behind it, aged. */
  readonly support: number;
}

/**
 * The likeliest value: `keys` from general to particular, `scopes` from wide to narrow. `prior`, if given, is what
 * holds where nothing was seen, with that probability.
 */
export function choose(
  scopes: readonly Choices[],
  keys: readonly string[],
  prior?: { readonly value: string; readonly probability: number },
  kappa = KAPPA,
): Posterior | undefined {
  const probabilities = new Map<string, number>();
  if (prior) probabilities.set(prior.value, prior.probability);
  const supports = new Map<string, number>();
  for (const key of keys) {
    for (const scope of scopes) {
      const site = scope.site(key);
      if (!site) continue;
      for (const value of site.values.keys()) if (!probabilities.has(value)) probabilities.set(value, 0);
      for (const [value, parent] of probabilities) {
        const count = site.values.get(value) ?? 0;
        probabilities.set(value, (count + kappa * parent) / (site.total + kappa));
        supports.set(value, Math.max(supports.get(value) ?? 0, count));
      }
    }
  }
  let best: Posterior | undefined;
  for (const [value, probability] of probabilities) {
    if (!best || probability > best.probability) best = { value, probability, support: supports.get(value) ?? 0 };
  }
  return best;
}

/** What the offer has is kept with this weight until something else is seen. */
const OFFER_PRIOR = 0.5;
/** From here on a choice is made: somebody has changed or kept the same offer before (learning.md §5). */
const OFFER_SURE = 0.75;
const OFFER_SUPPORT_MIN = 1.5;
/** Text alone does not show what the alternative was, so it takes more. */
const TEXT_SURE = 0.9;
const TEXT_SUPPORT_MIN = 3;
/** A file's own style outranks its author's where it is as clear as this. */
const OWN_SURE = 0.95;
const OWN_SUPPORT_MIN = 6;
/** Stands between a choice and what had been offered in it. */
const GIVEN = "<-";
/** The most particular contexts, which alone are compared with what had been offered. */
const GIVEN_KEYS = 3;

/**
 * What to make of an offered value: what became of the same offer before decides, else what is always found in such
 * places. Undefined where nothing is sure enough.
 */
export function decide(
  scopes: readonly Choices[],
  keys: readonly string[],
  offered: string,
  textSure = TEXT_SURE,
  textSupportMin = TEXT_SUPPORT_MIN,
): string | undefined {
  const prior = { value: offered, probability: OFFER_PRIOR };
  if (isAnswered(scopes, keys, offered)) {
    const both = choose(scopes, [...keys, ...givenOffer(keys, offered)], prior);
    return both && both.probability >= OFFER_SURE ? both.value : undefined;
  }
  const seen = choose(scopes, keys.slice(-GIVEN_KEYS));
  if (!seen || seen.support < textSupportMin) return undefined;
  const text = choose(scopes, keys, prior);
  return text && text.probability >= textSure ? text.value : undefined;
}

/** What a file shows of itself nearly without exception; undefined where it shows too little. */
export function shownBy(own: Choices, keys: readonly string[]): string | undefined {
  const seen = choose([own], keys.slice(-GIVEN_KEYS));
  return seen && seen.support >= OWN_SUPPORT_MIN && seen.probability >= OWN_SURE ? seen.value : undefined;
}

/** Whether somebody has changed or kept the same offer in such a place before. */
export function isAnswered(scopes: readonly Choices[], keys: readonly string[], offered: string): boolean {
  const given = choose(scopes, givenOffer(keys, offered));
  return given !== undefined && given.support >= OFFER_SUPPORT_MIN;
}

/** The same choice where something else had been suggested: what somebody makes of `offered`. */
export function givenOffer(keys: readonly string[], offered: string): string[] {
  return keys.slice(-GIVEN_KEYS).map((key) => key + GIVEN + offered);
}

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
/** What was done so often, and nearly always, is a habit. */
const HABIT_MIN = 4;
const HABIT_SHARE = 0.9;
/** Weight of what was seen in one place before a habit changed that it is part of. */
const OUTDATED = 0.15;
/** Bound of one scope; the least seen go. */
const SITES_MAX = 20_000;
export interface Site {
  total: number;
  readonly values: Map<string, number>;
  /** The newest values, last one last. */
  recent: string;
  run: number;
  /** The scope's version when it was seen last, and when a habit gave way to the newest values; 0 for never. */
  seenAt: number;
  changedAt: number;
  readonly owner: Choices;
}

/** What is known under one key. */
export interface Entry {
  /** What was seen there, whatever had been offered. */
  readonly seen: Site;
  /** What became of an offered value there, by that value. */
  readonly given: Map<string, Site>;
}

/** One scope's counts: of a file, a directory, a project, a person. */
export class Choices {
  readonly #entries = new Map<string, Entry>();
  #size = 0;
  #version = 0;

  /** Grows with everything that is observed or forgotten. */
  get version(): number {
    return this.#version;
  }

  get isEmpty(): boolean {
    return this.#size === 0;
  }

  /** Counts a value that was seen under a key; with `offered`, what became of that value there. */
  observe(key: string, value: string, weight = 1, offered?: string): void {
    const site = this.#siteFor(key, offered);
    site.seenAt = ++this.#version;
    for (const [known, count] of site.values) site.values.set(known, count * DECAY);
    site.total = site.total * DECAY + weight;
    site.values.set(value, (site.values.get(value) ?? 0) + weight);
    site.run = site.recent === value ? site.run + 1 : 1;
    site.recent = value;
    if (site.run === RECENT_MAX) this.#outrank(site, value);
  }

  site(key: string, offered?: string): Readonly<Site> | undefined {
    const entry = this.#entries.get(key);
    const site = offered === undefined ? entry?.seen : entry?.given.get(offered);
    return site && site.total > 0 ? site : undefined;
  }

  /** All that was observed under a key, of offers too; it grows with what is observed. */
  entry(key: string): Readonly<Entry> | undefined {
    return this.#entries.get(key);
  }

  /** Forgets these choices, whatever had been offered in them. */
  forget(keys: ReadonlySet<string>): void {
    this.#version++;
    for (const key of keys) this.#delete(key);
  }

  #siteFor(key: string, offered: string | undefined): Site {
    let entry = this.#entries.get(key);
    if (!entry) this.#entries.set(key, (entry = { seen: this.#createSite(), given: new Map() }));
    if (offered === undefined) return entry.seen;
    let site = entry.given.get(offered);
    if (!site) entry.given.set(offered, (site = this.#createSite()));
    return site;
  }

  #createSite(): Site {
    if (this.#size >= SITES_MAX) this.#forgetRare();
    this.#size++;
    return { total: 0, values: new Map(), recent: "", run: 0, seenAt: 0, changedAt: 0, owner: this };
  }

  /** The newest agree with each other and not with what is known: what is known loses its weight. */
  #outrank(site: Site, value: string): void {
    const others = site.total - site.values.get(value)!;
    if (others <= site.values.get(value)!) return;
    // Where now this and now that is done, the newest are no change of mind.
    const before = site.values.get(value)! - RECENT_MAX;
    if (others >= HABIT_MIN && before <= (1 - HABIT_SHARE) * others) site.changedAt = site.seenAt;
    for (const [known, count] of site.values) {
      if (known !== value) site.values.set(known, (count * RECENT_MAX) / (2 * others));
    }
    site.total = [...site.values.values()].reduce((sum, count) => sum + count, 0);
  }

  #forgetRare(): void {
    const weightOf = ({ seen, given }: Entry): number =>
      [...given.values()].reduce((sum, { total }) => sum + total, seen.total);
    const byWeight = [...this.#entries].map(([key, entry]) => ({ key, weight: weightOf(entry) }));
    byWeight.sort((a, b) => a.weight - b.weight);
    for (const { key } of byWeight.slice(0, byWeight.length / 10)) this.#delete(key);
  }

  #delete(key: string): void {
    const entry = this.#entries.get(key);
    if (!entry) return;
    this.#entries.delete(key);
    this.#size -= 1 + entry.given.size;
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
export function choose(scopes: readonly Choices[], keys: readonly string[], prior?: Prior): Posterior | undefined {
  return likeliest(distributionOf(sitesOf(scopes, keys), prior));
}

/** All values that were seen, the likeliest first. */
export function ranked(scopes: readonly Choices[], keys: readonly string[]): Posterior[] {
  const { values, probabilities, supports } = distributionOf(sitesOf(scopes, keys));
  return values
    .map((value, at): Posterior => ({ value, probability: probabilities[at]!, support: supports[at]! }))
    .sort((a, b) => b.probability - a.probability);
}

export interface Prior {
  readonly value: string;
  readonly probability: number;
}

/** What is known under `keys`, in their order and in that of `scopes`; with `offered`, of that value. */
export function sitesOf(scopes: readonly Choices[], keys: readonly string[], offered?: string): Readonly<Site>[] {
  const sites: Readonly<Site>[] = [];
  for (const key of keys) {
    for (const scope of scopes) {
      const site = scope.site(key, offered);
      if (site) sites.push(site);
    }
  }
  return sites;
}

/** Plain arrays: there are two or three values, and thousands of places in a text to ask about. */
export interface Distribution {
  readonly values: string[];
  readonly probabilities: number[];
  readonly supports: number[];
}

export function distributionOf(sites: readonly Readonly<Site>[], prior?: Prior): Distribution {
  const distribution: Distribution = {
    values: prior ? [prior.value] : [],
    probabilities: prior ? [prior.probability] : [],
    supports: prior ? [0] : [],
  };
  for (let at = 0; at < sites.length; at++) narrow(distribution, sites[at]!, isOutdated(sites, at) ? OUTDATED : 1);
  return distribution;
}

/** Whether a more general habit of the same scope has changed since a site was seen, and it says the old. */
function isOutdated(sites: readonly Readonly<Site>[], at: number): boolean {
  const { owner, seenAt, recent } = sites[at]!;
  for (let general = 0; general < at; general++) {
    const other = sites[general]!;
    if (other.changedAt > seenAt && other.owner === owner && other.recent !== recent) return true;
  }
  return false;
}

/** Takes in what is known more particularly. */
export function narrow({ values, probabilities, supports }: Distribution, site: Readonly<Site>, weight = 1): void {
  for (const value of site.values.keys()) {
    if (values.includes(value)) continue;
    values.push(value);
    probabilities.push(0);
    supports.push(0);
  }
  const total = site.total * weight;
  for (let at = 0; at < values.length; at++) {
    const count = (site.values.get(values[at]!) ?? 0) * weight;
    probabilities[at] = (count + KAPPA * probabilities[at]!) / (total + KAPPA);
    if (count > supports[at]!) supports[at] = count;
  }
}

export function likeliest({ values, probabilities, supports }: Distribution): Posterior | undefined {
  let best = -1;
  for (let at = 0; at < values.length; at++) if (best < 0 || probabilities[at]! > probabilities[best]!) best = at;
  return best < 0 ? undefined : { value: values[best]!, probability: probabilities[best]!, support: supports[best]! };
}

/** What one scope has seen most often under a key; with `offered`, of that value. */
export function majorityOf(scope: Choices, key: string, offered?: string): string | undefined {
  let best: string | undefined;
  let most = 0;
  for (const [value, count] of scope.site(key, offered)?.values ?? []) {
    if (count <= most) continue;
    best = value;
    most = count;
  }
  return best;
}

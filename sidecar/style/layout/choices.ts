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
export function choose(scopes: readonly Choices[], keys: readonly string[], prior?: Prior): Posterior | undefined {
  return likeliest(sitesOf(scopes, keys), prior);
}

interface Prior {
  readonly value: string;
  readonly probability: number;
}

/** What is known under `keys`, in their order and in that of `scopes`. */
function sitesOf(scopes: readonly Choices[], keys: readonly string[]): Readonly<Site>[] {
  const sites: Readonly<Site>[] = [];
  for (const key of keys) {
    for (const scope of scopes) {
      const site = scope.site(key);
      if (site) sites.push(site);
    }
  }
  return sites;
}

/** Plain arrays: there are two or three values, and thousands of places in a text to ask about. */
function likeliest(sites: readonly Readonly<Site>[], prior?: Prior): Posterior | undefined {
  const values = prior ? [prior.value] : [];
  const probabilities = prior ? [prior.probability] : [];
  const supports = prior ? [0] : [];
  for (const site of sites) {
    for (const value of site.values.keys()) {
      if (values.includes(value)) continue;
      values.push(value);
      probabilities.push(0);
      supports.push(0);
    }
    for (let at = 0; at < values.length; at++) {
      const count = site.values.get(values[at]!) ?? 0;
      probabilities[at] = (count + KAPPA * probabilities[at]!) / (site.total + KAPPA);
      if (count > supports[at]!) supports[at] = count;
    }
  }
  let best = -1;
  for (let at = 0; at < values.length; at++) if (best < 0 || probabilities[at]! > probabilities[best]!) best = at;
  return best < 0 ? undefined : { value: values[best]!, probability: probabilities[best]!, support: supports[best]! };
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
const GIVEN_KEYS = 4;
/** Of these one must have been seen often, where text alone decides. */
const TEXT_KEYS = 3;
/** Offered texts after which it is known whether a feature of them is ever changed. */
const FEATURE_SUPPORT_MIN = 30;
/** Share of them in which it was, below which text alone changes none. */
const FEATURE_CHANGED_MIN = 0.02;

/** What is known of an offer in one place. */
interface Answer {
  /** Whether somebody has changed or kept the same offer in such a place before. */
  readonly isAnswered: boolean;
  /** What became of it then. */
  readonly value: string | undefined;
  /** What is found in such places, whatever had been offered. */
  readonly text: Posterior | undefined;
  readonly textSupport: number;
}

/**
 * Says what to make of offered values, from what some scopes know, wide to narrow. A text asks for the same few places
 * again and again, so answers are remembered; what is learned later is for the next one.
 */
export class Decider {
  readonly #scopes: readonly Choices[];
  readonly #own: Choices | undefined;
  readonly #answers = new Map<string, Answer>();
  readonly #shown = new Map<string, string | undefined>();

  /** `own`: what the file itself shows, where it is known. */
  constructor(scopes: readonly Choices[], own?: Choices) {
    this.#scopes = scopes;
    this.#own = own;
  }

  /**
   * What to make of an offered value: what became of the same offer before decides, else what is always found in such
   * places. Undefined where nothing is sure enough.
   */
  decide(
    keys: readonly string[],
    offered: string,
    textSure = TEXT_SURE,
    textSupportMin = TEXT_SUPPORT_MIN,
  ): string | undefined {
    const { isAnswered, value, text, textSupport } = this.#answer(keys, offered);
    if (isAnswered) return value;
    return text && textSupport >= textSupportMin && text.probability >= textSure ? text.value : undefined;
  }

  /** For choices that depend on nothing but their place: there the file's own style outranks every other. */
  decideInFile(keys: readonly string[], offered: string): string | undefined {
    return this.#shownByFile(keys) ?? this.decide(keys, offered);
  }

  /** Whether somebody has changed or kept the same offer in such a place before. */
  isAnswered(keys: readonly string[], offered: string): boolean {
    return this.#answer(keys, offered).isAnswered;
  }

  /** Whether somebody who has seen many offers has left a feature of them ("break") as it was. */
  leavesAlone(feature: string): boolean {
    return isLeftAlone(this.#scopes, feature);
  }

  #answer(keys: readonly string[], offered: string): Answer {
    // The ends of a list of keys tell those between.
    const question = `${keys[0]}\n${keys.at(-1)}\n${offered}`;
    let answer = this.#answers.get(question);
    if (!answer) this.#answers.set(question, (answer = answerOf(this.#scopes, keys, offered)));
    return answer;
  }

  /** What the file shows of itself nearly without exception; undefined where it shows too little. */
  #shownByFile(keys: readonly string[]): string | undefined {
    if (!this.#own) return undefined;
    const question = keys.join("\n");
    if (this.#shown.has(question)) return this.#shown.get(question);
    const seen = choose([this.#own], keys.slice(-TEXT_KEYS));
    const isClear = seen !== undefined && seen.support >= OWN_SUPPORT_MIN && seen.probability >= OWN_SURE;
    const value = isClear ? seen.value : undefined;
    this.#shown.set(question, value);
    return value;
  }
}

function answerOf(scopes: readonly Choices[], keys: readonly string[], offered: string): Answer {
  const prior = { value: offered, probability: OFFER_PRIOR };
  const givens = sitesOf(scopes, givenOffer(keys, offered));
  const given = likeliest(givens);
  const particular = sitesOf(scopes, keys.slice(-TEXT_KEYS));
  const sites = [...sitesOf(scopes, keys.slice(0, -TEXT_KEYS)), ...particular];
  if (given && given.support >= OFFER_SUPPORT_MIN) {
    const both = likeliest([...sites, ...givens], prior);
    const value = both && both.probability >= OFFER_SURE ? both.value : undefined;
    return { isAnswered: true, value, text: undefined, textSupport: 0 };
  }
  const seen = likeliest(particular);
  // The same offer may have been left as it was, if only once.
  const isKept = seen?.value === offered || given?.value === offered || isLeftAlone(scopes, featureOf(keys));
  const text = seen && !isKept ? likeliest(sites, prior) : undefined;
  return { isAnswered: false, value: undefined, text, textSupport: seen?.support ?? 0 };
}

/** Counts whether any place of an offered text was changed in a feature: "space", "break", … */
export function observeFeature(choices: Choices, feature: string, isChanged: boolean): void {
  choices.observe(`changes|${feature}`, isChanged ? "changed" : "kept");
}

/** Whether somebody who has seen many offers has left this feature of them as it was. */
function isLeftAlone(scopes: readonly Choices[], feature: string): boolean {
  const sites = scopes.map((scope) => scope.site(`changes|${feature}`));
  const site = sites.findLast((known) => known !== undefined && known.total >= FEATURE_SUPPORT_MIN);
  return site !== undefined && (site.values.get("changed") ?? 0) / site.total < FEATURE_CHANGED_MIN;
}

/** The feature that keys are of. */
export function featureOf(keys: readonly string[]): string {
  return /^[a-z]+/.exec(keys[0]!)?.[0] ?? "";
}

/** The same choice where something else had been suggested: what somebody makes of `offered`. */
export function givenOffer(keys: readonly string[], offered: string): string[] {
  return keys.slice(-GIVEN_KEYS).map((key) => key + GIVEN + offered);
}

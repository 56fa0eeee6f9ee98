/**
 * Decisions: what to make of an offered value in one place, from what scopes from wide to narrow know of such places.
 * What became of the same offer before decides, where there is any; else what is always found there. The file that is
 * written in has the last word, once it is clear about it.
 */
import {
  type Choices,
  type Distribution,
  distributionOf,
  likeliest,
  narrow,
  type Posterior,
  type Site,
  sitesOf,
} from "./choices.ts";
import type { ChoiceKeys } from "./choice-keys.ts";

/** What the offer has is kept with this weight until something else is seen. */
const OFFER_PRIOR = 0.5;
/** From here on a choice is made: somebody has changed or kept the same offer before (learning.md §5). */
const OFFER_SURE = 0.75;
const OFFER_SUPPORT_MIN = 1.5;
/** Text alone does not show what the alternative was, so it takes more. */
const TEXT_SURE = 0.9;
const TEXT_SUPPORT_MIN = 3;
/** Offered texts after which it is known whether a feature of them is ever changed. */
const FEATURE_SUPPORT_MIN = 30;
/** Share of them in which it was, below which text alone changes none. */
const FEATURE_CHANGED_MIN = 0.02;
/** Files are consistent: of a choice that a file makes in one way so many are made in that way (ours). */
const FILE_CONSISTENT = 0.97;
/** Probability that a file has a style that its author has not been seen with (ours). */
const FILE_OF_ANOTHER_STYLE = 0.04;

/** What is known of an offer in one place, wherever it is. */
interface Answer {
  /** Whether somebody has changed or kept the same offer in such a place before. */
  readonly isAnswered: boolean;
  /** What became of it then; else what is found in such places, whatever had been offered. */
  readonly all: Distribution;
  /** What text alone shows in the most particular of such places. */
  readonly seen: Distribution;
  /** Whether text alone may change the offer: not where it may have been left as it was. */
  readonly mayChange: boolean;
}

/** What scopes say to the same few questions that every text asks again; remembered until one of them learns. */
export class Answers {
  /** Wide to narrow. */
  readonly #scopes: readonly Choices[];
  readonly #version: number;
  /** What the wider ones say alone, and the narrow ones, which know little of their own. */
  readonly #wide: Answers | undefined;
  readonly #narrow: readonly Choices[];
  /** By keys and by what was offered. */
  readonly #answers = new Map<number, Map<string, Answer>>();
  readonly #leftAlone = new Map<string, boolean>();

  /** `wide`: the answers of the first ones of these scopes. */
  constructor(scopes: readonly Choices[], wide?: Answers) {
    this.#scopes = scopes;
    this.#version = versionOf(scopes);
    this.#wide = wide;
    this.#narrow = wide ? scopes.slice(wide.#scopes.length) : [];
  }

  /** Whether these are answers of such scopes, and none has learned since. */
  isOf(scopes: readonly Choices[], wide?: Answers): boolean {
    return (
      this.#wide === wide &&
      scopes.length === this.#scopes.length &&
      scopes.every((scope, at) => scope === this.#scopes[at]) &&
      versionOf(scopes) === this.#version
    );
  }

  to(keys: ChoiceKeys, offered: string): Answer {
    let answers = this.#answers.get(keys.id);
    if (!answers) this.#answers.set(keys.id, (answers = new Map<string, Answer>()));
    let answer = answers.get(offered);
    if (!answer) answers.set(offered, (answer = this.#answer(keys, offered)));
    return answer;
  }

  /** Whether somebody who has seen many offers has left a feature of them ("break") as it was. */
  leavesAlone(feature: string): boolean {
    let isLeft = this.#leftAlone.get(feature);
    if (isLeft === undefined) this.#leftAlone.set(feature, (isLeft = isLeftAlone(this.#scopes, feature)));
    return isLeft;
  }

  /** Whether anybody has been seen to change a feature of offers. */
  changes(feature: string): boolean {
    return this.#scopes.some((scope) => scope.site(changesKey(feature))?.values.has("changed") === true);
  }

  #answer(keys: ChoiceKeys, offered: string): Answer {
    const isWide =
      this.#wide?.leavesAlone(keys.feature) === this.leavesAlone(keys.feature) &&
      this.#narrow.every((scope) => !keys.all.some((key) => scope.knows(key)));
    return isWide ? this.#wide.to(keys, offered) : answerOf(this.#scopes, keys, offered);
  }
}

/** What a file shows of itself. */
export class FileEvidence {
  readonly #choices: Choices;
  readonly #sites = new Map<number, readonly Readonly<Site>[]>();
  readonly #clear = new Map<number, Omit<Posterior, "probability"> | null>();

  /** Nothing is observed in `choices` any more. */
  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** What it shows in the most particular of these places. */
  sites(keys: ChoiceKeys): readonly Readonly<Site>[] {
    let sites = this.#sites.get(keys.id);
    if (!sites) this.#sites.set(keys.id, (sites = sitesOf([this.#choices], keys.particular)));
    return sites;
  }

  /** What it shows without exception, or nearly, in the most particular of these places that it has. */
  clear(keys: ChoiceKeys): Omit<Posterior, "probability"> | undefined {
    let clear = this.#clear.get(keys.id);
    if (clear === undefined) this.#clear.set(keys.id, (clear = clearOf(this.sites(keys).at(-1))));
    return clear ?? undefined;
  }
}

function clearOf(site: Readonly<Site> | undefined): Omit<Posterior, "probability"> | null {
  let value = "";
  let support = 0;
  for (const [known, count] of site?.values ?? []) {
    if (count <= support) continue;
    value = known;
    support = count;
  }
  return site && site.total - support <= (1 - FILE_CONSISTENT) * site.total ? { value, support } : null;
}

/** Decides for one file. */
export class Decider {
  readonly #answers: Answers;
  readonly #file: FileEvidence | undefined;

  /** `file`: what the file itself shows, where it is known. */
  constructor(answers: Answers, file?: FileEvidence) {
    this.#answers = answers;
    this.#file = file;
  }

  /** What to make of an offered value; undefined where nothing is sure enough. */
  decide(
    keys: ChoiceKeys,
    offered: string,
    textSure = TEXT_SURE,
    textSupportMin = TEXT_SUPPORT_MIN,
  ): string | undefined {
    const { isAnswered, all, seen, mayChange } = this.#answers.to(keys, offered);
    if (isAnswered) {
      const best = likeliest(all);
      return best && best.probability >= OFFER_SURE ? best.value : undefined;
    }
    const own = this.#file?.sites(keys) ?? [];
    const shown = likeliest(narrowed(seen, own));
    if (!shown || !mayChange || shown.value === offered || shown.support < textSupportMin) return undefined;
    const best = likeliest(narrowed(all, own));
    return best && best.probability >= textSure ? best.value : undefined;
  }

  /** For choices that depend on nothing but their place: there the file's own style outranks every other. */
  decideInFile(keys: ChoiceKeys, offered: string): string | undefined {
    const shown = this.#file?.clear(keys);
    // Who leaves a feature of offers alone does not mind files that are not of one style.
    if (shown && !this.leavesAlone(keys.feature)) {
      const { values, probabilities } = this.#answers.to(keys, offered).all;
      const elsewhere = Math.max(probabilities[values.indexOf(shown.value)] ?? 0, FILE_OF_ANOTHER_STYLE);
      const odds = (elsewhere / (1 - elsewhere)) * (FILE_CONSISTENT / (1 - FILE_CONSISTENT)) ** shown.support;
      if (odds >= OFFER_SURE / (1 - OFFER_SURE)) return shown.value;
    }
    return this.decide(keys, offered);
  }

  /** Whether somebody has changed or kept the same offer in such a place before. */
  isAnswered(keys: ChoiceKeys, offered: string): boolean {
    return this.#answers.to(keys, offered).isAnswered;
  }

  /** Whether a feature of offers ("break") is changed at all, now and then. */
  changes(feature: string): boolean {
    return this.#answers.changes(feature) && !this.leavesAlone(feature);
  }

  /** Whether somebody who has seen many offers has left a feature of them as it was. */
  leavesAlone(feature: string): boolean {
    return this.#answers.leavesAlone(feature);
  }
}

function narrowed({ values, probabilities, supports }: Distribution, sites: readonly Readonly<Site>[]): Distribution {
  const copy = { values: [...values], probabilities: [...probabilities], supports: [...supports] };
  for (const site of sites) narrow(copy, site);
  return copy;
}

function versionOf(scopes: readonly Choices[]): number {
  return scopes.reduce((sum, { version }) => sum + version, 0);
}

function answerOf(scopes: readonly Choices[], keys: ChoiceKeys, offered: string): Answer {
  const prior = { value: offered, probability: OFFER_PRIOR };
  const givens = sitesOf(scopes, keys.ofOffers, offered);
  const given = likeliest(distributionOf(givens));
  const particular = sitesOf(scopes, keys.particular);
  const sites = [...sitesOf(scopes, keys.general), ...particular];
  const seen = distributionOf(particular);
  if (given && given.support >= OFFER_SUPPORT_MIN) {
    return { isAnswered: true, all: distributionOf([...sites, ...givens], prior), seen, mayChange: true };
  }
  const isKept = given?.value === offered || isLeftAlone(scopes, keys.feature);
  return { isAnswered: false, all: distributionOf(sites, prior), seen, mayChange: !isKept };
}

/** Counts whether any place of an offered text was changed in a feature: "space", "break", … */
export function observeFeature(choices: Choices, feature: string, isChanged: boolean): void {
  choices.observe(changesKey(feature), isChanged ? "changed" : "kept");
}

function isLeftAlone(scopes: readonly Choices[], feature: string): boolean {
  const sites = scopes.map((scope) => scope.site(changesKey(feature)));
  const site = sites.findLast((known) => known !== undefined && known.total >= FEATURE_SUPPORT_MIN);
  return site !== undefined && (site.values.get("changed") ?? 0) / site.total < FEATURE_CHANGED_MIN;
}

function changesKey(feature: string): string {
  return `changes|${feature}`;
}

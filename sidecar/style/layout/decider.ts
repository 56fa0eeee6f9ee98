/**
 * Decisions: what to make of an offered value in one place, from what scopes from wide to narrow know of such places.
 * What became of the same offer before decides, where there is any; else what is always found there. The file that is
 * written in has the last word, once it is clear about it.
 */
import {
  type Choices,
  type Entry,
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

/** Stands for the value of a place that was not offered. */
const NOTHING = "";

/** What is known of an offer in one place, wherever it is. */
interface Answer {
  readonly offered: string;
  /** Whether somebody has changed or kept the same offer in such a place before. */
  readonly isAnswered: boolean;
  /** What became of it then; else what is found in such places, whatever had been offered. */
  readonly all: Distribution;
  /** What text alone shows in the most particular of such places, as far as it may change the offer. */
  readonly seen: Distribution;
  /** Whether text alone may change the offer: not where it may have been left as it was. */
  readonly mayChange: boolean;
}

/** What scopes know of one choice; wide scopes share theirs with the narrow ones that know no more. */
interface Known {
  /** By key, from wide to narrow scopes. */
  readonly entries: readonly (readonly Readonly<Entry>[])[];
  /** Given so far: there are two or three different offers. */
  readonly answers: Answer[];
}

/** What scopes say to the same few questions that every text asks again; remembered until one of them learns. */
export class Answers {
  /** Wide to narrow. */
  readonly #scopes: readonly Choices[];
  readonly #version: number;
  /** What the wider ones say without the last one, which knows little of its own; undefined where all are asked at once. */
  readonly #wider: Answers | undefined;
  readonly #narrowest: Choices | undefined;
  /** By keys; those of which the last one knows nothing are the wider ones'. */
  readonly #known = new Map<number, Known>();
  readonly #leftAlone = new Map<string, boolean>();

  /** `wider`: the answers of all of these scopes but the last. */
  constructor(scopes: readonly Choices[], wider?: Answers) {
    this.#scopes = scopes;
    this.#version = versionOf(scopes);
    this.#wider = wider;
    this.#narrowest = scopes.at(-1);
  }

  /** Whether these are answers of such scopes, and none has learned since. */
  isOf(scopes: readonly Choices[], wider?: Answers): boolean {
    return (
      this.#wider === wider &&
      scopes.length === this.#scopes.length &&
      scopes.every((scope, at) => scope === this.#scopes[at]) &&
      versionOf(scopes) === this.#version
    );
  }

  to(keys: ChoiceKeys, offered: string): Answer {
    const { entries, answers } = this.#knownOf(keys);
    for (const answer of answers) if (answer.offered === offered) return answer;
    const answer = answerOf(entries, keys, offered, this.leavesAlone(keys.feature));
    answers.push(answer);
    return answer;
  }

  /** What places like this were mostly offered with, in the widest of scopes: engines are the same everywhere. */
  mostOffered(keys: ChoiceKeys): string | undefined {
    const given = this.#knownOf(keys).entries[keys.offersFrom]?.[0]?.given ?? new Map<string, Site>();
    const totals = [...given].map(([value, { total }]) => ({ value, total }));
    return totals.sort((a, b) => b.total - a.total)[0]?.value;
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

  #knownOf(keys: ChoiceKeys): Known {
    let known = this.#known.get(keys.id);
    if (known) return known;
    const wider = this.#wider;
    if (wider && wider.leavesAlone(keys.feature) === this.leavesAlone(keys.feature) && !this.#isOwn(keys)) {
      return wider.#knownOf(keys);
    }
    known = { entries: keys.all.map((key) => entriesOf(this.#scopes, key)), answers: [] };
    this.#known.set(keys.id, known);
    return known;
  }

  /** Whether the narrowest scope knows something of a choice. */
  #isOwn({ all }: ChoiceKeys): boolean {
    return all.some((key) => this.#narrowest?.entry(key) !== undefined);
  }
}

function entriesOf(scopes: readonly Choices[], key: string): readonly Readonly<Entry>[] {
  return scopes.map((scope) => scope.entry(key)).filter((entry) => entry !== undefined);
}

/** What a file shows of itself. */
export class FileEvidence {
  readonly #choices: Choices;

  /** Nothing is observed in `choices` any more. */
  constructor(choices: Choices) {
    this.#choices = choices;
  }

  /** What it shows of one choice, in the most particular of its places. */
  of(keys: ChoiceKeys): Readonly<Site>[] {
    return sitesOf([this.#choices], keys.particular);
  }

  /** The last of these. */
  lastOf({ particular }: ChoiceKeys): Readonly<Site> | undefined {
    for (let at = particular.length - 1; at >= 0; at--) {
      const site = this.#choices.site(particular[at]!);
      if (site) return site;
    }
    return undefined;
  }
}

/** What is found without exception, or nearly. */
function clearOf(site: Readonly<Site> | undefined): Omit<Posterior, "probability"> | undefined {
  let value = "";
  let support = 0;
  for (const [known, count] of site?.values ?? []) {
    if (count <= support) continue;
    value = known;
    support = count;
  }
  return site && site.total - support <= (1 - FILE_CONSISTENT) * site.total ? { value, support } : undefined;
}

/** What was made of an offered value. */
interface Verdict {
  readonly answer: Answer;
  /** Whether the file had the last word; else how sure text alone had to be. */
  readonly isInFile: boolean;
  readonly textSure: number;
  readonly textSupportMin: number;
  readonly value: string | undefined;
}

const NONE: readonly Verdict[] = [];

/** Decides for one file, as long as nothing is learned: a text has each kind of place many times. */
export class Decider {
  readonly #answers: Answers;
  readonly #file: FileEvidence | undefined;
  /** By keys. */
  readonly #verdicts = new Map<number, Verdict[]>();

  /** `file`: what the file itself shows, where it is known. */
  constructor(answers: Answers, file?: FileEvidence) {
    this.#answers = answers;
    this.#file = file;
  }

  /** Whether it is of these answers and of this file. */
  isOf(answers: Answers, file: FileEvidence | undefined): boolean {
    return answers === this.#answers && file === this.#file;
  }

  /** What to make of an offered value; undefined where nothing is sure enough. */
  decide(
    keys: ChoiceKeys,
    offered: string,
    textSure = TEXT_SURE,
    textSupportMin = TEXT_SUPPORT_MIN,
  ): string | undefined {
    return this.#verdict(keys, offered, false, textSure, textSupportMin);
  }

  /** For choices that depend on nothing but their place: there the file's own style outranks every other. */
  decideInFile(keys: ChoiceKeys, offered: string): string | undefined {
    return this.#verdict(keys, offered, true, TEXT_SURE, TEXT_SUPPORT_MIN);
  }

  /** What is mostly found in such places: for one that nobody has offered. */
  usual(keys: ChoiceKeys): string | undefined {
    const own = this.#file?.of(keys) ?? [];
    const best = likeliest(narrowed(this.#answers.to(keys, NOTHING).all, own));
    return best && best.support > 0 ? best.value : undefined;
  }

  /** What such places were mostly offered with; undefined where none was. */
  mostOffered(keys: ChoiceKeys): string | undefined {
    return this.#answers.mostOffered(keys);
  }

  /** Whether somebody has changed or kept the same offer in such a place before. */
  isAnswered(keys: ChoiceKeys, offered: string): boolean {
    const known = this.#verdicts.get(keys.id)?.find(({ answer }) => answer.offered === offered);
    return (known?.answer ?? this.#answers.to(keys, offered)).isAnswered;
  }

  /** Whether a feature of offers ("break") is changed at all, now and then. */
  changes(feature: string): boolean {
    return this.#answers.changes(feature) && !this.leavesAlone(feature);
  }

  /** Whether somebody who has seen many offers has left a feature of them as it was. */
  leavesAlone(feature: string): boolean {
    return this.#answers.leavesAlone(feature);
  }

  #verdict(
    keys: ChoiceKeys,
    offered: string,
    isInFile: boolean,
    textSure: number,
    textSupportMin: number,
  ): string | undefined {
    const verdicts = this.#verdicts.get(keys.id);
    for (const known of verdicts ?? NONE) {
      const isSame = known.isInFile === isInFile && known.textSure === textSure;
      if (isSame && known.answer.offered === offered && known.textSupportMin === textSupportMin) return known.value;
    }
    const answer = this.#answers.to(keys, offered);
    const value =
      (isInFile ? this.#shownInFile(answer, keys) : undefined) ?? this.#decide(answer, keys, textSure, textSupportMin);
    const verdict = { answer, isInFile, textSure, textSupportMin, value };
    if (verdicts) verdicts.push(verdict);
    else this.#verdicts.set(keys.id, [verdict]);
    return value;
  }

  /** What the file does in such places, where it is clear enough. */
  #shownInFile({ all: { values, probabilities } }: Answer, keys: ChoiceKeys): string | undefined {
    // Who leaves a feature of offers alone does not mind files that are not of one style.
    const shown = this.#file && !this.leavesAlone(keys.feature) ? clearOf(this.#file.lastOf(keys)) : undefined;
    if (!shown) return undefined;
    const elsewhere = Math.max(probabilities[values.indexOf(shown.value)] ?? 0, FILE_OF_ANOTHER_STYLE);
    const odds = (elsewhere / (1 - elsewhere)) * (FILE_CONSISTENT / (1 - FILE_CONSISTENT)) ** shown.support;
    return odds >= OFFER_SURE / (1 - OFFER_SURE) ? shown.value : undefined;
  }

  #decide(
    { offered, isAnswered, all, seen, mayChange }: Answer,
    keys: ChoiceKeys,
    textSure: number,
    textSupportMin: number,
  ): string | undefined {
    if (isAnswered) {
      const best = likeliest(all);
      return best && best.probability >= OFFER_SURE ? best.value : undefined;
    }
    if (!mayChange) return undefined;
    const own = this.#file?.of(keys) ?? [];
    const shown = likeliest(narrowed(seen, own));
    if (!shown || shown.value === offered || shown.support < textSupportMin) return undefined;
    const best = likeliest(narrowed(all, own));
    return best && best.probability >= textSure ? best.value : undefined;
  }
}

function narrowed({ values, probabilities, supports }: Distribution, sites: readonly Readonly<Site>[]): Distribution {
  if (sites.length === 0) return { values, probabilities, supports };
  const copy = { values: [...values], probabilities: [...probabilities], supports: [...supports] };
  for (const site of sites) narrow(copy, site);
  return copy;
}

function versionOf(scopes: readonly Choices[]): number {
  return scopes.reduce((sum, { version }) => sum + version, 0);
}

/** `entries`: by key, wide to narrow. */
function answerOf(
  entries: readonly (readonly Readonly<Entry>[])[],
  keys: ChoiceKeys,
  offered: string,
  isLeft: boolean,
): Answer {
  const prior = { value: offered, probability: OFFER_PRIOR };
  const givens: Readonly<Site>[] = [];
  for (let at = keys.offersFrom; at < entries.length; at++) {
    for (const { given } of entries[at]!) {
      const site = given.get(offered);
      if (site !== undefined && site.total > 0) givens.push(site);
    }
  }
  const sites: Readonly<Site>[] = [];
  let general = 0;
  for (let at = 0; at < entries.length; at++) {
    if (at === keys.general) general = sites.length;
    for (const { seen } of entries[at]!) if (seen.total > 0) sites.push(seen);
  }
  const given = likeliest(distributionOf(givens));
  if (given && given.support >= OFFER_SUPPORT_MIN) {
    const all = distributionOf([...sites, ...givens], prior);
    return { offered, isAnswered: true, all, seen: UNKNOWN, mayChange: true };
  }
  const mayChange = given?.value !== offered && !isLeft;
  const seen = mayChange ? distributionOf(sites.slice(general)) : UNKNOWN;
  return { offered, isAnswered: false, all: distributionOf(sites, prior), seen, mayChange };
}

const UNKNOWN: Distribution = { values: [], probabilities: [], supports: [] };

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

/**
 * The gate: whether a suggestion is worth reading. The probability that it is taken and kept comes from a Bayesian
 * logistic regression over a few facts about it, with one precision per weight (diagonal Laplace; learning.md §6,
 * Chapelle & Li 2011, algorithm 3). Before anything is learned it is the engine's own confidence. Pure.
 */
import type { GateSetting } from "../../protocol/settings.ts";
import type { HideLimit, Stake } from "./hide-limit.ts";

/** Facts about an offered suggestion by name; what is not named is 0. A name may be `group:value`, as `language:go`. */
export type Features = Readonly<Record<string, number>>;

interface Weight {
  mean: number;
  /** 1 over the variance. */
  precision: number;
  readonly precisionMin: number;
  readonly precisionMax: number;
}

/** Whether a suggestion was wanted, and how much that counts (1: once). */
export interface Lesson {
  readonly isWanted: boolean;
  readonly weight: number;
}

export type HideReason =
  /** The engine itself does not believe in it. */
  | "hardly likely"
  /** Too likely to be wrong for its length. */
  | "not sure enough"
  /** Even if it were right, it would be typed as fast as read. */
  | "too short to read"
  /** It would be shown to somebody who is not annoyed. */
  | "you seem to want quiet";

export type Verdict = { readonly kind: "show" } | { readonly kind: "hide"; readonly reason: HideReason };

/**
 * Prior mean and precision of every weight; of a group, for each of its values (ours, to be fitted on replays). The
 * engine is believed; all else has to be learned. What all suggestions share is held tighter than what tells kinds
 * apart, so that somebody who turns down one kind is not shown less of the others.
 */
export const PRIORS: Readonly<Record<string, readonly [mean: number, precision: number]>> = {
  bias: [0, 24],
  /** Logit of the engine's confidence. */
  confidence: [1, 90],
  margin: [0, 36],
  matchLength: [0, 36],
  agreement: [0, 36],
  previousLabel: [0, 60],
  sincePrevious: [0, 60],
  acceptance: [0, 24],
  frustration: [0, 24],
  lastLineLength: [0, 40],
  typingSpeed: [0, 40],
  spaceAfter: [0, 40],
  repairs: [0, 24],
  chars: [0, 36],
  unbalanced: [0, 24],
  trigger: [0, 30],
  language: [0, 3],
  proposer: [0, 3],
  length: [0, 2],
};

/** Certainty fades (learning.md §6), and never grows beyond so many times the prior's (ours): people change their minds. */
const DECAY = 0.999;
const CERTAINTY_MAX = 5;
const WEIGHTS_MAX = 256;

/** What the engine believes less than this is not even worth trying, with the gate off as well (ours). */
export const CONFIDENCE_MIN = 0.03;
/** What each setting asks of a suggestion (ours: `balanced` chosen on replays, the others are half and twice of it). */
interface Bar {
  /** Characters that reading it costs. */
  readonly reading: number;
  /** Probability that it has at least. */
  readonly probability: number;
  /** What is hidden may promise this share, at most, of what the engine believes all to promise: see `hide-limit.ts`. */
  readonly hidden: number;
}
const BARS: Readonly<Record<Exclude<GateSetting, "off">, Bar>> = {
  eager: { reading: 1, probability: 0.075, hidden: 0.02 },
  balanced: { reading: 2, probability: 0.15, hidden: 0.055 },
  quiet: { reading: 4, probability: 0.3, hidden: 1 },
};
/** At the height of frustration the bar is so many times higher, as far as it goes. */
const FRUSTRATED_COST = 3;
const BAR_PROBABILITY_MAX = 0.75;
/** Where the bar would hide too much it is lowered, but not further (ours, chosen as well). */
const LOWERED_BAR = 0.5;
/** From here on somebody is annoyed, and nothing is shown that does not pass. */
const CALM_MAX = 0.25;
/** Characters that accepting costs: one key. */
const ACCEPTING_COST = 1;
/** Share of a taken suggestion's characters that stays: label and confidence allow for small changes (ours). */
const KEPT_SHARE = 0.95;
/** Confidence is about the first line; so much of the lines behind it is counted (ours). */
const FURTHER_LINES_SHARE = 0.5;

/** What is learned; a weight that is missing is at its prior. */
export class Weights {
  readonly #weights = new Map<string, Weight>();

  /** Log-odds that a suggestion is wanted, before calibration. */
  logit(features: Features): number {
    let sum = 0;
    for (const name in features) sum += (this.#weights.get(name)?.mean ?? priorOf(name)[0]) * features[name]!;
    return sum;
  }

  /**
   * Minimises `½ Σ qᵢ (wᵢ − mᵢ)² + v log(1 + exp(−y w·x))` over the weights of one event of weight v, y = ±1. Its
   * minimum lies on the line `w = m + y σ(−s) v x / q`, so that only the margin `s = y w·x` is looked for. No precision
   * decays below its prior's: what has not been seen for long is not thrown over by one event. Returns the log-odds as
   * they were before.
   */
  learn(features: Features, { isWanted, weight: share }: Lesson): number {
    for (const weight of this.#weights.values()) {
      weight.precision = Math.max(weight.precisionMin, weight.precision * DECAY);
    }
    const sign = isWanted ? 1 : -1;
    const touched: { readonly weight: Weight; readonly value: number }[] = [];
    let start = 0;
    let reach = 0;
    for (const name in features) {
      const value = features[name]!;
      const weight = this.#open(name);
      if (!weight) continue;
      touched.push({ weight, value });
      start += sign * weight.mean * value;
      reach += (share * value * value) / weight.precision;
    }
    const margin = settleMargin(start, reach);
    const pull = sign * share * logistic(-margin);
    const curvature = share * logistic(margin) * logistic(-margin);
    for (const { weight, value } of touched) {
      weight.mean += (pull * value) / weight.precision;
      weight.precision = Math.min(weight.precisionMax, weight.precision + curvature * value * value);
    }
    return sign * start;
  }

  /** Undefined where there are more kinds of suggestions than a person has. */
  #open(name: string): Weight | undefined {
    let weight = this.#weights.get(name);
    if (!weight && this.#weights.size < WEIGHTS_MAX) {
      const [mean, precision] = priorOf(name);
      weight = { mean, precision, precisionMin: precision, precisionMax: CERTAINTY_MAX * precision };
      this.#weights.set(name, weight);
    }
    return weight;
  }
}

/** The root of `s = start + reach σ(−s)`, by Newton's method: the right side falls and is bounded, so it converges. */
function settleMargin(start: number, reach: number): number {
  let margin = start;
  for (let round = 0; round < 20; round++) {
    const pull = logistic(-margin);
    const step = (margin - start - reach * pull) / (1 + reach * pull * (1 - pull));
    margin = Math.min(start + reach, Math.max(start, margin - step));
    if (Math.abs(step) < 1e-9) break;
  }
  return margin;
}

/**
 * Characters that an offer is expected to save, reading not counted: `p S`, the mean of somebody who takes what is
 * nearly right and of somebody who takes only what they need not touch (people are somewhere between).
 */
function promiseOf({ text, confidence, exactness, probability }: Offer): number {
  const exact = exactness === undefined ? probability : (probability * exactness) / Math.max(confidence, exactness);
  return ((probability + exact) / 2) * Math.max(0, keptChars(text) - ACCEPTING_COST);
}

/**
 * What the limit to hiding weighs: `p √S / (1 − p)` is what an offer is worth, its odds and how much there is of it. The
 * root keeps long shots from counting as much as what is short and likely (ours, chosen on replays as the bars are).
 */
export function stakeOf(offer: Offer): Stake {
  const { text, confidence, probability } = offer;
  const worth = (probability * Math.sqrt(Math.max(0, keptChars(text) - ACCEPTING_COST))) / (1 - probability);
  return { promise: promiseOf(offer), believed: promiseOf({ ...offer, probability: confidence }), worth };
}

export interface Offer {
  readonly text: string;
  /** Probability that the engine gives it, and that it is taken and kept, 0..1. */
  readonly confidence: number;
  /** Probability that the engine gives its being exactly right, where it tells the two apart. */
  readonly exactness?: number | undefined;
  readonly probability: number;
}

/**
 * Shown where it is likely enough, and promises more than reading it costs: `p S > R` (learning.md §6 with the cost of
 * reading paid in any case). `frustration`: 0 (calm) to 1.
 */
export function decide(offer: Offer, setting: GateSetting, frustration: number): Verdict {
  if (offer.confidence < CONFIDENCE_MIN) return { kind: "hide", reason: "hardly likely" };
  if (setting === "off") return { kind: "show" };
  const bar = BARS[setting];
  if (passes(offer, bar, 1 + (FRUSTRATED_COST - 1) * frustration)) return { kind: "show" };
  if (passes(offer, bar, 1)) return { kind: "hide", reason: "you seem to want quiet" };
  const isShort = promiseOf({ ...offer, exactness: undefined, probability: 1 }) <= bar.reading;
  return { kind: "hide", reason: isShort ? "too short to read" : "not sure enough" };
}

/** Whether an offer that is not sure enough is shown all the same, because too much would be hidden without it. */
export function isMissed(offer: Offer, setting: GateSetting, frustration: number, limit: HideLimit): boolean {
  if (setting === "off" || frustration >= CALM_MAX) return false;
  const bar = BARS[setting];
  return passes(offer, bar, LOWERED_BAR) && !limit.mayHide(stakeOf(offer), bar.hidden);
}

function passes(offer: Offer, bar: Bar, height: number): boolean {
  const probability = Math.min(BAR_PROBABILITY_MAX, height * bar.probability);
  return promiseOf(offer) > height * bar.reading && offer.probability > probability;
}

/** Characters that a taken suggestion is expected to leave, without white space at the ends of its lines. */
function keptChars(text: string): number {
  const [first = "", ...further] = text.split("\n");
  const behind = further.reduce((sum, line) => sum + line.trim().length, 0);
  return KEPT_SHARE * (first.trimEnd().length + FURTHER_LINES_SHARE * behind);
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function logit(probability: number): number {
  return Math.log(probability / (1 - probability));
}

function priorOf(name: string): readonly [mean: number, precision: number] {
  return PRIORS[name] ?? PRIORS[name.slice(0, name.indexOf(":"))] ?? [0, 1];
}

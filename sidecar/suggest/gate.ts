/**
 * The gate: whether a suggestion is worth reading. The probability that it is taken and kept comes from a Bayesian
 * logistic regression over a few facts about it, with one precision per weight (diagonal Laplace; learning.md §6,
 * Chapelle & Li 2011, algorithm 3). Before anything is learned it is the engine's own confidence. Pure.
 */
import type { GateSetting } from "../../protocol/settings.ts";

/** Facts about an offered suggestion by name; what is not named is 0. A name may be `group:value`, as `language:go`. */
export type Features = Readonly<Record<string, number>>;

interface Weight {
  readonly mean: number;
  /** 1 over the variance. */
  readonly precision: number;
}

/** What is learned; a weight that is missing is at its prior. */
export type Weights = ReadonlyMap<string, Weight>;

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
  bias: [0, 12],
  /** Logit of the engine's confidence. */
  confidence: [1, 12],
  margin: [0, 4],
  matchLength: [0, 4],
  agreement: [0, 4],
  previousLabel: [0, 12],
  sincePrevious: [0, 12],
  acceptance: [0, 6],
  frustration: [0, 6],
  lastLineLength: [0, 6],
  typingSpeed: [0, 6],
  spaceAfter: [0, 6],
  repairs: [0, 4],
  chars: [0, 4],
  unbalanced: [0, 4],
  trigger: [0, 2],
  language: [0, 0.5],
  proposer: [0, 0.5],
  length: [0, 0.5],
};

/** A thousand events are remembered: people change their minds (learning.md §6). */
const DECAY = 0.999;
/** More weights than a person has kinds of suggestions. */
const WEIGHTS_MAX = 256;

/** What the engine believes less than this is not even worth trying, with the gate off as well (ours). */
export const CONFIDENCE_MIN = 0.1;
/** Characters that reading a suggestion costs (evaluation.md: R = 3); the others ours. */
const READING_COST: Readonly<Record<Exclude<GateSetting, "off">, number>> = { eager: 1.5, balanced: 3, quiet: 6 };
/** At the height of frustration reading costs so many times more. */
const FRUSTRATED_COST = 3;
/** Characters that accepting costs: one key. */
const ACCEPTING_COST = 1;
/** Share of a taken suggestion's characters that stays: label and confidence allow for small changes (ours). */
const KEPT_SHARE = 0.95;
/** Confidence is about the first line; so much of the lines behind it is counted (ours). */
const FURTHER_LINES_SHARE = 0.5;

export const NOTHING_LEARNED: Weights = new Map();

/** Log-odds that a suggestion is wanted, before calibration. */
export function logitOf(weights: Weights, features: Features): number {
  let sum = 0;
  for (const name in features) sum += weightOf(weights, name).mean * features[name]!;
  return sum;
}

/**
 * Minimises `½ Σ qᵢ (wᵢ − mᵢ)² + v log(1 + exp(−y w·x))` over the weights of one event of weight v, y = ±1. Its minimum
 * lies on the line `w = m + y σ(−s) v x / q`, so that only the margin `s = y w·x` is looked for. No precision decays
 * below its prior's: what has not been seen for long is not thrown over by one event.
 */
export function learnLesson(weights: Weights, features: Features, { isWanted, weight }: Lesson): Weights {
  const next = new Map<string, Weight>();
  for (const [name, { mean, precision }] of weights) {
    next.set(name, { mean, precision: Math.max(priorOf(name).precision, precision * DECAY) });
  }
  const sign = isWanted ? 1 : -1;
  let start = 0;
  let reach = 0;
  for (const name in features) {
    const { mean, precision } = weightOf(next, name);
    const value = features[name]!;
    start += sign * mean * value;
    reach += (weight * value * value) / precision;
  }
  const margin = settleMargin(start, reach);
  const pull = weight * logistic(-margin);
  const curvature = weight * logistic(margin) * logistic(-margin);
  for (const name in features) {
    const { mean, precision } = weightOf(next, name);
    const value = features[name]!;
    if (value === 0 || (!next.has(name) && next.size >= WEIGHTS_MAX)) continue;
    next.set(name, {
      mean: mean + (sign * pull * value) / precision,
      precision: precision + curvature * value * value,
    });
  }
  return next;
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

/** `p S − (1 − p) R` in characters: what showing is worth on average (learning.md §6, evaluation.md's cost). */
function gainOf(probability: number, text: string, readingCost: number): number {
  const saved = keptChars(text) - ACCEPTING_COST - readingCost;
  return probability * saved - (1 - probability) * readingCost;
}

export interface Offer {
  readonly text: string;
  /** Probability that the engine gives it, and that it is taken and kept, 0..1. */
  readonly confidence: number;
  readonly probability: number;
}

/** Shown where it is worth more than nothing. `frustration`: 0 (calm) to 1. */
export function decide({ text, confidence, probability }: Offer, setting: GateSetting, frustration: number): Verdict {
  if (confidence < CONFIDENCE_MIN) return { kind: "hide", reason: "hardly likely" };
  if (setting === "off") return { kind: "show" };
  const calm = READING_COST[setting];
  const cost = calm * (1 + (FRUSTRATED_COST - 1) * frustration);
  if (gainOf(probability, text, cost) > 0) return { kind: "show" };
  if (gainOf(probability, text, calm) > 0) return { kind: "hide", reason: "you seem to want quiet" };
  return { kind: "hide", reason: gainOf(1, text, calm) > 0 ? "not sure enough" : "too short to read" };
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

function weightOf(weights: Weights, name: string): Weight {
  return weights.get(name) ?? priorOf(name);
}

const priors = new Map<string, Weight>();

function priorOf(name: string): Weight {
  let prior = priors.get(name);
  if (!prior) {
    const [mean, precision] = PRIORS[name] ?? PRIORS[name.slice(0, name.indexOf(":"))] ?? [0, 1];
    prior = { mean, precision };
    if (priors.size < WEIGHTS_MAX) priors.set(name, prior);
  }
  return prior;
}

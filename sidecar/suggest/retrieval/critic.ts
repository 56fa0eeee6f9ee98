/**
 * Decides whether code of the workspace is looked for at all. Where it is, it changes nothing most of the time and does
 * harm some of the time (Repoformer, Wu et al. 2024: 80 % of retrievals do not help); so, as in CARD (Wang et al. 2024), a
 * small model judges what the engine writes without it. A logistic regression with one precision per weight, learned
 * online from trials (diagonal Laplace: learning.md §6). Pure.
 */

/** What is known before a first look at the code. */
export interface LookBefore {
  /** Probabilities the engine gives to what it proposes without code, best first. */
  readonly confidences: readonly number[];
  /** Milliseconds since the newest example that was found was made; undefined where there is none. */
  readonly exampleAgeMs: number | undefined;
  /** Nothing is typed on the line. */
  readonly isLineStart: boolean;
}

/** What is known with it. */
export interface Look extends LookBefore {
  /** What the best piece of code scores in the text search, as a share of what a perfect one would; 0 for none. */
  readonly textScore: number;
  /** How far the next one is behind it, as a share of its score. */
  readonly textMargin: number;
  /** The best piece of code is in the document's directory. */
  readonly isNear: boolean;
}

/** Numbers in the order of {@link FEATURES}. */
export type LookFeatures = readonly number[];

export const FEATURES = [
  "bias",
  "confidence",
  "margin",
  "entropy",
  "textScore",
  "textMargin",
  "near",
  "exampleRecency",
  "lineStart",
] as const;

/**
 * Prior means, fitted by `npm run bench -- fit-critic` (seed 1) on the development repositories of `bench/README.md`. What
 * the engine is sure of, and what stands out among what it offers, needs no help; a piece of code that shares many of the
 * rare words is likely to be of help; at a line's start, where little is typed, there is most to gain. `exampleRecency` is
 * not in the fit (a repository has no examples of its developer): what was learned a moment ago needs less help (ours).
 */
export const PRIOR: readonly number[] = [-2.9, -2.06, -3.53, -0.61, 1.79, -0.62, 0.01, -0.5, 0.48];
/** A person's first few trials change little: the fit rests on thousands. */
const PRIOR_PRECISION = 10;
/** Code is looked for from here on: two thirds of the places are left out, and nothing is lost (same fit). */
const WORTH_MIN = 0.06;
/** Older trials count less: engine and memory have changed since. */
const DECAY = 0.999;
const HALF_LIFE_MS = 24 * 60 * 60 * 1000;

export interface Weights {
  readonly means: readonly number[];
  readonly precisions: readonly number[];
}

/** What a trial taught: whether code of the workspace brought the engine nearer to what was kept. */
export interface Lesson {
  readonly features: LookFeatures;
  readonly helped: boolean;
}

export const NOTHING_LEARNED: Weights = { means: PRIOR, precisions: PRIOR.map(() => PRIOR_PRECISION) };

export function featuresOf(look: Look): LookFeatures {
  const [best = 0, next = 0] = look.confidences;
  const features: Record<(typeof FEATURES)[number], number> = {
    bias: 1,
    confidence: best,
    margin: best - next,
    entropy: entropy(look.confidences),
    textScore: look.textScore,
    textMargin: look.textMargin,
    near: look.isNear ? 1 : 0,
    exampleRecency: look.exampleAgeMs === undefined ? 0 : 2 ** (-Math.max(0, look.exampleAgeMs) / HALF_LIFE_MS),
    lineStart: look.isLineStart ? 1 : 0,
  };
  return FEATURES.map((name) => Math.round(features[name] * 1000) / 1000);
}

/** Probability that code of the workspace brings the engine nearer to what is wanted, 0..1. */
export function worth({ means }: Weights, features: LookFeatures): number {
  return logistic(features.reduce((sum, feature, index) => sum + feature * means[index]!, 0));
}

export function isWorth(weights: Weights, features: LookFeatures): boolean {
  return worth(weights, features) >= WORTH_MIN;
}

/** Whether there is a look that would make it worth while. */
export function mayBeWorth(weights: Weights, before: LookBefore): boolean {
  const { means } = weights;
  const weightOf = (feature: (typeof FEATURES)[number]): number => means[FEATURES.indexOf(feature)]!;
  const best = featuresOf({
    ...before,
    textScore: weightOf("textScore") > 0 ? 1 : 0,
    textMargin: weightOf("textMargin") > 0 ? 1 : 0,
    isNear: weightOf("near") > 0,
  });
  return isWorth(weights, best);
}

/** Weights after one more trial: a Newton step per weight, bounded by what is known of it. */
export function learn(weights: Weights, { features, helped }: Lesson): Weights {
  const expected = worth(weights, features);
  const precisions = weights.precisions.map(
    (precision, index) =>
      Math.max(PRIOR_PRECISION, precision * DECAY) + features[index]! ** 2 * expected * (1 - expected),
  );
  const surprise = (helped ? 1 : 0) - expected;
  const means = weights.means.map((mean, index) => mean + (surprise * features[index]!) / precisions[index]!);
  return { means, precisions };
}

/** Of the proposals' shares of confidence, 0 (one stands out) to 1 (all alike). */
function entropy(confidences: readonly number[]): number {
  const sum = confidences.reduce((total, confidence) => total + confidence, 0);
  if (confidences.length < 2 || sum === 0) return 0;
  const shares = confidences.map((confidence) => confidence / sum).filter((share) => share > 0);
  return -shares.reduce((total, share) => total + share * Math.log(share), 0) / Math.log(confidences.length);
}

function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

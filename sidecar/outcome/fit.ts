/**
 * The outcome's weights, fitted to what became of accepted text: whether it was committed with less than a third changed
 * (Ziegler et al. 2022). What is judged on is what was known before the commit; the weights written down by hand are
 * what is believed without a sample.
 */
import type { Evidence } from "./evidence.ts";
import { areaUnderCurve, dot, type LabelledSample, logistic, logLoss, newton } from "./logistic.ts";
import { OUTCOME_WEIGHTS, outcomeFeatures } from "./score.ts";
import { editDistance } from "./survival.ts";

/** Fewer say nothing about so many weights: ten of the rarer kind for each that is not nearly always 0 (ours). */
export const SAMPLES_MIN = 100;
export const RARER_MIN = 20;
const FOLDS = 5;
const CHANGED_MAX = 1 / 3;

type Feature = keyof typeof OUTCOME_WEIGHTS;

/** What is known of accepted text before it is committed. */
export const FITTED: readonly Feature[] = [
  "accepted",
  "kept",
  "notTaken",
  "earlyEdit",
  "newErrors",
  "newWarnings",
  "undone",
  "undoneAtOnce",
  "runBroke",
  "runFailed",
  "runPassed",
  "runMended",
];

export interface FitQuality {
  /** Chance that committed text ranks above other, 0..1. */
  readonly auc: number;
  /** In nats. */
  readonly logLoss: number;
}

export type OutcomeFit =
  | { readonly kind: "too few"; readonly samples: number; readonly committed: number }
  | {
      readonly kind: "fitted";
      readonly samples: number;
      /** Those that were committed with less than a third changed. */
      readonly committed: number;
      readonly weights: readonly { readonly name: Feature; readonly before: number; readonly after: number }[];
      readonly before: FitQuality;
      /** Of samples that the weights were not fitted to. */
      readonly after: FitQuality;
    };

/** Undefined for what was not accepted, and for what was in no commit of its file yet. */
export function fitSample(evidence: Evidence): LabelledSample | undefined {
  const { accepted, commit, isReverted } = evidence;
  if (!accepted || !commit) return undefined;
  const isKept = !isReverted && editDistance(accepted.text, commit.text) < CHANGED_MAX;
  const before = outcomeFeatures({ ...evidence, commit: undefined, isReverted: false }, accepted);
  return { features: FITTED.map((name) => before[name] ?? 0), label: isKept ? 1 : 0 };
}

/** Samples in any fixed order; the folds are cut by their index. */
export function fitOutcome(samples: readonly LabelledSample[]): OutcomeFit {
  const labels = samples.map(({ label }) => label);
  const committed = labels.filter((label) => label === 1).length;
  if (samples.length < SAMPLES_MIN || Math.min(committed, samples.length - committed) < RARER_MIN) {
    return { kind: "too few", samples: samples.length, committed };
  }
  const prior = FITTED.map((name) => OUTCOME_WEIGHTS[name]);
  const weights = newton(samples, FITTED.length, { prior });
  const fitted = samples.map(() => 0);
  for (let fold = 0; fold < FOLDS; fold++) {
    const isHeldOut = (index: number): boolean => index % FOLDS === fold;
    const others = samples.filter((_, index) => !isHeldOut(index));
    const foldWeights = newton(others, FITTED.length, { prior });
    for (const [index, { features }] of samples.entries()) {
      if (isHeldOut(index)) fitted[index] = logistic(dot(foldWeights, features));
    }
  }
  const qualityOf = (probabilities: readonly number[]): FitQuality => ({
    auc: areaUnderCurve(probabilities, labels),
    logLoss: logLoss(probabilities, labels),
  });
  return {
    kind: "fitted",
    samples: samples.length,
    committed,
    weights: FITTED.map((name, index) => ({ name, before: OUTCOME_WEIGHTS[name], after: weights[index]! })),
    before: qualityOf(samples.map(({ features }) => logistic(dot(prior, features)))),
    after: qualityOf(fitted),
  };
}

/**
 * The outcome of a generation: how good it was, 0..1, with the reasons in words. A logistic model over the evidence
 * (learning.md §2): its weights predict "still there with less than a third changed", which says more than acceptance.
 */
import type { Acceptance, Evidence, NewProblems, Run } from "./evidence.ts";
import { logistic } from "./logistic.ts";
import { editDistance, keptRate } from "./survival.ts";

export type Verdict = "kept" | "changed" | "rejected" | "undone" | "ignored";

export interface Outcome {
  /** 0 (never again) to 1 (exactly right); 0.5 says nothing either way. */
  readonly score: number;
  readonly verdict: Verdict;
  /** Share of the accepted tokens that are still there, 0..1; 0 for what was not accepted. */
  readonly keptRate: number;
  /** Normalised Levenshtein distance of accepted to final text, 0..1; 1 for what was not accepted. */
  readonly editDistance: number;
  /** For people, most important first: "kept 92 % of it", "two new errors". */
  readonly reasons: readonly string[];
  /** Whether the story is over: dismissed, undone or settled. A later signal may still correct the score. */
  readonly isFinal: boolean;
}

/**
 * Weights `w` of `score = σ(w · x)`; every feature is 0 or more, so the sign is the direction. Written down by hand
 * (ours), to be fitted once enough outcomes are stored. Calibrated at three points: accepted and a third of it changed
 * is even (Ziegler et al. 2022 call less "mostly unchanged"), all of it kept is 0.95, dismissed by Escape is under 0.1.
 */
export const OUTCOME_WEIGHTS = {
  /** Accepted at all. By itself bad: together with `kept` it puts the even chance at two thirds kept. */
  accepted: -6,
  /** Kept rate, 0..1: the best single predictor of a later commit. */
  kept: 9,
  /** Share of the suggestion that was not taken, 0..1: a word of it is a weaker yes than all of it. */
  notTaken: -1,
  /** How soon the first edit came, 1 at once to 0 after five minutes (logarithmic): accepted in order to be changed. */
  earlyEdit: -0.8,
  /** log2(1 + new errors), at most 3: one error turns a premium example into a standard one. */
  newErrors: -1.5,
  /** log2(1 + new warnings), at most 3: style more often than fault. */
  newWarnings: -0.3,
  /** Taken back as a whole, which is a clearer no than deleting it bit by bit. */
  undone: -1,
  /** Taken back within two seconds: read only after it was accepted. */
  undoneAtOnce: -1,
  /** The first test or build after it failed, and had not before: not all of that is its doing. */
  runBroke: -1.2,
  /** It failed, and may well have before. */
  runFailed: -0.3,
  /** It passed: little by itself, for most of them do. */
  runPassed: 0.3,
  /** It passed, and had failed before. */
  runMended: 0.8,
  /** Edit similarity of the committed to the accepted text, 0..1: whoever commits has read it once more. */
  committed: 1.5,
  /** The commit was taken back, for whatever reason. */
  reverted: -3,
  /** Escape is the one dismissal that is an act. */
  escape: -2.5,
  /** Typed something else: no to this text, maybe not to its like. */
  typedOver: -1.5,
  /** Typed by hand to its end: nothing against it, and of no use. */
  typedOut: 0,
  /** Stood until it timed out: the developer was thinking or elsewhere. */
  timeout: -0.6,
  /** Another suggestion took its place: says least. */
  superseded: -0.4,
} as const;

export type OutcomeFeatures = Readonly<Partial<Record<keyof typeof OUTCOME_WEIGHTS, number>>>;

/** Below this time on screen nobody has read it (learning.md §1). */
export const READ_MS = 750;
/** Kept less than this is "changed": a third changed is the border of "mostly unchanged". */
const KEPT_MIN = 2 / 3;
/** An undo within this time counts as frustration (learning.md §1). */
const AT_ONCE_MS = 2000;
/** An edit after this time is no longer a reaction to the suggestion (the last snapshot but one, learning.md §1). */
const LATE_EDIT_MS = 300_000;
/** Seven problems are as bad as seventy. */
const PROBLEM_LOG_MAX = 3;
const RATED_UP_MIN = 0.95;
const RATED_DOWN_MAX = 0.05;

/** Scores what is known so far; `isFinal` says whether more is to come. */
export function scoreOutcome(evidence: Evidence): Outcome {
  const judged = evidence.accepted ? judgeAccepted(evidence, evidence.accepted) : judgeNotAccepted(evidence);
  const { rating, words } = evidence;
  if (rating === undefined) return judged;
  const said = `rated ${rating}${words === "" ? "" : `: ${words}`}`;
  return {
    ...judged,
    score: rating === "up" ? Math.max(RATED_UP_MIN, judged.score) : Math.min(RATED_DOWN_MAX, judged.score),
    reasons: [said, ...judged.reasons],
  };
}

function judgeAccepted(evidence: Evidence, accepted: Acceptance): Outcome {
  const { undoneAfterMs, firstEditMs, final, commit, run, isReverted } = evidence;
  const isUndone = undoneAfterMs !== undefined;
  const now = textNow(evidence, accepted);
  const isGone = now.trim() === "";
  const problems = problemsOf(evidence);
  const features = outcomeFeatures(evidence, accepted);
  const { kept = 0 } = features;
  const reasons = [
    isUndone ? `undone after ${seconds(undoneAfterMs)}` : isGone ? "deleted afterwards" : `kept ${percent(kept)} of it`,
    ...(accepted.share < 1 ? [`took ${percent(accepted.share)} of the suggestion`] : []),
    ...(problems.errors > 0 ? [`${count(problems.errors)} new ${problems.errors === 1 ? "error" : "errors"}`] : []),
    ...(problems.warnings > 0
      ? [`${count(problems.warnings)} new ${problems.warnings === 1 ? "warning" : "warnings"}`]
      : []),
    ...(isReverted ? ["the commit was taken back"] : commit && !isGone ? ["committed"] : []),
    ...(run ? [describeRun(run)] : []),
    ...(!isUndone && firstEditMs !== undefined ? [`first edit after ${seconds(firstEditMs)}`] : []),
    ...(!isUndone && !final && !commit ? ["not settled yet"] : []),
  ];
  return {
    score: sigmoid(features),
    verdict: isUndone ? "undone" : isGone ? "rejected" : kept >= KEPT_MIN ? "kept" : "changed",
    keptRate: kept,
    editDistance: editDistance(accepted.text, now),
    reasons,
    isFinal: isUndone || final !== undefined || commit !== undefined,
  };
}

/** What accepted text is judged on; a feature that is left out is 0. */
export function outcomeFeatures(evidence: Evidence, accepted: Acceptance): OutcomeFeatures {
  const { undoneAfterMs, firstEditMs, commit, run, isReverted } = evidence;
  const isUndone = undoneAfterMs !== undefined;
  const now = textNow(evidence, accepted);
  const problems = problemsOf(evidence);
  return {
    accepted: 1,
    kept: now.trim() === "" ? 0 : keptRate(accepted.text, now),
    notTaken: 1 - accepted.share,
    earlyEdit: isUndone || firstEditMs === undefined ? 0 : earliness(firstEditMs),
    newErrors: problemLog(problems.errors),
    newWarnings: problemLog(problems.warnings),
    undone: isUndone ? 1 : 0,
    undoneAtOnce: isUndone && undoneAfterMs <= AT_ONCE_MS ? 1 : 0,
    ...(run && { [runFeature(run)]: 1 }),
    committed: commit && !isUndone ? 1 - editDistance(accepted.text, now) : 0,
    reverted: isReverted ? 1 : 0,
  };
}

/** What has become of accepted text, as far as that is known. */
function textNow({ undoneAfterMs, commit, final, editedText }: Evidence, accepted: Acceptance): string {
  return undoneAfterMs !== undefined ? "" : (commit?.text ?? final?.text ?? editedText ?? accepted.text);
}

/** What settled counts; until then what was seen shortly after accepting. */
function problemsOf({ newProblems: { settled, after } }: Evidence): NewProblems {
  return settled ?? after ?? { errors: 0, warnings: 0 };
}

function runFeature({ isOk, turn }: Run): "runBroke" | "runFailed" | "runPassed" | "runMended" {
  if (isOk) return turn === "mended" ? "runMended" : "runPassed";
  return turn === "broke" ? "runBroke" : "runFailed";
}

function describeRun({ label, isOk, turn }: Run): string {
  if (isOk) return turn === "mended" ? `${label} passes again` : `${label} passed`;
  return turn === "broke" ? `${label} failed, and had passed before` : `${label} failed`;
}

function judgeNotAccepted({ dismissed, dwellMs }: Evidence): Outcome {
  const notTaken = { keptRate: 0, editDistance: 1 };
  if (dismissed === undefined) {
    return { ...notTaken, score: sigmoid({}), verdict: "ignored", reasons: ["no answer yet"], isFinal: false };
  }
  if (dwellMs !== undefined && dwellMs < READ_MS) {
    const reasons = [`gone after ${seconds(dwellMs)}, before it could be read`];
    return { ...notTaken, score: sigmoid({}), verdict: "ignored", reasons, isFinal: true };
  }
  const { feature, verdict, reason } = DISMISSALS[dismissed];
  return { ...notTaken, score: sigmoid({ [feature]: 1 }), verdict, reasons: [reason], isFinal: true };
}

const DISMISSALS = {
  escape: { feature: "escape", verdict: "rejected", reason: "dismissed with Escape" },
  "typed-over": { feature: "typedOver", verdict: "rejected", reason: "something else was typed" },
  "typed-out": { feature: "typedOut", verdict: "ignored", reason: "typed by hand, to its end" },
  superseded: { feature: "superseded", verdict: "ignored", reason: "another suggestion took its place" },
  timeout: { feature: "timeout", verdict: "ignored", reason: "left standing until it went away" },
} as const satisfies Record<
  NonNullable<Evidence["dismissed"]>,
  { feature: keyof typeof OUTCOME_WEIGHTS; verdict: Verdict; reason: string }
>;

function sigmoid(features: OutcomeFeatures): number {
  let sum = 0;
  for (const name of Object.keys(OUTCOME_WEIGHTS) as (keyof typeof OUTCOME_WEIGHTS)[]) {
    sum += OUTCOME_WEIGHTS[name] * (features[name] ?? 0);
  }
  return logistic(sum);
}

/** 1 for an edit at once, falling with the logarithm of the seconds to 0 at {@link LATE_EDIT_MS}. */
function earliness(ms: number): number {
  const late = Math.log1p(LATE_EDIT_MS / 1000);
  return Math.max(0, 1 - Math.log1p(Math.max(0, ms) / 1000) / late);
}

function problemLog(problems: number): number {
  return Math.min(PROBLEM_LOG_MAX, Math.log2(1 + problems));
}

/** "all" only where it is all: 99.7 % is not. */
function percent(share: number): string {
  if (share >= 1) return "all";
  return `${Math.min(99, Math.round(share * 100))} %`;
}

function seconds(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  return ms < 120_000 ? `${Math.round(ms / 1000)} s` : `${Math.round(ms / 60_000)} min`;
}

function count(value: number): string {
  return ["no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"][value] ?? String(value);
}

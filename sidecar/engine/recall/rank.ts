/**
 * The ranking: one probability for every candidate, whoever proposed it, from a logistic model over a few facts about
 * it; candidates that begin with the same line support each other. Weights come from `npm run bench -- fit-ranking`
 * over public source trees, examples excepted: what the developer did is worth more than any statistics.
 */
import type { Candidate, Proposer } from "./candidate.ts";
import { isLineBreak, keyOf } from "./vocabulary.ts";

export interface Ranked {
  readonly candidate: Candidate;
  /** Probability that the first line is right, 0..1. */
  readonly confidence: number;
  /** Other proposers that offer the same line. */
  readonly agreement: number;
}

/** Facts about a candidate, in the order of {@link WEIGHTS}. */
export const FEATURES = [
  "bias",
  "logProbability",
  "logMatchLength",
  "logSupport",
  "logCacheProbability",
  "tokens",
  "agreement",
  "file",
  "project",
  "personal",
  "ngram",
  "similar",
] as const;

/**
 * Fitted by the command above (seed 1) on the development repositories of `bench/README.md`. `personal` is not in them:
 * its 0 puts the person's own text two thirds of a log-odds above the project's.
 */
export const WEIGHTS: readonly number[] = [-0.26, 0.74, 0.46, -0.07, 1.75, -0.1, 1.46, -0.78, -0.65, 0, 1.18, -0.02];

export interface RankInput {
  readonly candidate: Candidate;
  /** Mean natural logarithm of its tokens' probability in the nested cache. */
  readonly cacheLogProbability: number;
}

export function rank(inputs: readonly RankInput[], contradicted: (candidate: Candidate) => boolean): Ranked[] {
  const proposersOf = new Map<string, Set<Proposer>>();
  for (const { candidate } of inputs) {
    const line = firstLineKey(candidate);
    proposersOf.set(line, (proposersOf.get(line) ?? new Set()).add(candidate.proposer));
  }
  const best = new Map<string, Ranked>();
  for (const input of inputs) {
    const { candidate } = input;
    const agreement = proposersOf.get(firstLineKey(candidate))!.size - 1;
    let confidence =
      candidate.proposer === "example" ? candidate.probability : logistic(dot(WEIGHTS, featuresOf(input, agreement)));
    if (contradicted(candidate)) confidence *= 0.1;
    const text = candidate.values.map(keyOf).join(" ");
    const known = best.get(text);
    if (!known || confidence > known.confidence) best.set(text, { candidate, confidence, agreement });
  }
  return [...best.values()].sort((a, b) => b.confidence - a.confidence || b.candidate.lines - a.candidate.lines);
}

export function featuresOf(input: RankInput, agreement: number): number[] {
  const { candidate } = input;
  const is = (proposer: Proposer): number => (candidate.proposer === proposer ? 1 : 0);
  return [
    1,
    Math.log(Math.max(candidate.probability, 1e-4)),
    Math.log1p(candidate.matchLength),
    Math.log(candidate.support),
    input.cacheLogProbability,
    Math.min(20, firstLineLength(candidate)),
    agreement,
    is("file"),
    is("project"),
    is("personal"),
    is("ngram"),
    is("similar"),
  ];
}

export function firstLineLength(candidate: Candidate): number {
  const end = candidate.values.findIndex(isLineBreak);
  return end < 0 ? candidate.values.length : end;
}

export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

/** The tokens of a candidate's first line, to compare candidates by. */
export function firstLineKey(candidate: Candidate): string {
  return candidate.values.slice(0, firstLineLength(candidate)).map(keyOf).join(" ");
}

function dot(weights: readonly number[], features: readonly number[]): number {
  return features.reduce((sum, feature, index) => sum + feature * weights[index]!, 0);
}

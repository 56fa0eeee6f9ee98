/** Logistic regression: fits weights to what was seen, from the weights that were believed before. */

export interface LabelledSample {
  readonly features: readonly number[];
  readonly label: 0 | 1;
}

export interface FitOptions {
  /** What is believed without a sample; default: all 0. */
  readonly prior?: readonly number[];
}

/** Weights by Newton's method with a ridge of 1 around `prior`. `size`: features of each sample. */
export function newton(samples: readonly LabelledSample[], size: number, { prior }: FitOptions = {}): number[] {
  const center = prior ?? new Array<number>(size).fill(0);
  let weights = [...center];
  let loss = penalisedLoss(samples, weights, center);
  for (let step = 0; step < STEPS_MAX; step++) {
    const gradient = weights.map((weight, index) => weight - center[index]!);
    const hessian = weights.map((_, row) => weights.map((__, column) => (row === column ? 1 : 0)));
    for (const { features, label } of samples) {
      const p = logistic(dot(weights, features));
      for (let row = 0; row < size; row++) {
        gradient[row]! += (p - label) * features[row]!;
        for (let column = 0; column < size; column++) {
          hessian[row]![column]! += p * (1 - p) * features[row]! * features[column]!;
        }
      }
    }
    const move = solve(hessian, gradient);
    // Far from the optimum a whole step may lead away from it.
    let next = weights;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (let length = 1; length > STEP_MIN && !(nextLoss <= loss); length /= 2) {
      next = weights.map((weight, index) => weight - length * move[index]!);
      nextLoss = penalisedLoss(samples, next, center);
    }
    if (!(nextLoss < loss)) break;
    weights = next;
    loss = nextLoss;
  }
  return weights;
}

const STEPS_MAX = 20;
const STEP_MIN = 1 / 1024;

/** 0..1. */
export function logistic(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function dot(weights: readonly number[], features: readonly number[]): number {
  return features.reduce((sum, feature, index) => sum + feature * weights[index]!, 0);
}

/** Mean −log of the probability given to what happened, in nats. */
export function logLoss(probabilities: readonly number[], labels: readonly (0 | 1)[]): number {
  const sum = probabilities.reduce((total, p, index) => {
    const right = Math.min(1 - 1e-12, Math.max(1e-12, labels[index] === 1 ? p : 1 - p));
    return total - Math.log(right);
  }, 0);
  return sum / Math.max(1, probabilities.length);
}

/** Chance that a positive sample ranks above a negative one, ties as half; 0.5 where one kind is missing. */
export function areaUnderCurve(scores: readonly number[], labels: readonly (0 | 1)[]): number {
  const order = scores.map((score, index) => ({ score, label: labels[index]! })).sort((a, b) => a.score - b.score);
  let rankSum = 0;
  for (let start = 0; start < order.length;) {
    let end = start + 1;
    while (end < order.length && order[end]!.score === order[start]!.score) end++;
    // Ranks from 1; those of equal scores are their mean.
    const rank = (start + 1 + end) / 2;
    for (let at = start; at < end; at++) if (order[at]!.label === 1) rankSum += rank;
    start = end;
  }
  const positives = labels.filter((label) => label === 1).length;
  const negatives = labels.length - positives;
  if (positives === 0 || negatives === 0) return 0.5;
  return (rankSum - (positives * (positives + 1)) / 2) / (positives * negatives);
}

function penalisedLoss(
  samples: readonly LabelledSample[],
  weights: readonly number[],
  center: readonly number[],
): number {
  let loss = weights.reduce((sum, weight, index) => sum + (weight - center[index]!) ** 2 / 2, 0);
  for (const { features, label } of samples) {
    const z = (label === 1 ? -1 : 1) * dot(weights, features);
    // log(1 + e^z) without overflow.
    loss += Math.max(0, z) + Math.log1p(Math.exp(-Math.abs(z)));
  }
  return loss;
}

/** Gaussian elimination; the matrix is positive definite because of the ridge. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] {
  const rows = matrix.map((row, index) => [...row, right[index]!]);
  const size = rows.length;
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = pivot + 1; row < size; row++) {
      const factor = rows[row]![pivot]! / rows[pivot]![pivot]!;
      for (let column = pivot; column <= size; column++) rows[row]![column]! -= factor * rows[pivot]![column]!;
    }
  }
  const solution = new Array<number>(size).fill(0);
  for (let row = size - 1; row >= 0; row--) {
    let sum = rows[row]![size]!;
    for (let column = row + 1; column < size; column++) sum -= rows[row]![column]! * solution[column]!;
    solution[row] = sum / rows[row]![row]!;
  }
  return solution;
}

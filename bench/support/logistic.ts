/** Logistic regression, to fit the weights that the product starts with. */
import { logistic } from "../../sidecar/suggest/gate.ts";

export interface LabelledSample {
  readonly features: readonly number[];
  readonly label: 0 | 1;
}

/** Weights by Newton's method with a ridge of 1. `size`: features of each sample. */
export function newton(samples: readonly LabelledSample[], size: number): number[] {
  let weights = new Array<number>(size).fill(0);
  for (let step = 0; step < 20; step++) {
    const gradient = weights.map((weight) => weight);
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
    weights = weights.map((weight, index) => weight - move[index]!);
  }
  return weights;
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

export function dot(weights: readonly number[], features: readonly number[]): number {
  return features.reduce((sum, feature, index) => sum + feature * weights[index]!, 0);
}

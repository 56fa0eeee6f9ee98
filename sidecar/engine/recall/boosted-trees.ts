/**
 * Gradient-boosted regression trees (Friedman 2001), evaluated: a probability from a row of facts. Where they come from
 * is `bench/support/boosting.ts`.
 */

/** A node of a tree, by index: the root is 0. A leaf has no children; its value is added to the log-odds. */
export interface Tree {
  /** Index of the fact that is compared, -1 in a leaf. */
  readonly features: readonly number[];
  /** Rows whose fact is at most this go left; in a leaf its value. */
  readonly values: readonly number[];
  /** Index of the left child; the right one comes after it. */
  readonly lefts: readonly number[];
}

export interface BoostedTrees {
  /** Log-odds before the first tree. */
  readonly start: number;
  readonly trees: readonly Tree[];
}

/** Probability, 0..1. */
export function probabilityOf({ start, trees }: BoostedTrees, row: readonly number[]): number {
  let logOdds = start;
  for (const { features, values, lefts } of trees) {
    let node = 0;
    while (features[node]! >= 0) node = lefts[node]! + (row[features[node]!]! <= values[node]! ? 0 : 1);
    logOdds += values[node]!;
  }
  return 1 / (1 + Math.exp(-logOdds));
}

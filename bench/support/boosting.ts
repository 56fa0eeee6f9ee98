/**
 * Fits boosted trees to yes and no (Friedman 2001, with the second-order leaves of Chen & Guestrin 2016): facts are cut
 * into bins of equal numbers, and the leaf whose split helps most is split next. Deterministic.
 */
import type { BoostedTrees, Tree } from "../../sidecar/engine/recall/boosted-trees.ts";

export interface BoostingOptions {
  readonly trees: number;
  readonly leaves: number;
  /** Share of each tree's answer that counts. */
  readonly rate: number;
  /** Rows in a leaf at least. */
  readonly leafRows: number;
  /** Pull of leaves towards 0. */
  readonly ridge: number;
}

const BINS = 64;
const SHARE_MIN = 1e-6;

/** `rows` have the same facts each; `labels` are 0 or 1. */
export function fitBoostedTrees(
  rows: readonly (readonly number[])[],
  labels: readonly number[],
  options: BoostingOptions,
): BoostedTrees {
  const width = rows[0]?.length ?? 0;
  const edges = Array.from({ length: width }, (_, fact) => edgesOf(rows.map((row) => row[fact]!)));
  const binned = edges.map((edge, fact) => Uint8Array.from(rows, (row) => binOf(row[fact]!, edge)));
  const yes = labels.reduce((sum, label) => sum + label, 0) / Math.max(1, labels.length);
  // Where all are of one kind the log-odds would be infinite, and could not be written down.
  const share = Math.min(1 - SHARE_MIN, Math.max(SHARE_MIN, yes));
  const start = Math.log(share / (1 - share));
  const logOdds = new Float64Array(rows.length).fill(start);
  const trees: Tree[] = [];
  for (let round = 0; round < options.trees; round++) {
    const gradients = new Float64Array(rows.length);
    const curvatures = new Float64Array(rows.length);
    for (let row = 0; row < rows.length; row++) {
      const p = 1 / (1 + Math.exp(-logOdds[row]!));
      gradients[row] = p - labels[row]!;
      curvatures[row] = p * (1 - p);
    }
    trees.push(growTree({ binned, edges, gradients, curvatures, options }, logOdds));
  }
  return { start, trees };
}

interface Growing {
  readonly binned: readonly Uint8Array[];
  readonly edges: readonly (readonly number[])[];
  readonly gradients: Float64Array;
  readonly curvatures: Float64Array;
  readonly options: BoostingOptions;
}

interface Leaf {
  readonly node: number;
  readonly rows: Int32Array;
  readonly split: Split | undefined;
}

interface Split {
  readonly fact: number;
  readonly bin: number;
  readonly gain: number;
}

/** Adds the tree's answers to `logOdds`. */
function growTree(growing: Growing, logOdds: Float64Array): Tree {
  const { binned, edges, gradients, curvatures, options } = growing;
  const features = [-1];
  const values = [0];
  const lefts = [0];
  const all = Int32Array.from({ length: gradients.length }, (_, row) => row);
  const leaves: Leaf[] = [{ node: 0, rows: all, split: bestSplit(growing, all) }];
  while (leaves.length < options.leaves) {
    leaves.sort((a, b) => (b.split?.gain ?? 0) - (a.split?.gain ?? 0));
    const { node, rows, split } = leaves[0]!;
    if (!split) break;
    leaves.shift();
    const bins = binned[split.fact]!;
    const left = rows.filter((row) => bins[row]! <= split.bin);
    const right = rows.filter((row) => bins[row]! > split.bin);
    features[node] = split.fact;
    values[node] = edges[split.fact]![split.bin]!;
    lefts[node] = features.length;
    for (const part of [left, right]) {
      leaves.push({ node: features.length, rows: part, split: bestSplit(growing, part) });
      features.push(-1);
      values.push(0);
      lefts.push(0);
    }
  }
  for (const { node, rows } of leaves) {
    let [gradient, curvature] = [0, 0];
    for (const row of rows) {
      gradient += gradients[row]!;
      curvature += curvatures[row]!;
    }
    // Rounded as it is written down, so that the fit is of what will be used.
    const value = Number(((-options.rate * gradient) / (curvature + options.ridge)).toFixed(4));
    values[node] = value;
    for (const row of rows) logOdds[row]! += value;
  }
  return { features, values, lefts };
}

function bestSplit({ binned, edges, gradients, curvatures, options }: Growing, rows: Int32Array): Split | undefined {
  if (rows.length < 2 * options.leafRows) return undefined;
  let best: Split | undefined;
  const [gradientOf, curvatureOf, countOf] = [new Float64Array(BINS), new Float64Array(BINS), new Int32Array(BINS)];
  for (const [fact, bins] of binned.entries()) {
    gradientOf.fill(0);
    curvatureOf.fill(0);
    countOf.fill(0);
    let [gradient, curvature] = [0, 0];
    for (const row of rows) {
      const bin = bins[row]!;
      gradientOf[bin]! += gradients[row]!;
      curvatureOf[bin]! += curvatures[row]!;
      countOf[bin]!++;
      gradient += gradients[row]!;
      curvature += curvatures[row]!;
    }
    const scoreOf = (g: number, c: number): number => (g * g) / (c + options.ridge);
    let [left, leftCurvature, leftCount] = [0, 0, 0];
    for (let bin = 0; bin < edges[fact]!.length; bin++) {
      left += gradientOf[bin]!;
      leftCurvature += curvatureOf[bin]!;
      leftCount += countOf[bin]!;
      if (leftCount < options.leafRows || rows.length - leftCount < options.leafRows) continue;
      const gain =
        scoreOf(left, leftCurvature) +
        scoreOf(gradient - left, curvature - leftCurvature) -
        scoreOf(gradient, curvature);
      if (gain > (best?.gain ?? 1e-6)) best = { fact, bin, gain };
    }
  }
  return best;
}

/** Upper edges of bins with about as many values each, but for the last bin, which is open. */
function edgesOf(values: readonly number[]): number[] {
  const sorted = [...values].sort((a, b) => a - b);
  const edges: number[] = [];
  for (let bin = 1; bin < BINS; bin++) {
    const edge = Number(sorted[Math.floor((bin * sorted.length) / BINS)]!.toFixed(3));
    if (edge > (edges.at(-1) ?? -Infinity)) edges.push(edge);
  }
  return edges;
}

function binOf(value: number, edges: readonly number[]): number {
  let [low, high] = [0, edges.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value <= edges[middle]!) high = middle;
    else low = middle + 1;
  }
  return low;
}

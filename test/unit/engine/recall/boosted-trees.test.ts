import assert from "node:assert/strict";
import test from "node:test";
import { fitBoostedTrees } from "../../../../bench/support/boosting.ts";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { type BoostedTrees, probabilityOf } from "../../../../sidecar/engine/recall/boosted-trees.ts";

const OPTIONS = { trees: 40, leaves: 4, rate: 0.3, leafRows: 5, ridge: 1 };
const random = createRandom(1);
/** Yes where exactly one of the first two facts is above a half; the third says nothing. */
const ROWS = Array.from({ length: 600 }, () => [random(), random(), random()]);
const LABELS = ROWS.map(([a, b]) => (a! > 0.5 === b! > 0.5 ? 0 : 1));

function shareRight(model: BoostedTrees, facts: (row: readonly number[]) => readonly number[] = (row) => row): number {
  const right = ROWS.filter((row, index) => Math.round(probabilityOf(model, facts(row))) === LABELS[index]);
  return right.length / ROWS.length;
}

test("a row goes left where its fact is at most the value, and trees add up", () => {
  const tree = { features: [1, -1, -1], values: [0.5, -2, 2], lefts: [1, 0, 0] };
  const model = { start: 1, trees: [tree, { features: [-1], values: [1], lefts: [0] }] };
  const logistic = (x: number): number => 1 / (1 + Math.exp(-x));
  assert.equal(probabilityOf(model, [9, 0.5]), logistic(0));
  assert.equal(probabilityOf(model, [9, 0.6]), logistic(4));
  assert.equal(probabilityOf({ start: 1, trees: [] }, []), logistic(1));
});

test("learns what no single fact tells", () => {
  assert.ok(shareRight(fitBoostedTrees(ROWS, LABELS, OPTIONS)) > 0.95);
  for (const fact of [0, 1, 2]) {
    const single = fitBoostedTrees(
      ROWS.map((row) => [row[fact]!]),
      LABELS,
      OPTIONS,
    );
    const right = shareRight(single, (row) => [row[fact]!]);
    assert.ok(right < 0.75, `fact ${fact} alone is right in ${right}`);
  }
});

test("the same rows make the same trees", () => {
  assert.deepEqual(fitBoostedTrees(ROWS, LABELS, OPTIONS), fitBoostedTrees(ROWS, LABELS, OPTIONS));
});

test("a model is as it is written down, with few digits", () => {
  const model = fitBoostedTrees(ROWS, LABELS, OPTIONS);
  assert.deepEqual(JSON.parse(JSON.stringify(model)), model);
  for (const { features, values } of model.trees) {
    for (const [node, value] of values.entries()) {
      assert.equal(value, Number(value.toFixed(features[node]! < 0 ? 4 : 3)));
    }
  }
});

test("trees have as many leaves as wanted at most, and leaves as many rows at least", () => {
  const model = fitBoostedTrees(ROWS, LABELS, { ...OPTIONS, trees: 3, leaves: 5, leafRows: 60 });
  for (const { features, values, lefts } of model.trees) {
    const rowsOf = new Map<number, number>();
    for (const row of ROWS) {
      let node = 0;
      while (features[node]! >= 0) node = lefts[node]! + (row[features[node]!]! <= values[node]! ? 0 : 1);
      rowsOf.set(node, (rowsOf.get(node) ?? 0) + 1);
    }
    assert.ok(rowsOf.size > 1 && rowsOf.size <= 5, `${rowsOf.size} leaves`);
    assert.ok(Math.min(...rowsOf.values()) >= 60, `${[...rowsOf.values()].join(", ")} rows`);
  }
});

test("labels that are all the same are foretold, by numbers that can be written down", () => {
  for (const label of [0, 1]) {
    const model = fitBoostedTrees(ROWS, Array<number>(ROWS.length).fill(label), OPTIONS);
    assert.ok(Number.isFinite(model.start));
    assert.ok(Math.abs(probabilityOf(model, ROWS[0]!) - label) < 1e-5);
  }
});

test("one row, and none at all, make a model that says little", () => {
  assert.ok(probabilityOf(fitBoostedTrees([[1, 2]], [1], OPTIONS), [1, 2]) > 0.5);
  assert.ok(probabilityOf(fitBoostedTrees([], [], OPTIONS), []) < 0.5);
});

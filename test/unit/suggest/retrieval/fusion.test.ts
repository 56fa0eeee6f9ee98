import assert from "node:assert/strict";
import test from "node:test";
import { boost, diverse, fuse, jaccard } from "../../../../sidecar/suggest/retrieval/fusion.ts";

const NOTHING = { place: "elsewhere", imports: 0, ageMs: undefined, outcome: undefined } as const;
const DAY_MS = 24 * 60 * 60 * 1000;

test("what both rankings name comes before what one names first", () => {
  assert.deepEqual(
    idsOf(
      fuse([
        [1, 2, 3],
        [4, 3],
      ]),
    ),
    [3, 4, 1, 2],
  );
});

test("the order of a single ranking is kept, and equals come newest first", () => {
  assert.deepEqual(idsOf(fuse([[7, 9, 8]])), [7, 9, 8]);
  assert.deepEqual(
    idsOf(
      fuse([
        [1, 2],
        [2, 1],
      ]),
    ),
    [2, 1],
  );
  assert.deepEqual(fuse([[], []]), []);
});

test("scores are sums of reciprocal ranks", () => {
  assert.deepEqual(fuse([[5], [6, 5]])[0], { id: 5, score: 1 / 61 + 1 / 62 });
});

test("nearer, more alike in imports, newer and better kept all raise a hit; nothing lowers it", () => {
  assert.equal(boost(NOTHING), 1);
  const rising = [NOTHING, { ...NOTHING, place: "same directory" }, { ...NOTHING, place: "same file" }] as const;
  assert.ok(boost(rising[0]) < boost(rising[1]) && boost(rising[1]) < boost(rising[2]));
  for (const [less, more] of [
    [{ imports: 0.2 }, { imports: 0.9 }],
    [{ ageMs: 60 * DAY_MS }, { ageMs: DAY_MS }],
    [{ outcome: 0.5 }, { outcome: 1 }],
  ]) {
    assert.ok(boost({ ...NOTHING, ...less }) < boost({ ...NOTHING, ...more }), JSON.stringify(less));
  }
});

test("recency counts half after thirty days, and a clock that went back does no harm", () => {
  const gain = (ageMs: number): number => boost({ ...NOTHING, ageMs }) - 1;
  assert.ok(Math.abs(gain(30 * DAY_MS) - gain(0) / 2) < 1e-12);
  assert.equal(gain(-DAY_MS), gain(0));
});

test("a near-duplicate gives way to something else that is nearly as good", () => {
  const items = [
    { name: "first", score: 1, terms: new Set(["a", "b", "c"]) },
    { name: "copy", score: 0.95, terms: new Set(["a", "b", "c"]) },
    { name: "other", score: 0.8, terms: new Set(["x", "y"]) },
  ];
  assert.deepEqual(
    diverse(items, 2).map(({ name }) => name),
    ["first", "other"],
  );
  assert.deepEqual(
    diverse(items, 9).map(({ name }) => name),
    ["first", "other", "copy"],
  );
});

test("what is much better is taken though it resembles", () => {
  const items = [
    { name: "first", score: 1, terms: new Set(["a", "b"]) },
    { name: "copy", score: 0.9, terms: new Set(["a", "b"]) },
    { name: "weak", score: 0.2, terms: new Set(["x"]) },
  ];
  assert.equal(diverse(items, 2)[1]?.name, "copy");
  assert.deepEqual(diverse([], 3), []);
});

test("likeness of sets is shared over all", () => {
  assert.equal(jaccard(new Set([1, 2, 3]), new Set([2, 3, 4])), 0.5);
  assert.equal(jaccard(new Set(), new Set()), 0);
});

function idsOf(scored: readonly { readonly id: number }[]): number[] {
  return scored.map(({ id }) => id);
}

import assert from "node:assert/strict";
import test from "node:test";
import { HideLimit } from "../../../sidecar/suggest/hide-limit.ts";

function limitOf(promises: readonly number[]): HideLimit {
  const limit = new HideLimit();
  for (const promise of promises) limit.remember(promise);
  return limit;
}

test("what may be hidden are the least, as far as they hold no more than a share of all", () => {
  // 60 offers of 1 and 40 of 6: 300 in all.
  const limit = limitOf([...new Array<number>(60).fill(1), ...new Array<number>(40).fill(6)]);
  assert.equal(limit.mayHide(1, 0.2), true);
  assert.equal(limit.mayHide(1, 0.19), false);
  assert.equal(limit.mayHide(0.5, 0), true);
  assert.equal(limit.mayHide(6, 0.99), false);
  assert.equal(limit.mayHide(6, 1), true);
});

test("a few offers limit nothing, and old ones no more", () => {
  assert.equal(limitOf(new Array<number>(49).fill(1)).mayHide(1, 0), true);
  assert.equal(limitOf(new Array<number>(50).fill(1)).mayHide(1, 0), false);
  const limit = limitOf([...new Array<number>(1000).fill(50), ...new Array<number>(400).fill(1)]);
  assert.equal(limit.mayHide(1, 0.99), false);
});

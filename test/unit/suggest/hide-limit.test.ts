import assert from "node:assert/strict";
import test from "node:test";
import { HideLimit, type Stake } from "../../../sidecar/suggest/hide-limit.ts";

/** Offers that are worth what they promise, unless something else is said. */
const stake = (promise: number, worth = promise): Stake => ({ promise, believed: promise, worth });

function limitOf(stakes: readonly Stake[]): HideLimit {
  const limit = new HideLimit();
  for (const one of stakes) limit.remember(one);
  return limit;
}

const times = (count: number, one: Stake): Stake[] => new Array<Stake>(count).fill(one);

test("what may be hidden are the least, as far as they hold no more than a share of all", () => {
  // 60 offers of 1 and 40 of 6: 300 in all.
  const limit = limitOf([...times(60, stake(1)), ...times(40, stake(6))]);
  assert.equal(limit.mayHide(stake(1), 0.2), true);
  assert.equal(limit.mayHide(stake(1), 0.19), false);
  assert.equal(limit.mayHide(stake(0.5), 0), true);
  assert.equal(limit.mayHide(stake(6), 0.99), false);
  assert.equal(limit.mayHide(stake(6), 1), true);
});

test("a long shot is hidden before what is short and likely, and what it promised counts in full", () => {
  const [longShot, likely] = [stake(4, 0.5), stake(2, 8)];
  const limit = limitOf([...times(10, longShot), ...times(80, likely)]);
  assert.equal(limit.mayHide(longShot, 0.2), true, "40 of 200");
  assert.equal(limit.mayHide(longShot, 0.19), false);
  assert.equal(limit.mayHide(likely, 0.2), false);
});

test("a few offers limit nothing, and old ones no more", () => {
  assert.equal(limitOf(times(49, stake(1))).mayHide(stake(1), 0), true);
  assert.equal(limitOf(times(50, stake(1))).mayHide(stake(1), 0), false);
  const limit = limitOf([...times(1000, stake(50)), ...times(400, stake(1))]);
  assert.equal(limit.mayHide(stake(1), 0.99), false);
});

import assert from "node:assert/strict";
import test from "node:test";
import { createSteadyNow } from "../../../extension/observe/steady-now.ts";

const START = 1_700_000_000_000;
const YEAR_MS = 365 * 24 * 3_600_000;

/** Each step: how far time goes on, and how far somebody sets the clock meanwhile. Tells how far the time went on. */
function after(...steps: readonly (readonly [elapsedMs: number, setMs: number])[]): number[] {
  let [wall, elapsed] = [START, 5];
  const now = createSteadyNow({ wall: () => wall, elapsed: () => elapsed });
  return steps.map(([elapsedMs, setMs]) => {
    elapsed += elapsedMs;
    wall += elapsedMs + setMs;
    return now() - START;
  });
}

test("it goes with the wall clock", () => assert.deepEqual(after([1000, 0], [500, 0]), [1000, 1500]));

test("a clock that is set back does not stop it", () => {
  assert.deepEqual(after([1000, 0], [1000, -12 * YEAR_MS], [1000, 0]), [1000, 2000, 3000]);
});

test("what is set back and forward again leaves no trace", () => {
  assert.deepEqual(after([1000, -3_600_000], [1000, 3_600_000], [1000, 0]), [1000, 2000, 3000]);
});

test("a sleep of the machine has taken place", () => assert.deepEqual(after([10, 3_600_000]), [3_600_010]));

test("it never decreases, also where the clock is only put right", () => {
  assert.deepEqual(after([1000, 0], [10, -200], [10, 0], [300, 0]), [1000, 1000, 1000, 1120]);
});

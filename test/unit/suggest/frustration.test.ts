import assert from "node:assert/strict";
import test from "node:test";
import { annoy, type Annoyance, CALM, frustrationAt } from "../../../sidecar/suggest/frustration.ts";

const MINUTE_MS = 60_000;
const START = 1_700_000_000_000;

/** Frustration after these annoyances, `[what, seconds after the start]`. */
function after(...annoyances: readonly (readonly [Annoyance, number])[]) {
  return annoyances.reduce((so, [annoyance, seconds]) => annoy(so, annoyance, START + seconds * 1000), CALM);
}

test("calm at first", () => assert.equal(frustrationAt(CALM, START), 0));

test("an undo at once and writing anew are felt at once, and half of it ten minutes later", () => {
  for (const annoyance of ["undone at once", "written anew", "snoozed"] as const) {
    const annoyed = after([annoyance, 0]);
    assert.equal(frustrationAt(annoyed, START), 0.5);
    assert.equal(frustrationAt(annoyed, START + 10 * MINUTE_MS), 0.25);
    assert.ok(frustrationAt(annoyed, START + 120 * MINUTE_MS) < 0.001);
  }
});

test("three dismissals within twenty seconds are felt, two or slower ones are not", () => {
  assert.equal(after(["dismissed", 0], ["dismissed", 5]).level, 0);
  assert.equal(after(["dismissed", 0], ["dismissed", 12], ["dismissed", 24]).level, 0);
  assert.equal(after(["dismissed", 0], ["dismissed", 10], ["dismissed", 20]).level, 0.5);
});

test("what one act dismisses is dismissed once", () => {
  assert.equal(after(["dismissed", 0], ["dismissed", 0.1], ["dismissed", 0.15], ["dismissed", 1]).level, 0);
});

test("a dismissal annoys once: the next three count anew", () => {
  const five = [0, 1, 2, 3, 4].map((seconds) => ["dismissed", seconds] as const);
  assert.equal(after(...five).level, 0.5);
  assert.ok(after(...five, ["dismissed", 5]).level > 0.9);
});

test("it does not grow beyond all there is", () => {
  const many = Array.from({ length: 9 }, (_, seconds) => ["undone at once", seconds] as const);
  assert.equal(after(...many).level, 1);
});

test("what is told late has faded meanwhile", () => {
  const late = annoy(after(["undone at once", 600]), "undone at once", START);
  assert.equal(frustrationAt(late, START + 600_000), 0.75);
});

test("what was felt under a clock that stood years ahead is over when that is set back", () => {
  const annoyed = after(["undone at once", 0]);
  assert.ok(frustrationAt(annoyed, START - 3_600_000 * 24 * 365) < 0.001);
});

import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { receptionOf } from "../../../sidecar/outcome/reception.ts";
import { accepted, dismissed, rated, settled, shown, undone } from "./signals.ts";

const TEXT = "items.reduce(add, 0);";
const WANTED = { kind: "wanted", weight: 1 };
const UNWANTED = { kind: "unwanted", weight: 1 };
const UNKNOWN = { kind: "unknown" };

function reception(...signals: readonly Signal[]) {
  return receptionOf(gatherEvidence([shown(TEXT), ...signals]));
}

test("taken and less than a third changed: wanted", () => {
  assert.deepEqual(reception(accepted(900, 21), settled(20_000, TEXT)), WANTED);
  assert.deepEqual(reception(accepted(900, 21), settled(20_000, "items.reduce(sum, 0);")), WANTED);
});

test("taken to be changed, deleted or undone: not wanted", () => {
  assert.deepEqual(reception(accepted(900, 21), settled(20_000, "lines.map(price);")), UNWANTED);
  assert.deepEqual(reception(accepted(900, 21), settled(20_000, "")), UNWANTED);
  assert.deepEqual(reception(accepted(900, 21), undone(2000, 1100)), UNWANTED);
});

test("nothing is known until it has settled, and of what was taken in part", () => {
  assert.deepEqual(reception(), UNKNOWN);
  assert.deepEqual(reception(accepted(900, 21)), UNKNOWN);
  assert.deepEqual(reception(accepted(900, 5, "word"), settled(20_000, "items")), UNKNOWN);
});

test("turned down after it was read: not wanted; left standing: half so", () => {
  assert.deepEqual(reception(dismissed(900, "escape")), UNWANTED);
  assert.deepEqual(reception(dismissed(900, "typed-over")), UNWANTED);
  assert.deepEqual(reception(dismissed(10_000, "timeout")), { kind: "unwanted", weight: 0.5 });
});

test("typed by hand to its end: it was right, though of no use", () => {
  assert.deepEqual(reception(dismissed(3000, "typed-out")), { kind: "wanted", weight: 0.5 });
});

test("what was not read, or taken from the screen, says nothing", () => {
  for (const reason of ["escape", "typed-over", "typed-out", "superseded", "timeout"] as const) {
    assert.deepEqual(reception(dismissed(749, reason)), UNKNOWN, reason);
  }
  assert.deepEqual(reception(dismissed(5000, "superseded")), UNKNOWN);
});

test("a rating outranks everything", () => {
  assert.deepEqual(reception(dismissed(900, "escape"), rated(3000, "up")), WANTED);
  assert.deepEqual(reception(accepted(900, 21), settled(20_000, TEXT), rated(30_000, "down")), UNWANTED);
});

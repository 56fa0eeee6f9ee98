import assert from "node:assert/strict";
import test from "node:test";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { accepted, shown, survived, undone } from "./signals.ts";

test("a snapshot without a text is what the one before it was", () => {
  const { snapshots } = gatherEvidence([
    shown("return a + b;"),
    accepted(900, 13),
    survived(6_000, "5 s"),
    survived(31_000, "30 s", { text: "return a - b;", machineChars: 12 }),
    survived(121_000, "120 s", { machineChars: 12 }),
  ]);
  assert.deepEqual(
    snapshots.map(({ moment, text, keptRate }) => [moment, text, keptRate]),
    [
      ["5 s", "return a + b;", 1],
      ["30 s", "return a - b;", 4 / 5],
      ["120 s", "return a - b;", 4 / 5],
    ],
  );
  assert.equal(snapshots[0]!.machineShare, 1);
  assert.equal(snapshots[1]!.machineShare, 12 / 13);
});

test("snapshots that arrive in any order say the same", () => {
  const signals = [
    shown("return a + b;"),
    accepted(900, 13),
    survived(31_000, "30 s", { text: "return 1;", machineChars: 8 }),
    survived(121_000, "120 s"),
  ];
  const { snapshots } = gatherEvidence(signals.toReversed());
  assert.deepEqual(
    snapshots.map(({ text }) => text),
    ["return 1;", "return 1;"],
  );
});

test("of several saves the last one counts, at its place in time", () => {
  const { snapshots } = gatherEvidence([
    shown("a()"),
    accepted(900, 3),
    survived(2_000, "saved"),
    survived(6_000, "5 s"),
    survived(9_000, "saved", { text: "b()", machineChars: 2 }),
  ]);
  assert.deepEqual(
    snapshots.map(({ moment, text }) => `${moment}: ${text}`),
    ["5 s: a()", "saved: b()"],
  );
});

test("all measures of a text that was taken out again say so", () => {
  const { snapshots } = gatherEvidence([
    shown("return a + b;"),
    accepted(900, 13),
    survived(31_000, "30 s", { text: "", machineChars: 0 }),
  ]);
  const { machineShare, keptRate, editDistance, fourGramDice, noRevert } = snapshots[0]!;
  assert.deepEqual([machineShare, keptRate, editDistance, fourGramDice, noRevert], [0, 0, 1, 0, 0]);
});

test("partly accepted text is measured against what was accepted", () => {
  const { snapshots } = gatherEvidence([shown("return a;"), accepted(800, 6, "word"), survived(6_000, "5 s")]);
  assert.equal(snapshots[0]!.text, "return");
  assert.equal(snapshots[0]!.keptRate, 1);
});

test("an undo within ten seconds is soon, one that was taken back is none", () => {
  assert.equal(gatherEvidence([shown("a"), accepted(1, 1), undone(9_000, 8_999)]).isUndoneSoon, true);
  assert.equal(gatherEvidence([shown("a"), accepted(1, 1), undone(20_000, 19_999)]).isUndoneSoon, false);
  assert.equal(gatherEvidence([shown("a"), accepted(1, 1), undone(9, 8), accepted(50, 1)]).isUndoneSoon, false);
});

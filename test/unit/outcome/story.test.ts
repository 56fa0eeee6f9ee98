import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { storyOf } from "../../../sidecar/outcome/story.ts";
import { accepted, committed, diagnosed, edited, ran, rated, reverted, settled, shown, survived } from "./signals.ts";

const TEXT = "return a - b;";
const NONE = { errors: 0, warnings: 0 };

function kinds(signals: readonly Signal[]): string[] {
  return storyOf(signals).map(({ kind }) => kind);
}

test("accepted, looked at, tested, fixed and committed, in the order of time whatever the order of arrival", () => {
  const signals = [
    shown(TEXT),
    accepted(1000, 99),
    diagnosed(3000, "after", NONE, NONE),
    ran(20_000, false, { turn: "broke" }),
    edited(30_000, 29_000, "return a + b;"),
    ran(40_000, true, { turn: "mended" }),
    committed(50_000, "return a + b;", { survivingLines: 0 }),
  ];
  const order = ["shown", "accepted", "diagnostics", "ran", "fixed", "ran", "committed"];
  assert.deepEqual(kinds(signals), order);
  assert.deepEqual(kinds([...signals].reverse()), order);
  assert.deepEqual(
    storyOf(signals)
      .map(({ what }) => what)
      .slice(3),
    [
      "npm test failed, and had passed before",
      "changed, after a failure, to “return a + b;”",
      "npm test passed, and had failed before",
      "committed in 0123abcd, 0 of 1 line as suggested",
    ],
  );
});

test("a change that was seen late is a fix too, and one that changes nothing is not", () => {
  const failed = [shown(TEXT), accepted(1000, 99), ran(20_000, false)];
  assert.deepEqual(kinds([...failed, survived(30_000, "30 s", { text: "return a + b;" })]).at(-1), "fixed");
  assert.deepEqual(kinds([...failed, survived(30_000, "30 s")]).at(-1), "ran");
  const seen = [
    ...failed,
    survived(30_000, "30 s", { text: "return a + b;" }),
    edited(31_000, 30_000, "return a + b;"),
  ];
  assert.deepEqual(kinds(seen).slice(-2), ["ran", "fixed"], "it is told once");
  const passed = [shown(TEXT), accepted(1000, 99), ran(20_000, true)];
  assert.deepEqual(kinds([...passed, edited(30_000, 29_000, "return a + b;")]).at(-1), "edited");
});

test("says in words what was rated, left alone and taken back", () => {
  const words = storyOf([
    shown(TEXT),
    accepted(1000, 99),
    settled(11_000, TEXT),
    rated(12_000, "up", "just so"),
    committed(20_000, TEXT, { via: "amend" }),
    reverted(30_000),
  ]).map(({ what }) => what);
  assert.deepEqual(words, [
    "shown",
    "accepted",
    "left alone",
    "rated up: just so",
    "committed anew in 0123abcd, 1 of 1 line as suggested",
    "the commit was reverted",
  ]);
});

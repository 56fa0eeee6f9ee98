import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { correctionOf, type Correction } from "../../../sidecar/outcome/correction.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { accepted, dismissed, rated, settled, shown, undone } from "./signals.ts";

const TEXT = 'const name = user["name"];';

test("a changed quote is a correction", () => {
  const correction = correct([accepted(1000, 99), settled(20_000, "const name = user['name'];")]);
  assert.deepEqual(correction, {
    generated: TEXT,
    final: "const name = user['name'];",
    finalLine: "const name = user['name'];",
    linePrefix: "  ",
  });
});

test("the correction of a part has the part on its left side", () => {
  const correction = correct([accepted(1000, 10, "word"), settled(20_000, "const names")]);
  assert.equal(correction?.generated, "const name");
  assert.equal(correction.final, "const names");
});

test("the rest of the line is told apart from the correction", () => {
  const correction = correct([accepted(1000, 99), settled(20_000, "let name;", { lineText: "let name; // later" })]);
  assert.equal(correction?.final, "let name;");
  assert.equal(correction.finalLine, "let name; // later");
});

test("text that was kept is no correction", () => {
  assert.equal(correct([accepted(1000, 99), settled(20_000, TEXT)]), undefined);
});

test("other white space is no correction", () => {
  assert.equal(correct([accepted(1000, 99), settled(20_000, 'const name =\n  user[ "name" ];')]), undefined);
});

test("deleted text is no correction", () => {
  assert.equal(correct([accepted(1000, 99), settled(20_000, "  \n")]), undefined);
});

test("another text in its place is no correction", () => {
  assert.equal(correct([accepted(1000, 99), settled(20_000, "for (;;) log(1, 2, 3, 4, 5, 6, 7);")]), undefined);
});

test("what was not accepted is no correction", () => {
  assert.equal(correct([dismissed(2000, "typed-over")]), undefined);
  assert.equal(correct([rated(2000, "down")]), undefined);
});

test("what has not settled is no correction yet", () => {
  assert.equal(correct([accepted(1000, 99)]), undefined);
});

test("what was undone is no correction", () => {
  assert.equal(correct([accepted(1000, 99), settled(20_000, "let name;"), undone(30_000, 29_000)]), undefined);
});

test("text that was undone, put back and changed is one", () => {
  const correction = correct([accepted(1000, 99), undone(2000, 1000), settled(20_000, 'let name = user["name"];')]);
  assert.equal(correction?.final, 'let name = user["name"];');
});

function correct(signals: readonly Signal[]): Correction | undefined {
  return correctionOf(gatherEvidence([shown(TEXT), ...signals]));
}

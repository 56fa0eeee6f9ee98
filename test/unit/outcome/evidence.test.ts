import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { createRandom } from "../../../sidecar/base/random.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { accepted, diagnosed, dismissed, edited, rated, settled, shown, undone } from "./signals.ts";

const NONE = { errors: 0, warnings: 0 };

const STORY: readonly Signal[] = [
  shown("return a + b;"),
  accepted(900, 6, "word"),
  accepted(1200, 13, "whole"),
  edited(4000, 2800, "return a + c;"),
  diagnosed(5000, "after", NONE, { errors: 1, warnings: 0 }),
  edited(9000, 7800, "return a - c;"),
  settled(20_000, "return a - c;", { lineText: "return a - c; // diff" }),
  diagnosed(20_100, "settled", { errors: 2, warnings: 1 }, { errors: 1, warnings: 3 }),
  rated(30_000, "up", " good one "),
];

test("gathers a whole story", () => {
  const evidence = gatherEvidence(STORY);
  assert.equal(evidence.generation?.text, "return a + b;");
  assert.deepEqual(evidence.accepted, { extent: "whole", share: 1, text: "return a + b;" });
  assert.equal(evidence.dwellMs, 900);
  assert.equal(evidence.firstEditMs, 2800);
  assert.equal(evidence.editBursts, 2);
  assert.equal(evidence.editedText, "return a - c;");
  assert.equal(evidence.final?.lineText, "return a - c; // diff");
  assert.equal(evidence.final.linePrefix, "  ");
  assert.deepEqual(evidence.newProblems, { after: { errors: 1, warnings: 0 }, settled: { errors: 0, warnings: 2 } });
  assert.equal(evidence.rating, "up");
  assert.equal(evidence.words, "good one");
  assert.equal(evidence.dismissed, undefined);
  assert.equal(evidence.undoneAfterMs, undefined);
});

test("the order in which signals arrive makes no difference", () => {
  const seed = 23;
  const random = createRandom(seed);
  const expected = gatherEvidence(STORY);
  for (let round = 0; round < 50; round++) {
    const shuffled = STORY.map((signal) => ({ signal, key: random() })).sort((a, b) => a.key - b.key);
    assert.deepEqual(gatherEvidence(shuffled.map(({ signal }) => signal)), expected, `seed ${seed}, round ${round}`);
  }
});

test("a signal that comes twice counts once", () => {
  assert.deepEqual(gatherEvidence([...STORY, ...STORY]), gatherEvidence(STORY));
});

test("nothing is known from no signals", () => {
  const evidence = gatherEvidence([]);
  assert.equal(evidence.generation, undefined);
  assert.equal(evidence.accepted, undefined);
  assert.equal(evidence.editBursts, 0);
  assert.equal(evidence.words, "");
});

test("signals of two generations are a bug", () => {
  assert.throws(() => gatherEvidence([...STORY, { ...rated(1, "up"), generationId: "other" }]), /one generation/);
});

test("a partial accept is the beginning of the suggestion", () => {
  const evidence = gatherEvidence([shown("return a;"), accepted(800, 6, "word"), dismissed(2000, "escape")]);
  assert.deepEqual(evidence.accepted, { extent: "word", share: 6 / 9, text: "return" });
  assert.equal(evidence.dismissed, "escape");
  assert.equal(evidence.dwellMs, 800);
});

test("the furthest accept counts, whatever its extent", () => {
  const evidence = gatherEvidence([shown("return a;"), accepted(800, 6, "word"), accepted(900, 8, "word")]);
  assert.equal(evidence.accepted?.text, "return a");
});

test("more accepted characters than there are is all of them", () => {
  assert.equal(gatherEvidence([shown("ab"), accepted(800, 99, "line")]).accepted?.share, 1);
});

test("an accept is known before the suggestion it belongs to has arrived", () => {
  const evidence = gatherEvidence([accepted(800, 6)]);
  assert.equal(evidence.generation, undefined);
  assert.equal(evidence.accepted?.text, "");
});

test("the dwell of a suggestion that was not accepted is that of its dismissal", () => {
  assert.equal(gatherEvidence([shown("a"), dismissed(4321, "timeout")]).dwellMs, 4321);
});

test("the latest settled text is the final one", () => {
  const evidence = gatherEvidence([shown("a"), accepted(1, 1), settled(50_000, "c"), settled(20_000, "b")]);
  assert.equal(evidence.final?.text, "c");
});

test("the latest rating is the one that counts", () => {
  const evidence = gatherEvidence([shown("a"), rated(9, "down", "no"), rated(3, "up")]);
  assert.equal(evidence.rating, "down");
  assert.equal(evidence.words, "no");
});

test("problems that went away are no new problems", () => {
  const evidence = gatherEvidence([shown("a"), diagnosed(1, "after", { errors: 3, warnings: 1 }, NONE)]);
  assert.deepEqual(evidence.newProblems.after, NONE);
  assert.equal(evidence.newProblems.settled, undefined);
});

test("the first edit is the earliest one", () => {
  const evidence = gatherEvidence([shown("a"), accepted(1, 1), edited(2000, 1999, "b"), edited(500, 499, "c")]);
  assert.equal(evidence.firstEditMs, 499);
  assert.equal(evidence.editedText, "b");
});

test("an undo counts", () => {
  assert.equal(gatherEvidence([shown("a"), accepted(1, 1), undone(1200, 1199)]).undoneAfterMs, 1199);
});

test("an undo with nothing left when it settled counts", () => {
  assert.equal(gatherEvidence([shown("a"), accepted(1, 1), undone(9, 8), settled(900, " ")]).undoneAfterMs, 8);
});

test("an undo does not count where the text was accepted again", () => {
  const evidence = gatherEvidence([shown("a"), accepted(1, 1), undone(9, 8), accepted(50, 1)]);
  assert.equal(evidence.undoneAfterMs, undefined);
});

test("an undo does not count where the text is there when it settles", () => {
  const evidence = gatherEvidence([shown("a"), accepted(1, 1), undone(9, 8), settled(900, "a")]);
  assert.equal(evidence.undoneAfterMs, undefined);
});

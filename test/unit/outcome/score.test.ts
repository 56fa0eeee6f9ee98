import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { createRandom } from "../../../sidecar/base/random.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { OUTCOME_WEIGHTS, scoreOutcome, type Outcome } from "../../../sidecar/outcome/score.ts";
import { tokensOf } from "../../../sidecar/outcome/survival.ts";
import {
  accepted,
  committed,
  diagnosed,
  dismissed,
  edited,
  ran,
  rated,
  reverted,
  settled,
  shown,
  survived,
  undone,
} from "./signals.ts";

const TEXT = "const total = items.reduce((sum, item) => sum + item.price, 0);";
const NONE = { errors: 0, warnings: 0 };

test("what was accepted and kept is nearly right", () => {
  const outcome = score([accepted(1000, TEXT.length), settled(20_000, TEXT)]);
  assert.equal(outcome.verdict, "kept");
  assert.ok(outcome.score > 0.94, String(outcome.score));
  assert.equal(outcome.keptRate, 1);
  assert.equal(outcome.editDistance, 0);
  assert.deepEqual(outcome.reasons, ["kept all of it"]);
  assert.equal(outcome.isFinal, true);
});

test("a third changed is an even chance", () => {
  const tokens = Array.from({ length: 30 }, (_, index) => `t${index}`);
  const signals = [accepted(1000, 999), settled(20_000, tokens.slice(0, 20).join(" "))];
  const outcome = scoreOutcome(gatherEvidence([shown(tokens.join(" ")), ...signals]));
  assert.ok(Math.abs(outcome.score - 0.5) < 0.02, String(outcome.score));
});

test("a look after it settled counts more: what was fixed later was changed", () => {
  const kept = [accepted(1000, TEXT.length), settled(20_000, TEXT)];
  const fixed = score([...kept, survived(60_000, "saved", { text: "let total = sum(items);" })]);
  assert.equal(fixed.verdict, "changed");
  assert.ok(fixed.score < 0.3, String(fixed.score));
  const same = score([...kept, survived(60_000, "saved")]);
  assert.equal(same.score, score(kept).score);
  const before = score([accepted(1000, TEXT.length), survived(5000, "5 s", { text: "let" }), settled(20_000, TEXT)]);
  assert.equal(before.verdict, "kept", "what settled was seen later");
});

test("the commit says more than what settled", () => {
  const signals = [accepted(1000, TEXT.length), settled(20_000, TEXT), committed(60_000, "let total = sum(items);")];
  const outcome = score(signals);
  assert.equal(outcome.verdict, "changed");
  assert.ok(outcome.score < 0.3, String(outcome.score));
  assert.ok(outcome.reasons.includes("committed"));
});

test("a test that fails after it speaks against it, one that passes for it, and the first of them counts", () => {
  const kept = [accepted(1000, TEXT.length), settled(20_000, TEXT)];
  const after = (...runs: Signal[]): number => score([...kept, ...runs]).score;
  const none = after();
  assert.ok(after(ran(30_000, false, { turn: "broke" })) < after(ran(30_000, false)));
  assert.ok(after(ran(30_000, false)) < none);
  assert.ok(after(ran(30_000, true)) > none);
  assert.ok(after(ran(30_000, true, { turn: "mended" })) > after(ran(30_000, true)));
  assert.equal(after(ran(30_000, false), ran(40_000, true, { turn: "mended" })), after(ran(30_000, false)));
});

test("a commit that is taken back takes its credit along; committed again it counts again", () => {
  const kept = [accepted(1000, TEXT.length), settled(20_000, TEXT), committed(60_000, TEXT)];
  const before = score(kept);
  const taken = score([...kept, reverted(70_000)]);
  assert.ok(taken.score < before.score - 0.1, `${taken.score} of ${before.score}`);
  assert.ok(taken.reasons.includes("the commit was taken back"));
  assert.equal(score([...kept, reverted(70_000), committed(80_000, TEXT)]).score, before.score);
});

test("what was mostly rewritten was changed", () => {
  const outcome = score([accepted(1000, TEXT.length), settled(20_000, "let total = sumPrices(items);")]);
  assert.equal(outcome.verdict, "changed");
  assert.ok(outcome.score < 0.3);
  assert.match(outcome.reasons[0]!, /^kept \d+ % of it$/);
});

test("what was deleted afterwards was rejected", () => {
  const outcome = score([accepted(1000, TEXT.length), edited(9000, 8000, ""), settled(20_000, "")]);
  assert.equal(outcome.verdict, "rejected");
  assert.ok(outcome.score < 0.01);
  assert.equal(outcome.reasons[0], "deleted afterwards");
});

test("what was undone says so with its time", () => {
  const outcome = score([accepted(1000, TEXT.length), undone(2200, 1200)]);
  assert.equal(outcome.verdict, "undone");
  assert.ok(outcome.score < 0.01);
  assert.equal(outcome.keptRate, 0);
  assert.deepEqual(outcome.reasons, ["undone after 1.2 s"]);
  assert.equal(outcome.isFinal, true);
});

test("undone at once is worse than undone later", () => {
  const soon = score([accepted(1000, TEXT.length), undone(2200, 1200)]);
  const late = score([accepted(1000, TEXT.length), undone(9000, 8000)]);
  assert.ok(soon.score < late.score);
});

test("accepted text that has not settled is scored by what is there, and is not final", () => {
  const outcome = score([accepted(1000, TEXT.length)]);
  assert.equal(outcome.verdict, "kept");
  assert.equal(outcome.isFinal, false);
  assert.deepEqual(outcome.reasons, ["kept all of it", "not settled yet"]);
  const changed = score([accepted(1000, TEXT.length), edited(3000, 2000, "x")]);
  assert.equal(changed.verdict, "changed");
  assert.ok(changed.score < outcome.score);
});

test("a part that was taken is judged by itself and is worth a little less", () => {
  const part = score([accepted(1000, 13, "word"), settled(20_000, TEXT.slice(0, 13))]);
  const whole = score([accepted(1000, TEXT.length), settled(20_000, TEXT)]);
  assert.equal(part.keptRate, 1);
  assert.equal(part.verdict, "kept");
  assert.ok(part.score < whole.score && part.score > 0.8);
  assert.deepEqual(part.reasons, ["kept all of it", "took 21 % of the suggestion"]);
});

test("dismissing the rest of a suggestion that was taken in part does not reject the part", () => {
  const outcome = score([accepted(1000, 13, "word"), dismissed(2000, "escape"), settled(20_000, TEXT.slice(0, 13))]);
  assert.equal(outcome.verdict, "kept");
});

test("new errors are named and cost", () => {
  const clean = score([accepted(1000, TEXT.length), settled(20_000, TEXT), diagnosed(9, "settled", NONE, NONE)]);
  const faulty = score([
    accepted(1000, TEXT.length),
    settled(20_000, TEXT),
    diagnosed(20_001, "settled", NONE, { errors: 2, warnings: 1 }),
  ]);
  assert.ok(faulty.score < clean.score - 0.1);
  assert.deepEqual(faulty.reasons, ["kept all of it", "two new errors", "one new warning"]);
});

test("errors that were gone when it settled do not count", () => {
  const outcome = score([
    accepted(1000, TEXT.length),
    diagnosed(4000, "after", NONE, { errors: 3, warnings: 0 }),
    settled(20_000, TEXT),
    diagnosed(20_001, "settled", NONE, NONE),
  ]);
  assert.ok(outcome.score > 0.94);
});

test("an edit at once costs more than one after a minute", () => {
  const after = (ms: number): Outcome =>
    score([accepted(1000, TEXT.length), edited(1000 + ms, ms, TEXT), settled(90_000, TEXT)]);
  assert.ok(after(500).score < after(60_000).score);
  assert.ok(after(60_000).score < after(600_000).score);
  assert.equal(after(500).reasons.at(-1), "first edit after 0.5 s");
  assert.equal(after(600_000).reasons.at(-1), "first edit after 10 min");
});

test("Escape rejects", () => {
  const outcome = score([dismissed(3000, "escape")]);
  assert.equal(outcome.verdict, "rejected");
  assert.ok(outcome.score < 0.1);
  assert.equal(outcome.keptRate, 0);
  assert.equal(outcome.editDistance, 1);
  assert.equal(outcome.isFinal, true);
});

test("ways to dismiss weigh differently", () => {
  const [escape, typedOver, timeout, superseded] = (["escape", "typed-over", "timeout", "superseded"] as const).map(
    (reason) => score([dismissed(3000, reason)]),
  );
  assert.ok(escape!.score < typedOver!.score);
  assert.ok(typedOver!.score < timeout!.score);
  assert.ok(timeout!.score < superseded!.score);
  assert.ok(superseded!.score < 0.5);
  assert.equal(typedOver!.verdict, "rejected");
  assert.equal(timeout!.verdict, "ignored");
  assert.equal(superseded!.verdict, "ignored");
});

test("what flashed by says nothing", () => {
  const outcome = score([dismissed(300, "typed-over")]);
  assert.equal(outcome.verdict, "ignored");
  assert.equal(outcome.score, 0.5);
  assert.equal(outcome.isFinal, true);
});

test("without an answer nothing is known yet", () => {
  const outcome = score([]);
  assert.equal(outcome.verdict, "ignored");
  assert.equal(outcome.score, 0.5);
  assert.equal(outcome.isFinal, false);
});

test("no signals at all give no verdict either", () => {
  assert.equal(scoreOutcome(gatherEvidence([])).verdict, "ignored");
});

test("a rating outranks everything, and its words are the first reason", () => {
  const up = score([dismissed(3000, "escape"), rated(4000, "up", "only came too late")]);
  assert.equal(up.score, 0.95);
  assert.deepEqual(up.reasons, ["rated up: only came too late", "dismissed with Escape"]);
  const down = score([accepted(1000, TEXT.length), settled(20_000, TEXT), rated(30_000, "down")]);
  assert.equal(down.score, 0.05);
  assert.equal(down.verdict, "kept");
  assert.equal(down.reasons[0], "rated down");
});

test("a rating alone does not end the story", () => {
  assert.equal(score([rated(400, "up")]).isFinal, false);
  assert.equal(score([accepted(1000, TEXT.length), rated(1400, "up")]).isFinal, false);
});

test("a rating never makes a clear outcome less clear", () => {
  const outcome = score([accepted(1000, TEXT.length), undone(1500, 500), rated(4000, "down")]);
  assert.ok(outcome.score < 0.01);
});

test("a hundred kept per cent are said only where all is kept", () => {
  const tokens = Array.from({ length: 500 }, (_, index) => `t${index}`).join(" ");
  const outcome = scoreOutcome(
    gatherEvidence([shown(tokens), accepted(1, 1e6), settled(2, tokens.replace("t7 ", "x "))]),
  );
  assert.equal(outcome.reasons[0], "kept 99 % of it");
});

test("more kept never lowers the score", () => {
  const seed = 31;
  const random = createRandom(seed);
  for (let round = 0; round < 100; round++) {
    const context = randomContext(random);
    let tokens = tokensOf(TEXT);
    let before = score([...context, settled(20_000, tokens.join(" "))]);
    while (tokens.length > 0) {
      const gone = Math.floor(random() * tokens.length);
      tokens = tokens.filter((_, index) => index !== gone);
      const now = score([...context, settled(20_000, tokens.join(" "))]);
      assert.ok(
        now.keptRate <= before.keptRate && now.score <= before.score,
        `seed ${seed}, round ${round}: ${tokens.join(" ")}`,
      );
      before = now;
    }
  }
});

test("new errors never raise the score", () => {
  const seed = 37;
  const random = createRandom(seed);
  for (let round = 0; round < 200; round++) {
    const context = [...randomContext(random), settled(20_000, TEXT.slice(0, Math.floor(random() * TEXT.length)))];
    const old = { errors: Math.floor(random() * 4), warnings: Math.floor(random() * 4) };
    const now = { errors: Math.floor(random() * 6), warnings: Math.floor(random() * 6) };
    const worse = { errors: now.errors + 1 + Math.floor(random() * 20), warnings: now.warnings };
    const scoreWith = (counts: typeof now): number =>
      score([...context, diagnosed(20_001, "settled", old, counts)]).score;
    assert.ok(scoreWith(worse) <= scoreWith(now), `seed ${seed}, round ${round}`);
    const warned = { errors: now.errors, warnings: now.warnings + 3 };
    assert.ok(scoreWith(warned) <= scoreWith(now), `seed ${seed}, round ${round}`);
  }
});

test("an undo never raises the score", () => {
  const seed = 41;
  const random = createRandom(seed);
  for (let round = 0; round < 100; round++) {
    const context = randomContext(random);
    assert.ok(
      score([...context, undone(15_000, 14_000)]).score <= score(context).score,
      `seed ${seed}, round ${round}`,
    );
  }
});

test("a score is between 0 and 1, whatever happened", () => {
  const seed = 43;
  const random = createRandom(seed);
  for (let round = 0; round < 300; round++) {
    const context = randomContext(random);
    const outcome = score(context.filter(() => random() < 0.7));
    assert.ok(outcome.score > 0 && outcome.score < 1, `seed ${seed}, round ${round}`);
    assert.ok(outcome.keptRate >= 0 && outcome.keptRate <= 1);
    assert.ok(outcome.reasons.length > 0);
  }
});

test("only keeping, committing and a run that passes speak for it", () => {
  const good = new Set(["kept", "committed", "runPassed", "runMended"]);
  for (const [name, weight] of Object.entries(OUTCOME_WEIGHTS)) assert.equal(weight > 0, good.has(name), name);
});

function score(signals: readonly Signal[]): Outcome {
  return scoreOutcome(gatherEvidence([shown(TEXT), ...signals]));
}

/** An accepted suggestion with some of what may happen to it before it settles. */
function randomContext(random: () => number): Signal[] {
  const chars = 1 + Math.floor(random() * TEXT.length);
  const sinceAcceptMs = Math.floor(random() * 9000);
  const errors = Math.floor(random() * 3);
  return [
    accepted(1000, random() < 0.5 ? TEXT.length : chars, random() < 0.5 ? "whole" : "word"),
    ...(random() < 0.5 ? [edited(1000 + sinceAcceptMs, sinceAcceptMs, TEXT.slice(0, chars))] : []),
    ...(random() < 0.5 ? [diagnosed(4000, "after", NONE, { errors, warnings: 0 })] : []),
    ...(random() < 0.2 ? [rated(12_000, random() < 0.5 ? "up" : "down")] : []),
    ...(random() < 0.2 ? [dismissed(3000, "escape")] : []),
  ];
}

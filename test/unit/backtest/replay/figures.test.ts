import assert from "node:assert/strict";
import test from "node:test";
import { evenCurveOf, milestonesOf } from "../../../../sidecar/backtest/replay/curve.ts";
import type { Offer } from "../../../../sidecar/backtest/replay/developer.ts";
import { figuresOf } from "../../../../sidecar/backtest/replay/figures.ts";
import type { EventRecord } from "../../../../sidecar/backtest/replay/record.ts";
import { replayRecord, replayResult, TARGET } from "../../../support/replay-records.ts";

test("savings are what was not typed of what there was to type", () => {
  // Right: 4 of 10. Wrong: 13 of 10. Nothing: 10 of 10. One character off: 5 of 10, and 13 for the strict.
  const { arms } = figures([full({}), full({ text: "no" }), full({ text: "" }), full({ text: "sum(a, c);" })]);
  close(arms.full?.savings, 1 - (4 + 13 + 10 + 5) / 40);
  close(arms.full.strict, 1 - (4 + 13 + 10 + 13) / 40);
});

test("what was shown, taken and kept is counted with the gate, what was right without it", () => {
  const { arms } = figures([full({}), full({ isShown: false }), full({ text: "sum(a, c);" }), full({ text: "no" })]);
  const { shown, accepted, acceptance, retainedChars, exactMatch, forcedDistance, forcedShare, similarity } =
    arms.full!;
  assert.deepEqual(
    { shown, accepted, retainedChars, exactMatch, forcedDistance, forcedShare },
    { shown: 3, accepted: 2, retainedChars: 10 + 9, exactMatch: 2 / 4, forcedDistance: 1 + 10, forcedShare: 11 / 40 },
  );
  close(acceptance, 2 / 3);
  close(similarity, (1 + 1 + 0.9 + 0) / 4);
});

test("arms that were not run have no figures", () => {
  assert.deepEqual(Object.keys(figures([replayRecord({ arms: { frozen: {}, "in-file": {} } })]).arms), [
    "in-file",
    "frozen",
  ]);
});

test("strata hold primary events, but for the one of all", () => {
  const { strata, events, eventsAll } = figures([
    replayRecord({ isTest: true }),
    replayRecord({ isCopy: true, languageId: "python", author: "bob@example.org" }),
    replayRecord({ stratum: "other", arms: { full: { text: "" } } }),
  ]);
  assert.deepEqual([events, eventsAll], [2, 3]);
  assert.deepEqual(
    [...strata].map(([name, arms]) => [name, arms.full?.events]),
    [
      ["primary", 2],
      ["all", 3],
      ["tests", 1],
      ["sources", 1],
      ["without copies", 1],
      ["language typescript", 1],
      ["language python", 1],
      ["author ann@example.org", 1],
      ["author bob@example.org", 1],
    ],
  );
  close(strata.get("all")?.full?.savings, 1 - (4 + 4 + 10) / 30);
});

test("blocks are compared line by line with what was written, indentation aside", () => {
  const block = `${TARGET}\n  if (a) {\n    run();`;
  const { blocks } = figures([
    replayRecord({ block, arms: { full: { text: `${TARGET}\nif (a) {\n  run();` } } }),
    replayRecord({ block, arms: { full: { text: `${TARGET}\nif (a) {\n  walk();\n  run();` } } }),
    replayRecord({ block, arms: { full: { text: `no\nif (a) {` } } }),
    replayRecord({ block, arms: { full: { text: `${TARGET}\nif (a) {`, isShown: false } } }),
    replayRecord({ block }),
  ]);
  assert.deepEqual([blocks.shown, blocks.accepted, blocks.exact], [3, 2, 1]);
  close(blocks.lines, (3 + 4 + 2) / 3);
  close(blocks.linesRight, (3 + 2 + 0) / 3);
});

test("the gate is told by what it hides", () => {
  const { gate } = figures([
    full({}),
    full({ isShown: false, text: "sum(a, c);" }),
    full({ text: "no" }),
    full({ isShown: false, text: "no" }),
    full({ text: "" }),
  ]);
  // Shown: one of two. Everything: two of four. Hidden: 9 of 19 characters.
  close(gate.acceptanceGain, 0);
  close(gate.retainedLost, 9 / 19);
});

test("a gate that hides what is wrong raises acceptance", () => {
  close(figures([full({}), full({ isShown: false, text: "no" })]).gate.acceptanceGain, 1);
});

test("calibration compares stated and real acceptance within a tenth of confidence", () => {
  const { gate } = figures([
    full({ confidence: 0.91 }),
    full({ confidence: 0.99, text: "no" }),
    full({ confidence: 0.2, text: "no" }),
    full({ confidence: 1, isShown: false }),
    full({ confidence: 0, text: "" }),
  ]);
  assert.equal(gate.bins.length, 2);
  const [low, high] = gate.bins;
  assert.deepEqual(low, { events: 1, confidence: 0.2, acceptance: 0 });
  assert.equal(high?.events, 3);
  close(high.confidence, 2.9 / 3);
  close(high.acceptance, 2 / 3);
  close(gate.ece, (0.2 + 0.9) / 4);
});

test("recall is measured over the tokens of primary targets", () => {
  const { recall } = figures([
    replayRecord({ tokens: { ranks: [1, 2], bits: [1, 3] }, fileBits: [5, 5] }),
    replayRecord({ tokens: { ranks: [0], bits: [8] }, fileBits: [8] }),
    replayRecord({ stratum: "other", tokens: { ranks: [1], bits: [0] }, fileBits: [0] }),
  ]);
  assert.deepEqual(recall, { mrr: (1 + 0.5) / 3, bits: 4, fileBits: 6 });
});

test("what is owed to the person's memory is the difference to the frozen arm, event by event", () => {
  const records = commits(30, (index) =>
    replayRecord({ arms: { full: {}, frozen: { text: index % 2 === 0 ? "" : TARGET } } }),
  );
  const { gains } = figures(records);
  close(gains.personal?.value, 0.6 / 2);
  assert.equal(gains.personal.verdict, "gain");
  assert.equal(gains.author, undefined);
});

test("an arm that is equal shows no gain, one that is better a loss", () => {
  const arms = { full: { text: "" }, frozen: { text: "" }, "wrong-author": {} };
  const { gains } = figures(commits(30, (index) => replayRecord({ arms, isTest: index > 3 })));
  assert.deepEqual(gains.personal, { value: 0, interval: [0, 0], verdict: "none" });
  assert.equal(gains.author?.verdict, "loss");
});

test("against the open document savings are a quotient, where there are any", () => {
  const records = commits(30, (index) =>
    replayRecord({ arms: { full: {}, "in-file": { text: index % 2 === 0 ? "" : TARGET } } }),
  );
  const { inFile } = figures(records).gains;
  close(inFile?.value, 2);
  assert.equal(inFile.verdict, "gain");
  assert.equal(figures([replayRecord({ arms: { full: {}, "in-file": { text: "" } } })]).gains.inFile, undefined);
});

test("other habits change what is saved", () => {
  const { sensitivities } = figures([full({}), full({ text: "no" })]);
  close(sensitivities["reading 0"].full, 1 - (1 + 10) / 20);
  close(sensitivities["reading 6"].full, 1 - (7 + 16) / 20);
  close(sensitivities["by token"].full, 1 - (4 + 13) / 20);
});

test("a noisy developer accepts 27 % of what is shown", () => {
  const records = Array.from({ length: 2000 }, () => full({}));
  // Accepted: 4 of 10 characters. Overlooked: 13.
  const accepted = (1.3 - (1 - figures(records).sensitivities.noisy.full!)) / 0.9;
  assert(Math.abs(accepted - 0.27) < 0.03, String(accepted));
});

test("latency is told by nearest ranks of what was timed", () => {
  const records = Array.from({ length: 100 }, (_, index) => full({ milliseconds: index + 1 }));
  assert.deepEqual(figures([...records, full({ milliseconds: undefined })]).latencyMs, { p50: 50, p95: 95, p99: 99 });
});

test("commits of several repositories are kept apart", () => {
  const one = replayResult(commits(20, (index) => full(index % 2 === 0 ? {} : { text: "" })));
  const two = { ...one, repository: "other" };
  const alone = figuresOf([one], 1).arms.full!;
  const both = figuresOf([one, two, two], 1).arms.full!;
  assert.equal(both.savings, alone.savings);
  assert.equal(both.events, 60);
  assert.notDeepEqual(both.savingsInterval, alone.savingsInterval);
});

test("no records give no figures, and no error", () => {
  const { events, arms, strata, gains } = figures([]);
  assert.deepEqual([events, arms, strata.size, gains.personal], [0, {}, 0, undefined]);
});

test("milestones measure what came since the last one", () => {
  const at = (number: number, text: string): EventRecord => replayRecord({ number, arms: { full: { text } } });
  const points = milestonesOf([replayResult([at(0, ""), at(99, ""), at(100, TARGET), at(5000, TARGET)])], 1);
  assert.deepEqual(
    points.map(({ events, measured, full }) => [events, measured, full.value]),
    [
      [100, 2, 0],
      [300, 1, 0.6],
      [10_000, 1, 0.6],
    ],
  );
  assert.equal(points[0]?.frozen, undefined);
});

test("the even curve rises where the later half is right", () => {
  const records = commits(200, (index) =>
    replayRecord({ number: index, arms: { full: { text: index < 100 ? "" : TARGET }, frozen: { text: "" } } }),
  );
  const points = evenCurveOf([replayResult(records)], 1);
  assert.deepEqual([points[0]?.events, points.at(-1)?.events], [50, 200]);
  assert.deepEqual([points[0]?.full.value, points.at(-1)?.full.value], [0, 0.6]);
  assert(points.every(({ frozen }) => frozen?.value === 0));
  assert.deepEqual(evenCurveOf([replayResult(records.slice(0, 60))], 1), []);
});

function figures(records: readonly EventRecord[]) {
  return figuresOf([replayResult(records)], 1);
}

function full(offer: Partial<Offer>): EventRecord {
  return replayRecord({ arms: { full: offer } });
}

/** As many records, each of a commit of its own. */
function commits(count: number, make: (index: number) => EventRecord): EventRecord[] {
  return Array.from({ length: count }, (_, index) => {
    const record = make(index);
    return { ...record, event: { ...record.event, commit: String(index) } };
  });
}

function close(value: number | undefined, expected: number): asserts value is number {
  assert(value !== undefined && Math.abs(value - expected) < 1e-9, `${value} is not ${expected}`);
}

import assert from "node:assert/strict";
import test from "node:test";
import { figuresOf } from "../../../../sidecar/backtest/replay/figures.ts";
import { backtestPage } from "../../../../sidecar/backtest/replay/page.ts";
import { type ArmName, contextOf, type EventRecord } from "../../../../sidecar/backtest/replay/record.ts";
import { backtestJson, backtestLines } from "../../../../sidecar/backtest/replay/report.ts";
import type { BacktestResult } from "../../../../sidecar/backtest/replay/result.ts";
import { replayRecord, replayResult, TARGET } from "../../../support/replay-records.ts";

const HALF = (index: number): string => (index % 2 === 0 ? "" : TARGET);
const ALWAYS = (): string => TARGET;
const NEVER = (): string => "";
const WRONG = (): string => "no";

test("the last line says what it saves, and what of it is owed to learning", () => {
  const sentence = lastLine(records({ full: ALWAYS, frozen: HALF }));
  assert.equal(sentence, "On your last 40 edits: 60 % fewer keystrokes; 30 % thanks to what it learned from you.");
});

test("it says so if learning made no difference, or a bad one, or was not measured", () => {
  const fewer = "On your last 40 edits: 60 % fewer keystrokes;";
  assert.equal(
    lastLine(records({ full: ALWAYS, frozen: ALWAYS })),
    `${fewer} what it learned from you makes no difference that can be told from chance (0.0 %).`,
  );
  assert.equal(
    lastLine(records({ full: ALWAYS })),
    `${fewer} how many thanks to what it learned from you was not measured.`,
  );
  assert.equal(
    lastLine(records({ full: HALF, frozen: ALWAYS })),
    "On your last 40 edits: 30 % fewer keystrokes; without what it learned from you it would be 30 % better.",
  );
});

test("it says so if nothing is saved, or less than nothing", () => {
  assert.equal(
    lastLine(records({ full: NEVER })),
    "On your last 40 edits: no difference in keystrokes that can be told from chance (0.0 %).",
  );
  assert.equal(
    lastLine(records({ full: WRONG })),
    "On your last 40 edits: 30 % more keystrokes; suggestions cost more than they save.",
  );
});

test("of several people and of partial runs it speaks as such", () => {
  const of = records({ full: ALWAYS, frozen: HALF });
  assert.equal(
    lastLine(of, { authors: ["ann@example.org", "bob@example.org"] }),
    "On everybody’s last 40 edits: 60 % fewer keystrokes; 30 % thanks to what it learned from them.",
  );
  assert.match(lastLine(of, { complete: false }), /^On those 40 edits that were replayed so far: 60 % fewer/);
});

test("what cannot be told from chance is named, with its interval", () => {
  const text = linesOf(records({ full: ALWAYS, frozen: ALWAYS, "in-file": HALF })).join("\n");
  assert.match(text, /^! Not told from chance: that learning from the person saves keystrokes/m);
  assert.doesNotMatch(text, /open document alone/);
});

test("the tables fit a hundred columns and know no NaN, whatever is missing", () => {
  const author = `${"long".repeat(20)}@example.org`;
  const given = [...records({ full: HALF, oracle: ALWAYS }), replayRecord({ author })];
  const lines = linesOf(given, { remarks: ["word ".repeat(50)] });
  const sentences = lines.slice(0, -1).filter((line) => line.length > 100);
  assert.deepEqual(sentences, []);
  assert.doesNotMatch(lines.join("\n"), /NaN|Infinity|undefined/);
});

test("programs find every figure under its name", () => {
  const result = replayResult(
    records({ full: ALWAYS, frozen: HALF }).map((record) => ({
      ...record,
      tokens: { ranks: [2], bits: [1] },
      fileBits: [4],
    })),
    { remarks: ["The clone is shallow."] },
  );
  const { arms, strata, gate, gains, recall, latencyMs, ...rest } = JSON.parse(
    JSON.stringify(backtestJson(result, figuresOf([result], 1))),
  ) as Json;
  const { savings, savingsInterval, strict, strictInterval } = arms.full;
  assert.deepEqual(
    { savings, savingsInterval, strict, strictInterval },
    {
      savings: 0.6,
      savingsInterval: [0.6, 0.6],
      strict: 0.6,
      strictInterval: [0.6, 0.6],
    },
  );
  assert.deepEqual(strata.sources.full, { savings, savingsInterval, strict, events: 40 });
  assert.deepEqual([gate.acceptanceGain, gate.retainedLost, gate.ece], [0, 0, 0.5]);
  assert.deepEqual(recall, { mrr: 0.5, bits: 1, fileBits: 4 });
  assert.deepEqual(latencyMs, { suggest: { p50: 1, p95: 1, p99: 1 } });
  assert.equal(gains.personal?.verdict, "gain");
  assert.deepEqual([gains.author, gains.inFile], [null, null]);
  assert.deepEqual([rest["events"], rest["eventsAll"], rest["seed"], rest["complete"]], [40, 40, 1, true]);
  assert.deepEqual(rest["remarks"], ["The clone is shallow."]);
  assert.match(String(rest["kind"]), /^replay/);
});

test("the page runs nothing, loads nothing and escapes what the repository says", () => {
  const evil = '<script>alert("1")</script>&';
  const given = [
    ...records({ full: ALWAYS, frozen: HALF }),
    replayRecord({ target: evil, context: `${evil}\n  `, path: evil, languageId: evil, author: evil, number: 3 }),
    replayRecord({ target: "y".repeat(30), arms: { full: { text: evil } } }),
  ];
  const page = pageOf(given, { repository: evil, remarks: [evil], authors: [evil] });
  assert.doesNotMatch(page, /<script|https?:|NaN|undefined/);
  assert.match(page, /default-src 'none'/);
  assert(page.includes("&#60;script&#62;"));
});

test("the page shows the sentence, the curve, and the best and worst lines", () => {
  const given = records({ full: HALF, frozen: NEVER }, 200);
  const worst = replayRecord({
    context: "if (a) {\n  ",
    target: "b();",
    arms: { full: { text: "throw a;", confidence: 0.9 } },
  });
  const page = pageOf([...given, worst]);
  assert.match(page, /<p class="lead">On your last 201 edits: 3\d % fewer keystrokes; 3\d % thanks to/);
  assert.match(page, /<h2>Learning curve<\/h2>/);
  assert.match(page, /What helped most[^]*<b class="written">sum\(a, b\);<\/b>/);
  assert.match(page, /What was surest, and wrong[^]*if \(a\) \{\n {2}<\/span><b class="shown">throw a;<\/b>/);
  assert.match(page, /90\.0 % sure · 3 wasted/);
});

test("a place is recognised by the line above and the beginning of its own", () => {
  assert.equal(contextOf("a\nif (b) {\n\n  return "), "if (b) {\n  return ");
  assert.equal(contextOf("return "), "return ");
  assert.equal(contextOf(""), "");
  assert.equal(contextOf("x".repeat(1000)).length, 300);
});

interface Json {
  readonly arms: Record<"full", Record<"savings" | "savingsInterval" | "strict" | "strictInterval", unknown>>;
  readonly strata: Record<"sources", Record<"full", unknown>>;
  readonly gate: Record<"acceptanceGain" | "retainedLost" | "ece", unknown>;
  readonly gains: Record<"personal" | "author" | "inFile", { readonly verdict: string } | null>;
  readonly recall: unknown;
  readonly latencyMs: unknown;
  readonly [other: string]: unknown;
}

/** Each event in a commit of its own. */
function records(arms: Partial<Record<ArmName, (index: number) => string>>, length = 40): EventRecord[] {
  return Array.from({ length }, (_, index) =>
    replayRecord({
      commit: String(index),
      number: index,
      arms: Object.fromEntries(Object.entries(arms).map(([arm, textAt]) => [arm, { text: textAt(index) }])),
    }),
  );
}

function linesOf(given: readonly EventRecord[], changed: Partial<BacktestResult> = {}): string[] {
  const result = replayResult(given, changed);
  return backtestLines(result, figuresOf([result], 1));
}

function lastLine(given: readonly EventRecord[], changed: Partial<BacktestResult> = {}): string {
  return linesOf(given, changed).at(-1)!;
}

function pageOf(given: readonly EventRecord[], changed: Partial<BacktestResult> = {}): string {
  const result = replayResult(given, changed);
  return backtestPage(result, figuresOf([result], 1));
}

import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import test from "node:test";
import { Command } from "commander";
import type { BacktestOptions, BacktestResult } from "../../../sidecar/backtest/replay/result.ts";
import { type BacktestHelpers, registerBacktest } from "../../../sidecar/cli/backtest.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { replayRecord, replayResult } from "../../support/replay-records.ts";

test("asks for everybody's newest thousand edits unless told otherwise", async () => {
  const { run, asked } = commandLine();
  assert.equal(await run("some/project"), "ok");
  assert.deepEqual(asked(), {
    repository: resolve("some/project"),
    authors: [],
    events: 1000,
    seed: 1,
    engine: "recall",
    arms: ["nothing", "in-file", "nested-cache", "next-lines", "frozen", "wrong-author", "full", "oracle"],
  });
  await run(".", "--author", "ann", "--author", "bob@", "--events", "50", "--seed", "7", "--arms", "frozen, in-file");
  const { authors, events, seed, arms } = asked()!;
  assert.deepEqual(
    { authors, events, seed, arms },
    {
      authors: ["ann", "bob@"],
      events: 50,
      seed: 7,
      arms: ["in-file", "frozen", "full"],
    },
  );
});

test("prints tables that end in one sentence, or one object", async () => {
  const { run, printed } = commandLine();
  await run(".");
  assert.match(printed(), /^Replay of example \(not a user study\): ann@example\.org, 20 primary events/);
  assert.match(printed(), /\nOn your last 20 edits: 60 % fewer keystrokes; .*\n$/);
  await run(".", "--json");
  assert.equal((JSON.parse(printed()) as { arms: { full: { savings: number } } }).arms.full.savings, 0.6);
});

test("writes a page", async (t) => {
  const { run } = commandLine();
  const page = join(await temporaryFolder(t), "page.html");
  assert.equal(await run(".", "--html", page), "ok");
  assert.match(await readFile(page, "utf8"), /^<!doctype html>/);
  await assert.rejects(run(".", "--html", join(page, "below")), /cannot be written/);
});

test("tells percent and time left", async () => {
  let now = 0;
  const { run, progress } = commandLine({
    elapsedMs: () => (now += 10_000),
    runBacktest: (_options, onProgress) => {
      onProgress("reading commits", 0);
      onProgress("commit 5 of 20", 0.25);
      return Promise.resolve(result());
    },
  });
  await run(".");
  assert.deepEqual(progress, ["reading commits", "commit 5 of 20 (25 %, 60 s left)"]);
});

test("what was broken off is printed as partial, and is no success", async () => {
  const interrupt = new AbortController();
  const { run, printed } = commandLine({
    abortOnInterrupt: () => interrupt.signal,
    runBacktest: (_options, _onProgress, signal) => {
      interrupt.abort();
      return Promise.resolve(result({ complete: !signal.aborted }));
    },
  });
  assert.equal(await run("."), "failed");
  assert.match(printed(), /^! This replay was broken off: its figures are partial\.$/m);
  assert.match(printed(), /\nOn those 20 edits that were replayed so far: 60 % fewer keystrokes; .*\n$/);
  await run(".", "--json");
  assert.equal((JSON.parse(printed()) as { complete: boolean }).complete, false);
});

test("a history without edits says what to do, with a status of its own", async () => {
  const empty = { ...result({ remarks: ["All commits are merges."] }), records: [], authors: [] };
  const { run, printed } = commandLine({ runBacktest: () => Promise.resolve(empty) });
  assert.equal(await run("."), "nothing");
  assert.match(printed(), /^Nothing to measure: the history of example has no edits of anybody that count\.$/m);
  assert.match(printed(), /^! All commits are merges\.$/m);
  assert.match(printed(), /^Name another --author/m);
  assert.equal(await run(".", "--json"), "nothing");
  assert.equal((JSON.parse(printed()) as { events: number }).events, 0);
});

test("progress ends before a failure is told", async () => {
  const { run, stopped } = commandLine({ runBacktest: () => Promise.reject(new Error("no git")) });
  await assert.rejects(run("."), /no git/);
  assert.equal(stopped(), true);
});

test("unknown arms and engines are wrong usage", async () => {
  const { run } = commandLine();
  await assert.rejects(run(".", "--arms", "full,fast"), /wrong usage: There is no arm fast/);
  await assert.rejects(run(".", "--engine", "oracle"), /wrong usage: There is no engine oracle/);
});

function result(given: Partial<BacktestResult> = {}): BacktestResult {
  return replayResult(
    Array.from({ length: 20 }, (_, index) => replayRecord({ commit: String(index), arms: { full: {}, frozen: {} } })),
    given,
  );
}

function commandLine(changed: Partial<BacktestHelpers> = {}) {
  let asked: BacktestOptions | undefined;
  let printed = "";
  let stopped = false;
  let status: string | undefined;
  const progress: string[] = [];
  const helpers: BacktestHelpers = {
    runBacktest: (options) => {
      asked = options;
      return Promise.resolve(result());
    },
    wholeNumber: Number,
    wrongUsage: (message) => new Error(`wrong usage: ${message}`),
    abortOnInterrupt: () => new AbortController().signal,
    openProgress: () => ({ update: (text) => progress.push(text), stop: () => void (stopped = true) }),
    print: (text) => void (printed = text),
    setExitStatus: (given) => void (status = given),
    elapsedMs: () => 0,
    ...changed,
  };
  const run = async (...args: string[]): Promise<string | undefined> => {
    const program = new Command();
    registerBacktest(program, helpers);
    await program.parseAsync(["backtest", ...args], { from: "user" });
    return status;
  };
  return { run, asked: () => asked, printed: () => printed, stopped: () => stopped, progress };
}

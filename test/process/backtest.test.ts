/** `tacit backtest` as people and scripts use it: what it prints, what it says of what cannot be, what it leaves behind. */
import assert from "node:assert/strict";
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { temporaryFolder } from "../support/folders.ts";
import { createRepository } from "../support/git.ts";
import { createHabits } from "../support/habits.ts";

const CLI = join(import.meta.dirname, "../../bin/tacit.mjs");
/** What is waited for takes seconds at most. */
const PATIENCE_MS = 60_000;

async function createCli(t: TestContext) {
  const folder = await temporaryFolder(t);
  const temporary = join(folder, "temporary");
  mkdirSync(temporary);
  const command = (...args: string[]) => [CLI, "backtest", ...args];
  const options = {
    cwd: folder,
    env: { ...process.env, TACIT_HOME: join(folder, "home"), TMPDIR: temporary, TMP: temporary, TEMP: temporary },
  };
  return {
    run: (...args: string[]) => spawnSync(process.execPath, command(...args), { ...options, encoding: "utf8" }),
    start: (...args: string[]) => spawn(process.execPath, command(...args), { ...options, stdio: "pipe" }),
    page: join(folder, "page.html"),
    temporary,
    leftBehind: () => readdirSync(temporary).filter((name) => name.startsWith("tacit")),
    home: () => readdirSync(folder).includes("home"),
  };
}

/** A hash of all files below a folder, and their names. */
function hashOf(folder: string): string {
  const hash = createHash("sha256");
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    hash.update(`${path}\0`);
    if (entry.isFile()) hash.update(readFileSync(path));
  }
  return hash.digest("hex");
}

interface Printed {
  readonly complete: boolean;
  readonly events: number;
  readonly seed: number;
  readonly arms: {
    readonly full: {
      readonly savings: number;
      readonly savingsInterval: readonly [number | null, number | null];
      readonly strict: number;
    };
  };
  readonly recall: Readonly<Record<"mrr" | "bits" | "fileBits", number>>;
  readonly gate: Readonly<Record<"acceptanceGain" | "retainedLost" | "ece", number>>;
  readonly latencyMs: { readonly suggest: Readonly<Record<"p50" | "p95" | "p99", number>> };
  readonly doubts: readonly string[];
}

test("what is measured is printed as one object and written as a page, and the repository stays as it is", async (t) => {
  const { run, page, leftBehind, home } = await createCli(t);
  const { folder } = await createHabits(t);
  const before = hashOf(folder);
  const args = ["--author", "ada", "--events", "8", "--seed", "7", "--json", "--html", page];
  const { status, stdout, stderr } = run(folder, ...args);
  assert.equal(status, 0, stderr);
  const { complete, events, seed, arms, recall, gate, latencyMs } = JSON.parse(stdout) as Printed;
  assert.deepEqual([complete, seed], [true, 7]);
  assert(events >= 8);
  const { savings, savingsInterval, strict } = arms.full;
  for (const figure of [savings, strict]) assert(figure > 0 && figure < 1, `${figure}`);
  // Null is infinite: so few commits tell hardly anything.
  const [low, high] = savingsInterval;
  assert((low ?? -Infinity) <= savings && savings <= (high ?? Infinity));
  const { mrr, bits, fileBits } = recall;
  const { acceptanceGain, retainedLost, ece } = gate;
  const { p50, p95, p99 } = latencyMs.suggest;
  for (const figure of [mrr, bits, fileBits, acceptanceGain, retainedLost, ece, p50, p95, p99])
    assert.equal(typeof figure, "number");
  assert(mrr > 0 && mrr <= 1 && bits < fileBits && p50 <= p95 && p95 <= p99);
  const html = readFileSync(page, "utf8");
  assert.match(html, /^<!doctype html>[^]*<svg[^]*<\/html>\s*$/);
  assert.doesNotMatch(html, /(?:src|href)="https?:/);
  assert.equal(hashOf(folder), before);
  assert.deepEqual([leftBehind(), home()], [[], false]);
});

test("where there is nothing to measure it says so, with status 3", async (t) => {
  const { run, leftBehind } = await createCli(t);
  const one = await createRepository(t);
  await one.commit({ "README.md": "# Nothing but prose\n" });
  for (const [args, message] of [
    [
      ["--author", "zoe"],
      /^Nothing to measure: the history of .* has no edits of zoe that count\.\nName another --author/,
    ],
    [[], /^Nothing to measure: the history of .* has no edits of anybody that count\./],
  ] as const) {
    const { status, stdout, stderr } = run(one.folder, ...args);
    assert.equal(status, 3, stderr);
    assert.match(stdout, message);
  }
  assert.deepEqual(leftBehind(), []);
});

test("a single commit is replayed onto nothing", async (t) => {
  const { run } = await createCli(t);
  const repository = await createRepository(t);
  await repository.commit({
    "sums.ts": "export const sum = add(one, two);\nexport const product = times(one, two);\n",
  });
  const { status, stdout, stderr } = run(repository.folder, "--arms", "full");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /ada@example\.org, [12] primary events of 2,/);
});

test("a shallow clone is replayed from where it begins, and said to be shallow", async (t) => {
  const { run } = await createCli(t);
  const whole = await createHabits(t);
  const clone = await createRepository(t);
  clone.git("fetch", "--quiet", "--depth", "4", `file://${whole.folder}`, "main");
  clone.git("reset", "--quiet", "--hard", "FETCH_HEAD");
  const { status, stdout, stderr } = run(clone.folder, "--arms", "full");
  assert.equal(status, 0, stderr);
  assert.match(stdout, /The clone is shallow: its history begins on /);
});

test("what is no repository, or has no commit, gets a sentence and a status, never a stack", async (t) => {
  const { run, leftBehind, temporary } = await createCli(t);
  const empty = await createRepository(t);
  for (const [args, status, message] of [
    [[empty.folder], 1, /no commit/],
    [[temporary], 1, /is not in a git repository\.?\nName a folder/],
    [[join(temporary, "nowhere")], 1, /nowhere/],
    [[], 2, /missing required argument 'repository'/],
    [[empty.folder, "--events", "many"], 2, /a whole number from 0 on is needed/],
    [[empty.folder, "--arms", "legs"], 2, /There is no arm legs/],
    [[empty.folder, "--engine", "steam"], 2, /There is no engine steam/],
  ] as const) {
    const result = run(...args);
    assert.equal(result.status, status, `${args.join(" ")}: ${result.stderr}`);
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /\n {4}at /);
  }
  assert.deepEqual(leftBehind(), []);
});

/** Runs until a file that is asked for is in the replay's folder, interrupts, and tells what was printed. */
async function interrupt(cli: Awaited<ReturnType<typeof createCli>>, folder: string, isReady: RegExp) {
  const process = cli.start(folder, "--author", "ada", "--arms", "frozen", "--json");
  const printed = process.stdout.setEncoding("utf8").reduce((text: string, chunk: string) => text + chunk, "");
  const exit = once(process, "exit");
  const deadline = performance.now() + PATIENCE_MS;
  const paths = () =>
    readdirSync(cli.temporary).flatMap((name) =>
      name.startsWith("tacit-replay-") ? readdirSync(join(cli.temporary, name)) : [name],
    );
  while (!paths().some((path) => isReady.test(path))) {
    assert(performance.now() < deadline && process.exitCode === null, "it never came so far");
    await setTimeout(5);
  }
  process.kill("SIGINT");
  const [status] = (await exit) as [number | null];
  return { status, ...(JSON.parse(await printed) as Printed) };
}

test("an interruption in the middle prints what there is, as partial, and leaves nothing behind", async (t) => {
  const cli = await createCli(t);
  const { folder } = await createHabits(t);
  const { status, complete, events, doubts } = await interrupt(cli, folder, /^load-River\.ts$/);
  assert.deepEqual([status, complete], [1, false]);
  assert(events > 0 && events < 60);
  assert(doubts.some((doubt) => /broken off: its figures are partial/.test(doubt)));
  assert.deepEqual(cli.leftBehind(), []);
});

test("an interruption while the product opens leaves nothing behind either", async (t) => {
  const cli = await createCli(t);
  const { folder } = await createHabits(t);
  const { status, complete, events } = await interrupt(cli, folder, /^tacit-data-/);
  assert.deepEqual([status, complete, events], [1, false, 0]);
  assert.deepEqual(cli.leftBehind(), []);
});

test("this project's own history is replayed", async (t) => {
  const root = join(import.meta.dirname, "../..");
  const isRepository = spawnSync("git", ["-C", root, "rev-parse", "HEAD~1"]).status === 0;
  if (!isRepository) {
    t.skip("it was not cloned");
    return;
  }
  const { run, leftBehind } = await createCli(t);
  const { status, stdout, stderr } = run(root, "--events", "10", "--arms", "full", "--json");
  assert.equal(status, 0, stderr);
  const printed = JSON.parse(stdout) as Printed;
  assert.ok(printed.complete && printed.events >= 10);
  assert.deepEqual(leftBehind(), []);
});

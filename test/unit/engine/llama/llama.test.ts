/** The engine of a model on this machine, with its process: loading, giving up, dying, and what is told of it. */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setImmediate, setTimeout as pause } from "node:timers/promises";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../../../sidecar/base/log.ts";
import { LlamaEngine, type LlamaHealth, type LlamaLimits } from "../../../../sidecar/engine/llama/llama.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { modelFile, requestAt } from "../../../support/llama.ts";
import { FATAL_FAULTS, FAULTS } from "../../../support/models/broken.ts";
import { PRESETS } from "../../../support/models/models.ts";
import { until } from "../../../support/sidecar.ts";

const never = new AbortController().signal;
const PLACE = requestAt("export function readConfig(path: string) {\n  return ▮\n}\n");
/** More than 2,000 tokens in front of the cursor. */
const LONG = requestAt(`${"const total = items.map((item) => item.price);\n".repeat(300)}▮\n`);

interface Opened {
  readonly engine: LlamaEngine;
  readonly told: readonly LlamaHealth[];
}

function open(t: TestContext, file: string, limits: Partial<LlamaLimits> = {}, idleMinutes = 0): Opened {
  const told: LlamaHealth[] = [];
  const onHealth = (health: LlamaHealth): void => void told.push(health);
  const engine = new LlamaEngine({ file, gpu: "off", idleMinutes, log: silentLog, onHealth }, limits);
  t.after(() => engine.close());
  return { engine, told };
}

async function load({ engine }: Opened): Promise<void> {
  await engine.complete(PLACE, never);
  await until(() => engine.health.kind !== "ready" || engine.health.state.kind === "loaded");
}

/** Of a model that has to be loaded for sure. */
async function loaded(opened: Opened): Promise<void> {
  await load(opened);
  assert.equal(opened.engine.health.kind, "ready", JSON.stringify(opened.engine.health));
}

/** The process of the model, as the system sees it. */
function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}

test("a model is loaded when it is wanted; until then there is nothing, and nobody waits", async (t) => {
  const opened = open(t, await modelFile(t));
  const { engine, told } = opened;
  assert.deepEqual(await engine.check(never), { kind: "ready", model: "tiny", state: { kind: "at rest" } });
  assert.equal(engine.pid, undefined);
  assert.deepEqual(await engine.complete(PLACE, never), []);
  await loaded(opened);
  assert.deepEqual(told.at(-1), { kind: "ready", model: "tiny", state: { kind: "loaded", backend: "CPU" } });
  const [proposal] = await engine.complete(PLACE, never);
  assert.ok(proposal && proposal.text.length > 0);
  assert.deepEqual([proposal.proposer, proposal.source], ["model", "test model of 2 × 128 on this machine"]);
  assert.ok(proposal.confidence > 0 && proposal.confidence <= 1);
});

test("a request is let go of at once while a prompt of 2,000 tokens is evaluated, and the next one works", async (t) => {
  const opened = open(t, await modelFile(t, { ...PRESETS.tinyQwen2, layers: 16 }));
  const { engine } = opened;
  await loaded(opened);
  const abort = new AbortController();
  const asked = engine.complete(LONG, abort.signal);
  await pause(20);
  const letGo = assert.rejects(asked, { name: "AbortError" }).then(() => "let go");
  abort.abort();
  // Before anything that the process with the model says could be heard.
  assert.equal(await Promise.race([letGo, setImmediate("waits")]), "let go");
  const [proposal] = await engine.complete(PLACE, never);
  assert.ok(proposal);
  assert.equal(engine.health.kind, "ready");
});

test("a process that dies is told, and the next request starts another", async (t) => {
  const opened = open(t, await modelFile(t));
  const { engine } = opened;
  await loaded(opened);
  const { pid } = engine;
  const asked = engine.complete(LONG, never);
  process.kill(pid!, "SIGKILL");
  assert.deepEqual(await asked, []);
  assert.match(engine.health.kind === "failing" ? engine.health.reason : "", /ended unexpectedly \(SIGKILL\)/);
  await engine.check(never);
  await loaded(opened);
  assert.equal((await engine.complete(PLACE, never)).length, 1);
  assert.notEqual(engine.pid, pid);
});

test("one that dies again and again is left alone, until its file changes", async (t) => {
  const file = await modelFile(t);
  const opened = open(t, file, { deathsMax: 2 });
  const { engine } = opened;
  for (let death = 0; death < 2; death++) {
    await engine.check(never);
    await loaded(opened);
    process.kill(engine.pid!, "SIGKILL");
    await until(() => engine.health.kind === "failing");
  }
  assert.equal((await engine.check(never)).kind, "failing");
  await engine.complete(PLACE, never);
  assert.equal(engine.pid, undefined);
  await pause(20);
  await writeFile(file, await readFile(file));
  assert.equal((await engine.check(never)).kind, "ready");
});

test("memory is given back when nothing is asked for a while, and taken again", async (t) => {
  const opened = open(t, await modelFile(t), {}, 0.01);
  const { engine } = opened;
  await loaded(opened);
  const { pid } = engine;
  await until(() => engine.health.kind === "ready" && engine.health.state.kind === "at rest");
  await until(() => !isRunning(pid!));
  await loaded(opened);
  assert.equal((await engine.complete(PLACE, never)).length, 1);
});

test("after its end no process is left, whatever it was doing", async (t) => {
  const opened = open(t, await modelFile(t));
  const { engine } = opened;
  await loaded(opened);
  const { pid } = engine;
  const asked = engine.complete(LONG, never);
  engine.close();
  assert.deepEqual(await asked.catch(() => []), []);
  await until(() => !isRunning(pid!));
  assert.deepEqual(await engine.complete(PLACE, never), []);
  assert.equal(engine.pid, undefined);
});

test("an answer that never comes ends the process", async (t) => {
  const opened = open(t, await modelFile(t), { answerMsMax: 1 });
  const { engine } = opened;
  await loaded(opened);
  const { pid } = engine;
  assert.deepEqual(await engine.complete(LONG, never), []);
  assert.match(engine.health.kind === "failing" ? engine.health.reason : "", /did not answer/);
  await until(() => !isRunning(pid!));
});

test("a machine too slow to foresee anything is none that hangs", async (t) => {
  const opened = open(t, await modelFile(t), { answerMsMax: 1 });
  const { engine } = opened;
  await loaded(opened);
  engine.foresee(LONG, "const");
  await pause(200);
  assert.equal(engine.health.kind, "ready");
  assert.ok(isRunning(engine.pid!));
});

test("more memory than there is is not taken", async (t) => {
  const opened = open(t, await modelFile(t), { memoryBytesMax: 1_000_000 });
  await load(opened);
  assert.match(
    opened.engine.health.kind === "failing" ? opened.engine.health.reason : "",
    /not enough memory for tiny\.gguf \(0\.0 GB are needed, 0\.0 GB can be used\)/,
  );
});

test("a model that knows less context than is wanted has what it knows", async (t) => {
  const opened = open(t, await modelFile(t, { ...PRESETS.tinyQwen2, contextTokensMax: 768 }));
  await loaded(opened);
  assert.equal((await opened.engine.complete(LONG, never)).length, 1);
  assert.equal((await opened.engine.complete(PLACE, never)).length, 1);
  assert.equal(opened.engine.health.kind, "ready");
});

/** Some are found out by a look, some end the process. */
const BROKEN = /is damaged|ended unexpectedly/;

/** Files that are told before anything is loaded, or by loading; nothing of ours ends. */
const UNFIT: readonly (readonly [name: string, file: (t: TestContext) => Promise<string>, reason: RegExp])[] = [
  ["no file", async (t) => join(await temporaryFolder(t), "none.gguf"), /none\.gguf cannot be read \(ENOENT\)/],
  ["a folder", (t) => temporaryFolder(t), /cannot be read \(EISDIR\)/],
  ["text", async (t) => changed(t, () => Buffer.from("# A model\n".repeat(10))), /is not a model/],
  ["an embedding model", (t) => modelFile(t, PRESETS.tinyJina), /turns text into vectors and writes none/],
  ["a model without marks", async (t) => changed(t, withoutMarks), /cannot fill in the middle/],
  ["a foreign architecture", (t) => changed(t, FAULTS["foreignArchitecture"]!), /of a kind that cannot be run here/],
  ...[
    "truncatedHeader",
    "truncatedMetadata",
    "truncatedValues",
    "tensorCountHuge",
    "offsetBeyondFile",
    "widthHuge",
  ].map((name) => [name, (t: TestContext) => changed(t, FAULTS[name]!), BROKEN] as const),
  ...["layersNone", "headSizeHuge", "tokenTwice", "listLengthHuge"].map(
    (name) => [name, (t: TestContext) => changed(t, FATAL_FAULTS[name]!), BROKEN] as const,
  ),
];

for (const [name, file, reason] of UNFIT) {
  test(`unfit for completion, told, and no process left: ${name}`, async (t) => {
    const opened = open(t, await file(t));
    const { engine } = opened;
    // As the choice of the model does: it looks, it is asked, it looks again.
    for (let round = 0; round < 3 && (await engine.check(never)).kind === "ready"; round++) await load(opened);
    const { health } = engine;
    assert(health.kind === "failing", JSON.stringify(health));
    assert.match(health.reason, reason);
    assert.ok(health.action.length > 10);
    assert.equal(engine.pid, undefined);
  });
}

async function changed(t: TestContext, change: (model: Buffer) => Buffer): Promise<string> {
  const file = await modelFile(t);
  await writeFile(file, change(await readFile(file)));
  return file;
}

/** Other names of the same length, for the tokens and for what they are for. */
function withoutMarks(model: Buffer): Buffer {
  const text = model.toString("latin1");
  return Buffer.from(text.replaceAll("fim_", "gap_"), "latin1");
}

/** A trial of what runs models here: what it tells, and that nothing a model's process does keeps it from an end. */
import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { ModelProcess } from "../../../../sidecar/engine/llama/model-process.ts";
import { type TrialDeps, tryBackend, tryModel } from "../../../../sidecar/engine/llama/trial.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { modelFile } from "../../../support/llama.ts";
import { FAULTS } from "../../../support/models/broken.ts";
import { PRESETS } from "../../../support/models/models.ts";

const DEPS: TrialDeps = { gpu: "off", backendsFolder: "/nowhere" };
const COMPLETION = { purpose: "completion", contextTokensMax: 2816 } as const;
const EMBEDDING = { purpose: "embedding", contextTokensMax: 1024 } as const;

/** Processes that are sent a signal as soon as they run. */
function openSignalled(signal: NodeJS.Signals, opened: ModelProcess[] = []): NonNullable<TrialDeps["openProcess"]> {
  return (options) => {
    const opening = new ModelProcess(options);
    process.kill(opening.pid!, signal);
    opened.push(opening);
    return opening;
  };
}

test("without a model it is told what one would compute on", async () => {
  const facts = { backend: "CPU", devices: [], vramBytes: 0, vramUsedBytes: 0 };
  assert.deepEqual(await tryBackend(DEPS), { kind: "works", facts });
});

test("a model that writes is told with how fast it reads and writes", async (t) => {
  const trial = await tryModel(DEPS, { file: await modelFile(t), ...COMPLETION });
  assert.ok(trial.kind === "works", JSON.stringify(trial));
  const { opened, speed } = trial.facts;
  assert.deepEqual([opened.facts.backend, opened.facts.gpuLayers], ["CPU", 0]);
  assert.ok(speed.kind === "writes" && speed.readTokensPerSecond > 0 && speed.writtenTokensPerSecond > 0);
});

test("an embedding model is told with how many texts it embeds", async (t) => {
  const trial = await tryModel(DEPS, { file: await modelFile(t, PRESETS.tinyJina), ...EMBEDDING });
  assert.ok(trial.kind === "works", JSON.stringify(trial));
  const { speed } = trial.facts;
  assert.ok(speed.kind === "embeds" && speed.textsPerSecond > 0 && speed.textTokens > 100);
});

test("a model with a short context is measured as well", async (t) => {
  const file = await modelFile(t, { ...PRESETS.tinyQwen2, contextTokensMax: 256 });
  const trial = await tryModel(DEPS, { file, ...COMPLETION });
  assert.ok(trial.kind === "works", JSON.stringify(trial));
});

test("a damaged model, or one of the other kind, is told with what to do", async (t) => {
  const file = await modelFile(t);
  const broken = join(await temporaryFolder(t), "broken.gguf");
  await writeFile(broken, FAULTS["truncatedValues"]!(await readFile(file)));
  const damaged = await tryModel(DEPS, { file: broken, ...COMPLETION });
  assert.ok(damaged.kind === "fails");
  assert.match(damaged.reason, /broken\.gguf is damaged/);
  assert.match(damaged.action, /Download it again/);
  const other = await tryModel(DEPS, { file, ...EMBEDDING });
  assert.ok(other.kind === "fails");
  assert.match(other.reason, /does not turn texts into vectors/);
});

test("a GPU that is asked for and is not there is told", async () => {
  const trial = await tryBackend({ ...DEPS, gpu: "metal" });
  assert.ok(trial.kind === "fails");
  assert.match(trial.reason, /The GPU cannot be used through metal/);
});

test("a process that is killed is told", async () => {
  const trial = await tryBackend({ ...DEPS, openProcess: openSignalled("SIGKILL") });
  assert.ok(trial.kind === "fails");
  assert.match(trial.reason, /ended unexpectedly \(SIGKILL\)/);
});

test("a process that hangs is given up in time, and ended", async () => {
  const opened: ModelProcess[] = [];
  const startedAt = performance.now();
  const trial = await tryBackend({ ...DEPS, msMax: 300, openProcess: openSignalled("SIGSTOP", opened) });
  assert.ok(performance.now() - startedAt < 5000);
  assert.ok(trial.kind === "fails");
  assert.match(trial.reason, /did not answer \(0\.3 s\)/);
  assert.equal(opened[0]!.isAlive, false);
});

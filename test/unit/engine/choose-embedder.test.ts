/** Which embedder there is, with real models where one is loaded. */
import assert from "node:assert/strict";
import { rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { DEFAULT_SETTINGS, type Settings } from "../../../protocol/settings.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { EmbedderChoice } from "../../../sidecar/engine/choose-embedder.ts";
import type { ModelEmbedder } from "../../../sidecar/engine/embedder.ts";
import { openLlamaEmbedder } from "../../../sidecar/engine/llama/embedder.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { PRESETS, writeModel } from "../../support/models/models.ts";
import { until } from "../../support/sidecar.ts";

const TEXT = "const total = items.length;";

interface Opened {
  readonly choice: EmbedderChoice;
  readonly folder: string;
  readonly settings: (file: string, idleMinutes?: number) => Settings["llama"];
  /** How often it has told a change. */
  readonly changes: () => number;
  /** Files that were opened. */
  readonly opened: string[];
}

async function openChoice(t: TestContext): Promise<Opened> {
  const folder = await temporaryFolder(t);
  let changes = 0;
  const opened: string[] = [];
  const choice = new EmbedderChoice({
    log: silentLog,
    onChange: () => changes++,
    retryMs: { first: 20, max: 80 },
    open: async (options) => {
      opened.push(options.file);
      const embedder = await openLlamaEmbedder(options, { failuresMax: 1 });
      t.after(() => embedder.close());
      return embedder;
    },
  });
  t.after(() => choice.close());
  const settings = (file: string, idleMinutes = 0): Settings["llama"] => ({
    ...DEFAULT_SETTINGS.llama,
    embedder: file === "" ? "" : join(folder, file),
    gpu: "off",
    idleMinutes,
  });
  return { choice, folder, settings, changes: () => changes, opened };
}

function modelOf({ wanted }: EmbedderChoice): ModelEmbedder {
  assert.ok(typeof wanted === "object");
  return wanted;
}

test("without a model it is the built-in method", async (t) => {
  const { choice, settings, opened } = await openChoice(t);
  await choice.configure(settings(""));
  assert.equal(choice.wanted, "built-in");
  assert.deepEqual(choice.health, { kind: "ready" });
  assert.deepEqual(opened, []);
});

test("a model is looked at, and not loaded before it is needed", async (t) => {
  const { choice, folder, settings } = await openChoice(t);
  await writeModel(join(folder, "a.gguf"), PRESETS.tinyJina);
  await choice.configure(settings("a.gguf"));
  assert.equal(modelOf(choice).dimension, undefined);
  await modelOf(choice).embed([TEXT], "query");
  assert.equal(modelOf(choice).dimension, 128);
});

test("the same settings make nothing anew, others do", async (t) => {
  const { choice, folder, settings, opened } = await openChoice(t);
  await writeModel(join(folder, "a.gguf"), PRESETS.tinyJina);
  await choice.configure(settings("a.gguf"));
  const first = modelOf(choice);
  await choice.configure(settings("a.gguf"));
  assert.equal(choice.wanted, first);
  await choice.configure(settings("a.gguf", 5));
  assert.notEqual(choice.wanted, first);
  assert.equal(modelOf(choice).id, first.id);
  assert.equal(opened.length, 2);
});

test("of settings that follow each other the last count", async (t) => {
  const { choice, folder, settings } = await openChoice(t);
  await writeModel(join(folder, "a.gguf"), PRESETS.tinyJina, 1);
  await writeModel(join(folder, "b.gguf"), PRESETS.tinyJina, 2);
  await Promise.all(["a.gguf", "b.gguf", "", "b.gguf"].map((file) => choice.configure(settings(file))));
  assert.equal(modelOf(choice).name, "b");
});

test("a file that is missing is taken when it is there", async (t) => {
  const { choice, folder, settings } = await openChoice(t);
  await choice.configure(settings("a.gguf"));
  assert.equal(choice.wanted, "unavailable");
  assert.equal(choice.health.kind, "failing");
  await writeModel(join(folder, "b.gguf"), PRESETS.tinyJina);
  await rename(join(folder, "b.gguf"), join(folder, "a.gguf"));
  await until(() => typeof choice.wanted === "object");
  assert.deepEqual(choice.health, { kind: "ready" });
});

test("a model that dies is tried again by itself", async (t) => {
  const { choice, folder, settings } = await openChoice(t);
  await writeModel(join(folder, "a.gguf"), PRESETS.tinyJina);
  await choice.configure(settings("a.gguf"));
  const model = modelOf(choice);
  const { wanted } = choice;
  assert.ok(typeof wanted === "object" && "pid" in wanted);
  const embedding = model.embed([TEXT.repeat(50)], "document");
  await until(() => wanted.pid !== undefined);
  process.kill(wanted.pid as number, "SIGKILL");
  await assert.rejects(embedding);
  assert.equal(choice.health.kind, "failing");
  await until(() => choice.health.kind === "ready");
  assert.equal(choice.wanted, model);
});

test("one that was refused is not loaded again, until there is another file", async (t) => {
  const { choice, folder, settings, changes } = await openChoice(t);
  const file = join(folder, "a.gguf");
  await writeModel(file, PRESETS.tinyQwen2);
  await choice.configure(settings("a.gguf"));
  await assert.rejects(modelOf(choice).embed([TEXT], "query"));
  const told = changes();
  await new Promise((resolve) => setTimeout(resolve, 300));
  assert.equal(changes(), told);
  assert.equal(choice.health.kind, "failing");
  await rm(file);
  await until(() => choice.wanted === "unavailable");
  await writeModel(join(folder, "b.gguf"), PRESETS.tinyJina);
  await rename(join(folder, "b.gguf"), file);
  await until(() => choice.health.kind === "ready" && typeof choice.wanted === "object");
  assert.equal((await modelOf(choice).embed([TEXT], "query"))[0]?.length, 128);
});

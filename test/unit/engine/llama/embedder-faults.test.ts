/** Embedding models that are no good, and processes that end. */
import assert from "node:assert/strict";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { silentLog } from "../../../../sidecar/base/log.ts";
import { openLlamaEmbedder } from "../../../../sidecar/engine/llama/embedder.ts";
import { LlamaFault, type LlamaFaultKind } from "../../../../sidecar/engine/llama/fault.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import {
  cosine,
  LINE,
  openEmbedder,
  READ,
  TOTAL,
  vectorFromLibrary,
  vectorOf,
} from "../../../support/llama-embedder.ts";
import { FAULTS } from "../../../support/models/broken.ts";
import { PRESETS, writeModel } from "../../../support/models/models.ts";
import { never } from "../../../support/recall.ts";
import { until } from "../../../support/sidecar.ts";

function isFault(kind: LlamaFaultKind, detail = /./): (error: unknown) => boolean {
  return (error) => error instanceof LlamaFault && error.kind === kind && detail.test(error.detail);
}

test("a file that was replaced gives no vectors under the old name", async (t) => {
  const { embedder, file } = await openEmbedder(t, { limits: { failuresMax: 1 } });
  await writeModel(file, PRESETS.tinyJina, 2);
  await assert.rejects(embedder.embed([TOTAL], "query"), isFault("failed", /replaced/));
  assert.equal(await embedder.isStillThere(), false);
});

test("a model that writes is refused in words, unless it is called an embedding model", async (t) => {
  const writer = await openEmbedder(t, { shape: PRESETS.tinyQwen3, name: "coder.gguf" });
  await assert.rejects(writer.embedder.embed([TOTAL], "document"), isFault("not-embedding", /writes text/));
  assert.deepEqual(writer.told, ["failing"]);
  assert.deepEqual(writer.embedder.health, {
    kind: "failing",
    reason: "coder.gguf does not turn texts into vectors (it writes text).",
    action: "Choose an embedding model, for example jina-embeddings-v2-base-code.",
  });
  const embedding = await openEmbedder(t, { shape: PRESETS.tinyQwen3, name: "Qwen3-Embedding-tiny.gguf" });
  const [total, read] = (await embedding.embedder.embed([TOTAL, READ], "document")).map((vector) => vector!);
  assert.ok(cosine(total!, read!) < 0.999);
});

test("a model that writes is taken where it says how the vectors of its tokens become one", async (t) => {
  const { embedder, file } = await openEmbedder(t, { shape: PRESETS.tinyQwen3, name: "own.gguf" });
  await writeFile(file, addLastPooling(await readFile(file)));
  const pooled = await openLlamaEmbedder({
    file,
    gpu: "off",
    idleMinutes: 0,
    log: silentLog,
    onHealth: () => undefined,
  });
  t.after(() => pooled.close());
  assert.notEqual(pooled.id, embedder.id);
  const [total, read] = (await pooled.embed([TOTAL, READ], "document")).map((vector) => vector!);
  assert.ok(cosine(total!, read!) < 0.999);
  assert.ok(cosine(total!, await vectorFromLibrary(t, file, TOTAL, { contextSize: 512 })) > 0.99999);
});

/** A model of Qwen3 whose last token stands for all, as Qwen3-Embedding says it. */
function addLastPooling(model: Buffer): Buffer {
  const UINT32 = 4;
  const STRING = 8;
  const number = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer);
  const text = (value: string): Buffer => Buffer.concat([number(value.length), number(0), Buffer.from(value)]);
  const added = Buffer.concat([text("qwen3.pooling_type"), number(UINT32), number(3)]);
  // Weights begin at multiples of 32 bytes.
  const padding = Buffer.concat([text("test.padding"), number(STRING)]);
  const fill = (32 - ((added.length + padding.length + 8) % 32)) % 32;
  const changed = Buffer.concat([model.subarray(0, 24), added, padding, text(" ".repeat(fill)), model.subarray(24)]);
  changed.writeBigUInt64LE(changed.readBigUInt64LE(16) + 2n, 16);
  return changed;
}

for (const [what, detail, change] of [
  [
    "an encoder that does not say how the vectors of its tokens become one",
    /tokens become one/,
    (model: Buffer, at: number) => model.write("~", at, "latin1"),
  ],
  [
    "a reranker",
    /ranks/,
    (model: Buffer, at: number) => model.writeUInt32LE(4, at + "jina-bert-v2.pooling_type".length + 4),
  ],
] as const) {
  test(`${what} is refused`, async (t) => {
    const { file } = await openEmbedder(t);
    const model = await readFile(file);
    change(model, model.indexOf("jina-bert-v2.pooling_type"));
    await writeFile(file, model);
    const options = { file, gpu: "off", idleMinutes: 0, log: silentLog, onHealth: () => undefined } as const;
    const embedder = await openLlamaEmbedder(options);
    t.after(() => embedder.close());
    await assert.rejects(embedder.embed([TOTAL], "document"), isFault("not-embedding", detail));
  });
}

for (const [name, kind] of [
  ["truncatedValues", "damaged"],
  ["wrongMagic", "not-a-model"],
  ["foreignArchitecture", "architecture"],
] as const) {
  test(`a broken file (${name}) is told, and nothing is asked of it again`, async (t) => {
    const file = join(await temporaryFolder(t), "broken-embedding.gguf");
    await writeModel(file, PRESETS.tinyQwen3);
    await writeFile(file, FAULTS[name]!(await readFile(file)));
    const options = { file, gpu: "off", idleMinutes: 0, log: silentLog, onHealth: () => undefined } as const;
    const attempt = async (): Promise<void> => {
      const embedder = await openLlamaEmbedder(options);
      t.after(() => embedder.close());
      try {
        await embedder.embed([TOTAL], "document");
      } finally {
        assert.ok(embedder.isFailing);
        await assert.rejects(embedder.embed([TOTAL], "query"), LlamaFault);
        assert.equal(embedder.pid, undefined);
      }
    };
    await assert.rejects(attempt(), isFault(kind));
  });
}

test("a missing file is told", async (t) => {
  const file = join(await temporaryFolder(t), "none.gguf");
  const options = { file, gpu: "off", idleMinutes: 0, log: silentLog, onHealth: () => undefined } as const;
  await assert.rejects(openLlamaEmbedder(options), isFault("missing", /ENOENT/));
});

test("after its process was killed the next query works", async (t) => {
  const { embedder, told } = await openEmbedder(t);
  const vector = await vectorOf(embedder, TOTAL, "query");
  const { pid } = embedder;
  process.kill(pid!, "SIGKILL");
  await assert.rejects(
    (async () => {
      for (;;) await embedder.embed([LINE.repeat(30)], "document");
    })(),
    isFault("died"),
  );
  assert.deepEqual(await vectorOf(embedder, TOTAL, "query"), vector);
  assert.notEqual(embedder.pid, pid);
  assert.deepEqual(told, []);
});

test("one that keeps dying is left alone until a check succeeds", async (t) => {
  const { embedder, told } = await openEmbedder(t);
  for (let round = 0; round < 3; round++) {
    const embedding = embedder.embed([LINE.repeat(30)], "document");
    await until(() => embedder.pid !== undefined);
    process.kill(embedder.pid!, "SIGKILL");
    await assert.rejects(embedding, isFault("died"));
  }
  assert.deepEqual(told, ["failing"]);
  await assert.rejects(embedder.embed([TOTAL], "query"), isFault("died"));
  assert.equal(embedder.pid, undefined);
  await embedder.check(never);
  assert.deepEqual(told, ["failing", "ready"]);
  assert.ok(await vectorOf(embedder, TOTAL, "query"));
});

test("a check that fails says so again", async (t) => {
  const { embedder, file } = await openEmbedder(t);
  await rm(file);
  await assert.rejects(embedder.check(never), isFault("missing"));
  assert.ok(embedder.isFailing);
});

test("a process that hangs is ended", async (t) => {
  const { embedder } = await openEmbedder(t, { limits: { textMsMax: 200 } });
  await vectorOf(embedder, TOTAL);
  process.kill(embedder.pid!, "SIGSTOP");
  await assert.rejects(embedder.embed([READ], "document"), isFault("hangs"));
  assert.ok(await vectorOf(embedder, READ));
});

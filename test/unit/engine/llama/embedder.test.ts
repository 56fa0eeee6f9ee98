import assert from "node:assert/strict";
import { copyFile, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { getLlama, LlamaLogLevel } from "node-llama-cpp";
import { silentLog } from "../../../../sidecar/base/log.ts";
import {
  type LlamaEmbedder,
  type LlamaEmbedderOptions,
  type EmbedderLimits,
  openLlamaEmbedder,
} from "../../../../sidecar/engine/llama/embedder.ts";
import { LlamaFault, type LlamaFaultKind } from "../../../../sidecar/engine/llama/fault.ts";
import { prefixesFor } from "../../../../sidecar/engine/llama/prefixes.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { FAULTS } from "../../../support/models/broken.ts";
import { type ModelShape, PRESETS, writeModel } from "../../../support/models/models.ts";
import { never } from "../../../support/recall.ts";
import { until } from "../../../support/sidecar.ts";

const TOTAL = "const total = items.reduce((sum, item) => sum + item.price, 0);";
const READ = "def read_config(path):\n    with open(path) as file:\n        return json.load(file)";
const LINE = "for (const item of items) total += item.price;\n";

interface Opened {
  readonly embedder: LlamaEmbedder;
  readonly file: string;
  /** What `health` said each time it had changed. */
  readonly told: string[];
}

interface Change {
  readonly shape?: ModelShape;
  readonly name?: string;
  readonly limits?: Partial<EmbedderLimits>;
  readonly options?: Partial<LlamaEmbedderOptions>;
}

async function openEmbedder(t: TestContext, change: Change = {}): Promise<Opened> {
  const { shape = PRESETS.tinyJina, name = "jina.gguf", limits, options } = change;
  const file = join(await temporaryFolder(t), name);
  await writeModel(file, shape);
  const told: string[] = [];
  const embedder: LlamaEmbedder = await openLlamaEmbedder(
    {
      file,
      gpu: "off",
      idleMinutes: 0,
      log: silentLog,
      onHealth: () => told.push(embedder.health.kind),
      ...options,
    },
    limits,
  );
  t.after(() => embedder.close());
  return { embedder, file, told };
}

async function vectorOf(embedder: LlamaEmbedder, text: string, purpose: "document" | "query" = "document") {
  const [vector] = await embedder.embed([text], purpose, never);
  assert.ok(vector);
  return vector;
}

function cosine(a: Float32Array, b: Float32Array): number {
  return a.reduce((sum, component, at) => sum + component * b[at]!, 0) / Math.hypot(...a) / Math.hypot(...b);
}

function isFault(kind: LlamaFaultKind, detail = /./): (error: unknown) => boolean {
  return (error) => error instanceof LlamaFault && error.kind === kind && detail.test(error.detail);
}

/** As node-llama-cpp gives it. */
async function vectorFromLibrary(
  t: TestContext,
  file: string,
  text: string,
  sizes: { readonly contextSize: number; readonly batchSize?: number },
): Promise<Float32Array> {
  const llama = await getLlama({
    gpu: false,
    build: "never",
    maxThreads: 1,
    logLevel: LlamaLogLevel.disabled,
    progressLogs: false,
  });
  const model = await llama.loadModel({ modelPath: file, gpuLayers: 0 });
  t.after(() => model.dispose());
  const context = await model.createEmbeddingContext({ ...sizes, threads: 1, ignoreMemorySafetyChecks: true });
  return Float32Array.from((await context.getEmbeddingFor(text)).vector);
}

test("vectors have unit length, follow from the text alone, and tell texts apart", async (t) => {
  const { embedder } = await openEmbedder(t);
  assert.equal(embedder.dimension, undefined);
  const vectors = await embedder.embed(
    [TOTAL, READ, TOTAL, "const total = items.map((item) => item.price);"],
    "document",
  );
  assert.equal(embedder.dimension, PRESETS.tinyJina.width);
  for (const vector of vectors) {
    assert.equal(vector?.length, PRESETS.tinyJina.width);
    assert.ok(Math.abs(Math.hypot(...vector) - 1) < 1e-5);
  }
  const [total, read, again, similar] = vectors.map((vector) => vector!);
  assert.deepEqual(again, total);
  assert.ok(cosine(total!, similar!) > cosine(total!, read!));
  const second = await openEmbedder(t);
  assert.equal(second.embedder.id, embedder.id);
  assert.deepEqual(await vectorOf(second.embedder, TOTAL), total);
});

test("nothing comes of a text without anything in it", async (t) => {
  const { embedder } = await openEmbedder(t);
  assert.deepEqual(await embedder.embed(["", " \n\t"], "query"), [undefined, undefined]);
  // For that no process is needed.
  assert.equal(embedder.pid, undefined);
});

test("a long text counts as a whole, as if the library had been told to take it in one go", async (t) => {
  const { embedder, file } = await openEmbedder(t);
  const long = `${READ}\n`.repeat(14) + LINE.repeat(22);
  const vector = await vectorOf(embedder, long);
  const whole = await vectorFromLibrary(t, file, long, { contextSize: 2048, batchSize: 2048 });
  const inPieces = await vectorFromLibrary(t, file, long, { contextSize: 2048 });
  assert.ok(cosine(vector, whole) > 0.99999);
  assert.ok(cosine(vector, inPieces) < 0.999, "the library's own default still counts the last piece only");
});

test("of a text that is too long the beginning counts", async (t) => {
  const { embedder } = await openEmbedder(t, { limits: { tokensMax: 128 } });
  const long = await vectorOf(embedder, LINE.repeat(100));
  assert.deepEqual(await vectorOf(embedder, LINE.repeat(100) + READ), long);
  assert.notDeepEqual(await vectorOf(embedder, READ + LINE.repeat(100)), long);
  assert.ok(await vectorOf(embedder, "🚀変数".repeat(20_000)));
});

test("a model that knows fewer tokens than are asked for takes as many as it knows", async (t) => {
  const { embedder } = await openEmbedder(t, { shape: { ...PRESETS.tinyJina, contextTokensMax: 64 } });
  assert.deepEqual(await vectorOf(embedder, LINE.repeat(20)), await vectorOf(embedder, LINE.repeat(30)));
});

for (const [name, query, document] of [
  ["jina-embeddings-v2-base-code", "", ""],
  ["nomic-embed-text-v1.5.Q8_0", "search_query: ", "search_document: "],
  ["nomic-embed-code", "Represent this query for searching relevant code: ", ""],
  ["multilingual-e5-small", "query: ", "passage: "],
  ["bge-small-en-v1.5-f16", "Represent this sentence for searching relevant passages: ", ""],
  ["bge-m3", "", ""],
  ["snowflake-arctic-embed-m-v2.0", "query: ", ""],
  ["gte-base", "", ""],
] as const) {
  test(`${name} is given its prefixes`, () => {
    assert.deepEqual(prefixesFor(name), { query, document });
  });
}

test("an instruction says what a query of Qwen3-Embedding is for", () => {
  const { query, document } = prefixesFor("Qwen3-Embedding-0.6B-Q8_0");
  assert.match(query, /^Instruct: .+\nQuery:$/);
  assert.equal(document, "");
});

test("prefixes stand before the text, and belong to what vectors are known by", async (t) => {
  const plain = await openEmbedder(t);
  const prefixed = await openEmbedder(t, { name: "nomic-embed-text-v1.5.gguf" });
  assert.notEqual(prefixed.embedder.id, plain.embedder.id);
  assert.deepEqual(
    await vectorOf(prefixed.embedder, TOTAL, "query"),
    await vectorOf(plain.embedder, `search_query: ${TOTAL}`),
  );
  assert.deepEqual(
    await vectorOf(prefixed.embedder, TOTAL, "document"),
    await vectorOf(plain.embedder, `search_document: ${TOTAL}`),
  );
});

test("vectors are known by the model's content, not by where it lies", async (t) => {
  const { embedder, file } = await openEmbedder(t);
  const options = { gpu: "off", idleMinutes: 0, log: silentLog, onHealth: () => undefined } as const;
  const copy = join(await temporaryFolder(t), "copy.gguf");
  await copyFile(file, copy);
  assert.equal((await openLlamaEmbedder({ ...options, file: copy })).id, embedder.id);
  await writeModel(copy, PRESETS.tinyJina, 2);
  assert.notEqual((await openLlamaEmbedder({ ...options, file: copy })).id, embedder.id);
});

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

test("who lets go of a text need not wait for it, and the next one is answered", async (t) => {
  const { embedder } = await openEmbedder(t, {
    shape: { ...PRESETS.tinyJina, layers: 12, width: 384, heads: 6, headsKv: 6, headSize: 64, feedForward: 1536 },
  });
  await vectorOf(embedder, TOTAL);
  const abort = new AbortController();
  const long = embedder.embed([LINE.repeat(60), LINE.repeat(50)], "document", abort.signal);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const startedAt = performance.now();
  abort.abort();
  await assert.rejects(long, { name: "AbortError" });
  assert.ok(performance.now() - startedAt < 10);
  assert.ok(await vectorOf(embedder, READ, "query"));
  assert.ok(!embedder.isFailing);
});

test("letting go while the model is loaded leaves the loading alone", async (t) => {
  const { embedder } = await openEmbedder(t);
  const abort = new AbortController();
  const query = embedder.embed([TOTAL], "query", abort.signal);
  const { pid } = embedder;
  abort.abort();
  await assert.rejects(query, { name: "AbortError" });
  assert.ok(await vectorOf(embedder, TOTAL, "query"));
  assert.equal(embedder.pid, pid);
});

test("a query waits for one document at most", async (t) => {
  const { embedder } = await openEmbedder(t);
  await vectorOf(embedder, TOTAL);
  const order: string[] = [];
  const documents = Array.from({ length: 40 }, (_, at) => `${at} ${LINE.repeat(20)}`);
  const all = embedder.embed(documents, "document").then(() => order.push("documents"));
  const more = embedder.embed(documents, "document").then(() => order.push("documents"));
  for (let round = 0; round < 3; round++) {
    await vectorOf(embedder, `${TOTAL} ${round}`, "query");
    order.push("query");
  }
  await Promise.all([all, more]);
  assert.deepEqual(order, ["query", "query", "query", "documents", "documents"]);
});

test("it runs behind all else, and gives its memory back when nothing is asked of it", async (t) => {
  const { embedder } = await openEmbedder(t, { options: { idleMinutes: 0.01 } });
  const vector = await vectorOf(embedder, TOTAL);
  const { getPriority } = await import("node:os");
  assert.ok(getPriority(embedder.pid) > getPriority());
  await until(() => embedder.pid === undefined);
  assert.deepEqual(await vectorOf(embedder, TOTAL), vector);
});

test("closed, it ends its process and refuses", async (t) => {
  const { embedder } = await openEmbedder(t);
  await vectorOf(embedder, TOTAL);
  const { pid } = embedder;
  embedder.close();
  await until(() => !isRunning(pid!));
  await assert.rejects(embedder.embed([TOTAL], "query"), { name: "AbortError" });
  assert.equal(embedder.isFailing, false);
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

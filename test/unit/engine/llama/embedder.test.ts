/** What a model on this machine makes of texts. */
import assert from "node:assert/strict";
import { copyFile } from "node:fs/promises";
import { getPriority } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { setImmediate } from "node:timers/promises";
import { silentLog } from "../../../../sidecar/base/log.ts";
import { isRunning } from "../../../../sidecar/base/processes.ts";
import { openLlamaEmbedder } from "../../../../sidecar/engine/llama/embedder.ts";
import { prefixesFor } from "../../../../sidecar/engine/llama/prefixes.ts";
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
import { PRESETS, writeModel } from "../../../support/models/models.ts";
import { until } from "../../../support/sidecar.ts";

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

test("who lets go of a text need not wait for it, and the next one is answered", async (t) => {
  const { embedder } = await openEmbedder(t, {
    shape: { ...PRESETS.tinyJina, layers: 12, width: 384, heads: 6, headsKv: 6, headSize: 64, feedForward: 1536 },
  });
  await vectorOf(embedder, TOTAL);
  const abort = new AbortController();
  const long = embedder.embed([LINE.repeat(60), LINE.repeat(50)], "document", abort.signal);
  await new Promise((resolve) => setTimeout(resolve, 20));
  const letGo = assert.rejects(long, { name: "AbortError" }).then(() => "let go");
  abort.abort();
  // Before anything that the process with the model says could be heard.
  assert.equal(await Promise.race([letGo, setImmediate("waits")]), "let go");
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

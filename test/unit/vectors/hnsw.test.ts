import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cp, mkdir, readdir, readFile, rm, stat, truncate, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { test } from "node:test";
import { SidecarError } from "../../../sidecar/base/errors.ts";
import { createRandom } from "../../../sidecar/base/random.ts";
import { createLexicalEmbedder } from "../../../sidecar/engine/lexical.ts";
import type { IndexState } from "../../../sidecar/vectors/hnsw-messages.ts";
import {
  changeManifest,
  codeLikeTexts,
  find,
  flipBit,
  forgeGraph,
  never,
  openTestIndexes,
  temporaryFolder,
  toItems,
  watchThreads,
} from "./support.ts";

const READ = "function readConfig(path) { return JSON.parse(readFileSync(path)); }";
const SERVE = "class HttpServer { listen(port) { this.port = port; } }";
const TRAIN = "def train_model(batches, learning_rate): pass";
const ITEMS = [
  { label: 1, text: READ },
  { label: 2, text: SERVE },
  { label: 3, text: TRAIN },
];

const isAbortError = { name: "AbortError" };

test("finds what was added, the most similar first", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index, state } = await indexes.open("examples");
  assert.equal(state, "missing");
  await index.add(ITEMS, never);
  assert.equal(index.size, 3);
  assert.deepEqual(await find(index, "const model = trainModel(batches, learningRate)", 1), [3]);
  assert.deepEqual(await find(index, "readConfig(configPath)", 1), [1]);
  const hits = await index.search(SERVE, 3, never);
  assert.equal(hits[0]?.label, 2);
  assert(hits.every((hit, rank) => rank === 0 || hit.similarity <= hits[rank - 1]!.similarity));
});

test("an empty index and an empty query find nothing", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  assert.deepEqual(await find(index, "readConfig"), []);
  await index.add(ITEMS, never);
  for (const query of ["", "  \n", "{}; 42"]) assert.deepEqual(await find(index, query), []);
  assert.deepEqual(await find(index, "readConfig", 0), []);
  await index.remove([1, 2, 3]);
  assert.deepEqual(await find(index, "readConfig"), []);
});

test("finds at most as many as there are, and more than it usually looks at", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(toItems(codeLikeTexts(300, 1)), never);
  assert.equal((await find(index, "function readConfig(path, buffer)", 200)).length, 200);
  assert.equal((await find(index, "function readConfig(path, buffer)", 5000)).length, 300);
});

test("a removed label is not found any more, and an unknown one does no harm", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.remove([1, 77]);
  await index.remove([1]);
  assert.equal(index.size, 2);
  assert.deepEqual((await find(index, READ)).toSorted(), [2, 3]);
  await index.add([{ label: 1, text: READ }], never);
  assert.deepEqual(await find(index, READ, 1), [1]);
});

test("a label that is added again stands for its new text only", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.add([{ label: 1, text: "export const formatDate = (date) => date.toISOString();" }], never);
  assert.equal(index.size, 3);
  assert.deepEqual(await find(index, "formatDate(date)", 1), [1]);
  const [hit] = (await index.search(READ, 3, never)).filter(({ label }) => label === 1);
  assert(hit && hit.similarity < 0.5);
});

test("a text with nothing to embed is held, but never found", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add([...ITEMS, { label: 4, text: "" }, { label: 5, text: "});" }], never);
  assert.equal(index.size, 5);
  assert.equal((await find(index, READ, 10)).length, 3);
  await index.remove([5]);
  await indexes.close();

  const again = await (await openTestIndexes(context, { folder })).indexes.open("examples", [1, 2, 3, 4]);
  assert.equal(again.state, "loaded");
  await again.index.add([{ label: 4, text: "function formatDate(date) {}" }], never);
  assert.equal(again.index.size, 4);
  assert.deepEqual(await find(again.index, "formatDate", 1), [4]);
});

test("long and foreign texts are found", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const long = Array.from({ length: 1000 }, (_, line) => `  validateInvoice(line${line});`).join("\n");
  assert(long.length > 20_000);
  await index.add([...ITEMS, { label: 10, text: long }, { label: 11, text: "変数名 = größeÄndern(🚀) \ud83d" }], never);
  assert.deepEqual(await find(index, "validateInvoice(x)", 1), [10]);
  assert.deepEqual(await find(index, "größe_ändern", 1), [11]);
});

test("labels may be as large as whole numbers go", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(
    [
      { label: Number.MAX_SAFE_INTEGER, text: READ },
      { label: 0, text: SERVE },
    ],
    never,
  );
  await indexes.close();
  const again = await (await openTestIndexes(context, { folder })).indexes.open("examples");
  assert.deepEqual(await find(again.index, READ, 1), [Number.MAX_SAFE_INTEGER]);
  assert.deepEqual(await find(again.index, SERVE, 1), [0]);
});

test("finds what an exact search finds", async (context) => {
  const seed = 20261120;
  context.diagnostic(`seed ${seed}`);
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("chunks");
  const texts = codeLikeTexts(2000, seed);
  await index.add(toItems(texts), never);

  const embedder = createLexicalEmbedder();
  const vectors = embedder.embed(texts, "document").map((vector) => vector!);
  const queries = codeLikeTexts(100, seed + 1);
  let found = 0;
  for (const query of queries) {
    const vector = embedder.embed([query], "query")[0]!;
    const similarities = vectors.map((other) => other.reduce((sum, component, at) => sum + component * vector[at]!, 0));
    const tenth = similarities.toSorted((left, right) => right - left)[9]!;
    const hits = await index.search(query, 10, never);
    for (const hit of hits) assert(Math.abs(hit.similarity - similarities[hit.label]!) < 1e-5);
    found += hits.filter((hit) => hit.similarity >= tenth - 1e-6).length;
  }
  const recall = found / (10 * queries.length);
  context.diagnostic(`recall@10 ${recall}`);
  assert(recall >= 0.99);
});

test("a saved index is loaded as it was, and goes on learning as if it had not stopped", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const first = (await indexes.open("chunks-7")).index;
  const texts = codeLikeTexts(400, 3);
  await first.add(toItems(texts.slice(0, 300)), never);
  await first.remove([5, 6, 7]);
  await first.save();
  const labels = await first.labels();

  const second = await (await openTestIndexes(context, { folder })).indexes.open("chunks-7", labels);
  assert.equal(second.state, "loaded");
  assert.equal(second.index.size, 297);
  assert.deepEqual(new Set(await second.index.labels()), new Set(labels));
  const more = texts.slice(300).map((text, at) => ({ label: 300 + at, text }));
  await first.add(more, never);
  await second.index.add(more, never);
  for (const query of codeLikeTexts(10, 4)) {
    const hits = await second.index.search(query, 5, never);
    const expected = await first.search(query, 5, never);
    assert.deepEqual(
      hits.map(({ similarity }) => similarity),
      expected.map(({ similarity }) => similarity),
    );
  }
});

test("an index that was saved empty takes vectors after it is loaded", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.save();
  await indexes.close();
  const again = await openTestIndexes(context, { folder });
  const { index: loaded } = await again.indexes.open("examples");
  await loaded.add([{ label: 1, text: "const answer = computeAnswer(question)" }], never);
  assert.deepEqual(
    (await loaded.search("answer", 1, never)).map((hit) => hit.label),
    [1],
  );
});

test("an index that holds other labels than the store is loaded and called stale", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await indexes.close();
  for (const expectedLabels of [[1, 2], [1, 2, 4], [1, 2, 3, 4], []]) {
    const other = await openTestIndexes(context, { folder });
    const opened = await other.indexes.open("examples", expectedLabels);
    assert.equal(opened.state, "stale");
    assert.deepEqual(await find(opened.index, READ, 1), [1]);
    await other.indexes.close({ save: false });
  }
});

test("indexes of one folder do not mix", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const examples = (await indexes.open("examples")).index;
  const chunks = (await indexes.open("chunks-1")).index;
  await examples.add([{ label: 1, text: READ }], never);
  await chunks.add(
    [
      { label: 1, text: SERVE },
      { label: 2, text: TRAIN },
    ],
    never,
  );
  assert.equal(examples.size, 1);
  assert.deepEqual(await find(examples, TRAIN), [1]);
  assert.deepEqual(await find(chunks, TRAIN, 1), [2]);
});

test("only this user can read the files, and a save leaves no others", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.save();
  await index.add([{ label: 4, text: READ }], never);
  await index.save();
  const files = await readdir(folder);
  assert.deepEqual(files.toSorted(), ["examples.hnsw", "examples.idf", "examples.json", "examples.labels"]);
  assert.equal((await stat(folder)).mode & 0o777, 0o700);
  for (const file of files) assert.equal((await stat(join(folder, file))).mode & 0o777, 0o600);
});

test("a text leaves no trace of itself in the files", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.save();
  for (const file of await readdir(folder))
    assert(!(await readFile(join(folder, file), "latin1")).includes("readConfig"));
});

/** A folder with the sound index "examples" of 63 texts. */
async function soundFolder(context: test.TestContext): Promise<string> {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const more = toItems(codeLikeTexts(60, 5)).map(({ label, text }) => ({ label: label + 10, text }));
  await index.add([...ITEMS, ...more], never);
  await indexes.close();
  return folder;
}

/** Spoils a copy of the index in `sound`, and expects `state` on opening and a useful index afterwards. */
async function checkSpoiled(
  context: test.TestContext,
  sound: string,
  state: IndexState,
  spoil: (folder: string) => Promise<void>,
): Promise<void> {
  const folder = await temporaryFolder(context);
  await cp(sound, folder, { recursive: true });
  await spoil(folder);

  const spoiled = await openTestIndexes(context, { folder });
  const opened = await spoiled.indexes.open("examples");
  assert.equal(opened.state, state);
  assert.equal(opened.index.size, 0);
  assert.deepEqual(await find(opened.index, READ), []);
  await opened.index.add(ITEMS, never);
  assert.deepEqual(await find(opened.index, READ, 1), [1]);
  await spoiled.indexes.close();

  const again = await openTestIndexes(context, { folder });
  assert.equal((await again.indexes.open("examples", [1, 2, 3])).state, "loaded");
  await again.indexes.close();
}

for (const file of ["examples.hnsw", "examples.idf", "examples.labels"]) {
  test(`a flipped bit anywhere in ${file} is noticed`, async (context) => {
    const seed = Date.now();
    context.diagnostic(`seed ${seed}`);
    const random = createRandom(seed);
    const sound = await soundFolder(context);
    for (let round = 0; round < 4; round++) {
      await checkSpoiled(context, sound, "corrupt", async (folder) => {
        const path = join(folder, file);
        await flipBit(path, Math.floor(random() * (await stat(path)).size));
      });
    }
  });

  test(`a cut-off ${file} is noticed`, async (context) => {
    const sound = await soundFolder(context);
    for (const share of [0, 0.5, 0.999]) {
      await checkSpoiled(context, sound, "corrupt", async (folder) => {
        const path = join(folder, file);
        await truncate(path, Math.floor((await stat(path)).size * share));
      });
    }
  });

  test(`a missing ${file} is noticed`, async (context) => {
    const sound = await soundFolder(context);
    await checkSpoiled(context, sound, "corrupt", (folder) => rm(join(folder, file)));
  });
}

test("a manifest that is missing, cut off or not one is noticed", async (context) => {
  const sound = await soundFolder(context);
  await checkSpoiled(context, sound, "corrupt", (folder) => rm(join(folder, "examples.json")));
  await checkSpoiled(context, sound, "corrupt", (folder) => truncate(join(folder, "examples.json"), 50));
  await checkSpoiled(context, sound, "corrupt", (folder) => truncate(join(folder, "examples.json"), 0));
  await checkSpoiled(context, sound, "corrupt", (folder) => changeManifest(folder, "examples", () => '{"format":"1"}'));
  await checkSpoiled(context, sound, "corrupt", (folder) =>
    changeManifest(folder, "examples", (text) => text.replace('"labels":63', '"labels":62')),
  );
});

test("an index of another database, embedder, dimension or format is not used", async (context) => {
  const sound = await soundFolder(context);
  const changes: readonly [string, string][] = [
    ["database-1", "database-2"],
    ["lexical-", "llama-"],
    ['"dimension":512', '"dimension":768'],
    ['"format":1', '"format":2'],
  ];
  for (const [from, to] of changes) {
    await checkSpoiled(context, sound, "foreign", (folder) =>
      changeManifest(folder, "examples", (text) => text.replace(from, to)),
    );
  }
});

test("a graph of another dimension is noticed even when all checksums agree", async (context) => {
  const sound = await soundFolder(context);
  await checkSpoiled(context, sound, "corrupt", (folder) =>
    forgeGraph(folder, "examples", (graph) => {
      graph.writeBigUInt64LE(graph.readBigUInt64LE(24) - 1024n, 24);
      return graph;
    }),
  );
});

test("a graph that was written only in part is noticed even when all checksums agree", async (context) => {
  const sound = await soundFolder(context);
  for (const bytes of [50, 96, 5000, -1]) {
    await checkSpoiled(context, sound, "corrupt", (folder) =>
      forgeGraph(folder, "examples", (graph) => graph.subarray(0, bytes)),
    );
  }
});

test("what a save that was cut short left behind is cleared away", async (context) => {
  const folder = await soundFolder(context);
  const leftover = `examples.hnsw.${2 ** 30}.tmp`;
  await writeFile(join(folder, leftover), "half of a graph, written by a process that is gone");
  const { indexes } = await openTestIndexes(context, { folder });
  assert.equal((await indexes.open("examples")).state, "loaded");
  assert(!(await readdir(folder)).includes(leftover));
});

test("a save that fails says so, keeps what was on disk, and searching goes on", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.save();
  const obstacle = join(folder, `examples.idf.${process.pid}.tmp`);
  await mkdir(obstacle);
  await index.add([{ label: 4, text: READ }], never);
  await assert.rejects(index.save(), (error) => error instanceof SidecarError && error.code === "index");
  assert.deepEqual(await find(index, TRAIN, 1), [3]);

  const other = await openTestIndexes(context, { folder });
  assert.equal((await other.indexes.open("examples", [1, 2, 3])).state, "loaded");
  await rm(obstacle, { recursive: true, force: true });
  await index.save();
  const third = await openTestIndexes(context, { folder });
  assert.equal((await third.indexes.open("examples", [1, 2, 3, 4])).state, "loaded");
});

test("a search overtakes what is being added", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  const order: string[] = [];
  const more = toItems(codeLikeTexts(500, 6)).map(({ label, text }) => ({ label: label + 10, text }));
  const adding = index.add(more, never).then(() => order.push("added"));
  for (let round = 0; round < 5; round++) {
    assert((await index.search(TRAIN, 1, never))[0]?.label === 3);
    order.push("found");
  }
  await adding;
  assert.deepEqual(order, ["found", "found", "found", "found", "found", "added"]);
});

test("changes of one index are done in the order of the calls", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const items = toItems(codeLikeTexts(200, 7));
  await Promise.all([index.add(items, never), index.remove(items.map(({ label }) => label)), index.add(ITEMS, never)]);
  assert.deepEqual((await index.labels()).toSorted(), [1, 2, 3]);
});

test("a cancelled search rejects, and the next one is answered", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  const cancelled = new AbortController();
  const search = index.search(READ, 1, cancelled.signal);
  cancelled.abort();
  await assert.rejects(search, isAbortError);
  await assert.rejects(index.search(READ, 1, cancelled.signal), isAbortError);
  assert.deepEqual(await find(index, READ, 1), [1]);
});

test("a cancelled add keeps what it has done, and the index stays useful", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const cancelled = new AbortController();
  const adding = index.add(toItems(codeLikeTexts(2000, 8)), cancelled.signal);
  while (index.size === 0) await index.search(READ, 1, never);
  cancelled.abort();
  await assert.rejects(adding, isAbortError);
  assert(index.size > 0 && index.size < 2000);
  assert.equal((await index.labels()).length, index.size);
});

test("after a crash of the thread calls that waited fail, and the next one finds what was saved", async (context) => {
  const kill = watchThreads(context);
  const { indexes, faults } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const other = (await indexes.open("chunks-1")).index;
  await index.add(ITEMS, never);
  await index.save();
  await index.add([{ label: 4, text: READ }], never);
  await other.add(ITEMS, never);

  const adding = index.add(toItems(codeLikeTexts(1000, 9)), never);
  const failed = assert.rejects(adding, (error) => error instanceof SidecarError && error.code === "index");
  await kill();
  await failed;
  assert.equal(faults.length, 1);

  assert.deepEqual(await find(index, TRAIN, 1), [3]);
  assert.equal(index.size, 3);
  await index.add([{ label: 4, text: READ }], never);
  assert.equal(index.size, 4);
  // Never saved, so it comes back empty.
  assert.deepEqual(await find(other, TRAIN), []);
  assert.equal(other.size, 0);
});

test("the thread may crash more than once, and while nothing is asked of it", async (context) => {
  const kill = watchThreads(context);
  const { indexes, faults } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.save();
  for (let round = 1; round <= 3; round++) {
    await kill();
    assert.equal(faults.length, round);
    assert.deepEqual(await find(index, TRAIN, 1), [3]);
  }
});

test("closing saves, unless told not to", async (context) => {
  const folder = await temporaryFolder(context);
  const first = await openTestIndexes(context, { folder });
  await (await first.indexes.open("examples")).index.add(ITEMS, never);
  await first.indexes.close();
  const second = await openTestIndexes(context, { folder });
  const { index, state } = await second.indexes.open("examples", [1, 2, 3]);
  assert.equal(state, "loaded");
  await index.remove([1]);
  await second.indexes.close({ save: false });
  const third = await openTestIndexes(context, { folder });
  assert.equal((await third.indexes.open("examples", [1, 2, 3])).state, "loaded");
});

test("closing cancels what is under way and everything after it", async (context) => {
  const { indexes, faults } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const cancelled = assert.rejects(index.add(toItems(codeLikeTexts(2000, 10)), never), isAbortError);
  await Promise.all([indexes.close(), indexes.close()]);
  await cancelled;
  await assert.rejects(index.search(READ, 1, never), isAbortError);
  await assert.rejects(index.save(), isAbortError);
  await assert.rejects(indexes.open("other"), isAbortError);
  assert.deepEqual(faults, []);
});

test("erasing leaves neither files nor hits, and the index can be filled again", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  await index.add(ITEMS, never);
  await index.save();
  await indexes.erase("examples");
  assert.deepEqual(await readdir(folder), []);
  assert.equal(index.size, 0);
  assert.deepEqual(await find(index, READ), []);
  await index.add(ITEMS, never);
  assert.deepEqual(await find(index, READ, 1), [1]);
});

test("an index of mostly removed texts shrinks, and finds the rest as before", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const texts = codeLikeTexts(2400, 11);
  await index.add(toItems(texts), never);
  await index.save();
  const before = (await stat(join(folder, "examples.hnsw"))).size;
  await index.remove(Array.from({ length: 1600 }, (_, label) => label));
  // Answered when the index is tidied up, because changes are done one after the other.
  await index.labels();
  await index.save();
  const after = (await stat(join(folder, "examples.hnsw"))).size;
  assert(after < before / 2);
  assert.equal(index.size, 800);
  for (const label of [1600, 1999, 2399]) assert.deepEqual(await find(index, texts[label]!, 1), [label]);
});

/** Runs a module in a process of its own; resolves to its exit code and what it printed. */
async function runModule(
  context: test.TestContext,
  source: string,
  flags: readonly string[] = [],
): Promise<{ code: number; output: string }> {
  const main = join(await temporaryFolder(context), "main.mjs");
  await writeFile(main, source);
  const child = spawn(process.execPath, [...flags, main], { timeout: 30_000 });
  let output = "";
  child.stdout.on("data", (chunk: Buffer) => (output += chunk.toString()));
  child.stderr.on("data", (chunk: Buffer) => (output += chunk.toString()));
  const [code] = (await once(child, "close")) as [number];
  return { code, output };
}

function openingModule(folder: string, then: string): string {
  const moduleUrl = (path: string): string => JSON.stringify(new URL(path, import.meta.url).href);
  return `
    import { silentLog } from ${moduleUrl("../../../sidecar/base/log.ts")};
    import { openVectorIndexes } from ${moduleUrl("../../../sidecar/vectors/hnsw.ts")};
    const options = { folder: ${JSON.stringify(folder)}, databaseId: "d", log: silentLog, onFault() {} };
    ${then}`;
}

test("the process ends once the indexes are closed", async (context) => {
  const folder = await temporaryFolder(context);
  const { code, output } = await runModule(
    context,
    openingModule(
      folder,
      `const indexes = await openVectorIndexes(options);
       const { index } = await indexes.open("examples");
       await index.add([{ label: 1, text: "readConfig" }], new AbortController().signal);
       await indexes.close();`,
    ),
  );
  assert.equal(code, 0, output);
});

test("without the native module opening fails with advice, and the process can end", async (context) => {
  const folder = await temporaryFolder(context);
  const withoutNative = `
    import { registerHooks } from "node:module";
    registerHooks({
      resolve(specifier, context, next) {
        if (specifier === "hnswlib-node") throw new Error("no addon for this platform");
        return next(specifier, context);
      },
    });`;
  const { code, output } = await runModule(
    context,
    openingModule(
      folder,
      `try {
         await openVectorIndexes(options);
       } catch (error) {
         process.stdout.write([error.code, error.message, error.action].join("|"));
       }`,
    ),
    ["--import", `data:text/javascript,${encodeURIComponent(withoutNative)}`],
  );
  assert.equal(code, 0, output);
  assert.match(output, /^native-module\|.*no addon for this platform\|Install/);
});

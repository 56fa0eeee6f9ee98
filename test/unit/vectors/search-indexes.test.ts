/** Indexes that change their embedder: real ones, with models that do as the test says. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import type { Context } from "../../../sidecar/suggest/context.ts";
import { VectorSearch } from "../../../sidecar/suggest/retrieval/vector-search.ts";
import { readLabels } from "../../../sidecar/vectors/index-files.ts";
import {
  openSearchIndexes,
  type SearchIndex,
  type SearchIndexes,
  type SwitchProgress,
} from "../../../sidecar/vectors/search-indexes.ts";
import { FakeEmbedder } from "../../support/embedder.ts";
import { until } from "../../support/sidecar.ts";
import { codeLikeTexts, never, temporaryFolder, watchThreads } from "./support.ts";

const READ = "function readConfig(path) { return JSON.parse(readFileSync(path)); }\n";
const SERVE = "class HttpServer { listen(port) { this.port = port; } }\n";

interface Place {
  readonly folder: string;
  readonly rows: Map<number, string>;
}

interface Opened {
  readonly all: SearchIndexes;
  readonly index: SearchIndex;
  /** Of models. */
  readonly progress: SwitchProgress[];
  readonly errors: unknown[];
  readonly faults: string[];
}

/** Rows 1 to 60, and row 1000 that reads a configuration. */
async function createPlace(t: TestContext, count = 60): Promise<Place> {
  const rows = new Map(codeLikeTexts(count, 1).map((text, at) => [at + 1, text]));
  rows.set(1000, READ);
  return { folder: await temporaryFolder(t), rows };
}

/** As at a start: nothing is reconciled before it is known what is wanted. */
async function open(
  t: TestContext,
  { folder, rows }: Place,
  wanted: Parameters<SearchIndexes["use"]>[0],
): Promise<Opened> {
  const progress: Opened["progress"] = [];
  const errors: unknown[] = [];
  const faults: string[] = [];
  const all = await openSearchIndexes({
    folder,
    databaseId: "database-1",
    log: silentLog,
    onFault: (reason) => faults.push(reason),
    onError: (error) => errors.push(error),
    onSwitch: () => undefined,
    onProgress: (step) => step?.model !== undefined && progress.push(step),
  });
  t.after(() => all.close({ save: false }));
  const source = {
    ids: () => [...rows.keys()],
    texts: (ids: readonly number[]) => new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id)!]] : []))),
  };
  all.use(wanted);
  const index = all.index("chunks-1", source, never);
  await all.reconcile("chunks-1", { signal: never });
  return { all, index, progress, errors, faults };
}

for (const [what, create] of [
  ["the built-in method", () => "built-in" as const],
  ["a model", () => new FakeEmbedder("a", 64)],
] as const) {
  for (const [share, count] of [
    ["much", 20],
    ["little", 200],
  ] as const) {
    test(`what is purged leaves no vector in the files, with ${what}, be it ${share}; the rest is found as before`, async (t) => {
      const place = await createPlace(t, count);
      const { all, index } = await open(t, place, create());
      await all.idle();
      await index.save();
      const before = await filesOf(place);
      const vectors = [1, 2, 3].map((id) => before.vectorOf(id));
      for (const id of [1, 2, 3]) place.rows.delete(id);
      await index.remove([1, 2]);
      await all.purge(["chunks-1"], never);
      const after = await filesOf(place);
      for (const vector of vectors) assert.ok(!after.graph.includes(vector), "its vector is in the file");
      assert.deepEqual(
        after.labels.filter((label) => label >= 0).sort((a, b) => a - b),
        [...place.rows.keys()],
      );
      assert.deepEqual(await find(index, READ), [1000]);
      for (const [id, text] of place.rows) assert.deepEqual(await find(index, text), [id]);
    });
  }
}

test("no word of what is purged is counted any more", async (t) => {
  const place = await createPlace(t, 200);
  const { all, index } = await open(t, place, "built-in");
  place.rows.set(1001, "peculiarMarmalade(otherMarmalade)");
  await index.add([{ label: 1001, text: place.rows.get(1001)! }], never);
  place.rows.delete(1001);
  await all.purge(["chunks-1"], never);
  const other: Place = { folder: await temporaryFolder(t), rows: place.rows };
  await (await open(t, other, "built-in")).index.save();
  assert.deepEqual((await filesOf(place)).idf, (await filesOf(other)).idf);
});

test("what is purged again and again is found no worse, and its slots are written over once", async (t) => {
  const place = await createPlace(t, 400);
  const { all, index } = await open(t, place, "built-in");
  for (let id = 1; id <= 40; id++) {
    place.rows.delete(id);
    await all.purge(["chunks-1"], never);
  }
  for (const [id, text] of place.rows) assert.deepEqual(await find(index, text), [id]);
  const again = await open(t, place, "built-in");
  assert.deepEqual([again.index.size, again.faults], [place.rows.size, []]);
  for (const [id, text] of place.rows) assert.deepEqual(await find(again.index, text), [id]);
});

/** The only index on disk. */
async function filesOf({ folder }: Place) {
  const [manifest] = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  const name = manifest!.replace(/\.json$/, "");
  const { dimension } = JSON.parse(await readFile(join(folder, `${name}.json`), "utf8")) as { dimension: number };
  const graph = await readFile(join(folder, `${name}.hnsw`));
  const labels = await readLabels({ folder, name });
  // A slot of the file has 33 numbers of links, its vector, and its own label.
  const slotBytes = 4 * 33 + 4 * dimension + 8;
  return {
    graph,
    labels,
    idf: await readFile(join(folder, `${name}.idf`)).catch(() => undefined),
    vectorOf: (id: number): Buffer => {
      const start = 96 + labels.indexOf(id) * slotBytes + 4 * 33;
      return Buffer.from(graph.subarray(start, start + 4 * dimension));
    },
  };
}

/** Labels found for a query. It is asked for again where a model takes longer than a search. */
async function find(index: SearchIndex, query: string, k = 1): Promise<number[]> {
  return (await index.search(query, k, never)).map(({ label }) => label);
}

/** What an index has on disk: "text", or the beginning of a model's name for its files. */
async function kindsOf({ folder }: Place): Promise<string[]> {
  const files = (await readdir(folder)).filter((file) => file.endsWith(".json"));
  return files.map((file) => (file === "chunks-1.json" ? "text" : "model")).toSorted();
}

async function waitForDocuments(model: FakeEmbedder, count: number): Promise<void> {
  await until(() => model.documents.length >= count);
}

test("the built-in method serves until a model has embedded everything, then goes with its files", async (t) => {
  const place = await createPlace(t);
  const { all, index, progress } = await open(t, place, "built-in");
  assert.deepEqual(await find(index, READ), [1000]);
  const model = new FakeEmbedder("model", 64);
  model.allow(30);
  all.use(model);
  await waitForDocuments(model, 30);
  assert.equal(index.serves, "built-in");
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual(model.queries, []);
  model.allow(Infinity);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.equal(index.size, 61);
  assert.deepEqual(await find(index, READ), [1000]);
  assert.equal(model.queries.length, 1);
  assert.deepEqual(await kindsOf(place), ["model"]);
  assert.ok(progress.length > 3);
  assert.ok(progress.every(({ model: name, done, total }) => name === "model" && done < total && total === 61));
  assert.ok(progress.every(({ done }, at) => at === 0 || done > progress[at - 1]!.done));
});

test("what is newest is embedded first", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all } = await open(t, place, model);
  await all.idle();
  // The first one only tells how long vectors are.
  assert.equal(model.documents[1], READ);
});

test("back to the built-in method: the model serves until then, and is closed", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  all.use("built-in");
  assert.equal(index.serves, model.id);
  assert.deepEqual(await find(index, READ), [1000]);
  await all.idle();
  assert.equal(index.serves, "built-in");
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual(await kindsOf(place), ["text"]);
  assert.ok(model.isClosed);
});

test("from one model to another: the first goes on serving with its own vectors", async (t) => {
  const place = await createPlace(t);
  const [first, second] = [new FakeEmbedder("first", 64), new FakeEmbedder("second", 128)];
  const { all, index } = await open(t, place, first);
  await all.idle();
  second.allow(20);
  all.use(second);
  await waitForDocuments(second, 20);
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual([index.serves, first.queries.length, second.queries.length], [first.id, 1, 0]);
  assert.equal(first.isClosed, false);
  second.allow(Infinity);
  await all.idle();
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual([index.serves, first.queries.length, second.queries.length], [second.id, 1, 1]);
  assert.deepEqual([first.isClosed, second.isClosed], [true, false]);
  assert.deepEqual(await kindsOf(place), ["model"]);
});

test("what changes meanwhile reaches both", async (t) => {
  const place = await createPlace(t);
  const { all, index } = await open(t, place, "built-in");
  const model = new FakeEmbedder("model", 64);
  model.allow(20);
  all.use(model);
  await waitForDocuments(model, 20);
  place.rows.set(1001, SERVE);
  await index.add([{ label: 1001, text: SERVE }], never);
  place.rows.delete(1000);
  await index.remove([1000]);
  assert.deepEqual(await find(index, SERVE), [1001]);
  assert.notDeepEqual(await find(index, READ), [1000]);
  model.allow(Infinity);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.equal(index.size, 61);
  assert.deepEqual(await find(index, SERVE), [1001]);
  assert.notDeepEqual(await find(index, READ), [1000]);
});

test("what is removed while it is being embedded stays away", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  model.allow(0);
  place.rows.set(1001, SERVE);
  await index.add([{ label: 1001, text: SERVE }], never);
  place.rows.delete(1001);
  await index.remove([1001]);
  model.allow(Infinity);
  await all.idle();
  assert.equal(index.size, 61);
  assert.notDeepEqual(await find(index, SERVE), [1001]);
});

test("nobody who adds waits for the model", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  model.allow(0);
  place.rows.set(1001, SERVE);
  await index.add([{ label: 1001, text: SERVE }], never);
  assert.equal(index.size, 61);
  model.allow(1);
  await all.idle();
  assert.deepEqual(await find(index, SERVE), [1001]);
});

test("interrupted, it goes on where it was, and until then the built-in method serves", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  model.allow(33);
  const first = await open(t, place, model);
  await waitForDocuments(model, 33);
  await first.all.close();
  assert.deepEqual(await kindsOf(place), ["model", "text"]);

  const again = new FakeEmbedder("model", 64);
  again.allow(0);
  const second = await open(t, place, again);
  assert.equal(second.index.serves, "built-in");
  assert.deepEqual(await find(second.index, READ), [1000]);
  again.allow(Infinity);
  await second.all.idle();
  assert.equal(second.index.serves, again.id);
  // Of the 33 one told the dimension, 32 were saved.
  assert.equal(again.documents.length, 61 - 32);
});

test("after a start a complete index serves at once, without its model being loaded", async (t) => {
  const place = await createPlace(t);
  const first = await open(t, place, new FakeEmbedder("model", 64));
  await first.all.idle();
  await first.all.close();
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  assert.deepEqual([index.serves, index.size, model.dimension], [model.id, 61, undefined]);
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual(model.documents, []);
});

test("an empty index needs no model", async (t) => {
  const model = new FakeEmbedder("model", 64);
  const place = { folder: await temporaryFolder(t), rows: new Map<number, string>() };
  const { all, index } = await open(t, place, model);
  await all.idle();
  assert.deepEqual(model.documents, []);
  place.rows.set(1, READ);
  await index.add([{ label: 1, text: READ }], never);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.deepEqual(await find(index, READ), [1]);
});

test("a model that fails while it embeds leaves the built-in method serving, and goes on when it works again", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  model.allow(20);
  const { all, index, errors } = await open(t, place, model);
  await waitForDocuments(model, 20);
  model.isFailing = true;
  model.allow(Infinity);
  await all.idle();
  assert.equal(index.serves, "built-in");
  assert.deepEqual(await find(index, READ), [1000]);
  model.isFailing = false;
  all.use(model);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.deepEqual(errors, []);
});

test("where the model that serves fails the built-in method takes over, and the vectors are kept", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  const embedded = model.documents.length;
  model.isFailing = true;
  assert.deepEqual(await find(index, READ), []);
  all.use(model);
  await all.idle();
  assert.equal(index.serves, "built-in");
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual(await kindsOf(place), ["model", "text"]);
  model.isFailing = false;
  all.use(model);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.equal(model.documents.length, embedded);
  assert.deepEqual(await kindsOf(place), ["model"]);
});

test("a model whose file is gone loses nothing of what it embedded", async (t) => {
  const place = await createPlace(t);
  const first = await open(t, place, new FakeEmbedder("model", 64));
  await first.all.idle();
  await first.all.close();
  const { all, index } = await open(t, place, "unavailable");
  await all.idle();
  assert.equal(index.serves, "built-in");
  assert.deepEqual(await kindsOf(place), ["model", "text"]);
  const model = new FakeEmbedder("model", 64);
  all.use(model);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.deepEqual(model.documents, []);
});

test("a model that is given up before it was ready leaves no files, and is closed", async (t) => {
  const place = await createPlace(t);
  const { all, index } = await open(t, place, "built-in");
  const model = new FakeEmbedder("model", 64);
  model.allow(30);
  all.use(model);
  await waitForDocuments(model, 30);
  all.use("built-in");
  model.allow(Infinity);
  await all.idle();
  assert.equal(index.serves, "built-in");
  assert.ok(model.isClosed);
  assert.deepEqual(await kindsOf(place), ["text"]);
});

test("an embedder made anew for the same vectors embeds nothing again", async (t) => {
  const place = await createPlace(t);
  const [first, second] = [new FakeEmbedder("model", 64), new FakeEmbedder("model", 64)];
  const { all, index } = await open(t, place, first);
  await all.idle();
  all.use(second);
  await all.idle();
  assert.ok(first.isClosed && !second.isClosed);
  assert.deepEqual(await find(index, READ), [1000]);
  assert.deepEqual([second.queries.length, second.documents.length], [1, 0]);
});

test("a text that the model cannot take does not hold up the others", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  model.refuses = /readConfig\(path\) \{ return/;
  const { all, index } = await open(t, place, model);
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.equal(index.size, 61);
  assert.notDeepEqual(await find(index, SERVE), [1000]);
});

test("after the thread has crashed both are filled again", async (t) => {
  const kill = watchThreads(t);
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  model.allow(20);
  const { all, index, faults } = await open(t, place, model);
  await waitForDocuments(model, 20);
  await kill();
  assert.equal(faults.length, 1);
  model.allow(Infinity);
  await all.reconcile("chunks-1", { signal: never });
  await all.idle();
  assert.equal(index.serves, model.id);
  assert.equal(index.size, 61);
  assert.deepEqual(await find(index, READ), [1000]);
});

test("what belongs to another embedder is not taken for this one's", async (t) => {
  const place = await createPlace(t);
  const [first, second] = [new FakeEmbedder("first", 64), new FakeEmbedder("second", 64)];
  const before = await open(t, place, first);
  await before.all.idle();
  await before.all.close();
  const { all, index } = await open(t, place, second);
  await all.idle();
  assert.equal(index.serves, second.id);
  assert.equal(second.documents.length, 62);
});

test("a folder that was closed is not embedded any further", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  model.allow(10);
  const { all } = await open(t, place, model);
  const closing = new AbortController();
  all.index("chunks-1", { ids: () => [], texts: () => new Map() }, closing.signal);
  await waitForDocuments(model, 10);
  closing.abort();
  model.allow(Infinity);
  await all.idle();
  assert.ok(model.documents.length < 30);
});

test("the line that is being written does not count: keystrokes on it share a vector", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  const above = "function readConfig(path) {\n  return JSON.parse(\n";
  for (const typed of ["", "  r", "  re", "  readFile"]) assert.deepEqual(await find(index, above + typed), [1000]);
  assert.deepEqual(model.queries, [above.trimEnd()]);
  await find(index, `${above}    readFileSync(path)\n`);
  assert.equal(model.queries.length, 2);
});

test("the first keystroke on a line goes without a slow model, the next one has its vector", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  model.queryMs = 100;
  const search = async (typed: string): Promise<number> => {
    const deps = { onFault: assert.ifError };
    const context = { prefix: `${READ}${typed}`, suffix: "" } as Context;
    return (await new VectorSearch(deps, index, context, never).hits()).length;
  };
  assert.equal(await search("c"), 0);
  await until(() => model.queries.length === 1);
  assert.ok((await search("co")) > 0);
  assert.equal(model.queries.length, 1);
});

test("a search that is cancelled ends at once, and its vector is there for the next", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  const abort = new AbortController();
  const search = index.search(READ, 1, abort.signal);
  abort.abort();
  await assert.rejects(search, { name: "AbortError" });
  assert.deepEqual(await find(index, READ), [1000]);
  assert.equal(model.queries.length, 1);
});

test("of queries that wait only the newest is asked for", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all, index } = await open(t, place, model);
  await all.idle();
  const found = await Promise.all(["first\n", "second\n", "third\n", READ].map((query) => find(index, query)));
  assert.deepEqual(model.queries, ["first", READ.trimEnd()]);
  assert.deepEqual([found[1], found[2], found[3]], [[], [], [1000]]);
});

test("what was opened first is embedded first", async (t) => {
  const place = await createPlace(t);
  const model = new FakeEmbedder("model", 64);
  const { all } = await open(t, place, "built-in");
  const examples = {
    ids: () => [1, 2],
    texts: () =>
      new Map([
        [1, SERVE],
        [2, SERVE],
      ]),
  };
  all.index("other", examples, never);
  await all.reconcile("other", { signal: never });
  all.use(model);
  await all.idle();
  assert.ok(model.documents.indexOf(SERVE) > 60);
});

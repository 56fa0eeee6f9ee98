import assert from "node:assert/strict";
import { setTimeout as delay } from "node:timers/promises";
import test, { type TestContext } from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import type { SimilarCode } from "../../../../sidecar/engine/engine.ts";
import { type NewChunk, removeFile } from "../../../../sidecar/store/chunks.ts";
import type { Database } from "../../../../sidecar/store/database.ts";
import { openProject } from "../../../../sidecar/store/projects.ts";
import { createContext } from "../../../../sidecar/suggest/context.ts";
import {
  lookForCode,
  retrieveCode,
  type RetrieveDeps,
  retrieveExamples,
  type RetrievePlace,
} from "../../../../sidecar/suggest/retrieval/retrieve.ts";
import { createChunkSearch, createExampleSearch } from "../../../../sidecar/suggest/retrieval/term-search.ts";
import type { VectorIndex } from "../../../../sidecar/vectors/index.ts";
import { never } from "../../../support/recall.ts";
import { addExample, FakeClock, temporaryDatabase, storeFile } from "../../../support/store.ts";
import { openTestIndexes, watchThreads } from "../../vectors/support.ts";

const NOW = 1_700_000_000_000;
/** As long as a test waits for what should take the deadline of 12 ms. */
const AT_ONCE_MS = 500;

test("examples are found by the words of the cursor's line, in pieces of names as well", async (t) => {
  const { find, database } = await createSearch(t);
  const loads = addExample(database, { linePrefix: "const user = ", text: "await loadUser(id);" });
  addExample(database, { linePrefix: "button.", text: "addEventListener('click', close);" });
  assert.deepEqual(await find("const owner = load_user("), [loads.id]);
});

test("the lines above help to find, the file's beginning does not", async (t) => {
  const { find, database } = await createSearch(t);
  const near = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  addExample(database, { linePrefix: "", text: "parseHeader(bytes);" });
  assert.deepEqual(await find(`parseHeader();\n${"// ...\n".repeat(30)}const invoice = next();\n  `), [near.id]);
});

test("examples come with all that was stored of them", async (t) => {
  const { database, deps } = await createSearch(t);
  const example = addExample(database, {
    linePrefix: "const user = ",
    text: "users.findOrThrow(id);",
    generated: "users.find(id);",
    origin: "corrected",
    contextBefore: "async function load() {",
  });
  const { examples } = await retrieveExamples(deps, placeOf("const user = "), never);
  assert.deepEqual(examples, [example]);
});

test("examples of another language are left out", async (t) => {
  const { database, deps } = await createSearch(t);
  const line = { linePrefix: "user = ", text: "load_user(id)" };
  const first = addExample(database, { ...line, languageId: "python" });
  addExample(database, { ...line, languageId: "ruby" });
  const last = addExample(database, { ...line, languageId: "python" });
  const { examples } = await retrieveExamples(deps, { ...placeOf("user = "), languageId: "python" }, never);
  assert.deepEqual(examples.map(({ id }) => id).sort(), [first.id, last.id]);
});

test("vectors find what the words miss", async (t) => {
  const { find, database, deps } = await createSearch(t);
  const { indexes } = await openTestIndexes(t);
  const { index } = await indexes.open("examples");
  const byWords = addExample(database, { linePrefix: "", text: "connect(port);" });
  const byLikeness = addExample(database, { linePrefix: "", text: "serializers.register(xmlSerializer);" });
  await index.add(
    [byWords, byLikeness].map(({ id, text }) => ({ label: id, text })),
    never,
  );
  const typed = "connect(serialization";
  assert.deepEqual(await find(typed), [byWords.id]);
  // A machine under load may need more than the deadline for the first search.
  let found: number[] = [];
  for (let tries = 0; tries < 50 && found.length < 2; tries++) {
    found = await find(typed, { ...deps, exampleIndex: index });
  }
  assert.deepEqual(found, [byWords.id, byLikeness.id]);
});

const INVOICE = "export function parseInvoice(lines: string[]) {\n  return lines.map(parseLine);\n}";

test("code of the workspace is found by its words, with what comes next in it", async (t) => {
  const { database, findCode } = await createSearch(t);
  addFile(database, "src/invoice.ts", INVOICE);
  addFile(database, "src/button.ts", "button.addEventListener('click', close);\nbutton.focus();");
  const [found, ...more] = await findCode("export function parseInvoice(rows: string[]) {\n  ");
  assert.deepEqual(more, []);
  assert.equal(found?.path, "src/invoice.ts");
  assert.equal(found.text, INVOICE);
  assert.equal(found.continuation, "  return lines.map(parseLine);\n}");
  assert.ok(found.likeness > 0.5);
});

test("code is found by likeness as well, where the text search finds nothing", async (t) => {
  const { database, findCode, deps } = await createSearch(t);
  const id = addFile(database, "src/invoice.ts", INVOICE);
  const chunkIndex = fakeIndex(() => Promise.resolve([{ label: id, similarity: 0.8 }]));
  const withIndex = { ...deps, chunkTerms: undefined, chunkIndex };
  const found = await findCode("export function parseInvoice(rows: string[]) {\n  ", withIndex);
  assert.deepEqual(
    found.map(({ path }) => path),
    ["src/invoice.ts"],
  );
});

test("nothing is found of the document itself, neither by words nor by likeness", async (t) => {
  const { database, findCode, deps } = await createSearch(t);
  const id = addFile(database, "here.ts", INVOICE);
  const other = addFile(database, "other.ts", INVOICE);
  const chunkIndex = fakeIndex(() => Promise.resolve([id, other].map((label) => ({ label, similarity: 1 }))));
  const found = await findCode("export function parseInvoice(rows: string[]) {\n  ", { ...deps, chunkIndex });
  assert.deepEqual(
    found.map(({ path }) => path),
    ["other.ts"],
  );
});

test("a document of many pieces does not hide the others", async (t) => {
  const { database, findCode } = await createSearch(t);
  storeFile(
    database,
    1,
    "here.ts",
    "hash",
    Array.from({ length: 60 }, (_, n) => chunkOf(INVOICE, 10 * n)),
  );
  addFile(database, "other.ts", INVOICE.replace("parseLine", "parseRow"));
  const found = await findCode("export function parseInvoice(rows: string[]) {\n  ");
  assert.deepEqual(
    found.map(({ path }) => path),
    ["other.ts"],
  );
});

test("a piece that ends where it gets interesting goes on in the next one", async (t) => {
  const { database, findCode } = await createSearch(t);
  storeFile(database, 1, "src/load.ts", "hash", [
    chunkOf("export function load(path: string) {\n  const text = read(path);", 0),
    chunkOf("  return parse(text);\n}", 2),
  ]);
  const found = await findCode("export function load(file: string) {\n  const text = read(file);\n  ");
  assert.equal(found[0]?.continuation, "  return parse(text);\n}");
});

test("code without anything like the place in it is left out", async (t) => {
  const { database, findCode } = await createSearch(t);
  addFile(database, "src/other.ts", "export const one = load();\nexport const two = save();\nclose(one, two);");
  assert.deepEqual(await findCode("if (isReady) {\n  one();\n  wait(forIt);\n  then(goOn);\n  two"), []);
});

test("of two alike the one in the document's directory comes first", async (t) => {
  const { database, findCode } = await createSearch(t);
  addFile(database, "src/a/near.ts", INVOICE);
  addFile(database, "src/b/far.ts", INVOICE);
  const typed = "export function parseInvoice(rows: string[]) {\n  ";
  for (const [path, first] of [
    ["src/a/here.ts", "src/a/near.ts"],
    ["src/b/here.ts", "src/b/far.ts"],
  ] as const) {
    const [best] = await findCode(typed, undefined, path);
    assert.equal(best?.path, first);
  }
});

test("code that is gone is not found any more", async (t) => {
  const { database, deps, findCode } = await createSearch(t);
  addFile(database, "src/invoice.ts", INVOICE);
  const typed = "export function parseInvoice(rows: string[]) {\n  ";
  assert.equal((await findCode(typed)).length, 1);
  deps.chunkTerms?.forget(removeFile(database, 1, "src/invoice.ts"));
  assert.deepEqual(await findCode(typed), []);
});

test("an example of good outcome outranks one like it, and a new one an old one", async (t) => {
  const { find, database } = await createSearch(t);
  const YEAR_MS = 365 * 24 * 60 * 60 * 1000;
  const line = { linePrefix: "const total = ", text: "sum(items);" };
  const best = addExample(database, { ...line, score: 1, createdAt: NOW });
  const old = addExample(database, { ...line, score: 1, createdAt: NOW - YEAR_MS });
  const bad = addExample(database, { ...line, score: 0.5, createdAt: NOW - YEAR_MS });
  assert.deepEqual(await find("const total = "), [best.id, old.id, bad.id]);
});

test("hits that are no longer in the store are left out", async (t) => {
  const { find, database, deps } = await createSearch(t);
  const example = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  const stale = fakeIndex(() => Promise.resolve([999, example.id].map((label) => ({ label, similarity: 1 }))));
  assert.deepEqual(await find("unrelated", { ...deps, exampleIndex: stale, chunkIndex: stale }), [example.id]);
});

test("a broken index is reported, and text search still answers", async (t) => {
  const { find, database, deps, faults } = await createSearch(t);
  const example = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  const broken = fakeIndex(() => Promise.reject(new Error("the graph is broken")));
  assert.deepEqual(await find("renderInvoice(", { ...deps, exampleIndex: broken }), [example.id]);
  assert.deepEqual(faults, ["the graph is broken"]);
  assert.deepEqual(await find("renderInvoice("), [example.id], "and so does the next request");
});

test("a store that cannot be read is reported; there are just no examples then", async (t) => {
  const { database, deps, faults } = await createSearch(t);
  const { id } = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  const index = fakeIndex(() => Promise.resolve([{ label: id, similarity: 1 }]));
  database.run("ALTER TABLE examples RENAME TO elsewhere");
  const found = () => retrieveExamples({ ...deps, exampleIndex: index }, placeOf("renderInvoice("), never);
  assert.deepEqual(await found(), { examples: [], ageMs: undefined });
  assert.match(faults.join(), /examples/);
  database.run("ALTER TABLE elsewhere RENAME TO examples");
  assert.deepEqual(
    (await found()).examples.map((example) => example.id),
    [id],
  );
});

for (const [name, search] of [
  ["gives up when it is told to", (signal: AbortSignal) => delay(60_000, [], { signal })],
  ["does not listen", () => delay(60_000, [], { ref: false })],
] as const) {
  test(`a slow index that ${name} is not waited for, and is no fault`, async (t) => {
    const { find, database, deps, faults } = await createSearch(t);
    const example = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
    const slow = fakeIndex((_query, _count, signal) => search(signal));
    const startedAt = performance.now();
    assert.deepEqual(await find("renderInvoice(", { ...deps, exampleIndex: slow, chunkIndex: slow }), [example.id]);
    assert.ok(performance.now() - startedAt < AT_ONCE_MS);
    assert.deepEqual(faults, []);
  });
}

test("vectors are waited for where the caller wants the same answer always", async (t) => {
  const { find, database, deps } = await createSearch(t);
  const { id } = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  const slow = fakeIndex(async (_query, _count, signal) => {
    await delay(60, undefined, { signal });
    return [{ label: id, similarity: 1 }];
  });
  const withSlow = { ...deps, exampleIndex: slow };
  assert.deepEqual(await find("unrelated", withSlow), []);
  assert.deepEqual(await find("unrelated", { ...withSlow, vectorDeadlineMs: Infinity }), [id]);
});

test("a search thread that died and starts again is not waited for", async (t) => {
  const killThread = watchThreads(t);
  const { database, deps } = await createSearch(t);
  const { indexes } = await openTestIndexes(t);
  const { index } = await indexes.open("examples");
  const example = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  await index.add([{ label: example.id, text: example.text }], never);
  await index.save();
  await killThread();
  let isBack = false;
  const back = index.labels().then(() => void (isBack = true));
  const { examples } = await retrieveExamples({ ...deps, exampleIndex: index }, placeOf("renderInvoice("), never);
  assert.equal(examples[0]?.id, example.id);
  assert.equal(isBack, false);
  await back;
  const hits = await index.search("renderInvoice", 1, never);
  assert.equal(hits[0]?.label, example.id, "it is there again for a later request");
});

test("cancelling ends the wait for an index, and the next request is answered", async (t) => {
  const { find, database, deps } = await createSearch(t);
  const example = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  const abort = new AbortController();
  const index = fakeIndex((_query, _count, signal) => {
    abort.abort();
    return delay(60_000, [], { signal });
  });
  const retrieving = retrieveExamples({ ...deps, exampleIndex: index }, placeOf("renderInvoice("), abort.signal);
  await assert.rejects(retrieving, { name: "AbortError" });
  assert.deepEqual(await find("renderInvoice("), [example.id]);
});

test("no source text breaks the text search, whatever marks and operators it holds", async (t) => {
  const { find, database, faults } = await createSearch(t);
  addExample(database, { linePrefix: "", text: "render(order);" });
  const seed = 20_260_101;
  const random = createRandom(seed);
  const marks = Array.from("\"'`*^()[]{}:+-~/\\.,;!?&|<>=%@#$_\0\n\t é字𝔘\uD83D");
  const parts = [...marks, "AND", "OR", "NOT", "NEAR(", "rowid:", "render"];
  for (let round = 0; round < 500; round++) {
    const typed = Array.from(
      { length: 1 + Math.floor(random() * 24) },
      () => parts[Math.floor(random() * parts.length)],
    );
    await find(typed.join(""));
    assert.deepEqual(faults, [], `seed ${seed}, round ${round}: ${JSON.stringify(typed.join(""))}`);
  }
  assert.equal((await find('"render" AND NOT (render OR -render*')).length, 1);
});

/** Searches over examples of a real store, without indexes unless told. */
async function createSearch(t: TestContext): Promise<{
  readonly database: Database;
  readonly deps: RetrieveDeps;
  /** Told to `onFault`. */
  readonly faults: readonly string[];
  /** Ids found for a document that ends at the cursor. */
  readonly find: (document: string, deps?: RetrieveDeps) => Promise<number[]>;
  /** The same for code of project 1. */
  readonly findCode: (document: string, deps?: RetrieveDeps, path?: string) => Promise<readonly SimilarCode[]>;
}> {
  const database = await temporaryDatabase(t);
  const faults: string[] = [];
  const onFault = (error: unknown): void => void faults.push((error as Error).message);
  openProject(database, "/p", new FakeClock());
  const deps: RetrieveDeps = {
    database,
    exampleTerms: createExampleSearch(database),
    chunkTerms: createChunkSearch(database, 1),
    exampleIndex: undefined,
    chunkIndex: undefined,
    now: NOW,
    onFault,
  };
  return {
    database,
    deps,
    faults,
    find: async (document, withDeps = deps) => {
      const { examples } = await retrieveExamples(withDeps, placeOf(document), never);
      return examples.map(({ id }) => id);
    },
    findCode: (document, withDeps = deps, path = "here.ts") => {
      const place = placeOf(document, path);
      return retrieveCode(withDeps, place, lookForCode(withDeps, place, never), never);
    },
  };
}

function placeOf(prefix: string, path = "here.ts"): RetrievePlace {
  const request = { project: "1", path, languageId: "typescript", suffix: "", explicit: false };
  const result = createContext({ ...request, prefix });
  assert.equal(result.kind, "context");
  return { projectId: 1, path, languageId: "typescript", context: result.context };
}

/** A file of one chunk; returns the chunk's id. */
function addFile(database: Database, path: string, text: string): number {
  return storeFile(database, 1, path, "hash", [chunkOf(text, 0)]).added[0]!.id;
}

function chunkOf(text: string, startLine: number): NewChunk {
  return { kind: "function", symbol: "", startLine, endLine: startLine + text.split("\n").length, text };
}

/** An index that only searches. */
function fakeIndex(search: VectorIndex["search"]): VectorIndex {
  const refuse = (): Promise<void> => Promise.reject(new Error("this index is searched only"));
  return { size: 1, search, add: refuse, remove: refuse, save: refuse };
}

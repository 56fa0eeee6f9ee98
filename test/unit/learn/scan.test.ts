import assert from "node:assert/strict";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { createLog, silentLog } from "../../../sidecar/base/log.ts";
import { openChunker } from "../../../sidecar/code/chunker.ts";
import { Recall } from "../../../sidecar/engine/recall/recall.ts";
import { absorbFile, type ScanDeps, scanProject, type ScanReport } from "../../../sidecar/learn/scan.ts";
import { openRedactor } from "../../../sidecar/learn/redactor.ts";
import { createFileFilter } from "../../../sidecar/learn/walk.ts";
import { createExclude } from "../../../privacy/exclude.ts";
import { chunkIds, fileHashes, findChunks } from "../../../sidecar/store/chunks.ts";
import type { Database } from "../../../sidecar/store/database.ts";
import { openProject, type Project } from "../../../sidecar/store/projects.ts";
import type { VectorIndex } from "../../../sidecar/vectors/index.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { never, proposeAt } from "../../support/recall.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";
import { openTestIndexes } from "../vectors/support.ts";

const FILES = {
  "src/users.ts": "export function loadUser(id: string) {\n  return database.users.findById(id);\n}\n",
  "src/orders.py": "def load_order(order_id):\n    return database.orders.find(order_id)\n",
  "notes.txt": "Nothing that is code.\n",
};
const TOKEN = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;

test("a scan reads files into recall, store and index, and reports what it read", async (t) => {
  const scanner = await createScanner(t, FILES);
  const { milliseconds, tokens, ...report } = await scanner.scan();
  assert.deepEqual(report, {
    files: 2,
    chunks: 2,
    newChunks: 2,
    skipped: { "unknown language": 1 },
    languages: { typescript: 1, python: 1 },
  });
  assert.ok(milliseconds >= 0 && tokens > 20);
  assert.deepEqual(scanner.recalled(), ["src/orders.py", "src/users.ts"]);
  assert.deepEqual(scanner.stored(), ["src/orders.py", "src/users.ts"]);
  assert.deepEqual(await scanner.indexed("loadUser"), ["src/users.ts"]);
  assert.deepEqual(
    proposeAt(scanner.recall, "return database.users.▮", { project: scanner.name, multiLine: false })[0]?.text,
    "findById(id);",
  );
});

for (const [name, files] of [
  ["of a project", FILES],
  ["whose last files are not read", { "a.ts": "export const a = 1;\n", "y.bin": "?", "z.ts": "" }],
  [
    "of many files",
    Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`f${n}.ts`, `export const f${n} = ${n};\n`])),
  ],
] as const) {
  test(`the progress of a scan ${name} reaches 100 % and never falls in a phase`, async (t) => {
    const scanner = await createScanner(t, files);
    const progress = new Map<string, number[]>();
    await scanner.scan({ onProgress: (what, percent) => progress.set(what, [...(progress.get(what) ?? []), percent]) });
    assert.deepEqual([...progress.keys()], ["listing files", "reading files", "indexing code"]);
    for (const what of ["reading files", "indexing code"]) {
      const percents = progress.get(what)!;
      assert.deepEqual(
        percents,
        percents.toSorted((a, b) => a - b),
      );
      assert.equal(percents.at(-1), 100, what);
    }
  });
}

test("an empty folder is scanned to an empty report", async (t) => {
  const scanner = await createScanner(t, {});
  const report = await scanner.scan();
  assert.equal(report.files, 0);
  assert.deepEqual(report.skipped, {});
});

test("a second scan cuts only what has changed into chunks", async (t) => {
  const scanner = await createScanner(t, FILES);
  await scanner.scan();
  const before = chunkIds(scanner.database, scanner.project.id);
  const same = await scanner.scan();
  assert.equal(same.newChunks, 0);
  assert.equal(same.files, 2);
  assert.deepEqual(chunkIds(scanner.database, scanner.project.id), before);

  await writeFiles(scanner.root, { "src/users.ts": "export function removeUser(id: string) {\n  gone(id);\n}\n" });
  assert.equal((await scanner.scan()).newChunks, 1);
  assert.equal(chunkIds(scanner.database, scanner.project.id).filter((id) => before.includes(id)).length, 1);
  assert.deepEqual(await scanner.indexed("removeUser"), ["src/users.ts"]);
  assert.deepEqual(await scanner.indexed("loadUser findById"), [], "what was cut before is gone");
});

test("removed files leave recall, store and index", async (t) => {
  const scanner = await createScanner(t, FILES);
  await scanner.scan();
  await rm(join(scanner.root, "src/users.ts"));
  await scanner.scan();
  assert.deepEqual(scanner.recalled(), ["src/orders.py"]);
  assert.deepEqual(scanner.stored(), ["src/orders.py"]);
  assert.deepEqual(await scanner.indexed("loadUser"), []);
  assert.equal(scanner.index.size, chunkIds(scanner.database, scanner.project.id).length);
});

test("every file that is left out is counted by its reason", async (t) => {
  const { scan } = await createScanner(t, {
    ...FILES,
    "mySecrets.ts": "export const a = 1;\n",
    "node_modules/a/index.js": "module.exports = 1;\n",
    ".gitignore": "ignored.ts\n",
    "ignored.ts": "export const b = 1;\n",
    "picture.ts": Uint8Array.from({ length: 100 }, (_, n) => n),
    "huge.ts": "const x = 1;\n".repeat(1000),
    "empty.ts": "",
  });
  const { skipped, files } = await scan({ maxFileSizeKb: 4 });
  assert.equal(files, 3, "the ignore file is one that a developer writes");
  assert.deepEqual(skipped, {
    private: 1,
    generated: 1,
    "ignored by git": 1,
    binary: 1,
    "too large": 1,
    empty: 1,
    "unknown language": 1,
  });
});

for (const [length, lines] of [
  ["short", 0],
  ["long", 1000],
] as const) {
  test(`secrets of a ${length} file are gone before anything is remembered`, async (t) => {
    const text = `export function send() {\n  post("${TOKEN}");\n}\n` + "export const answer = 42;\n".repeat(lines);
    const scanner = await createScanner(t, { "a.ts": text });
    await scanner.scan();
    const chunks = findChunks(scanner.database, chunkIds(scanner.database, scanner.project.id));
    assert.match(chunks[0]!.text, /redacted/);
    assert.ok(!JSON.stringify(chunks).includes(TOKEN));
    const proposals = proposeAt(scanner.recall, "  post(▮", { project: scanner.name });
    assert.ok(!JSON.stringify(proposals).includes(TOKEN));
  });
}

for (const phase of ["listing files", "reading files", "indexing code"]) {
  test(`a scan that is cancelled while ${phase} ends at once, and a new one completes`, async (t) => {
    const files = Object.fromEntries(
      Array.from({ length: 40 }, (_, n) => [`f${n}.ts`, `export function f${n}() {\n  return call${n}();\n}\n`]),
    );
    const scanner = await createScanner(t, files);
    const abort = new AbortController();
    const onProgress = (what: string): void => {
      if (what === phase) abort.abort();
    };
    await assert.rejects(scanner.scan({ onProgress }, abort.signal), { name: "AbortError" });
    assert.ok(scanner.stored().length < 40);
    const report = await scanner.scan();
    assert.equal(report.files, 40);
    assert.equal(scanner.recalled().length, 40);
    assert.equal(scanner.stored().length, 40);
    assert.equal(scanner.index.size, chunkIds(scanner.database, scanner.project.id).length);
  });
}

test("a folder that is gone is an error that says so, and what was known of it stays", async (t) => {
  const scanner = await createScanner(t, FILES);
  await scanner.scan();
  await rm(scanner.root, { recursive: true });
  await assert.rejects(scanner.scan(), { name: "SidecarError", code: "folder" });
  assert.deepEqual(scanner.stored(), ["src/orders.py", "src/users.ts"]);
});

test("an index that fails leaves the chunks in the store, with a warning", async (t) => {
  const refuse = (): Promise<never> => Promise.reject(new Error("the graph is broken"));
  const broken: VectorIndex = { size: 1, add: refuse, remove: refuse, search: refuse, save: refuse };
  const scanner = await createScanner(t, FILES, () => broken);
  const report = await scanner.scan();
  assert.equal(report.chunks, 2);
  assert.deepEqual(scanner.stored(), ["src/orders.py", "src/users.ts"]);
  assert.match(scanner.warnings.join("\n"), /stored but not indexed .*the graph is broken/);
  await rm(join(scanner.root, "src/users.ts"));
  await scanner.scan();
  assert.deepEqual(scanner.stored(), ["src/orders.py"]);
});

test("without an index chunks are stored all the same", async (t) => {
  const scanner = await createScanner(t, FILES, () => undefined);
  assert.equal((await scanner.scan()).chunks, 2);
  assert.deepEqual(scanner.warnings, []);
});

test("a saved file takes the place of what was known of it", async (t) => {
  const scanner = await createScanner(t, FILES);
  await scanner.scan();
  await writeFiles(scanner.root, {
    "src/users.ts": "export function loadUser(id: string) {\n  return cache.get(id);\n}\n",
  });
  await scanner.absorb("src/users.ts");
  const [best] = proposeAt(scanner.recall, "  return cache.▮", { project: scanner.name, multiLine: false });
  assert.equal(best?.text, "get(id);");
  const old = proposeAt(scanner.recall, "  return database.users.▮", { project: scanner.name });
  assert.ok(!old.some(({ text }) => text.includes("findById")));
  assert.deepEqual(await scanner.indexed("cache get"), ["src/users.ts"]);
  assert.equal((await scanner.scan()).newChunks, 0, "the next scan has nothing left to do");
});

test("a file that was saved unchanged keeps its chunks", async (t) => {
  const scanner = await createScanner(t, FILES);
  await scanner.scan();
  const before = chunkIds(scanner.database, scanner.project.id);
  await scanner.absorb("src/users.ts");
  assert.deepEqual(chunkIds(scanner.database, scanner.project.id), before);
});

for (const [name, change] of [
  ["was deleted", (root: string) => rm(join(root, "src/users.ts"))],
  ["is ignored by now", (root: string) => writeFiles(root, { ".gitignore": "users.ts\n" })],
  ["became binary", (root: string) => writeFiles(root, { "src/users.ts": Uint8Array.of(1, 0, 2) })],
  ["became too large", (root: string) => writeFiles(root, { "src/users.ts": "// filler\n".repeat(100_000) })],
] as const) {
  test(`a file that ${name} is forgotten`, async (t) => {
    const scanner = await createScanner(t, FILES);
    await scanner.scan();
    await change(scanner.root);
    await scanner.absorb("src/users.ts");
    assert.deepEqual(scanner.recalled(), ["src/orders.py"]);
    assert.deepEqual(scanner.stored(), ["src/orders.py"]);
    assert.deepEqual(await scanner.indexed("loadUser"), []);
  });
}

test("while nothing is to be kept, files are read into memory and not into the store", async (t) => {
  const scanner = await createScanner(t, FILES);
  assert.equal((await scanner.scan({ keep: false })).newChunks, 0);
  await writeFiles(scanner.root, { "src/more.ts": "export const more = readMore(process.env);\n" });
  await scanner.absorb("src/more.ts", { keep: false });
  assert.deepEqual(scanner.recalled(), ["src/more.ts", "src/orders.py", "src/users.ts"]);
  assert.deepEqual(scanner.stored(), []);
  await scanner.scan();
  assert.deepEqual(scanner.stored(), ["src/more.ts", "src/orders.py", "src/users.ts"]);
});

test("a file of no language, or one that was never there, is nothing to absorb", async (t) => {
  const scanner = await createScanner(t, FILES);
  for (const path of ["notes.txt", "src/never.ts"]) await scanner.absorb(path);
  assert.deepEqual(scanner.recalled(), []);
  assert.deepEqual(scanner.stored(), []);
});

interface Scanner {
  readonly root: string;
  readonly database: Database;
  readonly recall: Recall;
  readonly project: Project;
  /** The project's name in recall. */
  readonly name: string;
  readonly index: VectorIndex;
  readonly warnings: readonly string[];
  readonly scan: (
    options?: { maxFileSizeKb?: number; keep?: boolean; onProgress?: (what: string, percent: number) => void },
    signal?: AbortSignal,
  ) => Promise<ScanReport>;
  readonly absorb: (path: string, options?: { keep?: boolean }) => Promise<void>;
  /** Paths held by each part, sorted. */
  readonly recalled: () => string[];
  readonly stored: () => string[];
  /** Paths of the chunks that the index finds. */
  readonly indexed: (query: string) => Promise<string[]>;
}

/** A project in a temporary folder, with a real store, chunker and index (unless another is given). */
async function createScanner(
  t: TestContext,
  files: Readonly<Record<string, string | Uint8Array>>,
  chunkIndex?: () => VectorIndex | undefined,
): Promise<Scanner> {
  const root = await temporaryFolder(t);
  await writeFiles(root, files);
  const database = await temporaryDatabase(t);
  const recall = new Recall(silentLog);
  const project = openProject(database, root, new FakeClock());
  const chunker = openChunker(silentLog);
  t.after(() => chunker.close());
  const redactor = openRedactor(silentLog);
  t.after(() => redactor.close());
  const { indexes } = await openTestIndexes(t);
  const { index } = await indexes.open("chunks");
  const warnings: string[] = [];
  const log = createLog(
    (_level, line) => warnings.push(line),
    () => "warn",
  );
  const deps: ScanDeps = {
    database,
    recall,
    memoryPlace: () => undefined,
    redactor,
    chunker,
    chunkIndex: chunkIndex ?? (() => index),
    onChunksGone: () => undefined,
    onStyle: () => undefined,
    weightOf: () => 1,
    log,
  };
  const exclude = createExclude({ patterns: ["*secret*"] });
  const limits = { maxFileSizeKb: 512, keep: true };
  const defaults = { exclude, ...limits, onProgress: () => undefined };
  return {
    root,
    database,
    recall,
    project,
    name: String(project.id),
    index,
    warnings,
    scan: (options = {}, signal = never) => scanProject(deps, project, { ...defaults, ...options }, signal),
    absorb: (path, options = {}) => {
      const filter = createFileFilter(root, { exclude });
      const file = { path, absolutePath: join(root, path) };
      return absorbFile(deps, project, file, { filter, ...limits, ...options }, never);
    },
    recalled: () => [...recall.files(String(project.id))].sort(),
    stored: () => [...fileHashes(database, project.id).keys()].sort(),
    indexed: async (query) => {
      const hits = await index.search(query, 5, never);
      const alike = hits.filter((hit) => hit.similarity > 0.2).map((hit) => hit.label);
      return findChunks(database, alike).map(({ path }) => path);
    },
  };
}

import assert from "node:assert/strict";
import test from "node:test";
import {
  fileStyles,
  chunkIds,
  chunkTexts,
  countChunks,
  fileHash,
  fileHashes,
  findChunks,
  type NewChunk,
  removeFile,
} from "../../../sidecar/store/chunks.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { FakeClock, temporaryDatabase, storeFile } from "../../support/store.ts";

test("chunks come back with their file, in the order asked for", async (t) => {
  const database = await temporaryDatabase(t);
  const project = openProject(database, "/p", new FakeClock());
  const { added, removed } = storeFile(database, project.id, "src/a.ts", "hash", [chunk("a"), chunk("b")]);
  assert.deepEqual(removed, []);
  assert.deepEqual(
    added.map(({ text }) => text),
    ["function a() {}", "function b() {}"],
  );
  const [a, b] = added.map(({ id }) => id) as [number, number];
  assert.deepEqual(findChunks(database, [b, 999, a]), [
    { id: b, path: "src/a.ts", ...chunk("b") },
    { id: a, path: "src/a.ts", ...chunk("a") },
  ]);
  assert.deepEqual(chunkTexts(database, [a, 999]), new Map([[a, "function a() {}"]]));
});

test("the style of files comes in the order in which they were read, the newest last", async (t) => {
  const database = await temporaryDatabase(t);
  const [project, other] = ["/p", "/q"].map((root) => openProject(database, root, new FakeClock()).id) as [
    number,
    number,
  ];
  const paths = Array.from({ length: 200 }, (_, n) => `${String(n).padStart(3, "0")}.ts`);
  for (const path of paths) {
    storeFile(database, project, path, "1", []);
    storeFile(database, other, path, "1", []);
  }
  storeFile(database, project, paths[7]!, "2", []);
  const read = Array.from(fileStyles(database, project), ({ path }) => path);
  assert.deepEqual(read, [...paths.slice(0, 7), ...paths.slice(8), paths[7]]);
});

test("a file's new chunks take the place of the old ones, under new ids", async (t) => {
  const database = await temporaryDatabase(t);
  const project = openProject(database, "/p", new FakeClock());
  const before = storeFile(database, project.id, "a.ts", "1", [chunk("a"), chunk("b")]).added;
  const other = storeFile(database, project.id, "b.ts", "1", [chunk("c")]).added[0]!.id;
  const { removed, added } = storeFile(database, project.id, "a.ts", "2", [chunk("a")]);
  assert.deepEqual(removed, before);
  assert.ok(!before.some(({ id }) => id === added[0]!.id));
  assert.deepEqual(chunkIds(database, project.id), [other, added[0]!.id]);
  assert.equal(fileHash(database, project.id, "a.ts"), "2");
});

test("a file without chunks is known by its hash all the same", async (t) => {
  const database = await temporaryDatabase(t);
  const project = openProject(database, "/p", new FakeClock());
  storeFile(database, project.id, "a.ts", "1", [chunk("a")]);
  storeFile(database, project.id, "a.ts", "2", []);
  assert.deepEqual(fileHashes(database, project.id), new Map([["a.ts", "2"]]));
  assert.equal(countChunks(database, project.id), 0);
});

test("a removed file takes its chunks along, and its like in another project stays", async (t) => {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  const [p, q] = ["/p", "/q"].map((root) => openProject(database, root, clock).id) as [number, number];
  const gone = storeFile(database, p, "a.ts", "1", [chunk("a")]).added;
  const stays = storeFile(database, q, "a.ts", "1", [chunk("a")]).added.map(({ id }) => id);
  assert.deepEqual(removeFile(database, p, "a.ts"), gone);
  assert.deepEqual(removeFile(database, p, "a.ts"), []);
  assert.deepEqual(fileHashes(database, p), new Map());
  assert.equal(fileHash(database, p, "a.ts"), undefined);
  assert.deepEqual(
    findChunks(database, [...gone.map(({ id }) => id), ...stays]).map(({ id }) => id),
    stays,
  );
  assert.equal(countChunks(database, q), 1);
});

test("no chunk stays behind when a row of a file is deleted", async (t) => {
  const database = await temporaryDatabase(t);
  const project = openProject(database, "/p", new FakeClock());
  const { added } = storeFile(database, project.id, "a.ts", "1", [chunk("a"), chunk("b")]);
  database.run("DELETE FROM files WHERE path = 'a.ts'");
  assert.deepEqual(
    findChunks(
      database,
      added.map(({ id }) => id),
    ),
    [],
  );
  assert.equal(countChunks(database, project.id), 0);
});

test("chunks of a project that does not exist are refused, and nothing of them is left", async (t) => {
  const database = await temporaryDatabase(t);
  assert.throws(
    () => database.derivedTransaction(() => storeFile(database, 42, "a.ts", "1", [chunk("a")])),
    /FOREIGN KEY/,
  );
  assert.equal(countChunks(database, 42), 0);
  const project = openProject(database, "/p", new FakeClock());
  database.derivedTransaction(() => storeFile(database, project.id, "a.ts", "1", [chunk("a")]));
  assert.equal(countChunks(database, project.id), 1);
});

function chunk(symbol: string): NewChunk {
  return { kind: "function", symbol, startLine: 0, endLine: 1, text: `function ${symbol}() {}` };
}

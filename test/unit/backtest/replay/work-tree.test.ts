import assert from "node:assert/strict";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { WorkTree } from "../../../../sidecar/backtest/replay/work-tree.ts";
import { temporaryFolder } from "../../../support/folders.ts";

async function createTree(t: TestContext) {
  const folder = await temporaryFolder(t);
  const root = join(folder, "tree");
  await mkdir(root);
  return { tree: new WorkTree(root), folder };
}

test("files are written, changed and removed, in the folder as in memory", async (t) => {
  const { tree } = await createTree(t);
  await tree.put("src/deep/a b#%.ts", "one");
  await tree.put("src/deep/a b#%.ts", "two");
  assert.deepEqual([tree.paths, tree.text("src/deep/a b#%.ts")], [["src/deep/a b#%.ts"], "two"]);
  assert.equal(await readFile(fileURLToPath(tree.uriOf("src/deep/a b#%.ts")), "utf8"), "two");
  await tree.put("src/deep/a b#%.ts", undefined);
  assert.deepEqual([tree.paths, tree.text("src/deep/a b#%.ts"), await readdir(tree.root)], [[], undefined, []]);
});

test("an empty file is a file", async (t) => {
  const { tree } = await createTree(t);
  await tree.put("a.ts", "");
  assert.equal(tree.text("a.ts"), "");
  assert.equal(await readFile(join(tree.root, "a.ts"), "utf8"), "");
});

test("nothing is written outside, whatever a path says", async (t) => {
  const { tree, folder } = await createTree(t);
  for (const path of ["../a.ts", "..", "src/../../a.ts", "./a.ts", "/a.ts", "a//b.ts", "", "..\\a.ts", "a\\b.ts"])
    await tree.put(path, "x");
  for (const path of ["c:/a.ts", "a.ts:stream", "a\0.ts"]) await tree.put(path, "x");
  assert.deepEqual([tree.paths, await readdir(tree.root), await readdir(folder)], [[], [], ["tree"]]);
});

test("of names that differ in case only the first one stands, until it goes", async (t) => {
  const { tree } = await createTree(t);
  await tree.put("Read.ts", "one");
  await tree.put("read.ts", "two");
  await tree.put("read.ts", undefined);
  assert.deepEqual([tree.paths, tree.text("Read.ts")], [["Read.ts"], "one"]);
  assert.deepEqual(await readdir(tree.root), ["Read.ts"]);
  await tree.put("Read.ts", undefined);
  await tree.put("read.ts", "two");
  assert.deepEqual([tree.paths, await readdir(tree.root)], [["read.ts"], ["read.ts"]]);
});

test("a folder takes a file's place, and a file a folder's, once that is gone", async (t) => {
  const { tree } = await createTree(t);
  await tree.put("a", "file");
  await tree.put("a/b/c.ts", "below");
  assert.deepEqual(tree.paths, ["a"]);
  await tree.put("a", undefined);
  await tree.put("a/b/c.ts", "below");
  await tree.put("a/d.ts", "beside");
  await tree.put("a", "file");
  assert.deepEqual(tree.paths, ["a/b/c.ts", "a/d.ts"]);
  await tree.put("a/b/c.ts", undefined);
  assert.deepEqual(await readdir(join(tree.root, "a")), ["d.ts"]);
  await tree.put("a/d.ts", undefined);
  await tree.put("a", "file");
  assert.deepEqual([tree.paths, await readFile(join(tree.root, "a"), "utf8")], [["a"], "file"]);
});

test("a name that is too long is left out, and so is what is below it", async (t) => {
  const { tree } = await createTree(t);
  const long = "n".repeat(300);
  await tree.put(`${long}.ts`, "x");
  await tree.put(`${long}/a.ts`, "x");
  await tree.put("a.ts", "x");
  assert.deepEqual(tree.paths, ["a.ts"]);
});

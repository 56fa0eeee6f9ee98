import assert from "node:assert/strict";
import { relative } from "node:path";
import test from "node:test";
import { findSources, globPattern } from "../../../../sidecar/backtest/personas/glob.ts";
import { temporaryFolder, writeFiles } from "../../../support/folders.ts";

test("a glob matches names, folders and alternatives", () => {
  const check = (glob: string, path: string, expected: boolean): void =>
    assert.equal(globPattern(glob).test(path), expected, `${glob} on ${path}`);
  check("*.js", "a/b.js", true);
  check("lib/*.js", "lib/a/b.js", false);
  check("lib/**/*.js", "lib/a/b.js", true);
  check("lib/**/*.js", "lib/b.js", true);
  check("**/tests/**", "a/tests/b/c.js", true);
  check("**/tests/**", "a/latests/c.js", false);
  check("*.{cc,h}", "a.h", true);
  check("*.{cc,h}", "a.hpp", false);
  check("a,b.js", "a", false);
  check("a+(b)?#&~'.js", "a+(b)c#&~'.js", true);
});

test("sources are found from a folder, above it, and from a variable", async (t) => {
  const root = await temporaryFolder(t);
  const files = ["own/a.json", "lib/a.js", "lib/b/c.js", "lib/b/c.ts", "lib/d/e.js", "lib/d/e.txt"];
  await writeFiles(root, Object.fromEntries(files.map((path) => [path, ""])));
  const find = async (globs: string[], exclude: string[] = []) =>
    (await findSources(`${root}/own`, globs, exclude, { ROOT: `${root}/` })).map((path) => relative(root, path));
  assert.deepEqual(await find(["../lib/**/*.js"]), ["lib/a.js", "lib/b/c.js", "lib/d/e.js"]);
  assert.deepEqual(await find(["$ROOT/lib/{b,d}/*.{js,ts}"], ["**/d/**"]), ["lib/b/c.js", "lib/b/c.ts"]);
  assert.deepEqual(await find([`${root}/lib/a.js`, "../lib/*.js"]), ["lib/a.js"]);
  assert.deepEqual(await find(["../nowhere/**"]), []);
});

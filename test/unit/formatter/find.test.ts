/** Which formatter a project has chosen, and whether it is at hand. */
import assert from "node:assert/strict";
import { chmod } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { findFormatter } from "../../../sidecar/formatter/find.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";

const MODULE = "node_modules/prettier/package.json";

/** What is found for a file in `folder` of a project with these files; programs can be run. */
async function found(
  t: test.TestContext,
  files: Readonly<Record<string, string>>,
  { folder = "", languageId = "typescript", path = "" } = {},
): Promise<string | undefined> {
  const root = await temporaryFolder(t);
  await writeFiles(root, files);
  for (const name of Object.keys(files)) if (/bin\/\w+$/.test(name)) await chmod(join(root, name), 0o755);
  const searchPath = path === "" ? "" : path === "relative" ? "tools/bin" : join(root, path);
  const formatter = await findFormatter(root, folder, languageId, searchPath);
  return formatter && `${formatter.tool.name} by ${formatter.config} at ${formatter.location.slice(root.length + 1)}`;
}

test("Prettier is chosen by its own files, and by a member of package.json", async (t) => {
  for (const name of [".prettierrc", ".prettierrc.yaml", "prettier.config.mjs"]) {
    assert.equal(await found(t, { [name]: "", [MODULE]: "{}" }), `Prettier by ${name} at node_modules/prettier`);
  }
  const member = { "package.json": '{ "prettier": "@company/style" }', [MODULE]: "{}" };
  assert.equal(await found(t, member), "Prettier by package.json at node_modules/prettier");
  const dependency = { "package.json": '{ "devDependencies": { "prettier": "latest" } }', [MODULE]: "{}" };
  assert.equal(await found(t, dependency), undefined);
  assert.equal(await found(t, { "package.json": "{", [MODULE]: "{}" }), undefined);
});

test("what is configured and not installed is not at hand", async (t) => {
  assert.equal(await found(t, { ".prettierrc": "{}" }), undefined);
  assert.equal(await found(t, { "biome.json": "{}" }), undefined);
});

test("what is installed and not configured is not chosen", async (t) => {
  assert.equal(await found(t, { [MODULE]: "{}", "node_modules/.bin/biome": "" }), undefined);
});

test("the nearest configuration holds; packages may lie further out", async (t) => {
  const files = { ".prettierrc": "{}", [MODULE]: "{}", "web/biome.json": "{}", "node_modules/.bin/biome": "" };
  assert.equal(await found(t, files, { folder: "web/src" }), "Biome by web/biome.json at node_modules/.bin/biome");
  assert.equal(await found(t, files, { folder: "api/src" }), "Prettier by .prettierrc at node_modules/prettier");
});

test("a pyproject.toml chooses what it has a table for", async (t) => {
  const programs = { ".venv/bin/black": "", ".venv/bin/ruff": "" };
  const by = (text: string): Promise<string | undefined> =>
    found(t, { "pyproject.toml": text, ...programs }, { languageId: "python" });
  assert.match((await by("[tool.black]\nline-length = 100\n"))!, /^Black/);
  assert.match((await by('[tool.ruff.format]\nquote-style = "single"\n'))!, /^Ruff/);
  assert.equal(await by("[tool.ruff]\nline-length = 100\n"), undefined, "its linter alone formats nothing");
  assert.equal(await by("[project]\nname = 'black'\n"), undefined);
});

test("programs are found on the PATH, but never by a relative entry of it", async (t) => {
  const files = { "go.mod": "module a", "tools/bin/gofmt": "" };
  const go = { languageId: "go" };
  assert.equal(await found(t, files, { ...go, path: "tools/bin" }), "gofmt by go.mod at tools/bin/gofmt");
  assert.equal(await found(t, files, { ...go, path: "relative" }), undefined);
});

test("a formatter of other languages is not asked", async (t) => {
  assert.equal(await found(t, { ".prettierrc": "{}", [MODULE]: "{}" }, { languageId: "ruby" }), undefined);
});

test("folders that do not exist are no hindrance", async (t) => {
  const files = { ".prettierrc": "{}", [MODULE]: "{}" };
  assert.ok(await found(t, files, { folder: "not/there/yet" }));
});

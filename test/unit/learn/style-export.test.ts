import assert from "node:assert/strict";
import { chmod, link, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import test, { type TestContext } from "node:test";
import { SidecarError } from "../../../sidecar/base/errors.ts";
import { planExport, previewExport, writeExport } from "../../../sidecar/learn/style-export.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { convention } from "../../support/learned.ts";

const LEARNED = [convention("typescript quotes=single", "strings: single quotes")];

/** A project in a folder of its own, so that there is an outside. */
async function project(t: TestContext, files: Readonly<Record<string, string | Uint8Array>> = {}): Promise<string> {
  const root = join(await temporaryFolder(t), "project");
  await mkdir(root);
  await writeFiles(root, files);
  return root;
}

async function refuses(run: () => Promise<unknown>, message: RegExp): Promise<void> {
  await assert.rejects(run, (error) => {
    assert.ok(error instanceof SidecarError);
    assert.match(error.message, message);
    assert.notEqual(error.action, "");
    return true;
  });
}

test("writes each format where its readers look for it", async (t) => {
  const root = await project(t);
  for (const [format, path] of [
    ["agents", "AGENTS.md"],
    ["cursor", ".cursor/rules/tacit.mdc"],
    ["copilot", ".github/copilot-instructions.md"],
    ["claude", "CLAUDE.md"],
    ["editorconfig", ".editorconfig"],
  ] as const) {
    const plan = await writeExport(root, format, LEARNED);
    assert.deepEqual([plan.path, plan.before, plan.changed], [join(root, path), undefined, true]);
    assert.equal(await readFile(join(root, path), "utf8"), plan.after);
    const again = await writeExport(root, format, LEARNED);
    assert.deepEqual([again.before, again.after, again.changed], [plan.after, plan.after, false]);
  }
});

test("a plan writes nothing", async (t) => {
  const root = await project(t);
  const plan = await planExport(root, "cursor", LEARNED);
  assert.equal(plan.changed, true);
  assert.deepEqual(await readdir(root), []);
});

test("nothing learned: no file is made", async (t) => {
  const root = await project(t);
  const plan = await writeExport(root, "agents", []);
  assert.deepEqual([plan.changed, plan.isEmpty], [false, true]);
  assert.deepEqual(await readdir(root), []);
});

test("bytes around the section stay, and so does the mode", async (t) => {
  const root = await project(t, { "AGENTS.md": "\ufeff# Mine\r\n\tÄ€𝒳 no end" });
  await chmod(join(root, "AGENTS.md"), 0o640);
  await writeExport(root, "agents", LEARNED);
  const text = await readFile(join(root, "AGENTS.md"), "utf8");
  assert.ok(text.startsWith("\ufeff# Mine\r\n\tÄ€𝒳 no end\r\n\r\n<!-- tacit:begin"));
  assert.equal((await stat(join(root, "AGENTS.md"))).mode & 0o7777, 0o640);
  assert.deepEqual(await readdir(root), ["AGENTS.md"]);
});

test("a file that is as it should be is not written again", async (t) => {
  const root = await project(t);
  await writeExport(root, "agents", LEARNED);
  const before = await stat(join(root, "AGENTS.md"), { bigint: true });
  await writeExport(root, "agents", LEARNED);
  const after = await stat(join(root, "AGENTS.md"), { bigint: true });
  assert.deepEqual([after.ino, after.mtimeNs], [before.ino, before.mtimeNs]);
});

test("a link inside of the project stays a link", async (t) => {
  const root = await project(t, { "AGENTS.md": "# Mine\n" });
  await symlink("AGENTS.md", join(root, "CLAUDE.md"));
  const { path } = await writeExport(root, "claude", LEARNED);
  assert.equal(path, join(root, "AGENTS.md"));
  assert.match(await readFile(join(root, "AGENTS.md"), "utf8"), /^# Mine\n\n<!-- tacit:begin/);
  assert.equal((await writeExport(root, "agents", LEARNED)).changed, false);
});

test("a project that is opened through a link is written to", async (t) => {
  const root = await project(t);
  await symlink(root, `${root}-link`);
  const { path } = await writeExport(`${root}-link`, "agents", LEARNED);
  assert.equal(path, join(root, "AGENTS.md"));
});

test("links that lead out of the project are refused", async (t) => {
  const root = await project(t);
  await writeFiles(join(root, ".."), { "outside/AGENTS.md": "theirs", "outside/rules/x": "" });
  await symlink("../outside/AGENTS.md", join(root, "AGENTS.md"));
  await symlink("../outside", join(root, ".cursor"));
  await symlink("../nowhere.md", join(root, "CLAUDE.md"));
  await mkdir(join(root, ".github"));
  await symlink("copilot-instructions.md", join(root, ".github/copilot-instructions.md"));
  await refuses(() => writeExport(root, "agents", LEARNED), /AGENTS\.md .* leads out of/);
  await refuses(() => writeExport(root, "cursor", LEARNED), /tacit\.mdc .* leads out of/);
  await refuses(() => writeExport(root, "claude", LEARNED), /a link to nothing/);
  await refuses(() => writeExport(root, "copilot", LEARNED), /links lead in a circle/);
  assert.equal(await readFile(join(root, "../outside/AGENTS.md"), "utf8"), "theirs");
});

test("a read-only file is refused, unless nothing would change", async (t) => {
  const root = await project(t, { "AGENTS.md": "# Mine\n" });
  await chmod(join(root, "AGENTS.md"), 0o444);
  await refuses(() => writeExport(root, "agents", LEARNED), /AGENTS\.md is read-only/);
  assert.equal(await readFile(join(root, "AGENTS.md"), "utf8"), "# Mine\n");
  assert.equal((await writeExport(root, "agents", [])).changed, false);
});

test("what is no text file of a sane size is refused", async (t) => {
  const root = await project(t, {
    "CLAUDE.md": Uint8Array.of(0xff, 0xfe, 0x23, 0),
    ".editorconfig": new Uint8Array(5 * 1024 * 1024),
    ".github": "a file",
  });
  await mkdir(join(root, "AGENTS.md"));
  await refuses(() => writeExport(root, "claude", LEARNED), /CLAUDE\.md is not UTF-8/);
  await refuses(() => writeExport(root, "editorconfig", LEARNED), /larger than 4 MiB/);
  await refuses(() => writeExport(root, "agents", LEARNED), /AGENTS\.md is no file/);
  await refuses(() => writeExport(root, "copilot", LEARNED), /what should be its folder is a file/);
  await refuses(() => writeExport(join(root, "gone"), "agents", LEARNED), /cannot be opened/);
});

test("broken markers leave the file as it is", async (t) => {
  const text = "<!-- tacit:begin -->\nhalf\n";
  const root = await project(t, { "AGENTS.md": text });
  await refuses(() => writeExport(root, "agents", LEARNED), /AGENTS\.md, line 1/);
  assert.equal(await readFile(join(root, "AGENTS.md"), "utf8"), text);
  assert.deepEqual(await readdir(root), ["AGENTS.md"]);
});

test("another file may be named, wherever it lies", async (t) => {
  const root = await project(t);
  const file = join(root, "../elsewhere/style.md");
  assert.equal((await writeExport(root, "agents", LEARNED, { file })).path, file);
  assert.match(await readFile(file, "utf8"), /single quotes/);
});

test("JSON replaces a document of ours, and nothing else", async (t) => {
  const root = await project(t, { "mine.json": '{"name": "mine"}\n' });
  const file = join(root, "style.json");
  await writeExport(root, "json", [], { file });
  await writeExport(root, "json", LEARNED, { file });
  assert.match(await readFile(file, "utf8"), /"single"/);
  await refuses(() => writeExport(root, "json", LEARNED, { file: join(root, "mine.json") }), /a file of yours/);
  await refuses(() => writeExport(root, "json", LEARNED), /no file of its own/);
});

test("an editor's newer text is what the plan is made from", async (t) => {
  const root = await project(t, { "AGENTS.md": "saved\n" });
  const { before, after } = await planExport(root, "agents", LEARNED, { text: "typed\n" });
  assert.equal(before, "typed\n");
  assert.match(after, /^typed\n\n<!--/);
});

test("an editor gets path and both texts, null for what is not there", async (t) => {
  const root = await project(t);
  const folder = pathToFileURL(root).href;
  const markdown = await previewExport({ folder, format: "agents" }, LEARNED);
  assert.deepEqual([markdown.path, markdown.before, markdown.isEmpty], [join(root, "AGENTS.md"), null, false]);
  const json = await previewExport({ folder, format: "json" }, LEARNED);
  assert.deepEqual([json.path, json.before], [null, null]);
  assert.match(json.after, /"tacit-style"/);
  await refuses(() => previewExport({ folder: "untitled:1", format: "agents" }, LEARNED), /no folder of this machine/);
});

test("hard links and leftovers: the other name keeps the old text, no temporary file stays", async (t) => {
  const root = await project(t, { "AGENTS.md": "# Mine\n" });
  await link(join(root, "AGENTS.md"), join(root, "copy.md"));
  await writeExport(root, "agents", LEARNED);
  assert.equal(await readFile(join(root, "copy.md"), "utf8"), "# Mine\n");
  assert.deepEqual((await readdir(root)).sort(), ["AGENTS.md", "copy.md"]);
});

test("taking the section out again gives back what the user wrote", async (t) => {
  const root = await project(t, { ".editorconfig": "root = true\r\n\r\n[*]\r\ncharset = utf-8\r\n" });
  await writeExport(root, "editorconfig", LEARNED);
  await writeExport(root, "editorconfig", []);
  const text = await readFile(join(root, ".editorconfig"), "utf8");
  assert.equal(text.replace("\r\n\r\n\r\n", "\r\n\r\n"), "root = true\r\n\r\n[*]\r\ncharset = utf-8\r\n");
  await rm(join(root, ".editorconfig"));
  await writeFile(join(root, ".editorconfig"), "");
  assert.equal((await writeExport(root, "editorconfig", [])).after, "");
});

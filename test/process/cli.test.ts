/** The command line as people and scripts use it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { FATAL_FAULTS } from "../support/models/broken.ts";
import { PRESETS, writeModel } from "../support/models/models.ts";

const FILES = {
  "a.ts": "export const limits = readLimits(process.env, fallbackLimits);\n",
  "b.ts": "export const limits = readLimits(\n",
};

async function createCli(t: TestContext) {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, Object.fromEntries(Object.entries(FILES).map(([name, text]) => [`project/${name}`, text])));
  const run = (...args: string[]) => {
    const cli = join(import.meta.dirname, "../../bin/tacit.mjs");
    return spawnSync(process.execPath, [cli, ...args], {
      encoding: "utf8",
      cwd: join(folder, "project"),
      env: { ...process.env, TACIT_HOME: join(folder, "home") },
    });
  };
  return { run, folder };
}

test("learn reads a folder and reports what it found", async (t) => {
  const { run } = await createCli(t);
  const { status, stdout } = run("learn", ".", "--json");
  assert.equal(status, 0);
  const report = JSON.parse(stdout) as { files: number; languages: object };
  assert.equal(report.files, 2);
  assert.deepEqual(report.languages, { typescript: 2 });
  assert.match(run("learn", ".").stdout, /read 2 files, \d+ tokens/);
});

test("suggest prints the text, and with --why where it comes from", async (t) => {
  const { run } = await createCli(t);
  const { status, stdout } = run("suggest", "--file", "b.ts", "--line", "1", "--column", "34", "--why");
  assert.equal(status, 0);
  assert.match(stdout, /^process\.env, fallbackLimits\);\n— recall\/\w+, confidence 0\.\d\d, from a\.ts\n$/);
  const json = JSON.parse(run("suggest", "--file", "b.ts", "--line", "1", "--column", "34", "--json").stdout) as object;
  assert.deepEqual(json, { suggestion: "process.env, fallbackLimits);" });
});

test("suggest says when there is nothing, with status 3", async (t) => {
  const { run } = await createCli(t);
  const { status, stdout } = run("suggest", "--file", "a.ts", "--line", "1", "--column", "5");
  assert.equal(status, 3);
  assert.match(stdout, /nothing to suggest: inside a word/);
});

test("status and doctor know an empty machine", async (t) => {
  const { run } = await createCli(t);
  assert.match(run("status").stdout, /examples +0 \(0 corrected, 0 accepted, 0 typed\)/);
  const doctor = run("doctor");
  assert.equal(doctor.status, 0, doctor.stdout + doctor.stderr);
  assert.match(doctor.stdout, /ok +vector index: hnswlib works\nok +parser: tree-sitter works/);
  assert.match(doctor.stdout, /ok +model backend: (?:CPU|CUDA|Vulkan|Metal) /);
});

test("doctor lets the chosen models work, and says what is wrong with one", async (t) => {
  const { run, folder } = await createCli(t);
  const [model, embedder, broken] = ["coder.gguf", "jina.gguf", "broken.gguf"].map((name) => join(folder, name));
  await writeModel(model!, PRESETS.tinyQwen2);
  await writeModel(embedder!, PRESETS.tinyJina);
  await writeFile(broken!, FATAL_FAULTS["headsNone"]!(await readFile(model!)));
  const good = run("doctor", "--gpu", "off", "--model", model!, "--embedder", embedder!);
  assert.equal(good.status, 0, good.stdout + good.stderr);
  assert.match(
    good.stdout,
    /ok +model at work: test model of 2 × 128 on CPU, .* of memory; reads \d.* tokens a second/,
  );
  assert.match(good.stdout, /ok +embedder at work: .* on CPU, .*; embeds \d.* texts of \d+ tokens a second/);
  const bad = run("doctor", "--gpu", "off", "--model", broken!, "--embedder", join(folder, "gone.gguf"));
  assert.equal(bad.status, 3, bad.stdout + bad.stderr);
  assert.match(bad.stdout, /FAIL +model at work: The process of the model broken\.gguf ended .*\n +\S/);
  assert.match(bad.stdout, /FAIL +embedder: .*There is no such file.*\n +Choose another/);
  assert.doesNotMatch(bad.stdout, /embedder at work/);
});

test("mistakes get a sentence and a status, never a stack", async (t) => {
  const { run } = await createCli(t);
  for (const [args, status, message] of [
    [["learn", "nowhere"], 1, /There is no folder .*nowhere/],
    [["learn", "a.ts"], 1, /is a file\.\nName the folder/],
    [["suggest", "--file", "a.ts", "--line", "99", "--column", "1"], 1, /has 2 lines; there is no line 99/],
    [["suggest", "--file", "a.ts", "--line", "0", "--column", "1"], 2, /a whole number from 1 on is needed/],
    [["suggest", "--file", "gone.ts", "--line", "1", "--column", "1"], 1, /gone\.ts cannot be read/],
    [["suggest"], 2, /required option '--file/],
    [["dance"], 2, /unknown command 'dance'/],
    [["lsp"], 2, /required option '--stdio'/],
  ] as const) {
    const result = run(...args);
    assert.equal(result.status, status, `${args.join(" ")}: ${result.stderr}`);
    assert.match(result.stderr, message);
    assert.doesNotMatch(result.stderr, /\n {4}at /);
  }
});

test("the language server runs over standard streams", async (t) => {
  const { folder } = await createCli(t);
  const command = [join(import.meta.dirname, "../../bin/tacit.mjs"), "lsp", "--stdio"];
  const client = await SidecarClient.start({ folders: [join(folder, "project")], home: join(folder, "home"), command });
  assert.equal((await client.learn()).files, 2);
  await client.stop();
});

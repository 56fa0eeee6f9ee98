/** The command line as people and scripts use it. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { withFilesUpTo } from "../fault/machine.ts";
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
  const cli = join(import.meta.dirname, "../../bin/tacit.mjs");
  const options = {
    encoding: "utf8",
    cwd: join(folder, "project"),
    env: { ...process.env, TACIT_HOME: join(folder, "home") },
  } as const;
  const run = (...args: string[]) => spawnSync(process.execPath, [cli, ...args], options);
  /** Files that it writes are no longer than this, in units of 512 bytes. */
  const runWithFilesUpTo = (blocks: number, ...args: string[]) => {
    const [shell, ...limit] = withFilesUpTo(blocks) as [string, ...string[]];
    return spawnSync(shell, [...limit, process.execPath, cli, ...args], options);
  };
  return { run, runWithFilesUpTo, folder };
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

test("where the disk fails learn says so, and what to do", async (t) => {
  const { runWithFilesUpTo, folder } = await createCli(t);
  // From no room at all to room for most of it; what fails first differs.
  for (const blocks of [0, 440, 500, 560, 620]) {
    const { status, stderr } = runWithFilesUpTo(blocks, "learn", ".");
    if (blocks === 0 || status !== 0) {
      assert.equal(status, 1);
      assert.match(stderr, /tacit: .+\n(?:.*(?:writable|can be written|disk is not full).*)\n$/, `${blocks} blocks`);
    }
    await rm(join(folder, "home"), { recursive: true, force: true });
  }
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

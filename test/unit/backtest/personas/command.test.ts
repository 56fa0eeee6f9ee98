import assert from "node:assert/strict";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { Command } from "commander";
import { type PersonasHelpers, registerPersonas } from "../../../../sidecar/cli/personas.ts";
import { temporaryFolder, writeFiles } from "../../../support/folders.ts";

test("measures the personas of the folder and prints one object", async (t) => {
  const { run, folder, printed, progress } = await commandLine(t);
  assert.equal(await run("--json", "--seed", "4", "--seed", "5", "--events", "6"), "ok");
  const { mean, personas, seeds, events } = JSON.parse(printed()) as Record<string, unknown>;
  assert.deepEqual([seeds, events], [[4, 5], 6]);
  assert.equal((mean as { ratio: number }).ratio, 1);
  assert.deepEqual(Object.keys(personas as object), ["quotes"]);
  assert(progress.some((text) => text.startsWith("quotes: event")));
  const page = join(folder, "page.html");
  assert.equal(await run("--events", "6", "--html", page), "ok");
  assert.match(await readFile(page, "utf8"), /^<!doctype html>/);
  assert.match(printed(), /^persona /);
});

test("one persona that fails makes the whole fail, after the others are told", async (t) => {
  const { run, folder, printed } = await commandLine(t);
  const broken = join(folder, "broken.json");
  await writeFile(broken, "{}");
  assert.equal(await run("--persona", broken, "--persona", join(folder, "quotes.json"), "--events", "6"), "failed");
  assert.match(printed(), /^quotes /m);
  assert.match(printed(), /^FAILED .*broken\.json: .*kind/m);
});

test("a folder without personas says what to name instead", async (t) => {
  const { run } = await commandLine(t, { folder: await temporaryFolder(t) });
  await assert.rejects(run(), /There are no personas/);
});

async function commandLine(t: TestContext, changed: Partial<PersonasHelpers> = {}) {
  const folder = await temporaryFolder(t);
  const lines = Array.from({ length: 40 }, (_, line) => `call${line}("text");`).join("\n");
  const tool = (from: string, to: string): string[] => [
    "node",
    "-e",
    `const fs = require("fs"); for (const path of process.argv.slice(1))
      fs.writeFileSync(path, fs.readFileSync(path, "utf8").replaceAll(${from}, ${to}));`,
    "{files}",
  ];
  const persona = {
    kind: "formatter",
    languageId: "javascript",
    sources: ["*.js"],
    base: [tool("`'`", '`"`')],
    persona: [tool('`"`', "`'`")],
  };
  const sources = { "a.js": lines, "b.js": lines, "c.js": lines };
  await writeFiles(folder, { "quotes.json": JSON.stringify(persona), ...sources });
  let printed = "";
  let status: string | undefined;
  const progress: string[] = [];
  const helpers: PersonasHelpers = {
    createLearner: () =>
      Promise.resolve({
        see: () => Promise.resolve(),
        repair: ({ base }) => Promise.resolve(base),
        learn: () => Promise.resolve(),
        close: () => Promise.resolve(),
      }),
    folder,
    cacheFolder: await temporaryFolder(t),
    environment: process.env,
    wholeNumber: Number,
    abortOnInterrupt: () => new AbortController().signal,
    openProgress: () => ({ update: (text) => progress.push(text), stop: () => undefined }),
    print: (text) => (printed = text),
    setExitStatus: (given) => (status = given),
    elapsedMs: () => 0,
    ...changed,
  };
  const run = async (...args: string[]): Promise<string | undefined> => {
    const program = new Command();
    registerPersonas(program, helpers);
    await program.parseAsync(["personas", ...args], { from: "user" });
    return status;
  };
  return { run, folder, printed: () => printed, progress };
}

/** Style learning through the product's own door, small: personas that Prettier plays on this repository's sources. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { temporaryFolder, writeFiles } from "../support/folders.ts";

const ROOT = join(import.meta.dirname, "../..");
const prettier = (...options: string[]): string[] => [
  process.execPath,
  join(ROOT, "node_modules/prettier/bin/prettier.cjs"),
  "--no-config",
  ...options,
  "--write",
  "{files}",
];
const SHARED = {
  languageId: "typescript",
  sources: [join(ROOT, "sidecar/{base,store,learn}/*.ts")],
  base: [prettier()],
};
const PERSONAS = {
  "compact.json": {
    ...SHARED,
    kind: "formatter",
    description: "",
    persona: [prettier("--no-semi", "--single-quote", "--tab-width=4", "--no-bracket-spacing")],
  },
  "same.json": { ...SHARED, kind: "null", description: "", persona: [prettier()] },
  "broken.json": { ...SHARED, kind: "formatter", description: "", persona: [[process.execPath, "gone.mjs", "{file}"]] },
};

async function createPersonas(t: TestContext) {
  const folder = await temporaryFolder(t);
  const files = Object.entries(PERSONAS).map(([name, persona]) => [name, JSON.stringify(persona)]);
  await writeFiles(folder, Object.fromEntries(files) as Record<string, string>);
  const run = (...args: string[]) =>
    spawnSync(process.execPath, [join(ROOT, "bin/tacit.mjs"), "personas", ...args], {
      encoding: "utf8",
      cwd: folder,
      env: { ...process.env, TACIT_HOME: join(folder, "home"), TMPDIR: folder },
    });
  return { run, folder };
}

test("a style is learned within a few changes, and whoever writes as offered is left alone", async (t) => {
  const { run, folder } = await createPersonas(t);
  const args = ["--persona", "compact.json", "--persona", "same.json", "--seed", "1", "--events", "40"];
  const { status, stdout, stderr } = run(...args, "--json", "--html", "page.html");
  assert.equal(status, 0, stderr);
  const { personas, mean } = JSON.parse(stdout) as {
    personas: Record<string, { kind: string; ratio: number; ratioNoIndent: number; harmPer1000Lines: number }>;
    mean: { ratio: number };
  };
  const { compact, same } = personas as Record<"compact" | "same", (typeof personas)[string]>;
  assert(compact.ratio < 0.4, `ratio ${compact.ratio}`);
  assert.equal(mean.ratio, compact.ratio);
  assert.equal(same.harmPer1000Lines, 0);
  const page = readFileSync(join(folder, "page.html"), "utf8");
  assert.match(page, /<svg/);
  assert.doesNotMatch(page, /(?:src|href)="https?:/);
});

test("a persona whose tool fails says so, teaches nothing, and the others go on", async (t) => {
  const { run } = await createPersonas(t);
  const { status, stdout } = run("--persona", "broken.json", "--persona", "same.json", "--seed", "1", "--events", "5");
  assert.equal(status, 1);
  assert.match(stdout, /broken/);
  assert.match(stdout, /same +null +5/);
});

/** What GitHub runs is not run here; that it fits the project is. */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { parse } from "yaml";
import { TARGETS } from "../../scripts/llama-packages.ts";

const FOLDER = new URL("../../.github/workflows/", import.meta.url);
const ROOT = new URL("../../", import.meta.url);
const TEXTS = new Map(readdirSync(FOLDER).map((name) => [name, readFileSync(new URL(name, FOLDER), "utf8")]));

test("the extension is packaged for each platform on a machine of its kind", () => {
  const { jobs } = parse(TEXTS.get("package.yml") ?? "") as {
    jobs: { package: { strategy: { matrix: { include: readonly { target: string; runner: string }[] } } } };
  };
  const { include } = jobs.package.strategy.matrix;
  assert.deepEqual(include.map(({ target }) => target).sort(), [...TARGETS].sort());
  const systems = { linux: "ubuntu", darwin: "macos", win32: "windows" };
  for (const { target, runner } of include) {
    const [system, arch] = target.split("-") as [keyof typeof systems, string];
    assert.ok(runner.startsWith(systems[system]), target);
    assert.equal(system === "linux" && runner.endsWith("-arm"), system === "linux" && arch === "arm64", target);
  }
});

test("actions of others are named by commit, and nothing may write but what makes the release", () => {
  for (const [name, text] of TEXTS) {
    for (const [, action] of text.matchAll(/uses: (?!\.\/)(\S+)/g)) assert.match(action!, /@[0-9a-f]{40}$/, name);
    assert.match(text, /^permissions:\n {2}contents: read$/m, name);
    const writing = text.match(/: write$/gm) ?? [];
    assert.equal(writing.length, name === "release.yml" ? 1 : 0, name);
  }
});

test("what publishes is the vsce that packages", () => {
  const { devDependencies } = JSON.parse(readFileSync(new URL("package.json", ROOT), "utf8")) as {
    devDependencies: Readonly<Record<string, string>>;
  };
  assert.ok(TEXTS.get("release.yml")?.includes(`@vscode/vsce@${devDependencies["@vscode/vsce"] ?? ""}"`));
});

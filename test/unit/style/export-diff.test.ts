import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { unifiedDiff } from "../../../sidecar/style/export/unified-diff.ts";
import { temporaryFolder, writeFiles } from "../../support/folders.ts";
import { createDice, seeds } from "../text/dice.ts";

test("equal texts have no difference", () => {
  assert.equal(unifiedDiff("a", "x\n", "x\n"), "");
});

test("a changed line stands between three lines of context", () => {
  const lines = ["1", "2", "3", "4", "5", "6", "7", "8", "9"];
  const before = `${lines.join("\n")}\n`;
  assert.equal(
    unifiedDiff("a.md", before, before.replace("5", "five")),
    "--- a/a.md\n+++ b/a.md\n@@ -2,7 +2,7 @@\n 2\n 3\n 4\n-5\n+five\n 6\n 7\n 8\n",
  );
});

test("a new file comes from nowhere, and a missing line end is told", () => {
  assert.equal(
    unifiedDiff("a.md", undefined, "x\ny"),
    "--- /dev/null\n+++ b/a.md\n@@ -0,0 +1,2 @@\n+x\n+y\n\\ No newline at end of file\n",
  );
});

const git = spawnSync("git", ["--version"]).status === 0;

test("git applies it: random texts", { skip: !git }, async (t) => {
  for (const seed of seeds(20)) {
    const dice = createDice(seed);
    const folder = await temporaryFolder(t);
    const lines = ["a\n", "b\n", "c\n", "d\r\n", "\n"];
    const randomText = (): string => dice.text(lines, dice.below(30)) + dice.pick(["", "end"]);
    const [before, after] = [randomText(), randomText()];
    await writeFiles(folder, { "a.md": before, "change.diff": unifiedDiff("a.md", before, after) });
    const options = ["--allow-empty", "--whitespace=nowarn"];
    const { status, stderr } = spawnSync("git", ["apply", ...options, "change.diff"], {
      cwd: folder,
      encoding: "utf8",
    });
    assert.equal(status, 0, `seed ${seed}: ${stderr}`);
    // git removes a file that has become empty.
    const result = after === "" ? "" : await readFile(join(folder, "a.md"), "utf8");
    assert.equal(result, after, `seed ${seed}`);
  }
});

test("large changes are told as all old lines out, all new lines in", () => {
  const numbered = (name: string): string => Array.from({ length: 3000 }, (_, line) => `${name} ${line}\n`).join("");
  const diff = unifiedDiff("a", numbered("old"), numbered("new"));
  assert.match(diff, /@@ -1,3000 \+1,3000 @@\n-old 0\n/);
  assert.equal(diff.split("\n").length, 6004);
});

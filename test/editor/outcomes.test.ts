/**
 * A suggestion's whole life in a real editor, with a real git repository and a real task: accepted, it breaks a test, is
 * mended, and committed. The outcome carries it in order, the ledger tells it, and forgotten it is nowhere any more.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "node:test";
import type { ToldOutcome } from "../../sidecar/learn/outcomes.ts";
import { openEditor, type Editor } from "../support/editor.ts";
import { writeFiles } from "../support/folders.ts";
import { filesWith, tacit } from "../support/stored.ts";

const CHECK = `export function check(value) {
  if (typeof value !== "number") throw new TypeError("no number");
}
`;

/** Words that stand in one file alone. */
const PECULIAR = "pairwise marmalade";

/** A function of one value, in a file of its own. */
function functionFile(name: string, body: string, comment = ""): string {
  return `${comment}import { check } from "./check.js";

export function ${name}(value) {
  check(value);
  ${body}
}
`;
}

const BLANK_LINE = 6;
const SUGGESTED = "value / 2;";
const FILES = {
  "src/check.js": CHECK,
  "src/half.js": functionFile("half", `return ${SUGGESTED}`),
  "src/mean.js": functionFile("mean", `return ${SUGGESTED}`),
  "src/middle.js": functionFile("middle", `return ${SUGGESTED}`),
  "src/double.js": functionFile("double", "", `// ${PECULIAR}\n`),
  "test/double.test.mjs": `import assert from "node:assert/strict";
import test from "node:test";
import { double } from "../src/double.js";

test("twice as much", () => assert.equal(double(4), 8));
`,
  "package.json": '{ "type": "module" }\n',
  ".vscode/tasks.json": JSON.stringify({
    version: "2.0.0",
    tasks: [
      {
        label: "check it",
        type: "shell",
        // What a test of Node's runner starts knows that, and runs no tests of its own.
        command: "unset NODE_TEST_CONTEXT; node --test",
        group: { kind: "test", isDefault: true },
        problemMatcher: [],
      },
    ],
  }),
};

function git(folder: string, ...args: readonly string[]): string {
  const who = ["-c", "user.name=Ada", "-c", "user.email=ada@example.org", "-c", "commit.gpgSign=false"];
  return execFileSync("git", ["-C", folder, ...who, ...args], { encoding: "utf8" }).trim();
}

/** What `tacit outcomes` tells of the suggestion that was accepted in a file. */
function outcomeIn(editor: Editor, path: string): ToldOutcome | undefined {
  const { outcomes } = JSON.parse(tacit(editor, "outcomes", "--json")) as { outcomes: readonly ToldOutcome[] };
  return outcomes.find((outcome) => outcome.path === path && outcome.story.some(({ kind }) => kind === "accepted"));
}

async function waitForStory(editor: Editor, what: string, isThere: (outcome: ToldOutcome) => boolean): Promise<void> {
  await editor.until(
    what,
    () => {
      const outcome = outcomeIn(editor, "src/double.js");
      return outcome !== undefined && isThere(outcome);
    },
    { timeoutMs: 60_000 },
  );
}

test("accepted, tested, mended and committed: told in order, and forgotten without a trace", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tacit-repository-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  await writeFiles(folder, FILES);
  git(folder, "init", "--quiet", "-b", "main");
  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "-m", "Begin");
  await using editor = await openEditor({ workspace: folder, inPlace: true });

  await editor.waitUntilRead();
  await editor.openFile("src/double.js", { line: BLANK_LINE });
  await editor.press("End");
  // At once: what is typed along a suggestion is part of it.
  await editor.insert("return ");
  await editor.waitForGhostText(SUGGESTED);
  await editor.accept();
  await editor.waitForText(`return ${SUGGESTED}`);
  await waitForStory(editor, "a look at the problems", ({ story }) => story.some(({ kind }) => kind === "diagnostics"));
  await editor.save();

  await editor.command("Tasks: Run Test Task");
  await waitForStory(editor, "a test that fails", ({ story }) =>
    story.some(({ what }) => what === "node --test failed"),
  );

  await editor.openFile("src/double.js", { line: BLANK_LINE });
  await editor.press("End");
  await editor.press("ArrowLeft");
  for (let left = "/ 2".length; left > 0; left--) await editor.press("Backspace");
  await editor.type("* 2");
  await editor.waitForText("return value * 2;");
  await editor.save();
  await waitForStory(editor, "the change", ({ story }) => story.some(({ kind }) => kind === "fixed"));

  await editor.command("Tasks: Run Test Task");
  const passed = "node --test passed, and had failed before";
  await waitForStory(editor, "a test that passes", ({ story }) => story.some(({ what }) => what === passed));

  git(folder, "add", "--all");
  git(folder, "commit", "--quiet", "-m", "Fix what is twice as much");
  const commit = git(folder, "rev-parse", "HEAD");
  await waitForStory(editor, "the commit", ({ story }) => story.some(({ kind }) => kind === "committed"));

  const outcome = outcomeIn(editor, "src/double.js")!;
  const order = ["accepted", "diagnostics", "ran", "fixed", "ran", "committed"];
  const events = outcome.story.filter(({ kind }) => order.includes(kind));
  // A key that seems lost is pressed again, and the test may have run once more; slow typing is several changes.
  const told = events.filter(({ kind, what }, index) => {
    const before = events[index - 1];
    return kind === "ran" ? what !== before?.what : kind !== "fixed" || before?.kind !== "fixed";
  });
  const kinds = told.map(({ kind }) => kind as string);
  // Once it has settled, problems are looked at again.
  const first = kinds.indexOf("diagnostics");
  assert.deepEqual(
    kinds.filter((kind, index) => kind !== "diagnostics" || index === first),
    order,
  );
  const committed = outcome.story.find(({ kind }) => kind === "committed")!;
  assert.equal(committed.what, `committed in ${commit.slice(0, 8)}, 0 of 1 line as suggested`);
  assert.equal(outcome.tags[0], "fix");
  assert.ok(outcome.reasons.includes("node --test failed"), outcome.reasons.join("; "));

  const file = join(folder, "src/double.js");
  const story =
    /shown → accepted → .*node --test failed → .*changed, after a failure, to “value \* 2;” → .*node --test passed, and had failed before → .*committed in /;
  assert.match(tacit(editor, "ledger", "--file", file), story);
  await editor.command("Tacit: Show Ledger");
  await editor.pick("This File");
  await editor.waitForText(/^# src.double\.js/);

  const kept = [editor.home, editor.storage];
  assert.notDeepEqual(await filesWith(kept, PECULIAR), []);
  await editor.openFile("src/double.js");
  await editor.command("Tacit: Forget This File");
  await editor.answerDialog("Forget and Exclude");
  await editor.waitForMessage("Nothing is left of src/double.js.", { timeoutMs: 60_000 });
  assert.deepEqual(await filesWith(kept, PECULIAR), []);
  assert.match(tacit(editor, "ledger", "--verify", "--text", PECULIAR), /^ok {4}nothing is left of it$/m);
  assert.match(tacit(editor, "ledger", "--file", file), /^Nothing is stored\.$/m);
  assert.equal(outcomeIn(editor, "src/double.js"), undefined);
});

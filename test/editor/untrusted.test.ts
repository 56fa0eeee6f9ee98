/**
 * A folder that is not trusted: suggestions come from the files that are open, nothing of it is stored, and nothing
 * that lies in it is run. Once it is trusted all of that is otherwise.
 */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { join } from "node:path";
import test from "node:test";
import { openEditor, type Editor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { installProgram } from "../support/formatters.ts";
import { filesWith, storiesOf, tacit } from "../support/stored.ts";

/** A word that stands in no other folder. */
const PECULIAR = "marmaladeShare";
const LINE = `const share = await ${PECULIAR}.of(account, period);`;
const BEGIN = "const share = await ";

/** Functions that are alike, and the beginning of one more. */
function readers(...names: readonly string[]): string {
  const whole = names.map(
    (name) => `export async function ${name}(account, period) {
  ${LINE}
  if (share === undefined) throw new RangeError(account);
  return share * 100;
}
`,
  );
  return `export async function next(account, period) {\n\n}\n\n${whole.join("\n")}`;
}

async function acceptAt(editor: Editor, path: string): Promise<void> {
  await editor.openFile(path, { line: 2 });
  await editor.insert(`  ${BEGIN}`);
  await editor.waitForGhostText(PECULIAR);
  await editor.accept();
  await editor.save();
}

test("of a folder that is not trusted nothing is stored and nothing is run, until it is trusted", async (t) => {
  const folder = await temporaryFolder(t);
  const trace = join(await temporaryFolder(t), "trace");
  await writeFiles(folder, {
    "src/before.js": readers("yearly", "monthly", "weekly"),
    "src/after.js": readers("daily", "hourly"),
  });
  // Whoever formats as this project wants to leaves a trace.
  await installProgram(folder, `touch '${trace}'; cat`);
  await using editor = await openEditor({
    workspace: folder,
    inPlace: true,
    isUntrusted: true,
    settings: { "tacit.learning.settleSeconds": 3 },
  });

  await t.test("not trusted", async () => {
    await editor.until("it says that nothing is learned", async () =>
      (await editor.statusTooltip()).includes("Nothing is learned in an untrusted workspace."),
    );
    await acceptAt(editor, "src/before.js");
  });

  await t.test("nothing of it is kept", async () => {
    // What is known by then is told, and stored, when a window closes.
    await editor.page.close();
    await editor.until("the sidecar has ended", async () => (await editor.processes("sidecar.mjs")).length === 0);
    await editor.stop();
    assert.deepEqual(await filesWith([editor.home, editor.storage], PECULIAR), []);
    assert.deepEqual(storiesOf(editor, "src/before.js"), []);
    assert.match(tacit(editor, "ledger"), /Nothing is stored/);
    assert.ok(!existsSync(trace), "what lies in the folder was run");
  });

  await t.test("trusted", async () => {
    await editor.start();
    await editor.page.locator(".statusbar-item", { hasText: "Restricted Mode" }).click();
    await editor.page.locator(".workspace-trust-editor .monaco-button", { hasText: /^Trust$/ }).click();
    await editor.waitUntilRead();
    await acceptAt(editor, "src/after.js");
    await editor.until("it is stored", () => storiesOf(editor, "src/after.js").length > 0);
    await editor.until("the project's own formatter is asked", () => existsSync(trace));
  });
});

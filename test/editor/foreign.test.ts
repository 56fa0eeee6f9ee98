/**
 * Another tool is at work in the same editor: what it writes is followed like a suggestion of ours, with a confidence;
 * what somebody types, pastes and formats meanwhile is nobody's but theirs.
 */
import assert from "node:assert/strict";
import test from "node:test";
import { openEditor, type Editor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { OTHER_TOOL, packOtherTool } from "../support/other-tool.ts";
import { storiesOf, type Story, tacit } from "../support/stored.ts";

const PATH = "src/cart.js";
const BLANK_LINE = 2;
const FILES = {
  [PATH]: `export function sumUp(items) {

}

export function badlySpaced(items){
      const names=items.map( (item)=>item.name );
  return names.filter( (name)=>name.startsWith("a") );
}
`,
};
const { suggested, applied } = OTHER_TOOL;

function foreignIn(editor: Editor): Story[] {
  return storiesOf(editor, PATH).filter(({ signals }) =>
    signals.some((signal) => signal.kind === "shown" && signal.generation.engine === "foreign"),
  );
}

function kindsOf(story: Story | undefined): string[] {
  return (story?.signals ?? []).map(({ kind }) => kind as string);
}

function confidenceOf(story: Story): number {
  const shown = story.signals.find((signal) => signal.kind === "shown");
  return shown?.generation.confidence ?? 0;
}

test("what another tool writes is taken for its own, followed, and told as such", async (t) => {
  const folder = await temporaryFolder(t);
  await writeFiles(folder, FILES);
  await using editor = await openEditor({
    workspace: folder,
    inPlace: true,
    otherVsix: await packOtherTool(await temporaryFolder(t)),
    settings: { "tacit.learning.settleSeconds": 3 },
  });
  await editor.waitUntilRead();

  await t.test("ghost text of another tool that is accepted, and changed afterwards", async () => {
    await editor.openFile(PATH, { line: BLANK_LINE });
    await editor.type(`  ${suggested.begun}`);
    await editor.waitForGhostText(suggested.text.trim());
    await editor.accept();
    await editor.until("it is taken for another tool's", () => foreignIn(editor).length === 1);
    const [story] = foreignIn(editor);
    assert.equal(story!.text.trim(), suggested.text.trim());
    assert.ok(confidenceOf(story!) >= 0.6 && confidenceOf(story!) < 1, `confidence ${confidenceOf(story!)}`);
    assert.deepEqual(kindsOf(story).slice(0, 2), ["shown", "accepted"]);

    for (let left = ", 0);".length; left > 0; left--) await editor.press("Backspace");
    await editor.type(", start);");
    await editor.until("the change is seen", () => kindsOf(foreignIn(editor)[0]).includes("settled"));
    assert.ok(kindsOf(foreignIn(editor)[0]).includes("edited"));
  });

  await t.test("what somebody types, doubles and has formatted is not", async () => {
    await editor.openFile(PATH, { line: BLANK_LINE });
    await editor.press("End");
    await editor.press("Enter");
    await editor.type("return total;");
    await editor.press("Shift+Alt+ArrowDown");
    await editor.command("Format Document");
    await editor.waitForText("const names = items.map((item) => item.name);");
    await editor.save();
  });

  await t.test("a function that a chat applies", async () => {
    await editor.command("Stand-in: Apply");
    await editor.waitForText("Math.min(...prices)");
    await editor.until("it is taken for another tool's", () => foreignIn(editor).length > 1);
    const stories = foreignIn(editor);
    assert.deepEqual(
      stories.map(({ text }) => text.trim()),
      [suggested.text.trim(), applied.trim()],
    );
    assert.ok(confidenceOf(stories[1]!) >= 0.5, `confidence ${confidenceOf(stories[1]!)}`);
  });

  await t.test("the ledger says whose it was", () => {
    assert.match(tacit(editor, "ledger", "--file", `${folder}/${PATH}`), /inserted by another tool, as it seems → /);
  });
});

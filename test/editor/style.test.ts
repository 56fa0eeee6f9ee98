/**
 * Style in a real editor: the same correction made twice by hand, the third suggestion arrives corrected, "Why This
 * Suggestion?" says so, and "Not My Style" takes it back. What was turned down stays away, also after a restart.
 */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../sidecar/base/log.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { allRejected } from "../../sidecar/store/rejected.ts";
import { type Editor, openEditor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";

/** What each file of the project checks, in the way that the developer will correct. */
const CHECKS = {
  isMember: { list: "roles", item: "role" },
  isTagged: { list: "tags", item: "tag" },
  isKnown: { list: "names", item: "name" },
} as const;
type Check = keyof typeof CHECKS;

const beginOf = (check: Check): string => `  const ${check} = `;
const writtenOf = (check: Check): string => `${CHECKS[check].list}.indexOf(${CHECKS[check].item}) !== -1;`;
/** What is likely too, if the first is not wanted. */
const secondOf = (check: Check): string => `find(${CHECKS[check].list}, ${CHECKS[check].item});`;
const correctedOf = (check: Check): string => `${CHECKS[check].list}.includes(${CHECKS[check].item});`;
/** Line 2 is blank: there the check is written. */
const BLANK_LINE = 2;

function fileWith(check: Check, name: string, line: string): string {
  const { list, item } = CHECKS[check];
  return `export function ${name}(${list}: string[], ${item}: string) {\n${line}\n  return ${check};\n}\n`;
}

/** For each check a file that has it, one that has another, and three where it is missing. */
const FILES = Object.fromEntries(
  (Object.keys(CHECKS) as Check[]).flatMap((check) => [
    [`src/${check}.ts`, fileWith(check, "first", beginOf(check) + writtenOf(check))],
    [`src/${check}-other.ts`, fileWith(check, "other", beginOf(check) + secondOf(check))],
    [`src/${check}-next.ts`, fileWith(check, "next", "")],
    [`src/${check}-last.ts`, fileWith(check, "last", "")],
    [`src/${check}-restarted.ts`, fileWith(check, "restarted", "")],
  ]),
);

async function openOwnWorkspace(t: TestContext): Promise<Editor> {
  const workspace = await temporaryFolder(t);
  await writeFiles(workspace, FILES);
  return openEditor({ workspace, settings: { "tacit.learning.settleSeconds": 2, "tacit.suggest.multiLine": false } });
}

async function beginCheck(editor: Editor, check: Check, file: "next" | "last" | "restarted"): Promise<string> {
  await editor.openFile(`src/${check}-${file}.ts`, { line: BLANK_LINE });
  await editor.insert(beginOf(check));
  return editor.waitForGhostText();
}

/** What is offered where the user asks for whatever there is. */
async function askForCheck(editor: Editor, check: Check, file: "last" | "restarted"): Promise<string> {
  await editor.openFile(`src/${check}-${file}.ts`, { line: BLANK_LINE });
  await editor.insert(beginOf(check));
  await editor.waitForText(beginOf(check).trimEnd());
  await editor.command("Trigger Inline Suggestion");
  return editor.waitForGhostText();
}

/** Takes `list.indexOf(item) !== -1;` and makes `list.includes(item);` of it, by hand. */
async function acceptAndCorrect(editor: Editor, check: Check): Promise<void> {
  await editor.accept();
  await editor.waitForText(writtenOf(check));
  await editor.press("ArrowLeft");
  for (let left = " !== -1".length; left > 0; left--) await editor.press("Backspace");
  for (let left = `(${CHECKS[check].item})`.length; left > 0; left--) await editor.press("ArrowLeft");
  for (let left = "indexOf".length; left > 0; left--) await editor.press("Backspace");
  await editor.type("includes");
  await editor.waitForText(correctedOf(check));
  await editor.press("Control+Home");
  await editor.waitForStatus(/learned: .*includes/);
  await editor.save();
}

test("what is corrected twice arrives corrected, is explained, vetoed and given back", async (t) => {
  await using editor = await openOwnWorkspace(t);
  for (const check of ["isMember", "isTagged"] as const) {
    assert.equal(await beginCheck(editor, check, "next"), writtenOf(check));
    await acceptAndCorrect(editor, check);
  }
  await editor.screenshot("style-1-learned");

  assert.equal(await beginCheck(editor, "isKnown", "next"), correctedOf("isKnown"));
  await editor.screenshot("style-2-corrected");
  await editor.command("Tacit: Why This Suggestion?");
  await editor.until("the correction is named", async () => (await editor.picks()).some((row) => /includes/.test(row)));
  await editor.screenshot("style-3-why");
  await editor.press("Escape");

  await editor.waitForGhostText(correctedOf("isKnown"));
  await editor.press("Control+Alt+X");
  await editor.waitForStatus(/vetoed: .*includes.*Undo/);
  assert.equal(await editor.waitForGhostText(writtenOf("isKnown")), writtenOf("isKnown"));
  await editor.screenshot("style-4-vetoed");

  await editor.clickStatus();
  await editor.waitForStatus((text) => !text.includes("Undo"));
  assert.equal(await beginCheck(editor, "isKnown", "last"), correctedOf("isKnown"));

  await editor.command("Tacit: Show Learned Style");
  await editor.pick(/includes/);
  await editor.pick(/Veto/);
  await editor.waitForStatus(/vetoed: .*includes/);
  await editor.restart();
  assert.equal(await beginCheck(editor, "isKnown", "restarted"), writtenOf("isKnown"));
});

test("what was dismissed or vetoed as a text stays away, also after a restart", async (t) => {
  await using editor = await openOwnWorkspace(t);
  assert.equal(await beginCheck(editor, "isMember", "next"), writtenOf("isMember"));
  await editor.dismiss();
  await editor.until("the rejection is stored", () => rejectionsOf(editor) === 1);
  assert.equal(await askForCheck(editor, "isMember", "last"), secondOf("isMember"));

  assert.equal(await beginCheck(editor, "isTagged", "next"), writtenOf("isTagged"));
  await editor.press("Control+Alt+X");
  await editor.waitForStatus(/vetoed: tags\.indexOf/);
  assert.equal(await editor.waitForGhostText(secondOf("isTagged")), secondOf("isTagged"));

  await editor.restart();
  assert.equal(await beginCheck(editor, "isKnown", "restarted"), writtenOf("isKnown"), "others are offered as ever");
  assert.equal(await askForCheck(editor, "isMember", "restarted"), secondOf("isMember"));
  assert.equal(await askForCheck(editor, "isTagged", "restarted"), secondOf("isTagged"));
});

function rejectionsOf(editor: Editor): number {
  const { database } = openDatabase(editor.home, silentLog);
  try {
    return allRejected(database).length;
  } finally {
    database.close();
  }
}

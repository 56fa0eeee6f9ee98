/**
 * What the user sees and commands in a real editor: the status bar item with its tooltip and menu, every command of it,
 * documents out of the ordinary, and the degraded modes with the way out of them.
 */
import assert from "node:assert/strict";
import { cp, glob, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import type { SignalKind } from "../../protocol/signals.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { type Editor, openEditor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";

/** Third-party code, enough of it that reading takes a while. */
const ESLINT_SOURCES = join(dirname(createRequire(import.meta.url).resolve("eslint/package.json")), "lib");
/** Ghost text comes well within this time, or not at all. */
const NOTHING_MS = 1_000;

const CALL_BEGIN = "  const response = ";
const CALL = 'await request.get("/things/" + id);';
const NOTE = "Meeting notes: who was there, what was decided, what is open\n";
/** Six lines: what stands right above is not offered again, so something else stands between. */
const NOTES = `${NOTE}Next time: the budget.\n`.repeat(3);
const LARGE_DOCUMENT_CHARS = 5 * 1024 * 1024;
/** Long enough that the editor itself takes a large document for an ordinary one (at most 300,000 lines). */
const LARGE_LINE = `call(${'"argument", '.repeat(8)}"argument");\n`;
const GARBAGE = "this is no database ".repeat(1_000);

function loader(name: string): string {
  return `async function load${name}(id) {
${CALL_BEGIN}${CALL}
  checkStatus(response);
  return response.json();
}
`;
}

/** Line 2 is blank, where the others fetch. */
const WITHOUT_CALL = "async function loadThing(id) {\n\n}\n";

const FILES = {
  "own/user.js": loader("User"),
  "own/order.js": loader("Order"),
  "own/cart.js": loader("Cart"),
  "own/offer.js": loader("Offer"),
  "own/paused.js": WITHOUT_CALL,
  "own/resumed.js": WITHOUT_CALL,
  "own/snoozed.js": WITHOUT_CALL,
  "own/crlf.js": WITHOUT_CALL.replaceAll("\n", "\r\n"),
  "own/emoji.js": WITHOUT_CALL,
  "own/large.js": LARGE_LINE.repeat(Math.ceil(LARGE_DOCUMENT_CHARS / LARGE_LINE.length)),
  "own/notes.md": `${NOTES}\n`,
  "own/in-memory.js": WITHOUT_CALL,
  "own/after-damage.js": WITHOUT_CALL,
};

/** Opens a file at its blank line, begins it and waits for the call that belongs there, maybe with what follows it. */
async function beginLine(editor: Editor, path: string, begin = CALL_BEGIN): Promise<string> {
  await editor.openFile(path, { line: 2 });
  await editor.insert(begin);
  return editor.waitForGhostText((text) => text.startsWith(CALL));
}

/** Accepts what is suggested and returns the file as it is saved. */
async function acceptAndSave(editor: Editor, path: string): Promise<string> {
  await editor.accept();
  await editor.save();
  return editor.fileOnDisk(path);
}

/** Files of the suggestions that have such a signal in the store, in order. */
function pathsWith(home: string, kind: SignalKind): string[] {
  const { database } = openDatabase(home, silentLog);
  try {
    const rows = database.all(
      `SELECT g.path FROM generations g JOIN signals s ON s.generation_id = g.id
       WHERE s.kind = ? ORDER BY s.at`,
      kind,
    );
    return rows.map((row) => String(row["path"]));
  } finally {
    database.close();
  }
}

async function waitForTooltip(editor: Editor, expected: RegExp): Promise<string> {
  let tooltip = "";
  await editor.until(`a tooltip like ${String(expected)}`, async () => {
    tooltip = await editor.statusTooltip();
    return expected.test(tooltip);
  });
  return tooltip;
}

/** Chooses from the menu behind the status bar item and returns what it offered. */
async function chooseFromMenu(editor: Editor, label: string): Promise<string[]> {
  await editor.clickStatus();
  await editor.until("the menu is open", async () => (await editor.picks()).length > 0);
  const offered = await editor.picks();
  await editor.pick(label);
  return offered;
}

/** Restarts the sidecar by command; resolves when another process runs, and no second one. */
async function restartSidecar(editor: Editor): Promise<void> {
  const [before] = await editor.processes("sidecar.mjs");
  assert.ok(before, "a sidecar runs");
  await editor.command("Tacit: Restart Sidecar");
  await editor.until("another sidecar runs, and it alone", async () => {
    const [now, ...more] = await editor.processes("sidecar.mjs");
    return now !== undefined && now !== before && more.length === 0;
  });
}

/** Lines of Tacit's log that tell of something wrong. There is no log where the editor's logger is not compiled. */
async function complaints(userData: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const file of glob("logs/**/*Tacit*.log", { cwd: userData })) {
    const log = await readFile(join(userData, file), "utf8");
    lines.push(...log.split("\n").filter((line) => /\[(?:error|warning)\]/.test(line)));
  }
  return lines;
}

test("status, menu, commands, unusual documents and degraded modes", async (t) => {
  const workspace = await temporaryFolder(t);
  const userData = await temporaryFolder(t);
  await cp(ESLINT_SOURCES, join(workspace, "lib"), { recursive: true });
  await writeFiles(workspace, FILES);
  await using editor = await openEditor({
    workspace,
    userData,
    settings: { "tacit.enable": { "*": true, markdown: false }, "tacit.learning.settleSeconds": 1 },
  });

  await t.test("the status tells how far reading is, then the figures", async () => {
    await editor.waitForStatus(/^Tacit: indexing \d+ %$/);
    await editor.waitForStatus(/^Tacit$/, { timeoutMs: 40_000 });
    const tooltip = await editor.statusTooltip();
    assert.match(tooltip, /Engine: recall/);
    assert.match(tooltip, /Examples: 0/);
    assert.match(tooltip, /Read: \d{3} files, [\d,]{6,} tokens/);
    assert.match(tooltip, /Accepted this week: 0 of 0/);
    assert.ok(tooltip.includes(`Data folder: ${editor.home}`), tooltip);
  });

  await t.test("Learn From This Workspace reports what was read and what was left out", async () => {
    await editor.command("Tacit: Learn From This Workspace");
    const report = await editor.waitForMessage(/^Tacit has read/);
    assert.match(
      report,
      /read \d{3} files \([\d,]{6,} tokens, [\d,]+ pieces\) in [\d.]+ s\. Found: \d+ conventions\. Left out: .*1 too large/,
    );
  });

  await t.test("several lines go into a file with CRLF as its lines", async () => {
    const text = await beginLine(editor, "own/crlf.js");
    assert.match(text, /\n/);
    const whole = WITHOUT_CALL.replace("\n\n", () => `\n${CALL_BEGIN}${text}\n`);
    assert.equal(await acceptAndSave(editor, "own/crlf.js"), whole.replaceAll("\n", "\r\n"));
    await editor.until("all is stored of it", () => pathsWith(editor.home, "settled").includes("own/crlf.js"));
  });

  await t.test("the menu pauses learning: an accept leaves no trace until it is resumed", async () => {
    const learned = ["Show Learned Style", "Export Learned Style", "Show Ledger", "Learn From This Workspace"];
    const always = ["Snooze Suggestions", "Choose Model", "Show Log", "Restart Sidecar"];
    assert.deepEqual(await chooseFromMenu(editor, "Pause Learning"), [
      "Rate Last Suggestion",
      "Why This Suggestion?",
      "Not My Style",
      ...learned,
      "Pause Learning",
      ...always,
    ]);
    await editor.waitForStatus(/^Tacit: paused$/);
    await waitForTooltip(editor, /Learning is paused: nothing is recorded/);
    await beginLine(editor, "own/paused.js");
    await acceptAndSave(editor, "own/paused.js");

    assert.deepEqual(await chooseFromMenu(editor, "Resume Learning"), [...learned, "Resume Learning", ...always]);
    await editor.waitForStatus((text) => !text.includes("paused"));
    await beginLine(editor, "own/resumed.js");
    await acceptAndSave(editor, "own/resumed.js");
    await editor.until("the accept is stored", () => pathsWith(editor.home, "accepted").includes("own/resumed.js"));
    assert.deepEqual(pathsWith(editor.home, "accepted"), ["own/crlf.js", "own/resumed.js"]);
  });

  await t.test("Show Log opens Tacit's log", async () => {
    await editor.command("Tacit: Show Log");
    const channel = editor.page.getByLabel("Switch Output").first();
    await editor.until("the log is in front", async () => (await channel.inputValue({ timeout: 5_000 })) === "Tacit");
    await editor.press("Control+J");
  });

  await t.test("a suggestion behind emoji goes where it was shown", async () => {
    const begin = '  const faces = "😀👩‍👩‍👧"; const response = ';
    const text = await beginLine(editor, "own/emoji.js", begin);
    const saved = await acceptAndSave(editor, "own/emoji.js");
    assert.equal(
      saved,
      WITHOUT_CALL.replace("\n\n", () => `\n${begin}${text}\n`),
    );
  });

  await t.test("an untitled document gets suggestions from itself", async () => {
    await editor.openUntitled("Untitled-1");
    await editor.insert(NOTES);
    await editor.type("Meeting");
    const [line] = (await editor.waitForGhostText()).split("\n");
    assert.equal(line, NOTE.slice("Meeting".length).trimEnd());
    await editor.dismiss();
  });

  await t.test("a language that is switched off gets none", async () => {
    await editor.openFile("own/notes.md", { line: 7 });
    await editor.type("Meeting");
    await delay(NOTHING_MS);
    assert.equal(await editor.ghostText(), "");
  });

  await t.test("a document of 5 MB gets none until it has become small", async () => {
    await editor.openFile("own/large.js");
    await editor.type(LARGE_LINE.slice(0, 10));
    await delay(NOTHING_MS);
    assert.equal(await editor.ghostText(), "");
    await editor.press("Control+A");
    await editor.insert(CALL_BEGIN);
    await editor.waitForGhostText(CALL);
    await editor.dismiss();
  });

  await t.test("none of this was an error", async () => {
    assert.deepEqual(await complaints(userData), []);
    assert.deepEqual(await editor.messages(), []);
    assert.doesNotMatch(await editor.statusTooltip(), /(store|database|index|scan):/);
  });

  await t.test("snoozed, it suggests only what is asked for by key", async () => {
    await chooseFromMenu(editor, "Snooze Suggestions");
    await editor.pick("5 minutes");
    await editor.waitForStatus(/^Tacit: snoozed$/);
    await editor.openFile("own/snoozed.js", { line: 2 });
    await editor.insert(CALL_BEGIN);
    await delay(NOTHING_MS);
    assert.equal(await editor.ghostText(), "");
    await editor.command("Trigger Inline Suggestion");
    await editor.waitForGhostText((text) => text.startsWith(CALL));
    await acceptAndSave(editor, "own/snoozed.js");
    await chooseFromMenu(editor, "Resume Suggestions");
    await editor.waitForStatus((text) => !text.includes("snoozed"));
  });

  await t.test("a data folder that cannot be used is told, and suggestions go on", async () => {
    await rename(editor.home, `${editor.home}-away`);
    await writeFile(editor.home, "a file where a folder should be");
    await restartSidecar(editor);
    await waitForTooltip(editor, /database: The data folder .* cannot be written.*Restart Sidecar/);
    await editor.waitUntilRead();
    await beginLine(editor, "own/in-memory.js");
    await acceptAndSave(editor, "own/in-memory.js");
    assert.match(await editor.statusTooltip(), /cannot be written/);
  });

  await t.test("a damaged database is set aside and told, and learning goes on in another", async () => {
    await rm(editor.home);
    await mkdir(editor.home);
    await writeFile(join(editor.home, "tacit.db"), GARBAGE);
    await restartSidecar(editor);
    await waitForTooltip(editor, /database: The database was damaged .* was set aside as/);
    const aside = (await readdir(editor.home)).filter((name) => name.startsWith("tacit.db.damaged-"));
    assert.equal(aside.length, 1);
    assert.equal(await readFile(join(editor.home, aside[0]!), "utf8"), GARBAGE);
    await editor.waitUntilRead();
    await beginLine(editor, "own/after-damage.js");
    await editor.accept();
    await editor.until("the accept is stored", () => pathsWith(editor.home, "accepted").length > 0);
    assert.deepEqual(pathsWith(editor.home, "accepted"), ["own/after-damage.js"]);
    assert.deepEqual(await editor.messages(), []);
  });
});

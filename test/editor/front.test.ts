/**
 * What the user sees and commands in a real editor: the status bar item with its tooltip and menu, every command, the
 * degraded modes, and documents out of the ordinary.
 */
import assert from "node:assert/strict";
import { cp, mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout as delay } from "node:timers/promises";
import { silentLog } from "../../sidecar/base/log.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { type Editor, openEditor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";

const ESLINT_SOURCES = join(dirname(createRequire(import.meta.url).resolve("eslint/package.json")), "lib");
/** Ghost text comes well within this time, or not at all. */
const NOTHING_MS = 1_500;

const BEGIN = "  const response = ";
const CALL = 'await request.get("/users/" + id);';
const DATABASE_GARBAGE = "this is no database ".repeat(1_000);
const LARGE_DOCUMENT_MB = 5;
/** Long enough that the editor itself still treats the document as an ordinary one (300,000 lines at most). */
const LARGE_LINE = `call(${'"argument", '.repeat(8)}"argument");\n`;

function loader(name: string, path: string): string {
  return `async function load${name}(id) {
  const response = await request.get("/${path}/" + id);
  checkStatus(response);
  return response.json();
}
`;
}

/** Line 2 is blank, where the others fetch. */
const WITHOUT_CALL = `async function loadThing(id) {

}
`;

const NOTE = "Meeting notes: who was there, what was decided, what is open\n";

const FILES = {
  "own/users.js": loader("User", "users"),
  "own/orders.js": loader("Order", "orders"),
  "own/carts.js": loader("Cart", "carts"),
  "own/offers.js": loader("Offer", "offers"),
  "own/paused.js": WITHOUT_CALL,
  "own/resumed.js": WITHOUT_CALL,
  "own/restarted.js": WITHOUT_CALL,
  "own/crlf.js": WITHOUT_CALL.replaceAll("\n", "\r\n"),
  "own/emoji.js": WITHOUT_CALL,
  "own/tabs.js": WITHOUT_CALL,
  "own/large.js": LARGE_LINE.repeat(Math.ceil((LARGE_DOCUMENT_MB * 1024 * 1024) / LARGE_LINE.length)),
  "own/notes.md": NOTE.repeat(4) + "\n",
  "own/notes.txt": NOTE.repeat(4) + "\n",
};

/** Opens a file at its blank line, begins it and waits for the suggestion. */
async function beginLine(editor: Editor, path: string, begin = BEGIN): Promise<string> {
  await editor.openFile(path, { line: 2 });
  await editor.insert(begin);
  return editor.waitForGhostText();
}

/** Paths of the suggestions that are stored with an accept. */
function acceptedPaths(home: string): string[] {
  const { database } = openDatabase(home, silentLog);
  try {
    return database
      .all(
        `SELECT g.path FROM generations g JOIN signals s ON s.generation_id = g.id
         WHERE s.kind = 'accepted' ORDER BY s.at`,
      )
      .map((row) => String(row["path"]));
  } finally {
    database.close();
  }
}

async function waitForTooltip(editor: Editor, expected: RegExp): Promise<string> {
  let tooltip = "";
  await editor.until(`a tooltip like ${expected}`, async () => {
    tooltip = await editor.statusTooltip();
    return expected.test(tooltip);
  });
  return tooltip;
}

test("status, menu, commands and unusual documents", async (t) => {
  const workspace = await temporaryFolder(t);
  await cp(ESLINT_SOURCES, join(workspace, "lib"), { recursive: true });
  await writeFiles(workspace, FILES);
  await using editor = await openEditor({
    workspace,
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
    t.diagnostic(tooltip);
  });

  await t.test("Learn From This Workspace reports what was read and what was left out", async () => {
    await editor.command("Tacit: Learn From This Workspace");
    const report = await editor.waitForMessage(/Tacit has read/);
    t.diagnostic(report);
    assert.match(report, /^Tacit has read \d{3} files \([\d,]{6,} tokens, [\d,]+ pieces\) in [\d.]+ s\./);
    assert.match(report, /Left out: .*1 too large/);
  });

  await t.test("the menu pauses learning: an accept leaves no trace until it is resumed", async () => {
    await editor.clickStatus();
    await editor.until("the menu", async () => (await editor.picks()).length > 0);
    assert.deepEqual(await editor.picks(), [
      "Learn From This Workspace",
      "Pause Learning",
      "Show Log",
      "Restart Sidecar",
    ]);
    await editor.pick("Pause Learning");
    await editor.waitForStatus(/^Tacit: paused$/);
    await waitForTooltip(editor, /Learning is paused: nothing is recorded/);
    await beginLine(editor, "own/paused.js");
    await editor.accept();
    await editor.save();

    await editor.clickStatus();
    await editor.pick("Resume Learning");
    await editor.waitForStatus((text) => !text.includes("paused"));
    await beginLine(editor, "own/resumed.js");
    await editor.accept();
    await editor.until("the second accept is stored", () => acceptedPaths(editor.home).length > 0);
    assert.deepEqual(acceptedPaths(editor.home), ["own/resumed.js"]);
    await editor.save();
  });

  await t.test("Show Log opens Tacit's log", async () => {
    await editor.command("Tacit: Show Log");
    await delay(1500);
    await editor.screenshot("x-front-log");
    t.diagnostic(
      await editor.page.evaluate(`[...document.querySelectorAll(".part.panel .title-actions select, .part.panel .title-actions .monaco-select-box, .part.panel .title-actions [aria-label]")].map(e=>e.outerHTML.slice(0,300)).join("\\n")`),
    );
    await editor.press("Control+J");
  });

  await t.test("Restart Sidecar brings another process, and suggestions go on", async () => {
    const [before] = await editor.processes("sidecar.mjs");
    assert.ok(before, "a sidecar runs");
    await editor.command("Tacit: Restart Sidecar");
    await editor.until("another sidecar runs, and it alone", async () => {
      const running = await editor.processes("sidecar.mjs");
      return running.length === 1 && running[0] !== before;
    });
    assert.equal((await beginLine(editor, "own/restarted.js")).split("\n")[0], CALL);
    await editor.dismiss();
  });

  await t.test("a file with CRLF keeps its line ends", async () => {
    const text = await beginLine(editor, "own/crlf.js");
    t.diagnostic(JSON.stringify(text));
    await editor.accept();
    await editor.save();
    const saved = await editor.fileOnDisk("own/crlf.js");
    t.diagnostic(JSON.stringify(saved));
    assert.doesNotMatch(saved, /[^\r]\n/);
    await delay(1500);
  });

  await t.test("behind an emoji", async () => {
    const text = await beginLine(editor, "own/emoji.js", `  const face = "😀👩‍👩‍👧"; const response = `);
    t.diagnostic(JSON.stringify(text));
    await editor.accept();
    await editor.save();
    t.diagnostic(JSON.stringify(await editor.fileOnDisk("own/emoji.js")));
  });

  await t.test("indented by tabs", async () => {
    const text = await beginLine(editor, "own/tabs.js", BEGIN.replace("  ", "\t"));
    t.diagnostic(JSON.stringify(text));
    await editor.accept();
    await editor.save();
    t.diagnostic(JSON.stringify(await editor.fileOnDisk("own/tabs.js")));
  });

  await t.test("an untitled document", async () => {
    await editor.command("File: New Untitled Text File");
    await editor.until("it is open", async () => (await editor.page.locator(".tab.active", { hasText: "Untitled-1" }).count()) > 0);
    await editor.insert(NOTE.repeat(4));
    await editor.type("Meet");
    t.diagnostic(JSON.stringify(await editor.waitForGhostText().catch(String)));
    await editor.press("Escape");
  });

  await t.test("a language that is switched off gets none", async () => {
    await editor.openFile("own/notes.txt", { line: 5 });
    await editor.insert("Meeting notes: who");
    t.diagnostic(JSON.stringify(await editor.waitForGhostText().catch(String)));
    await editor.openFile("own/notes.md", { line: 5 });
    await editor.insert("Meeting notes: who");
    await delay(NOTHING_MS);
    assert.equal(await editor.ghostText(), "");
  });

  await t.test("a large document gets none, and some as soon as it is small", async () => {
    await editor.openFile("own/large.js", { line: 2 });
    await editor.press("Enter");
    await editor.insert(BEGIN);
    await delay(NOTHING_MS);
    assert.equal(await editor.ghostText(), "");
    await editor.press("Control+A");
    await editor.insert(BEGIN);
    t.diagnostic(JSON.stringify(await editor.waitForGhostText().catch(String)));
  });
  t.diagnostic(`${editor.consoleErrors.join("\n")}`);
  t.diagnostic(JSON.stringify(await editor.messages()));
  t.diagnostic(await editor.statusTooltip());
  t.diagnostic(JSON.stringify(acceptedPaths(editor.home)));
});

test("an unusable data folder, then a damaged database: suggestions go on and the status says why", async (t) => {
  const workspace = await temporaryFolder(t);
  await writeFiles(workspace, FILES);
  const home = join(await temporaryFolder(t), "tacit");
  await writeFile(home, "a file where a folder should be");
  await using editor = await openEditor({ workspace, home, settings: { "tacit.learning.settleSeconds": 1 } });

  await t.test("a data folder that cannot be used", async () => {
    const tooltip = await waitForTooltip(editor, /cannot be written/);
    t.diagnostic(tooltip);
    assert.equal((await beginLine(editor, "own/paused.js")).split("\n")[0], CALL);
    await editor.accept();
    await editor.save();
    assert.equal(await readFile(home, "utf8"), "a file where a folder should be");
    await delay(2000);
    t.diagnostic(await editor.statusTooltip());
    t.diagnostic(JSON.stringify(await editor.messages()));
  });

  await t.test("a damaged database is set aside", async () => {
    await rm(home);
    await mkdir(home);
    await writeFile(join(home, "tacit.db"), DATABASE_GARBAGE);
    await editor.command("Tacit: Restart Sidecar");
    const tooltip = await waitForTooltip(editor, /set aside/);
    t.diagnostic(tooltip);
    const [aside] = (await readdir(home)).filter((name) => name.startsWith("tacit.db.damaged-"));
    assert.equal(await readFile(join(home, aside!), "utf8"), DATABASE_GARBAGE);
    assert.equal((await beginLine(editor, "own/resumed.js")).split("\n")[0], CALL);
    await editor.accept();
    await editor.until("the accept is stored", () => acceptedPaths(home).length > 0);
    t.diagnostic(JSON.stringify(acceptedPaths(home)));
    await delay(2000);
    t.diagnostic(await editor.statusTooltip());
    t.diagnostic(JSON.stringify(await editor.messages()));
    t.diagnostic(JSON.stringify(await readdir(home)));
  });
});

/**
 * What becomes of suggestions in a real editor, and what the store holds of it afterwards: every way to take one, to
 * turn it down and to take it back ends as signals that say just that, in order, each once.
 */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Signal } from "../../protocol/signals.ts";
import type { StoredOutcome } from "../../sidecar/store/outcomes.ts";
import { type Editor, openEditor } from "../support/editor.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";
import { storiesOf, type Story } from "../support/stored.ts";

/** More than the two seconds after which the editor's language tools are asked about accepted text. */
const SETTLE_SECONDS = 3;
const CHECK_BEGIN = "  if (";
const CHECK = "!response.ok";
const CALL_BEGIN = "  const response = ";
const CALL = 'await request.get("/things/" + id);';

const REQUEST = `export const request = {
  get: (path: string) => fetch(path),
  put: (path: string, value: string) => fetch(path, { method: "PUT", body: value }),
};
`;

function accessFile(name: string, path: string): string {
  return `import { request } from "./request";

export async function load${name}(id: string) {
  const response = await request.get("/${path}/" + id);
  if (!response.ok) throw new Error("loading failed: " + response.status);
  return response.json();
}

export async function save${name}(id: string, value: string) {
  const response = await request.put("/${path}/" + id, value);
  if (!response.ok) throw new Error("saving failed: " + response.status);
  return response.json();
}
`;
}

/** Line 5 is blank, where the others check the response. */
const WITHOUT_CHECK = `import { request } from "./request";

export async function loadThing(id: string) {
  const response = await request.get("/things/" + id);

  return response.json();
}
`;
/** Line 4 is blank, where the others fetch. The import is there, or it is missing. */
const WITHOUT_CALL = `import { request } from "./request";

export async function loadThing(id: string) {

}
`;
const WITHOUT_IMPORT = WITHOUT_CALL.replace(/^.*\n/, "export const wrong: number = request;\n");

const FILES = {
  "src/request.ts": REQUEST,
  "src/users.ts": accessFile("User", "users"),
  "src/orders.ts": accessFile("Order", "orders"),
  "src/carts.ts": accessFile("Cart", "carts"),
  "src/offers.ts": accessFile("Offer", "offers"),
  "src/by-key.ts": WITHOUT_CHECK,
  "src/by-mouse.ts": WITHOUT_CALL,
  "src/escape.ts": WITHOUT_CHECK,
  "src/typed-over.ts": WITHOUT_CHECK,
  "src/undo.ts": WITHOUT_CALL,
  "src/error.ts": WITHOUT_IMPORT,
  "src/reloaded.ts": WITHOUT_CALL,
  "src/closed.ts": WITHOUT_CALL,
};

/** Waits until the first suggestion of a file has the signal, and returns what is stored of it by then. */
async function storyWith(editor: Editor, path: string, kind: Signal["kind"]): Promise<Story> {
  let story: Story | undefined;
  await editor.until(`a stored ${kind} in ${path}`, () => {
    story = storiesOf(editor, path)[0];
    return story?.signals.some((signal) => signal.kind === kind) ?? false;
  });
  return story!;
}

/** Waits until the first suggestion of a file is judged as settled text, a moment after that signal is stored. */
async function settledReasonsOf(editor: Editor, path: string): Promise<readonly string[]> {
  let reasons: readonly string[] = [];
  await editor.until(`a settled outcome in ${path}`, () => {
    reasons = storiesOf(editor, path)[0]?.outcome?.reasons ?? [];
    return reasons.length > 0 && !reasons.includes("not settled yet");
  });
  return reasons;
}

/** Waits for a verdict on the first suggestion of a file, and returns it with its reasons. */
async function verdictOf(editor: Editor, path: string, verdict: string): Promise<StoredOutcome> {
  let outcome: StoredOutcome | undefined;
  await editor.until(`the verdict "${verdict}" in ${path}`, () => {
    outcome = storiesOf(editor, path)[0]?.outcome;
    return outcome?.verdict === verdict;
  });
  return outcome!;
}

/** A signal in a few words: its kind and what it says beyond that. */
function tell(signal: Signal): string {
  switch (signal.kind) {
    case "accepted":
      return `accepted ${signal.extent} via ${signal.via}, ${signal.acceptedChars} characters`;
    case "dismissed":
      return `dismissed: ${signal.reason}`;
    case "diagnostics":
      // A line that is half written may be an error already, if the language tools were quick.
      return `diagnostics ${signal.phase}: ${Math.max(0, signal.now.errors - signal.before.errors)} new errors`;
    case "settled":
      return `settled: ${signal.text}`;
    case "survived":
      return `survived: ${signal.moment}`;
    case "shown":
    case "edited":
    case "undone":
    case "rated":
    case "snoozed":
    case "ran":
    case "committed":
    case "reverted":
    case "mended":
      return signal.kind;
  }
}

function wholeAccepted(text: string): string {
  return `accepted whole via editor, ${text.length} characters`;
}

/** The signals of the first suggestion of a file, in a few words each; how it survived is told by the clock. */
function toldOf(editor: Editor, path: string): string[] {
  const signals = storiesOf(editor, path)[0]?.signals ?? [];
  return signals.filter(({ kind }) => kind !== "survived").map(tell);
}

/** Opens a file at its blank line, begins it and waits for the suggestion. */
async function beginLine(editor: Editor, path: string, line: number, begin: string): Promise<string> {
  await editor.openFile(path, { line });
  // All at once: a slow machine would be shown, and have stored, what is suggested in between.
  await editor.insert(begin);
  return editor.waitForGhostText();
}

/** Presses a button of the toolbar that shows while the mouse is over a suggestion. */
async function clickToolbar(editor: Editor, label: RegExp): Promise<void> {
  await editor.page.locator(".ghost-text-decoration").first().hover();
  await editor.page.locator(".inlineSuggestionsHints .action-label:visible", { hasText: label }).click();
}

/** Moves to where nothing is offered. */
async function leave(editor: Editor): Promise<void> {
  await editor.press("Control+Home");
  await editor.waitForNoGhostText();
}

async function openOwnWorkspace(t: TestContext): Promise<Editor> {
  const workspace = await temporaryFolder(t);
  await writeFiles(workspace, FILES);
  return openEditor({
    workspace,
    settings: { "tacit.learning.settleSeconds": SETTLE_SECONDS, "tacit.suggest.multiLine": false },
  });
}

test("what becomes of a suggestion is what is stored of it", async (t) => {
  await using editor = await openOwnWorkspace(t);
  await editor.waitUntilRead();

  await t.test("words by the key, then the rest by Tab", async () => {
    assert.equal(await beginLine(editor, "src/by-key.ts", 5, CHECK_BEGIN), CHECK);
    await editor.accept("Control+ArrowRight");
    assert.equal(await editor.waitForGhostText(/^r/), CHECK.slice("!".length));
    await editor.accept("Control+ArrowRight");
    assert.equal(await editor.waitForGhostText(/^\./), CHECK.slice("!response".length));
    await editor.accept();
    await editor.waitForText(CHECK_BEGIN + CHECK);
    await leave(editor);
  });

  await t.test("a word, then the rest, by the mouse", async () => {
    assert.equal(await beginLine(editor, "src/by-mouse.ts", 4, CALL_BEGIN), CALL);
    await clickToolbar(editor, /^Accept Word/);
    assert.equal(await editor.waitForGhostText(/^ request/), CALL.slice("await".length));
    await clickToolbar(editor, /^Accept(?! )/);
    await editor.waitForText(CALL_BEGIN + CALL);
    await leave(editor);
  });

  await t.test("typed over", async () => {
    await beginLine(editor, "src/typed-over.ts", 5, CHECK_BEGIN);
    await storyWith(editor, "src/typed-over.ts", "shown");
    await editor.type("id.length");
    await leave(editor);
    assert.deepEqual((await verdictOf(editor, "src/typed-over.ts", "rejected")).reasons, ["something else was typed"]);
  });

  await t.test("turned down by Escape", async () => {
    await beginLine(editor, "src/escape.ts", 5, CHECK_BEGIN);
    await storyWith(editor, "src/escape.ts", "shown");
    await editor.dismiss();
    await leave(editor);
    assert.deepEqual((await verdictOf(editor, "src/escape.ts", "rejected")).reasons, ["dismissed with Escape"]);
  });

  await t.test("accepted and undone, then brought back", async () => {
    assert.equal(await beginLine(editor, "src/undo.ts", 4, CALL_BEGIN), CALL);
    await editor.accept();
    await editor.waitForText(CALL_BEGIN + CALL);
    await editor.press("Control+Z");
    await editor.waitForText((text) => !text.includes(CALL));
    const { reasons } = await verdictOf(editor, "src/undo.ts", "undone");
    assert.match(reasons[0] ?? "", /^undone after \d/);
    await editor.press("Control+Shift+Z");
    await editor.waitForText(CALL_BEGIN + CALL);
    await leave(editor);
    // Until it is known that it came back, it stays away from places like this.
    await verdictOf(editor, "src/undo.ts", "kept");
  });

  await t.test("accepted with an error in it", async () => {
    await editor.openFile("src/error.ts", { line: 4 });
    // From here on the editor's language tools answer.
    await editor.until("an error is marked", async () => (await editor.page.locator(".squiggly-error").count()) > 0);
    await editor.insert(CALL_BEGIN);
    assert.equal(await editor.waitForGhostText(), CALL);
    await editor.accept();
    await leave(editor);
  });

  await t.test("each signal is stored once, in order", async () => {
    await storyWith(editor, "src/error.ts", "settled");
    const told = (path: string) => toldOf(editor, path);
    const settled = (text: string, errors = 0) => [
      `diagnostics after: ${errors} new errors`,
      `diagnostics settled: ${errors} new errors`,
      `settled: ${text}`,
    ];
    assert.deepEqual(told("src/by-key.ts"), [
      "shown",
      "accepted word via key, 1 characters",
      "accepted word via key, 9 characters",
      wholeAccepted(CHECK),
      ...settled(CHECK),
    ]);
    assert.deepEqual(told("src/by-mouse.ts"), [
      "shown",
      "accepted word via editor, 5 characters",
      wholeAccepted(CALL),
      ...settled(CALL),
    ]);
    assert.deepEqual(told("src/escape.ts"), ["shown", "dismissed: escape"]);
    assert.deepEqual(told("src/typed-over.ts"), ["shown", "dismissed: typed-over"]);
    assert.deepEqual(told("src/undo.ts"), ["shown", wholeAccepted(CALL), "undone", ...settled(CALL)]);
    assert.deepEqual(told("src/error.ts"), ["shown", wholeAccepted(CALL), ...settled(CALL, 1)]);
    assert.deepEqual(await settledReasonsOf(editor, "src/error.ts"), ["kept all of it", "one new error"]);
    assert.deepEqual(await settledReasonsOf(editor, "src/undo.ts"), ["kept all of it"]);
  });

  await t.test(
    "what was accepted is followed on in a window that was reloaded, though the sidecar crashes",
    async () => {
      const path = "src/reloaded.ts";
      assert.equal(await beginLine(editor, path, 4, CALL_BEGIN), CALL);
      await editor.accept();
      await editor.save();
      await editor.reload();
      const [sidecar] = await editor.processes("sidecar.mjs");
      process.kill(sidecar!, "SIGKILL");
      await editor.openFile(path, { line: 4 });
      await editor.press("End");
      for (let left = "id);".length; left > 0; left--) await editor.press("Backspace");
      await editor.type("name);");
      const settledAgain = (): boolean => toldOf(editor, path).filter((told) => told.startsWith("settled")).length > 1;
      await editor.until("it has settled once more", settledAgain, { timeoutMs: 60_000 });
      const told = toldOf(editor, path);
      assert.deepEqual(told.slice(0, 2), ["shown", wholeAccepted(CALL)]);
      assert.ok(told.indexOf("edited") > told.indexOf(`settled: ${CALL}`), told.join("; "));
      assert.equal(told.at(-1), `settled: ${CALL.replace("id);", "")}`);
    },
  );

  await t.test("what was accepted just before the window closes is settled by closing", async () => {
    assert.equal(await beginLine(editor, "src/closed.ts", 4, CALL_BEGIN), CALL);
    await editor.accept();
    await editor.page.close();
    await editor.until("the sidecar has ended", async () => (await editor.processes("sidecar.mjs")).length === 0);
    assert.deepEqual(toldOf(editor, "src/closed.ts"), [
      "shown",
      wholeAccepted(CALL),
      "diagnostics settled: 0 new errors",
      `settled: ${CALL}`,
    ]);
  });
});

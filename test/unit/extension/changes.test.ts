/** Why a document changed, from the events that the editor sends. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { fake, FakeTextDocument, Position, TextDocumentChangeReason, useFakeVscode, window } from "./fake-vscode.ts";

useFakeVscode();
const { HELD_MS, watchChanges } = await import("../../../extension/observe/changes.ts");

function open(t: TestContext) {
  fake.reset();
  t.mock.timers.enable({ apis: ["setTimeout", "setImmediate"] });
  const told: string[] = [];
  const watch = watchChanges(({ document, edits, cause, cursor }) => {
    const name = document.uri.toString().replace("file:///", "");
    told.push(`${name}: ${edits.map(({ inserted }) => inserted).join("+")} by ${cause} at ${cursor ?? "none"}`);
  });
  t.after(() => void watch.dispose());
  const document = new FakeTextDocument("file:///a.ts", "");
  const editor = { document, selection: { isEmpty: true, active: new Position(0, 0) } };
  window.activeTextEditor = editor;
  /** As the editor tells of a change: the flag is as it was before, and follows. */
  const change = (
    text: string,
    { isDirty = document.isDirty, reason = undefined as number | undefined } = {},
  ): void => {
    document.content += text;
    document.isDirty = isDirty;
    const contentChanges = [{ rangeOffset: document.content.length - text.length, rangeLength: 0, text }];
    fake.changed.fire({ document, contentChanges, reason });
  };
  const flag = (isDirty: boolean): void => {
    document.isDirty = isDirty;
    fake.changed.fire({ document, contentChanges: [], reason: undefined });
  };
  const wait = (milliseconds: number): void => {
    t.mock.timers.tick(milliseconds);
    t.mock.timers.tick(0);
  };
  return { told, document, editor, change, flag, wait };
}

test("the first change after a save is an edit, as its flag tells, and is told once", (t) => {
  const { told, editor, change, flag, wait } = open(t);
  change("first");
  editor.selection.active = new Position(0, 5);
  assert.deepEqual(told, []);
  flag(true);
  change("second");
  wait(HELD_MS);
  assert.deepEqual(told, ["a.ts: first by edit at 0", "a.ts: second by edit at 5"]);
});

test("a change that leaves the document as on disk was made there", (t) => {
  const { told, change, flag, wait } = open(t);
  change("pulled");
  wait(HELD_MS - 1);
  assert.deepEqual(told, []);
  wait(1);
  assert.deepEqual(told, ["a.ts: pulled by reload at 0"]);
  change("again");
  flag(false);
  assert.deepEqual(told.slice(1), ["a.ts: again by reload at 0"]);
});

test("changes keep their order, whatever follows one that is held", (t) => {
  const { told, change } = open(t);
  change("a");
  change("b", { isDirty: true });
  assert.deepEqual(told, ["a.ts: a by edit at 0", "a.ts: b by edit at 0"]);
});

test("of two documents one does not decide for the other", (t) => {
  const { told, change, flag } = open(t);
  const other = new FakeTextDocument("file:///b.ts", "");
  change("mine");
  fake.changed.fire({ document: other, contentChanges: [{ rangeOffset: 0, rangeLength: 0, text: "theirs" }] });
  flag(true);
  assert.deepEqual(told, ["a.ts: mine by edit at 0"]);
  fake.closed.fire(other);
  assert.deepEqual(told.slice(1), ["b.ts: theirs by reload at none"]);
});

test("undo and redo say so themselves, though they lead back to what is on disk", (t) => {
  const { told, change } = open(t);
  change("", { isDirty: false, reason: TextDocumentChangeReason.Undo });
  change("back", { isDirty: false, reason: TextDocumentChangeReason.Redo });
  assert.deepEqual(told, ["a.ts:  by undo at 0", "a.ts: back by redo at 0"]);
});

import assert from "node:assert/strict";
import { afterEach, suite, test, type TestContext } from "node:test";
import type * as vscode from "vscode";
import { ACCEPTED_COMMAND } from "../../../protocol/messages.ts";
import type { Signal } from "../../../protocol/signals.ts";
import type { FollowedState } from "../../../extension/observe/followed.ts";
import type { FollowedStore } from "../../../extension/observe/observer.ts";
import {
  fake,
  FakeTextDocument,
  Position,
  Range,
  TextDocumentChangeReason,
  useFakeVscode,
  window,
} from "./fake-vscode.ts";

useFakeVscode();
const { Observer } = await import("../../../extension/observe/observer.ts");
const { registerEdits } = await import("../../../extension/observe/edits.ts");
const { registerSuggestions } = await import("../../../extension/observe/suggestions.ts");
const { countDiagnostics } = await import("../../../extension/observe/diagnostics.ts");
const { viewOf } = await import("../../../extension/observe/view.ts");

const INFO = { id: "g1", engine: "recall", proposer: "copier" };

function open(content: string, followed?: FollowedStore) {
  const signals: Signal[] = [];
  const logged: string[] = [];
  const note = (line: string): void => void logged.push(line);
  const subjects: boolean[] = [];
  const observer = new Observer({
    emit: (signal) => signals.push(signal),
    settleMs: () => 10_000,
    onSubject: (hasSubject) => subjects.push(hasSubject),
    followed,
    log: { error: note, warn: note, info: note, debug: note },
  });
  const document = new FakeTextDocument("file:///a.ts", content);
  fake.documents = [document];
  registerEdits(observer);
  registerSuggestions(observer);
  observer.switch(true);
  const editor = { document, selection: { isEmpty: true, active: new Position(0, 0) } };
  window.activeTextEditor = editor;

  const change = (offset: number, deleted: number, text: string, reason?: number): void => {
    document.content = document.content.slice(0, offset) + text + document.content.slice(offset + deleted);
    document.version++;
    document.isDirty = true;
    const contentChanges = [{ rangeOffset: offset, rangeLength: deleted, text }];
    fake.changed.fire({ document, contentChanges, reason });
  };
  const select = (offset: number): void => {
    editor.selection.active = document.positionAt(offset);
    fake.selected.fire({ textEditor: editor });
  };
  const offer = (text: string, offset: number): void => {
    const item = { info: INFO, insertText: text, range: { start: offset, end: offset } };
    const position = document.positionAt(offset) as unknown as vscode.Position;
    observer.offered(document as unknown as vscode.TextDocument, position, [item], false);
  };
  const kinds = (): string[] => signals.map((signal) => signal.kind);
  return { observer, document, signals, subjects, kinds, logged, change, select, offer, editor };
}

function createStore(): FollowedStore & { states: readonly FollowedState[] } {
  const store = {
    states: [] as readonly FollowedState[],
    read: () => Promise.resolve(store.states),
    write: (states: readonly FollowedState[]) => void (store.states = states),
    written: () => Promise.resolve(),
  };
  return store;
}

/** A suggestion was accepted, and what is followed has been written down. */
async function openWithFollowed(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const store = createStore();
  const window = open("a = \n", store);
  await Promise.resolve();
  await Promise.resolve();
  window.offer("load(user)", 4);
  window.change(4, 0, "load(user)");
  fake.registered.get(ACCEPTED_COMMAND)!(INFO);
  t.mock.timers.tick(2_000);
  return { store, ...window };
}

suite("observer", () => {
  afterEach(() => fake.reset());

  test("follows a suggestion from the editor's events to its end", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    const { signals, kinds, change, select, offer } = open("a = \n");
    offer("b()", 4);
    t.mock.timers.tick(800);
    change(4, 0, "b()");
    select(7);
    fake.registered.get(ACCEPTED_COMMAND)!(INFO);
    assert.deepEqual(kinds(), ["shown", "accepted"]);
    change(5, 0, "c");
    t.mock.timers.tick(1_600);
    change(4, 4, "", TextDocumentChangeReason.Undo);
    t.mock.timers.tick(20_000);
    assert.deepEqual(kinds(), ["shown", "accepted", "edited", "undone", "diagnostics", "diagnostics", "settled"]);
    assert.match(signals[0]!.id, /^[0-9a-f]{8}-[0-9a-f]{4}-7/u);
  });

  test("says when there is something to say something about, and when that is forgotten", () => {
    const { observer, subjects, offer, select } = open("a = \n");
    select(4);
    assert.deepEqual(subjects, []);
    offer("b()", 4);
    select(4);
    assert.deepEqual(subjects, [true]);
    observer.switch(false);
    assert.deepEqual(subjects, [true, false]);
  });

  test("records nothing while it is off, and forgets what it followed", (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    const { observer, kinds, change, offer } = open("a = \n");
    offer("b()", 4);
    t.mock.timers.tick(800);
    observer.switch(false);
    change(4, 0, "x");
    offer("c()", 5);
    t.mock.timers.tick(400_000);
    observer.switch(true);
    t.mock.timers.tick(400_000);
    fake.registered.get(ACCEPTED_COMMAND)!(INFO);
    assert.deepEqual(kinds(), ["shown"]);
  });

  test("tells of the cursor that leaves, by selection or by another editor", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    for (const leave of [
      (play: ReturnType<typeof open>) => play.select(0),
      () => fake.activated.fire(undefined),
      (play: ReturnType<typeof open>) => {
        play.editor.selection.isEmpty = false;
        play.select(4);
      },
    ]) {
      const play = open("a = \n");
      play.offer("b()", 4);
      t.mock.timers.tick(800);
      leave(play);
      t.mock.timers.tick(200);
      assert.deepEqual(play.kinds(), ["shown", "dismissed"]);
      await play.observer.close();
    }
  });

  test("settles when documents or the window close", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    for (const end of [
      async (play: ReturnType<typeof open>) => {
        fake.closed.fire(play.document);
        await Promise.resolve();
      },
      (play: ReturnType<typeof open>) => play.observer.close(),
    ]) {
      const play = open("a = \n");
      play.offer("b()", 4);
      play.change(4, 0, "b()");
      fake.registered.get(ACCEPTED_COMMAND)!(INFO);
      await end(play);
      assert.deepEqual(play.kinds().slice(-2), ["settled", "survived"]);
    }
  });

  test("goes on after a reload of the window, by what was written down", async (t) => {
    t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
    const store = createStore();
    const before = open("a = \n", store);
    await Promise.resolve();
    before.offer("load(user)", 4);
    before.change(4, 0, "load(user)");
    fake.registered.get(ACCEPTED_COMMAND)!(INFO);
    await before.observer.close();
    assert.equal(store.states.length, 1);
    assert.ok(!JSON.stringify(store.states).includes("load"), "no text is written down");

    fake.changed.clear();
    const after = open("a = load(user)\n", store);
    await Promise.resolve();
    await Promise.resolve();
    after.change(9, 4, "name");
    t.mock.timers.tick(2_000);
    assert.deepEqual(
      after.signals.map(({ kind, generationId }) => `${kind} ${generationId}`),
      ["edited g1"],
    );
    await after.observer.close();
  });

  test("what was forgotten is followed no longer, and is not written down", async (t) => {
    const { store, observer, kinds, change } = await openWithFollowed(t);
    assert.deepEqual(
      observer.followed.map(({ generationId, uris }) => [generationId, uris]),
      [["g1", ["file:///a.ts"]]],
    );
    assert.equal(store.states.length, 1);
    await observer.letGo(["g1"]);
    assert.deepEqual(store.states, []);
    assert.deepEqual(observer.followed, []);
    const before = kinds().length;
    change(4, 4, "read");
    t.mock.timers.tick(700_000);
    assert.equal(kinds().length, before, "nothing more is told of it");
  });

  test("writes down what is followed within a second or two, and takes it away when learning is switched off", async (t) => {
    const { store, observer } = await openWithFollowed(t);
    assert.equal(store.states.length, 1);
    observer.switch(false);
    assert.deepEqual(store.states, []);
  });

  test("never lets an error of ours reach the editor", () => {
    const { observer, logged } = open("a\n");
    const result = observer.tell((): string => {
      throw new Error("bug");
    });
    assert.equal(result, undefined);
    assert.match(logged.join(), /observing failed: Error: bug/u);
  });

  test("ignores arguments of the command that are not ours", () => {
    const { kinds } = open("a\n");
    fake.registered.get(ACCEPTED_COMMAND)!(undefined);
    fake.registered.get(ACCEPTED_COMMAND)!({ id: 5 });
    assert.deepEqual(kinds(), []);
  });
});

test("diagnostics are counted on the lines, errors and warnings apart", () => {
  const at = (first: number, last: number, severity: number) => ({
    range: new Range(new Position(first, 0), new Position(last, 1)),
    severity,
  });
  fake.diagnostics = [at(0, 0, 0), at(1, 1, 0), at(0, 5, 1), at(2, 2, 2), at(3, 3, 1), at(4, 4, 0)];
  assert.deepEqual(countDiagnostics("file:///a.ts", 1, 3), { errors: 1, warnings: 2 });
});

test("a document's view has its length, lines and slices", () => {
  const view = viewOf(new FakeTextDocument("file:///a.ts", "one\ntwo\n😀") as unknown as vscode.TextDocument);
  assert.equal(view.length, 10);
  assert.equal(view.slice(2, 5), "e\nt");
  assert.equal(view.line(1), "two");
  assert.equal(view.eol, "\n");
  assert.deepEqual({ ...view.positionAt(5) }, { line: 1, character: 1 });
});

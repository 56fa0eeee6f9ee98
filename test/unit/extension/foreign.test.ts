import assert from "node:assert/strict";
import test from "node:test";
import type { DocumentView } from "../../../extension/observe/document.ts";
import {
  confidenceOf,
  ForeignInserts,
  type ForeignText,
  JUDGED_AFTER_MS,
  type Surroundings,
} from "../../../extension/observe/foreign-inserts.ts";
import type { ChangeCause } from "../../../extension/observe/accepted.ts";
import { applyEdit, type Edit } from "../../../text/edit.ts";

const URI = "file:///project/a.ts";
const WRITTEN = "const total = items.reduce((sum, item) => sum + item.price, 0);\n  return total;";
const START = "function sum(items) {\n  \n}\n";
const OFFSET = START.indexOf("\n}");

function viewOf(text: string): DocumentView {
  const lines = (): string[] => text.split("\n");
  return {
    uri: URI,
    languageId: "typescript",
    eol: "\n",
    length: text.length,
    text: () => text,
    slice: (start, end) => text.slice(start, end),
    line: (line) => lines()[line] ?? "",
    positionAt: (offset) => {
      const before = text.slice(0, offset).split("\n");
      return { line: before.length - 1, character: before.at(-1)!.length };
    },
  };
}

interface Scene {
  readonly inserts: ForeignInserts;
  readonly change: (edit: Edit | readonly Edit[], how?: { cause?: ChangeCause; cursor?: number | undefined }) => void;
  readonly wait: (milliseconds: number) => void;
  readonly found: (surroundings?: Partial<Surroundings>) => readonly ForeignText[];
}

function scene(start = START): Scene {
  let now = 1_000_000;
  let text = start;
  const inserts = new ForeignInserts(() => now);
  return {
    inserts,
    change: (edits, { cause = "edit", cursor } = {}) => {
      const all = Array.isArray(edits) ? (edits as readonly Edit[]) : [edits as Edit];
      for (const edit of all) text = applyEdit(text, edit);
      inserts.changed(URI, all, cause, cursor);
    },
    wait: (milliseconds) => (now += milliseconds),
    found: (surroundings = {}) => {
      now += JUDGED_AFTER_MS;
      return inserts.due(() => viewOf(text), { clipboard: "", hasTool: true, isOurs: () => false, ...surroundings });
    },
  };
}

const INSERT: Edit = { offset: OFFSET, deleted: 0, inserted: WRITTEN };

test("much text at once, where a tool is at work, is the tool's", () => {
  const { change, found } = scene();
  change(INSERT, { cursor: OFFSET });
  const [{ generation, range }] = found() as [ForeignText];
  assert.deepEqual(range, { start: OFFSET, end: OFFSET + WRITTEN.length });
  assert.deepEqual(generation, {
    engine: "foreign",
    proposer: "inserted",
    languageId: "typescript",
    uri: URI,
    line: 1,
    character: 2,
    linePrefix: "  ",
    contextBefore: "function sum(items) {",
    text: WRITTEN,
    confidence: 0.95,
  });
  assert.deepEqual(found(), [], "once");
});

test("nothing is said before an accept of ours, or a save, could be known", () => {
  const { change, inserts, wait, found } = scene();
  assert.equal(inserts.nextAt(), undefined);
  change(INSERT);
  wait(JUDGED_AFTER_MS - 1);
  const surroundings = { clipboard: "", hasTool: true, isOurs: () => false };
  assert.deepEqual(
    inserts.due(() => viewOf(START), surroundings),
    [],
  );
  assert.equal(found().length, 1);
});

test("what people and editors insert at once is none", () => {
  const none: Readonly<Record<string, (made: Scene) => readonly ForeignText[]>> = {
    "too little": ({ change, found }) => {
      change({ ...INSERT, inserted: "items.length === 0" });
      return found();
    },
    "white space": ({ change, found }) => {
      change({ ...INSERT, inserted: " ".repeat(40) });
      return found();
    },
    "undo and redo": ({ change, found }) => {
      change(INSERT, { cause: "undo" });
      change(INSERT, { cause: "redo" });
      return found();
    },
    "read from disk, as after a checkout": ({ change, found }) => {
      change(INSERT, { cause: "reload" });
      return found();
    },
    "a paste": ({ change, found }) => {
      change(INSERT);
      return found({ clipboard: `${WRITTEN}\n` });
    },
    "a paste that was indented anew": ({ change, found }) => {
      change(INSERT);
      return found({ clipboard: WRITTEN.replaceAll("  ", "\t\t\t") });
    },
    "a suggestion of ours": ({ change, found }) => {
      change(INSERT);
      return found({ isOurs: (uri, text) => uri === URI && text === WRITTEN });
    },
    "several edits in one": ({ change, found }) => {
      change([INSERT, { offset: 0, deleted: 0, inserted: "x" }]);
      return found();
    },
    "a formatter before a save": ({ change, inserts, wait, found }) => {
      change(INSERT);
      wait(200);
      inserts.saved(URI);
      return found();
    },
    "a rewriting": ({ change, found }) => {
      change({ offset: 0, deleted: START.length, inserted: START.replace("  \n", "  const a = 1;\n") });
      return found();
    },
    "a line that was doubled": ({ change, found }) => {
      change({ offset: 0, deleted: 0, inserted: "function sum(items) {\n" });
      return found();
    },
    "what is gone again": ({ change, found }) => {
      change(INSERT);
      change({ offset: OFFSET, deleted: WRITTEN.length, inserted: "" });
      return found();
    },
  };
  for (const [what, run] of Object.entries(none)) assert.deepEqual(run(scene()), [], what);
});

test("it is found where it stands by then, but not if it was worked on", () => {
  const moved = scene();
  moved.change(INSERT);
  moved.change({ offset: 0, deleted: 0, inserted: "// head\n" });
  assert.equal(moved.found()[0]?.range.start, OFFSET + 8);
  const changed = scene();
  changed.change(INSERT);
  changed.change({ offset: OFFSET + 6, deleted: 5, inserted: "sum" });
  assert.deepEqual(changed.found(), []);
});

test("a save long after is no formatter's", () => {
  const { change, inserts, wait, found } = scene();
  change(INSERT);
  wait(1_200);
  inserts.saved(URI);
  assert.equal(found().length, 1);
});

test("the less is known, the less sure it is; a short line without a tool is no guess worth making", () => {
  const sure = { text: WRITTEN, wasAtCursor: true, hasTool: true, knowsClipboard: true };
  const all = confidenceOf(sure);
  for (const rest of [
    { wasAtCursor: false },
    { hasTool: false },
    { knowsClipboard: false },
    { text: "return items.length;" },
  ]) {
    assert.ok(confidenceOf({ ...sure, ...rest }) < all, JSON.stringify(rest));
  }
  const { change, found } = scene();
  change({ ...INSERT, inserted: "return items.length;" });
  assert.deepEqual(found({ hasTool: false }), []);
});

test("line ends of the document stay its own", () => {
  const { change, found } = scene(START.replaceAll("\n", "\r\n"));
  change({ ...INSERT, offset: OFFSET + 1, inserted: WRITTEN.replaceAll("\n", "\r\n") });
  assert.equal(found()[0]?.generation.text, WRITTEN);
});

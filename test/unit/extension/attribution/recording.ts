/**
 * A recorded session as data: what the editor reported, in order, and at some points who truly owns each character. It
 * is played through the tracker exactly as the editor's events would come.
 */
import assert from "node:assert/strict";
import type { FollowedState } from "../../../../extension/observe/followed.ts";
import type { ChangeCause } from "../../../../extension/observe/accepted.ts";
import { FakeDocument, FakeEditor } from "../fake-editor.ts";

/** The developer wrote it (""), or it was there before ("-"), or a generation (its name), or nobody can say ("?"). */
export type TrueOwner = string;

export type Event =
  | { readonly kind: "open"; readonly uri: string; readonly content: string }
  | { readonly kind: "close"; readonly uri: string }
  | { readonly kind: "rename"; readonly from: string; readonly to: string; readonly isToldFirst: boolean }
  | { readonly kind: "accept"; readonly uri: string; readonly at: number; readonly text: string; readonly id: string }
  | {
      readonly kind: "change";
      readonly uri: string;
      /** Offset, deleted characters, inserted text: each applies to what its predecessors left. */
      readonly edits: readonly (readonly [offset: number, deleted: number, inserted: string])[];
      readonly cause: ChangeCause;
    }
  | { readonly kind: "save"; readonly uri: string }
  | { readonly kind: "wait"; readonly ms: number }
  /** The window is reloaded, or its extension host has died: the documents stay as they are. */
  | { readonly kind: "restart" }
  /** Runs of true owners, by document. */
  | {
      readonly kind: "check";
      readonly truth: Readonly<Record<string, readonly (readonly [length: number, TrueOwner])[]>>;
    };

/** Characters that were counted at the checks, and those among them that were attributed wrongly. */
export interface Count {
  readonly all: number;
  readonly wrong: number;
}

export interface Score {
  /** What was written by hand or pasted in the session, or was there before and is told to be machine-written. */
  readonly human: Count;
  readonly machine: Count;
  /** The latest mistake, for the reader of a failed test. */
  readonly example: string;
}

export function play(events: readonly Event[]): Score {
  let editor = new FakeEditor("");
  editor.documents.clear();
  const score = { human: { all: 0, wrong: 0 }, machine: { all: 0, wrong: 0 }, example: "" };
  for (const [index, event] of events.entries()) {
    switch (event.kind) {
      case "open":
        open(editor, event.uri, event.content);
        break;
      case "close":
        close(editor, event.uri);
        break;
      case "rename": {
        const { content } = editor.documents.get(event.from)!;
        if (event.isToldFirst) editor.tracker.renamed(event.from, event.to);
        open(editor, event.to, content);
        close(editor, event.from);
        if (!event.isToldFirst) editor.tracker.renamed(event.from, event.to);
        break;
      }
      case "accept":
        editor.uri = event.uri;
        editor.moveTo(event.at);
        editor.offer(event.text, { id: event.id });
        editor.wait(800);
        editor.tab(event.text, { id: event.id });
        break;
      case "change":
        editor.uri = event.uri;
        editor.change(
          event.edits.map(([offset, deleted, inserted]) => ({ offset, deleted, inserted })),
          event.cause,
        );
        break;
      case "save":
        editor.tracker.saved(event.uri);
        break;
      case "wait":
        editor.wait(event.ms);
        break;
      case "restart":
        editor = restart(editor);
        break;
      case "check":
        for (const [uri, truth] of Object.entries(event.truth)) compare(editor, uri, truth, index, score);
        break;
    }
  }
  return score;
}

function open(editor: FakeEditor, uri: string, content: string): void {
  const document = new FakeDocument(uri, content);
  editor.documents.set(uri, document);
  editor.tracker.opened(document);
}

function close(editor: FakeEditor, uri: string): void {
  editor.tracker.closed(uri);
  editor.documents.delete(uri);
}

function restart(before: FakeEditor): FakeEditor {
  const states = JSON.parse(JSON.stringify(before.tracker.states())) as FollowedState[];
  const editor = new FakeEditor("");
  editor.documents.clear();
  editor.now = before.now;
  for (const [uri, document] of before.documents) editor.documents.set(uri, document);
  editor.tracker.restore(states, [...editor.documents.values()]);
  return editor;
}

function compare(
  editor: FakeEditor,
  uri: string,
  truth: readonly (readonly [number, TrueOwner])[],
  step: number,
  score: { human: { all: number; wrong: number }; machine: { all: number; wrong: number }; example: string },
): void {
  const { content } = editor.documents.get(uri)!;
  assert.equal(
    truth.reduce((sum, [length]) => sum + length, 0),
    content.length,
    `event ${step}: the recording and the document have parted: ${JSON.stringify(content)}`,
  );
  const told = (editor.tracker.owners(uri) ?? []).flatMap(({ length, owner }) =>
    new Array<string>(length).fill(owner ?? ""),
  );
  let offset = 0;
  for (const [length, owner] of truth) {
    for (const end = offset + length; offset < end; offset++) {
      if (owner === "?") continue;
      const isBefore = owner === "-";
      const isRight = (told[offset] ?? "") === (isBefore ? "" : owner);
      const count = owner === "" || isBefore ? score.human : score.machine;
      if (!isBefore || !isRight) count.all++;
      if (isRight) continue;
      count.wrong++;
      const around = `${content.slice(Math.max(0, offset - 20), offset)}▮${content.slice(offset, offset + 20)}`;
      const said = `${owner || "human"}, and was told to be ${told[offset] || "human"}`;
      score.example = `event ${step}, ${uri}: ${JSON.stringify(around)} is ${said}`;
    }
  }
}

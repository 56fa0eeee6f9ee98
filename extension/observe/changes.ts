/**
 * Changes of documents with their causes. That a document is dirty by a change the editor says with its next event: the
 * first change after a save looks like one that was read from disk until then, and is held back for so long.
 */
import { Disposable, type TextDocument, TextDocumentChangeReason, window, workspace } from "vscode";
import type { Edit } from "../../text/edit.ts";
import type { ChangeCause } from "./accepted.ts";

export interface DocumentChange {
  readonly document: TextDocument;
  readonly edits: readonly Edit[];
  readonly cause: ChangeCause;
  /** Where the cursor was before, as an offset; undefined where the document is not in front. */
  readonly cursor: number | undefined;
}

/** The editor says it at once; no later than this it was a change on disk. */
export const HELD_MS = 50;

interface Held {
  readonly change: Omit<DocumentChange, "cause">;
  readonly timer: NodeJS.Timeout;
}

/** Tells of every change, in order for each document; of the first after a save when its cause is known. */
export function watchChanges(onChange: (change: DocumentChange) => void): Disposable {
  const held = new Map<string, Held>();
  const release = (uri: string, cause: ChangeCause): void => {
    const one = held.get(uri);
    if (!one) return;
    clearTimeout(one.timer);
    held.delete(uri);
    onChange({ ...one.change, cause });
  };
  const hold = (uri: string, change: Held["change"]): void => {
    // What has arrived meanwhile goes before the timer.
    const timer = setTimeout(() => setImmediate(() => release(uri, "reload")), HELD_MS);
    held.set(uri, { change, timer });
  };
  return Disposable.from(
    workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
      const uri = document.uri.toString();
      release(uri, document.isDirty ? "edit" : "reload");
      // Without changes: only the dirty flag was set.
      if (contentChanges.length === 0) return;
      const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
        offset: rangeOffset,
        deleted: rangeLength,
        inserted: text,
      }));
      const change = { document, edits, cursor: cursorIn(document) };
      if (reason === TextDocumentChangeReason.Undo) onChange({ ...change, cause: "undo" });
      else if (reason === TextDocumentChangeReason.Redo) onChange({ ...change, cause: "redo" });
      else if (document.isDirty) onChange({ ...change, cause: "edit" });
      else hold(uri, change);
    }),
    workspace.onDidCloseTextDocument(({ uri }) => release(uri.toString(), "reload")),
    new Disposable(() => {
      for (const { timer } of held.values()) clearTimeout(timer);
      held.clear();
    }),
  );
}

/** The selection follows its change: as yet it is the one before. */
function cursorIn(document: TextDocument): number | undefined {
  const editor = window.activeTextEditor;
  return editor?.document === document ? document.offsetAt(editor.selection.active) : undefined;
}

/** Every change of a document, its opening, saving and closing, and new names of files. */
import { Disposable, workspace } from "vscode";
import type { Observer } from "./observer.ts";
import { causeOf, viewOf } from "./view.ts";

export function registerEdits(observer: Observer): Disposable {
  return Disposable.from(
    workspace.onDidChangeTextDocument(({ document, contentChanges, reason }) => {
      // Without changes: only the dirty flag was set.
      if (contentChanges.length === 0) return;
      const edits = contentChanges.map(({ rangeOffset, rangeLength, text }) => ({
        offset: rangeOffset,
        deleted: rangeLength,
        inserted: text,
      }));
      observer.tell((tracker) => tracker.changed(viewOf(document), edits, causeOf(reason, document.isDirty)));
    }),
    workspace.onDidOpenTextDocument((document) => {
      observer.tell((tracker) => tracker.opened(viewOf(document)));
    }),
    workspace.onDidSaveTextDocument((document) => {
      observer.tell((tracker) => tracker.saved(document.uri.toString()));
    }),
    workspace.onDidRenameFiles(({ files }) => {
      observer.tell((tracker) => {
        for (const { oldUri, newUri } of files) tracker.renamed(oldUri.toString(), newUri.toString());
      });
    }),
    workspace.onDidCloseTextDocument((document) => {
      observer.tell((tracker) => tracker.closed(document.uri.toString()));
    }),
  );
}

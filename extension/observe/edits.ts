/** Every change of a document, and its closing. */
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
      observer.tell((tracker) => tracker.changed(viewOf(document), edits, causeOf(reason)));
    }),
    workspace.onDidCloseTextDocument((document) => {
      observer.tell((tracker) => tracker.closed(document.uri.toString()));
    }),
  );
}

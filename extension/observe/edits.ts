/** Every change of a document, its opening, saving and closing, and new names of files. */
import { Disposable, workspace } from "vscode";
import { watchChanges } from "./changes.ts";
import type { Observer } from "./observer.ts";
import { viewOf } from "./view.ts";

export function registerEdits(observer: Observer): Disposable {
  return Disposable.from(
    watchChanges(({ document, edits, cause }) => {
      observer.tell((tracker) => tracker.changed(viewOf(document), edits, cause));
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

/** An editor's document as the observers see it. */
import { EndOfLine, Range, TextDocumentChangeReason } from "vscode";
import type { TextDocument } from "vscode";
import type { ChangeCause } from "./accepted.ts";
import type { DocumentView } from "./document.ts";

export function viewOf(document: TextDocument): DocumentView {
  return {
    uri: document.uri.toString(),
    languageId: document.languageId,
    eol: document.eol === EndOfLine.CRLF ? "\r\n" : "\n",
    get length() {
      return document.offsetAt(document.lineAt(document.lineCount - 1).range.end);
    },
    text: () => document.getText(),
    slice: (start, end) => document.getText(new Range(document.positionAt(start), document.positionAt(end))),
    line: (line) => document.lineAt(line).text,
    positionAt: (offset) => document.positionAt(offset),
  };
}

/** A document that is as on disk right after a change was read from there, if it was not an undo that led back. */
export function causeOf(reason: TextDocumentChangeReason | undefined, isDirty: boolean): ChangeCause {
  if (reason === TextDocumentChangeReason.Undo) return "undo";
  if (reason === TextDocumentChangeReason.Redo) return "redo";
  return isDirty ? "edit" : "reload";
}

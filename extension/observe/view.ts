/** An editor's document as the observers see it. */
import { EndOfLine, Range } from "vscode";
import type { TextDocument } from "vscode";
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

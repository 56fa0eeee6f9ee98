/** What the editor tells of suggestions: the command of an accepted one, and the cursor that leaves it. */
import { commands, Disposable, window } from "vscode";
import type { TextEditor } from "vscode";
import { ACCEPTED_COMMAND } from "../../protocol/messages.ts";
import { parseSuggestionInfo } from "../inline.ts";
import type { Observer } from "./observer.ts";

export function registerSuggestions(observer: Observer): Disposable {
  const tellCursor = (editor: TextEditor | undefined): void => {
    const cursor = editor?.selection.isEmpty ? editor.document.offsetAt(editor.selection.active) : undefined;
    observer.tell((tracker) => tracker.selected(editor?.document.uri.toString(), cursor));
  };
  return Disposable.from(
    commands.registerCommand(ACCEPTED_COMMAND, (argument: unknown) => {
      const info = parseSuggestionInfo(argument);
      if (info) observer.tell((tracker) => tracker.accepted(info));
    }),
    window.onDidChangeTextEditorSelection(({ textEditor }) => {
      if (textEditor === window.activeTextEditor) tellCursor(textEditor);
    }),
    window.onDidChangeActiveTextEditor(tellCursor),
  );
}

/** What such tools do: ghost text behind the beginning of a line, and text that a chat applies to the file in front. */
import { commands, InlineCompletionItem, languages, Position, window, workspace, WorkspaceEdit } from "vscode";
import texts from "./texts.json" with { type: "json" };

const { suggested, applied } = texts;

export function activate({ subscriptions }) {
  const provider = {
    provideInlineCompletionItems(document, position) {
      const begun = document.lineAt(position).text.slice(0, position.character).trim();
      return begun === suggested.begun ? [new InlineCompletionItem(suggested.text)] : [];
    },
  };
  const apply = () => {
    const { document } = window.activeTextEditor;
    const edit = new WorkspaceEdit();
    edit.insert(document.uri, new Position(document.lineCount, 0), applied);
    return workspace.applyEdit(edit);
  };
  subscriptions.push(
    languages.registerInlineCompletionItemProvider({ pattern: "**" }, provider),
    commands.registerCommand("standIn.apply", apply),
  );
}

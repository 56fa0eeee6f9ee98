/** Places in source files that something was learned from: shown in lists, and opened. */
import { Uri, window, workspace } from "vscode";
import type { TextDocument } from "vscode";
import type { Place } from "../protocol/style.ts";
import type { ListItem } from "./dialogs.ts";

/** One entry for each place, which opens it. */
export function placeItems(places: readonly Place[]): ListItem[] {
  return places.map((place) => ({
    label: `$(go-to-file) ${place.line > 0 ? `${place.path}:${String(place.line)}` : place.path}`,
    detail: place.text,
    run: () => openPlace(place),
  }));
}

/** Opens a place where its line is by now; says so where the file is not in this workspace any more. */
async function openPlace(place: Place): Promise<void> {
  const document = await openDocument(place.path);
  if (!document) {
    await window.showInformationMessage(`${place.path} is not in this workspace (any more).`);
    return;
  }
  await window.showTextDocument(document, { selection: document.lineAt(findLine(document, place)).range });
}

async function openDocument(path: string): Promise<TextDocument | undefined> {
  const isUri = /^[a-z][\w+.-]+:/iu.test(path);
  const candidates = isUri
    ? [Uri.parse(path)]
    : (workspace.workspaceFolders ?? []).map(({ uri }) => Uri.joinPath(uri, path));
  for (const uri of candidates) {
    try {
      return await workspace.openTextDocument(uri);
    } catch {
      // It is not there, or no text: the next folder may have it.
    }
  }
  return undefined;
}

/** The line with the text, the nearest to where it was; text moves while a project lives. */
function findLine(document: TextDocument, { line, text }: Place): number {
  const expected = Math.min(Math.max(line - 1, 0), document.lineCount - 1);
  const head = text.replace(/…$/u, "");
  let best: number | undefined;
  for (let at = 0; head !== "" && at < document.lineCount; at++) {
    const isThere = document.lineAt(at).text.trim().startsWith(head);
    if (isThere && (best === undefined || Math.abs(at - expected) < Math.abs(best - expected))) best = at;
  }
  return best ?? expected;
}

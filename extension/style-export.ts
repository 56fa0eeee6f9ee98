/**
 * "Export Learned Style": shows what would change in a file that other tools read, and writes exactly that once the user
 * says so. A file that is being edited is changed in its editor, where it can be undone and is saved with the rest; any
 * other is written as bytes, since an editor would also unify line ends or trim what is not ours.
 */
import { Buffer } from "node:buffer";
import { randomUUID } from "node:crypto";
import { basename } from "node:path";
import { commands, Range, TabInputTextDiff, Uri, window, workspace, WorkspaceEdit } from "vscode";
import type { TextDocument } from "vscode";
import type { StyleExportParams, StyleExportResult, ExportFormat } from "../protocol/messages.ts";

export interface StyleExportDeps {
  /** Asks the sidecar what an export would make of the file; nothing is written by it. */
  readonly preview: (params: StyleExportParams) => Promise<StyleExportResult>;
  readonly isTrusted: () => boolean;
  readonly showLog: () => void;
}

/** Documents that exist to be compared only: what a file was and what it would be. */
export const PREVIEW_SCHEME = "tacit-style";

const CHOICES: readonly { readonly format: ExportFormat; readonly label: string; readonly description: string }[] = [
  { format: "agents", label: "AGENTS.md", description: "coding agents: Codex, Cursor, Copilot and others" },
  { format: "cursor", label: "Cursor Rules", description: ".cursor/rules/tacit.mdc" },
  { format: "copilot", label: "Copilot Instructions", description: ".github/copilot-instructions.md" },
  { format: "claude", label: "CLAUDE.md", description: "Claude Code" },
  { format: "editorconfig", label: ".editorconfig", description: "indentation, line width, quotes" },
  { format: "json", label: "JSON", description: "all that was learned, with evidence; opens as a new document" },
];

/** Asks for a format, shows the change, and writes it where the user agrees. */
export async function exportStyle(deps: StyleExportDeps): Promise<void> {
  if (!deps.isTrusted()) {
    await window.showWarningMessage("Tacit writes nothing into an untrusted workspace. Trust it first.");
    return;
  }
  const folder = await chooseFolder();
  if (folder === undefined) return;
  const choice = await window.showQuickPick(CHOICES, { title: "Export Learned Style" });
  if (!choice) return;
  try {
    await exportTo(deps, { folder, format: choice.format });
  } catch (error) {
    // The user has asked for it, so the user is told.
    const reason = error instanceof Error ? error.message : String(error);
    const answer = await window.showErrorMessage(`The learned style was not exported: ${reason}`, "Show Log");
    if (answer === "Show Log") deps.showLog();
  }
}

async function chooseFolder(): Promise<string | undefined> {
  const folders = workspace.workspaceFolders ?? [];
  if (folders.length === 0) {
    await window.showInformationMessage("Open a folder first: the learned style is exported into it.");
    return undefined;
  }
  if (folders.length === 1) return folders[0]!.uri.toString();
  const items = folders.map(({ name, uri }) => ({ label: name, folder: uri.toString() }));
  const item = await window.showQuickPick(items, { title: "Export Learned Style: into which folder?" });
  return item?.folder;
}

async function exportTo({ preview }: StyleExportDeps, params: StyleExportParams): Promise<void> {
  let result = await preview(params);
  if (result.path === null) {
    const document = await workspace.openTextDocument({ language: "json", content: result.after });
    await window.showTextDocument(document);
    return;
  }
  const uri = Uri.file(result.path);
  // What counts is what the user sees, not what the disk has.
  const edited = editedDocument(uri);
  if (edited) result = await preview({ ...params, text: edited.getText() });
  const name = basename(uri.path);
  const notes = result.notes.join(" ");
  if ((result.before ?? "") === result.after) {
    await window.showInformationMessage(result.isEmpty ? notes : `${name} is up to date. ${notes}`.trim());
    return;
  }
  if (!(await isAgreed(name, result))) return;
  const document = editedDocument(uri);
  const isWritten = document ? await writeIntoEditor(document, result) : await writeToDisk(uri, result);
  if (!isWritten) {
    await window.showWarningMessage(`${name} was changed meanwhile, so nothing was written. Export again.`);
    return;
  }
  await window.showTextDocument(uri);
}

/** The file where it is open with changes that are not saved. */
function editedDocument(uri: Uri): TextDocument | undefined {
  return workspace.textDocuments.find((document) => document.isDirty && document.uri.toString() === uri.toString());
}

/** Shows the comparison and asks; the comparison is gone afterwards. */
async function isAgreed(name: string, { before, after, notes }: StyleExportResult): Promise<boolean> {
  // The editor keeps documents by their address for a while, so each comparison gets new ones.
  const id = randomUUID();
  const left = Uri.from({ scheme: PREVIEW_SCHEME, path: `/${id}/before/${name}` });
  const right = Uri.from({ scheme: PREVIEW_SCHEME, path: `/${id}/after/${name}` });
  const texts = new Map([
    [left.path, before ?? ""],
    [right.path, after],
  ]);
  const provider = workspace.registerTextDocumentContentProvider(PREVIEW_SCHEME, {
    provideTextDocumentContent: ({ path }) => texts.get(path),
  });
  try {
    await commands.executeCommand("vscode.diff", left, right, `${name}: Learned Style`, { preview: true });
    const write = { label: `$(check) Write ${name}`, detail: notes.join(" ") };
    const cancel = { label: "$(close) Cancel" };
    const options = { title: `Export the learned style to ${name}?`, ignoreFocusOut: true };
    return (await window.showQuickPick([write, cancel], options)) === write;
  } finally {
    await closeComparison(right);
    provider.dispose();
  }
}

async function closeComparison(right: Uri): Promise<void> {
  const tabs = window.tabGroups.all.flatMap((group) => group.tabs);
  const isOurs = (input: unknown): boolean =>
    input instanceof TabInputTextDiff && input.modified.toString() === right.toString();
  await window.tabGroups.close(tabs.filter(({ input }) => isOurs(input)));
}

/** Replaces what differs; false where the text is another than the one that was compared. */
async function writeIntoEditor(document: TextDocument, { before, after }: StyleExportResult): Promise<boolean> {
  const text = document.getText();
  if (text !== before) return false;
  const { start, end, replacement } = narrowChange(text, after);
  const edit = new WorkspaceEdit();
  edit.replace(document.uri, new Range(document.positionAt(start), document.positionAt(end)), replacement);
  return await workspace.applyEdit(edit);
}

async function writeToDisk(uri: Uri, { before, after }: StyleExportResult): Promise<boolean> {
  const now = await workspace.fs.readFile(uri).then(
    (bytes) => Buffer.from(bytes),
    // Whatever else may be wrong with it, writing will tell.
    () => undefined,
  );
  const isSame = before === null ? now === undefined : now?.equals(Buffer.from(before)) === true;
  if (isSame) await workspace.fs.writeFile(uri, Buffer.from(after));
  return isSame;
}

/** The one replacement, offsets into `before`, that makes `after` of it. */
function narrowChange(before: string, after: string): { start: number; end: number; replacement: string } {
  const shorter = Math.min(before.length, after.length);
  let start = 0;
  while (start < shorter && before.charCodeAt(start) === after.charCodeAt(start)) start++;
  let tail = 0;
  while (tail < shorter - start && before.at(-1 - tail) === after.at(-1 - tail)) tail++;
  return { start, end: before.length - tail, replacement: after.slice(start, after.length - tail) };
}

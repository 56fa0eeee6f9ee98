/** The ledger in the editor: what is stored is shown, forgotten for good after a question, and written into a folder. */
import { ProgressLocation, Uri, window, workspace } from "vscode";
import type {
  ExportDataParams,
  ExportDataResult,
  ForgetParams,
  ForgetResult,
  LedgerParams,
  LedgerResult,
  LedgerScope,
} from "../protocol/ledger.ts";
import { orTell, showList } from "./dialogs.ts";
import { addSettingItem } from "./write-setting.ts";

export interface LedgerDeps {
  readonly sidecar: {
    ledger(params: LedgerParams): Promise<LedgerResult>;
    forget(params: ForgetParams): Promise<ForgetResult>;
    exportData(params: ExportDataParams): Promise<ExportDataResult>;
  };
  readonly showLog: () => void;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Asks about what, and shows what is stored about it as a document. */
export async function showLedger(deps: LedgerDeps): Promise<void> {
  await orTell("The ledger could not be shown", deps.showLog, async () => {
    const show = (scope: LedgerScope) => async (): Promise<void> => {
      const { text } = await deps.sidecar.ledger({ scope });
      const document = await workspace.openTextDocument({ language: "markdown", content: text });
      await window.showTextDocument(document);
    };
    const file = currentFile();
    const today = new Date().setHours(0, 0, 0, 0);
    await showList("Show Ledger", [
      ...(file ? [{ label: "$(file) This File", description: file.name, run: show(file.scope) }] : []),
      ...projects().map(({ name, scope }) => ({ label: `$(root-folder) ${name}`, run: show(scope) })),
      { label: "$(calendar) Today", run: show({ kind: "span", from: today, to: today + DAY_MS }) },
      { label: "$(database) Everything", run: show({ kind: "everything" }) },
    ]);
  });
}

/** Forgets the file of the active editor; offers to leave it out from now on, or it is read again. */
export async function forgetFile(deps: LedgerDeps): Promise<void> {
  const file = currentFile();
  if (!file) {
    await window.showInformationMessage("Open the file that is to be forgotten, then run this again.");
    return;
  }
  const answer = await window.showWarningMessage(
    `Forget all that was learned from ${file.name}?`,
    {
      modal: true,
      detail: "This cannot be undone. The file itself stays as it is, and is read again unless it is excluded.",
    },
    "Forget and Exclude",
    "Forget",
  );
  if (answer === undefined) return;
  // First: what reads the file again must know that it may not.
  if (answer === "Forget and Exclude") await addSettingItem("privacy.exclude", file.pattern);
  await forget(deps, file.scope, file.name);
}

/** Forgets a folder of the workspace. */
export async function forgetProject(deps: LedgerDeps): Promise<void> {
  const all = projects();
  const items = all.map((project) => ({ label: project.name, project }));
  const project =
    all.length === 1 ? all[0] : (await window.showQuickPick(items, { title: "Forget This Project" }))?.project;
  if (project) await forgetAfterQuestion(deps, project.scope, `the project ${project.name}`);
}

export async function forgetEverything(deps: LedgerDeps): Promise<void> {
  await forgetAfterQuestion(deps, { kind: "everything" }, "everything, in all projects");
}

/** Writes what is stored into a folder that the user chooses. */
export async function exportData(deps: LedgerDeps): Promise<void> {
  const kinds = [
    { label: "As It Is", description: "can be imported with `tacit import`", anonymise: false },
    { label: "Anonymised", description: "names, literals, comments and paths are replaced", anonymise: true },
  ];
  const kind = await window.showQuickPick(kinds, { title: "Export My Data" });
  if (!kind) return;
  const [parent] =
    (await window.showOpenDialog({
      canSelectFiles: false,
      canSelectFolders: true,
      openLabel: "Export Here",
      title: "A new folder is made there",
    })) ?? [];
  if (!parent) return;
  await orTell("The data could not be exported", deps.showLog, async () => {
    const stamp = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
    const folder = Uri.joinPath(parent, `tacit-export-${stamp}`).fsPath;
    await deps.sidecar.exportData({ folder, anonymise: kind.anonymise });
    await window.showInformationMessage(`Your data is in ${folder}.`);
  });
}

async function forgetAfterQuestion(deps: LedgerDeps, scope: LedgerScope, what: string): Promise<void> {
  const detail = "This cannot be undone. Your files stay as they are.";
  const question = `Forget all that was learned from ${what}?`;
  if ((await window.showWarningMessage(question, { modal: true, detail }, "Forget")) === "Forget") {
    await forget(deps, scope, what);
  }
}

async function forget({ sidecar, showLog }: LedgerDeps, scope: LedgerScope, what: string): Promise<void> {
  await orTell(`${what} could not be forgotten`, showLog, async () => {
    const { counts, notes } = await window.withProgress(
      { location: ProgressLocation.Notification, title: `Tacit forgets ${what}` },
      () => sidecar.forget({ scope }),
    );
    const rows = Object.values(counts).reduce((sum, count) => sum + count, 0);
    const done = rows === 0 ? `Nothing was stored about ${what}.` : `Nothing is left of ${what}.`;
    await window.showInformationMessage(notes.length === 0 ? done : notes.join(" "));
  });
}

interface Named<S extends LedgerScope> {
  readonly name: string;
  readonly scope: S;
}

/** `pattern`: as the setting for excluded files has it. */
function currentFile(): (Named<LedgerScope> & { readonly pattern: string }) | undefined {
  const uri = window.activeTextEditor?.document.uri;
  if (!uri || uri.scheme === "untitled") return undefined;
  const name = workspace.asRelativePath(uri, false);
  const file = uri.scheme === "file" ? uri.fsPath : uri.toString();
  return { name, scope: { kind: "file", file }, pattern: patternOf(name) };
}

/** A path as a pattern of `.gitignore`, for this file alone. */
function patternOf(path: string): string {
  return `/${path.replace(/^\//, "")}`.replace(/[\\*?[\]]/g, "\\$&");
}

function projects(): Named<LedgerScope>[] {
  return (workspace.workspaceFolders ?? [])
    .filter(({ uri }) => uri.scheme === "file")
    .map(({ name, uri }) => ({ name, scope: { kind: "project", root: uri.fsPath } }));
}

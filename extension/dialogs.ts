/** What the user is asked and told, the same way everywhere: lists whose entries do something, and failures. */
import { QuickPickItemKind, window } from "vscode";

/** An entry of a list. A heading, or what only tells something, has nothing to run. */
export interface ListItem {
  readonly label: string;
  readonly description?: string;
  readonly detail?: string;
  readonly kind?: QuickPickItemKind;
  readonly run?: () => Promise<void>;
}

const PREVIEW_CHARS_MAX = 60;

export function heading(label: string): ListItem {
  return { label, kind: QuickPickItemKind.Separator };
}

/** Shows a list and does what was chosen. */
export async function showList(title: string, items: readonly ListItem[]): Promise<void> {
  const choice = await window.showQuickPick(items, { title, matchOnDescription: true, matchOnDetail: true });
  await choice?.run?.();
}

/** Does what the user has asked for, and tells where that fails. */
export async function orTell(what: string, showLog: () => void, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    const choice = await window.showErrorMessage(`${what}: ${reason}`, "Show Log");
    if (choice === "Show Log") showLog();
  }
}

/** The first line of a text, shortened. */
export function previewOf(text: string): string {
  const [line = ""] = text.trim().split("\n");
  return line.length <= PREVIEW_CHARS_MAX && line === text.trim() ? line : `${line.slice(0, PREVIEW_CHARS_MAX - 1)}…`;
}

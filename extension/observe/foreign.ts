/** What the editor tells of text that other tools insert: changes, saves, the clipboard, and which tools there are. */
import { Disposable, env, extensions, UIKind, workspace } from "vscode";
import { watchChanges } from "./changes.ts";
import { ForeignInserts } from "./foreign-inserts.ts";
import type { ForeignText } from "./foreign-inserts.ts";
import { viewOf } from "./view.ts";

/** Tools that write code, by the beginning of their id. */
const TOOLS =
  /^(?:github\.copilot|codeium\.|continue\.|tabnine\.|supermaven\.|sourcegraph\.(?:cody|amp)|amazonwebservices\.(?:codewhisperer|amazon-q)|anthropic\.claude-code|saoudrizwan\.claude-dev|rooveterinaryinc\.roo|google\.geminicodeassist|openai\.chatgpt|augment\.|tabbyml\.|jetbrains\.ai|ggml-org\.llama-vscode)/iu;
/** Editors that come with one. */
const EDITORS = /cursor|windsurf|trae|kiro|antigravity/iu;

export interface ForeignDeps {
  readonly now: () => number;
  readonly isOn: () => boolean;
  /** Whether a text is that of a suggestion of ours which was accepted just now. */
  readonly isOurs: (uri: string, text: string) => boolean;
  readonly onFound: (found: ForeignText) => void;
}

export function registerForeign({ now, isOn, isOurs, onFound }: ForeignDeps): Disposable {
  const inserts = new ForeignInserts(now);
  let timer: NodeJS.Timeout | undefined;
  const judge = async (): Promise<void> => {
    const isLikely = hasTool();
    // It is nobody's business where there is no tool whose text might be meant.
    const clipboard = isLikely ? await readClipboard() : undefined;
    try {
      if (isOn()) {
        const surroundings = { clipboard, hasTool: isLikely, isOurs };
        for (const found of inserts.due(openDocument, surroundings)) onFound(found);
      } else inserts.reset();
    } finally {
      // Whatever came of these, the next ones are judged.
      schedule();
    }
  };
  const schedule = (): void => {
    clearTimeout(timer);
    const at = inserts.nextAt();
    timer = at === undefined ? undefined : setTimeout(() => void judge(), Math.max(0, at - now()));
  };
  return Disposable.from(
    watchChanges(({ document, edits, cause, cursor }) => {
      if (!isOn()) return;
      inserts.changed(document.uri.toString(), edits, cause, cursor);
      if (timer === undefined) schedule();
    }),
    workspace.onDidSaveTextDocument(({ uri }) => inserts.saved(uri.toString())),
    new Disposable(() => clearTimeout(timer)),
  );
}

function openDocument(uri: string): ReturnType<typeof viewOf> | undefined {
  const document = workspace.textDocuments.find((open) => open.uri.toString() === uri);
  return document && viewOf(document);
}

async function readClipboard(): Promise<string | undefined> {
  // A browser asks whether it may be read, and the editor complains where it may not.
  if (env.uiKind === UIKind.Web) return undefined;
  try {
    return await env.clipboard.readText();
  } catch {
    // The guess is less sure then.
    return undefined;
  }
}

function hasTool(): boolean {
  return EDITORS.test(env.appName) || extensions.all.some(({ id, isActive }) => isActive && TOOLS.test(id));
}

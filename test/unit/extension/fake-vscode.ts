/**
 * A stand-in for the module "vscode", as far as the extension's files use it outside the language client. Import
 * `useFakeVscode` first, then the file under test with `await import(…)`.
 */
import { registerHooks } from "node:module";

export function useFakeVscode(): void {
  registerHooks({
    resolve(specifier, context, next) {
      if (specifier !== "vscode") return next(specifier, context);
      return { url: import.meta.url, format: "module-typescript", shortCircuit: true };
    },
  });
}

export const EndOfLine = { LF: 1, CRLF: 2 };
export const TextDocumentChangeReason = { Undo: 1, Redo: 2 };
export const DiagnosticSeverity = { Error: 0, Warning: 1, Information: 2, Hint: 3 };
export const StatusBarAlignment = { Left: 1, Right: 2 };
export const ProgressLocation = { Notification: 15 };
export const QuickPickItemKind = { Separator: -1, Default: 0 };
export const InlineCompletionTriggerKind = { Invoke: 0, Automatic: 1 };
export const ConfigurationTarget = { Global: 1, Workspace: 2, WorkspaceFolder: 3 };

export class Position {
  readonly line: number;
  readonly character: number;

  constructor(line: number, character: number) {
    this.line = line;
    this.character = character;
  }
}

export class Range {
  readonly start: Position;
  readonly end: Position;

  constructor(start: Position, end: Position) {
    this.start = start;
    this.end = end;
  }
}

export class Uri {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  static parse(value: string): Uri {
    return new Uri(value);
  }

  static joinPath(base: Uri, path: string): Uri {
    return new Uri(`${base.toString()}/${path}`);
  }

  static file(path: string): Uri {
    return new Uri(`file://${path}`);
  }

  static from({ scheme, path }: { scheme: string; path: string }): Uri {
    return new Uri(`${scheme}:${path}`);
  }

  get fsPath(): string {
    return this.path;
  }

  /** Behind the scheme and an empty authority. */
  get path(): string {
    return this.#value.replace(/^[\w-]+:(?:\/\/)?/u, "");
  }

  toString(): string {
    return this.#value;
  }
}

/** What a tab shows where it compares two documents. */
export class TabInputTextDiff {
  readonly modified: Uri;

  constructor(modified: Uri) {
    this.modified = modified;
  }
}

/** Remembers its replacements. */
export class WorkspaceEdit {
  readonly replacements: { uri: Uri; range: Range; text: string }[] = [];

  replace(uri: Uri, range: Range, text: string): void {
    this.replacements.push({ uri, range, text });
  }
}

export class MarkdownString {
  readonly value: string;

  constructor(value: string) {
    this.value = value;
  }
}

export class ThemeColor {
  readonly id: string;

  constructor(id: string) {
    this.id = id;
  }
}

export class Disposable {
  readonly #dispose: () => void;

  constructor(dispose: () => void) {
    this.#dispose = dispose;
  }

  static from(...disposables: { dispose(): unknown }[]): Disposable {
    return new Disposable(() => disposables.forEach((disposable) => void disposable.dispose()));
  }

  dispose(): void {
    this.#dispose();
  }
}

/** An event that a test fires. */
export class FakeEvent<T> {
  readonly #listeners = new Set<(event: T) => void>();

  readonly event = (listener: (event: T) => void): Disposable => {
    this.#listeners.add(listener);
    return new Disposable(() => this.#listeners.delete(listener));
  };

  /** Nobody listens any more: another window. */
  clear(): void {
    this.#listeners.clear();
  }

  fire(event: T): void {
    for (const listener of this.#listeners) listener(event);
  }
}

/** A text document whose content a test sets. */
/** What outlives a window. */
export class FakeState {
  readonly #kept = new Map<string, unknown>();

  get(key: string): unknown {
    return this.#kept.get(key);
  }

  update(key: string, value: unknown): Promise<void> {
    this.#kept.set(key, value);
    return Promise.resolve();
  }
}

export class FakeTextDocument {
  readonly uri: Uri;
  readonly languageId = "typescript";
  readonly eol: number = EndOfLine.LF;
  version = 1;
  isDirty = false;
  content: string;

  constructor(uri: string, content: string) {
    this.uri = new Uri(uri);
    this.content = content;
  }

  get lineCount(): number {
    return this.content.split("\n").length;
  }

  getText(range?: Range): string {
    return range ? this.content.slice(this.offsetAt(range.start), this.offsetAt(range.end)) : this.content;
  }

  lineAt(line: number): { text: string; range: Range } {
    const text = this.content.split("\n")[line] ?? "";
    return { text, range: new Range(new Position(line, 0), new Position(line, text.length)) };
  }

  offsetAt({ line, character }: Position): number {
    const lines = this.content.split("\n");
    const before = lines.slice(0, line).reduce((sum, text) => sum + text.length + 1, 0);
    return before + Math.min(character, lines[line]?.length ?? 0);
  }

  positionAt(offset: number): Position {
    const before = this.content.slice(0, Math.max(0, offset));
    return new Position(before.split("\n").length - 1, before.length - (before.lastIndexOf("\n") + 1));
  }
}

/** What a test sets, and what it finds afterwards. */
export class FakeStatusItem {
  text = "";
  tooltip: unknown;
  backgroundColor: unknown;
  name = "";
  command = "";
  isShown = false;

  show(): void {
    this.isShown = true;
  }

  hide(): void {
    this.isShown = false;
  }

  dispose(): void {
    this.isShown = false;
  }
}

export const fake = {
  /** Answers of quick picks and input boxes, first come first served; a function chooses from the items. */
  answers: [] as unknown[],
  messages: [] as string[],
  /** What was said in passing in the status bar. */
  remarks: [] as string[],
  /** Documents that were made and shown. */
  pages: [] as string[],
  /** "URI:line" of each place that was opened, lines counted from 1. */
  opened: [] as string[],
  /** Steps of progress that were reported, and whether the user has cancelled. */
  progress: [] as object[],
  token: { isCancellationRequested: false },
  picks: [] as { items: readonly { label: string; id?: string }[]; title: string | undefined }[],
  executed: [] as string[],
  updates: [] as string[],
  inspected: {} as Record<string, unknown>,
  /** Values of settings by their whole name. */
  configuration: {} as Record<string, unknown>,
  registered: new Map<string, (...args: unknown[]) => unknown>(),
  documents: [] as FakeTextDocument[],
  diagnostics: [] as unknown[],
  changed: new FakeEvent<unknown>(),
  closed: new FakeEvent<unknown>(),
  documentOpened: new FakeEvent<unknown>(),
  saved: new FakeEvent<unknown>(),
  renamed: new FakeEvent<unknown>(),
  selected: new FakeEvent<unknown>(),
  activated: new FakeEvent<unknown>(),
  onExecute: undefined as ((command: string, ...args: unknown[]) => void) | undefined,
  /** Items of the status bar in the order in which they were made. */
  statusItems: [] as FakeStatusItem[],
  /** The one that was made last. */
  get statusItem(): FakeStatusItem {
    return fake.statusItems.at(-1)!;
  },
  reset(): void {
    Object.assign(fake, { answers: [], messages: [], picks: [], executed: [], updates: [], inspected: {} });
    Object.assign(fake, { documents: [], diagnostics: [], onExecute: undefined, remarks: [], pages: [], opened: [] });
    Object.assign(fake, { configuration: {}, progress: [], token: { isCancellationRequested: false } });
    fake.statusItems = [];
  },
};

function answer(items: readonly unknown[] = []): unknown {
  const next = fake.answers.shift();
  return typeof next === "function" ? (next as (items: readonly unknown[]) => unknown)(items) : next;
}

/** A message with buttons is answered like a quick pick; one without is only read. A dialog may have a detail. */
function message(text: string, ...rest: (string | { readonly detail?: string })[]): Promise<unknown> {
  const details = rest.flatMap((part) => (typeof part === "string" ? [] : (part.detail ?? [])));
  const buttons = rest.filter((part) => typeof part === "string");
  fake.messages.push([text, ...details].join("\n"));
  return Promise.resolve(buttons.length === 0 ? undefined : answer(buttons));
}

export const window = {
  activeTextEditor: undefined as unknown,
  createStatusBarItem: () => {
    const item = new FakeStatusItem();
    fake.statusItems.push(item);
    return item;
  },
  onDidChangeTextEditorSelection: fake.selected.event,
  onDidChangeActiveTextEditor: fake.activated.event,
  showInformationMessage: message,
  showWarningMessage: message,
  showErrorMessage: message,
  showInputBox: () => Promise.resolve(answer()),
  showQuickPick: (items: { label: string; id?: string }[], options?: { title?: string }) => {
    fake.picks.push({ items, title: options?.title });
    return Promise.resolve(answer(items));
  },
  setStatusBarMessage: (text: string) => void fake.remarks.push(text),
  showTextDocument: (document: FakeTextDocument, options?: { selection: Range }) => {
    if (options) fake.opened.push(`${document.uri.toString()}:${String(options.selection.start.line + 1)}`);
    return Promise.resolve();
  },
  showOpenDialog: () => Promise.resolve(answer()),
  withProgress: (_: unknown, task: (progress: unknown, token: unknown) => unknown) =>
    task({ report: (step: object) => void fake.progress.push(step) }, fake.token),
};

export const env = {
  openExternal: (uri: Uri) => Promise.resolve(fake.opened.push(uri.toString()) > 0),
};

export const commands = {
  registerCommand: (id: string, run: (...args: unknown[]) => unknown) => {
    fake.registered.set(id, run);
    return new Disposable(() => fake.registered.delete(id));
  },
  executeCommand: (id: string, ...args: unknown[]) => {
    fake.executed.push(id);
    fake.onExecute?.(id, ...args);
    return Promise.resolve();
  },
};

export const languages = { getDiagnostics: () => fake.diagnostics };

export const workspace = {
  workspaceFolders: [{ uri: new Uri("file:///w") }],
  asRelativePath: (uri: Uri) => uri.toString().replace("file:///w/", ""),
  openTextDocument: (what: Uri | { content: string }) => {
    if (!(what instanceof Uri)) {
      fake.pages.push(what.content);
      return Promise.resolve(new FakeTextDocument("untitled:1", what.content));
    }
    const found = fake.documents.find((document) => document.uri.toString() === what.toString());
    return found ? Promise.resolve(found) : Promise.reject(new Error("no such file"));
  },
  get textDocuments(): FakeTextDocument[] {
    return fake.documents;
  },
  onDidChangeTextDocument: fake.changed.event,
  onDidCloseTextDocument: fake.closed.event,
  onDidOpenTextDocument: fake.documentOpened.event,
  onDidSaveTextDocument: fake.saved.event,
  onDidRenameFiles: fake.renamed.event,
  getConfiguration: (section: string) => ({
    get: (key: string) => fake.configuration[`${section}.${key}`],
    inspect: () => fake.inspected,
    update: (key: string, value: unknown, target: number) => {
      fake.updates.push(`${section}.${key} = ${String(value)} (${String(target)})`);
      return Promise.resolve();
    },
  }),
};

/**
 * The door for editors: LSP 3.18 in, calls of the sidecar out. The only file of the sidecar that knows LSP. Keystrokes
 * (`textDocument/inlineCompletion`) are answered at once; all else is handed to the sidecar's queues.
 */
import { readFile } from "node:fs/promises";
import { setTimeout as wait } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { TextDocument } from "vscode-languageserver-textdocument";
import {
  type CancellationToken,
  type Connection,
  createConnection,
  type InitializeParams,
  type InitializeResult,
  type InlineCompletionItem,
  type InlineCompletionParams,
  InlineCompletionTriggerKind,
  LSPErrorCodes,
  MessageType,
  ProposedFeatures,
  Range,
  ResponseError,
  type TextDocumentContentChangeEvent,
  TextDocuments,
  TextDocumentSyncKind,
} from "vscode-languageserver/node";
import {
  ACCEPTED_COMMAND,
  ADD_CUDA,
  CHECK_MODEL_FILE,
  type CheckModelFileResult,
  CUDA,
  type CudaResult,
  DECIDE,
  DOWNLOAD_MODEL,
  type DownloadModelResult,
  ERASE,
  LEARN_WORKSPACE,
  type LearnReport,
  type LearnWorkspaceParams,
  MODEL_PROGRESS,
  MODELS,
  type ModelsResult,
  NOT_MY_STYLE,
  PROBLEMS,
  type NotMyStyleResult,
  REMOTE_ACCESS,
  type ServerHandshake,
  SIGNALS,
  type SignalsParams,
  type SignalsResult,
  STATUS,
  STYLE,
  STYLE_EXPORT,
  type StyleExportResult,
  type StyleResult,
  type SuggestionInfo,
  WHY,
  type WhyResult,
} from "../protocol/messages.ts";
import {
  EXPORT_DATA,
  type ExportDataResult,
  FORGET,
  FORGOTTEN,
  type ForgetResult,
  type ForgottenResult,
  LEDGER,
  LET_GO,
  type LedgerResult,
} from "../protocol/ledger.ts";
import type { LogLevel, Settings } from "../protocol/settings.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import { systemClock } from "./base/clock.ts";
import { describeError, isAbort, SidecarError } from "./base/errors.ts";
import { createLog } from "./base/log.ts";
import { parseExportDataParams, parseForgetParams, parseForgottenParams, parseLedgerParams } from "./ledger/params.ts";
import { parseAddCudaParams, parseCheckModelFileParams, parseDownloadModelParams } from "./models/params.ts";
import { parseRemoteAccess, parseSettings } from "./settings.ts";
import { Sidecar, type SuggestParams } from "./sidecar.ts";
import { PREFIX_CHARS_MAX, SUFFIX_CHARS_MAX } from "./suggest/context.ts";
import {
  parseDecideParams,
  parseEraseParams,
  parseNotMyStyleParams,
  parseStyleExportParams,
  parseWhyParams,
} from "./suggest/feedback-params.ts";
import { parseProblems } from "./suggest/symptoms.ts";
import { VERSION } from "./version.ts";

/** A save so soon after the last change leaves that line for the next save. */
const ACTIVE_LINE_MS = 1500;
/** Larger documents are not remembered for what was typed in them. */
const BASELINE_CHARS_MAX = 2_000_000;
/** So long after the last change a document is read for its style. */
const SEE_AFTER_MS = 300;
const SIGNALS_MAX = 1000;
/** So long an editor may take to let go of what was forgotten. */
const LET_GO_MS_MAX = 5_000;

const MESSAGE_TYPES: Readonly<Record<LogLevel, MessageType>> = {
  error: MessageType.Error,
  warn: MessageType.Warning,
  info: MessageType.Info,
  debug: MessageType.Debug,
};

/** What is remembered of an open document besides its text. */
interface Baseline {
  /** Its text when it was last saved or opened. */
  text: string;
  lastChange: { readonly line: number; readonly at: number } | undefined;
}

/** Serves the client at the other end of Node IPC or, with `--stdio` among the arguments, of the standard streams. */
export function serveProcess(exit: (code: number) => void): void {
  serve(createConnection(ProposedFeatures.all), exit);
}

/** Serves one client until it says `exit`; `exit` ends the process. */
function serve(connection: Connection, exit: (code: number) => void): void {
  let settings: Settings = parseSettings(undefined).settings;
  let sidecar: Sidecar | undefined;
  let folders: string[] = [];
  const baselines = new Map<string, Baseline>();
  /** Documents that were changed and are read soon. */
  const seeing = new Map<string, NodeJS.Timeout>();
  const log = createLog(
    (level, line) =>
      void connection.sendNotification("window/logMessage", { type: MESSAGE_TYPES[level], message: line }),
    () => settings.log.level,
  );
  const documents = new TextDocuments<TextDocument>({
    create(uri: unknown, languageId: unknown, version, content: unknown) {
      // Thrown here it is one message that is not understood; kept, it would fail later, where nobody catches it.
      const isDocument = typeof uri === "string" && typeof languageId === "string" && typeof content === "string";
      if (!isDocument) throw new TypeError("a document needs a URI, a language and a text");
      return TextDocument.create(uri, languageId, version, content);
    },
    update(document, changes, version) {
      const baseline = baselines.get(document.uri);
      if (baseline) baseline.lastChange = lastChange(changes, performance.now());
      return TextDocument.update(document, changes, version);
    },
  });

  connection.onInitialize((params): InitializeResult => {
    const options = readHandshake(params);
    const parsed = parseSettings(options.settings);
    settings = parsed.settings;
    for (const problem of parsed.problems) log.warn(`setting not understood: ${problem}`);
    folders = (params.workspaceFolders ?? []).map((folder) => folder.uri).filter((uri) => uri.startsWith("file:"));
    sidecar = new Sidecar({
      settings,
      trusted: options.trusted,
      mayRunTools: options.mayRunTools,
      clock: systemClock,
      log,
      onStatus: (status) => void connection.sendNotification(STATUS, status),
      onForgotten: letGo,
    });
    const handshake: ServerHandshake = { protocolVersion: PROTOCOL_VERSION, version: VERSION };
    return {
      capabilities: {
        textDocumentSync: { openClose: true, change: TextDocumentSyncKind.Incremental, save: true },
        inlineCompletionProvider: true,
        workspace: { workspaceFolders: { supported: true, changeNotifications: true } },
        experimental: { tacit: handshake },
      },
      serverInfo: { name: "Tacit", version: VERSION },
    };
  });

  connection.onInitialized(() => {
    log.info(`Tacit ${VERSION}, Node ${process.version}, data in ${sidecar?.dataFolder ?? "?"}`);
    openFolders();
    if (sidecar) void connection.sendNotification(STATUS, sidecar.status);
  });

  connection.onNotification("workspace/didChangeWorkspaceFolders", (params: unknown) => {
    const { added, removed } = (params as { event: Record<"added" | "removed", readonly { uri: string }[]> }).event;
    const gone = new Set(removed.map((folder) => folder.uri));
    folders = [...folders.filter((uri) => !gone.has(uri)), ...added.map((folder) => folder.uri)];
    openFolders();
  });

  connection.onDidChangeConfiguration(({ settings: raw }) => {
    const parsed = parseSettings(raw);
    for (const problem of parsed.problems) log.warn(`setting not understood: ${problem}`);
    settings = parsed.settings;
    sidecar?.configure(settings);
  });

  connection.onNotification(REMOTE_ACCESS, (raw: unknown) => {
    const access = parseRemoteAccess(raw);
    if (access) sidecar?.allowRemote(access);
    else log.warn("what is allowed of the model server was not understood");
  });

  connection.onNotification(PROBLEMS, (raw: unknown) => {
    const problems = parseProblems(raw);
    if (problems) sidecar?.problemsSeen(problems);
    else log.warn("the problems of a document were not understood");
  });

  connection.languages.inlineCompletion.on(async (params, token) => {
    const document = documents.get(params.textDocument.uri);
    if (!sidecar || !document) return [];
    const abort = new AbortController();
    const subscription = token.onCancellationRequested(() => abort.abort());
    if (token.isCancellationRequested) abort.abort();
    try {
      const result = await sidecar.suggest(placeOf(document, params), abort.signal);
      if (result.kind === "nothing") {
        log.debug(`no suggestion: ${result.reason}`);
        return [];
      }
      return [toItem(result.suggestion, params)];
    } catch (error) {
      if (isAbort(error)) return new ResponseError<undefined>(LSPErrorCodes.RequestCancelled, "cancelled");
      // A suggestion that fails is an empty one; the next request starts anew.
      log.error("a suggestion failed", error);
      return [];
    } finally {
      subscription.dispose();
    }
  });

  connection.onRequest(SIGNALS, (params: unknown): SignalsResult => {
    const { signals } = params as Partial<SignalsParams>;
    if (!Array.isArray(signals)) throw new ResponseError(LSPErrorCodes.RequestFailed, "signals must be an array");
    return answer((ready) => ready.ingest(signals.slice(0, SIGNALS_MAX)));
  });

  connection.onRequest(WHY, (params: unknown): WhyResult | null =>
    answer((ready) => ready.why(parseWhyParams(params).generationId) ?? null),
  );
  connection.onRequest(NOT_MY_STYLE, (params: unknown): NotMyStyleResult =>
    answer((ready) => ready.notMyStyle(parseNotMyStyleParams(params))),
  );
  connection.onRequest(STYLE, (): Promise<StyleResult> => answerLater((ready) => ready.styleOverview()));
  connection.onRequest(DECIDE, (params: unknown): null =>
    answer((ready) => {
      const { id, decision } = parseDecideParams(params);
      ready.decideStyle(id, decision ?? undefined);
      return null;
    }),
  );
  connection.onRequest(ERASE, (params: unknown): null =>
    answer((ready) => {
      ready.eraseStyle(parseEraseParams(params).id);
      return null;
    }),
  );

  connection.onRequest(LEARN_WORKSPACE, (params: unknown, token: CancellationToken): Promise<LearnReport> =>
    answerLater((ready, signal) => {
      const { folder } = (params ?? {}) as LearnWorkspaceParams;
      return ready.learnFolder(folder === undefined ? undefined : fileURLToPath(folder), signal);
    }, token),
  );

  connection.onRequest(LEDGER, (params: unknown): Promise<LedgerResult> =>
    answerLater((ready) => ready.ledger.read(parseLedgerParams(params).scope)),
  );
  connection.onRequest(FORGET, (params: unknown): Promise<ForgetResult> =>
    answerLater((ready) => ready.ledger.forget(parseForgetParams(params).scope)),
  );
  connection.onRequest(FORGOTTEN, (params: unknown): ForgottenResult =>
    answer((ready) => ready.ledger.forgotten(parseForgottenParams(params).followed)),
  );
  connection.onRequest(EXPORT_DATA, (params: unknown, token: CancellationToken): Promise<ExportDataResult> =>
    answerLater((ready, signal) => {
      const { folder, anonymise } = parseExportDataParams(params);
      return ready.ledger.exportTo(folder, { anonymise }, signal);
    }, token),
  );

  connection.onRequest(STYLE_EXPORT, (params: unknown): Promise<StyleExportResult> =>
    answerLater((ready) => ready.previewStyleExport(parseStyleExportParams(params))),
  );

  connection.onRequest(MODELS, (): Promise<ModelsResult> => answerLater((ready) => ready.models.list()));
  connection.onRequest(DOWNLOAD_MODEL, (params: unknown, token: CancellationToken): Promise<DownloadModelResult> =>
    answerLater(async (ready, signal) => {
      const tell = (progress: object): void => void connection.sendNotification(MODEL_PROGRESS, progress);
      return { file: await ready.models.download(parseDownloadModelParams(params), tell, signal) };
    }, token),
  );
  connection.onRequest(CUDA, (): Promise<CudaResult> => answerLater((ready) => ready.cuda.look()));
  connection.onRequest(ADD_CUDA, (params: unknown, token: CancellationToken): Promise<null> =>
    answerLater(async (ready, signal) => {
      const tell = (progress: object): void => void connection.sendNotification(MODEL_PROGRESS, progress);
      await ready.cuda.add(parseAddCudaParams(params), tell, signal);
      return null;
    }, token),
  );
  connection.onRequest(CHECK_MODEL_FILE, (params: unknown): Promise<CheckModelFileResult> =>
    answerLater(async (ready) => ({
      problem: (await ready.models.check(parseCheckModelFileParams(params).path)) ?? null,
    })),
  );

  connection.onDidChangeWatchedFiles(({ changes }) => {
    for (const uri of urisOf(changes)) if (!documents.get(uri)) sidecar?.fileChanged(uri);
  });

  documents.onDidOpen(({ document }) => void rememberBaseline(document));
  // Fires for opened documents as well.
  documents.onDidChangeContent(({ document }) => seeLater(document));
  documents.onDidClose(({ document }) => {
    baselines.delete(document.uri);
    clearTimeout(seeing.get(document.uri));
    seeing.delete(document.uri);
  });
  documents.onDidSave(({ document }) => {
    const baseline = baselines.get(document.uri);
    if (!sidecar || !baseline) return;
    const now = normalize(document.getText());
    const { lastChange } = baseline;
    const activeLine = lastChange && performance.now() - lastChange.at < ACTIVE_LINE_MS ? lastChange.line : undefined;
    sidecar.documentSaved({
      uri: document.uri,
      languageId: document.languageId,
      before: baseline.text,
      now,
      activeLine,
    });
    baseline.text = activeLine === undefined ? now : withoutLine(now, activeLine);
  });
  documents.listen(connection);

  connection.onShutdown(async () => {
    const closing = sidecar;
    sidecar = undefined;
    for (const timer of seeing.values()) clearTimeout(timer);
    try {
      await closing?.close();
    } catch (error) {
      // What could not be saved is derived; the client must not wait for it.
      log.error("closing failed", error);
    }
  });
  connection.onExit(() => exit(0));
  connection.listen();

  /** Other editors have nothing to let go of, and say that they do not know what is asked. */
  async function letGo(): Promise<void> {
    const late = new AbortController();
    try {
      const isLate = wait(LET_GO_MS_MAX, "late", { signal: late.signal });
      const answered = connection.sendRequest(LET_GO).then(() => "done");
      if ((await Promise.race([answered, isLate])) === "late")
        log.warn("the editor does not let go of what was forgotten");
    } catch (error) {
      log.debug(`the editor lets go of nothing: ${describeError(error)}`);
    } finally {
      late.abort();
    }
  }

  function answer<T>(work: (ready: Sidecar) => T): T {
    if (!sidecar) throw notReady();
    try {
      return work(sidecar);
    } catch (error) {
      throw toResponseError(error);
    }
  }

  /** As {@link answer}, for what takes its time; cancelling the request aborts it. */
  async function answerLater<T>(
    work: (ready: Sidecar, signal: AbortSignal) => Promise<T>,
    token?: CancellationToken,
  ): Promise<T> {
    if (!sidecar) throw notReady();
    const abort = new AbortController();
    const subscription = token?.onCancellationRequested(() => abort.abort());
    if (token?.isCancellationRequested) abort.abort();
    try {
      return await work(sidecar, abort.signal);
    } catch (error) {
      throw toResponseError(error);
    } finally {
      subscription?.dispose();
    }
  }

  function openFolders(): void {
    const roots = folders.filter((uri) => uri.startsWith("file:")).map((uri) => fileURLToPath(uri));
    sidecar?.setFolders(roots).catch((error: unknown) => log.error("the workspace folders could not be opened", error));
  }

  /** A document's own style is read again when its writer pauses. */
  function seeLater(document: TextDocument): void {
    const { uri, languageId } = document;
    clearTimeout(seeing.get(uri));
    const see = (): void => {
      seeing.delete(uri);
      const { length } = document.getText();
      if (length <= BASELINE_CHARS_MAX) sidecar?.documentSeen({ uri, languageId, text: normalize(document.getText()) });
    };
    seeing.set(uri, setTimeout(see, SEE_AFTER_MS));
  }

  /** What stands on disk counts as known, so that unsaved text of a crashed window is learned at its next save. */
  async function rememberBaseline(document: TextDocument): Promise<void> {
    const text = document.getText();
    if (text.length > BASELINE_CHARS_MAX || !document.uri.startsWith("file:")) return;
    const baseline: Baseline = { text: normalize(text), lastChange: undefined };
    baselines.set(document.uri, baseline);
    try {
      const { version } = document;
      const onDisk = normalize(await readFile(fileURLToPath(document.uri), "utf8"));
      // Changed meanwhile, the file may have been saved already: then its opening text says what is new.
      if (document.version === version) baseline.text = onDisk;
    } catch {
      // A new file has nothing on disk: its opening text stays the baseline.
    }
  }
}

/** The line on which the last of these changes ends; none where the whole document was replaced. */
function lastChange(changes: readonly TextDocumentContentChangeEvent[], at: number): Baseline["lastChange"] {
  const last = changes.at(-1);
  if (!last || !("range" in last)) return undefined;
  return { line: last.range.start.line + (last.text.match(/\n/g) ?? []).length, at };
}

/** Files that a client says were changed; what is none is left out. */
function urisOf(changes: unknown): string[] {
  if (!Array.isArray(changes)) return [];
  return changes.flatMap((change: { readonly uri?: unknown } | null) =>
    typeof change?.uri === "string" ? [change.uri] : [],
  );
}

interface Handshake {
  readonly settings: unknown;
  readonly trusted: boolean;
  readonly mayRunTools: boolean;
}

function readHandshake(params: InitializeParams): Handshake {
  const options: unknown = params.initializationOptions;
  // Other editors need not know our options. That they say nothing of trust is enough to read a folder, not to run
  // what is in it.
  if (typeof options !== "object" || options === null) {
    return { settings: undefined, trusted: true, mayRunTools: false };
  }
  const given = options as { protocolVersion?: unknown; settings?: unknown; trusted?: unknown };
  if (given.protocolVersion !== undefined && given.protocolVersion !== PROTOCOL_VERSION) {
    throw new ResponseError(
      LSPErrorCodes.RequestFailed,
      `The extension speaks protocol ${JSON.stringify(given.protocolVersion)}, the sidecar ${PROTOCOL_VERSION}. ` +
        "They come from different versions of Tacit: reinstall the extension and reload the window.",
    );
  }
  return { settings: given.settings, trusted: given.trusted !== false, mayRunTools: given.trusted === true };
}

function placeOf(document: TextDocument, params: InlineCompletionParams): SuggestParams {
  const offset = document.offsetAt(params.position);
  const start = document.positionAt(Math.max(0, offset - PREFIX_CHARS_MAX));
  const end = document.positionAt(offset + SUFFIX_CHARS_MAX);
  return {
    uri: document.uri,
    languageId: document.languageId,
    prefix: document.getText(Range.create(start, params.position)),
    suffix: document.getText(Range.create(params.position, end)),
    line: params.position.line,
    explicit: params.context.triggerKind === InlineCompletionTriggerKind.Invoked,
  };
}

function toItem(
  suggestion: { readonly id: string; readonly engine: string; readonly proposer: string; readonly text: string },
  params: InlineCompletionParams,
): InlineCompletionItem {
  const { id, engine, proposer, text } = suggestion;
  const info: SuggestionInfo = { id, engine, proposer };
  return {
    insertText: text,
    range: Range.create(params.position, params.position),
    command: { title: "", command: ACCEPTED_COMMAND, arguments: [info] },
  };
}

function toResponseError(error: unknown): Error {
  if (isAbort(error)) return new ResponseError(LSPErrorCodes.RequestCancelled, "cancelled");
  const action = error instanceof SidecarError ? ` ${error.action}` : "";
  return new ResponseError(LSPErrorCodes.RequestFailed, `${describeError(error)}${action}`);
}

function notReady(): Error {
  return new ResponseError(LSPErrorCodes.RequestFailed, "The sidecar is shutting down.");
}

function normalize(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n") : text;
}

function withoutLine(text: string, line: number): string {
  return text
    .split("\n")
    .filter((_, index) => index !== line)
    .join("\n");
}

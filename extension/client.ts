/**
 * The line to the sidecar: the only file of the extension that knows LSP. A client is made anew for each life of the
 * process, so that no state of a crashed one is carried on; documents are opened again by each new client.
 */
import { workspace } from "vscode";
import type { CancellationToken, FileSystemWatcher, LogOutputChannel, TextDocument } from "vscode";
import {
  CancellationTokenSource,
  CloseAction,
  DidChangeConfigurationNotification,
  DidCloseTextDocumentNotification,
  DidOpenTextDocumentNotification,
  ErrorAction,
  ErrorCodes,
  LanguageClient,
  ResponseError,
  RevealOutputChannelOn,
  TransportKind,
} from "vscode-languageclient/node";
import type { LanguageClientOptions, Middleware, ServerOptions } from "vscode-languageclient/node";
import {
  ADD_CUDA,
  CHECK_MODEL_FILE,
  CUDA,
  CUDA_ID,
  DECIDE,
  DOWNLOAD_MODEL,
  ERASE,
  LEARN_WORKSPACE,
  MODEL_PROGRESS,
  MODELS,
  NOT_MY_STYLE,
  PROBLEMS,
  REMOTE_ACCESS,
  SIGNALS,
  STATUS,
  STYLE,
  STYLE_EXPORT,
  WHY,
} from "../protocol/messages.ts";
import { EXPORT_DATA, FORGET, FORGOTTEN, LEDGER, LET_GO } from "../protocol/ledger.ts";
import type {
  ExportDataParams,
  ExportDataResult,
  ForgetParams,
  ForgetResult,
  ForgottenParams,
  ForgottenResult,
  LedgerParams,
  LedgerResult,
} from "../protocol/ledger.ts";
import type {
  AddCudaParams,
  CheckModelFileParams,
  CheckModelFileResult,
  CudaResult,
  DecideParams,
  DownloadModelParams,
  DownloadModelResult,
  EraseParams,
  InitializationOptions,
  LearnReport,
  LearnWorkspaceParams,
  ModelProgress,
  ModelsResult,
  NotMyStyleParams,
  NotMyStyleResult,
  ProblemsParams,
  RemoteAccess,
  SignalsParams,
  SignalsResult,
  StyleExportParams,
  StyleExportResult,
  StyleResult,
  WhyParams,
  WhyResult,
} from "../protocol/messages.ts";
import type { Settings } from "../protocol/settings.ts";
import type { Signal } from "../protocol/signals.ts";
import type { Status } from "../protocol/status.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";
import type { InlineMiddleware } from "./inline.ts";
import type { Log } from "./log.ts";
import { Restarts } from "./restarts.ts";
import { FinalError, Supervisor } from "./supervisor.ts";
import type { Life, SidecarState } from "./supervisor.ts";
import { DOCUMENT_CHARS_MAX, SyncGate } from "./sync-gate.ts";

/** Documents that people write in. Notebook cells, output, diffs and commit messages have schemes of their own. */
export const DOCUMENT_SCHEMES = ["file", "untitled", "vscode-vfs", "vscode-remote"] as const;

const STOP_MS_MAX = 2_000;
/** What the user has asked for is answered at once, or something is wrong. */
const ANSWER_MS_MAX = 10_000;
const REINSTALL = "Reload the window; if that does not help, reinstall Tacit.";
/** Folders that change in bulk and that nobody writes in. */
const UNWATCHED = /\/(?:\.git|node_modules)\//u;

export interface ClientDeps {
  /** The sidecar's bundle. */
  readonly module: string;
  /** Working folder of the process: not the workspace, which need not be trusted. */
  readonly folder: string;
  readonly channel: LogOutputChannel;
  readonly log: Log;
  readonly settings: () => Settings;
  readonly isTrusted: () => boolean;
  readonly provideInline: InlineMiddleware;
  readonly onState: (state: SidecarState) => void;
  readonly onStatus: (status: Status) => void;
  /** Something was forgotten; resolves when nothing of it is left on this side. */
  readonly onForgotten: () => Promise<void>;
}

export class SidecarClient {
  readonly #supervisor: Supervisor<ClientLife>;
  readonly #watcher: FileSystemWatcher;
  /** Who is told how far a model's download is, by the model's id. */
  readonly #downloads = new Map<string, (progress: ModelProgress) => void>();

  constructor(deps: ClientDeps) {
    this.#watcher = workspace.createFileSystemWatcher("**/*");
    this.#supervisor = new Supervisor({
      create: (onClosed) =>
        new ClientLife(deps, this.#watcher, onClosed, (progress) => this.#downloads.get(progress.id)?.(progress)),
      restarts: new Restarts(),
      now: () => Date.now(),
      after: (milliseconds, callback) => {
        const timer = setTimeout(callback, milliseconds);
        return () => clearTimeout(timer);
      },
      onState: deps.onState,
      log: deps.log,
    });
  }

  get state(): SidecarState {
    return this.#supervisor.state;
  }

  start(): void {
    this.#supervisor.start();
  }

  async restart(): Promise<void> {
    await this.#supervisor.restart();
  }

  async close(): Promise<void> {
    await this.#supervisor.close();
    this.#watcher.dispose();
  }

  /** Whether the sidecar knows this document, as it is now. */
  isSynced(uri: string): boolean {
    return this.#supervisor.running?.isSynced(uri) ?? false;
  }

  async sendSignals(signals: readonly Signal[], abort: AbortSignal): Promise<SignalsResult> {
    const params: SignalsParams = { signals };
    return await this.#running().request<SignalsResult>(SIGNALS, params, abort);
  }

  async learnWorkspace(token: CancellationToken): Promise<LearnReport> {
    const params: LearnWorkspaceParams = {};
    return await this.#running().request<LearnReport>(LEARN_WORKSPACE, params, token);
  }

  async why(params: WhyParams): Promise<WhyResult | null> {
    return await this.#ask<WhyResult | null>(WHY, params);
  }

  async notMyStyle(params: NotMyStyleParams): Promise<NotMyStyleResult> {
    return await this.#ask<NotMyStyleResult>(NOT_MY_STYLE, params);
  }

  async style(): Promise<StyleResult> {
    return await this.#ask<StyleResult>(STYLE, {});
  }

  async decide(params: DecideParams): Promise<void> {
    await this.#ask<null>(DECIDE, params);
  }

  async erase(params: EraseParams): Promise<void> {
    await this.#ask<null>(ERASE, params);
  }

  async ledger(params: LedgerParams): Promise<LedgerResult> {
    return await this.#ask<LedgerResult>(LEDGER, params);
  }

  /** Takes as long as it takes: until nothing is left, in memory and on disk. */
  async forget(params: ForgetParams): Promise<ForgetResult> {
    return await this.#running().request<ForgetResult>(FORGET, params, new AbortController().signal);
  }

  /** Which of what is followed was forgotten. */
  async forgotten(params: ForgottenParams): Promise<ForgottenResult> {
    return await this.#ask<ForgottenResult>(FORGOTTEN, params);
  }

  async exportData(params: ExportDataParams): Promise<ExportDataResult> {
    return await this.#running().request<ExportDataResult>(EXPORT_DATA, params, new AbortController().signal);
  }

  async previewExport(params: StyleExportParams): Promise<StyleExportResult> {
    return await this.#ask<StyleExportResult>(STYLE_EXPORT, params);
  }

  async models(): Promise<ModelsResult> {
    return await this.#ask<ModelsResult>(MODELS, {});
  }

  /** The model's file. To be called once the user has agreed; cancelling pauses. */
  async downloadModel(
    params: DownloadModelParams,
    onProgress: (progress: ModelProgress) => void,
    token: CancellationToken,
  ): Promise<string> {
    this.#downloads.set(params.id, onProgress);
    try {
      return (await this.#running().request<DownloadModelResult>(DOWNLOAD_MODEL, params, token)).file;
    } finally {
      this.#downloads.delete(params.id);
    }
  }

  async cuda(): Promise<CudaResult> {
    return await this.#ask<CudaResult>(CUDA, {});
  }

  /** To be called once the user has agreed; cancelling pauses. */
  async addCuda(
    params: AddCudaParams,
    onProgress: (progress: ModelProgress) => void,
    token: CancellationToken,
  ): Promise<void> {
    this.#downloads.set(CUDA_ID, onProgress);
    try {
      await this.#running().request<null>(ADD_CUDA, params, token);
    } finally {
      this.#downloads.delete(CUDA_ID);
    }
  }

  /** What is wrong with a file that is to be a model; null for nothing. */
  async checkModelFile(path: string): Promise<string | null> {
    const params: CheckModelFileParams = { path };
    return (await this.#ask<CheckModelFileResult>(CHECK_MODEL_FILE, params)).problem;
  }

  /** Hands changed settings on; a sidecar that is not up gets them when it starts. */
  async configure(settings: Settings): Promise<void> {
    await this.#supervisor.running?.configure(settings);
  }

  /** A sidecar that is not up is told when it is. */
  async allowRemote(access: RemoteAccess): Promise<void> {
    await this.#supervisor.running?.notify(REMOTE_ACCESS, access);
  }

  async tellProblems(problems: ProblemsParams): Promise<void> {
    await this.#supervisor.running?.notify(PROBLEMS, problems);
  }

  async #ask<R>(method: string, params: unknown): Promise<R> {
    return await this.#running().request<R>(method, params, AbortSignal.timeout(ANSWER_MS_MAX));
  }

  #running(): ClientLife {
    const life = this.#supervisor.running;
    if (!life) throw new Error("The sidecar is not running.");
    return life;
  }
}

/** One process and the client that talks to it. */
class ClientLife implements Life {
  readonly #client: QuietClient;
  readonly #gate = new SyncGate();
  readonly #log: Log;

  constructor(
    deps: ClientDeps,
    watcher: FileSystemWatcher,
    onClosed: () => void,
    onModelProgress: (progress: ModelProgress) => void,
  ) {
    this.#log = deps.log;
    const process = {
      module: deps.module,
      transport: TransportKind.ipc,
      // SQLite is experimental in the Node of some editors, which is no news to the user.
      options: { cwd: deps.folder, execArgv: ["--disable-warning=ExperimentalWarning"] },
    };
    const serverOptions: ServerOptions = { run: process, debug: process };
    const clientOptions: LanguageClientOptions = {
      documentSelector: DOCUMENT_SCHEMES.map((scheme) => ({ scheme })),
      outputChannel: deps.channel,
      revealOutputChannelOn: RevealOutputChannelOn.Never,
      synchronize: { fileEvents: watcher },
      initializationOptions: (): InitializationOptions => ({
        protocolVersion: PROTOCOL_VERSION,
        settings: deps.settings(),
        trusted: deps.isTrusted(),
      }),
      initializationFailedHandler: () => false,
      errorHandler: {
        error: (error) => {
          deps.log.debug(`connection: ${error.message}`);
          return { action: ErrorAction.Continue, handled: true };
        },
        closed: () => {
          onClosed();
          // The supervisor starts a new life; this client is done.
          return { action: CloseAction.DoNotRestart, message: "The line to the sidecar was cut.", handled: true };
        },
      },
      middleware: this.#middleware(deps.provideInline),
    };
    this.#client = new QuietClient("tacit", "Tacit", serverOptions, clientOptions, deps.log);
    this.#client.onNotification(STATUS, deps.onStatus);
    this.#client.onNotification(MODEL_PROGRESS, onModelProgress);
    this.#client.onRequest(LET_GO, async () => {
      await deps.onForgotten();
      return null;
    });
  }

  async start(): Promise<void> {
    try {
      await this.#client.start();
    } catch (error) {
      if (error instanceof ResponseError && !isLineCut(error)) {
        throw new FinalError(`The sidecar refuses to start: ${error.message}`, REINSTALL, error);
      }
      throw error;
    }
    const version = readProtocolVersion(this.#client.initializeResult?.capabilities.experimental);
    if (version === PROTOCOL_VERSION) return;
    await this.stop();
    throw new FinalError(
      `The sidecar speaks protocol ${version ?? "?"}, this extension speaks ${PROTOCOL_VERSION}.`,
      REINSTALL,
    );
  }

  async stop(): Promise<void> {
    await this.#client.stop(STOP_MS_MAX);
  }

  isSynced(uri: string): boolean {
    return this.#gate.isSynced(uri);
  }

  async request<R>(method: string, params: unknown, cancel: AbortSignal | CancellationToken): Promise<R> {
    if (!(cancel instanceof AbortSignal)) return await this.#client.sendRequest<R>(method, params, cancel);
    const source = new CancellationTokenSource();
    const onAbort = (): void => source.cancel();
    cancel.addEventListener("abort", onAbort, { once: true });
    try {
      return await this.#client.sendRequest<R>(method, params, source.token);
    } finally {
      cancel.removeEventListener("abort", onAbort);
      source.dispose();
    }
  }

  async notify(method: string, params: unknown): Promise<void> {
    await this.#client.sendNotification(method, params);
  }

  async configure(settings: Settings): Promise<void> {
    await this.#client.sendNotification(DidChangeConfigurationNotification.type, { settings });
  }

  #middleware(provideInline: InlineMiddleware): Middleware {
    return {
      provideInlineCompletionItems: provideInline,
      didOpen: async (document, next) => {
        const isOpened = this.#gate.opened(document.uri.toString(), document.getText().length);
        if (isOpened) await next(document);
        else this.#noteSkipped(document);
      },
      didChange: async (event, next) => {
        const { document } = event;
        const growth = event.contentChanges.reduce((sum, change) => sum + change.text.length - change.rangeLength, 0);
        const verdict = this.#gate.changed(document.uri.toString(), growth);
        switch (verdict) {
          case "send":
            await next(event);
            break;
          case "skip":
            break;
          case "close":
            this.#noteSkipped(document);
            await this.#client.sendNotification(
              DidCloseTextDocumentNotification.type,
              this.#client.code2ProtocolConverter.asCloseTextDocumentParams(document),
            );
            break;
          case "open":
            this.#log.info(`${document.uri.toString()} is small enough again for suggestions`);
            await this.#client.sendNotification(
              DidOpenTextDocumentNotification.type,
              this.#client.code2ProtocolConverter.asOpenTextDocumentParams(document),
            );
            break;
        }
      },
      didSave: async (document, next) => {
        if (this.#gate.isSynced(document.uri.toString())) await next(document);
      },
      didClose: async (document, next) => {
        if (this.#gate.closed(document.uri.toString())) await next(document);
      },
      workspace: {
        didChangeWatchedFile: async (event, next) => {
          if (!UNWATCHED.test(event.uri)) await next(event);
        },
      },
    };
  }

  #noteSkipped(document: TextDocument): void {
    const limit = `${String(DOCUMENT_CHARS_MAX / 1024 / 1024)} MiB`;
    this.#log.info(`${document.uri.toString()} is larger than ${limit}: no suggestions there`);
  }
}

/** A client that writes to the log and never pops up a message: state and status say what the user must know. */
class QuietClient extends LanguageClient {
  readonly #log: Log;

  constructor(id: string, name: string, server: ServerOptions, options: LanguageClientOptions, log: Log) {
    super(id, name, server, options);
    this.#log = log;
  }

  override error(message: string, data?: unknown): void {
    this.#log.error(withData(message, data));
  }

  override warn(message: string, data?: unknown): void {
    this.#log.warn(withData(message, data));
  }

  override info(message: string, data?: unknown): void {
    this.#log.info(withData(message, data));
  }

  override debug(message: string, data?: unknown): void {
    this.#log.debug(withData(message, data));
  }
}

function withData(message: string, data: unknown): string {
  if (data === undefined || data === null) return message;
  const detail = data instanceof Error ? data.message : typeof data === "string" ? data : JSON.stringify(data);
  return `${message} ${detail}`;
}

/** The process went away while it was asked, which is a crash like any other. */
function isLineCut(error: ResponseError<unknown>): boolean {
  return error.code === ErrorCodes.PendingResponseRejected || error.code === ErrorCodes.ConnectionInactive;
}

function readProtocolVersion(experimental: unknown): number | undefined {
  const handshake = readField(experimental, "tacit");
  const version = readField(handshake, "protocolVersion");
  return typeof version === "number" ? version : undefined;
}

function readField(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? (value as Readonly<Record<string, unknown>>)[name] : undefined;
}

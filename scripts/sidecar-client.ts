/**
 * An LSP client for the real sidecar process, as an editor would be: for `npm start -- --terminal` and the process
 * tests.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import {
  createProtocolConnection,
  type InlineCompletionList,
  InlineCompletionTriggerKind,
  type ProtocolConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from "vscode-languageserver-protocol/node";
import {
  LEARN_WORKSPACE,
  type LearnReport,
  SIGNALS,
  type SignalsResult,
  STATUS,
  type SuggestionInfo,
} from "../protocol/messages.ts";
import { DEFAULT_SETTINGS, type Settings } from "../protocol/settings.ts";
import type { Signal } from "../protocol/signals.ts";
import type { Status } from "../protocol/status.ts";
import { PROTOCOL_VERSION } from "../protocol/version.ts";

export interface ClientOptions {
  /** Workspace folders, as paths. */
  readonly folders: readonly string[];
  /** Data folder, as TACIT_HOME. */
  readonly home: string;
  readonly settings?: Partial<Settings>;
  readonly protocolVersion?: number;
  /** Node to run it with; default: the one that runs this. */
  readonly node?: string;
  /** Arguments for Node that start the server; default: the built sidecar over standard streams. */
  readonly command?: readonly string[];
  /** A program with its arguments that runs Node, and what stands behind it, in surroundings of its own. */
  readonly under?: readonly string[];
  /** Added to the environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** Default: true. */
  readonly trusted?: boolean;
  /** Told of the process before it has said anything. */
  readonly onSpawn?: (process: ChildProcess) => void;
}

export interface OfferedSuggestion extends SuggestionInfo {
  readonly text: string;
}

export class SidecarClient {
  readonly process: ChildProcess;
  readonly connection: ProtocolConnection;
  /** Every status told so far. */
  readonly statuses: Status[] = [];
  /** Every log line so far. */
  readonly log: string[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #versions = new Map<string, number>();

  private constructor(process: ChildProcess, connection: ProtocolConnection) {
    this.process = process;
    this.connection = connection;
    connection.onNotification(STATUS, (status: Status) => {
      this.statuses.push(status);
      for (const check of this.#waiting) check();
    });
    connection.onNotification("window/logMessage", ({ message }: { message: string }) => void this.log.push(message));
  }

  /** Starts `dist/sidecar.mjs` and shakes hands. */
  static async start(options: ClientOptions): Promise<SidecarClient> {
    const command = options.command ?? [join(import.meta.dirname, "../dist/sidecar.mjs"), "--stdio"];
    const node = [options.node ?? process.execPath, "--disable-warning=ExperimentalWarning", ...command];
    const [program, ...args] = [...(options.under ?? []), ...node] as [string, ...string[]];
    const child = spawn(program, args, {
      stdio: ["pipe", "pipe", "inherit"],
      env: { ...process.env, ...options.env, TACIT_HOME: options.home },
    });
    options.onSpawn?.(child);
    const connection = createProtocolConnection(
      new StreamMessageReader(child.stdout),
      new StreamMessageWriter(child.stdin),
    );
    // A killed process closes its pipes in the middle of a write; requests then fail by themselves.
    child.stdin.on("error", () => undefined);
    connection.onError(() => undefined);
    // What is still asked of a process that has died would never be answered.
    child.once("close", () => connection.dispose());
    const client = new SidecarClient(child, connection);
    connection.listen();
    try {
      await client.#shakeHands(options);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
    return client;
  }

  async #shakeHands(options: ClientOptions): Promise<void> {
    await this.connection.sendRequest("initialize", {
      processId: process.pid,
      rootUri: null,
      capabilities: { textDocument: { inlineCompletion: {} } },
      workspaceFolders: options.folders.map((folder) => ({ uri: pathToFileURL(folder).href, name: folder })),
      initializationOptions: {
        protocolVersion: options.protocolVersion ?? PROTOCOL_VERSION,
        settings: { ...DEFAULT_SETTINGS, ...options.settings },
        trusted: options.trusted ?? true,
      },
    });
    await this.connection.sendNotification("initialized", {});
  }

  async open(uri: string, languageId: string, text: string): Promise<void> {
    this.#versions.set(uri, 1);
    await this.connection.sendNotification("textDocument/didOpen", {
      textDocument: { uri, languageId, version: 1, text },
    });
  }

  /** Replaces the whole text. */
  async change(uri: string, text: string): Promise<void> {
    const version = (this.#versions.get(uri) ?? 0) + 1;
    this.#versions.set(uri, version);
    await this.connection.sendNotification("textDocument/didChange", {
      textDocument: { uri, version },
      contentChanges: [{ text }],
    });
  }

  async save(uri: string): Promise<void> {
    await this.connection.sendNotification("textDocument/didSave", { textDocument: { uri } });
  }

  async suggest(uri: string, line: number, character: number): Promise<OfferedSuggestion | undefined> {
    const answer = await this.connection.sendRequest<InlineCompletionList | InlineCompletionList["items"] | null>(
      "textDocument/inlineCompletion",
      {
        textDocument: { uri },
        position: { line, character },
        context: { triggerKind: InlineCompletionTriggerKind.Automatic },
      },
    );
    const [item] = Array.isArray(answer) ? answer : (answer?.items ?? []);
    if (!item || typeof item.insertText !== "string") return undefined;
    const info = item.command?.arguments?.[0] as SuggestionInfo;
    return { ...info, text: item.insertText };
  }

  signals(signals: readonly Signal[]): Promise<SignalsResult> {
    return this.connection.sendRequest<SignalsResult>(SIGNALS, { signals });
  }

  learn(): Promise<LearnReport> {
    return this.connection.sendRequest<LearnReport>(LEARN_WORKSPACE, {});
  }

  /** Resolves with the first status, told or yet to come, that satisfies `is`. */
  async status(is: (status: Status) => boolean, timeoutMs = 30_000): Promise<Status> {
    const { promise, resolve, reject } = Promise.withResolvers<Status>();
    const check = (): void => {
      const found = this.statuses.find(is);
      if (found) resolve(found);
    };
    const timer = setTimeout(() => {
      reject(new Error(`no such status within ${timeoutMs} ms; last: ${JSON.stringify(this.statuses.at(-1))}`));
    }, timeoutMs);
    this.#waiting.add(check);
    check();
    try {
      return await promise;
    } finally {
      clearTimeout(timer);
      this.#waiting.delete(check);
    }
  }

  /** Ends the process as an editor would. */
  async stop(): Promise<void> {
    const exited = once(this.process, "exit");
    await this.connection.sendRequest("shutdown");
    await this.connection.sendNotification("exit");
    await exited;
    this.connection.dispose();
  }

  /** Ends the process as a crash would. */
  async kill(): Promise<void> {
    const exited = once(this.process, "exit");
    this.process.kill("SIGKILL");
    await exited;
    this.connection.dispose();
  }
}

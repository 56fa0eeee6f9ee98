/**
 * The process of one model, seen from the sidecar: asks it, lets go of it at once when a request is aborted, and says in
 * a {@link LlamaFault} why it ended. It ends with us: its line to us is its life.
 */
import { type ChildProcess, fork } from "node:child_process";
import { fileURLToPath } from "node:url";
import type { Log } from "../../base/log.ts";
import { workerUrl } from "../../base/worker-url.ts";
import { LlamaFault } from "./fault.ts";
import type { HostAnswer, HostRequest, TaskName, Tasks } from "./host-messages.ts";

export interface ModelProcessOptions {
  readonly log: Log;
  /** Where backends lie that were added on this machine; undefined for nowhere. */
  readonly backendsFolder?: string | undefined;
  /** Told when it ends by itself, once. */
  readonly onEnd?: (fault: LlamaFault) => void;
}

/** The model lies outside the heap; this is for the file's own tables. A file that lies must not take more. */
const HEAP_MB_MAX = 512;
/** Milliseconds in which a process whose line broke has to end. */
const EXIT_MS_MAX = 2000;
/** The newest lines of what the process wrote about itself, for the log. */
const LAST_WORDS_CHARS_MAX = 2000;

interface Waiting {
  readonly resolve: (output: never) => void;
  readonly reject: (fault: unknown) => void;
  readonly onProgress: ((share: number) => void) | undefined;
}

export class ModelProcess {
  readonly #options: ModelProcessOptions;
  readonly #child: ChildProcess;
  readonly #waiting = new Map<number, Waiting>();
  #lastId = 0;
  #lastWords = "";
  #end: LlamaFault | undefined;
  #lineBroke: NodeJS.Timeout | undefined;
  #isClosed = false;

  constructor(options: ModelProcessOptions) {
    this.#options = options;
    const file = fileURLToPath(workerUrl(import.meta.url, "./model-host.ts", "model-host"));
    const { backendsFolder } = options;
    this.#child = fork(file, backendsFolder === undefined ? [] : [backendsFolder], {
      // Of our own options none but what keeps the log clean: an inspector's port can be had once only.
      execArgv: [`--max-old-space-size=${HEAP_MB_MAX}`, "--disable-warning=ExperimentalWarning"],
      serialization: "advanced",
      stdio: ["ignore", "ignore", "pipe", "ipc"],
    });
    this.#child.on("message", (answer) => this.#take(answer as HostAnswer));
    this.#child.on("error", (error) =>
      this.#ended(new LlamaFault("died", "it could not be started", { cause: error })),
    );
    this.#child.on("exit", (code, signal) => this.#ended(new LlamaFault("died", signal ?? `status ${code}`)));
    this.#child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-LAST_WORDS_CHARS_MAX);
    });
    // Neither it nor the line to it keeps us running.
    this.#child.unref();
    this.#child.channel?.unref();
    (this.#child.stderr as unknown as { unref(): void } | null)?.unref();
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get isAlive(): boolean {
    return this.#end === undefined && !this.#isClosed;
  }

  /** Throws a {@link LlamaFault}, or the signal's reason at once where it is aborted; the process then stops working on it. */
  async call<Name extends TaskName>(
    kind: Name,
    input: Tasks[Name]["input"],
    signal: AbortSignal,
    onProgress?: (share: number) => void,
  ): Promise<Tasks[Name]["output"]> {
    signal.throwIfAborted();
    if (!this.isAlive) throw this.#end ?? new LlamaFault("died", "it was closed");
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Tasks[Name]["output"]>();
    const onAbort = (): void => {
      if (this.isAlive) this.#send({ kind: "abort", id });
      reject(signal.reason);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    this.#waiting.set(id, { resolve, reject, onProgress });
    // With somebody waiting it does keep us running.
    this.#child.channel?.ref();
    this.#send({ kind, id, input } as HostRequest);
    try {
      return await promise;
    } finally {
      signal.removeEventListener("abort", onAbort);
      this.#waiting.delete(id);
      if (this.#waiting.size === 0) this.#child.channel?.unref();
    }
  }

  /** Ends the process, whatever it is doing. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    clearTimeout(this.#lineBroke);
    for (const { reject } of this.#waiting.values()) reject(new LlamaFault("died", "it was closed"));
    // It may be in the middle of a long evaluation, and has nothing to save.
    this.#child.kill("SIGKILL");
  }

  #send(request: HostRequest): void {
    this.#child.send(request, (error) => {
      if (!error || this.#lineBroke || this.#end) return;
      // The process has ended or is about to, and its end says why; whoever waits must not wait for that alone.
      const fault = new LlamaFault("died", "the line to it is broken", { cause: error });
      this.#lineBroke = setTimeout(() => this.#ended(fault), EXIT_MS_MAX);
    });
  }

  #take(answer: HostAnswer): void {
    if (answer.kind === "log") {
      this.#options.log.debug(answer.message);
      return;
    }
    const waiting = this.#waiting.get(answer.id);
    // Whoever asked has let go of it.
    if (!waiting) return;
    if (answer.kind === "progress") waiting.onProgress?.(answer.share);
    else if (answer.kind === "done") waiting.resolve(answer.output as never);
    else if (answer.kind === "aborted") waiting.reject(new DOMException("given up", "AbortError"));
    else waiting.reject(new LlamaFault(answer.fault.kind, answer.fault.detail));
  }

  #ended(fault: LlamaFault): void {
    clearTimeout(this.#lineBroke);
    if (this.#end || this.#isClosed) return;
    this.#end = fault;
    if (this.#lastWords.trim() !== "") this.#options.log.debug(`the model's process said: ${this.#lastWords.trim()}`);
    for (const { reject } of this.#waiting.values()) reject(fault);
    this.#options.onEnd?.(fault);
  }
}

/**
 * Takes secrets out of whole files. Some are slow to go through (half a megabyte of nothing but names of secrets takes
 * a second), and whoever types must not wait for them: long texts go to a thread of their own. Where that thread dies
 * they are redacted here: late, but never left as they are.
 */
import { Worker } from "node:worker_threads";
import { redact } from "../../privacy/redact.ts";
import { closing } from "../base/abort.ts";
import type { Log } from "../base/log.ts";
import { workerUrl } from "../base/worker-url.ts";
import type { RedactAnswer, RedactTask } from "./redact-worker.ts";

export interface Redactor {
  /** As `redact`. Rejects only when cancelled, by `signal` or by closing. */
  redact(text: string, signal: AbortSignal): Promise<string>;
  close(): Promise<void>;
}

/** In UTF-16 code units: a text of this length takes a millisecond, and the slowest that we know of forty. */
const AT_ONCE_MAX = 16_384;
/** So many threads in a row that die without an answer, and no other is tried. */
const FAILED_MAX = 3;

interface Job {
  readonly text: string;
  readonly resolve: (text: string) => void;
  readonly reject: (reason: Error) => void;
}

/** Starts no thread before the first long text. `startWorker` is for tests. */
export function openRedactor(log: Log, startWorker: () => Worker = startRedactWorker): Redactor {
  return new RedactThread(log, startWorker);
}

function startRedactWorker(): Worker {
  // None of this process's flags: some, such as --input-type, forbid a thread that begins with a file.
  return new Worker(workerUrl(import.meta.url, "./redact-worker.ts", "redact-worker"), { execArgv: [] });
}

class RedactThread implements Redactor {
  readonly #log: Log;
  readonly #startWorker: () => Worker;
  readonly #jobs = new Map<number, Job>();
  #worker: Worker | undefined;
  #lastId = 0;
  #failed = 0;
  #isClosed = false;

  constructor(log: Log, startWorker: () => Worker) {
    this.#log = log;
    this.#startWorker = startWorker;
  }

  async redact(text: string, signal: AbortSignal): Promise<string> {
    signal.throwIfAborted();
    if (this.#isClosed) throw closing();
    if (text.length <= AT_ONCE_MAX || this.#failed >= FAILED_MAX) return redact(text).text;
    const id = ++this.#lastId;
    let onAbort: (() => void) | undefined;
    try {
      return await new Promise<string>((resolve, reject) => {
        onAbort = () => reject(signal.reason as Error);
        signal.addEventListener("abort", onAbort, { once: true });
        this.#jobs.set(id, { text, resolve, reject });
        this.#worker ??= this.#start();
        this.#worker.ref();
        this.#worker.postMessage({ id, text } satisfies RedactTask);
      });
    } finally {
      signal.removeEventListener("abort", onAbort!);
      this.#done(id);
    }
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const worker = this.#worker;
    this.#worker = undefined;
    for (const { reject } of this.#jobs.values()) reject(closing());
    await worker?.terminate();
  }

  #start(): Worker {
    const worker = this.#startWorker();
    worker.on("message", ({ id, text }: RedactAnswer) => {
      this.#failed = 0;
      this.#jobs.get(id)?.resolve(text);
    });
    worker.on("error", (error) => this.#onDeath(worker, error));
    worker.on("exit", () => this.#onDeath(worker, undefined));
    return worker;
  }

  #onDeath(worker: Worker, error: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    this.#failed++;
    this.#log.warn("the thread that takes secrets out of long texts died; they are taken out without it", error);
    for (const { text, resolve } of this.#jobs.values()) resolve(redact(text).text);
  }

  /** An idle thread keeps no process alive. */
  #done(id: number): void {
    this.#jobs.delete(id);
    if (this.#jobs.size === 0) this.#worker?.unref();
  }
}

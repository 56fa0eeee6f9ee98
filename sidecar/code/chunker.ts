/**
 * Chunks files and reads their style on a thread of its own, because parsing blocks. One file at a time, in order. A
 * file that cannot be parsed (no grammar, too slow, or it killed the thread) still gets chunks, windows of lines, and
 * what its lines show of style.
 */
import { Worker } from "node:worker_threads";
import { closing } from "../base/abort.ts";
import type { Log } from "../base/log.ts";
import { workerUrl } from "../base/worker-url.ts";
import { chunkWindows } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import type { ChunkAnswer, ChunkTask, ChunkWorkerData } from "./chunk-worker.ts";
import { languageById, languageOfPath } from "./languages.ts";
import type { Grammar } from "./languages.ts";
import { type FileStyle, fileStyle } from "../style/conventions/file-style.ts";
import { observeText } from "../style/conventions/observe.ts";

export interface ChunkRequest {
  /** Decides the language where `languageId` is unknown, and names the file in the log. */
  readonly path: string;
  readonly languageId: string;
  /** With "\n" line ends. */
  readonly text: string;
  /** How much its style counts, 0..1; all of it where nothing is said. */
  readonly weight?: number;
}

export interface ChunkedFile {
  readonly chunks: readonly Chunk[];
  readonly style: FileStyle;
}

export interface Chunker {
  /** Never fails because of the text. Rejects only when cancelled, by `signal` or by closing. */
  chunk(request: ChunkRequest, signal: AbortSignal): Promise<ChunkedFile>;
  close(): Promise<void>;
}

export interface ChunkerLimits {
  /** Files that wait; one more gets windows at once. Default 256. */
  readonly waitingMax: number;
  /** Milliseconds of parsing, after which the file gets windows. Default 1,500. */
  readonly parseMsMax: number;
  /** Milliseconds without an answer, after which the thread is replaced. Default 5,000. */
  readonly answerMsMax: number;
  /** Milliseconds until a new thread is ready, grammars aside. Default 30,000: the machine may be very busy. */
  readonly startMsMax: number;
}

const DEFAULT_LIMITS: ChunkerLimits = { waitingMax: 256, parseMsMax: 1_500, answerMsMax: 5_000, startMsMax: 30_000 };

/** So many threads that die before they are ready, and no other is tried. */
const FAILED_STARTS_MAX = 3;

/** Starts no thread before the first file that needs one. `startWorker` is for tests. */
export function openChunker(
  log: Log,
  limits: Partial<ChunkerLimits> = {},
  startWorker: (data: ChunkWorkerData) => Worker = startChunkWorker,
): Chunker {
  const client = new WorkerClient(log, { ...DEFAULT_LIMITS, ...limits }, startWorker);
  return {
    chunk: async (request, signal) => {
      signal.throwIfAborted();
      const language = languageById(request.languageId) ?? languageOfPath(request.path);
      const { path, text, weight = 1 } = request;
      const languageId = language?.id ?? request.languageId;
      if (!language?.grammar) return byLines({ path, languageId, text, weight });
      return client.chunk({ path, languageId, text, weight, grammar: language.grammar }, signal);
    },
    close: () => client.close(),
  };
}

function startChunkWorker(data: ChunkWorkerData): Worker {
  const url = workerUrl(import.meta.url, "./chunk-worker.ts", "chunk-worker");
  // None of this process's flags: some, such as --input-type, forbid a thread that begins with a file.
  return new Worker(url, { workerData: data, execArgv: [] });
}

/** What a file is without its tree. */
function byLines(file: Pick<Job, "path" | "languageId" | "text" | "weight">): ChunkedFile {
  const { text, weight } = file;
  return { chunks: chunkWindows(text), style: fileStyle(text, observeText(text, file), () => weight) };
}

interface Job {
  readonly id: number;
  readonly path: string;
  readonly languageId: string;
  readonly grammar: Grammar;
  readonly text: string;
  readonly weight: number;
  readonly resolve: (file: ChunkedFile) => void;
  readonly reject: (reason: unknown) => void;
}

/** One thread and the jobs that wait for it. */
class WorkerClient {
  readonly #log: Log;
  readonly #limits: ChunkerLimits;
  readonly #startWorker: (data: ChunkWorkerData) => Worker;
  readonly #cancelled = new SharedArrayBuffer(4);
  readonly #waiting: Job[] = [];
  #running: Job | undefined;
  #worker: Worker | undefined;
  #ready = false;
  #timer: NodeJS.Timeout | undefined;
  #lastId = 0;
  #failedStarts = 0;
  #closed = false;

  constructor(log: Log, limits: ChunkerLimits, startWorker: (data: ChunkWorkerData) => Worker) {
    this.#log = log;
    this.#limits = limits;
    this.#startWorker = startWorker;
  }

  chunk(file: Omit<Job, "id" | "resolve" | "reject">, signal: AbortSignal): Promise<ChunkedFile> {
    if (this.#closed) return Promise.reject(closing());
    if (this.#failedStarts >= FAILED_STARTS_MAX) return Promise.resolve(byLines(file));
    if (this.#waiting.length >= this.#limits.waitingMax) {
      this.#log.warn(`too many files wait to be parsed: ${file.path} is cut by lines`);
      return Promise.resolve(byLines(file));
    }
    this.#lastId = (this.#lastId % 0x7fffffff) + 1;
    const id = this.#lastId;
    return new Promise((resolve, reject) => {
      const onAbort = (): void => this.#cancel(id, signal.reason);
      signal.addEventListener("abort", onAbort, { once: true });
      const done = (): void => signal.removeEventListener("abort", onAbort);
      this.#waiting.push({
        id,
        ...file,
        resolve: (read) => {
          done();
          resolve(read);
        },
        reject: (reason) => {
          done();
          // The reason is the caller's own, whatever it is.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject(reason);
        },
      });
      this.#next();
    });
  }

  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#timer);
    const worker = this.#worker;
    this.#worker = undefined;
    for (const job of this.#waiting.splice(0)) job.reject(closing());
    this.#running?.reject(closing());
    this.#running = undefined;
    await worker?.terminate();
  }

  #next(): void {
    if (this.#running) return;
    this.#running = this.#waiting.shift();
    if (!this.#running) {
      // An idle thread keeps no process alive.
      this.#worker?.unref();
      return;
    }
    if (!this.#worker) this.#start();
    else if (this.#ready) this.#send(this.#worker, this.#running);
  }

  #start(): void {
    this.#ready = false;
    const worker = this.#startWorker({ cancelled: this.#cancelled, parseMsMax: this.#limits.parseMsMax });
    this.#worker = worker;
    worker.on("message", (answer: ChunkAnswer) => this.#onAnswer(worker, answer));
    worker.on("error", (error) => this.#onDeath(worker, error));
    worker.on("exit", () => this.#onDeath(worker, undefined));
    this.#expectWithin(this.#limits.startMsMax, worker);
  }

  #send(worker: Worker, job: Job): void {
    worker.ref();
    this.#expectWithin(this.#limits.answerMsMax, worker);
    const { id, grammar, path, languageId, text, weight } = job;
    worker.postMessage({ id, grammar, path, languageId, text, weight } satisfies ChunkTask);
  }

  #expectWithin(milliseconds: number, worker: Worker): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      this.#onDeath(worker, new Error(`no answer within ${milliseconds} ms`));
      // Its exit is no news any more.
      void worker.terminate();
    }, milliseconds);
  }

  #onAnswer(worker: Worker, answer: ChunkAnswer): void {
    if (worker !== this.#worker) return;
    if (answer.kind === "ready") {
      this.#ready = true;
      this.#failedStarts = 0;
      if (this.#running) this.#send(worker, this.#running);
      return;
    }
    const job = this.#running;
    if (job?.id !== answer.id) return;
    clearTimeout(this.#timer);
    this.#running = undefined;
    if (answer.kind === "stopped") this.#log.debug(`${job.path} was not parsed in time: cut by lines`);
    job.resolve(answer.kind === "chunks" ? { chunks: answer.chunks, style: answer.style } : byLines(job));
    this.#next();
  }

  /** The file that killed the thread gets windows; the next one gets a new thread. */
  #onDeath(worker: Worker, error: unknown): void {
    if (worker !== this.#worker) return;
    this.#worker = undefined;
    clearTimeout(this.#timer);
    const job = this.#running;
    this.#running = undefined;
    if (!this.#ready) this.#failedStarts++;
    this.#log.warn(`the parsing thread died${job ? ` at ${job.path}` : ""}; it is started again when needed`, error);
    job?.resolve(byLines(job));
    if (this.#failedStarts >= FAILED_STARTS_MAX) {
      this.#log.error("the parsing thread cannot be started: from now on files are cut by lines");
      for (const waiting of this.#waiting.splice(0)) waiting.resolve(byLines(waiting));
    }
    this.#next();
  }

  #cancel(id: number, reason: unknown): void {
    const at = this.#waiting.findIndex((job) => job.id === id);
    if (at >= 0) {
      this.#waiting.splice(at, 1)[0]?.reject(reason);
      return;
    }
    if (this.#running?.id !== id) return;
    // The thread stops by itself; its answer then frees the place in the queue.
    Atomics.store(new Int32Array(this.#cancelled), 0, id);
    this.#running.reject(reason);
  }
}

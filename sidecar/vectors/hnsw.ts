/**
 * Similarity indexes on a thread of their own: the client. It cuts long work into short messages, keeps the changes of
 * an index in order, and starts the thread again when it died; the indexes then are what was saved last.
 */
import { Worker } from "node:worker_threads";
import { assert, describeError, SidecarError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { workerUrl } from "../base/worker-url.ts";
import { LEXICAL_DIMENSION, LEXICAL_ID } from "../engine/lexical.ts";
import type {
  CallFailure,
  CallName,
  Calls,
  Cancel,
  Content,
  FromWorker,
  IndexState,
  IndexStatus,
  VectorSpace,
  WorkerSettings,
} from "./hnsw-messages.ts";
import type { EmbeddedItem, FreshIndex, PlainIndex, RebuildableIndex, VectorHit, VectorItem } from "./index.ts";

export interface VectorIndexes {
  /**
   * Loads an index from disk, or starts it empty. `expectedLabels` are those in the store; they tell `loaded` from
   * `stale`. Each name is opened once.
   */
  open(name: string, expectedLabels?: readonly number[]): Promise<OpenedIndex>;
  /** Likewise for vectors of a model; undefined where there are none on disk and the model's dimension is not known yet. */
  openPlain(name: string, space: VectorSpace): Promise<PlainIndex | undefined>;
  /** Empties an open index and deletes its files. It can be filled again. */
  erase(name: string): Promise<void>;
  /** Ends the use of an open index, unsaved. It may be opened again. */
  release(name: string): Promise<void>;
  /** Deletes what is on disk of the index `name`, and of those whose name goes on with "-m", unless they are open. */
  tidy(name: string): Promise<void>;
  /** Saves what changed, unless told not to, and ends the thread. What is under way is cancelled. Idempotent. */
  close(options?: { readonly save: boolean }): Promise<void>;
}

export interface OpenedIndex {
  readonly index: RebuildableIndex;
  readonly state: IndexState;
}

export interface VectorIndexesOptions {
  /** Created for this user only, where it is missing. */
  readonly folder: string;
  /** Of the database whose rows the labels name; an index made for another one is not used. */
  readonly databaseId: string;
  readonly log: Log;
  /** The thread died; changes since the last save are lost, so each index should be reconciled with the store. */
  readonly onFault: (reason: string) => void;
}

/** Rejects with a {@link SidecarError} `native-module` where the graph library cannot be loaded. */
export async function openVectorIndexes(options: VectorIndexesOptions): Promise<VectorIndexes> {
  const thread = new IndexThread(options);
  await thread.start();
  return {
    open: (name, expectedLabels) => thread.open(name, expectedLabels),
    openPlain: (name, space) => thread.openPlain(name, space),
    erase: (name) => thread.erase(name),
    release: (name) => thread.release(name),
    tidy: (name) => thread.tidy(name),
    close: ({ save } = { save: true }) => thread.close(save),
  };
}

const LEXICAL_SPACE: VectorSpace = { embedder: LEXICAL_ID, dimension: LEXICAL_DIMENSION };

/** Texts or vectors per message: few enough to be copied in well under a millisecond. */
const ITEMS_PER_MESSAGE_MAX = 64;
const CHARS_PER_MESSAGE_MAX = 65_536;

interface Answer<Result> {
  readonly result: Result;
  readonly status: IndexStatus | null;
}

interface PendingCall {
  resolve(answer: Answer<unknown>): void;
  reject(error: unknown): void;
}

/** The worker, started again when it died, and the calls that wait for it. */
class IndexThread {
  readonly #options: VectorIndexesOptions;
  readonly #names = new Set<string>();
  readonly #indexes = new Map<string, HnswIndex>();
  readonly #pending = new Map<number, PendingCall>();
  readonly #closing = new AbortController();
  /** The worker that runs or is being started. */
  #worker: Promise<Worker> | undefined;
  /** The one that runs: calls reach it at once, so that it works while the caller does. */
  #ready: Worker | undefined;
  #lastId = 0;
  #closed: Promise<void> | undefined;

  constructor(options: VectorIndexesOptions) {
    this.#options = options;
  }

  async start(): Promise<void> {
    await this.#running();
  }

  async open(name: string, expectedLabels?: readonly number[]): Promise<OpenedIndex> {
    const opened = await this.#open(name, LEXICAL_SPACE, expectedLabels && Float64Array.from(expectedLabels));
    assert(opened, "the dimension of the built-in embedder is known");
    return opened;
  }

  async openPlain(name: string, space: VectorSpace): Promise<PlainIndex | undefined> {
    return (await this.#open(name, space, undefined))?.index;
  }

  async #open(
    name: string,
    space: VectorSpace,
    expectedLabels: Float64Array | undefined,
  ): Promise<{ readonly index: HnswIndex; readonly state: IndexState } | undefined> {
    assert(/^[A-Za-z0-9-]+$/.test(name), "an index name has letters, digits and hyphens only");
    assert(!this.#names.has(name), `the index "${name}" is opened once`);
    this.#names.add(name);
    try {
      const { result, status } = await this.call("open", { index: name, space, expectedLabels });
      const { state, dimension } = result;
      if (!status || dimension === undefined) {
        this.#names.delete(name);
        return undefined;
      }
      const index = new HnswIndex(this, name, { ...space, dimension }, status);
      this.#indexes.set(name, index);
      this.#options.log.info(`search index ${name}: ${state}, ${index.size} entries`);
      return { index, state };
    } catch (error) {
      this.#names.delete(name);
      throw error;
    }
  }

  async erase(name: string): Promise<void> {
    await this.#find(name).erase();
  }

  async release(name: string): Promise<void> {
    const index = this.#find(name);
    // A thread that starts again must not open it, whatever becomes of the call.
    this.#indexes.delete(name);
    await index.release();
    this.#names.delete(name);
  }

  async tidy(name: string): Promise<void> {
    await this.call("tidy", { index: name });
  }

  #find(name: string): HnswIndex {
    const index = this.#indexes.get(name);
    assert(index, `the index "${name}" is open`);
    return index;
  }

  close(save: boolean): Promise<void> {
    this.#closed ??= this.#close(save);
    return this.#closed;
  }

  /** Rejects with an `AbortError` when `signal` aborts, or once the thread is closing. */
  async call<Name extends CallName>(
    name: Name,
    args: Calls[Name]["args"],
    signal?: AbortSignal,
  ): Promise<Answer<Calls[Name]["result"]>> {
    this.throwIfClosing();
    if (this.#ready) return await this.#send(this.#ready, name, args, signal);
    const worker = await this.#running();
    this.throwIfClosing();
    return await this.#send(worker, name, args, signal);
  }

  throwIfClosing(): void {
    this.#closing.signal.throwIfAborted();
  }

  #send<Name extends CallName>(
    worker: Worker,
    name: Name,
    args: Calls[Name]["args"],
    signal?: AbortSignal,
  ): Promise<Answer<Calls[Name]["result"]>> {
    signal?.throwIfAborted();
    const id = ++this.#lastId;
    const { promise, resolve, reject } = Promise.withResolvers<Answer<unknown>>();
    const onAbort = (): void => {
      this.#pending.delete(id);
      const cancel: Cancel = { call: "cancel", id };
      worker.postMessage(cancel);
      reject(signal?.reason);
    };
    const settled = (): void => signal?.removeEventListener("abort", onAbort);
    signal?.addEventListener("abort", onAbort, { once: true });
    this.#pending.set(id, {
      resolve(answer) {
        settled();
        resolve(answer);
      },
      reject(error) {
        settled();
        reject(error);
      },
    });
    const request = { id, call: name, args };
    worker.postMessage(request);
    // The worker's table of handlers gives each call its own result.
    return promise as Promise<Answer<Calls[Name]["result"]>>;
  }

  #running(): Promise<Worker> {
    this.#worker ??= this.#spawn();
    return this.#worker;
  }

  /** Starts a worker and has it load the indexes that are open. */
  async #spawn(): Promise<Worker> {
    const { folder, databaseId } = this.#options;
    const settings: WorkerSettings = { folder, databaseId };
    const worker = new Worker(workerUrl(import.meta.url, "./hnsw-worker.ts", "hnsw-worker"), { workerData: settings });
    const ready = Promise.withResolvers<undefined>();
    let reason = "it ended without a reason";
    worker.on("error", (error) => (reason = describeError(error)));
    worker.on("exit", () => {
      ready.reject(threadError(reason));
      this.#lose(reason);
    });
    worker.on("message", (message: FromWorker) => {
      if (message.kind === "ready") ready.resolve(undefined);
      else if (message.kind === "unusable") ready.reject(nativeModuleError(message.reason));
      else this.#settle(message);
    });
    try {
      await ready.promise;
      for (const [name, index] of this.#indexes) {
        const args = { index: name, space: index.space, expectedLabels: undefined };
        const { status } = await this.#send(worker, "open", args);
        if (status) index.status = status;
      }
      this.#ready = worker;
      return worker;
    } catch (error) {
      worker.removeAllListeners("exit");
      await worker.terminate();
      this.#worker = undefined;
      throw error;
    }
  }

  #settle(message: Exclude<FromWorker, { kind: "ready" | "unusable" }>): void {
    const pending = this.#pending.get(message.id);
    // A cancelled call may have been answered meanwhile.
    if (!pending) return;
    this.#pending.delete(message.id);
    if (message.kind === "answer") pending.resolve(message);
    else pending.reject(toError(message.failure));
  }

  /** The worker has ended, and nobody asked it to. The next call starts another. */
  #lose(reason: string): void {
    this.#worker = undefined;
    this.#ready = undefined;
    this.#rejectPending(threadError(reason));
    if (this.#closing.signal.aborted) return;
    this.#options.log.error(`the search index thread stopped: ${reason}`);
    this.#options.onFault(reason);
  }

  #rejectPending(error: unknown): void {
    const pending = [...this.#pending.values()];
    this.#pending.clear();
    for (const call of pending) call.reject(error);
  }

  async #close(save: boolean): Promise<void> {
    const reason = new DOMException("the search indexes are closing", "AbortError");
    this.#closing.abort(reason);
    const worker = await this.#worker?.catch(() => undefined);
    // One that never ran or died has nothing to save.
    if (!worker) return;
    try {
      if (save) for (const name of this.#indexes.keys()) await this.#send(worker, "save", { index: name });
    } finally {
      worker.removeAllListeners("exit");
      await worker.terminate();
      this.#rejectPending(reason);
    }
  }
}

/** One index as its owner sees it. Changes are done in the order of the calls; searches do not wait for them. */
class HnswIndex implements RebuildableIndex, PlainIndex {
  readonly space: VectorSpace;
  /** As of the last answer. */
  status: IndexStatus;
  readonly #thread: IndexThread;
  readonly #name: string;
  #lastChange: Promise<unknown> = Promise.resolve();

  constructor(thread: IndexThread, name: string, space: VectorSpace, status: IndexStatus) {
    this.#thread = thread;
    this.#name = name;
    this.space = space;
    this.status = status;
  }

  get size(): number {
    return this.status.size;
  }

  get needsReembedding(): boolean {
    return this.status.needsReembedding;
  }

  add(items: readonly (VectorItem | EmbeddedItem)[], signal: AbortSignal): Promise<void> {
    return this.#inOrder(() => this.#addBatches(items, false, signal));
  }

  remove(labels: readonly number[]): Promise<void> {
    return this.#inOrder(async () => {
      await this.#call("remove", { index: this.#name, labels });
    });
  }

  async search(query: string | Float32Array, k: number, signal: AbortSignal): Promise<readonly VectorHit[]> {
    if (k < 1) return [];
    const { labels, similarities } = await this.#call("search", { index: this.#name, query, k }, signal);
    return labels.map((label, rank) => ({ label, similarity: similarities[rank]! }));
  }

  save(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#call("save", { index: this.#name });
    });
  }

  scrub(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#call("scrub", { index: this.#name });
    });
  }

  recount(documents: Iterable<readonly string[]>, signal: AbortSignal): Promise<void> {
    return this.#inOrder(async () => {
      let isFirst = true;
      for (const texts of documents) {
        signal.throwIfAborted();
        await this.#call("count", { index: this.#name, texts, isFirst, isLast: false });
        isFirst = false;
      }
      await this.#call("count", { index: this.#name, texts: [], isFirst, isLast: true });
    });
  }

  erase(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#call("erase", { index: this.#name });
    });
  }

  release(): Promise<void> {
    return this.#inOrder(async () => {
      await this.#call("close", { index: this.#name });
    });
  }

  labels(): Promise<readonly number[]> {
    return this.#inOrder(() => this.#call("labels", { index: this.#name }));
  }

  async startOver(): Promise<FreshIndex> {
    await this.#call("startOver", { index: this.#name });
    return {
      add: (items, signal) => this.#addBatches(items, true, signal),
      takeOver: async () => {
        await this.#call("takeOver", { index: this.#name });
      },
      discard: async () => {
        await this.#call("discard", { index: this.#name });
      },
    };
  }

  async #addBatches(items: readonly (VectorItem | EmbeddedItem)[], fresh: boolean, signal: AbortSignal): Promise<void> {
    for (const batch of inBatches(items)) {
      signal.throwIfAborted();
      await this.#call("add", { index: this.#name, fresh, ...batch });
    }
  }

  async #call<Name extends CallName>(
    name: Name,
    args: Calls[Name]["args"],
    signal?: AbortSignal,
  ): Promise<Calls[Name]["result"]> {
    const { result, status } = await this.#thread.call(name, args, signal);
    if (status) this.status = status;
    return result;
  }

  #inOrder<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#lastChange.then(change);
    // Its failure is told to whoever made it; the next change starts anyhow.
    this.#lastChange = done.catch(() => undefined);
    return done;
  }
}

/** Cuts `items` into messages that hold neither thread up. */
function* inBatches(
  items: readonly (VectorItem | EmbeddedItem)[],
): Generator<{ labels: number[]; contents: Content[] }> {
  let labels: number[] = [];
  let contents: Content[] = [];
  let chars = 0;
  for (const item of items) {
    const { label } = item;
    assert(Number.isSafeInteger(label) && label >= 0, "a label is a whole number from 0");
    labels.push(label);
    contents.push("text" in item ? item.text : (item.vector ?? null));
    chars += "text" in item ? item.text.length : 0;
    if (labels.length < ITEMS_PER_MESSAGE_MAX && chars < CHARS_PER_MESSAGE_MAX) continue;
    yield { labels, contents };
    labels = [];
    contents = [];
    chars = 0;
  }
  if (labels.length > 0) yield { labels, contents };
}

function toError({ code, message, action }: CallFailure): Error {
  return code === null ? new Error(message) : new SidecarError(code, message, action);
}

function threadError(reason: string): SidecarError {
  return new SidecarError(
    "index",
    `The search index thread stopped: ${reason}`,
    "Nothing: it is started again with the next search, and what was lost is indexed again.",
  );
}

function nativeModuleError(reason: string): SidecarError {
  return new SidecarError(
    "native-module",
    `The similarity index cannot be used, because hnswlib-node did not load: ${reason}`,
    "Install the Tacit build made for this operating system and processor; from source, run `npm run setup`.",
  );
}

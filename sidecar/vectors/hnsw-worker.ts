/**
 * The thread that holds the similarity indexes: it embeds with the built-in method, adds, searches, loads and saves.
 * Changes are done one after the other and pause every millisecond; searches overtake them. `hnsw.ts` is its client.
 */
import { setImmediate as nextTurn } from "node:timers/promises";
import { parentPort, workerData } from "node:worker_threads";
import type { MessagePort } from "node:worker_threads";
import { assert, describeError, SidecarError } from "../base/errors.ts";
import {
  createDocumentCounter,
  createDocumentFrequencies,
  type DocumentCounter,
  LEXICAL_ID,
} from "../engine/lexical.ts";
import { createEmptyGraph, Graph } from "./graph.ts";
import type { CreateNativeGraph, GraphSpace } from "./graph.ts";
import type { CallFailure, CallName, Calls, Cancel, FromWorker, Request, WorkerSettings } from "./hnsw-messages.ts";
import { eraseIndexFiles, listIndexes, readIndexFiles, writeIndexFiles } from "./index-files.ts";
import type { IndexPlace } from "./index-files.ts";

/** The longest that a search waits for a change, but for the one vector being added. */
const SLICE_MS = 1;

interface OpenIndex {
  readonly place: IndexPlace;
  serving: Graph;
  /** In the making; takes the serving one's place when it is complete. */
  fresh: Graph | undefined;
  /** Counts words anew. */
  counter: DocumentCounter | undefined;
  /** Revision of the serving graph that is on disk. */
  savedRevision: number;
}

type Handlers = {
  [Name in Exclude<CallName, "search">]: (args: Calls[Name]["args"]) => Promise<Calls[Name]["result"]>;
};

function serve(port: MessagePort, settings: WorkerSettings, createNative: CreateNativeGraph): void {
  const indexes = new Map<string, OpenIndex>();
  const searches = new Map<number, Calls["search"]["args"]>();
  const changes: Exclude<Request, { call: "search" }>[] = [];
  let isChanging = false;
  let sliceStart = 0;

  const post = (message: FromWorker): void => port.postMessage(message);

  port.on("message", (request: Request | Cancel) => {
    if (request.call === "cancel") {
      searches.delete(request.id);
    } else if (request.call === "search") {
      // In the next turn, so that a cancellation that came along is seen first.
      searches.set(request.id, request.args);
      setImmediate(answerSearches);
    } else {
      changes.push(request);
      void runChanges();
    }
  });
  post({ kind: "ready" });

  function answerSearches(): void {
    for (const [id, { index, query, k }] of searches) {
      searches.delete(id);
      try {
        answer(id, index, find(index).serving.search(query, k));
      } catch (error) {
        post({ kind: "failure", id, failure: describeFailure(error) });
      }
    }
  }

  async function runChanges(): Promise<void> {
    if (isChanging) return;
    isChanging = true;
    for (let request = changes.shift(); request; request = changes.shift()) {
      sliceStart = performance.now();
      try {
        // The table pairs each call with its arguments; the compiler cannot follow that through the union.
        const handler = handlers[request.call] as (args: unknown) => Promise<unknown>;
        answer(request.id, request.args.index, await handler(request.args));
      } catch (error) {
        post({ kind: "failure", id: request.id, failure: describeFailure(error) });
        continue;
      }
      // Nobody waits for this. If it fails (no memory), the thread ends, which the client reports and repairs.
      await compact(request.args.index);
    }
    isChanging = false;
  }

  /** Drops dead slots when they are the most. A save does not wait for it: it may be the last before the end. */
  async function compact(index: string): Promise<void> {
    const serving = indexes.get(index)?.serving;
    if (!serving?.isMostlyDead) return;
    await serving.compact(async () => {
      await pause();
      return !changes.some((change) => change.call === "save");
    });
  }

  /** Called between vectors: lets waiting searches through when the slice is used up. */
  async function pause(): Promise<void> {
    if (performance.now() - sliceStart < SLICE_MS) return;
    await nextTurn();
    answerSearches();
    sliceStart = performance.now();
  }

  const handlers: Handlers = {
    async open({ index, space: { embedder, dimension }, expectedLabels }) {
      const place = { folder: settings.folder, name: index, databaseId: settings.databaseId, embedder, dimension };
      const found = await readIndexFiles(place, createNative);
      if (found.kind === "sound") {
        const serving = new Graph(createNative, found.native, found.table, found);
        indexes.set(index, { place, serving, fresh: undefined, counter: undefined, savedRevision: serving.revision });
        const isStale = expectedLabels && !holdsExactly(serving, expectedLabels);
        return { state: isStale ? "stale" : "loaded", dimension: found.dimension };
      }
      if (dimension !== undefined) {
        // What was not loaded is written even if it stays empty: it replaces what could not be used.
        const serving = createEmptyIndex(createNative, spaceOf(embedder, dimension));
        indexes.set(index, { place, serving, fresh: undefined, counter: undefined, savedRevision: -1 });
      }
      return { state: found.kind, dimension };
    },
    async add({ index, fresh, labels, contents }) {
      const graph = fresh ? findFresh(index) : find(index).serving;
      for (const [position, label] of labels.entries()) {
        graph.add(label, contents[position] ?? null);
        await pause();
      }
      return null;
    },
    remove({ index, labels }) {
      const { serving } = find(index);
      for (const label of labels) serving.remove(label);
      return Promise.resolve(null);
    },
    labels({ index }) {
      return Promise.resolve(find(index).serving.labels());
    },
    async save({ index }) {
      const open = find(index);
      const { serving } = open;
      if (open.savedRevision === serving.revision) return null;
      await writeIndexFiles(open.place, serving.native, serving.table, serving);
      open.savedRevision = serving.revision;
      return null;
    },
    async scrub({ index }) {
      await find(index).serving.scrub(async () => {
        await pause();
        return true;
      });
      return null;
    },
    async count({ index, texts, isFirst, isLast }) {
      const open = find(index);
      if (isFirst) open.counter = createDocumentCounter();
      const { counter } = open;
      assert(counter, "counting begins with the first texts");
      for (const text of texts) {
        counter.count(text);
        await pause();
      }
      if (isLast) {
        open.serving.takeFrequencies(counter.frequencies);
        open.counter = undefined;
      }
      return null;
    },
    startOver({ index }) {
      const open = find(index);
      open.fresh?.free();
      open.fresh = createEmptyIndex(createNative, spaceOf(open.place.embedder, open.serving.dimension));
      return Promise.resolve(null);
    },
    takeOver({ index }) {
      const open = find(index);
      const fresh = findFresh(index);
      open.serving.free();
      open.serving = fresh;
      open.fresh = undefined;
      open.savedRevision = -1;
      return Promise.resolve(null);
    },
    discard({ index }) {
      const open = find(index);
      open.fresh?.free();
      open.fresh = undefined;
      return Promise.resolve(null);
    },
    async erase({ index }) {
      const open = find(index);
      open.fresh?.free();
      open.fresh = undefined;
      open.serving.free();
      open.serving = createEmptyIndex(createNative, spaceOf(open.place.embedder, open.serving.dimension));
      open.savedRevision = open.serving.revision;
      await eraseIndexFiles(open.place);
      return null;
    },
    close({ index }) {
      // A thread that was started again has not opened it.
      const open = indexes.get(index);
      open?.fresh?.free();
      open?.serving.free();
      indexes.delete(index);
      return Promise.resolve(null);
    },
    async tidy({ index }) {
      const { folder } = settings;
      for (const name of await listIndexes(folder)) {
        if (indexes.has(name) || (name !== index && !name.startsWith(`${index}-m`))) continue;
        await eraseIndexFiles({ folder, name });
      }
      return null;
    },
  };

  function find(index: string): OpenIndex {
    const open = indexes.get(index);
    assert(open, `the index "${index}" is open`);
    return open;
  }

  function findFresh(index: string): Graph {
    const { fresh } = find(index);
    if (fresh) return fresh;
    throw new SidecarError(
      "index",
      `The new index "${index}" is gone, because the index thread was restarted or another rebuild began.`,
      "Nothing: the index is built again with the next change.",
    );
  }

  function answer(id: number, index: string, result: unknown): void {
    const serving = indexes.get(index)?.serving;
    const status = serving ? { size: serving.size, needsReembedding: serving.needsReembedding } : null;
    post({ kind: "answer", id, result, status });
  }
}

/** Of an index without anything in it. */
function spaceOf(embedder: string, dimension: number): GraphSpace {
  return { dimension, frequencies: embedder === LEXICAL_ID ? createDocumentFrequencies() : undefined };
}

function createEmptyIndex(createNative: CreateNativeGraph, space: GraphSpace): Graph {
  const table = { labels: [], documentsSeen: [], withoutVector: [] };
  return new Graph(createNative, createEmptyGraph(createNative, space.dimension, 0), table, space);
}

function holdsExactly(graph: Graph, expected: Float64Array): boolean {
  const wanted = new Set(expected);
  return graph.size === wanted.size && graph.labels().every((label) => wanted.has(label));
}

function describeFailure(error: unknown): CallFailure {
  if (!(error instanceof SidecarError)) return { code: null, message: describeError(error), action: "" };
  const cause = error.cause === undefined ? "" : ` (${describeError(error.cause)})`;
  return { code: error.code, message: error.message + cause, action: error.action };
}

if (parentPort) {
  const port = parentPort;
  try {
    const { default: hnswlib } = await import("hnswlib-node");
    serve(port, workerData as WorkerSettings, (dimension) => new hnswlib.HierarchicalNSW("ip", dimension));
  } catch (error) {
    const reason: FromWorker = { kind: "unusable", reason: describeError(error) };
    port.postMessage(reason);
  }
}

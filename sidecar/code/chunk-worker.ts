/** The thread that parses: takes one text at a time and answers with its chunks. {@link openChunker} is its client. */
import { parentPort, workerData } from "node:worker_threads";
import { chunkTree } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import type { Grammar } from "./languages.ts";
import { openParser } from "./parser.ts";

export interface ChunkTask {
  /** Positive and never used twice. */
  readonly id: number;
  readonly grammar: Grammar;
  readonly text: string;
}

export type ChunkAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "chunks"; readonly id: number; readonly chunks: readonly Chunk[] }
  /** Cancelled, or the parser took too long. */
  | { readonly kind: "stopped"; readonly id: number };

export interface ChunkWorkerData {
  /** One 32-bit integer: the id of the task that is to stop. */
  readonly cancelled: SharedArrayBuffer;
  readonly parseMsMax: number;
}

// Whatever throws in here ends the thread, and the client starts another: after a failure inside WebAssembly nothing
// in this one can be trusted.
if (parentPort) {
  const port = parentPort;
  const { cancelled, parseMsMax } = workerData as ChunkWorkerData;
  const cancelledId = new Int32Array(cancelled);
  const parser = await openParser();
  port.on("message", (task: ChunkTask) => {
    // From the first question on: loading the grammar is not the text's fault.
    let deadline: number | undefined;
    const stop = (): boolean => {
      const now = performance.now();
      deadline ??= now + parseMsMax;
      return now > deadline || Atomics.load(cancelledId, 0) === task.id;
    };
    void parser
      .parse(task.grammar, task.text, stop, (root) => chunkTree(root, task.text))
      .then((chunks) => {
        post(chunks ? { kind: "chunks", id: task.id, chunks } : { kind: "stopped", id: task.id });
      });
  });
  const post = (answer: ChunkAnswer): void => port.postMessage(answer);
  post({ kind: "ready" });
}

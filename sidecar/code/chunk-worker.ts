/** The thread that parses: takes one text at a time and answers with its chunks and with what it shows of style. {@link openChunker} is its client. */
import { parentPort, workerData } from "node:worker_threads";
import { chunkTree } from "./chunk.ts";
import type { Chunk } from "./chunk.ts";
import type { Grammar } from "./languages.ts";
import { type FileStyle, fileStyle } from "../style/conventions/file-style.ts";
import { observeConventions } from "../style/conventions/observe.ts";
import { openParser } from "./parser.ts";

export interface ChunkTask {
  /** Positive and never used twice. */
  readonly id: number;
  readonly grammar: Grammar;
  readonly path: string;
  readonly languageId: string;
  readonly text: string;
  /** How much its style counts, 0..1. */
  readonly weight: number;
}

export type ChunkAnswer =
  | { readonly kind: "ready" }
  | { readonly kind: "chunks"; readonly id: number; readonly chunks: readonly Chunk[]; readonly style: FileStyle }
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
      .parse(task.grammar, task.text, stop, (root, copy) => ({
        chunks: chunkTree(root, task.text),
        style: fileStyle(task.text, observeConventions(copy(), task), () => task.weight),
      }))
      .then((read) => {
        post(read ? { kind: "chunks", id: task.id, ...read } : { kind: "stopped", id: task.id });
      });
  });
  const post = (answer: ChunkAnswer): void => port.postMessage(answer);
  post({ kind: "ready" });
}

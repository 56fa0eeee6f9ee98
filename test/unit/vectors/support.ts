/** Real indexes in a temporary folder that goes when the test ends, and texts that look like code. */
import { once } from "node:events";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import type { Worker } from "node:worker_threads";
import { crc32 } from "node:zlib";
import { silentLog } from "../../../sidecar/base/log.ts";
import { createRandom } from "../../../sidecar/base/random.ts";
import { openVectorIndexes } from "../../../sidecar/vectors/hnsw.ts";
import type { VectorIndexes } from "../../../sidecar/vectors/hnsw.ts";
import type { RebuildableIndex, VectorItem } from "../../../sidecar/vectors/index.ts";

/** For calls that are not cancelled. */
export const never = new AbortController().signal;

export interface TestIndexes {
  readonly folder: string;
  readonly indexes: VectorIndexes;
  /** Reasons given to `onFault`. */
  readonly faults: readonly string[];
}

export async function temporaryFolder(context: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tacit-vectors-"));
  context.after(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** Without `folder` a new one is made. */
export async function openTestIndexes(context: TestContext, options?: { folder: string }): Promise<TestIndexes> {
  const folder = options?.folder ?? (await temporaryFolder(context));
  const faults: string[] = [];
  const onFault = (reason: string): void => {
    faults.push(reason);
  };
  const indexes = await openVectorIndexes({ folder, databaseId: "database-1", log: silentLog, onFault });
  context.after(() => indexes.close({ save: false }));
  return { folder, indexes, faults };
}

/** Returns what ends the thread started last, as a crash would. Call it before the indexes are opened. */
export function watchThreads(context: TestContext): () => Promise<void> {
  const workers: Worker[] = [];
  const onWorker = (worker: Worker): void => {
    workers.push(worker);
  };
  process.on("worker", onWorker);
  context.after(() => {
    process.off("worker", onWorker);
  });
  return async () => {
    const worker = workers.at(-1);
    if (!worker) throw new Error("no thread is running");
    const exit = once(worker, "exit");
    await worker.terminate();
    await exit;
  };
}

/** Labels found for `query`, best first. */
export async function find(index: RebuildableIndex, query: string, k = 3): Promise<number[]> {
  return (await index.search(query, k, never)).map((hit) => hit.label);
}

/** Flips one bit of a file. */
export async function flipBit(path: string, offset: number): Promise<void> {
  const bytes = await readFile(path);
  bytes[offset]! ^= 1 << (offset % 8);
  await writeFile(path, bytes);
}

/** Changes a graph file and gives the manifest the checksum of the change, as only a bug could. */
export async function forgeGraph(folder: string, name: string, change: (graph: Buffer) => Buffer): Promise<void> {
  const path = join(folder, `${name}.hnsw`);
  const graph = change(await readFile(path));
  await writeFile(path, graph);
  await changeManifest(folder, name, (text) =>
    text.replace(/"hnsw":\{[^}]*\}/, `"hnsw":{"bytes":${graph.length},"crc32":${crc32(graph)}}`),
  );
}

export async function changeManifest(folder: string, name: string, change: (text: string) => string): Promise<void> {
  const path = join(folder, `${name}.json`);
  await writeFile(path, change(await readFile(path, "utf8")));
}

const WORDS =
  "account batch buffer cache client config count cursor data delta entry error event field file filter flag frame graph group handler header index input item key label layer length level limit line list lock logger map mask message model name node offset option order output packet page parent path payload point pool port prefix query queue range record region request response result role route row rule scope score session shape signal size slot source stack state status step stream table target task text thread token trace tree type unit update user value vector version view weight window worker zone".split(
    " ",
  );
const VERBS =
  "add apply build check clear close copy create decode delete draw emit encode fetch find flush format get insert load merge move open parse pop push read remove render reset resolve save send set sort split start stop store sync update validate write".split(
    " ",
  );

/** Functions with names that come back, as in one project. */
export function codeLikeTexts(count: number, seed: number): string[] {
  const random = createRandom(seed);
  const pick = (words: readonly string[]): string => words[Math.floor(random() ** 1.5 * words.length)]!;
  const upper = (word: string): string => word[0]!.toUpperCase() + word.slice(1);
  const name = (): string => pick(WORDS) + upper(pick(WORDS));
  const call = (): string => `${pick(VERBS)}${upper(pick(WORDS))}(${name()}, ${pick(WORDS)})`;
  return Array.from({ length: count }, () => {
    const lines = Array.from({ length: 3 + Math.floor(random() * 10) }, () =>
      random() < 0.5 ? `  const ${name()} = ${call()};` : `  if (${pick(WORDS)}.${pick(WORDS)}) ${call()};`,
    );
    return `function ${pick(VERBS)}${upper(name())}(${pick(WORDS)}) {\n${lines.join("\n")}\n}`;
  });
}

/** Texts labelled by their position. */
export function toItems(texts: readonly string[]): VectorItem[] {
  return texts.map((text, label) => ({ label, text }));
}

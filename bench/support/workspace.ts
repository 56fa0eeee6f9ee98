/** A project as a scan leaves it: chunks in a store, text search and vectors over them. In a temporary folder. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Lifetime } from "../../sidecar/base/lifetime.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { openChunker } from "../../sidecar/code/chunker.ts";
import { chunkIds, chunkTexts, replaceFile } from "../../sidecar/store/chunks.ts";
import { type Database, openDatabase } from "../../sidecar/store/database.ts";
import { openProject } from "../../sidecar/store/projects.ts";
import { createChunkSearch, type TermSearch } from "../../sidecar/suggest/retrieval/term-search.ts";
import { openVectorIndexes } from "../../sidecar/vectors/hnsw.ts";
import type { VectorIndex } from "../../sidecar/vectors/index.ts";
import { reconcile } from "../../sidecar/vectors/rebuild.ts";
import { never, type SourceFile } from "./sources.ts";

export interface Workspace {
  /** Those whose chunks are in. */
  readonly files: readonly SourceFile[];
  readonly database: Database;
  readonly projectId: number;
  readonly chunkTerms: TermSearch;
  readonly chunkIndex: VectorIndex;
  readonly seconds: { readonly chunks: number; readonly terms: number; readonly vectors: number };
  close(): Promise<void>;
}

/** With at most `chunksMax` chunks, of the first files. */
export async function openWorkspace(files: readonly SourceFile[], chunksMax: number): Promise<Workspace> {
  const lifetime = new Lifetime();
  const home = await mkdtemp(join(tmpdir(), "tacit-bench-"));
  lifetime.onClose(() => rm(home, { recursive: true, force: true }));
  const { database } = openDatabase(home, silentLog);
  lifetime.onClose(() => database.close());
  const projectId = openProject(database, home, { now: () => 0 }).id;
  const chunker = lifetime.own(openChunker(silentLog));
  const held: SourceFile[] = [];
  const chunks = await seconds(async () => {
    let left = chunksMax;
    for (const file of files) {
      const { path, languageId, text } = file;
      held.push(file);
      const { chunks: all, style } = await chunker.chunk({ path, languageId, text }, never);
      const kept = all.slice(0, left);
      database.derivedTransaction(() => replaceFile(database, projectId, path, { hash: "", chunks: kept, style }));
      left -= kept.length;
      if (left === 0) break;
    }
  });
  const chunkTerms = createChunkSearch(database, projectId);
  const terms = await seconds(() => chunkTerms.fill(never));
  const options = { folder: join(home, "index"), databaseId: database.id, log: silentLog, onFault: () => undefined };
  const indexes = await openVectorIndexes(options);
  lifetime.onClose(() => indexes.close({ save: false }));
  const { index } = await indexes.open("chunks");
  const source = {
    ids: () => chunkIds(database, projectId),
    texts: (ids: readonly number[]) => chunkTexts(database, ids),
  };
  const vectors = await seconds(() => reconcile(index, source, { signal: never }));
  return {
    files: held,
    database,
    projectId,
    chunkTerms,
    chunkIndex: index,
    seconds: { chunks, terms, vectors },
    close: () => lifetime.close(),
  };
}

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const startedAt = performance.now();
  await work();
  return Math.round((performance.now() - startedAt) / 10) / 100;
}

/**
 * Scan: reads a project in the background. First all files into recall, so that suggestions come from them within
 * seconds; then the chunks of those that changed since the last time, for retrieval. What recall held when it was last
 * saved is restored first, and only files that changed since are read.
 */
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import type { Log } from "../base/log.ts";
import { describeError, isAbort, SidecarError } from "../base/errors.ts";
import { Slices } from "../base/slices.ts";
import type { Chunker } from "../code/chunker.ts";
import { languageOfPath } from "../code/languages.ts";
import type { Recall } from "../engine/recall/recall.ts";
import { eraseMemory, type MemoryPlace } from "../engine/recall/state.ts";
import type { FileStyle } from "../style/conventions/file-style.ts";
import type { LearnReport } from "../../protocol/messages.ts";
import { type ChunkText, countChunks, fileHash, fileHashes, removeFile, replaceFile } from "../store/chunks.ts";
import type { Database } from "../store/database.ts";
import { CHUNKS_KEPT_MAX } from "../store/tables.ts";
import type { Project } from "../store/projects.ts";
import type { VectorIndex } from "../vectors/index.ts";
import type { Exclude } from "../../privacy/exclude.ts";
import { readForLearning } from "./read-file.ts";
import type { Redactor } from "./redactor.ts";
import { type FileFilter, walk, type WalkedFile } from "./walk.ts";

export interface ScanDeps {
  readonly database: Database;
  readonly recall: Recall;
  /** Where a project's memory is kept between starts; undefined where nothing is kept. */
  readonly memoryPlace: (project: Project) => MemoryPlace | undefined;
  readonly redactor: Redactor;
  readonly chunker: Chunker;
  readonly chunkIndex: (project: Project) => VectorIndex | undefined;
  /** Told which chunks are gone from the store: text search finds them no more. */
  readonly onChunksGone: (project: Project, chunks: readonly ChunkText[]) => void;
  /** Told what a file shows of style; undefined where it is gone. */
  readonly onStyle: (project: Project, path: string, style: FileStyle | undefined) => void;
  /** How much the style of a file counts, 0..1: less where others wrote it. */
  readonly weightOf: (project: Project, path: string) => number;
  readonly log: Log;
}

export interface ScanOptions {
  readonly exclude: Exclude;
  readonly maxFileSizeKb: number;
  /** Whether chunks are stored; else (learning is paused) files are only read into memory. */
  readonly keep: boolean;
  /** Called often; `percent` never falls within a phase. */
  readonly onProgress: (what: string, percent: number) => void;
}

/** A file that was read and may be chunked. */
interface ReadFile {
  readonly path: string;
  readonly absolutePath: string;
  readonly hash: string;
}

/**
 * Files that were changed so shortly before they were looked at, in milliseconds, may be changed again within the same
 * tick of their file system's clock (two seconds on FAT): they are read again, as git does.
 */
const SETTLED_MS = 2_000;
/** Files that are dropped in one transaction. */
const DROPPED_AT_ONCE = 20;

/** What reading brought; what was found in it is told apart. */
export type ScanReport = Omit<LearnReport, "conventions">;

export async function scanProject(
  deps: ScanDeps,
  project: Project,
  options: ScanOptions,
  signal: AbortSignal,
): Promise<ScanReport> {
  const startedAt = performance.now();
  const skipped: Record<string, number> = {};
  const languages: Record<string, number> = {};
  const skip = (reason: string): void => void (skipped[reason] = (skipped[reason] ?? 0) + 1);

  options.onProgress("listing files", 0);
  // A file's own clock is the system's.
  const settledBefore = Date.now() - SETTLED_MS;
  const listed: WalkedFile[] = [];
  for await (const file of walk(project.root, { exclude: options.exclude, onSkip: skip }, signal)) listed.push(file);
  await restoreMemory(deps, project, new Set(listed.map((file) => file.relativePath)), signal);

  const name = String(project.id);
  const slices = new Slices(signal);
  let tokens = 0;
  const read: ReadFile[] = [];
  for (const [index, file] of listed.entries()) {
    options.onProgress("reading files", Math.floor((index / listed.length) * 100));
    if (slices.over) await slices.pause();
    const language = languageOfPath(file.relativePath);
    if (!language) {
      skip("unknown language");
      continue;
    }
    const known = deps.recall.stamp(name, file.relativePath);
    const isUnchanged = known?.size === file.size && known.mtimeMs === file.mtimeMs;
    if (isUnchanged && file.size <= limitsOf(options).bytesMax) {
      tokens += known.tokens;
      languages[language.id] = (languages[language.id] ?? 0) + 1;
      read.push({ path: file.relativePath, absolutePath: file.path, hash: known.hash });
      continue;
    }
    const content = await readForLearning(file.path, limitsOf(options), signal);
    if (content.kind === "skip") {
      skip(content.reason);
      continue;
    }
    const { size, mtimeMs } = file;
    const stamp = mtimeMs < settledBefore ? { size, mtimeMs, hash: content.hash } : undefined;
    const text = await deps.redactor.redact(content.text, signal);
    const absorbed = await deps.recall.absorb(name, file.relativePath, text, signal, stamp);
    tokens += absorbed.tokens;
    languages[language.id] = (languages[language.id] ?? 0) + 1;
    read.push({ path: file.relativePath, absolutePath: file.path, hash: content.hash });
  }
  options.onProgress("reading files", 100);
  const held = new Set(read.map((file) => file.path));
  for (const path of deps.recall.files(name)) if (!held.has(path)) deps.recall.forget(name, path);
  await deps.recall.sweep(signal);
  if (options.keep) await saveMemory(deps, project, signal);

  const onFull = (files: number): void => void (skipped["the store is full: suggestions only, no search"] = files);
  const newChunks = options.keep ? await scanChunks(deps, project, read, { ...options, onFull }, signal) : 0;
  return {
    files: read.length,
    tokens,
    chunks: countChunks(deps.database, project.id),
    newChunks,
    skipped,
    languages,
    milliseconds: Math.round(performance.now() - startedAt),
  };
}

/** Brings the stored chunks in step with the files; returns how many were made. */
async function scanChunks(
  deps: ScanDeps,
  project: Project,
  files: readonly ReadFile[],
  options: ScanOptions & { readonly onFull: (files: number) => void },
  signal: AbortSignal,
): Promise<number> {
  const known = fileHashes(deps.database, project.id);
  const found = new Set(files.map((file) => file.path));
  const gone = [...known.keys()].filter((path) => !found.has(path));
  await dropFiles(deps, project, gone);
  const changed = files.filter((file) => known.get(file.path) !== file.hash);
  const stored = countChunks(deps.database, project.id);
  let made = 0;
  for (const [index, file] of changed.entries()) {
    signal.throwIfAborted();
    if (stored + made >= CHUNKS_KEPT_MAX) {
      options.onFull(changed.length - index);
      return made;
    }
    const content = await readForLearning(file.absolutePath, limitsOf(options), signal);
    if (content.kind === "text") made += await absorbChunks(deps, project, file.path, content, signal);
    options.onProgress("indexing code", Math.floor(((index + 1) / changed.length) * 100));
  }
  return made;
}

/** Reads one file again (saved, or changed by someone else) or forgets it when it is gone or excluded. */
export async function absorbFile(
  deps: ScanDeps,
  project: Project,
  file: { readonly path: string; readonly absolutePath: string },
  options: { readonly filter: FileFilter; readonly maxFileSizeKb: number; readonly keep: boolean },
  signal: AbortSignal,
): Promise<void> {
  const excluded = languageOfPath(file.path) ? await options.filter.skipReason(file.absolutePath) : "unknown language";
  const content =
    excluded === undefined ? await readForLearning(file.absolutePath, limitsOf(options), signal) : undefined;
  if (content?.kind !== "text") {
    deps.recall.forget(String(project.id), file.path);
    await dropFiles(deps, project, [file.path]);
    deps.log.debug(`not absorbed: ${file.path} (${excluded ?? content?.reason ?? "unknown"})`);
    return;
  }
  const text = await deps.redactor.redact(content.text, signal);
  await deps.recall.absorb(String(project.id), file.path, text, signal);
  if (!options.keep || fileHash(deps.database, project.id, file.path) === content.hash) return;
  await absorbChunks(deps, project, file.path, content, signal);
}

/** Saves what recall holds of a project, for the next start. A failure is logged: it is derived. */
export async function saveMemory(deps: ScanDeps, project: Project, signal: AbortSignal): Promise<void> {
  const place = deps.memoryPlace(project);
  if (!place) return;
  try {
    await deps.recall.save(String(project.id), place, signal);
  } catch (error) {
    if (isAbort(error)) throw error;
    deps.log.warn(`what was read of ${project.root} is not saved: ${describeError(error)}`);
  }
}

/** Takes what was saved, but for files that are not listed any more: they may have been excluded meanwhile. */
async function restoreMemory(
  deps: ScanDeps,
  project: Project,
  listed: ReadonlySet<string>,
  signal: AbortSignal,
): Promise<void> {
  const place = deps.memoryPlace(project);
  if (!place || deps.recall.holds(String(project.id))) return;
  try {
    const found = await deps.recall.restore(String(project.id), place, (path) => listed.has(path), signal);
    deps.log.debug(`memory of ${project.root}: ${found}`);
  } catch (error) {
    if (isAbort(error)) throw error;
    deps.log.warn(`what was saved of ${project.root} is read again: ${describeError(error)}`);
  }
}

/** Forgets the files that the rules leave out now; what is on disk of them goes too. */
export async function forgetExcluded(
  deps: ScanDeps,
  project: Project,
  options: { readonly filter: FileFilter; readonly keep: boolean },
  signal: AbortSignal,
): Promise<void> {
  const { filter, keep } = options;
  const held = new Set([...deps.recall.files(String(project.id)), ...fileHashes(deps.database, project.id).keys()]);
  const gone: string[] = [];
  for (const path of held) {
    if ((await filter.skipReason(join(project.root, path))) === undefined) continue;
    deps.recall.forget(String(project.id), path);
    gone.push(path);
  }
  // What is held and may not be kept, or is kept and not held, says nothing of what the file on disk has.
  if (keep && deps.recall.holds(String(project.id))) await saveMemory(deps, project, signal);
  else await forgetSaved(deps, project);
  await dropFiles(deps, project, gone);
}

async function forgetSaved(deps: ScanDeps, project: Project): Promise<void> {
  const place = deps.memoryPlace(project);
  if (!place) return;
  try {
    await eraseMemory(place);
  } catch (error) {
    deps.log.warn(`what was saved of ${project.root} could not be erased: ${describeError(error)}`);
  }
}

async function absorbChunks(
  deps: ScanDeps,
  project: Project,
  path: string,
  content: { readonly text: string; readonly hash: string },
  signal: AbortSignal,
): Promise<number> {
  const languageId = languageOfPath(path)?.id ?? "plaintext";
  const weight = deps.weightOf(project, path);
  const text = await deps.redactor.redact(content.text, signal);
  const { chunks, style } = await deps.chunker.chunk({ path, languageId, text, weight }, signal);
  await deps.database.writable();
  const { removed, added } = deps.database.derivedTransaction(() =>
    replaceFile(deps.database, project.id, path, { hash: content.hash, chunks, style }),
  );
  deps.onStyle(project, path, style);
  deps.onChunksGone(project, removed);
  await withIndex(deps, project, async (index) => {
    if (removed.length > 0) await index.remove(removed.map(({ id }) => id));
    await index.add(
      added.map(({ id, text }) => ({ label: id, text })),
      signal,
    );
  });
  return added.length;
}

function limitsOf({ maxFileSizeKb }: { readonly maxFileSizeKb: number }): { readonly bytesMax: number } {
  return { bytesMax: maxFileSizeKb * 1024 };
}

async function dropFiles(deps: ScanDeps, project: Project, paths: readonly string[]): Promise<void> {
  for (let from = 0; from < paths.length; from += DROPPED_AT_ONCE) {
    const batch = paths.slice(from, from + DROPPED_AT_ONCE);
    await deps.database.writable();
    const removed = deps.database.derivedTransaction(() =>
      batch.flatMap((path) => removeFile(deps.database, project.id, path)),
    );
    for (const path of batch) deps.onStyle(project, path, undefined);
    deps.onChunksGone(project, removed);
    await withIndex(deps, project, (index) => index.remove(removed.map(({ id }) => id)));
    // Whoever types comes first.
    await setImmediate();
  }
}

/** The index may be absent or broken: the store is the truth, and the index is reconciled with it later. */
async function withIndex(deps: ScanDeps, project: Project, use: (index: VectorIndex) => Promise<void>): Promise<void> {
  const index = deps.chunkIndex(project);
  if (!index) return;
  try {
    await use(index);
  } catch (error) {
    if (isAbort(error)) throw error;
    const code = error instanceof SidecarError ? error.code : "index";
    deps.log.warn(`chunks were stored but not indexed (${code}): ${describeError(error)}`);
  }
}

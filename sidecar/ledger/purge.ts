/**
 * What is derived forgets: everything that is held in memory is brought in step with the store, and files that were made
 * from what is gone are made anew or deleted. Each step may be done twice.
 */
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../base/clock.ts";
import { isAbort } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Recall } from "../engine/recall/recall.ts";
import type { Formatting } from "../learn/formatting.ts";
import { personalName } from "../learn/learn.ts";
import type { StyleMemory } from "../learn/style-memory.ts";
import { type Database, SET_ASIDE } from "../store/database.ts";
import { exampleIds } from "../store/examples.ts";
import { type Forget, targetOf } from "../store/forget.ts";
import type { Project } from "../store/projects.ts";
import { createHash } from "../store/shingles.ts";
import type { SuggestionCache } from "../suggest/cache.ts";
import type { Gatekeeper } from "../suggest/gatekeeper.ts";
import type { NegativeMemory } from "../suggest/negative-memory.ts";
import type { SuggestionOrigins } from "../suggest/origins.ts";
import type { TermSearch } from "../suggest/retrieval/term-search.ts";
import type { Trials } from "../suggest/retrieval/trials.ts";
import { eraseIndexFiles, listIndexes } from "../vectors/index-files.ts";
import type { SearchIndexes } from "../vectors/search-indexes.ts";

/** All that holds something learned. */
export interface DerivedParts {
  readonly database: Database;
  readonly clock: Clock;
  readonly log: Log;
  readonly recall: Recall;
  readonly style: StyleMemory;
  readonly formatting: Formatting;
  readonly gate: Gatekeeper;
  readonly negative: NegativeMemory;
  readonly trials: Trials;
  readonly origins: SuggestionOrigins;
  readonly cache: SuggestionCache;
  readonly exampleTerms: TermSearch;
  /** Undefined where there are none: the files are deleted then. */
  readonly indexes: SearchIndexes | undefined;
  readonly projects: Iterable<{ readonly project: Project; readonly chunkTerms: TermSearch }>;
  readonly dataFolder: string;
  readonly indexFolder: string;
  /** Saves what recall holds of an open project. */
  readonly saveMemory: (project: Project, signal: AbortSignal) => Promise<void>;
}

export async function purge(parts: DerivedParts, forgets: readonly Forget[], signal: AbortSignal): Promise<void> {
  forgetAtOnce(parts);
  await forgetInRecall(parts, forgets, signal);
  await parts.recall.sweep(signal);
  parts.exampleTerms.reset();
  await parts.exampleTerms.fill(signal);
  for (const { chunkTerms } of parts.projects) {
    chunkTerms.reset();
    await chunkTerms.fill(signal);
  }
  await parts.style.refold(signal);
  for (const { project } of parts.projects) await parts.style.readConfig(project, signal);
  await parts.gate.open(signal);
  if (!parts.database.durable) return;
  await purgeMemories(parts, forgets, signal);
  await purgeIndexes(parts, forgets, signal);
  if (forgets.some(({ kind }) => kind === "everything")) await removeSetAside(parts.dataFolder);
}

/** What may be shown again the next moment. */
export function forgetAtOnce(parts: DerivedParts): void {
  parts.cache.clear();
  parts.origins.clear();
  parts.trials.forget();
  parts.formatting.forget();
  parts.negative.reload(parts.clock.now());
}

async function forgetInRecall(
  { database, recall, projects }: DerivedParts,
  forgets: readonly Forget[],
  signal: AbortSignal,
): Promise<void> {
  const hash = createHash(database);
  const targets = new Set(forgets.flatMap((forget) => [...forget.targets]));
  const isAll = forgets.some(({ kind }) => kind === "everything");
  const files = forgets.some(({ kind }) => kind === "file");
  for (const { project } of projects) {
    const name = String(project.id);
    if (isAll || targets.has(hash(targetOf("project", project.root)))) recall.close(name);
    else if (files) {
      for (const path of recall.files(name)) {
        if (targets.has(hash(targetOf("file", join(project.root, path))))) recall.forget(name, path);
      }
    }
  }
  const kept = new Set(exampleIds(database).map(personalName));
  await recall.keepPersonal((name) => kept.has(name), signal);
  recall.forgetTraces();
}

async function purgeMemories(parts: DerivedParts, forgets: readonly Forget[], signal: AbortSignal): Promise<void> {
  const { indexFolder, projects, recall, saveMemory } = parts;
  const { affects } = affected(forgets);
  for (const file of await listFolder(indexFolder)) {
    const id = /^recall-(\d+)\.memory/.exec(file)?.[1];
    if (id !== undefined && affects(Number(id))) await rm(join(indexFolder, file), { force: true });
  }
  for (const { project } of projects) {
    if (affects(project.id) && recall.holds(String(project.id))) await saveMemory(project, signal);
  }
}

async function purgeIndexes(parts: DerivedParts, forgets: readonly Forget[], signal: AbortSignal): Promise<void> {
  const { indexes, indexFolder, log, projects } = parts;
  const { affects } = affected(forgets);
  const open = [...projects].map(({ project }) => `chunks-${project.id}`);
  const onDisk = await listIndexes(indexFolder);
  const names = new Set(
    ["examples", ...open, ...onDisk.map((name) => name.replace(/-m[0-9a-f]{16}$/, ""))].filter((name) => {
      const id = /^chunks-(\d+)$/.exec(name)?.[1];
      return id === undefined || affects(Number(id));
    }),
  );
  if (indexes) {
    try {
      await indexes.purge([...names], signal);
      return;
    } catch (error) {
      if (isAbort(error)) throw error;
      // An index that does not work is made anew at the next start; its files must not outlive what is forgotten.
      log.error("search indexes were not made anew; they are deleted", error);
    }
  }
  for (const name of onDisk) {
    if (names.has(name.replace(/-m[0-9a-f]{16}$/, ""))) await eraseIndexFiles({ folder: indexFolder, name });
  }
}

/** Deletes the vectors of a project that is not open. */
export async function eraseIndexesOf(projectId: number, indexFolder: string): Promise<void> {
  for (const name of await listIndexes(indexFolder)) {
    if (name.replace(/-m[0-9a-f]{16}$/, "") === `chunks-${projectId}`)
      await eraseIndexFiles({ folder: indexFolder, name });
  }
}

function affected(forgets: readonly Forget[]): { readonly affects: (projectId: number) => boolean } {
  const ids = new Set(forgets.flatMap(({ projectIds }) => projectIds));
  const isAll = forgets.some(({ kind }) => kind === "everything");
  return { affects: (projectId) => isAll || ids.has(projectId) };
}

/** Databases that were damaged and set aside hold all that was known then. */
async function removeSetAside(dataFolder: string): Promise<void> {
  for (const file of await listFolder(dataFolder)) {
    if (file.startsWith(SET_ASIDE)) await rm(join(dataFolder, file), { force: true });
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch {
    // Nothing was ever saved there.
    return [];
  }
}

/** Brings an index in step with the store, which is the truth: by the difference where that is enough, else anew. */
import type { FreshIndex, RebuildableIndex, VectorItem } from "./index.ts";

/** The rows an index is made of. Rows never change and ids are never used again. */
export interface IndexSource {
  ids(): readonly number[];
  /** Texts of those `ids` that are (still) there. */
  texts(ids: readonly number[]): ReadonlyMap<number, string>;
}

export interface RebuildProgress {
  readonly done: number;
  readonly total: number;
}

export interface RebuildOptions {
  /** When it aborts, what was added so far stays in the index, unsaved. */
  readonly signal: AbortSignal;
  readonly onProgress?: (progress: RebuildProgress) => void;
}

/** Rows read from the store at once: a few milliseconds of the main thread. */
const ROWS_PER_BATCH = 128;

/**
 * Adds to `index` what it lacks, removes what is gone, and saves it. An index whose weights are outdated is built anew
 * instead.
 */
export async function reconcile(index: RebuildableIndex, source: IndexSource, options: RebuildOptions): Promise<void> {
  options.signal.throwIfAborted();
  if (index.needsReembedding) {
    await rebuild(index, source, options);
  } else {
    await update(index, source, options);
    await index.save();
  }
}

/**
 * Brings `index` in step with the store, leaves no vector of rows that are gone and no count of their words, and saves
 * it. The vectors of the others stay: that a word was once rarer or more common does not tell in which rows.
 */
export async function scrub(index: RebuildableIndex, source: IndexSource, options: RebuildOptions): Promise<void> {
  await update(index, source, options);
  await index.scrub();
  await index.recount(textsIn(source), options.signal);
  await index.save();
}

/** Builds an index anew from the store and saves it; the old one serves until then. */
export async function rebuild(index: RebuildableIndex, source: IndexSource, options: RebuildOptions): Promise<void> {
  const fresh = await index.startOver();
  try {
    await addRows(fresh, source.ids(), source, options);
    options.signal.throwIfAborted();
    await fresh.takeOver();
  } catch (error) {
    await discardQuietly(fresh);
    throw error;
  }
  // The old index also took what happened meanwhile; the new one has yet to.
  await update(index, source, { signal: options.signal });
  await index.save();
}

async function update(index: RebuildableIndex, source: IndexSource, options: RebuildOptions): Promise<void> {
  const held = new Set(await index.labels());
  const wanted = new Set(source.ids());
  const gone = [...held].filter((id) => !wanted.has(id));
  if (gone.length > 0) await index.remove(gone);
  const missing = [...wanted].filter((id) => !held.has(id));
  await addRows(index, missing, source, options);
}

async function addRows(
  index: Pick<RebuildableIndex, "add">,
  ids: readonly number[],
  source: IndexSource,
  { signal, onProgress }: RebuildOptions,
): Promise<void> {
  if (ids.length === 0) return;
  for (let done = 0; done < ids.length; done += ROWS_PER_BATCH) {
    onProgress?.({ done, total: ids.length });
    signal.throwIfAborted();
    const texts = source.texts(ids.slice(done, done + ROWS_PER_BATCH));
    const items: VectorItem[] = Array.from(texts, ([label, text]) => ({ label, text }));
    await index.add(items, signal);
  }
  onProgress?.({ done: ids.length, total: ids.length });
}

function* textsIn(source: IndexSource): Generator<readonly string[]> {
  const ids = source.ids();
  for (let done = 0; done < ids.length; done += ROWS_PER_BATCH) {
    yield [...source.texts(ids.slice(done, done + ROWS_PER_BATCH)).values()];
  }
}

async function discardQuietly(fresh: FreshIndex): Promise<void> {
  try {
    await fresh.discard();
  } catch {
    // The thread is gone, and the unfinished index with it; why is told by the error that brought us here.
  }
}

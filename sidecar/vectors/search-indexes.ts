/**
 * All search indexes, and the embedder that they are to have: fills what it is missing in the background, one text after
 * the other, and closes embedders that no index needs any more.
 */
import { describeError, isAbort, SidecarError } from "../base/errors.ts";
import { OpQueue } from "../base/op-queue.ts";
import type { WantedEmbedder } from "../engine/choose-embedder.ts";
import type { ModelEmbedder } from "../engine/embedder.ts";
import { openVectorIndexes, type VectorIndexes, type VectorIndexesOptions } from "./hnsw.ts";
import type { VectorIndex } from "./index.ts";
import type { IndexSource, RebuildOptions, RebuildProgress } from "./rebuild.ts";
import { SwitchingIndex, type WantedVectors } from "./switching-index.ts";
import { TextVectors } from "./text-vectors.ts";

export interface SearchIndexesOptions extends VectorIndexesOptions {
  /** How far a switch is; undefined when there is nothing more to do for now. */
  readonly onProgress: (progress: SwitchProgress | undefined) => void;
  /** Told when an index finds things in another way than before. */
  readonly onSwitch: () => void;
  /** Told when an index fails in the background. */
  readonly onError: (error: unknown) => void;
}

/** Of one index with the built-in method, or of all with a model. */
export interface SwitchProgress extends RebuildProgress {
  /** Its name; undefined for the built-in method. */
  readonly model: string | undefined;
}

/** An index, and the store's rows that it is made of. */
export interface SearchIndex extends VectorIndex {
  /** Id of the vectors that answer; "built-in", or undefined where none do. */
  readonly serves: string | undefined;
}

/** Rejects with a {@link SidecarError} `native-module` where the graph library cannot be loaded. */
export async function openSearchIndexes(options: SearchIndexesOptions): Promise<SearchIndexes> {
  return new SearchIndexes(await openVectorIndexes(options), options);
}

const QUEUE_MAX = 8;
/** More than a model needs to be given up: then the failure is ours. */
const FAILURES_MAX = 8;

interface Held {
  readonly index: SwitchingIndex;
  /** Nothing is embedded for it any more when this aborts. */
  until: AbortSignal;
}

export class SearchIndexes {
  readonly #indexes: VectorIndexes;
  readonly #options: SearchIndexesOptions;
  readonly #queue: OpQueue;
  /** By name; the first ones are filled first. */
  readonly #held = new Map<string, Held>();
  /** By id: those that are wanted or in use. */
  readonly #vectors = new Map<string, TextVectors>();
  #wanted: WantedVectors = "unavailable";
  /** Steps that failed in a row. */
  #failures = 0;
  #isClosed = false;

  constructor(indexes: VectorIndexes, options: SearchIndexesOptions) {
    this.#indexes = indexes;
    this.#options = options;
    this.#queue = new OpQueue(options.log, QUEUE_MAX);
  }

  /** What the indexes are to have from now on; also called when a model has begun or ceased to work. It is closed here. */
  use(wanted: WantedEmbedder): void {
    if (this.#isClosed) {
      if (typeof wanted === "object") wanted.close();
      return;
    }
    this.#wanted = typeof wanted === "object" ? this.#vectorsOf(wanted) : wanted;
    this.#queue.add("switch embedder", (signal) => this.#reconcileAll(signal));
  }

  /** An index by name; it is empty before it is brought in step with the store ({@link reconcile}). */
  index(name: string, source: IndexSource, until: AbortSignal): SearchIndex {
    const held = this.#held.get(name);
    if (held) {
      held.until = until;
      return held.index;
    }
    const index = new SwitchingIndex(name, {
      indexes: this.#indexes,
      source,
      onMissing: () => this.#fillLater(),
      onSwitch: this.#options.onSwitch,
      log: this.#options.log,
    });
    this.#held.set(name, { index, until });
    return index;
  }

  /** Brings an index in step with the store; what a model has to embed for that follows in the background. */
  async reconcile(name: string, options: RebuildOptions): Promise<void> {
    await this.#held.get(name)?.index.reconcile(this.#wanted, options);
    this.#fillLater();
  }

  /**
   * Something was forgotten of what these indexes hold: no vector of it is left in those that are open; the others are
   * gone from the disk, and are made anew when they are opened.
   */
  async purge(names: readonly string[], signal: AbortSignal): Promise<void> {
    for (const name of names) {
      const held = this.#held.get(name);
      if (held) await held.index.purge({ signal });
      else await this.#indexes.tidy(name);
    }
    for (const vectors of this.#vectors.values()) vectors.forget();
  }

  /** Resolves when nothing is left to do in the background, or nothing can be done at present. */
  idle(): Promise<void> {
    return this.#queue.idle();
  }

  /** Saves what changed, and ends threads and processes. */
  async close({ save } = { save: true }): Promise<void> {
    this.#isClosed = true;
    await this.#queue.close();
    for (const { embedder } of this.#vectors.values()) embedder.close();
    await this.#indexes.close({ save });
  }

  /** One made anew for the same vectors takes the place of the one before. */
  #vectorsOf(embedder: ModelEmbedder): TextVectors {
    const known = this.#vectors.get(embedder.id);
    if (!known) {
      const vectors = new TextVectors(embedder, this.#options.log);
      this.#vectors.set(embedder.id, vectors);
      return vectors;
    }
    if (known.embedder !== embedder) {
      known.embedder.close();
      known.embedder = embedder;
    }
    return known;
  }

  async #reconcileAll(signal: AbortSignal): Promise<void> {
    const onProgress = (progress: RebuildProgress): void => this.#options.onProgress({ ...progress, model: undefined });
    for (const { index, until } of this.#held.values()) {
      if (until.aborted) continue;
      try {
        await index.reconcile(this.#wanted, { signal, onProgress });
      } catch (error) {
        if (isAbort(error)) throw error;
        this.#options.onError(error);
      }
    }
    this.#closeUnused();
    this.#fillLater();
  }

  #fillLater(): void {
    this.#queue.add("embed", (signal) => this.#fill(signal));
  }

  /** One step; it queues itself again as long as something is left, so that a switch need not wait for the end. */
  async #fill(signal: AbortSignal): Promise<void> {
    for (const { index, until } of this.#held.values()) {
      if (until.aborted) continue;
      try {
        if (!(await index.fill(this.#wanted, signal))) continue;
        this.#failures = 0;
        this.#tellProgress();
        this.#fillLater();
        return;
      } catch (error) {
        if (isAbort(error)) throw error;
        if (error instanceof SidecarError || ++this.#failures > FAILURES_MAX) {
          this.#options.onError(error);
          continue;
        }
        // Of the model: where it is given up for now it says so itself, and whoever made it calls `use` again.
        this.#options.log.debug(`embedding failed: ${describeError(error)}`);
        this.#fillLater();
        return;
      }
    }
    this.#closeUnused();
    this.#options.onProgress(undefined);
  }

  #tellProgress(): void {
    if (typeof this.#wanted !== "object") return;
    let [done, total] = [0, 0];
    for (const { index, until } of this.#held.values()) {
      if (until.aborted) continue;
      const progress = index.progressOf(this.#wanted);
      done += progress.done;
      total += progress.total;
    }
    this.#options.onProgress(done < total ? { model: this.#wanted.embedder.name, done, total } : undefined);
  }

  #closeUnused(): void {
    for (const [id, vectors] of this.#vectors) {
      if (vectors === this.#wanted || [...this.#held.values()].some(({ index }) => index.uses(vectors))) continue;
      vectors.embedder.close();
      this.#vectors.delete(id);
    }
  }
}

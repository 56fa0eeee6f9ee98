/**
 * Search by resemblance, kept in step with the store, which is the truth: one index of examples, one of each open
 * project's chunks, by whichever embedder is chosen. Where they do not work, the status says so and text search goes on.
 */
import type { Settings } from "../protocol/settings.ts";
import { describeError, isAbort, SidecarError } from "./base/errors.ts";
import type { Lifetime } from "./base/lifetime.ts";
import type { Log } from "./base/log.ts";
import { EmbedderChoice } from "./engine/choose-embedder.ts";
import { indexedText } from "./learn/learn.ts";
import type { Reading, StatusBoard } from "./status-board.ts";
import { chunkIds, chunkTexts } from "./store/chunks.ts";
import type { Database } from "./store/database.ts";
import { exampleIds, findExamples } from "./store/examples.ts";
import type { VectorIndex } from "./vectors/index.ts";
import { openSearchIndexes, type SearchIndexes, type SwitchProgress } from "./vectors/search-indexes.ts";
import type { OpenProject } from "./workspace.ts";

const EXAMPLES_INDEX = "examples";

export interface IndexingDeps {
  readonly database: Database;
  /** Of the indexes. */
  readonly folder: string;
  readonly backendsFolder: string;
  readonly board: StatusBoard;
  readonly log: Log;
  readonly lifetime: Lifetime;
  readonly projects: () => readonly OpenProject[];
  /** Does something later, when nothing else is being learned. */
  readonly later: (what: string, work: (signal: AbortSignal) => Promise<void>) => void;
  /** Whether the indexes may be written when they are closed. */
  readonly maySave: () => boolean;
  /** More is found than before. */
  readonly onMore: () => void;
}

export class Indexing {
  readonly #deps: IndexingDeps;
  readonly #embedder: EmbedderChoice;
  #indexes: SearchIndexes | undefined;
  #examples: VectorIndex | undefined;
  /** The change of embedder that is under way. */
  #switching: Reading | undefined;

  constructor(deps: IndexingDeps) {
    const { log, backendsFolder, lifetime } = deps;
    this.#deps = deps;
    this.#embedder = lifetime.own(new EmbedderChoice({ log, backendsFolder, onChange: () => this.#embedderChanged() }));
  }

  /** Undefined until they are open, and where nothing is kept on disk. */
  get indexes(): SearchIndexes | undefined {
    return this.#indexes;
  }

  /** Of the examples; undefined until it is in step with the store. */
  get examples(): VectorIndex | undefined {
    return this.#examples;
  }

  /** Takes the embedder that the settings name. */
  configure(llama: Settings["llama"]): Promise<void> {
    return this.#embedder.configure(llama);
  }

  /** Opens the indexes and brings them in step with the store. */
  async open(llama: Settings["llama"], signal: AbortSignal): Promise<void> {
    const { database, folder, log, lifetime, later, maySave, onMore } = this.#deps;
    // Without a data folder there is nowhere to keep an index; text search answers from memory.
    if (!database.durable) return;
    try {
      // Before anything is indexed it is known with what.
      await this.configure(llama);
      const indexes = await openSearchIndexes({
        folder,
        databaseId: database.id,
        log,
        onFault: (reason) => {
          log.warn(`the vector index starts again: ${reason}`);
          later("reconcile indexes", (queueSignal) => this.#reconcileAll(queueSignal));
        },
        onProgress: (progress) => this.#tell(progress),
        onSwitch: onMore,
        onError: (error) => this.failed(error),
      });
      if (signal.aborted) {
        // The sidecar was closed while the thread started.
        await indexes.close({ save: false });
        signal.throwIfAborted();
      }
      lifetime.onClose(() => indexes.close({ save: maySave() }));
      this.#indexes = indexes;
      indexes.use(this.#embedder.wanted);
      await this.#reconcileAll(signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      this.failed(error);
    }
  }

  /** Opens a project's index of chunks and brings it in step with the store. */
  async reconcile(open: OpenProject, signal: AbortSignal): Promise<void> {
    const { database, board, onMore } = this.#deps;
    await open.chunkTerms.fill(signal);
    if (!this.#indexes) return;
    const reading = board.startReading();
    try {
      const name = `chunks-${open.project.id}`;
      const source = {
        ids: () => chunkIds(database, open.project.id),
        texts: (ids: readonly number[]) => chunkTexts(database, ids),
      };
      const index = this.#indexes.index(name, source, open.closing.signal);
      await this.#indexes.reconcile(name, {
        signal,
        onProgress: ({ done, total }) => reading.tell("indexing code", Math.floor((done / Math.max(1, total)) * 100)),
      });
      open.chunkIndex = index;
      onMore();
    } catch (error) {
      if (isAbort(error)) throw error;
      this.failed(error);
    } finally {
      reading.end();
    }
  }

  /** Says that a search, or an index, has failed. */
  failed(error: unknown): void {
    const { log, board } = this.#deps;
    log.error("the vector index does not work", error);
    board.degrade({
      part: "index",
      reason: `Search by resemblance is off: ${describeError(error)}.`,
      action:
        error instanceof SidecarError
          ? error.action
          : "Suggestions go on without it; “Tacit: Restart Sidecar” tries again.",
    });
  }

  /** Resolves when no change of embedder is under way. */
  async idle(): Promise<void> {
    await this.#indexes?.idle();
  }

  async #reconcileAll(signal: AbortSignal): Promise<void> {
    if (!this.#indexes) return;
    const { database, board, lifetime, projects } = this.#deps;
    try {
      const source = {
        ids: () => exampleIds(database),
        texts: (ids: readonly number[]) =>
          new Map(findExamples(database, ids).map((example) => [example.id, indexedText(example)])),
      };
      const index = this.#indexes.index(EXAMPLES_INDEX, source, lifetime.signal);
      await this.#indexes.reconcile(EXAMPLES_INDEX, { signal });
      this.#examples = index;
      board.restore("index");
      for (const open of projects()) await this.reconcile(open, signal);
    } catch (error) {
      if (isAbort(error)) throw error;
      this.failed(error);
    }
  }

  #embedderChanged(): void {
    const { board } = this.#deps;
    const { health } = this.#embedder;
    const part = "embedder";
    if (health.kind === "failing") {
      const reason = `${health.reason} Search by resemblance goes on with the built-in method.`;
      board.degrade({ part, reason, action: health.action });
    } else board.restore(part);
    this.#indexes?.use(this.#embedder.wanted);
  }

  #tell(progress: SwitchProgress | undefined): void {
    if (progress) {
      const { model, done, total } = progress;
      this.#switching ??= this.#deps.board.startReading();
      const what = model === undefined ? "indexing code" : `indexing code with ${model}`;
      this.#switching.tell(what, Math.floor((done / total) * 100));
    } else {
      this.#switching?.end();
      this.#switching = undefined;
    }
  }
}

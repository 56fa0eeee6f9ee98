/**
 * An index that may change its embedder. What is wanted is filled beside what serves, each with its own embedder and
 * files, and takes its place when it is complete; then the other's files go. While the model that is wanted does not
 * work, what served before goes on, or the built-in method does.
 */
import { createHash } from "node:crypto";
import type { Log } from "../base/log.ts";
import { EmbeddedIndex } from "./embedded-index.ts";
import type { VectorIndexes } from "./hnsw.ts";
import type { RebuildableIndex, VectorHit, VectorIndex, VectorItem } from "./index.ts";
import { type IndexSource, type RebuildOptions, type RebuildProgress, reconcile, scrub } from "./rebuild.ts";
import type { TextVectors } from "./text-vectors.ts";

/** `unavailable`: a model whose vectors cannot be had. */
export type WantedVectors = TextVectors | "built-in" | "unavailable";

export interface SwitchingIndexDeps {
  readonly indexes: VectorIndexes;
  readonly source: IndexSource;
  /** Told when there may be something to {@link SwitchingIndex.fill}. */
  readonly onMissing: () => void;
  /** Told when another variant serves. */
  readonly onSwitch: () => void;
  readonly log: Log;
}

/** From this share of its texts on a model's index serves before it is complete: after a start, a few are missing. */
const SERVES_SHARE = 0.9;
/** A crash costs at most the embedding of so many milliseconds. */
const SAVE_MS = 120_000;

interface TextVariant {
  readonly kind: "text";
  readonly name: string;
  readonly index: RebuildableIndex;
}

interface ModelVariant {
  readonly kind: "model";
  readonly name: string;
  readonly index: EmbeddedIndex;
}

type Variant = TextVariant | ModelVariant;

export class SwitchingIndex implements VectorIndex {
  readonly #name: string;
  readonly #deps: SwitchingIndexDeps;
  #text: TextVariant | undefined;
  /** By the id of their vectors. */
  readonly #models = new Map<string, ModelVariant>();
  #serving: Variant | undefined;
  #lastChange: Promise<unknown> = Promise.resolve();
  #savedAtMs = performance.now();

  /** `name`: of its files, with the built-in embedder. */
  constructor(name: string, deps: SwitchingIndexDeps) {
    this.#name = name;
    this.#deps = deps;
  }

  get size(): number {
    return this.#serving?.index.size ?? 0;
  }

  /** Id of the vectors that answer; "built-in", or undefined where none do. */
  get serves(): string | undefined {
    return this.#serving?.kind === "model" ? this.#serving.index.vectors.id : this.#serving && "built-in";
  }

  /** Whether some variant, serving or in the making, needs these vectors. */
  uses(vectors: TextVectors): boolean {
    return this.#models.has(vectors.id);
  }

  /** How far the index of these vectors is. */
  progressOf(vectors: TextVectors): RebuildProgress {
    return this.#models.get(vectors.id)?.index.progress ?? { done: 0, total: this.#text?.index.size ?? 0 };
  }

  async add(items: readonly VectorItem[], signal: AbortSignal): Promise<void> {
    for (const { index } of this.#models.values()) await index.add(items);
    this.#deps.onMissing();
    await this.#text?.index.add(items, signal);
  }

  async remove(labels: readonly number[]): Promise<void> {
    await Promise.all(this.#variants.map(({ index }) => index.remove(labels)));
  }

  async search(query: string, k: number, signal: AbortSignal): Promise<readonly VectorHit[]> {
    return this.#serving?.index.search(query, k, signal) ?? [];
  }

  async save(): Promise<void> {
    await Promise.all(this.#variants.map(({ index }) => index.save()));
  }

  /** Brings what serves in step with the store, and notes what is missing of the vectors that are wanted. */
  reconcile(wanted: WantedVectors, options: RebuildOptions): Promise<void> {
    return this.#inOrder(async () => {
      const model = typeof wanted === "object" ? await this.#openModel(wanted) : undefined;
      for (const { index } of this.#models.values()) await index.compare();
      const hasModel = [model, this.#serving].some((variant) => variant?.kind === "model" && isServable(variant));
      if (wanted === "built-in" || !hasModel) {
        this.#text ??= await this.#openText();
        await reconcile(this.#text.index, this.#deps.source, options);
        this.#serve(this.#text);
      } else if (this.#text) {
        await reconcile(this.#text.index, this.#deps.source, options);
      }
      if (model && isServable(model)) this.#serve(model);
      await this.#settle(wanted);
      for (const variant of this.#models.values()) {
        if (variant === this.#serving || variant === model) continue;
        // Nobody wants it at present; what it has may be wanted again.
        await variant.index.save();
        await this.#release(variant);
      }
    });
  }

  /** Brings all in step with the store so that no vector of what is gone is left, in memory or on disk. */
  purge(options: RebuildOptions): Promise<void> {
    return this.#inOrder(async () => {
      for (const { index } of this.#models.values()) await index.purge();
      if (this.#text) await scrub(this.#text.index, this.#deps.source, options);
      await this.#deps.indexes.tidy(this.#name);
    });
  }

  /**
   * Goes on with what models have yet to embed; false where nothing is left that can be done now. Rejects with what is
   * wrong with a model, or the index.
   */
  async fill(wanted: WantedVectors, signal: AbortSignal): Promise<boolean> {
    if (typeof wanted === "object" && !this.#models.has(wanted.id)) return this.#begin(wanted, signal);
    const variant = [...this.#models.values()].find(
      ({ index }) => !index.isComplete && !index.vectors.embedder.isFailing,
    );
    if (!variant) return false;
    await variant.index.fill(signal);
    if (variant.index.isComplete) await this.#inOrder(() => this.#settle(wanted));
    else await this.#saveNowAndThen(variant);
    return true;
  }

  /** An index of vectors whose dimension nobody knew. */
  async #begin(wanted: TextVectors, signal: AbortSignal): Promise<boolean> {
    if (wanted.embedder.isFailing || this.#deps.source.ids().length === 0) return false;
    // Any text tells it.
    if (wanted.embedder.dimension === undefined) await wanted.ofDocuments(["value"], signal);
    return this.#inOrder(async () => {
      const model = await this.#openModel(wanted);
      await model?.index.compare();
      return model !== undefined;
    });
  }

  get #variants(): readonly Variant[] {
    return [...this.#models.values(), ...(this.#text ? [this.#text] : [])];
  }

  async #openText(): Promise<TextVariant> {
    const { index } = await this.#deps.indexes.open(this.#name);
    return { kind: "text", name: this.#name, index };
  }

  /** Undefined where nothing is on disk, and the model has yet to say how long its vectors are. */
  async #openModel(vectors: TextVectors): Promise<ModelVariant | undefined> {
    const known = this.#models.get(vectors.id);
    if (known) return known;
    const { indexes, source, log } = this.#deps;
    const name = `${this.#name}-m${createHash("sha256").update(vectors.id).digest("hex").slice(0, 16)}`;
    const plain = await indexes.openPlain(name, { embedder: vectors.id, dimension: vectors.embedder.dimension });
    if (!plain) return undefined;
    const model: ModelVariant = {
      kind: "model",
      name,
      index: new EmbeddedIndex({ plain, vectors, source, log }),
    };
    this.#models.set(vectors.id, model);
    return model;
  }

  /** Lets what is wanted serve, and all else go, once it holds everything. */
  async #settle(wanted: WantedVectors): Promise<void> {
    const variant = typeof wanted === "object" ? this.#models.get(wanted.id) : this.#text;
    if (!variant || wanted === "unavailable") return;
    if (variant.kind === "model" && (!variant.index.isComplete || !isServable(variant))) return;
    const others = this.#variants.filter((other) => other !== variant);
    if (others.length > 0) {
      // What is given up must not be the only one on disk.
      await variant.index.save();
      this.#serve(variant);
      for (const other of others) await this.#release(other);
    }
    await this.#deps.indexes.tidy(this.#name);
  }

  async #release(variant: Variant): Promise<void> {
    if (variant.kind === "model") {
      variant.index.release();
      this.#models.delete(variant.index.vectors.id);
    } else this.#text = undefined;
    await this.#deps.indexes.release(variant.name);
  }

  #serve(variant: Variant): void {
    if (this.#serving === variant) return;
    this.#serving = variant;
    this.#deps.onSwitch();
  }

  async #saveNowAndThen({ index }: ModelVariant): Promise<void> {
    if (performance.now() - this.#savedAtMs < SAVE_MS) return;
    await index.save();
    this.#savedAtMs = performance.now();
  }

  #inOrder<Result>(change: () => Promise<Result>): Promise<Result> {
    const done = this.#lastChange.then(change);
    // Its failure is told to whoever made it; the next change starts anyhow.
    this.#lastChange = done.catch(() => undefined);
    return done;
  }
}

function isServable({ index }: ModelVariant): boolean {
  const { done, total } = index.progress;
  return !index.vectors.embedder.isFailing && done >= SERVES_SHARE * total;
}

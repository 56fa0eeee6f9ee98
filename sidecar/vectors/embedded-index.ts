/**
 * An index whose vectors a model makes. What is added is only noted: nobody waits for the model. It is embedded a few
 * texts at a time by whoever calls {@link EmbeddedIndex.fill}, the newest first.
 */
import { describeError, isAbort } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Embedding } from "../engine/embedder.ts";
import type { EmbeddedItem, PlainIndex, VectorHit, VectorIndex, VectorItem } from "./index.ts";
import type { IndexSource, RebuildProgress } from "./rebuild.ts";
import type { TextVectors } from "./text-vectors.ts";

/** Texts that are embedded before they are added: a second or two of a model on a processor. */
const TEXTS_PER_STEP = 8;
/** What any model can embed: tells a text that one cannot from a model that cannot any. */
const HARMLESS = "value";

export interface EmbeddedIndexDeps {
  readonly plain: PlainIndex;
  readonly vectors: TextVectors;
  readonly source: IndexSource;
  readonly log: Log;
}

export class EmbeddedIndex implements VectorIndex {
  readonly vectors: TextVectors;
  readonly #plain: PlainIndex;
  readonly #source: IndexSource;
  readonly #log: Log;
  /** Labels that the index has yet to hold. */
  readonly #missing = new Set<number>();
  /** The same in the order they came, with some that are not missing any more. */
  #order: number[] = [];
  #isReleased = false;

  constructor({ plain, vectors, source, log }: EmbeddedIndexDeps) {
    this.vectors = vectors;
    this.#plain = plain;
    this.#source = source;
    this.#log = log;
  }

  get size(): number {
    return this.#plain.size;
  }

  get progress(): RebuildProgress {
    return { done: this.#plain.size, total: this.#plain.size + this.#missing.size };
  }

  get isComplete(): boolean {
    return this.#missing.size === 0;
  }

  /** Compares with the store: removes what is gone, notes what is missing. */
  async compare(): Promise<void> {
    const held = new Set(await this.#plain.labels());
    const ids = this.#source.ids();
    const wanted = new Set(ids);
    const gone = [...held].filter((label) => !wanted.has(label));
    if (gone.length > 0) await this.#plain.remove(gone);
    this.#order = ids.filter((id) => !held.has(id));
    this.#missing.clear();
    for (const id of this.#order) this.#missing.add(id);
  }

  add(items: readonly VectorItem[]): Promise<void> {
    for (const { label } of items) {
      this.#missing.add(label);
      this.#order.push(label);
    }
    return Promise.resolve();
  }

  async remove(labels: readonly number[]): Promise<void> {
    for (const label of labels) this.#missing.delete(label);
    await this.#plain.remove(labels);
  }

  async search(query: string, k: number, signal: AbortSignal): Promise<readonly VectorHit[]> {
    const vector = await this.vectors.ofQuery(query, signal);
    return vector && !this.#isReleased ? this.#plain.search(vector, k, signal) : [];
  }

  save(): Promise<void> {
    return this.#plain.save();
  }

  /** Brings it in step with the store, leaves no vector of what is gone, and saves it. */
  async purge(): Promise<void> {
    await this.compare();
    await this.#plain.scrub();
    await this.#plain.save();
  }

  /** From now on {@link PlainIndex} is not used, whatever the model is still working on. */
  release(): void {
    this.#isReleased = true;
  }

  /** Embeds and adds some of what is missing. Rejects with what is wrong with the model, or the index. */
  async fill(signal: AbortSignal): Promise<void> {
    const labels = this.#newest();
    const texts = this.#source.texts(labels);
    const items: EmbeddedItem[] = [];
    for (const label of labels) {
      const text = texts.get(label);
      if (text === undefined) this.#missing.delete(label);
      else items.push({ label, vector: await this.#embed(text, signal) });
    }
    if (this.#isReleased) return;
    // What was removed meanwhile stays away.
    const wanted = items.filter(({ label }) => this.#missing.has(label));
    await this.#plain.add(wanted, signal);
    for (const { label } of wanted) this.#missing.delete(label);
  }

  async #embed(text: string, signal: AbortSignal): Promise<Embedding> {
    try {
      return (await this.vectors.ofDocuments([text], signal))[0];
    } catch (error) {
      if (isAbort(error)) throw error;
      // One text that the model cannot take must not hold up all others: it is held without a vector.
      await this.vectors.ofDocuments([HARMLESS], signal);
      this.#log.warn(`a text is not embedded: ${describeError(error)}`);
      return undefined;
    }
  }

  #newest(): number[] {
    while (this.#order.length > 0 && !this.#missing.has(this.#order.at(-1)!)) this.#order.pop();
    const newest = new Set<number>();
    for (let at = this.#order.length - 1; at >= 0 && newest.size < TEXTS_PER_STEP; at--) {
      if (this.#missing.has(this.#order[at]!)) newest.add(this.#order[at]!);
    }
    return [...newest];
  }
}

/**
 * One similarity index in memory: an HNSW graph (Malkov & Yashunin 2018), the built-in embedder where that fills it, and
 * which label each node of the graph stands for. Synchronous; only the worker uses it.
 *
 * The graph knows slots, not labels: each added vector gets the next slot. What is removed or replaced is only marked,
 * because writing a vector into a used slot costs twenty times as much as a new one (7 against 0.35 ms at 8,000
 * vectors); when most slots are dead the graph is built anew from the vectors of the living.
 */
import { assert } from "../base/errors.ts";
import type { Embedding } from "../engine/embedder.ts";
import { createLexicalEmbedder } from "../engine/lexical.ts";
import type { DocumentFrequencies, LexicalEmbedder } from "../engine/lexical.ts";
import type { Content } from "./hnsw-messages.ts";

/** The part of hnswlib-node's HierarchicalNSW that is used here. */
export interface NativeGraph {
  initIndex(maxElements: number, m: number, efConstruction: number): void;
  readIndex(path: string): Promise<boolean>;
  writeIndex(path: string): Promise<boolean>;
  resizeIndex(maxElements: number): void;
  addPoint(point: number[], label: number): void;
  markDelete(label: number): void;
  getPoint(label: number): number[];
  searchKnn(point: number[], k: number): { distances: number[]; neighbors: number[] };
  getCurrentCount(): number;
  getMaxElements(): number;
  setEf(ef: number): void;
}

/** Creates a graph for inner products of unit vectors with this many components. */
export type CreateNativeGraph = (dimension: number) => NativeGraph;

/** Links per node and layer. */
export const GRAPH_LINKS = 16;
/**
 * Candidates while linking and while searching. Recall@10 of 95,175 chunks of real code (`bench -- retrieval`): 0.963
 * with 100 and 200, 0.979 with 100 and 400, 0.983 with 200 and 200, 0.995 with these, which link half as fast and search
 * in 1.1 instead of 0.6 ms.
 */
const LINK_CANDIDATES = 200;
const SEARCH_CANDIDATES = 400;
const CAPACITY_MIN = 1024;
const CAPACITY_GROWTH = 1.5;
/** Labels of dead slots, and of those whose vector is gone as well. */
const DEAD = -1;
const SCRUBBED = -2;
/** A used slot takes so many times as long to be written as a new one. */
const SCRUB_COST = 20;
/** Fewer dead slots than this are not worth building anew. */
const DEAD_SLOTS_MIN = 1024;
/** How often the documents must have multiplied since most vectors were embedded. */
const REEMBED_GROWTH = 4;
/** With fewer documents than this, embedding again changes little (ours). */
const REEMBED_DOCUMENTS_MIN = 256;

/** What makes the vectors of a graph. */
export interface GraphSpace {
  readonly dimension: number;
  /** State of the built-in embedder, which works here; undefined where vectors come from outside. */
  readonly frequencies: DocumentFrequencies | undefined;
}

/** Which label each slot stands for, and how many documents had been seen when its text was embedded. */
export interface SlotTable {
  /** By slot; −1 where the slot is dead, −2 where another's vector stands in its place. */
  readonly labels: number[];
  /** By slot. */
  readonly documentsSeen: number[];
  /** Labels whose text had nothing to embed: held, but never found. */
  readonly withoutVector: readonly number[];
}

export class Graph {
  readonly #createNative: CreateNativeGraph;
  readonly #dimension: number;
  readonly #embedder: LexicalEmbedder | undefined;
  #native: NativeGraph;
  #labels: number[];
  #documentsSeen: number[];
  readonly #slots = new Map<number, number>();
  readonly #withoutVector: Set<number>;
  /** hnswlib-node takes plain arrays only; one is enough. */
  readonly #point: number[];
  #revision = 0;
  /** Whether most vectors were outdated at a revision; looked at again when it has changed. */
  #outdated = { revision: -1, mostly: false };

  /** `native` must hold exactly the slots of `table`. */
  constructor(
    createNative: CreateNativeGraph,
    native: NativeGraph,
    table: SlotTable,
    { dimension, frequencies }: GraphSpace,
  ) {
    assert(native.getCurrentCount() === table.labels.length, "each slot of the graph is in its table");
    this.#createNative = createNative;
    this.#dimension = dimension;
    this.#point = new Array<number>(dimension).fill(0.5);
    this.#native = native;
    this.#native.setEf(SEARCH_CANDIDATES);
    this.#labels = table.labels;
    this.#documentsSeen = table.documentsSeen;
    this.#withoutVector = new Set(table.withoutVector);
    this.#embedder = frequencies && createLexicalEmbedder(frequencies);
    table.labels.forEach((label, slot) => {
      if (label >= 0) this.#slots.set(label, slot);
    });
  }

  get native(): NativeGraph {
    return this.#native;
  }

  get dimension(): number {
    return this.#dimension;
  }

  get frequencies(): Readonly<DocumentFrequencies> | undefined {
    return this.#embedder?.frequencies;
  }

  get table(): SlotTable {
    return {
      labels: this.#labels,
      documentsSeen: this.#documentsSeen,
      withoutVector: [...this.#withoutVector],
    };
  }

  get size(): number {
    return this.#slots.size + this.#withoutVector.size;
  }

  /** Changes with everything that a save would write. */
  get revision(): number {
    return this.#revision;
  }

  /** See {@link RebuildableIndex.needsReembedding}. */
  get needsReembedding(): boolean {
    if (this.#outdated.revision !== this.#revision) {
      this.#outdated = { revision: this.#revision, mostly: this.#isMostlyOutdated() };
    }
    return this.#outdated.mostly;
  }

  labels(): number[] {
    return [...this.#slots.keys(), ...this.#withoutVector];
  }

  add(label: number, content: Content): void {
    this.remove(label);
    this.#revision++;
    const vector = this.#embed(content, "document");
    if (vector) {
      this.#addVector(label, vector, this.#embedder?.frequencies.documents ?? 0);
    } else {
      this.#withoutVector.add(label);
    }
  }

  remove(label: number): void {
    const slot = this.#slots.get(label);
    if (slot !== undefined) {
      this.#native.markDelete(slot);
      this.#labels[slot] = DEAD;
      this.#slots.delete(label);
      this.#revision++;
    } else if (this.#withoutVector.delete(label)) {
      this.#revision++;
    }
  }

  /** The most similar labels first. */
  search(query: Content, k: number): { labels: number[]; similarities: number[] } {
    const wanted = Math.min(k, this.#slots.size);
    const vector = wanted > 0 ? this.#embed(query, "query") : undefined;
    if (!vector) return { labels: [], similarities: [] };
    if (wanted > SEARCH_CANDIDATES) this.#native.setEf(wanted);
    const { neighbors, distances } = this.#native.searchKnn(this.#toPoint(vector), wanted);
    if (wanted > SEARCH_CANDIDATES) this.#native.setEf(SEARCH_CANDIDATES);
    return {
      labels: neighbors.map((slot) => this.#labels[slot]!),
      // Rounding of 32-bit floats may leave the range by a hair.
      similarities: distances.map((distance) => Math.max(-1, Math.min(1, 1 - distance))),
    };
  }

  /** Whether {@link compact} pays: most slots are dead. */
  get isMostlyDead(): boolean {
    const dead = this.#labels.length - this.#slots.size;
    return dead >= DEAD_SLOTS_MIN && dead > this.#slots.size;
  }

  /**
   * Builds the graph anew without its dead slots. Between vectors it asks `goesOn`, which may take its time and may
   * end the attempt; searches may run then and find the old graph, changes must not.
   */
  async compact(goesOn: () => Promise<boolean>): Promise<void> {
    const compacted = createEmptyGraph(this.#createNative, this.#dimension, this.#slots.size);
    const labels: number[] = [];
    const documentsSeen: number[] = [];
    for (const [slot, label] of this.#labels.entries()) {
      if (label < 0) continue;
      compacted.addPoint(this.#native.getPoint(slot), labels.length);
      labels.push(label);
      documentsSeen.push(this.#documentsSeen[slot]!);
      if (await goesOn()) continue;
      freeGraph(compacted);
      return;
    }
    this.free();
    this.#native = compacted;
    this.#native.setEf(SEARCH_CANDIDATES);
    this.#labels = labels;
    this.#documentsSeen = documentsSeen;
    labels.forEach((label, slot) => this.#slots.set(label, slot));
    this.#revision++;
  }

  /**
   * Leaves no vector of what was removed: others are written over them or, where they are many, the graph is built anew.
   * `goesOn` as in {@link compact}.
   */
  async scrub(goesOn: () => Promise<boolean>): Promise<void> {
    const dead = [...this.#labels.keys()].filter((slot) => this.#labels[slot] === DEAD);
    const living = [...this.#slots.values()];
    if (dead.length * SCRUB_COST > living.length) return this.compact(goesOn);
    for (const [at, slot] of dead.entries()) {
      // Each the vector of another one: many dead slots in one place would hold up the searches that come by.
      const other = living[Math.floor((at * living.length) / dead.length)]!;
      this.#native.addPoint(this.#native.getPoint(other), slot);
      this.#native.markDelete(slot);
      this.#labels[slot] = SCRUBBED;
      this.#documentsSeen[slot] = 0;
      this.#revision++;
      if (!(await goesOn())) return;
    }
  }

  /** Takes other counts of words: what is embedded from now on is weighted by them. */
  takeFrequencies(frequencies: Readonly<DocumentFrequencies>): void {
    assert(this.#embedder, "an index of vectors counts no words");
    this.#embedder.takeFrequencies(frequencies);
    this.#documentsSeen = this.#documentsSeen.map((seen) => Math.min(seen, frequencies.documents));
    this.#revision++;
  }

  /** Ends its use and gives its memory back. */
  free(): void {
    freeGraph(this.#native);
  }

  #embed(content: Content, purpose: "document" | "query"): Embedding {
    if (typeof content !== "string") return content ?? undefined;
    assert(this.#embedder, "an index of vectors is given vectors");
    return this.#embedder.embed([content], purpose)[0];
  }

  #isMostlyOutdated(): boolean {
    // What a model makes of a text does not depend on the others.
    if (!this.#embedder) return false;
    const { documents } = this.#embedder.frequencies;
    if (documents < REEMBED_DOCUMENTS_MIN) return false;
    let outdated = 0;
    for (const slot of this.#slots.values()) if (this.#documentsSeen[slot]! * REEMBED_GROWTH <= documents) outdated++;
    return outdated > this.#slots.size / 2;
  }

  #addVector(label: number, vector: Float32Array, documentsSeen: number): void {
    const slot = this.#labels.length;
    // A graph that was loaded has room for what it holds and no more, be it nothing.
    if (slot >= this.#native.getMaxElements()) {
      this.#native.resizeIndex(Math.max(CAPACITY_MIN, Math.ceil(slot * CAPACITY_GROWTH)));
    }
    this.#native.addPoint(this.#toPoint(vector), slot);
    this.#labels.push(label);
    this.#documentsSeen.push(documentsSeen);
    this.#slots.set(label, slot);
  }

  /** hnswlib would take anything: a NaN in one vector spoils every search that meets it. */
  #toPoint(vector: Float32Array): number[] {
    assert(vector.length === this.#dimension, "a vector has the dimension of its index");
    let squares = 0;
    for (let index = 0; index < this.#dimension; index++) {
      const component = vector[index]!;
      this.#point[index] = component;
      squares += component * component;
    }
    assert(Math.abs(squares - 1) < 1e-3, "a vector has unit length");
    return this.#point;
  }
}

/** A graph without slots that has room for `slots` of them. */
export function createEmptyGraph(createNative: CreateNativeGraph, dimension: number, slots: number): NativeGraph {
  const native = createNative(dimension);
  native.initIndex(Math.max(CAPACITY_MIN, slots), GRAPH_LINKS, LINK_CANDIDATES);
  return native;
}

/** At once: the collector does not see how much hangs on the small object. */
function freeGraph(native: NativeGraph): void {
  native.initIndex(1, GRAPH_LINKS, LINK_CANDIDATES);
}

/** What similarity search looks like to the rest of the sidecar. Indexes are derived: the store can always refill one. */
import type { Embedding } from "../engine/embedder.ts";

/** `similarity` is the cosine, −1..1. */
export interface VectorHit {
  readonly label: number;
  readonly similarity: number;
}

/** `label` is the id of a row in the store: a whole number from 0 to 2^53 − 1. */
export interface VectorItem {
  readonly label: number;
  readonly text: string;
}

/** Something that is held by a vector which was made elsewhere; undefined where it had nothing to embed. */
export interface EmbeddedItem {
  readonly label: number;
  readonly vector: Embedding;
}

export interface VectorIndex {
  /** Labels held, with those whose text had nothing to embed. */
  readonly size: number;
  /** A label that is there already is replaced. When cancelled, the items added so far stay. */
  add(items: readonly VectorItem[], signal: AbortSignal): Promise<void>;
  /** Labels that are not there are ignored. */
  remove(labels: readonly number[]): Promise<void>;
  /** At most `k` hits, the most similar first; none where the query has nothing to embed. */
  search(query: string, k: number, signal: AbortSignal): Promise<readonly VectorHit[]>;
  save(): Promise<void>;
}

/** An index of vectors that are made elsewhere. Otherwise as {@link VectorIndex}. */
export interface PlainIndex {
  readonly size: number;
  add(items: readonly EmbeddedItem[], signal: AbortSignal): Promise<void>;
  remove(labels: readonly number[]): Promise<void>;
  /** The labels held, in no order. */
  labels(): Promise<readonly number[]>;
  search(query: Float32Array, k: number, signal: AbortSignal): Promise<readonly VectorHit[]>;
  save(): Promise<void>;
  /** Leaves no vector of what was removed; what is removed is only marked else. */
  scrub(): Promise<void>;
}

/** An index that can be compared with the store and built anew (`rebuild.ts`). */
export interface RebuildableIndex extends VectorIndex {
  /**
   * Whether more than half of the vectors were embedded when at most a quarter of today's documents had been seen:
   * their weights then tell little about what is rare now.
   */
  readonly needsReembedding: boolean;
  /** The labels held, in no order. */
  labels(): Promise<readonly number[]>;
  /** As {@link PlainIndex.scrub}. */
  scrub(): Promise<void>;
  /** Weighs words by these documents from now on, and by none that were there before. When cancelled, as before. */
  recount(documents: Iterable<readonly string[]>, signal: AbortSignal): Promise<void>;
  /** Starts an empty index beside this one, which goes on serving. A second call discards the first call's index. */
  startOver(): Promise<FreshIndex>;
}

/** An index in the making. It ends with `takeOver` or `discard`. */
export interface FreshIndex {
  add(items: readonly VectorItem[], signal: AbortSignal): Promise<void>;
  /** Takes the old index's place, which is gone with all it held. Not on disk before the next `save`. */
  takeOver(): Promise<void>;
  discard(): Promise<void>;
}

/** What turns text into vectors for similarity search. `lexical` is built in; a model can take its place. */

/** Unit length, `dimension` components; undefined where the text has nothing to embed (empty, only punctuation). */
export type Embedding = Float32Array | undefined;

export interface Embedder {
  /** Names method and version. Vectors of different ids must never meet in one index. */
  readonly id: string;
  /** Components of a vector; undefined where that is not known before the first one. */
  readonly dimension: number | undefined;
  /**
   * One embedding per text, in order. A model may embed a query otherwise than a document; an embedder that keeps
   * statistics learns from documents only. One without a model answers at once, a model with a promise.
   */
  embed(
    texts: readonly string[],
    purpose: "document" | "query",
    signal?: AbortSignal,
  ): readonly Embedding[] | Promise<readonly Embedding[]>;
}

/** An embedder that takes its time, holds memory and may fail. */
export interface ModelEmbedder extends Embedder {
  /** For people. */
  readonly name: string;
  /** It rejects everything at present; whoever made it tries it again. */
  readonly isFailing: boolean;
  embed(texts: readonly string[], purpose: "document" | "query", signal?: AbortSignal): Promise<readonly Embedding[]>;
  /** Gives its memory back for good. */
  close(): void;
}

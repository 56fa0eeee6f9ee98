/**
 * Vectors that one model makes. A query is asked for with every keystroke and takes a model longer than a keystroke may
 * wait: so the line that is being written is left out of it, and its vector outlives the request that asked for it. It
 * is there for the next keystrokes on the line.
 */
import { LinkedAbort, rejectOnAbort } from "../base/abort.ts";
import { describeError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Embedding, ModelEmbedder } from "../engine/embedder.ts";

/** Queries whose vectors are remembered. */
const QUERIES_MAX = 64;
/** UTF-16 units of a query, from its end: the model's time grows with it. */
const QUERY_CHARS_MAX = 2000;
const QUERY_MS_MAX = 3000;

interface Waiting {
  readonly text: string;
  readonly resolve: (vector: Embedding) => void;
}

export class TextVectors {
  /** Of the vectors; it outlives the embedder, which may be made anew. */
  readonly id: string;
  embedder: ModelEmbedder;
  readonly #log: Log;
  /** The one that was asked for last at the end. */
  readonly #known = new Map<string, Promise<Embedding>>();
  /** The newest one that waits; those before it are given up. */
  #next: Waiting | undefined;
  #isAsking = false;

  constructor(embedder: ModelEmbedder, log: Log) {
    this.id = embedder.id;
    this.embedder = embedder;
    this.#log = log;
  }

  /** Rejects where the model fails. */
  ofDocuments(texts: readonly string[], signal: AbortSignal): Promise<readonly Embedding[]> {
    return this.embedder.embed(texts, "document", signal);
  }

  /** Undefined where the model fails or takes too long as well; rejects for cancellation only, and at once. */
  async ofQuery(query: string, signal: AbortSignal): Promise<Embedding> {
    signal.throwIfAborted();
    if (this.embedder.isFailing) return undefined;
    const text = wholeLines(query);
    const vector = this.#known.get(text) ?? this.#ask(text);
    this.#known.delete(text);
    this.#known.set(text, vector);
    const abort = new LinkedAbort(signal);
    try {
      return await Promise.race([vector, rejectOnAbort(abort.signal)]);
    } finally {
      abort.unlink();
    }
  }

  /** Queries that were asked are not known any more. */
  forget(): void {
    this.#known.clear();
  }

  #ask(text: string): Promise<Embedding> {
    const { promise, resolve } = Promise.withResolvers<Embedding>();
    if (this.#next) {
      this.#known.delete(this.#next.text);
      this.#next.resolve(undefined);
    }
    this.#next = { text, resolve };
    for (const oldest of this.#known.keys()) {
      if (this.#known.size < QUERIES_MAX) break;
      this.#known.delete(oldest);
    }
    void this.#answer();
    return promise;
  }

  async #answer(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    for (let next = this.#next; next; next = this.#next) {
      this.#next = undefined;
      let vector: Embedding;
      try {
        [vector] = await this.embedder.embed([next.text], "query", AbortSignal.timeout(QUERY_MS_MAX));
      } catch (error) {
        // How the model is, it says itself; a search without its vector finds nothing.
        this.#log.debug(`no vector for a query: ${describeError(error)}`);
        this.#known.delete(next.text);
      }
      next.resolve(vector);
    }
    this.#isAsking = false;
  }
}

/** The last lines that are complete; all where there is none. */
function wholeLines(query: string): string {
  const end = query.lastIndexOf("\n");
  const lines = query.slice(0, end).trim() === "" ? query : query.slice(0, end);
  if (lines.length <= QUERY_CHARS_MAX) return lines;
  const start = lines.indexOf("\n", lines.length - QUERY_CHARS_MAX);
  return lines.slice(start < 0 ? -QUERY_CHARS_MAX : start + 1);
}

/**
 * One search by vector for a place: it begins at once, on a thread of its own, while the caller does something else, and
 * may come too late. Then, or when the index is broken, it has found nothing: text search alone answers.
 */
import { rejectOnAbort } from "../../base/abort.ts";
import { isAbort } from "../../base/errors.ts";
import type { VectorHit, VectorIndex } from "../../vectors/index.ts";
import type { Context } from "../context.ts";

/** Lines before the cursor that make the query (learning.md §4). */
const QUERY_LINES = 20;
/** Hits of each search, by text and by vector. */
export const PER_RETRIEVER = 24;
/** A suggestion does not wait longer than this, unless it is told otherwise. */
const DEADLINE_MS = 5;

export interface VectorSearchDeps {
  /** Told when the index fails; it must not throw. */
  readonly onFault: (error: unknown) => void;
  /** How long hits are waited for; `Infinity` where the same request must always have the same answer. */
  readonly vectorDeadlineMs?: number | undefined;
}

export class VectorSearch {
  readonly #deps: VectorSearchDeps;
  readonly #signal: AbortSignal;
  readonly #late = new AbortController();
  readonly #either: AbortSignal;
  readonly #searching: Promise<readonly VectorHit[]>;

  /** `index`: undefined while it is missing. */
  constructor(deps: VectorSearchDeps, index: VectorIndex | undefined, { prefix }: Context, signal: AbortSignal) {
    this.#deps = deps;
    this.#signal = signal;
    this.#either = AbortSignal.any([signal, this.#late.signal]);
    const query = prefix.split("\n").slice(-QUERY_LINES).join("\n");
    const isEmpty = index === undefined || index.size === 0;
    this.#searching = isEmpty ? NOTHING : index.search(query, PER_RETRIEVER, this.#either);
    // Nobody may ask for its hits.
    this.#searching.catch(() => undefined);
  }

  /** The most similar first; none where they do not come within the deadline from now. Rejects for cancellation only. */
  async hits(): Promise<readonly VectorHit[]> {
    if (this.#searching === NOTHING) return NOTHING;
    const { onFault, vectorDeadlineMs = DEADLINE_MS } = this.#deps;
    const onLate = (): void => this.#late.abort();
    const timer = vectorDeadlineMs === Infinity ? undefined : setTimeout(onLate, vectorDeadlineMs);
    try {
      // The wait ends with the deadline even where the search cannot: a thread that starts again hears nothing.
      return await Promise.race([this.#searching, rejectOnAbort(this.#either)]);
    } catch (error) {
      this.#signal.throwIfAborted();
      if (!this.#late.signal.aborted && !isAbort(error)) onFault(error);
      return [];
    } finally {
      clearTimeout(timer);
    }
  }
}

const NOTHING: Promise<readonly VectorHit[]> = Promise.resolve([]);

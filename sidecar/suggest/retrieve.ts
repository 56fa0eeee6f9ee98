/**
 * Retrieval for one suggestion: examples by full text (BM25) and by vector, fused by reciprocal rank, and similar
 * pieces of the workspace by vector. Vectors are a help that may come too late: then the text search alone answers.
 */
import { isAbort } from "../base/errors.ts";
import { termsOf } from "../code/terms.ts";
import type { FoundExample, SimilarCode } from "../engine/engine.ts";
import { findChunks } from "../store/chunks.ts";
import type { Database } from "../store/database.ts";
import { findExamples, searchExamples } from "../store/examples.ts";
import type { VectorHit, VectorIndex } from "../vectors/index.ts";
import type { Context } from "./context.ts";

/** Lines before the cursor that make the query (learning.md §4: 20), and those whose words go to the text search. */
const QUERY_LINES = 20;
const TERM_LINES = 4;
const TERMS_MAX = 16;
const PER_RETRIEVER = 24;
const EXAMPLES_MAX = 12;
const CHUNKS_MAX = 4;
/** Reciprocal rank fusion (Cormack et al. 2009). */
const RRF_K = 60;
/** A suggestion does not wait longer than this for vectors, unless it is told otherwise. */
const VECTOR_DEADLINE_MS = 5;

export interface RetrieveDeps {
  readonly database: Database;
  /** Undefined while an index is missing: text search alone answers then. */
  readonly exampleIndex: VectorIndex | undefined;
  readonly chunkIndex: VectorIndex | undefined;
  /** Told when an index fails; it must not throw. */
  readonly onFault: (error: unknown) => void;
  /** How long vectors are waited for; `Infinity` where the same request must always have the same answer. */
  readonly vectorDeadlineMs?: number | undefined;
}

export interface Retrieved {
  readonly examples: readonly FoundExample[];
  readonly similar: readonly SimilarCode[];
}

export async function retrieve(
  deps: RetrieveDeps,
  context: Context,
  languageId: string,
  signal: AbortSignal,
): Promise<Retrieved> {
  const lines = context.prefix.split("\n").slice(-QUERY_LINES);
  const query = lines.join("\n");
  // The indexes work on a thread of their own, while this one searches the text.
  const searching = Promise.all([
    searchInTime(deps, deps.exampleIndex, query, PER_RETRIEVER, signal),
    // Similar code is copied from by the beginning of the line: at a bare line start there is nothing to go by.
    context.linePrefix.trim() === "" ? [] : searchInTime(deps, deps.chunkIndex, query, CHUNKS_MAX, signal),
  ]);
  const byText = searchText(deps, queryTerms(lines));
  const [byVector, chunks] = await searching;
  try {
    const ids = fuse([byText, byVector.map((hit) => hit.label)]);
    const examples = findExamples(deps.database, ids, { languageId, limit: EXAMPLES_MAX });
    const similar = findChunks(
      deps.database,
      chunks.map((hit) => hit.label),
    ).map(({ path, text }) => ({ path, text }));
    return { examples, similar };
  } catch (error) {
    // As for the text search: the store does not answer, and recall goes on from memory.
    deps.onFault(error);
    return { examples: [], similar: [] };
  }
}

/** Ids by `Σ 1 / (60 + rank)`, best first. */
export function fuse(rankings: readonly (readonly number[])[]): number[] {
  const scores = new Map<number, number>();
  for (const ranking of rankings) {
    for (const [rank, id] of ranking.entries()) scores.set(id, (scores.get(id) ?? 0) + 1 / (RRF_K + rank + 1));
  }
  return [...scores.entries()].sort((a, b) => b[1] - a[1] || b[0] - a[0]).map(([id]) => id);
}

function searchText(deps: RetrieveDeps, terms: readonly string[]): number[] {
  try {
    return searchExamples(deps.database, terms, PER_RETRIEVER);
  } catch (error) {
    // Examples only improve a suggestion; what recall holds in memory is still right.
    deps.onFault(error);
    return [];
  }
}

/** Words of the nearest lines, the cursor's own first. */
function queryTerms(lines: readonly string[]): string[] {
  const found = new Set<string>();
  for (const line of lines.slice(-TERM_LINES).reverse()) {
    for (const term of termsOf(line)) {
      found.add(term);
      if (found.size === TERMS_MAX) return [...found];
    }
  }
  return [...found];
}

async function searchInTime(
  { onFault, vectorDeadlineMs = VECTOR_DEADLINE_MS }: RetrieveDeps,
  index: VectorIndex | undefined,
  query: string,
  count: number,
  signal: AbortSignal,
): Promise<readonly VectorHit[]> {
  if (!index || index.size === 0) return [];
  const deadline = vectorDeadlineMs === Infinity ? undefined : AbortSignal.timeout(vectorDeadlineMs);
  const either = deadline ? AbortSignal.any([signal, deadline]) : signal;
  try {
    // The wait ends with the deadline even where the search cannot: a thread that starts again hears nothing.
    return await Promise.race([index.search(query, count, either), rejectOnAbort(either)]);
  } catch (error) {
    signal.throwIfAborted();
    // Too late, or broken: suggestions go on without vectors.
    if (!deadline?.aborted && !isAbort(error)) onFault(error);
    return [];
  }
}

function rejectOnAbort(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
  });
}

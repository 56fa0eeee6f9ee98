/**
 * Retrieval for one suggestion: the developer's examples, and pieces of the workspace's code with what comes next in
 * them. Each is searched by text (BM25) and by vector, fused, raised by what else speaks for a hit, and thinned out.
 * Vectors are a help that may come too late: then the text search alone answers.
 */
import { termsOf } from "../../code/terms.ts";
import type { FoundExample, SimilarCode } from "../../engine/engine.ts";
import { chunkIdsOf, findChunks } from "../../store/chunks.ts";
import type { Database } from "../../store/database.ts";
import { type Example, findExamples } from "../../store/examples.ts";
import type { VectorIndex } from "../../vectors/index.ts";
import type { Context } from "../context.ts";
import { CodePieces, compareImports, directoryOf, nearness } from "./code-pieces.ts";
import { boost, diverse, fuse } from "./fusion.ts";
import type { TermHit } from "./term-index.ts";
import type { TermSearch } from "./term-search.ts";
import { PER_RETRIEVER, VectorSearch, type VectorSearchDeps } from "./vector-search.ts";

/** Lines before the cursor whose words the text search has. */
const TERM_LINES = 8;
const TERMS_MAX = 24;
const EXAMPLES_MAX = 12;

export interface RetrieveDeps extends VectorSearchDeps {
  readonly database: Database;
  /** Text search; undefined where there is nothing to search. */
  readonly exampleTerms: TermSearch | undefined;
  readonly chunkTerms: TermSearch | undefined;
  /** Undefined while an index is missing: text search alone answers then. */
  readonly exampleIndex: VectorIndex | undefined;
  readonly chunkIndex: VectorIndex | undefined;
  /** Told when an index or the store fails; it must not throw. */
  readonly onFault: (error: unknown) => void;
  /** What made problems at the place go away before; default: nothing is known of any. */
  readonly episodes?: (() => readonly FoundExample[]) | undefined;
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Where something is looked for. */
export interface RetrievePlace {
  /** Id in the store; undefined outside of any project. */
  readonly projectId: number | undefined;
  readonly path: string;
  readonly languageId: string;
  readonly context: Context;
}

/** What the text search says of the workspace's code, before more is looked for. */
export interface CodeLook {
  readonly hits: readonly TermHit[];
  /** What a perfect piece of code would score. */
  readonly bound: number;
  /** Directory of the best hit. */
  readonly directory: string | undefined;
  /** Under way. */
  readonly vectors: VectorSearch;
}

export interface FoundExamples {
  readonly examples: readonly FoundExample[];
  /** Milliseconds since the newest of them was made. */
  readonly ageMs: number | undefined;
}

/** Examples for a place, best first. Throws for cancellation only. */
export async function retrieveExamples(
  deps: RetrieveDeps,
  place: RetrievePlace,
  signal: AbortSignal,
): Promise<FoundExamples> {
  const vectors = new VectorSearch(deps, deps.exampleIndex, place.context, signal);
  const byText = orNothing(deps, () => searchText(deps.exampleTerms, place, PER_RETRIEVER, place.languageId).hits, []);
  const byVector = await vectors.hits();
  const rankings = [idsOf(byText), byVector.map(({ label }) => label)];
  const found = orNothing(deps, () => chooseExamples(deps, place, rankings), NONE);
  const episodes = orNothing(deps, () => deps.episodes?.() ?? [], []);
  // A problem that is at hand matters more than what only reads alike.
  return episodes.length === 0 ? found : { ...found, examples: [...episodes, ...found.examples] };
}

const NONE: FoundExamples = { examples: [], ageMs: undefined };

/**
 * A first look at the workspace's code: half a millisecond, while the vectors are searched on a thread of their own. The
 * document itself is not in it: the engine has it as it is now, and what is stored of it is older, at the very place as
 * well.
 */
export function lookForCode(deps: RetrieveDeps, place: RetrievePlace, signal: AbortSignal): CodeLook {
  const { projectId, path } = place;
  const index = projectId === undefined ? undefined : deps.chunkIndex;
  const vectors = new VectorSearch(deps, index, place.context, signal);
  const nothing = { hits: [], bound: 1, directory: undefined };
  if (projectId === undefined) return { ...nothing, vectors };
  const look = (): Omit<CodeLook, "vectors"> => {
    const own = chunkIdsOf(deps.database, projectId, path);
    const { hits, bound } = searchText(deps.chunkTerms, place, PER_RETRIEVER + own.size);
    const others = hits.filter(({ id }) => !own.has(id)).slice(0, PER_RETRIEVER);
    const [best] = findChunks(deps.database, idsOf(others.slice(0, 1)));
    return { hits: others, bound, directory: best && directoryOf(best.path) };
  };
  return { ...orNothing(deps, look, nothing), vectors };
}

/**
 * Pieces of the workspace's code that resemble the place, each with what comes next in it, best first. Throws for
 * cancellation only.
 */
export async function retrieveCode(
  deps: RetrieveDeps,
  place: RetrievePlace,
  { hits, vectors }: CodeLook,
  signal: AbortSignal,
): Promise<readonly SimilarCode[]> {
  const { projectId, path, context } = place;
  if (projectId === undefined) return [];
  const pieces = new CodePieces(deps.database, { projectId, path, prefix: context.prefix });
  const byText = idsOf(hits);
  orNothing(deps, () => pieces.prepare(byText), undefined);
  const byVector = await vectors.hits();
  signal.throwIfAborted();
  return orNothing(deps, () => pieces.choose([byText, byVector.map(({ label }) => label)]), []);
}

function chooseExamples(deps: RetrieveDeps, place: RetrievePlace, rankings: readonly number[][]): FoundExamples {
  const fused = fuse(rankings);
  const scores = new Map(fused.map(({ id, score }) => [id, score]));
  const only = { languageId: place.languageId, limit: PER_RETRIEVER };
  const importsShared = compareImports(deps.database, place.context.prefix);
  const found = findExamples(deps.database, [...scores.keys()], only).map((example) => ({
    example,
    score: scores.get(example.id)! * boost(circumstancesOf(example, place, importsShared, deps.now)),
    terms: new Set(termsOf(example.linePrefix + example.text)),
  }));
  const examples = diverse(found, EXAMPLES_MAX).map(({ example }) => example);
  const newest = Math.max(...examples.map(({ createdAt }) => createdAt));
  return { examples, ageMs: examples.length === 0 ? undefined : deps.now - newest };
}

function circumstancesOf(
  example: Example,
  place: RetrievePlace,
  importsShared: ReturnType<typeof compareImports>,
  now: number,
) {
  const { projectId, path, createdAt, score } = example;
  return {
    place: example.projectId === place.projectId ? nearness(path, place.path) : "elsewhere",
    imports: projectId === undefined ? 0 : importsShared(projectId, path),
    ageMs: now - createdAt,
    outcome: score,
  } as const;
}

function searchText(search: TermSearch | undefined, { context }: RetrievePlace, limit: number, group?: string) {
  const lines = lastLines(context.prefix, TERM_LINES);
  return search?.search(nearestTerms(lines), limit, group) ?? { hits: [], bound: 1 };
}

/** Words of the nearest lines, the cursor's own first. */
function nearestTerms(lines: readonly string[]): string[] {
  const found = new Set<string>();
  for (const line of [...lines].reverse()) {
    for (const term of termsOf(line)) {
      found.add(term);
      if (found.size === TERMS_MAX) return [...found];
    }
  }
  return [...found];
}

function lastLines(text: string, count: number): string[] {
  return text.split("\n").slice(-count);
}

function idsOf(hits: readonly { readonly id: number }[]): number[] {
  return hits.map(({ id }) => id);
}

/** What is retrieved only improves a suggestion: if the store does not answer, the engine goes on from memory. */
function orNothing<T>({ onFault }: RetrieveDeps, read: () => T, nothing: T): T {
  try {
    return read();
  } catch (error) {
    onFault(error);
    return nothing;
  }
}

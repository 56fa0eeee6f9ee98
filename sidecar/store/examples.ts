/** Examples: what the developer typed, kept or made of a suggestion, with the context it stood in. */
import type { Database, Row } from "./database.ts";
import { countLetGo } from "./let-go.ts";

export type ExampleOrigin = "typed" | "accepted" | "corrected";

/** Terms an example is found by: its own line has fewer, the rest are of the lines above. */
const TERMS_MAX = 80;
const NEWEST_PER_PAGE = 200;

export interface NewExample {
  readonly projectId: number | undefined;
  readonly generationId: string | undefined;
  readonly languageId: string;
  readonly path: string;
  readonly origin: ExampleOrigin;
  readonly contextBefore: string;
  readonly linePrefix: string;
  readonly text: string;
  /** What had been suggested, where it was changed. */
  readonly generated: string | undefined;
  /** Outcome, 0..1. */
  readonly score: number;
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
}

export interface Example extends NewExample {
  readonly id: number;
}

/** What an example is found by. */
export interface ExampleTerms {
  readonly id: number;
  /** In reading order with repeats, separated by spaces. */
  readonly terms: string;
  readonly languageId: string;
}

/** Stores an example with its terms for text search (the first {@link TERMS_MAX}). Call in a transaction. */
export function saveExample(database: Database, example: NewExample, terms: readonly string[]): Example {
  const { lastId } = database.run(
    `INSERT INTO examples (project_id, generation_id, language, path, origin, context_before, line_prefix, text,
       generated, terms, score, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    example.projectId ?? null,
    example.generationId ?? null,
    example.languageId,
    example.path,
    example.origin,
    example.contextBefore,
    example.linePrefix,
    example.text,
    example.generated ?? null,
    terms.slice(0, TERMS_MAX).join(" "),
    example.score,
    example.createdAt,
  );
  return { ...example, id: lastId };
}

/** Gives the example of a generation its latest score, if it is the same example; false where it is another one. */
export function rescoreExample(database: Database, example: NewExample): boolean {
  const { changes } = database.run(
    `UPDATE examples SET score = ?
     WHERE generation_id = ? AND origin = ? AND line_prefix = ? AND text = ? AND generated IS ?`,
    example.score,
    example.generationId ?? null,
    example.origin,
    example.linePrefix,
    example.text,
    example.generated ?? null,
  );
  return changes > 0;
}

/** Removes the examples a generation gave; returns what they were found by. Call in a transaction. */
export function removeExamplesOf(database: Database, generationId: string): ExampleTerms[] {
  const rows = database.all("SELECT id, terms, language FROM examples WHERE generation_id = ?", generationId);
  return remove(database, rows.map(parseTerms));
}

/**
 * Removes examples beyond `max`, typed ones first, then the least proven; returns what they were found by. Call in a
 * transaction.
 */
export function trimExamples(database: Database, max: number): ExampleTerms[] {
  const excess = countExamples(database) - max;
  if (excess <= 0) return [];
  const rows = database.all(
    "SELECT id, terms, language FROM examples ORDER BY origin = 'typed' DESC, score, id LIMIT ?",
    excess,
  );
  const reason = "the store was full; they were worth least";
  countLetGo(database, { name: "examples", reason, count: rows.length });
  return remove(database, rows.map(parseTerms));
}

/** Removes examples by id; returns what they were found by. Call in a transaction. */
export function removeExamples(database: Database, ids: readonly number[]): ExampleTerms[] {
  const rows = ids
    .map((id) => database.get("SELECT id, terms, language FROM examples WHERE id = ?", id))
    .filter((row) => row !== undefined);
  return remove(database, rows.map(parseTerms));
}

function remove(database: Database, examples: ExampleTerms[]): ExampleTerms[] {
  for (const { id } of examples) database.run("DELETE FROM examples WHERE id = ?", id);
  return examples;
}

/** Examples by id, in the order of `ids`: all, or the first `limit` of one language. */
export function findExamples(
  database: Database,
  ids: readonly number[],
  only?: { readonly languageId: string; readonly limit: number },
): Example[] {
  const examples: Example[] = [];
  for (const id of ids) {
    if (examples.length === only?.limit) break;
    const row = database.get("SELECT * FROM examples WHERE id = ?", id);
    if (row && (!only || row["language"] === only.languageId)) examples.push(parseExample(row));
  }
  return examples;
}

/** The same text under the same line beginning in the same file, if it is stored. */
export function hasExample(database: Database, path: string, linePrefix: string, text: string): boolean {
  return (
    database.get(
      "SELECT 1 FROM examples WHERE path = ? AND line_prefix = ? AND text = ? LIMIT 1",
      path,
      linePrefix,
      text,
    ) !== undefined
  );
}

/** What examples are found by: of those above an id the lowest, or of those below it the highest, in that order. */
export function exampleTerms(
  database: Database,
  beyond: { above: number } | { below: number },
  limit: number,
): ExampleTerms[] {
  const rows =
    "above" in beyond
      ? database.all("SELECT id, terms, language FROM examples WHERE id > ? ORDER BY id LIMIT ?", beyond.above, limit)
      : database.all(
          "SELECT id, terms, language FROM examples WHERE id < ? ORDER BY id DESC LIMIT ?",
          beyond.below,
          limit,
        );
  return rows.map(parseTerms);
}

export function countExamples(database: Database): number {
  return Number(database.get("SELECT count(*) AS n FROM examples")!["n"]);
}

export function exampleIds(database: Database): number[] {
  return database.all("SELECT id FROM examples ORDER BY id").map((row) => Number(row["id"]));
}

/** The newest `limit` examples as of the first one that is asked for, oldest first; read in pages. */
export function* newestExamples(database: Database, limit: number): Generator<Example> {
  const newest = "SELECT id FROM examples ORDER BY id DESC LIMIT ?";
  const range = database.get(`SELECT min(id) AS first, max(id) AS last FROM (${newest})`, limit)!;
  if (range["first"] === null) return;
  const page = "SELECT * FROM examples WHERE id BETWEEN ? AND ? ORDER BY id LIMIT ?";
  for (let from = Number(range["first"]); ;) {
    const examples = database.all(page, from, range["last"]!, NEWEST_PER_PAGE).map(parseExample);
    yield* examples;
    if (examples.length < NEWEST_PER_PAGE) return;
    from = examples.at(-1)!.id + 1;
  }
}

function parseTerms(row: Row): ExampleTerms {
  return { id: Number(row["id"]), terms: String(row["terms"]), languageId: String(row["language"]) };
}

function parseExample(row: Row): Example {
  return {
    id: Number(row["id"]),
    projectId: row["project_id"] === null ? undefined : Number(row["project_id"]),
    generationId: row["generation_id"] === null ? undefined : String(row["generation_id"]),
    languageId: String(row["language"]),
    path: String(row["path"]),
    origin: row["origin"] as ExampleOrigin,
    contextBefore: String(row["context_before"]),
    linePrefix: String(row["line_prefix"]),
    text: String(row["text"]),
    generated: row["generated"] === null ? undefined : String(row["generated"]),
    score: Number(row["score"]),
    createdAt: Number(row["created_at"]),
  };
}

/** Examples: what the developer typed, kept or made of a suggestion, with the context it stood in. */
import type { Database, Row } from "./database.ts";

export type ExampleOrigin = "typed" | "accepted" | "corrected";

/** Terms an example is found by: its own line has fewer, the rest are of the lines above. */
const TERMS_MAX = 40;
/** Examples scored for one search: half a millisecond. */
const POSTINGS_MAX = 600;

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

/** Stores an example with its terms for full-text search (the first {@link TERMS_MAX} distinct ones). Call in a transaction. */
export function saveExample(database: Database, example: NewExample, terms: readonly string[]): Example {
  const distinct = [...new Set(terms)].slice(0, TERMS_MAX);
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
    distinct.join(" "),
    example.score,
    example.createdAt,
  );
  for (const term of distinct) {
    database.run("INSERT INTO example_terms (term, example_id) VALUES (?, ?)", term, lastId);
  }
  return { ...example, id: lastId };
}

/** Removes the examples a generation gave; returns their ids. Call in a transaction. */
export function removeExamplesOf(database: Database, generationId: string): number[] {
  const ids = database
    .all("SELECT id FROM examples WHERE generation_id = ?", generationId)
    .map((row) => Number(row["id"]));
  for (const id of ids) removeExample(database, id);
  return ids;
}

function removeExample(database: Database, id: number): void {
  const terms = String(database.get("SELECT terms FROM examples WHERE id = ?", id)?.["terms"] ?? "");
  for (const term of terms.split(" ")) {
    database.run("DELETE FROM example_terms WHERE term = ? AND example_id = ?", term, id);
  }
  database.run("DELETE FROM examples WHERE id = ?", id);
}

/** Removes examples beyond `max`, typed ones first, then the least proven; returns their ids. Call in a transaction. */
export function trimExamples(database: Database, max: number): number[] {
  const excess = countExamples(database) - max;
  if (excess <= 0) return [];
  const ids = database
    .all("SELECT id FROM examples ORDER BY origin = 'typed' DESC, score, id LIMIT ?", excess)
    .map((row) => Number(row["id"]));
  for (const id of ids) removeExample(database, id);
  return ids;
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

/**
 * Ids of the examples whose terms match best, best first: BM25 (Robertson & Zaragoza 2009) with b = 0, since examples
 * are all about a line long, and each term counted once. Only the rarest terms take part, as many as together occur in
 * {@link POSTINGS_MAX} examples: common words tell little apart and cost a keystroke's time.
 */
export function searchExamples(database: Database, terms: readonly string[], limit: number): number[] {
  // The highest id stands for the number of examples: it is read at once, and only its logarithm counts.
  const total = Number(database.get("SELECT max(id) AS n FROM examples")!["n"] ?? 0);
  const scores = new Map<number, number>();
  for (const { term, count } of rarestTerms(database, terms)) {
    const weight = Math.log(1 + (total - count + 0.5) / (count + 0.5));
    for (const row of database.all("SELECT example_id AS id FROM example_terms WHERE term = ?", term)) {
      const id = Number(row["id"]);
      scores.set(id, (scores.get(id) ?? 0) + weight);
    }
  }
  // Of equals the newer one.
  return [...scores.entries()]
    .sort((a, b) => b[1] - a[1] || b[0] - a[0])
    .slice(0, limit)
    .map(([id]) => id);
}

function rarestTerms(
  database: Database,
  terms: readonly string[],
): { readonly term: string; readonly count: number }[] {
  const counted = [...new Set(terms)]
    .map((term) => {
      const sql = "SELECT count(*) AS n FROM (SELECT 1 FROM example_terms WHERE term = ? LIMIT ?)";
      return { term, count: Number(database.get(sql, term, POSTINGS_MAX + 1)!["n"]) };
    })
    .filter(({ count }) => count > 0)
    .sort((a, b) => a.count - b.count);
  let postings = 0;
  return counted.filter(({ count }) => (postings += count) <= POSTINGS_MAX);
}

export function countExamples(database: Database): number {
  return Number(database.get("SELECT count(*) AS n FROM examples")!["n"]);
}

export function exampleIds(database: Database): number[] {
  return database.all("SELECT id FROM examples ORDER BY id").map((row) => Number(row["id"]));
}

/** The newest `limit` examples, oldest of them first. */
export function newestExamples(database: Database, limit: number): Example[] {
  return database
    .all("SELECT * FROM (SELECT * FROM examples ORDER BY id DESC LIMIT ?) ORDER BY id", limit)
    .map(parseExample);
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

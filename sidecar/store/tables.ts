/**
 * The tables of the store, each with what the ledger, the export, forgetting and the caps need to know of it. A new
 * table is a new entry here: a test compares this list with the database.
 */
import type { Database, Row, Value } from "./database.ts";

/** Columns by which the rows of a table are found. */
export interface StoredTable {
  readonly name: string;
  /** What its rows are, for people: "suggestions". */
  readonly title: string;
  /** Names the generation that a row is about. */
  readonly generation?: string;
  /** Where a row was seen: the project's id, the path in it, and the time in milliseconds since the epoch. */
  readonly project?: string;
  readonly path?: string;
  readonly at?: string;
  /** Rows that belong to a row of another table, which has a place. */
  readonly parent?: { readonly table: string; readonly column: string };
  /** Bookkeeping of the store itself: nobody's text, and never forgotten. */
  readonly isOwn?: true;
  /** What keeps it from growing without end: a cap of `ledger/retention.ts`, or what else bounds it. */
  readonly bound: string;
  /** Whether an export has it: `no` for what is made again from the project's files, and for bookkeeping. */
  readonly exported: "rows" | "no";
}

const ROWS_PER_PAGE = 200;

/** Pieces of files that are stored at most, of all projects and of one: some 400 MB. */
export const CHUNKS_KEPT_MAX = 200_000;

/** All of them, in the order in which rows can be brought into an empty store. */
export const TABLES: readonly StoredTable[] = [
  { name: "meta", title: "facts about the store", isOwn: true, bound: "a handful of facts, by name", exported: "no" },
  {
    name: "projects",
    title: "projects",
    project: "id",
    bound: "some hundred bytes for each folder that was ever opened",
    exported: "rows",
  },
  {
    name: "generations",
    title: "suggestions",
    generation: "id",
    project: "project_id",
    path: "path",
    at: "shown_at",
    bound: "a cap; the least worth go, with all that is about them",
    exported: "rows",
  },
  {
    name: "signals",
    title: "observations",
    generation: "generation_id",
    bound: "a cap for each suggestion, beyond which those in the middle go; all of them with their suggestion",
    exported: "rows",
  },
  { name: "outcomes", title: "outcomes", generation: "generation_id", bound: "one for a suggestion", exported: "rows" },
  {
    name: "origins",
    title: "origins of suggestions",
    generation: "generation_id",
    bound: "one for a suggestion",
    exported: "rows",
  },
  {
    name: "rejected",
    title: "rejections (as hashes)",
    generation: "generation_id",
    bound: "one for a suggestion; each fades, and goes after some weeks but for the newest 1,000",
    exported: "rows",
  },
  {
    name: "gate_events",
    title: "decisions to show",
    generation: "generation_id",
    bound: "one for a suggestion",
    exported: "rows",
  },
  {
    name: "retrieval_trials",
    title: "trials of retrieval",
    generation: "generation_id",
    bound: "a cap; the oldest go",
    exported: "rows",
  },
  {
    name: "examples",
    title: "examples",
    generation: "generation_id",
    project: "project_id",
    path: "path",
    at: "created_at",
    bound: "a cap; the least worth go",
    exported: "rows",
  },
  {
    name: "episodes",
    title: "problems that were solved",
    project: "project_id",
    path: "path",
    at: "at",
    bound: "a cap when one is added; the oldest go",
    exported: "rows",
  },
  {
    name: "files",
    title: "files read",
    project: "project_id",
    path: "path",
    bound: "with their pieces",
    exported: "no",
  },
  {
    name: "chunks",
    title: "pieces of files",
    parent: { table: "files", column: "file_id" },
    bound: "a cap; those of projects that are not worked on go, and one project has no more than that",
    exported: "no",
  },
  {
    name: "decisions",
    title: "decisions about style",
    at: "decided_at",
    bound: "a cap; the oldest go",
    exported: "rows",
  },
  { name: "erasures", title: "erasures of style", at: "erased_at", bound: "a cap; the oldest go", exported: "rows" },
  {
    name: "vetoed_texts",
    title: "texts never to be suggested",
    project: "project_id",
    path: "path",
    at: "vetoed_at",
    bound: "a cap; the oldest go",
    exported: "rows",
  },
  {
    name: "forgets",
    title: "things forgotten",
    isOwn: true,
    bound: "a cap when one is added; the oldest go",
    exported: "no",
  },
  {
    name: "forgotten_hashes",
    title: "hashes of what was forgotten",
    isOwn: true,
    bound: "a cap when some are added; the oldest go",
    exported: "no",
  },
  {
    name: "holders",
    title: "processes at work",
    isOwn: true,
    bound: "one for each process at work; those of processes that are gone are taken away",
    exported: "no",
  },
  {
    name: "let_go",
    title: "counts of what was let go",
    isOwn: true,
    bound: "one for each kind of row and reason",
    exported: "no",
  },
];

/** Which rows are meant. */
export type Selection =
  | { readonly kind: "suggestion"; readonly generationId: string }
  | { readonly kind: "file"; readonly places: readonly FilePlace[] }
  | { readonly kind: "project"; readonly projectIds: readonly number[] }
  /** Milliseconds since the epoch, the end exclusive. */
  | { readonly kind: "span"; readonly from: number; readonly to: number }
  | { readonly kind: "everything" };

export interface FilePlace {
  /** Null outside of every project; the path is the URI then. */
  readonly projectId: number | null;
  readonly path: string;
}

/** A condition of SQL, with the values of its marks. */
export interface Condition {
  readonly sql: string;
  readonly values: readonly Value[];
}

/** The condition that a selection is on a table's rows; undefined where none of them can be meant. */
export function conditionOn(table: StoredTable, selection: Selection): Condition | undefined {
  if (table.isOwn) return undefined;
  if (selection.kind === "everything") return { sql: "1", values: [] };
  if (table.parent) {
    const parent = TABLES.find(({ name }) => name === table.parent!.table)!;
    const inner = conditionOn(parent, selection);
    return (
      inner && {
        sql: `${table.parent.column} IN (SELECT id FROM ${parent.name} WHERE ${inner.sql})`,
        values: inner.values,
      }
    );
  }
  const own = placeCondition(table, selection);
  const generations = TABLES.find(({ name }) => name === "generations")!;
  if (table.generation === undefined || table === generations) return own;
  const ofGenerations = placeCondition(generations, selection);
  if (!ofGenerations) return own;
  const inherited = {
    sql: `${table.generation} IN (SELECT id FROM generations WHERE ${ofGenerations.sql})`,
    values: ofGenerations.values,
  };
  return own ? { sql: `(${own.sql} OR ${inherited.sql})`, values: [...own.values, ...inherited.values] } : inherited;
}

function placeCondition(
  table: StoredTable,
  selection: Exclude<Selection, { kind: "everything" }>,
): Condition | undefined {
  const { generation, project, path, at } = table;
  switch (selection.kind) {
    case "suggestion":
      return generation === undefined ? undefined : { sql: `${generation} = ?`, values: [selection.generationId] };
    case "file":
      if (project === undefined || path === undefined || selection.places.length === 0) return undefined;
      return {
        sql: `(${selection.places.map(() => `(${project} IS ? AND ${path} = ?)`).join(" OR ")})`,
        values: selection.places.flatMap(({ projectId, path: named }) => [projectId, named]),
      };
    case "project":
      if (project === undefined || selection.projectIds.length === 0) return undefined;
      return { sql: `${project} IN (${selection.projectIds.map(() => "?").join()})`, values: selection.projectIds };
    case "span":
      if (at === undefined) return undefined;
      return { sql: `(${at} >= ? AND ${at} < ?)`, values: [selection.from, selection.to] };
  }
}

/** Rows of a table that are meant. */
export function countRows(database: Database, table: StoredTable, selection: Selection): number {
  const condition = conditionOn(table, selection);
  if (!condition) return 0;
  return Number(
    database.get(`SELECT count(*) AS n FROM ${table.name} WHERE ${condition.sql}`, ...condition.values)!["n"],
  );
}

/**
 * All rows of a table, page by page, in order of its primary key, which they hold with the columns asked for. Those that
 * are added meanwhile may be among them.
 */
export function* pagesOf(
  database: Database,
  table: string,
  columns: readonly string[] = ["*"],
): Generator<readonly Row[]> {
  const key = database.get("SELECT name, type FROM pragma_table_info(?) WHERE pk = 1", table)!;
  const name = String(key["name"]);
  const sql = `SELECT ${[name, ...columns].join()} FROM ${table} WHERE ${name} > ? ORDER BY ${name} LIMIT ?`;
  for (let last: Value = key["type"] === "TEXT" ? "" : -1; ;) {
    const rows: readonly Row[] = database.all(sql, last, ROWS_PER_PAGE);
    if (rows.length > 0) yield rows;
    if (rows.length < ROWS_PER_PAGE) return;
    last = rows.at(-1)![name]!;
  }
}

/** Names of the columns that hold text, but for ids. */
export function textColumns(database: Database, table: string): string[] {
  return database
    .all(`SELECT name FROM pragma_table_info(?) WHERE type = 'TEXT'`, table)
    .map((row) => String(row["name"]))
    .filter((name) => !/(?:^|_)id$/.test(name));
}

/**
 * Forgetting in the store: deletes the rows that are meant with all that rests on them, in one transaction, and keeps a
 * note of it that says neither what nor where it was. What is derived elsewhere (`ledger/forgetting.ts`) follows.
 */
import type { Slices } from "../base/slices.ts";
import { parseConventionId } from "../style/conventions/scopes.ts";
import type { Database, Row } from "./database.ts";
import { codeColumns, createHash, groupsOf, storedTexts, textsIn, wordsOf } from "./shingles.ts";
import { conditionOn, type FilePlace, type Selection, TABLES } from "./tables.ts";

/** What is noted of something that was forgotten. */
export interface Forget {
  readonly id: number;
  readonly kind: Selection["kind"];
  readonly targets: ReadonlySet<number>;
  /** Projects whose derived files hold traces of it. */
  readonly projectIds: readonly number[];
  readonly from: number | undefined;
  readonly to: number | undefined;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Rows that went, by table. */
  readonly rows: Readonly<Record<string, number>>;
  /** Whether of its hashes those are gone that are of words which stand elsewhere as well. */
  readonly isCompared: boolean;
  readonly isFinished: boolean;
}

/** Of what is forgotten, so many characters are remembered as hashes; of more, every n-th row. */
const HASHED_CHARS_MAX = 400_000;
/** Notes that are kept, the newest, and hashes of all of them together. */
const FORGETS_MAX = 500;
const HASHES_MAX = 400_000;
const HASHES_PER_PAGE = 1_000;
/** A shorter line says nothing of where it was copied from: words it must have. */
const LINE_WORDS_MIN = 4;

export interface ForgetOptions {
  /** What is meant, as {@link targetOf} names it. */
  readonly targets: readonly string[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Forgets rows. Takes seconds where they are many: see `beside.ts`. */
export function forgetRows(database: Database, selection: Selection, { targets, now }: ForgetOptions): Forget {
  const { id, groups } = database.transaction(() => {
    database.run("PRAGMA defer_foreign_keys = ON");
    const projectIds = projectsOf(database, selection);
    const isOfFiles = selection.kind === "file" || selection.kind === "project";
    const { groups, lines } = readTexts(database, selection, isOfFiles ? offeredLines(database) : new Set());
    const rows: Record<string, number> = {};
    const count = (table: string, changes: number): void => {
      if (changes > 0) rows[table] = (rows[table] ?? 0) + changes;
    };
    for (const { table, changes } of deleteRows(database, selection)) count(table, changes);
    for (const id of repeated(database, lines)) {
      for (const { table, changes } of deleteRows(database, { kind: "suggestion", generationId: id })) {
        count(table, changes);
      }
    }
    if (selection.kind === "file") forgetSources(database, selection.places);
    for (const { table, changes } of forgetScopes(database, selection)) count(table, changes);
    const id = note(database, { selection, targets, projectIds, now, rows });
    for (const hash of groups.values()) {
      database.run("INSERT OR IGNORE INTO forgotten_hashes (hash, forget_id) VALUES (?, ?)", hash, id);
    }
    trim(database);
    return { id, groups };
  });
  // Now the words are still known: later each group that is stored would have to be hashed.
  dropHashes(database, hashesElsewhere(database, groups));
  setCompared(database, id);
  return findForget(database, id)!;
}

/** Of groups that were forgotten, the hashes of those that are stored elsewhere as well: these are no traces. */
function hashesElsewhere(database: Database, groups: ReadonlyMap<string, number>): number[] {
  const found = new Set<number>();
  if (groups.size === 0) return [];
  for (const page of storedTexts(database)) {
    for (const { text } of page) {
      for (const group of groupsOf(text)) {
        const hash = groups.get(group);
        if (hash !== undefined) found.add(hash);
      }
    }
  }
  return [...found];
}

/** Names a generation by its id, a project by its folder and a file by its absolute path or URI, in a note. */
export function targetOf(kind: "suggestion" | "file" | "project", name: string): string {
  return `${kind} ${name}`;
}

/** Notes later than one, the oldest first. */
export function forgetsAfter(database: Database, id: number): Forget[] {
  return database.all("SELECT * FROM forgets WHERE id > ? ORDER BY id", id).map(parseForget);
}

/** The latest note's id; 0 for none. */
export function latestForget(database: Database): number {
  return Number(database.get("SELECT coalesce(max(id), 0) AS id FROM forgets")!["id"]);
}

/** Notes of what may have left traces, the oldest first. */
export function unfinishedForgets(database: Database): Forget[] {
  return database.all("SELECT * FROM forgets WHERE finished_at IS NULL ORDER BY id").map(parseForget);
}

/** Nothing derived is left of a note's subject. */
export function finishForget(database: Database, id: number, now: number): void {
  database.run("UPDATE forgets SET finished_at = ? WHERE id = ?", now, id);
}

/** Hashes of all that was forgotten, read bit by bit: they may be hundreds of thousands. */
export async function forgottenHashes(database: Database, slices: Slices): Promise<Set<number>> {
  const hashes = new Set<number>();
  for (let above = -1, count = HASHES_PER_PAGE; count === HASHES_PER_PAGE;) {
    const rows = database.all(
      "SELECT hash FROM forgotten_hashes WHERE hash > ? ORDER BY hash LIMIT ?",
      above,
      HASHES_PER_PAGE,
    );
    for (const row of rows) hashes.add(Number(row["hash"]));
    above = Number(rows.at(-1)?.["hash"] ?? above);
    count = rows.length;
    if (slices.over) await slices.pause();
  }
  return hashes;
}

/** What is stored elsewhere as well is no trace. */
export function dropHashes(database: Database, hashes: readonly number[]): void {
  database.transaction(() => {
    for (const hash of hashes) database.run("DELETE FROM forgotten_hashes WHERE hash = ?", hash);
  });
}

/** Of the hashes of a note, those of words that stand elsewhere are gone. */
export function setCompared(database: Database, id: number): void {
  database.run("UPDATE forgets SET is_compared = 1 WHERE id = ?", id);
}

function findForget(database: Database, id: number): Forget | undefined {
  const row = database.get("SELECT * FROM forgets WHERE id = ?", id);
  return row && parseForget(row);
}

function projectsOf(database: Database, selection: Selection): number[] {
  switch (selection.kind) {
    case "file":
      return [...new Set(selection.places.flatMap(({ projectId }) => projectId ?? []))];
    case "project":
      return [...selection.projectIds];
    case "suggestion":
    case "span":
      return [];
    case "everything":
      return database.all("SELECT id FROM projects").map((row) => Number(row["id"]));
  }
}

/** Texts of the rows that are meant, one after the other. */
function* textsOf(database: Database, selection: Selection): Generator<string> {
  for (const table of TABLES) {
    const condition = conditionOn(table, selection);
    const columns = codeColumns(database, table.name);
    if (!condition || columns.length === 0) continue;
    const sql = `SELECT ${columns.join()} FROM ${table.name} WHERE ${condition.sql}`;
    for (const row of database.each(sql, ...condition.values)) {
      for (const value of Object.values(row)) if (typeof value === "string") yield* textsIn(value);
    }
  }
}

/** The groups of words in what the rows say with their hashes, and those of the lines asked for that they have. */
function readTexts(
  database: Database,
  selection: Selection,
  wanted: ReadonlySet<string>,
): { readonly groups: ReadonlyMap<string, number>; readonly lines: ReadonlySet<string> } {
  const hashWords = createHash(database);
  const groups = new Map<string, number>();
  const lines = new Set<string>();
  let chars = 0;
  for (const text of textsOf(database, selection)) {
    chars += text.length;
    for (const line of wanted.size === 0 ? [] : text.split("\n")) if (wanted.has(line.trim())) lines.add(line.trim());
  }
  const stride = Math.ceil(chars / HASHED_CHARS_MAX);
  let index = 0;
  for (const text of textsOf(database, selection)) {
    if (index++ % stride > 0) continue;
    for (const group of groupsOf(text)) if (!groups.has(group)) groups.set(group, hashWords(group));
  }
  return { groups, lines };
}

/** Children first: no row is left whose parent told that it is meant. */
function* deleteRows(database: Database, selection: Selection): Generator<{ table: string; changes: number }> {
  const order = [...TABLES].reverse().sort((a, b) => rankOf(a) - rankOf(b));
  for (const table of order) {
    const condition = conditionOn(table, selection);
    if (!condition) continue;
    const { changes } = database.run(`DELETE FROM ${table.name} WHERE ${condition.sql}`, ...condition.values);
    yield { table: table.name, changes };
  }
}

function rankOf({ name, parent }: (typeof TABLES)[number]): number {
  if (parent) return 0;
  return name === "projects" ? 3 : name === "generations" || name === "files" ? 2 : 1;
}

const OFFERED = `SELECT g.id, g.line_prefix, g.text, o.raw FROM generations g
  LEFT JOIN origins o ON o.generation_id = g.id
  WHERE NOT EXISTS (SELECT 1 FROM signals s WHERE s.generation_id = g.id AND s.kind = 'accepted')`;
const TRIED = "SELECT generation_id, with_code, without_code FROM retrieval_trials";
/** Vetoes of earlier versions do not say where they were made. */
const VETOED = "SELECT id, text FROM vetoed_texts WHERE path IS NULL";

/** Lines that may be copied from what is forgotten: of suggestions that were not taken, of trials and of vetoes. */
function offeredLines(database: Database): ReadonlySet<string> {
  const lines = new Set<string>();
  const add = (linePrefix: string, ...texts: (Row[string] | undefined)[]): void => {
    for (const line of linesOf(linePrefix, texts)) if (wordsOf(line).length >= LINE_WORDS_MIN) lines.add(line);
  };
  for (const row of database.each(OFFERED)) add(String(row["line_prefix"]), row["text"], row["raw"]);
  for (const row of database.each(TRIED)) add("", row["with_code"], row["without_code"]);
  for (const row of database.each(VETOED)) add("", row["text"]);
  return lines;
}

/**
 * Suggestions elsewhere that repeat a forgotten line and were not taken: nobody but the forgotten text has them. What was
 * taken belongs to where it was taken. Trials and vetoes that repeat one are deleted at once.
 */
function repeated(database: Database, lines: ReadonlySet<string>): string[] {
  if (lines.size === 0) return [];
  const repeats = (linePrefix: string, ...texts: (Row[string] | undefined)[]): boolean =>
    linesOf(linePrefix, texts).some((line) => lines.has(line));
  for (const veto of database.all(VETOED)) {
    if (repeats("", veto["text"])) database.run("DELETE FROM vetoed_texts WHERE id = ?", veto["id"]!);
  }
  for (const trial of database.all(TRIED)) {
    if (!repeats("", trial["with_code"], trial["without_code"])) continue;
    database.run("DELETE FROM retrieval_trials WHERE generation_id = ?", trial["generation_id"]!);
  }
  return database
    .all(OFFERED)
    .filter((row) => repeats(String(row["line_prefix"]), row["text"], row["raw"]))
    .map((row) => String(row["id"]));
}

/** Lines of texts, the first also as it would have stood behind `linePrefix`. */
function linesOf(linePrefix: string, texts: readonly (Row[string] | undefined)[]): string[] {
  return texts.flatMap((text) => {
    if (typeof text !== "string") return [];
    const lines = text.split("\n").map((line) => line.trim());
    return [(linePrefix + text.split("\n", 1)[0]!).trim(), ...lines];
  });
}

/** Suggestions that were taken elsewhere stay; that they came from this file is forgotten. */
function forgetSources(database: Database, places: readonly FilePlace[]): void {
  for (const { path } of places) {
    database.run(
      "UPDATE origins SET source = '' WHERE source = ? OR substr(source, 1, ?) = ?",
      path,
      path.length + 1,
      `${path}:`,
    );
  }
}

/** What was decided about style in a file or project that is forgotten names its path. */
function* forgetScopes(database: Database, selection: Selection): Generator<{ table: string; changes: number }> {
  if (selection.kind !== "file" && selection.kind !== "project") return;
  for (const table of ["decisions", "erasures"]) {
    for (const row of database.all(`SELECT learned_id FROM ${table}`)) {
      const id = String(row["learned_id"]);
      if (!isWithin(id, selection)) continue;
      yield { table, changes: database.run(`DELETE FROM ${table} WHERE learned_id = ?`, id).changes };
    }
  }
}

function isWithin(learnedId: string, selection: Extract<Selection, { kind: "file" | "project" }>): boolean {
  const project = /@(?:[a-z]+):(\d+)/.exec(learnedId)?.[1];
  if (project === undefined) return false;
  if (selection.kind === "project") return selection.projectIds.includes(Number(project));
  const scope = parseConventionId(learnedId)?.scope;
  return selection.places.some(
    (place) => scope?.level === "file" && scope.path === place.path && place.projectId === Number(project),
  );
}

function note(
  database: Database,
  noted: {
    readonly selection: Selection;
    readonly targets: readonly string[];
    readonly projectIds: readonly number[];
    readonly now: number;
    readonly rows: Readonly<Record<string, number>>;
  },
): number {
  const { selection, targets, projectIds, now, rows } = noted;
  const hashWords = createHash(database);
  const { from = null, to = null } = selection.kind === "span" ? selection : {};
  return database.run(
    `INSERT INTO forgets (kind, targets, project_ids, from_at, to_at, forgotten_at, rows) VALUES (?, ?, ?, ?, ?, ?, ?)`,
    selection.kind,
    JSON.stringify(targets.map(hashWords)),
    JSON.stringify(projectIds),
    from,
    to,
    now,
    JSON.stringify(rows),
  ).lastId;
}

function trim(database: Database): void {
  const count = (table: string): number => Number(database.get(`SELECT count(*) AS n FROM ${table}`)!["n"]);
  const beyond = count("forgets") - FORGETS_MAX;
  if (beyond > 0) {
    const oldest = "SELECT id FROM forgets WHERE finished_at IS NOT NULL ORDER BY id LIMIT ?";
    database.run(`DELETE FROM forgotten_hashes WHERE forget_id IN (${oldest})`, beyond);
    database.run(`DELETE FROM forgets WHERE id IN (${oldest})`, beyond);
  }
  const excess = count("forgotten_hashes") - HASHES_MAX;
  if (excess <= 0) return;
  database.run(
    "DELETE FROM forgotten_hashes WHERE hash IN (SELECT hash FROM forgotten_hashes ORDER BY forget_id, hash LIMIT ?)",
    excess,
  );
}

function parseForget(row: Row): Forget {
  const time = (value: Row[string] | undefined): number | undefined => (typeof value === "number" ? value : undefined);
  return {
    id: Number(row["id"]),
    kind: row["kind"] as Forget["kind"],
    targets: new Set(JSON.parse(String(row["targets"])) as number[]),
    projectIds: JSON.parse(String(row["project_ids"])) as number[],
    from: time(row["from_at"]),
    to: time(row["to_at"]),
    at: Number(row["forgotten_at"]),
    rows: JSON.parse(String(row["rows"])) as Record<string, number>,
    isCompared: row["is_compared"] === 1,
    isFinished: row["finished_at"] !== null,
  };
}

/** Signals and the generations they are about. A signal is stored once, whatever how often it is sent. */
import type { Generation, Signal } from "../../protocol/signals.ts";
import type { Database, Row } from "./database.ts";

/** Whose generation it is, from its URI. */
export interface GenerationPlace {
  readonly projectId: number | undefined;
  /** Relative to the project, or the URI outside of any. */
  readonly path: string;
}

export interface StoredGeneration extends Generation {
  readonly projectId: number | undefined;
  readonly path: string;
  readonly shownAt: number;
}

export type SaveResult = "stored" | "known" | "orphan";

/** Stores a signal; an orphan names a generation that was never shown and cannot be stored. Call in a transaction. */
export function saveSignal(database: Database, signal: Signal, placeOf: (uri: string) => GenerationPlace): SaveResult {
  if (database.get("SELECT 1 FROM signals WHERE id = ?", signal.id)) return "known";
  if (signal.kind === "shown") saveGeneration(database, signal.generation, placeOf(signal.generation.uri), signal.at);
  else if (!database.get("SELECT 1 FROM generations WHERE id = ?", signal.generationId)) return "orphan";
  // The generation has a table of its own.
  const body = signal.kind === "shown" ? { ...signal, generation: undefined } : signal;
  database.run(
    "INSERT INTO signals (id, generation_id, kind, at, body) VALUES (?, ?, ?, ?, ?)",
    signal.id,
    signal.generationId,
    signal.kind,
    signal.at,
    JSON.stringify(body),
  );
  return "stored";
}

function saveGeneration(database: Database, generation: Generation, place: GenerationPlace, shownAt: number): void {
  database.run(
    `INSERT OR IGNORE INTO generations
       (id, project_id, language, path, line, character, engine, proposer, line_prefix, context_before, text, shown_at,
        confidence)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    generation.id,
    place.projectId ?? null,
    generation.languageId,
    place.path,
    generation.line,
    generation.character,
    generation.engine,
    generation.proposer,
    generation.linePrefix,
    generation.contextBefore,
    generation.text,
    shownAt,
    generation.confidence ?? null,
  );
}

export function findGeneration(database: Database, id: string): StoredGeneration | undefined {
  const row = database.get("SELECT * FROM generations WHERE id = ?", id);
  return row && parseGeneration(row);
}

/** The generation that was shown last. */
export function latestGenerationId(database: Database): string | undefined {
  const row = database.get("SELECT id FROM generations ORDER BY shown_at DESC, id DESC LIMIT 1");
  return row && String(row["id"]);
}

/** Generations whose accepted text has settled, the newest `limit` of them, oldest first; `at` in ms. */
export function settledGenerations(database: Database, limit: number): { readonly id: string; readonly at: number }[] {
  return database
    .all(
      `SELECT generation_id AS id, max(at) AS at FROM signals WHERE kind = 'settled'
       GROUP BY generation_id ORDER BY at DESC, id LIMIT ?`,
      limit,
    )
    .map((row) => ({ id: String(row["id"]), at: Number(row["at"]) }))
    .reverse();
}

/** All signals of one generation, in order of time; `shown` carries its generation again. */
export function signalsOf(database: Database, generationId: string): Signal[] {
  const generation = findGeneration(database, generationId);
  if (!generation) return [];
  return database
    .all("SELECT body FROM signals WHERE generation_id = ? ORDER BY at, id", generationId)
    .map((row) => JSON.parse(String(row["body"])) as Signal)
    .map((signal) => (signal.kind === "shown" ? { ...signal, generation } : signal));
}

/** Texts of suggestions accepted in a file since `since` (ms): what is not the developer's own typing. */
export function acceptedTexts(database: Database, projectId: number, path: string, since: number): string[] {
  return database
    .all(
      `SELECT DISTINCT g.text FROM generations g JOIN signals s ON s.generation_id = g.id
       WHERE g.project_id = ? AND g.path = ? AND s.kind = 'accepted' AND s.at >= ?`,
      projectId,
      path,
      since,
    )
    .map((row) => String(row["text"]));
}

/** Suggestions shown and accepted since `since` (ms), ours alone. */
export function countShownAndAccepted(database: Database, since: number): { shown: number; accepted: number } {
  const row = database.get(
    `SELECT count(DISTINCT CASE kind WHEN 'shown' THEN generation_id END) AS shown,
            count(DISTINCT CASE kind WHEN 'accepted' THEN generation_id END) AS accepted
     FROM signals WHERE generation_id IN (SELECT id FROM generations WHERE shown_at >= ? AND confidence IS NULL)`,
    since,
  )!;
  return { shown: Number(row["shown"]), accepted: Number(row["accepted"]) };
}

export function countSignals(database: Database): number {
  return Number(database.get("SELECT count(*) AS n FROM signals")!["n"]);
}

function parseGeneration(row: Row): StoredGeneration {
  return {
    id: String(row["id"]),
    engine: String(row["engine"]),
    proposer: String(row["proposer"]),
    languageId: String(row["language"]),
    uri: String(row["path"]),
    line: Number(row["line"]),
    character: Number(row["character"]),
    linePrefix: String(row["line_prefix"]),
    contextBefore: String(row["context_before"]),
    text: String(row["text"]),
    projectId: row["project_id"] === null ? undefined : Number(row["project_id"]),
    path: String(row["path"]),
    shownAt: Number(row["shown_at"]),
    ...(row["confidence"] !== null && { confidence: Number(row["confidence"]) }),
  };
}

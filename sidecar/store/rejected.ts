/** Rejected suggestions, as hashes, and vetoed texts: what negative memory is filled from at a start. */
import type { Database, Row } from "./database.ts";
import { countLetGo } from "./let-go.ts";

export interface RejectedRow {
  readonly generationId: string;
  /** Hashed 3-grams of the text, ascending. */
  readonly shingles: Int32Array;
  /** Lines of the text. */
  readonly lines: number;
  /** Hash of the text as it would have stood in the document, its line's beginning included. */
  readonly whole: number;
  /** Hashes of its first lines, each alone and as it would have stood in the document. */
  readonly beginnings: Int32Array;
  /** Hashed words of the place, ascending. */
  readonly context: Int32Array;
  /** How clear a no it was: from 1 on, one is enough. */
  readonly weight: number;
  /** Milliseconds since the epoch. */
  readonly rejectedAt: number;
}

export interface VetoedText {
  readonly id: number;
  readonly languageId: string;
  /** Without secrets. */
  readonly text: string;
  /** Hashed words of the place where it was vetoed last, ascending. */
  readonly context: Int32Array;
  /** Milliseconds since the epoch. */
  readonly vetoedAt: number;
}

/** Stores a rejection in place of an earlier one of the same generation. Call in a transaction. */
export function saveRejected(database: Database, row: RejectedRow): void {
  database.run(
    `INSERT OR REPLACE INTO rejected (generation_id, shingles, lines, whole_hash, beginnings, context, weight,
       rejected_at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
    row.generationId,
    toBytes(row.shingles),
    row.lines,
    row.whole,
    toBytes(row.beginnings),
    toBytes(row.context),
    row.weight,
    row.rejectedAt,
  );
}

export function removeRejected(database: Database, generationIds: Iterable<string>): void {
  for (const id of generationIds) database.run("DELETE FROM rejected WHERE generation_id = ?", id);
}

/**
 * Removes what is older than `since` (ms) but for the newest `kept`, and the oldest beyond `max`; returns what is gone.
 * Call in a transaction.
 */
export function trimRejected(
  database: Database,
  { since: fadedBefore, kept, max }: { since: number; kept: number; max: number },
): string[] {
  const oldestKept = database.get(
    "SELECT rejected_at FROM rejected ORDER BY rejected_at DESC LIMIT 1 OFFSET ?",
    kept - 1,
  );
  const since = Math.min(fadedBefore, Number(oldestKept?.["rejected_at"] ?? -Infinity));
  const count = Number(database.get("SELECT count(*) AS n FROM rejected WHERE rejected_at >= ?", since)!["n"]);
  const gone = database
    .all(
      `SELECT generation_id FROM rejected WHERE rejected_at < ?
       UNION ALL
       SELECT * FROM (SELECT generation_id FROM rejected WHERE rejected_at >= ?
                      ORDER BY rejected_at, generation_id LIMIT ?)`,
      since,
      since,
      Math.max(0, count - max),
    )
    .map((row) => String(row["generation_id"]));
  removeRejected(database, gone);
  countLetGo(database, { name: "rejections (as hashes)", reason: "they had faded", count: gone.length });
  return gone;
}

/** All rejections, the oldest first. */
export function allRejected(database: Database): RejectedRow[] {
  return database.all("SELECT * FROM rejected ORDER BY rejected_at, generation_id").map(parseRejected);
}

/** Stores a text that is never to be suggested again; one that is there already keeps its id. */
export function saveVetoedText(database: Database, veto: Omit<VetoedText, "id">): VetoedText {
  database.run(
    `INSERT INTO vetoed_texts (language, text, context, vetoed_at) VALUES (?, ?, ?, ?)
     ON CONFLICT (language, text) DO UPDATE SET context = excluded.context, vetoed_at = excluded.vetoed_at`,
    veto.languageId,
    veto.text,
    toBytes(veto.context),
    veto.vetoedAt,
  );
  return parseVetoed(
    database.get("SELECT * FROM vetoed_texts WHERE language = ? AND text = ?", veto.languageId, veto.text)!,
  );
}

/** Says where a text was vetoed: it is forgotten with that file or project. */
export function placeVetoedText(
  database: Database,
  id: number,
  place: { readonly projectId: number | undefined; readonly path: string },
): void {
  database.run(
    "UPDATE vetoed_texts SET project_id = ?, path = ? WHERE id = ?",
    place.projectId ?? null,
    place.path,
    id,
  );
}

/** Returns whether there was such a veto. */
export function removeVetoedText(database: Database, id: number): boolean {
  return database.run("DELETE FROM vetoed_texts WHERE id = ?", id).changes > 0;
}

/** All vetoed texts, the oldest first. */
export function allVetoedTexts(database: Database): VetoedText[] {
  return database.all("SELECT * FROM vetoed_texts ORDER BY id").map(parseVetoed);
}

function parseRejected(row: Row): RejectedRow {
  return {
    generationId: String(row["generation_id"]),
    shingles: fromBytes(row["shingles"]),
    lines: Number(row["lines"]),
    whole: Number(row["whole_hash"]),
    beginnings: fromBytes(row["beginnings"]),
    context: fromBytes(row["context"]),
    weight: Number(row["weight"]),
    rejectedAt: Number(row["rejected_at"]),
  };
}

function parseVetoed(row: Row): VetoedText {
  return {
    id: Number(row["id"]),
    languageId: String(row["language"]),
    text: String(row["text"]),
    context: fromBytes(row["context"]),
    vetoedAt: Number(row["vetoed_at"]),
  };
}

/** Little-endian, as on every machine that the editor runs on. */
function toBytes(hashes: Int32Array): Uint8Array {
  return new Uint8Array(hashes.buffer, hashes.byteOffset, hashes.byteLength);
}

/** A copy: SQLite's bytes need not begin at a multiple of four. */
function fromBytes(value: Row[string] | undefined): Int32Array {
  if (!(value instanceof Uint8Array)) return new Int32Array();
  return new Int32Array(value.slice(0, value.byteLength & ~3).buffer);
}

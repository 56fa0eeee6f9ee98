/**
 * Groups of words as salted hashes: what was forgotten is known by them when it turns up somewhere, and cannot be read
 * from them.
 */
import { createHmac } from "node:crypto";
import type { Database, Row } from "./database.ts";
import { createId } from "../base/random.ts";
import { pagesOf, textColumns, TABLES } from "./tables.ts";

/** Words of one group: fewer occur anywhere, more are torn where a text is cut into pieces. */
const WORDS = 4;
/** Bytes of a hash: whole numbers that JavaScript holds exactly. */
const HASH_BYTES = 6;

export type HashWords = (words: string) => number;

/** The hash function of a store: its salt was made with the first use. */
export function createHash(database: Database): HashWords {
  const salt = readSalt(database) ?? makeSalt(database);
  return (words) => createHmac("sha256", salt).update(words).digest().readUIntBE(0, HASH_BYTES);
}

function readSalt(database: Database): string | undefined {
  const row = database.get("SELECT value FROM meta WHERE key = 'salt'");
  return row && String(row["value"]);
}

function makeSalt(database: Database): string {
  database.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('salt', ?)", createId() + createId());
  return readSalt(database)!;
}

/** Words of a text in order. What JSON writes with a backslash stands between them. */
export function wordsOf(text: string): string[] {
  return text.replace(/\\(?:u[0-9a-fA-F]{4}|.)/g, " ").match(/[\p{L}\p{N}_$]+/gu) ?? [];
}

/** Each group of neighbouring words of a text, joined by spaces; texts with fewer words have none. */
export function* groupsOf(text: string): Generator<string> {
  const words = wordsOf(text);
  for (let at = 0; at + WORDS <= words.length; at++) yield words.slice(at, at + WORDS).join(" ");
}

/** Texts that a stored value holds: itself, or what stands in its JSON. */
export function textsIn(value: string): string[] {
  if (!/^[[{]/.test(value)) return [value];
  try {
    return leavesOf(JSON.parse(value));
  } catch {
    // Code may begin with a bracket as well.
    return [value];
  }
}

function leavesOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

/** Columns whose words are ours, not the user's. */
const OUR_WORDS: ReadonlySet<string> = new Set(["outcomes.reasons", "outcomes.tags", "gate_events.features"]);

export interface StoredText {
  readonly table: string;
  readonly column: string;
  readonly text: string;
}

/** All texts that are stored, in pages. Bookkeeping, and what holds nobody's text, is left out. */
export function* storedTexts(database: Database): Generator<StoredText[]> {
  for (const table of TABLES) {
    if (table.isOwn) continue;
    const columns = codeColumns(database, table.name);
    if (columns.length === 0) continue;
    for (const page of pagesOf(database, table.name, columns)) {
      yield page.flatMap((row) => columns.flatMap((column) => textsOf(row, table.name, column)));
    }
  }
}

function textsOf(row: Row, table: string, column: string): StoredText[] {
  const value = row[column];
  return typeof value === "string" ? textsIn(value).map((text) => ({ table, column, text })) : [];
}

/** Columns of a table that hold the user's text. */
export function codeColumns(database: Database, table: string): string[] {
  return textColumns(database, table).filter((column) => !OUR_WORDS.has(`${table}.${column}`));
}

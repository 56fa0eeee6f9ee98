/**
 * The database: opens, migrates and checks `tacit.db`, and is the only file that knows `node:sqlite`. A database that
 * cannot be read is set aside under another name and reported, never overwritten, and what can still be read of it goes
 * into a new one; a folder that cannot be written gives a database in memory, so that suggesting goes on.
 */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { describeError, SidecarError, systemCode } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { createId } from "../base/random.ts";
import { salvage } from "./salvage.ts";

export type Row = Record<string, null | number | bigint | string | Uint8Array>;
export type Value = SQLInputValue;

/** What went wrong while opening, where the database opened all the same. */
export interface OpenProblem {
  readonly reason: string;
  readonly action: string;
}

const SCHEMA_VERSION_LABEL = "user_version";
const BUSY_TIMEOUT_MS = 5000;
/** No version of Tacit has as many migrations: what names more is damage. */
const VERSION_MAX = 1000;

export class Database {
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, StatementSync>();
  /** UUID made with the database: derived files that name another one do not belong to it. */
  readonly id: string;
  /** False for the stand-in in memory, whose contents end with the process. */
  readonly durable: boolean;
  /** The file; undefined for the stand-in in memory. */
  readonly path: string | undefined;
  #isInTransaction = false;
  /** A thread of ours that writes meanwhile. */
  #writingBeside: Promise<void> | undefined;

  constructor(db: DatabaseSync, path: string | undefined) {
    this.#db = db;
    this.durable = path !== undefined;
    this.path = path;
    this.id = this.#ownId();
  }

  /** Whether a thread of ours writes: until it is done nothing else is written here, and what tries throws at once. */
  get isWritingBeside(): boolean {
    return this.#writingBeside !== undefined;
  }

  /** Resolves when this connection may write. */
  async writable(): Promise<void> {
    while (this.#writingBeside) await this.#writingBeside;
  }

  /** Leaves writing to `work`, which has a connection of its own; one after the other. */
  async yieldWriting<T>(work: () => Promise<T>): Promise<T> {
    while (this.#writingBeside) await this.#writingBeside;
    // Statements that were not read to their end would be in the way.
    this.#statements.clear();
    const working = work();
    this.#writingBeside = working.then(
      () => void (this.#writingBeside = undefined),
      () => void (this.#writingBeside = undefined),
    );
    return await working;
  }

  #assertWritable(): void {
    if (!this.#writingBeside) return;
    throw new SidecarError("database", "The store is being written anew.", "Try again in a moment.");
  }

  /** Rows of a query. Statements are prepared once. */
  all(sql: string, ...values: Value[]): Row[] {
    return this.#statement(sql).all(...values);
  }

  /** Rows of a query one by one, where all would be too many. Nothing else may be done with the store meanwhile. */
  each(sql: string, ...values: Value[]): IterableIterator<Row> {
    return this.#db.prepare(sql).iterate(...values);
  }

  /** First row of a query, or undefined. */
  get(sql: string, ...values: Value[]): Row | undefined {
    return this.#statement(sql).get(...values);
  }

  /** Changes rows; gives the number of them and the last row id. */
  run(sql: string, ...values: Value[]): { readonly changes: number; readonly lastId: number } {
    this.#assertWritable();
    const { changes, lastInsertRowid } = this.#statement(sql).run(...values);
    return { changes: Number(changes), lastId: Number(lastInsertRowid) };
  }

  /** Runs `work` in one transaction: all of it is on disk when this returns, or nothing. */
  transaction<T>(work: () => T): T {
    if (this.#isInTransaction) return work();
    return this.#transaction(work);
  }

  /**
   * As {@link transaction}, for rows that can be made again from files: they do not wait for the disk. After a loss of
   * power the last of them may be gone; the database stays whole.
   */
  derivedTransaction<T>(work: () => T): T {
    if (this.#isInTransaction) return work();
    this.#assertWritable();
    this.#db.exec("PRAGMA synchronous = NORMAL");
    try {
      return this.#transaction(work);
    } finally {
      this.#db.exec("PRAGMA synchronous = FULL");
    }
  }

  #transaction<T>(work: () => T): T {
    this.#assertWritable();
    this.#db.exec("BEGIN IMMEDIATE");
    this.#isInTransaction = true;
    try {
      const result = work();
      this.#db.exec("COMMIT");
      return result;
    } catch (error) {
      this.#rollBack();
      throw error;
    } finally {
      this.#isInTransaction = false;
    }
  }

  /** SQLite has rolled back by itself after some errors (a full disk); then there is nothing left to undo. */
  #rollBack(): void {
    try {
      this.#db.exec("ROLLBACK");
    } catch {
      // No transaction is open: that is what was wanted. (`isTransaction` is missing in the oldest Node we run on.)
    }
  }

  /**
   * Writes the file anew, so that nothing deleted is left in it, and empties its journal. False where another process
   * is in the way: to be tried again. Takes seconds for some hundred megabytes: see `beside.ts`.
   */
  scrub(): boolean {
    if (!this.durable) return true;
    // Statements that were not read to their end would be in the way.
    this.#statements.clear();
    try {
      this.#db.exec("VACUUM");
      const row = this.#db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get();
      return Number(row?.["busy"]) === 0;
    } catch (error) {
      const code = primaryCode(error);
      if (code !== SQLITE_BUSY && code !== SQLITE_LOCKED) throw error;
      return false;
    }
  }

  close(): void {
    this.#statements.clear();
    this.#db.close();
  }

  #statement(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) {
      statement = this.#db.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  #ownId(): string {
    const known = this.get("SELECT value FROM meta WHERE key = 'id'");
    if (typeof known?.["value"] === "string") return known["value"];
    this.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('id', ?)", createId());
    return String(this.get("SELECT value FROM meta WHERE key = 'id'")!["value"]);
  }
}

/**
 * Opens `tacit.db` in `folder`, which is created (0700) when it is missing. `problems` tells what was set aside or
 * stood in for. Throws only for a database of a newer version of Tacit.
 */
export function openDatabase(folder: string, log: Log): { database: Database; problems: OpenProblem[] } {
  const problems: OpenProblem[] = [];
  try {
    createDataFolder(folder);
    return { database: openFile(join(folder, "tacit.db"), problems, log), problems };
  } catch (error) {
    if (error instanceof SidecarError && error.code === "database") throw error;
    log.error(`the data folder cannot be used: ${describeError(error)}`, error);
    problems.push({
      reason: `The data folder ${folder} cannot be written (${describeError(error)}).`,
      action:
        "Tacit works, but forgets what it learns when the editor closes. Make the folder writable or set tacit.dataFolder, then run “Tacit: Restart Sidecar”.",
    });
    const memory = new DatabaseSync(":memory:");
    migrate(memory);
    return { database: new Database(memory, undefined), problems };
  }
}

/** What Tacit's two processes make there. */
const OWN_NAME = /^(?:tacit\.db.*|index|models|backends|outbox|followed)$/;

/** One that is there already is closed to others where it is Tacit's own, or nobody's yet. */
function createDataFolder(folder: string): void {
  if (!existsSync(folder)) mkdirSync(folder, { recursive: true, mode: 0o700 });
  else if (readdirSync(folder).every((name) => OWN_NAME.test(name)) || existsSync(join(folder, "tacit.db"))) {
    makePrivate(folder, 0o700);
  }
}

/** A second connection to a database that is open and sound. */
export function openBeside(path: string): Database {
  const db = new DatabaseSync(path);
  db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;`);
  db.exec("PRAGMA secure_delete = ON");
  return new Database(db, path);
}

function openFile(path: string, problems: OpenProblem[], log: Log): Database {
  const existed = existsSync(path);
  try {
    return new Database(openChecked(path), path);
  } catch (error) {
    if (!existed || !isCorruption(error)) throw error;
    const aside = setAside(path);
    log.error(`the database is damaged; it was set aside as ${aside}`, error);
    const database = new Database(openChecked(path), path);
    const rows = bringOver(aside, database, log);
    problems.push({
      reason: `The database was damaged (${describeError(error)}) and was set aside as ${aside}.`,
      action: `${rows > 0 ? `Tacit goes on with the ${rows} rows that could be read.` : "Tacit starts with an empty memory."} Keep the file if you want to try to recover it with the sqlite3 tool; delete it otherwise.`,
    });
    return database;
  }
}

/** Returns how many rows of the damaged database could be saved. */
function bringOver(aside: string, database: Database, log: Log): number {
  let damaged: DatabaseSync | undefined;
  const journals = ["-wal", "-shm"].map((suffix) => aside + suffix).filter((journal) => !existsSync(journal));
  try {
    const source = (damaged = new DatabaseSync(aside, { readOnly: true }));
    return salvage((sql) => {
      const statement = source.prepare(sql);
      statement.setReadBigInts(true);
      return statement.iterate();
    }, database);
  } catch (error) {
    // Not even its head can be read: it is left to other tools.
    log.warn(`nothing of the damaged database could be saved: ${describeError(error)}`);
    return 0;
  } finally {
    damaged?.close();
    // Reading alone makes them.
    for (const journal of journals) rmSync(journal, { force: true });
  }
}

function openChecked(path: string): DatabaseSync {
  const db = new DatabaseSync(path);
  try {
    // As a pragma: the constructor's option is newer than the oldest Node we run on.
    db.exec(`PRAGMA busy_timeout = ${BUSY_TIMEOUT_MS}`);
    enterWal(db);
    db.exec("PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA secure_delete = ON;");
    const [check] = db.prepare("PRAGMA quick_check(1)").all();
    const verdict = Object.values(check ?? {})[0];
    if (verdict !== "ok") throw new DamagedDatabaseError(String(verdict));
    migrate(db);
    // A page can be readable and the schema not ours.
    db.prepare("SELECT count(*) FROM meta").get();
    for (const suffix of ["", "-wal", "-shm"]) makePrivate(path + suffix);
    return db;
  } catch (error) {
    db.close();
    throw error;
  }
}

/** SQLite's own waiting for others does not cover the switch: windows that open a new database at once meet there. */
function enterWal(db: DatabaseSync): void {
  const giveUpAt = performance.now() + BUSY_TIMEOUT_MS;
  for (;;) {
    try {
      db.exec("PRAGMA journal_mode = WAL");
      return;
    } catch (error) {
      if (primaryCode(error) !== SQLITE_BUSY || performance.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

function makePrivate(path: string, mode = 0o600): void {
  try {
    chmodSync(path, mode);
  } catch (error) {
    // The journals come and go with the connections of other windows, and a folder may belong to somebody else.
    const code = systemCode(error);
    if (code !== "ENOENT" && code !== "EPERM") throw error;
  }
}

/** Applies the numbered migrations that the database has not seen, each in a transaction of its own. */
function migrate(db: DatabaseSync): void {
  const folder = fileURLToPath(new URL("./migrations/", import.meta.url));
  const files = readdirSync(folder)
    .filter((name) => name.endsWith(".sql"))
    .sort();
  const version = schemaVersion(db);
  if (version < 0 || version > VERSION_MAX) throw new DamagedDatabaseError(`schema ${version}`);
  if (version > files.length) {
    throw new SidecarError(
      "database",
      `The database was written by a newer version of Tacit (schema ${version}; this one knows ${files.length}).`,
      "Update the extension, or set tacit.dataFolder to another folder.",
    );
  }
  for (let next = version; next < files.length; next++) {
    const sql = readFileSync(join(folder, files[next]!), "utf8");
    db.exec("BEGIN IMMEDIATE");
    // Another window may have been faster while this one waited for its turn.
    const isDone = schemaVersion(db) > next;
    db.exec(isDone ? "ROLLBACK" : `${sql}\nPRAGMA ${SCHEMA_VERSION_LABEL} = ${next + 1};\nCOMMIT;`);
  }
}

function schemaVersion(db: DatabaseSync): number {
  return Number(Object.values(db.prepare(`PRAGMA ${SCHEMA_VERSION_LABEL}`).get() ?? {})[0] ?? 0);
}

class DamagedDatabaseError extends Error {
  override readonly name = "DamagedDatabaseError";
}

/** SQLITE_CORRUPT (11), SQLITE_NOTADB (26), a failed check, or tables that are not ours (SQLITE_ERROR, 1). */
function isCorruption(error: unknown): boolean {
  const code = primaryCode(error);
  return error instanceof DamagedDatabaseError || code === 11 || code === 26 || code === 1;
}

/** What names of damaged databases begin with. */
export const SET_ASIDE = "tacit.db.damaged-";

const SQLITE_BUSY = 5;
const SQLITE_LOCKED = 6;

/** Whether the database itself, or the disk below it, is what failed. */
export function isDatabaseError(error: unknown): boolean {
  return primaryCode(error) !== undefined;
}

/** SQLite's result code without the details of an extended one, or undefined. */
function primaryCode(error: unknown): number | undefined {
  return error instanceof Error && "errcode" in error ? Number(error.errcode) & 0xff : undefined;
}

/** Renames the database and its journals; never onto a file that exists. */
function setAside(path: string): string {
  const stamp = new Date().toISOString().replace(/[:.]/g, "-");
  const aside = `${path}.damaged-${stamp}`;
  for (const suffix of ["", "-wal", "-shm"]) if (existsSync(path + suffix)) renameSync(path + suffix, aside + suffix);
  return aside;
}

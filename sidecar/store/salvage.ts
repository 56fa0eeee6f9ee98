/**
 * Brings what can still be read of a damaged database into a new one: one bad page is no reason to forget a year. A table
 * is read from its beginning and, where that comes to the damage, from its end. What does not fit the schema, or
 * belongs to a row that is lost, is left out; so is what is made again from the project's files.
 */
import type { Database, Row } from "./database.ts";
import { TABLES } from "./tables.ts";

/** Start-up waits for it: what is not read by then is in the file that was set aside. */
const SALVAGE_MS_MAX = 10_000;
/** Of the processes and the files of that moment. */
const LEFT_OUT = new Set(["holders", "files", "chunks"]);

/** Reads rows of the damaged database one by one; throws where it comes to the damage. */
export type ReadDamaged = (sql: string) => Iterable<Row>;

/** Returns how many rows were brought into `database`, which is new. */
export function salvage(read: ReadDamaged, database: Database): number {
  const endsAt = performance.now() + SALVAGE_MS_MAX;
  return database.transaction(() => {
    let rows = 0;
    for (const { name, isOwn } of TABLES) {
      if (LEFT_OUT.has(name)) continue;
      const brought = salvageTable(read, database, name, endsAt);
      if (isOwn !== true) rows += brought;
    }
    return rows;
  });
}

function salvageTable(read: ReadDamaged, database: Database, table: string, endsAt: number): number {
  const columns = new Set(database.all(`PRAGMA table_info(${table})`).map(({ name }) => String(name)));
  const order = orderOf(database, table);
  let brought = 0;
  for (const direction of ["ASC", "DESC"]) {
    try {
      for (const row of read(`SELECT * FROM ${table} NOT INDEXED ORDER BY ${order(direction)}`)) {
        if (performance.now() > endsAt) return brought;
        brought += bring(database, table, row, columns);
      }
      return brought;
    } catch {
      // Here is the damage: what is behind it is reached from the other end.
    }
  }
  return brought;
}

/** The order in which rows lie in the file: none has to be sorted, and no index is asked. */
function orderOf(database: Database, table: string): (direction: string) => string {
  const [about] = database.all("SELECT wr FROM pragma_table_list WHERE schema = 'main' AND name = ?", table);
  if (about?.["wr"] !== 1) return (direction) => `rowid ${direction}`;
  const keys = database.all("SELECT name FROM pragma_table_info(?) WHERE pk > 0 ORDER BY pk", table);
  return (direction) => keys.map(({ name }) => `${String(name)} ${direction}`).join(", ");
}

/** Returns the number of rows that came of it: none or one. */
function bring(database: Database, table: string, row: Row, columns: ReadonlySet<string>): number {
  const names = Object.keys(row).filter((name) => columns.has(name));
  const values = names.map((name) => row[name] ?? null);
  try {
    return database.run(
      `INSERT OR IGNORE INTO ${table} (${names.join(", ")}) VALUES (${names.map(() => "?").join(", ")})`,
      ...values,
    ).changes;
  } catch (error) {
    // It has no parent any more, or a value is of another kind.
    if (isConstraint(error)) return 0;
    throw error;
  }
}

const SQLITE_CONSTRAINT = 19;

function isConstraint(error: unknown): boolean {
  return error instanceof Error && "errcode" in error && (Number(error.errcode) & 0xff) === SQLITE_CONSTRAINT;
}

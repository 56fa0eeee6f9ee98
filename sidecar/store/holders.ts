/** Holders: the processes that have the database open, and how far each has caught up with what was forgotten. */
import type { Database } from "./database.ts";

export interface Holder {
  readonly id: string;
  readonly pid: number;
  /** The latest of the things forgotten that it holds nothing of any more. */
  readonly forgot: number;
}

/** Stores how far a holder is, the first time as well. */
export function saveHolder(database: Database, { id, pid, forgot }: Holder): void {
  database.run(
    "INSERT INTO holders (id, pid, forgot) VALUES (?, ?, ?) ON CONFLICT (id) DO UPDATE SET forgot = excluded.forgot",
    id,
    pid,
    forgot,
  );
}

export function removeHolder(database: Database, id: string): void {
  database.run("DELETE FROM holders WHERE id = ?", id);
}

export function allHolders(database: Database): Holder[] {
  return database
    .all("SELECT * FROM holders ORDER BY id")
    .map((row) => ({ id: String(row["id"]), pid: Number(row["pid"]), forgot: Number(row["forgot"]) }));
}

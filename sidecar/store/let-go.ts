/** What was let go to stay within bounds: counted, so that the ledger and the doctor can tell. */
import type { Database } from "./database.ts";

export interface LetGo {
  /** What it was, for people: "suggestions". */
  readonly name: string;
  readonly reason: string;
  readonly count: number;
}

/** Counts rows that go. Call in the transaction that deletes them. */
export function countLetGo(database: Database, { name, reason, count }: LetGo): void {
  if (count === 0) return;
  database.run(
    `INSERT INTO let_go (name, reason, count) VALUES (?, ?, ?)
     ON CONFLICT (name, reason) DO UPDATE SET count = count + excluded.count`,
    name,
    reason,
    count,
  );
}

/** All that was ever let go. */
export function allLetGo(database: Database): LetGo[] {
  return database.all("SELECT * FROM let_go ORDER BY name, reason").map((row) => ({
    name: String(row["name"]),
    reason: String(row["reason"]),
    count: Number(row["count"]),
  }));
}

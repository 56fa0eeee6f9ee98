/** Erasures: what the user wanted forgotten of what was learned, and when. What was seen later counts again. */
import type { Database } from "./database.ts";

export interface Erasure {
  /** Id of the `Learned` it is about. */
  readonly learnedId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Stores an erasure in place of an earlier one. */
export function saveErasure(database: Database, learnedId: string, at: number): void {
  database.run(
    `INSERT INTO erasures (learned_id, erased_at) VALUES (?, ?)
     ON CONFLICT (learned_id) DO UPDATE SET erased_at = excluded.erased_at`,
    learnedId,
    at,
  );
}

/** All erasures, the oldest first. */
export function allErasures(database: Database): Erasure[] {
  return database
    .all("SELECT * FROM erasures ORDER BY erased_at, learned_id")
    .map((row) => ({ learnedId: String(row["learned_id"]), at: Number(row["erased_at"]) }));
}

/** Decisions: what the user said about something learned. They outrank what is observed, and outlive it. */
import type { Decision } from "../../protocol/style.ts";
import type { Database } from "./database.ts";

export interface StoredDecision {
  /** Id of the `Learned` it is about. */
  readonly learnedId: string;
  readonly decision: Decision;
  /** Milliseconds since the epoch. */
  readonly decidedAt: number;
}

/** Stores a decision in place of an earlier one; undefined takes it back. */
export function saveDecision(
  database: Database,
  learnedId: string,
  decision: Decision | undefined,
  decidedAt: number,
): void {
  if (decision === undefined) {
    database.run("DELETE FROM decisions WHERE learned_id = ?", learnedId);
    return;
  }
  database.run(
    `INSERT INTO decisions (learned_id, decision, decided_at) VALUES (?, ?, ?)
     ON CONFLICT (learned_id) DO UPDATE SET decision = excluded.decision, decided_at = excluded.decided_at`,
    learnedId,
    decision,
    decidedAt,
  );
}

export function findDecision(database: Database, learnedId: string): Decision | undefined {
  const row = database.get("SELECT decision FROM decisions WHERE learned_id = ?", learnedId);
  return row && (row["decision"] as Decision);
}

/** All decisions, the oldest first. */
export function allDecisions(database: Database): StoredDecision[] {
  return database.all("SELECT * FROM decisions ORDER BY decided_at, learned_id").map((row) => ({
    learnedId: String(row["learned_id"]),
    decision: row["decision"] as Decision,
    decidedAt: Number(row["decided_at"]),
  }));
}

/** Outcomes: one score per generation, replaced when new evidence comes in. */
import type { Outcome } from "../outcome/score.ts";
import type { Tier } from "../outcome/tiers.ts";
import type { Database } from "./database.ts";

export interface StoredOutcome {
  readonly generationId: string;
  readonly score: number;
  readonly verdict: string;
  readonly tier: Tier;
  readonly reasons: readonly string[];
}

/** `signals`: how many signals it was made from. */
export function saveOutcome(
  database: Database,
  generationId: string,
  outcome: Outcome,
  { tier, signals, now }: { readonly tier: Tier; readonly signals: number; readonly now: number },
): void {
  database.run(
    `INSERT INTO outcomes (generation_id, score, verdict, tier, kept_rate, edit_distance, reasons, signals,
       scored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (generation_id) DO UPDATE SET score = excluded.score, verdict = excluded.verdict, tier = excluded.tier,
       kept_rate = excluded.kept_rate, edit_distance = excluded.edit_distance, reasons = excluded.reasons,
       signals = excluded.signals, scored_at = excluded.scored_at`,
    generationId,
    outcome.score,
    outcome.verdict,
    tier,
    outcome.keptRate,
    outcome.editDistance,
    JSON.stringify(outcome.reasons),
    signals,
    now,
  );
}

export function findOutcome(database: Database, generationId: string): StoredOutcome | undefined {
  const row = database.get("SELECT * FROM outcomes WHERE generation_id = ?", generationId);
  if (!row) return undefined;
  return {
    generationId,
    score: Number(row["score"]),
    verdict: String(row["verdict"]),
    tier: row["tier"] as Tier,
    reasons: JSON.parse(String(row["reasons"])) as string[],
  };
}

/** Generations with signals that no outcome was made from yet: what a learning pass has to do, oldest first. */
export function unscoredGenerations(database: Database, limit: number): string[] {
  return database
    .all(
      `SELECT g.id FROM generations g LEFT JOIN outcomes o ON o.generation_id = g.id
       WHERE (SELECT count(*) FROM signals s WHERE s.generation_id = g.id) > coalesce(o.signals, 0)
       ORDER BY g.shown_at LIMIT ?`,
      limit,
    )
    .map((row) => String(row["id"]));
}

/** Outcomes: one score per generation, replaced when new evidence comes in. */
import type { Outcome } from "../outcome/score.ts";
import type { Tier } from "../outcome/tiers.ts";
import type { Database, Row } from "./database.ts";

const GENERATIONS_PER_PAGE = 500;

export interface StoredOutcome {
  readonly generationId: string;
  readonly score: number;
  readonly verdict: string;
  readonly tier: Tier;
  readonly reasons: readonly string[];
  /** Its kind, then the frameworks of its file. */
  readonly tags: readonly string[];
}

export interface OutcomeFacts {
  readonly tier: Tier;
  readonly tags: readonly string[];
  /** How many signals it was made from. */
  readonly signals: number;
  readonly now: number;
}

export function saveOutcome(
  database: Database,
  generationId: string,
  outcome: Outcome,
  { tier, tags, signals, now }: OutcomeFacts,
): void {
  database.run(
    `INSERT INTO outcomes (generation_id, score, verdict, tier, kept_rate, edit_distance, reasons, tags,
       signals, scored_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (generation_id) DO UPDATE SET score = excluded.score, verdict = excluded.verdict, tier = excluded.tier,
       kept_rate = excluded.kept_rate, edit_distance = excluded.edit_distance, reasons = excluded.reasons,
       tags = excluded.tags, signals = excluded.signals, scored_at = excluded.scored_at`,
    generationId,
    outcome.score,
    outcome.verdict,
    tier,
    outcome.keptRate,
    outcome.editDistance,
    JSON.stringify(outcome.reasons),
    JSON.stringify(tags),
    signals,
    now,
  );
}

export function findOutcome(database: Database, generationId: string): StoredOutcome | undefined {
  const row = database.get("SELECT * FROM outcomes WHERE generation_id = ?", generationId);
  return row && parseOutcome(row);
}

/** The outcomes of the generations that were shown last, newest first. */
export function latestOutcomes(database: Database, limit: number): StoredOutcome[] {
  return database
    .all(
      `SELECT o.* FROM outcomes o JOIN generations g ON g.id = o.generation_id
       ORDER BY g.shown_at DESC, g.id DESC LIMIT ?`,
      limit,
    )
    .map(parseOutcome);
}

/** Generations that were in a commit, the newest `limit` of them, oldest first. */
export function committedGenerations(database: Database, limit: number): string[] {
  return database
    .all(
      `SELECT generation_id AS id, max(at) AS at FROM signals WHERE kind = 'committed'
       GROUP BY generation_id ORDER BY at DESC, id LIMIT ?`,
      limit,
    )
    .map((row) => String(row["id"]))
    .reverse();
}

function parseOutcome(row: Row): StoredOutcome {
  return {
    generationId: String(row["generation_id"]),
    score: Number(row["score"]),
    verdict: String(row["verdict"]),
    tier: row["tier"] as Tier,
    reasons: JSON.parse(String(row["reasons"])) as string[],
    tags: JSON.parse(String(row["tags"])) as string[],
  };
}

/**
 * Generations with signals that no outcome was made from yet: what a learning pass has to do, oldest first. In pages, some
 * of them empty, that take a millisecond or two each.
 */
export function* unscoredGenerations(database: Database): Generator<readonly string[]> {
  const sql = `SELECT g.id, g.shown_at AS at, coalesce(o.signals, 0) AS scored,
      (SELECT count(*) FROM signals s WHERE s.generation_id = g.id) AS told
    FROM generations g LEFT JOIN outcomes o ON o.generation_id = g.id
    WHERE (g.shown_at, g.id) > (?, ?) ORDER BY g.shown_at, g.id LIMIT ?`;
  for (let last: readonly [number, string] = [-1, ""]; ;) {
    const rows = database.all(sql, ...last, GENERATIONS_PER_PAGE);
    yield rows.filter(({ told, scored }) => Number(told) > Number(scored)).map(({ id }) => String(id));
    if (rows.length < GENERATIONS_PER_PAGE) return;
    const { at, id } = rows.at(-1)!;
    last = [Number(at), String(id)];
  }
}

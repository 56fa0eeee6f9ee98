/**
 * Trials of retrieval: what an engine wrote with code of the workspace at hand and without, and which of the two came
 * nearer to what the developer kept. The critic's weights are folded from them.
 */
import type { Database } from "./database.ts";

export interface Trial {
  /** What was known before retrieval. */
  readonly features: readonly number[];
  /** The first proposal of each; "" for none. */
  readonly withCode: string;
  readonly withoutCode: string;
}

export interface SettledTrial {
  readonly features: readonly number[];
  /** Edit similarity to what was kept, with code of the workspace less without: −1..1. */
  readonly gain: number;
}

/** Stores a trial for a generation that is stored; a second time changes nothing. */
export function saveTrial(database: Database, generationId: string, { features, withCode, withoutCode }: Trial): void {
  database.run(
    `INSERT OR IGNORE INTO retrieval_trials (generation_id, features, with_code, without_code)
     SELECT id, ?, ?, ? FROM generations WHERE id = ?`,
    JSON.stringify(features),
    withCode,
    withoutCode,
    generationId,
  );
}

/** The trial of a generation, or undefined. */
export function findTrial(database: Database, generationId: string): Trial | undefined {
  const row = database.get("SELECT * FROM retrieval_trials WHERE generation_id = ?", generationId);
  if (!row) return undefined;
  return {
    features: JSON.parse(String(row["features"])) as number[],
    withCode: String(row["with_code"]),
    withoutCode: String(row["without_code"]),
  };
}

export function settleTrial(database: Database, generationId: string, gain: number): void {
  database.run("UPDATE retrieval_trials SET gain = ? WHERE generation_id = ?", gain, generationId);
}

/** The newest `limit` settled trials, oldest first. */
export function settledTrials(database: Database, limit: number): SettledTrial[] {
  return database
    .all(
      "SELECT features, gain FROM retrieval_trials WHERE gain IS NOT NULL ORDER BY generation_id DESC LIMIT ?",
      limit,
    )
    .map((row) => ({ features: JSON.parse(String(row["features"])) as number[], gain: Number(row["gain"]) }))
    .reverse();
}

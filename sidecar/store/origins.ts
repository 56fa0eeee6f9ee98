/** Origins: what an engine wrote, and what was made of it, for each suggestion that was shown. */
import type { Repair } from "../../protocol/style.ts";
import type { Database } from "./database.ts";
import { type GateDecision, saveGateDecision } from "./gate.ts";

export interface Origin {
  /** What the engine wrote, before style was applied. */
  readonly raw: string;
  /** What style changed in it. */
  readonly repairs: readonly Repair[];
  /** Where the engine had it from, for people. */
  readonly source: string;
  /** Probability the engine gave it, 0..1. */
  readonly confidence: number;
  /** Examples it rests on; some may be gone by now. */
  readonly exampleIds: readonly number[];
  /** What the gate let it through on; undefined where it was not asked, or where an origin is read again. */
  readonly decision?: GateDecision | undefined;
}

/** Stores where a shown generation came from; a second time changes nothing. Call in the transaction that stores it. */
export function saveOrigin(database: Database, generationId: string, origin: Origin): void {
  database.run(
    `INSERT OR IGNORE INTO origins (generation_id, raw, repairs, source, confidence, example_ids)
     VALUES (?, ?, ?, ?, ?, ?)`,
    generationId,
    origin.raw,
    JSON.stringify(origin.repairs),
    origin.source,
    origin.confidence,
    JSON.stringify(origin.exampleIds),
  );
  if (origin.decision) saveGateDecision(database, generationId, origin.decision);
}

export function findOrigin(database: Database, generationId: string): Origin | undefined {
  const row = database.get("SELECT * FROM origins WHERE generation_id = ?", generationId);
  if (!row) return undefined;
  return {
    raw: String(row["raw"]),
    repairs: JSON.parse(String(row["repairs"])) as Repair[],
    source: String(row["source"]),
    confidence: Number(row["confidence"]),
    exampleIds: JSON.parse(String(row["example_ids"])) as number[],
  };
}

/** Gate events: what the gate knew of each suggestion that was shown, and whether it was wanted. */
import type { Database, Row } from "./database.ts";

/** What a suggestion was let through on. */
export interface GateDecision {
  /** Value by feature; what is not named is 0. */
  readonly features: Readonly<Record<string, number>>;
  /** Probability with which it was shown, 0..1. */
  readonly propensity: number;
}

export interface GateLabel {
  readonly isWanted: boolean;
  /** How much it counts, 0..1. */
  readonly weight: number;
}

export interface GateEvent extends GateDecision, GateLabel {
  readonly generationId: string;
  /** When it was labelled, in milliseconds since the epoch. */
  readonly at: number;
}

/** Stores what a generation was shown on; a second time changes nothing. Call in the transaction that stores it. */
export function saveGateDecision(database: Database, generationId: string, decision: GateDecision): void {
  database.run(
    "INSERT OR IGNORE INTO gate_events (generation_id, features, propensity) VALUES (?, ?, ?)",
    generationId,
    JSON.stringify(decision.features),
    decision.propensity,
  );
}

/**
 * Stores whether a generation was wanted, as of `at`. Returns the event, or undefined where that is known already, or
 * nothing is known of how it was shown.
 */
export function saveGateLabel(
  database: Database,
  generationId: string,
  { isWanted, weight }: GateLabel,
  at: number,
): GateEvent | undefined {
  const { changes } = database.run(
    `UPDATE gate_events SET wanted = ?, weight = ?, labelled_at = ?
     WHERE generation_id = ? AND (wanted IS NOT ? OR weight IS NOT ?)`,
    Number(isWanted),
    weight,
    at,
    generationId,
    Number(isWanted),
    weight,
  );
  if (changes === 0) return undefined;
  return parseEvent(database.get("SELECT * FROM gate_events WHERE generation_id = ?", generationId)!);
}

/** The newest labelled events, at most `max` of them, oldest first, in pages. */
export function* labelledGateEvents(database: Database, max: number, pageSize: number): Generator<GateEvent[]> {
  const before = database.get(
    `SELECT labelled_at, id FROM gate_events WHERE labelled_at IS NOT NULL
     ORDER BY labelled_at DESC, id DESC LIMIT 1 OFFSET ?`,
    max,
  );
  let last: Row | undefined = before ?? { labelled_at: -1, id: -1 };
  for (;;) {
    const rows: Row[] = database.all(
      `SELECT * FROM gate_events WHERE labelled_at IS NOT NULL AND (labelled_at, id) > (?, ?)
       ORDER BY labelled_at, id LIMIT ?`,
      Number(last["labelled_at"]),
      Number(last["id"]),
      pageSize,
    );
    last = rows.at(-1);
    if (!last) return;
    yield rows.map(parseEvent);
  }
}

function parseEvent(row: Row): GateEvent {
  return {
    generationId: String(row["generation_id"]),
    features: JSON.parse(String(row["features"])) as GateDecision["features"],
    propensity: Number(row["propensity"]),
    isWanted: Number(row["wanted"]) === 1,
    weight: Number(row["weight"]),
    at: Number(row["labelled_at"]),
  };
}

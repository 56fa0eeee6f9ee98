/**
 * Episodes: a problem that went away, and the change that made it. Bounded for each symptom and in all: the newest stay,
 * for what was done last is what one would do again.
 */
import type { MendedSignal, Symptom } from "../../protocol/signals.ts";
import { symptomKey } from "../outcome/symptom.ts";
import type { Database, Row } from "./database.ts";
import { countLetGo } from "./let-go.ts";
import type { GenerationPlace } from "./signals.ts";

export const EPISODES_MAX = 2_000;
/** Of one symptom: more of the same teach nothing. */
const SAME_MAX = 5;

export interface Episode {
  readonly id: string;
  readonly projectId: number | undefined;
  readonly languageId: string;
  readonly path: string;
  readonly kind: Symptom["kind"];
  readonly message: string;
  readonly contextBefore: string;
  readonly before: string;
  readonly after: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Stores what made a problem go away; what is known already changes nothing. Call in a transaction. */
export function saveEpisode(database: Database, signal: MendedSignal, place: GenerationPlace): void {
  const key = symptomKey(signal.symptom);
  const { changes } = database.run(
    `INSERT OR IGNORE INTO episodes
       (id, project_id, language, path, kind, message, symptom, context_before, before, after, at)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    signal.id,
    place.projectId ?? null,
    signal.languageId,
    place.path,
    signal.symptom.kind,
    signal.symptom.message,
    key,
    signal.contextBefore,
    signal.before,
    signal.after,
    signal.at,
  );
  if (changes === 0) return;
  database.run(
    `DELETE FROM episodes WHERE id IN (
       SELECT id FROM episodes WHERE symptom = ? AND language = ? ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)`,
    key,
    signal.languageId,
    SAME_MAX,
  );
  const { changes: oldest } = database.run(
    "DELETE FROM episodes WHERE id IN (SELECT id FROM episodes ORDER BY at DESC, id DESC LIMIT -1 OFFSET ?)",
    EPISODES_MAX,
  );
  const reason = "there were too many; they were the oldest";
  countLetGo(database, { name: "problems that were solved", reason, count: oldest });
}

/** What made such a symptom go away before, those of the project first, then the newest. */
export function findEpisodes(
  database: Database,
  symptom: Symptom,
  place: { readonly languageId: string; readonly projectId: number | undefined },
  limit: number,
): Episode[] {
  return database
    .all(
      `SELECT * FROM episodes WHERE symptom = ? AND language = ?
       ORDER BY project_id IS ? DESC, at DESC, id DESC LIMIT ?`,
      symptomKey(symptom),
      place.languageId,
      place.projectId ?? null,
      limit,
    )
    .map(parseEpisode);
}

export function countEpisodes(database: Database): number {
  return Number(database.get("SELECT count(*) AS n FROM episodes")!["n"]);
}

function parseEpisode(row: Row): Episode {
  return {
    id: String(row["id"]),
    projectId: row["project_id"] === null ? undefined : Number(row["project_id"]),
    languageId: String(row["language"]),
    path: String(row["path"]),
    kind: row["kind"] as Episode["kind"],
    message: String(row["message"]),
    contextBefore: String(row["context_before"]),
    before: String(row["before"]),
    after: String(row["after"]),
    at: Number(row["at"]),
  };
}

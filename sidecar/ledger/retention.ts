/**
 * Keeps the store within bounds, in the background and in slices: where a table is full the rows that are worth least go,
 * and how many is counted. It runs at a start; a session adds little to what bounds allow.
 */
import type { Clock } from "../base/clock.ts";
import { Slices } from "../base/slices.ts";
import type { Database, Row } from "../store/database.ts";
import { type ExampleTerms, removeExamples } from "../store/examples.ts";
import { countLetGo } from "../store/let-go.ts";
import { TABLES } from "../store/tables.ts";
import { type Kept, worthOf } from "./worth.ts";

/** Rows that are kept. A suggestion with its observations takes two or three kilobytes. */
export interface Caps {
  readonly generations: number;
  readonly examples: number;
  readonly trials: number;
  /** What users said is let go last: of each kind the oldest beyond this. */
  readonly decisions: number;
}

export const CAPS: Caps = { generations: 50_000, examples: 48_000, trials: 4_000, decisions: 10_000 };
/** A full table is emptied a little further, so that this is not needed at every start. */
const LEEWAY = 0.95;
const ROWS_PER_BATCH = 200;
const FULL = "the store was full; they were worth least";

export interface RetentionDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Told which examples are gone: what is held in memory and the index follow. */
  readonly onExamplesGone: (examples: readonly ExampleTerms[]) => Promise<void>;
  readonly caps?: Caps;
}

/** A row that may go. */
interface Rated {
  readonly id: string | number;
  readonly worth: number;
}

export class Retention {
  readonly #deps: RetentionDeps;
  readonly #caps: Caps;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
    this.#caps = deps.caps ?? CAPS;
  }

  /** Brings every table below its cap. */
  async tend(signal: AbortSignal): Promise<void> {
    await this.#tendGenerations(signal);
    await this.#tendExamples(signal);
    this.#letGoOldest("retrieval_trials", "generation_id", this.#caps.trials);
    for (const table of ["decisions", "erasures", "vetoed_texts"] as const) {
      const at = TABLES.find(({ name }) => name === table)!.at!;
      this.#letGoOldest(table, at, this.#caps.decisions);
    }
  }

  async #tendGenerations(signal: AbortSignal): Promise<void> {
    const { database, clock } = this.#deps;
    const now = clock.now();
    const least = await this.#leastOf("generations", this.#caps.generations, signal, {
      sql: `SELECT g.id, g.shown_at AS at, o.score,
              EXISTS (SELECT 1 FROM signals s WHERE s.generation_id = g.id AND s.kind = 'accepted') AS is_accepted,
              EXISTS (SELECT 1 FROM examples e WHERE e.generation_id = g.id AND e.origin = 'corrected') AS is_corrected
            FROM generations g LEFT JOIN outcomes o ON o.generation_id = g.id
            ORDER BY g.id LIMIT ? OFFSET ?`,
      rate: (row) => {
        const taken = row["is_corrected"] === 1 ? "corrected" : "accepted";
        const kind = row["is_accepted"] === 1 ? taken : "shown";
        return worthOf({ kind, score: numberIn(row["score"]), uses: 0, ageMs: now - Number(row["at"]) });
      },
    });
    await inBatches(least, signal, (ids) => {
      database.transaction(() => {
        for (const id of ids) letGoGeneration(database, String(id));
        countLetGo(database, { name: "suggestions with their observations", reason: FULL, count: ids.length });
      });
      return Promise.resolve();
    });
  }

  async #tendExamples(signal: AbortSignal): Promise<void> {
    const { database, clock, onExamplesGone } = this.#deps;
    const now = clock.now();
    const uses = new Map<number, number>();
    const least = await this.#leastOf("examples", this.#caps.examples, signal, {
      prepare: () => {
        const counted = database.all(
          "SELECT value AS id, count(*) AS uses FROM origins, json_each(example_ids) GROUP BY value",
        );
        for (const row of counted) uses.set(Number(row["id"]), Number(row["uses"]));
      },
      sql: "SELECT id, origin, score, created_at AS at FROM examples ORDER BY id LIMIT ? OFFSET ?",
      rate: (row) =>
        worthOf({
          kind: row["origin"] as Kept["kind"],
          score: numberIn(row["score"]),
          uses: uses.get(Number(row["id"])) ?? 0,
          ageMs: now - Number(row["at"]),
        }),
    });
    await inBatches(least, signal, async (ids) => {
      const gone = database.transaction(() => {
        countLetGo(database, { name: "examples", reason: FULL, count: ids.length });
        return removeExamples(database, ids.map(Number));
      });
      await onExamplesGone(gone);
    });
  }

  /** Rows beyond a cap that are worth least; none where the table is not full. */
  async #leastOf(
    table: string,
    max: number,
    signal: AbortSignal,
    {
      sql,
      rate,
      prepare,
    }: { readonly sql: string; readonly rate: (row: Row) => number; readonly prepare?: () => void },
  ): Promise<readonly (string | number)[]> {
    const { database } = this.#deps;
    const count = countOf(database, table);
    if (count <= max) return [];
    prepare?.();
    const slices = new Slices(signal);
    const rated: Rated[] = [];
    for (let offset = 0; ; offset += ROWS_PER_BATCH) {
      const rows = database.all(sql, ROWS_PER_BATCH, offset);
      for (const row of rows) rated.push({ id: row["id"] as string | number, worth: rate(row) });
      if (rows.length < ROWS_PER_BATCH) break;
      if (slices.over) await slices.pause();
    }
    rated.sort((a, b) => a.worth - b.worth);
    return rated.slice(0, count - Math.floor(max * LEEWAY)).map(({ id }) => id);
  }

  #letGoOldest(table: string, by: string, max: number): void {
    const { database } = this.#deps;
    const excess = countOf(database, table) - max;
    if (excess <= 0) return;
    const key = table === "retrieval_trials" ? "generation_id" : table === "vetoed_texts" ? "id" : "learned_id";
    database.transaction(() => {
      database.run(`DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} ORDER BY ${by} LIMIT ?)`, excess);
      const name = TABLES.find((one) => one.name === table)!.title;
      countLetGo(database, { name, reason: "there were too many; they were the oldest", count: excess });
    });
  }
}

/** Its examples stay: they are worth something by themselves. */
function letGoGeneration(database: Database, id: string): void {
  database.run("UPDATE examples SET generation_id = NULL WHERE generation_id = ?", id);
  for (const { name, generation } of TABLES) {
    if (generation === undefined || name === "generations" || name === "examples") continue;
    database.run(`DELETE FROM ${name} WHERE ${generation} = ?`, id);
  }
  database.run("DELETE FROM generations WHERE id = ?", id);
}

async function inBatches(
  ids: readonly (string | number)[],
  signal: AbortSignal,
  letGo: (ids: readonly (string | number)[]) => Promise<void>,
): Promise<void> {
  const slices = new Slices(signal);
  for (let from = 0; from < ids.length; from += ROWS_PER_BATCH) {
    await letGo(ids.slice(from, from + ROWS_PER_BATCH));
    await slices.pause();
  }
}

function countOf(database: Database, table: string): number {
  return Number(database.get(`SELECT count(*) AS n FROM ${table}`)!["n"]);
}

function numberIn(value: Row[string] | undefined): number | undefined {
  return typeof value === "number" ? value : undefined;
}

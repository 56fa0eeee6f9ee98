/**
 * Keeps the store within bounds, in the background and in slices: where a table is full the rows that are worth least go,
 * and how many is counted. It runs at a start and once a day; what bounds the other tables is said in `store/tables.ts`.
 */
import { setImmediate } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { Slices } from "../base/slices.ts";
import type { Database, Row } from "../store/database.ts";
import { countChunks, fileHashes, removeFile } from "../store/chunks.ts";
import { type ExampleTerms, removeExamples } from "../store/examples.ts";
import { countLetGo } from "../store/let-go.ts";
import { CHUNKS_KEPT_MAX, TABLES } from "../store/tables.ts";
import { type Kept, repeatedIn, worthOf } from "./worth.ts";

/** Rows that are kept. A suggestion with its observations takes two or three kilobytes. */
export interface Caps {
  readonly generations: number;
  /** Of one suggestion: somebody may run tests at every change for a day. */
  readonly signals: number;
  readonly examples: number;
  readonly trials: number;
  /** What users said is let go last: of each kind the oldest beyond this. */
  readonly decisions: number;
  /** Pieces of projects' files, of two kilobytes each: those of projects that were not worked on for longest go. */
  readonly chunks: number;
}

export const CAPS: Caps = {
  generations: 50_000,
  signals: 200,
  examples: 48_000,
  trials: 4_000,
  decisions: 10_000,
  chunks: CHUNKS_KEPT_MAX,
};
/** A full table is emptied a little further, so that this is not needed at every start. */
const LEEWAY = 0.95;
const ROWS_PER_PAGE = 200;
/** Rows that go in one transaction: a keystroke may wait for it. */
const ROWS_PER_BATCH = 10;
const FULL = "the store was full; they were worth least";
const REPEATED = "there were too many of one suggestion; neither the first nor the last of their kind";
const OF_OLD_PROJECTS =
  "the store was full; their projects were not worked on for longest, and are read again when opened";

export interface RetentionDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Told which examples are gone: what is held in memory and the index follow. */
  readonly onExamplesGone: (examples: readonly ExampleTerms[]) => Promise<void>;
  /** Projects that are open: their files are read, so nothing of them goes. */
  readonly openProjects: () => ReadonlySet<number>;
  /** Nothing of a project's files is stored any more: what was derived of them is deleted. */
  readonly onFilesGone: (projectId: number) => Promise<void>;
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
    await this.#tendSignals(signal);
    await this.#tendExamples(signal);
    await this.#tendFiles(signal);
    await this.#letGoOldest("retrieval_trials", "generation_id", this.#caps.trials, signal);
    for (const table of ["decisions", "erasures", "vetoed_texts"] as const) {
      const at = TABLES.find(({ name }) => name === table)!.at!;
      await this.#letGoOldest(table, at, this.#caps.decisions, signal);
    }
  }

  /** They are read again when their project is opened: of closed ones those go first that are not worked on any more. */
  async #tendFiles(signal: AbortSignal): Promise<void> {
    const { database, openProjects, onFilesGone } = this.#deps;
    let count = countOf(database, "chunks");
    if (count <= this.#caps.chunks) return;
    const oldest = database.all(
      `SELECT p.id, max(coalesce((SELECT max(shown_at) FROM generations WHERE project_id = p.id), 0), p.created_at) AS at
       FROM projects p ORDER BY at`,
    );
    for (const { id } of oldest) {
      if (count <= this.#caps.chunks * LEEWAY) return;
      const projectId = Number(id);
      if (openProjects().has(projectId)) continue;
      count -= countChunks(database, projectId);
      const paths = [...fileHashes(database, projectId).keys()];
      await inBatches(paths, signal, (batch) => {
        database.transaction(() => {
          for (const path of batch) removeFile(database, projectId, String(path));
          countLetGo(database, { name: "files read", reason: OF_OLD_PROJECTS, count: batch.length });
        });
        return Promise.resolve();
      });
      if (paths.length > 0) await onFilesGone(projectId);
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
            WHERE g.id > ? ORDER BY g.id LIMIT ?`,
      first: "",
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

  /** Of what was observed of one suggestion again and again, the middle goes: how it began and ended is what it tells. */
  async #tendSignals(signal: AbortSignal): Promise<void> {
    const { database } = this.#deps;
    const max = this.#caps.signals;
    const sql = `SELECT g.id, (SELECT count(*) FROM signals s WHERE s.generation_id = g.id) AS n
                 FROM generations g WHERE g.id > ? ORDER BY g.id LIMIT ?`;
    for await (const { id, n } of this.#rows(sql, "", signal)) {
      if (Number(n) <= max) continue;
      const rows = database.all(
        `SELECT id, kind || ' ' || coalesce(json_extract(body, '$.moment'), '') AS kind
         FROM signals WHERE generation_id = ? ORDER BY at, id`,
        id!,
      );
      const kinds = rows.map(({ kind }) => String(kind));
      const gone = repeatedIn(kinds, Math.floor(max * LEEWAY)).map((index) => String(rows[index]!["id"]));
      await inBatches(gone, signal, (ids) => {
        database.transaction(() => {
          database.run(`DELETE FROM signals WHERE id IN (${ids.map(() => "?").join()})`, ...ids);
          countLetGo(database, { name: "observations", reason: REPEATED, count: ids.length });
        });
        return Promise.resolve();
      });
    }
  }

  async #tendExamples(signal: AbortSignal): Promise<void> {
    const { database, clock, onExamplesGone } = this.#deps;
    const now = clock.now();
    const uses = new Map<number, number>();
    const least = await this.#leastOf("examples", this.#caps.examples, signal, {
      prepare: async () => {
        const sql =
          "SELECT generation_id AS id, example_ids FROM origins WHERE generation_id > ? ORDER BY generation_id LIMIT ?";
        for await (const row of this.#rows(sql, "", signal)) {
          for (const id of JSON.parse(String(row["example_ids"])) as number[]) uses.set(id, (uses.get(id) ?? 0) + 1);
        }
      },
      sql: "SELECT id, origin, score, created_at AS at FROM examples WHERE id > ? ORDER BY id LIMIT ?",
      first: 0,
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
      first,
      rate,
      prepare,
    }: {
      readonly sql: string;
      /** Below all ids. */
      readonly first: string | number;
      readonly rate: (row: Row) => number;
      readonly prepare?: () => Promise<void>;
    },
  ): Promise<readonly (string | number)[]> {
    const { database } = this.#deps;
    const count = countOf(database, table);
    if (count <= max) return [];
    await prepare?.();
    const rated: Rated[] = [];
    for await (const row of this.#rows(sql, first, signal)) {
      rated.push({ id: row["id"] as string | number, worth: rate(row) });
    }
    rated.sort((a, b) => a.worth - b.worth);
    return rated.slice(0, count - Math.floor(max * LEEWAY)).map(({ id }) => id);
  }

  /** Rows of a query with the places of its last id and of a limit, page by page. */
  async *#rows(sql: string, first: string | number, signal: AbortSignal): AsyncGenerator<Row> {
    const slices = new Slices(signal);
    for (let last = first; ;) {
      const rows = this.#deps.database.all(sql, last, ROWS_PER_PAGE);
      for (const row of rows) {
        yield row;
        if (slices.over) await slices.pause();
      }
      if (rows.length < ROWS_PER_PAGE) return;
      last = rows.at(-1)!["id"] as string | number;
    }
  }

  async #letGoOldest(table: string, by: string, max: number, signal: AbortSignal): Promise<void> {
    const { database } = this.#deps;
    const key = table === "retrieval_trials" ? "generation_id" : table === "vetoed_texts" ? "id" : "learned_id";
    const name = TABLES.find((one) => one.name === table)!.title;
    const sql = `DELETE FROM ${table} WHERE ${key} IN (SELECT ${key} FROM ${table} ORDER BY ${by} LIMIT ?)`;
    for (let excess = countOf(database, table) - max; excess > 0; excess -= ROWS_PER_PAGE) {
      const count = Math.min(excess, ROWS_PER_PAGE);
      database.transaction(() => {
        database.run(sql, count);
        countLetGo(database, { name, reason: "there were too many; they were the oldest", count });
      });
      signal.throwIfAborted();
      await setImmediate();
    }
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

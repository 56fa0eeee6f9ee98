/**
 * Reads an export into this store, all of it or nothing. What is here already stays as it is; projects are the same where
 * their folder is, and get ids of this store. Secrets are cut out again: the file may have been written by anybody.
 */
import { createReadStream } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline/promises";
import * as v from "valibot";
import type { ExportDataResult } from "../../protocol/ledger.ts";
import { describeError, SidecarError, systemCode } from "../base/errors.ts";
import { redact } from "../../privacy/redact.ts";
import type { Database, Value } from "../store/database.ts";
import { codeColumns } from "../store/shingles.ts";
import { type StoredTable, TABLES } from "../store/tables.ts";
import { EXPORT_FORMAT } from "./export.ts";

const manifestSchema = v.object({ format: v.number(), counts: v.record(v.string(), v.number()) });
const valueSchema = v.union([v.null(), v.string(), v.number(), v.object({ base64: v.string() })]);
const rowSchema = v.record(v.string(), valueSchema);

type Imported = v.InferOutput<typeof rowSchema>;
/** Rows whose ids are numbers of this store: they get new ones. */
const NUMBERED: ReadonlySet<string> = new Set(["projects", "examples", "gate_events", "vetoed_texts"]);
/** Columns that hold JSON, and of what form: what reads them relies on it. */
const JSON_FORMS: Readonly<Record<string, v.GenericSchema>> = {
  "signals.body": v.looseObject({ id: v.string(), kind: v.string(), at: v.number(), generationId: v.string() }),
  "origins.repairs": v.array(v.unknown()),
  "origins.example_ids": v.array(v.number()),
  "outcomes.reasons": v.array(v.string()),
  "outcomes.tags": v.array(v.string()),
  "gate_events.features": v.record(v.string(), v.number()),
  "retrieval_trials.features": v.array(v.number()),
};
/** Rows that an export may bring in at once. */
const ROWS_MAX = 2_000_000;

/** Numbers that rows had in the other store, and have in this one. */
interface Renumbered {
  readonly projects: Map<number, number>;
  readonly examples: Map<number, number>;
}

/** Throws where the folder is no export, or not all of it can be taken: then nothing is. */
export async function importData(database: Database, folder: string, signal: AbortSignal): Promise<ExportDataResult> {
  const { format } = await readManifest(folder);
  if (format !== EXPORT_FORMAT) {
    throw new SidecarError(
      "file",
      `The export has format ${format}; this Tacit reads ${EXPORT_FORMAT}.`,
      "Update Tacit.",
    );
  }
  const tables: { readonly table: StoredTable; readonly rows: readonly Imported[] }[] = [];
  for (const table of TABLES) {
    if (table.exported === "no") continue;
    tables.push({ table, rows: await readRows(join(folder, "data", `${table.name}.jsonl`), signal) });
  }
  const counts: Record<string, number> = {};
  const numbers: Renumbered = { projects: new Map(), examples: new Map() };
  try {
    database.transaction(() => {
      database.run("PRAGMA defer_foreign_keys = ON");
      for (const { table, rows } of ordered(tables)) {
        const taken = rows.filter((row) => takeRow(database, table, row, numbers)).length;
        if (taken > 0) counts[table.name] = taken;
      }
    });
  } catch (error) {
    throw new SidecarError(
      "file",
      `The export in ${folder} does not fit: ${describeError(error)}.`,
      "Export again with the Tacit that wrote it; nothing was changed here.",
      error,
    );
  }
  return { counts };
}

/** Origins name examples by their numbers: those come first. */
function ordered<T extends { readonly table: StoredTable }>(tables: readonly T[]): T[] {
  return [
    ...tables.filter(({ table }) => table.name !== "origins"),
    ...tables.filter(({ table }) => table.name === "origins"),
  ];
}

async function readManifest(folder: string): Promise<v.InferOutput<typeof manifestSchema>> {
  try {
    return v.parse(manifestSchema, JSON.parse(await readFile(join(folder, "manifest.json"), "utf8")));
  } catch (error) {
    throw new SidecarError("file", `${folder} is no export of Tacit.`, "Name the folder of `tacit export`.", error);
  }
}

async function readRows(path: string, signal: AbortSignal): Promise<Imported[]> {
  const rows: Imported[] = [];
  try {
    for await (const line of createInterface({ input: createReadStream(path, { encoding: "utf8", signal }) })) {
      if (rows.length === ROWS_MAX) throw new RangeError(`${path} has too many rows`);
      rows.push(v.parse(rowSchema, JSON.parse(line)));
    }
  } catch (error) {
    signal.throwIfAborted();
    // Tables that the exporting Tacit did not have yet, or would not tell.
    if (systemCode(error) === "ENOENT") return [];
    throw new SidecarError("file", `${path} cannot be read: ${describeError(error)}.`, "Export again.", error);
  }
  return rows;
}

/** Returns whether it was not there yet. */
function takeRow(database: Database, table: StoredTable, row: Imported, numbers: Renumbered): boolean {
  const { id, ...rest } = row;
  const isNumbered = NUMBERED.has(table.name);
  const named = isNumbered ? rest : row;
  const renumbered = renumber(named, table, numbers);
  if (table.name === "projects") return takeProject(database, Number(id), renumbered, numbers);
  if (table.name === "examples") {
    const known = database.get(
      "SELECT id FROM examples WHERE path = ? AND line_prefix = ? AND text = ? AND generation_id IS ?",
      ...["path", "line_prefix", "text", "generation_id"].map((column) => valueOf(renumbered[column] ?? null)),
    );
    if (known) {
      numbers.examples.set(Number(id), Number(known["id"]));
      return false;
    }
  }
  const { changes, lastId } = insert(database, table.name, renumbered);
  if (table.name === "examples") numbers.examples.set(Number(id), lastId);
  return changes > 0;
}

function takeProject(database: Database, id: number, row: Imported, { projects }: Renumbered): boolean {
  const { changes } = insert(database, "projects", row);
  projects.set(id, Number(database.get("SELECT id FROM projects WHERE root = ?", valueOf(row["root"] ?? null))!["id"]));
  return changes > 0;
}

function renumber(row: Imported, { project }: StoredTable, { projects, examples }: Renumbered): Imported {
  const result = { ...row };
  if (project !== undefined && typeof result[project] === "number")
    result[project] = projects.get(result[project]) ?? null;
  if (typeof result["learned_id"] === "string") {
    result["learned_id"] = result["learned_id"].replace(
      /(@[a-z]+:)(\d+)/,
      (_, level: string, number: string) => `${level}${projects.get(Number(number)) ?? number}`,
    );
  }
  if (typeof result["example_ids"] === "string") {
    const ids = v.parse(v.array(v.number()), JSON.parse(result["example_ids"]));
    result["example_ids"] = JSON.stringify(ids.flatMap((id) => examples.get(id) ?? []));
  }
  return result;
}

function insert(
  database: Database,
  table: string,
  row: Imported,
): { readonly changes: number; readonly lastId: number } {
  const columns = Object.keys(row);
  const known = new Set(database.all("SELECT name FROM pragma_table_info(?)", table).map(({ name }) => String(name)));
  for (const column of columns) if (!known.has(column)) throw new RangeError(`${table} has no ${column}`);
  const texts = new Set(codeColumns(database, table));
  const values = columns.map((column) => {
    const value = valueOf(row[column]!);
    const form = JSON_FORMS[`${table}.${column}`];
    if (form && value !== null && !(typeof value === "string" && v.is(form, JSON.parse(value)))) {
      throw new RangeError(`${column} of ${table} does not have its form`);
    }
    return typeof value === "string" && texts.has(column) ? withoutSecrets(value) : value;
  });
  return database.run(
    `INSERT INTO ${table} (${columns.join()}) VALUES (${columns.map(() => "?").join()}) ON CONFLICT DO NOTHING`,
    ...values,
  );
}

function valueOf(value: v.InferOutput<typeof valueSchema>): Value {
  return typeof value === "object" && value !== null ? new Uint8Array(Buffer.from(value.base64, "base64")) : value;
}

/** Within JSON too, without breaking it. */
function withoutSecrets(text: string): string {
  if (!/^[[{]/.test(text)) return redact(text).text;
  try {
    return JSON.stringify(JSON.parse(text), (_, value: unknown) =>
      typeof value === "string" ? redact(value).text : value,
    );
  } catch {
    // Code may begin with a bracket as well.
    return redact(text).text;
  }
}

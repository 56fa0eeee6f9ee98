/**
 * Writes what is stored into a folder: `data/` has a file of JSON Lines for each table, which `import.ts` reads;
 * `patterns/`, `history/` and `examples/` say the same for people. What projects' files say is not exported: it is
 * read again from them.
 */
import { mkdir, open, readdir, type FileHandle } from "node:fs/promises";
import { join } from "node:path";
import type { ExportDataResult, LedgerResult } from "../../protocol/ledger.ts";
import type { Learned } from "../../protocol/style.ts";
import { SidecarError, systemCode } from "../base/errors.ts";
import { createId } from "../base/random.ts";
import { Slices } from "../base/slices.ts";
import type { Database, Row } from "../store/database.ts";
import { pagesOf, TABLES } from "../store/tables.ts";
import { VERSION } from "../version.ts";
import { type Anonymiser, createAnonymiser } from "./anonymise.ts";
import { readLedger, tellLedger } from "./read.ts";

/** Changes where an older Tacit could not read it. */
export const EXPORT_FORMAT = 1;
/** What an export begins with. */
export interface Manifest {
  readonly format: number;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly exportedAt: number;
  readonly isAnonymised: boolean;
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
}

const DAY_MS = 24 * 60 * 60 * 1000;

export interface ExportDeps {
  readonly database: Database;
  readonly learned: readonly Learned[];
  /** Milliseconds since the epoch. */
  readonly now: number;
}

/** Throws where the folder holds something: an export never overwrites. */
export async function exportData(
  { database, learned, now }: ExportDeps,
  folder: string,
  { anonymise }: { readonly anonymise: boolean },
  signal: AbortSignal,
): Promise<ExportDataResult> {
  await createFolder(folder);
  const anonymiser = anonymise ? createAnonymiser(anonymousKey(database)) : undefined;
  const slices = new Slices(signal);
  const counts: Record<string, number> = {};
  await mkdir(join(folder, "data"), { mode: 0o700 });
  for (const { name, exported } of TABLES) {
    if (exported === "no") continue;
    await writing(join(folder, "data", `${name}.jsonl`), async (file) => {
      counts[name] = 0;
      for (const rows of pagesOf(database, name)) {
        const lines = rows.map((row) =>
          JSON.stringify(jsonOf(anonymiser ? hide(database, anonymiser, name, row) : row)),
        );
        await file.appendFile(lines.map((line) => `${line}\n`).join(""));
        counts[name] += rows.length;
        if (slices.over) await slices.pause();
      }
    });
  }
  await writeReadable({ database, learned, anonymiser }, folder, slices);
  const manifest: Manifest = {
    format: EXPORT_FORMAT,
    version: VERSION,
    exportedAt: now,
    isAnonymised: anonymise,
    counts,
  };
  // Last: without it the folder is no export.
  await write(join(folder, "manifest.json"), `${JSON.stringify(manifest, undefined, 2)}\n`);
  return { counts: Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0)) };
}

async function createFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if ((await readdir(folder)).length === 0) return;
  } catch (error) {
    const reason = systemCode(error) ?? "unknown";
    throw new SidecarError("folder", `The folder ${folder} cannot be written (${reason}).`, "Name another one.", error);
  }
  throw new SidecarError("folder", `The folder ${folder} is not empty.`, "Name an empty folder, or one to be made.");
}

/** Bytes as base 64. */
function jsonOf(row: Row): object {
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [
      column,
      value instanceof Uint8Array ? { base64: Buffer.from(value).toString("base64") } : value,
    ]),
  );
}

/** The key of stand-ins: the same in all exports of this store, and in none. */
function anonymousKey(database: Database): string {
  const read = (): string | undefined =>
    database.get("SELECT value FROM meta WHERE key = 'anonymous'")?.["value"] as string | undefined;
  if (read() === undefined) {
    database.run("INSERT OR IGNORE INTO meta (key, value) VALUES ('anonymous', ?)", createId() + createId());
  }
  return read()!;
}

/** Columns and keys whose words are Tacit's own. Everything else is replaced, whatever is added later. */
const OUR_COLUMNS: ReadonlySet<string> = new Set([
  ...["language", "engine", "proposer", "kind", "verdict", "tier", "tags", "origin", "features", "decision"],
  "example_ids",
]);
const OUR_KEYS: ReadonlySet<string> = new Set([
  ...["id", "generationId", "kind", "extent", "via", "reason", "phase", "moment", "rating", "purpose", "turn", "topic"],
  ...["languageId", "engine", "proposer"],
]);
const PATHS: ReadonlySet<string> = new Set(["root", "path", "uri", "source"]);
/** Hashes of words, which could be guessed. */
const HASHES: ReadonlySet<string> = new Set(["whole_hash"]);

function hide(database: Database, anonymiser: Anonymiser, table: string, row: Row): Row {
  const languageId = languageOf(database, row);
  return Object.fromEntries(
    Object.entries(row).map(([column, value]) => [column, hideValue(anonymiser, { table, column, value, languageId })]),
  );
}

function hideValue(
  anonymiser: Anonymiser,
  { table, column, value, languageId }: { table: string; column: string; value: Row[string]; languageId: string },
): Row[string] {
  if (value instanceof Uint8Array) return new Uint8Array();
  if (HASHES.has(column)) return 0;
  if (typeof value !== "string") return value;
  if (column === "learned_id") return anonymiser.learnedId(value);
  if (OUR_COLUMNS.has(column) || /(?:^|_)ids?$/.test(column)) return value;
  if (PATHS.has(column)) return anonymiser.path(value);
  if (column === "reasons") {
    return JSON.stringify((JSON.parse(value) as string[]).map((reason) => anonymiser.sentence(reason)));
  }
  const isJson = (table === "signals" && column === "body") || (table === "origins" && column === "repairs");
  if (isJson) return JSON.stringify(hideLeaves(anonymiser, JSON.parse(value), languageId));
  return anonymiser.code(value, languageId);
}

function hideLeaves(anonymiser: Anonymiser, value: unknown, languageId: string, key = ""): unknown {
  if (typeof value === "string") {
    if (OUR_KEYS.has(key)) return value;
    if (key === "learnedId") return anonymiser.learnedId(value);
    return PATHS.has(key) ? anonymiser.path(value) : anonymiser.code(value, languageId);
  }
  if (Array.isArray(value)) return value.map((one) => hideLeaves(anonymiser, one, languageId, key));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, one]) => [name, hideLeaves(anonymiser, one, languageId, name)]),
  );
}

function languageOf(database: Database, row: Row): string {
  if (typeof row["language"] === "string") return row["language"];
  const generationId = row["generation_id"];
  const generation =
    typeof generationId === "string"
      ? database.get("SELECT language FROM generations WHERE id = ?", generationId)
      : undefined;
  return String(generation?.["language"] ?? "");
}

interface Readable {
  readonly database: Database;
  readonly learned: readonly Learned[];
  readonly anonymiser: Anonymiser | undefined;
}

async function writeReadable(
  { database, learned, anonymiser }: Readable,
  folder: string,
  slices: Slices,
): Promise<void> {
  for (const name of ["patterns", "history", "examples"]) await mkdir(join(folder, name), { mode: 0o700 });
  for (const [language, own] of Map.groupBy(learned, ({ languageId }) => languageId || "every-language")) {
    const lines = own.map((one) => {
      const title = anonymiser ? anonymiser.title(one) : one.title;
      return `- ${title} (${one.held} of ${one.total}, ${one.state})`;
    });
    await write(join(folder, "patterns", `${language}.md`), `# Style: ${language}\n\n${lines.join("\n")}\n`);
  }
  const days = database.all(`SELECT DISTINCT shown_at / ${DAY_MS} AS day FROM generations ORDER BY day`);
  for (const { day } of days) {
    const from = Number(day) * DAY_MS;
    const name = new Date(from).toISOString().slice(0, 10);
    const found = readLedger(database, { kind: "span", from, to: from + DAY_MS }, []);
    await write(
      join(folder, "history", `${name}.md`),
      tellLedger(name, anonymiser ? hideStory(anonymiser, found) : found),
    );
    if (slices.over) await slices.pause();
  }
  const languages = database.all("SELECT DISTINCT language FROM examples ORDER BY language");
  for (const { language } of languages) {
    const file = join(folder, "examples", `${String(language).replace(/[^\w+-]/g, "_")}.md`);
    await writing(file, async (handle) => {
      await handle.appendFile(`# Examples: ${String(language)}\n`);
      for (const rows of pagesOf(database, "examples")) {
        const own = rows.filter((row) => row["language"] === language);
        const told = own.map((row) => tellExample(anonymiser ? hide(database, anonymiser, "examples", row) : row));
        if (told.length > 0) await handle.appendFile(told.join(""));
        if (slices.over) await slices.pause();
      }
    });
  }
}

type Story = Omit<LedgerResult, "text">;

function hideStory(anonymiser: Anonymiser, { counts, suggestions, sections }: Story): Story {
  return {
    counts,
    suggestions: suggestions.map((story) => ({
      ...story,
      path: anonymiser.path(story.path),
      text: anonymiser.code(story.text, ""),
      events: story.events.map((event) => anonymiser.sentence(event)),
      reasons: story.reasons.map((reason) => anonymiser.sentence(reason)),
    })),
    // Rows in words of ours and theirs, which cannot be told apart.
    sections: sections.map(({ title, entries }) => ({
      title,
      entries: entries.map((entry) => anonymiser.code(entry, "")),
    })),
  };
}

function tellExample(row: Row): string {
  const text = `${String(row["line_prefix"])}${String(row["text"])}`;
  const fence = text.includes("```") ? "~~~~" : "```";
  return `\n## ${String(row["path"])} (${String(row["origin"])})\n\n${fence}\n${text}\n${fence}\n`;
}

async function write(path: string, text: string): Promise<void> {
  await writing(path, (file) => file.appendFile(text));
}

/** For this user alone: it is their code. */
async function writing(path: string, work: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, "wx", 0o600);
  try {
    await work(file);
  } finally {
    await file.close();
  }
}

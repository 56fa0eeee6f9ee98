/**
 * Looks for traces of what was forgotten in every file of the data folder: byte by byte, and in what is stored in pieces
 * (words and numbers of recall's memory, labels of vectors). What was forgotten is known as hashes only; a text can be
 * given to be looked for as well.
 */
import { open, readdir, stat } from "node:fs/promises";
import { join, sep } from "node:path";
import { OUTBOX_FOLDER } from "../../privacy/data-folder.ts";
import { systemCode } from "../base/errors.ts";
import { Slices } from "../base/slices.ts";
import { readMemoryTexts } from "../engine/recall/state.ts";
import type { Database } from "../store/database.ts";
import { forgottenHashes, unfinishedForgets } from "../store/forget.ts";
import { createHash, groupsOf, type HashWords, storedTexts } from "../store/shingles.ts";
import { listIndexes, readLabels } from "../vectors/index-files.ts";

export interface Trace {
  /** Relative to the data folder. */
  readonly file: string;
  /** A sentence. */
  readonly what: string;
}

export interface Verified {
  readonly files: number;
  readonly bytes: number;
  /** Groups of words that are looked for. */
  readonly hashes: number;
  /** Left over; none is what should be. */
  readonly traces: readonly Trace[];
  /** Groups of words that are stored in rows: read, typed or shown again since. */
  readonly again: number;
  /** What is not certain, a sentence each. */
  readonly notes: readonly string[];
}

/** Models and backends are downloads; what they hold is nobody's code. */
const DOWNLOADS: ReadonlySet<string> = new Set(["models", "backends"]);
const BLOCK_BYTES = 1 << 20;
/** What may be cut by a block's end is read again with the next. */
const OVERLAP_BYTES = 4096;
const TRACES_MAX = 100;

export interface VerifyDeps {
  readonly database: Database;
  readonly dataFolder: string;
  readonly indexFolder: string;
  /** Files of editors that hold something of what was forgotten. */
  readonly findPending: () => Promise<readonly string[]>;
}

/** `texts`: to be looked for as they are, besides what was forgotten. */
export async function verifyForgotten(
  { database, dataFolder, indexFolder, findPending }: VerifyDeps,
  texts: readonly string[],
  signal: AbortSignal,
): Promise<Verified> {
  const hashWords = createHash(database);
  const slices = new Slices(signal);
  const wanted = await forgottenHashes(database, slices);
  const stored = await findStored(database, wanted, hashWords, slices);
  const left = new Set([...wanted].filter((hash) => !stored.has(hash)));
  const traces: Trace[] = [];
  const tell = (file: string, what: string): void => {
    if (traces.length < TRACES_MAX && !traces.some((trace) => trace.file === file && trace.what === what)) {
      traces.push({ file, what });
    }
  };
  let bytes = 0;
  const files = await listFiles(dataFolder);
  const needles = texts.filter((text) => text !== "").map((text) => Buffer.from(text));
  for (const file of files) {
    const path = join(dataFolder, file);
    const size = await sizeOf(path);
    if (size === undefined) continue;
    bytes += size;
    const memory = file.endsWith(".memory") ? await readMemoryTexts(path) : undefined;
    for await (const block of blocksOf(path)) {
      for (const needle of needles) if (block.includes(needle)) tell(file, "the text that was looked for is in it");
      // A memory lists the words that it knows: that they stand side by side there means nothing.
      if (memory) continue;
      // What was typed again waits there as well: it is told apart signal by signal.
      if (file.startsWith(join(OUTBOX_FOLDER, sep))) continue;
      // Latin-1 keeps each byte apart; words of other scripts are found in what is stored.
      if (await holds(block.toString("latin1"), left, hashWords, slices)) tell(file, LEFT_OVER);
    }
    for (const { name, text } of memory ?? []) {
      for (const named of texts) {
        if (text.includes(named) || name.includes(named)) tell(file, "the text that was looked for is in it");
      }
      // Rows have a file in pieces: words that stand across two of them are in no row, and its own all the same.
      if (hasFile(database, projectOf(file), name)) continue;
      if (await holds(`${name}\n${text}`, left, hashWords, slices)) tell(file, LEFT_OVER);
    }
  }
  await checkLabels(database, indexFolder, tell);
  for (const file of await findPending()) tell(file, "it holds observations of something forgotten");
  const pending = unfinishedForgets(database).length;
  const notes =
    pending === 0 ? [] : [`${pending} of what was forgotten is still being wiped: another editor window has it open.`];
  return { files: files.length, bytes, hashes: wanted.size, traces, again: stored.size, notes };
}

const LEFT_OVER = "words of something forgotten are in it";

async function holds(
  text: string,
  hashes: ReadonlySet<number>,
  hashWords: HashWords,
  slices: Slices,
): Promise<boolean> {
  if (hashes.size === 0) return false;
  for (const group of groupsOf(text)) {
    if (hashes.has(hashWords(group))) return true;
    if (slices.over) await slices.pause();
  }
  return false;
}

async function findStored(
  database: Database,
  wanted: ReadonlySet<number>,
  hashWords: HashWords,
  slices: Slices,
): Promise<Set<number>> {
  const found = new Set<number>();
  for (const page of wanted.size === 0 ? [] : storedTexts(database)) {
    for (const { text } of page) {
      for (const group of groupsOf(text)) {
        const hash = hashWords(group);
        if (wanted.has(hash)) found.add(hash);
      }
      if (slices.over) await slices.pause();
    }
  }
  return found;
}

/** Whose memory a file of the index folder is; undefined for another's than a project's. */
function projectOf(file: string): number | undefined {
  const id = /recall-(\d+)\.memory$/.exec(file)?.[1];
  return id === undefined ? undefined : Number(id);
}

function hasFile(database: Database, projectId: number | undefined, path: string): boolean {
  if (projectId === undefined) return false;
  return database.get("SELECT 1 FROM files WHERE project_id = ? AND path = ?", projectId, path) !== undefined;
}

/** Vectors are of rows that are there. */
async function checkLabels(
  database: Database,
  indexFolder: string,
  tell: (file: string, what: string) => void,
): Promise<void> {
  for (const name of await listIndexes(indexFolder)) {
    const table = name.startsWith("examples") ? "examples" : "chunks";
    const labels = await readLabels({ folder: indexFolder, name });
    const isThere = (label: number): boolean =>
      database.get(`SELECT 1 FROM ${table} WHERE id = ?`, label) !== undefined;
    if (labels.some((label) => label >= 0 && !isThere(label))) {
      tell(join("index", `${name}.hnsw`), "it has vectors of rows that are gone");
    }
  }
}

/** Undefined for a file of an editor that has handed it over meanwhile. */
async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw error;
  }
}

async function listFiles(folder: string, below = ""): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await readdir(join(folder, below), { withFileTypes: true })) {
    const path = join(below, entry.name);
    if (entry.isDirectory() && !(below === "" && DOWNLOADS.has(entry.name))) {
      files.push(...(await listFiles(folder, path)));
    } else if (entry.isFile()) files.push(path);
  }
  return files;
}

async function* blocksOf(path: string): AsyncGenerator<Buffer> {
  const file = await open(path, "r");
  try {
    const block = Buffer.alloc(BLOCK_BYTES);
    for (let at = 0; ; at += BLOCK_BYTES - OVERLAP_BYTES) {
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, at);
      if (bytesRead > 0) yield block.subarray(0, bytesRead);
      if (bytesRead < BLOCK_BYTES) return;
    }
  } finally {
    await file.close();
  }
}

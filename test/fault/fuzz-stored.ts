/**
 * What of Tacit's own files is read again, as targets of the fuzzer: indexes, recall's memory, what a window follows, and
 * exports that are brought in. Where a checksum guards a file it is made right again, so that what lies behind it is tried.
 */
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { mkdir, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { parseFollowed } from "../../extension/observe/followed.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { Slices } from "../../sidecar/base/slices.ts";
import {
  createDocumentFrequencies,
  LEXICAL_ID,
  parseDocumentFrequencies,
  writeDocumentFrequencies,
} from "../../sidecar/engine/lexical.ts";
import { Corpus } from "../../sidecar/engine/recall/corpus.ts";
import { NgramCounts } from "../../sidecar/engine/recall/ngram-counts.ts";
import { type MemoryPlace, restoreMemory, saveMemory } from "../../sidecar/engine/recall/state.ts";
import { keyOf, Vocabulary } from "../../sidecar/engine/recall/vocabulary.ts";
import { exportData } from "../../sidecar/ledger/export.ts";
import { importData } from "../../sidecar/ledger/import.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { labelledGateEvents } from "../../sidecar/store/gate.ts";
import { newestExamples } from "../../sidecar/store/examples.ts";
import { openProject } from "../../sidecar/store/projects.ts";
import { allRejected } from "../../sidecar/store/rejected.ts";
import { saveSignal, signalsOf } from "../../sidecar/store/signals.ts";
import type { NativeGraph } from "../../sidecar/vectors/graph.ts";
import { readIndexFiles } from "../../sidecar/vectors/index-files.ts";
import { acceptedLife, dismissedLife } from "../support/signals.ts";
import { addExample } from "../support/store.ts";
import { FakeEditor } from "../unit/extension/fake-editor.ts";

export interface Target {
  readonly name: string;
  /** What is read in good days. */
  readonly seeds: readonly (string | Uint8Array)[];
  readonly read: (bytes: Buffer) => unknown;
}

const { signal: NEVER } = new AbortController();

/** `folder`: of these targets alone. `atEnd` closes what they open. */
export async function storedTargets(folder: string, atEnd: (close: () => unknown) => void): Promise<Target[]> {
  await mkdir(folder, { recursive: true });
  return [
    ...indexTargets(join(folder, "index")),
    await memoryTarget(folder),
    followedTarget(),
    ...(await importTargets(folder, atEnd)),
  ];
}

const DIMENSION = 4;
/** Of an empty graph as hnswlib writes it: the bytes of a slot are what a reader looks at. */
const GRAPH_HEADER_BYTES = 96;
const SLOT_BYTES = 4 + 4 * 2 * 16 + 4 * DIMENSION + 8;

function indexTargets(folder: string): Target[] {
  mkdirSync(folder, { recursive: true });
  const place = { folder, name: "fuzzed", databaseId: "d", embedder: LEXICAL_ID, dimension: DIMENSION };
  const graph = Buffer.alloc(GRAPH_HEADER_BYTES);
  graph.writeBigUInt64LE(BigInt(SLOT_BYTES), 24);
  const sound = {
    hnsw: graph,
    idf: Buffer.from(writeDocumentFrequencies(createDocumentFrequencies())),
    labels: Buffer.alloc(8),
  };
  const write = (parts: Record<keyof typeof sound, Buffer>): object => {
    const files: Record<string, object> = {};
    for (const [part, bytes] of Object.entries(parts)) {
      writeFileSync(join(folder, `${place.name}.${part}`), bytes);
      files[part] = { bytes: bytes.length, crc32: crc32(bytes) };
    }
    return { format: 1, embedder: LEXICAL_ID, dimension: DIMENSION, databaseId: "d", slots: 0, labels: 0, files };
  };
  const read = async (manifest: string | Buffer): Promise<unknown> => {
    writeFileSync(join(folder, `${place.name}.json`), manifest);
    // The library itself is only given what fits together.
    const native = { readIndex: () => Promise.resolve(true), getCurrentCount: () => 0 } as Partial<NativeGraph>;
    return await readIndexFiles(place, () => native as NativeGraph);
  };
  return [
    {
      name: "index manifest",
      seeds: [JSON.stringify(write(sound))],
      read: async (bytes) => {
        write(sound);
        return await read(bytes);
      },
    },
    ...(["hnsw", "labels"] as const).map((part) => ({
      name: `index .${part}`,
      seeds: [sound[part]],
      read: async (bytes: Buffer) => await read(JSON.stringify(write({ ...sound, [part]: bytes }))),
    })),
    { name: "index .idf", seeds: [sound.idf], read: parseLengths },
  ];
}

/** Refused by the kind of error that its reader is caught with. */
function parseLengths(bytes: Buffer): unknown {
  try {
    return parseDocumentFrequencies(bytes);
  } catch (error) {
    if (error instanceof RangeError) return undefined;
    throw error;
  }
}

async function memoryTarget(folder: string): Promise<Target> {
  const place: MemoryPlace = { folder, name: "fuzzed.memory", owner: "d /work" };
  const vocabulary = new Vocabulary();
  const memory = { corpus: new Corpus(8, vocabulary), counts: new NgramCounts(1, vocabulary), stamps: new Map() };
  const values = vocabulary.tokenize("const user = await load(id);\n  return user;\n");
  memory.counts.add(values.map(keyOf), 0, values.length, 1);
  await memory.corpus.put("a.ts", values, new Slices(NEVER));
  await saveMemory(place, memory, vocabulary, new Slices(NEVER));
  const path = join(folder, place.name);
  return {
    name: "recall's memory",
    seeds: [readFileSync(path)],
    read: async (bytes) => {
      writeFileSync(path, withRightChecksums(bytes));
      return await restoreMemory(place, new Vocabulary(), () => true, new Slices(NEVER));
    },
  };
}

/** Blocks of kind, length, and the checksum of all up to there: as many as can still be told apart. */
function withRightChecksums(bytes: Buffer): Buffer {
  const right = Buffer.from(bytes);
  let checksum = 0;
  for (let at = 0; at + 12 <= right.length;) {
    const end = at + 12 + right.readUInt32LE(at + 4);
    if (end > right.length) break;
    checksum = crc32(right.subarray(at + 12, end), crc32(right.subarray(at, at + 8), checksum));
    right.writeUInt32LE(checksum, at + 8);
    at = end;
  }
  return right;
}

function followedTarget(): Target {
  const editor = new FakeEditor("const a = ▮;\n");
  editor.offer("load(user)");
  editor.wait(800);
  editor.tab("load(user)");
  const seed = JSON.stringify(editor.tracker.states());
  return {
    name: "followed.json",
    seeds: [seed],
    read: (bytes) => {
      const next = new FakeEditor(editor.document.content);
      next.now = editor.now;
      next.tracker.restore(parseFollowed(bytes.toString()), [next.document]);
      next.edit(10, 4, "read");
      next.wait(700_000);
      next.tracker.finish();
    },
  };
}

async function importTargets(folder: string, atEnd: (close: () => unknown) => void): Promise<Target[]> {
  const [from, to] = ["from", "to"].map((name) => openDatabase(join(folder, name), silentLog).database);
  atEnd(() => [from, to].forEach((database) => database!.close()));
  const database = from!;
  const { id: projectId } = openProject(database, "/work", { now: () => 1 });
  const lives = [
    ...acceptedLife({ linePrefix: "a = ", text: "b();", final: "c();" }),
    ...dismissedLife({ linePrefix: "d = ", text: "e();" }),
  ];
  for (const signal of lives) saveSignal(database, signal, () => ({ projectId, path: "a.ts" }));
  addExample(database, { projectId, linePrefix: "a = ", text: "c();" });
  const exported = join(folder, "export");
  await exportData({ database, learned: [], now: 0 }, exported, { anonymise: false }, NEVER);
  const names = ["manifest.json", ...(await readdir(join(exported, "data"))).map((name) => join("data", name))];
  const sound = new Map<string, Buffer>();
  for (const name of names) sound.set(name, await readFile(join(exported, name)));
  return [...sound]
    .filter(([, bytes]) => bytes.length > 0)
    .map(([name, seed]) => ({
      name: `import of ${name}`,
      seeds: [seed],
      read: async (bytes) => {
        for (const [other, content] of sound) writeFileSync(join(exported, other), content);
        writeFileSync(join(exported, name), bytes);
        try {
          await importData(to!, exported, NEVER);
        } finally {
          // What was taken can be read as everything else.
          for (const row of to!.all("SELECT id FROM generations LIMIT 50")) signalsOf(to!, String(row["id"]));
          Array.from(newestExamples(to!, 50));
          allRejected(to!);
          Array.from(labelledGateEvents(to!, 50, 50));
          to!.run("DELETE FROM signals");
          to!.run("DELETE FROM examples");
        }
      },
    }));
}

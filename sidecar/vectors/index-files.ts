/**
 * An index on disk: `<name>.hnsw` (graph), `.labels` (what each slot stands for), `.idf` (document frequencies, where the
 * built-in embedder fills it) and the manifest `<name>.json`, which knows size and checksum of the others and is replaced
 * last. Files that do not fit together are never handed to the graph library: it accepts a wrong dimension silently, and
 * a broken link crashes the process.
 */
import { chmod, mkdir, open, readdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as v from "valibot";
import { SidecarError, systemCode } from "../base/errors.ts";
import { isRunning } from "../base/processes.ts";
import { LEXICAL_ID, parseDocumentFrequencies, writeDocumentFrequencies } from "../engine/lexical.ts";
import { GRAPH_LINKS } from "./graph.ts";
import type { CreateNativeGraph, GraphSpace, NativeGraph, SlotTable } from "./graph.ts";
import type { VectorSpace } from "./hnsw-messages.ts";

/** Changes with the form of any of the files. */
const FORMAT = 1;
/** All but the manifest, in the order they are replaced. */
const PARTS = ["hnsw", "idf", "labels"] as const;
type Part = (typeof PARTS)[number];
const BLOCK_BYTES = 1 << 20;
/** No model has more; a manifest that says so is none. */
const DIMENSION_MAX = 65_536;

const partSchema = v.object({ bytes: v.number(), crc32: v.number() });
const manifestSchema = v.object({
  format: v.number(),
  embedder: v.string(),
  dimension: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(DIMENSION_MAX)),
  databaseId: v.string(),
  slots: v.number(),
  labels: v.number(),
  files: v.object({ hnsw: partSchema, idf: v.optional(partSchema), labels: partSchema }),
});
type Manifest = v.InferOutput<typeof manifestSchema>;

/** Files of an index. */
export interface IndexFiles {
  readonly folder: string;
  /** Letters, digits and hyphens. */
  readonly name: string;
}

/** Where an index lies, for which database it is, and what makes its vectors. */
export interface IndexPlace extends IndexFiles, VectorSpace {
  readonly databaseId: string;
}

export type FoundIndex =
  { readonly kind: "missing" | "corrupt" | "foreign" } | ({ readonly kind: "sound" } & SoundIndex);

interface SoundIndex extends GraphSpace {
  readonly native: NativeGraph;
  readonly table: SlotTable;
}

/** Reads an index and checks all of it. Throws a {@link SidecarError} only where the folder cannot be read at all. */
export async function readIndexFiles(place: IndexPlace, createNative: CreateNativeGraph): Promise<FoundIndex> {
  await removeLeftovers(place);
  const manifestBytes = await readIfThere(pathOf(place, "json"));
  if (!manifestBytes) return { kind: (await hasParts(place)) ? "corrupt" : "missing" };
  const manifest = parseManifest(manifestBytes);
  if (!manifest) return { kind: "corrupt" };
  if (!isOurs(manifest, place)) return { kind: "foreign" };
  try {
    return { kind: "sound", ...(await readParts(place, manifest, createNative)) };
  } catch {
    // Whatever is wrong with them, the answer is the same: the owner fills a new index from the store.
    return { kind: "corrupt" };
  }
}

/** Replaces the index on disk by write, flush and rename. When it fails, what was there before is still there. */
export async function writeIndexFiles(
  place: IndexPlace,
  native: NativeGraph,
  table: SlotTable,
  { dimension, frequencies }: Readonly<GraphSpace>,
): Promise<void> {
  const parts = PARTS.filter((part) => part !== "idf" || frequencies);
  try {
    await mkdir(place.folder, { recursive: true, mode: 0o700 });
    await chmod(place.folder, 0o700);
    const manifest: Manifest = {
      format: FORMAT,
      embedder: place.embedder,
      dimension,
      databaseId: place.databaseId,
      slots: table.labels.length,
      labels: heldLabels(table),
      files: {
        hnsw: await writeGraph(temporary(place, "hnsw"), native, { slots: table.labels.length, dimension }),
        ...(frequencies && {
          idf: await writeDurably(temporary(place, "idf"), writeDocumentFrequencies(frequencies)),
        }),
        labels: await writeDurably(temporary(place, "labels"), writeSlotTable(table)),
      },
    };
    await writeDurably(temporary(place, "json"), Buffer.from(JSON.stringify(manifest)));
    for (const part of [...parts, "json"] as const) await rename(temporary(place, part), pathOf(place, part));
    await flushFolder(place.folder);
  } catch (error) {
    await Promise.allSettled([...PARTS, "json" as const].map((part) => rm(temporary(place, part), { force: true })));
    throw new SidecarError(
      "index",
      `The search index "${place.name}" could not be saved.`,
      "Make room on the disk and check that the data folder can be written. Searching goes on; the index is saved with the next change.",
      error,
    );
  }
}

/** Removes an index and what unfinished saves left. The manifest goes first: without it the rest is nothing. */
export async function eraseIndexFiles(place: IndexFiles): Promise<void> {
  try {
    for (const part of ["json", ...PARTS] as const) {
      await rm(pathOf(place, part), { force: true });
      await rm(temporary(place, part), { force: true });
    }
    await removeLeftovers(place);
    await flushFolder(place.folder);
  } catch (error) {
    throw new SidecarError(
      "index",
      `The search index "${place.name}" could not be erased.`,
      `Delete the files "${place.name}.*" in the data folder's "index" folder.`,
      error,
    );
  }
}

/** Labels of all that an index on disk holds; none where it cannot be read. For looking into it. */
export async function readLabels(place: IndexFiles): Promise<readonly number[]> {
  const bytes = await readIfThere(pathOf(place, "labels"));
  try {
    const table = bytes && parseSlotTable(bytes);
    return table ? [...table.labels, ...table.withoutVector] : [];
  } catch {
    // Torn: it is filled again from the store before it is used.
    return [];
  }
}

/** Names of the indexes in a folder that have a manifest. */
export async function listIndexes(folder: string): Promise<readonly string[]> {
  const files = await listFolder(folder);
  return files.filter((file) => /^[A-Za-z0-9-]+\.json$/.test(file)).map((file) => file.slice(0, -".json".length));
}

function pathOf(place: IndexFiles, part: Part | "json"): string {
  return join(place.folder, `${place.name}.${part}`);
}

/** Each process writes its own, because two editor windows may save the same index at once. */
function temporary(place: IndexFiles, part: Part | "json"): string {
  return `${pathOf(place, part)}.${process.pid}.tmp`;
}

/** Removes what a process that died while saving left behind. */
async function removeLeftovers(place: IndexFiles): Promise<void> {
  for (const file of await listFolder(place.folder)) {
    const [name, , pid, ending] = file.split(".");
    if (name !== place.name || ending !== "tmp" || isRunning(Number(pid))) continue;
    await rm(join(place.folder, file), { force: true });
  }
}

async function listFolder(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return [];
    throw new SidecarError(
      "index",
      "The folder of the search indexes cannot be read.",
      "Check the permissions of the data folder.",
      error,
    );
  }
}

async function hasParts(place: IndexFiles): Promise<boolean> {
  const files = await listFolder(place.folder);
  return PARTS.some((part) => files.includes(`${place.name}.${part}`));
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new SidecarError(
      "index",
      "A search index cannot be read.",
      "Check the permissions of the data folder.",
      error,
    );
  }
}

function parseManifest(bytes: Buffer): Manifest | undefined {
  try {
    const parsed = v.safeParse(manifestSchema, JSON.parse(bytes.toString("utf8")));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // Not even JSON: as damaged as JSON of another shape.
    return undefined;
  }
}

function isOurs(manifest: Manifest, place: IndexPlace): boolean {
  return (
    manifest.format === FORMAT &&
    manifest.embedder === place.embedder &&
    (place.dimension === undefined || manifest.dimension === place.dimension) &&
    manifest.databaseId === place.databaseId
  );
}

/** Throws on the first thing that does not fit. */
async function readParts(place: IndexPlace, manifest: Manifest, createNative: CreateNativeGraph): Promise<SoundIndex> {
  const { dimension, slots, files } = manifest;
  const graphFile = pathOf(place, "hnsw");
  expectSame(await measureGraph(graphFile, { slots, dimension }), files.hnsw);
  if ((place.embedder === LEXICAL_ID) !== (files.idf !== undefined)) {
    throw new RangeError("an index has document frequencies where the built-in embedder fills it");
  }
  const idf = files.idf && (await readFile(pathOf(place, "idf")));
  if (idf && files.idf) expectSame(measure(idf), files.idf);
  const labels = await readFile(pathOf(place, "labels"));
  expectSame(measure(labels), files.labels);

  const frequencies = idf && parseDocumentFrequencies(idf);
  const table = parseSlotTable(labels);
  if (table.labels.length !== slots || heldLabels(table) !== manifest.labels) {
    throw new RangeError("the label table has another size");
  }
  const native = createNative(dimension);
  await native.readIndex(graphFile);
  if (native.getCurrentCount() !== slots) throw new RangeError("the graph has another size");
  return { native, table, dimension, frequencies };
}

interface Measure {
  readonly bytes: number;
  readonly crc32: number;
}

function measure(bytes: Uint8Array): Measure {
  return { bytes: bytes.length, crc32: crc32(bytes) };
}

function expectSame(found: Measure, expected: Measure): void {
  if (found.bytes !== expected.bytes || found.crc32 !== expected.crc32) throw new RangeError("a file was changed");
}

/** Writes `bytes` for this user only and waits until the disk has them. */
async function writeDurably(path: string, bytes: Uint8Array): Promise<Measure> {
  const file = await open(path, "w", 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
  return measure(bytes);
}

async function writeGraph(path: string, native: NativeGraph, shape: GraphShape): Promise<Measure> {
  // The library would create the file for everyone to read; one that is there keeps its mode.
  const file = await open(path, "w", 0o600);
  try {
    await native.writeIndex(path);
    await file.sync();
  } finally {
    await file.close();
  }
  return await measureGraph(path, shape);
}

/** Size of hnswlib's file header on 64-bit machines, and where two of its numbers lie (`saveIndex` in hnswalg.h). */
const HEADER_BYTES = 96;
const HEADER_COUNT_OFFSET = 16;
const HEADER_SLOT_BYTES_OFFSET = 24;

interface GraphShape {
  readonly slots: number;
  readonly dimension: number;
}

/** A slot: its link count and links on the lowest layer, 32 bits each, its vector, and a 64-bit label. */
function slotBytes(dimension: number): number {
  return 4 + 4 * 2 * GRAPH_LINKS + 4 * dimension + 8;
}

/**
 * Size and checksum of a graph file. Throws unless it is whole and has that many slots of that dimension: the library
 * reports no failed write, not even on a full disk.
 */
async function measureGraph(path: string, shape: GraphShape): Promise<Measure> {
  const { slots, dimension } = shape;
  const file = await open(path, "r");
  try {
    const block = Buffer.allocUnsafe(BLOCK_BYTES);
    let bytes = 0;
    let checksum = 0;
    for (;;) {
      const { bytesRead } = await file.read(block, 0, BLOCK_BYTES, bytes);
      if (bytesRead === 0) break;
      if (bytes === 0) checkHeader(block.subarray(0, bytesRead), shape);
      checksum = crc32(block.subarray(0, bytesRead), checksum);
      bytes += bytesRead;
    }
    const upperOffset = HEADER_BYTES + slots * slotBytes(dimension);
    if (bytes < upperOffset + 4 * slots) throw new RangeError("the graph file is cut off");
    const upper = Buffer.allocUnsafe(bytes - upperOffset);
    await file.read(upper, 0, upper.length, upperOffset);
    checkUpperLayers(upper, slots);
    return { bytes, crc32: checksum };
  } finally {
    await file.close();
  }
}

function checkHeader(header: Buffer, { slots, dimension }: GraphShape): void {
  const isWhole =
    header.length >= HEADER_BYTES &&
    header.readBigUInt64LE(HEADER_COUNT_OFFSET) === BigInt(slots) &&
    header.readBigUInt64LE(HEADER_SLOT_BYTES_OFFSET) === BigInt(slotBytes(dimension));
  if (!isWhole) throw new RangeError("the graph file has another count or dimension");
}

/** Behind the slots each one has the byte size of its links on the upper layers, then those links. */
function checkUpperLayers(upper: Buffer, slots: number): void {
  let offset = 0;
  for (let slot = 0; slot < slots; slot++) offset += 4 + upper.readUInt32LE(offset);
  if (offset !== upper.length) throw new RangeError("the graph file is cut off");
}

/** How many labels a table holds, with those without a vector. */
function heldLabels(table: SlotTable): number {
  return table.labels.filter((label) => label >= 0).length + table.withoutVector.length;
}

/** Two counts (slots, labels without a vector), the labels as 64-bit floats, the documents seen; little-endian. */
function writeSlotTable(table: SlotTable): Uint8Array {
  const slots = table.labels.length;
  const labels = [...table.labels, ...table.withoutVector];
  const bytes = new Uint8Array(8 + 8 * labels.length + 4 * slots);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, slots, true);
  view.setUint32(4, table.withoutVector.length, true);
  labels.forEach((label, index) => view.setFloat64(8 + 8 * index, label, true));
  const seenOffset = 8 + 8 * labels.length;
  table.documentsSeen.forEach((documents, slot) => view.setUint32(seenOffset + 4 * slot, documents, true));
  return bytes;
}

function parseSlotTable(bytes: Uint8Array): SlotTable {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const slots = view.getUint32(0, true);
  const labelCount = slots + view.getUint32(4, true);
  if (bytes.length !== 8 + 8 * labelCount + 4 * slots) throw new RangeError("the label table is cut off");
  const labels = Array.from({ length: labelCount }, (_, index) => view.getFloat64(8 + 8 * index, true));
  const seenOffset = 8 + 8 * labelCount;
  const documentsSeen = Array.from({ length: slots }, (_, slot) => view.getUint32(seenOffset + 4 * slot, true));
  return { labels: labels.slice(0, slots), documentsSeen, withoutVector: labels.slice(slots) };
}

/** Makes renames and removals last. Windows cannot flush a folder and does not need to. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  try {
    const handle = await open(folder, "r");
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw error;
  }
}

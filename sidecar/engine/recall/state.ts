/**
 * A project's memory on disk, so that a start need not read all files again: counts, then the texts as numbers with
 * what each was read from. Derived data: whatever is torn, foreign or of another version is left aside, and the project
 * is read anew. Values stand for texts in the file itself, so that it can be met by any vocabulary and holds no word
 * that the project has not.
 */
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as v from "valibot";
import { SidecarError, systemCode } from "../../base/errors.ts";
import type { Slices } from "../../base/slices.ts";
import { VERSION } from "../../version.ts";
import { Corpus } from "./corpus.ts";
import { addInSlices, NgramCounts, SHARDS } from "./ngram-counts.ts";
import { isLineBreak, keyOf, type Vocabulary } from "./vocabulary.ts";

/** Changes with the form of the file, with how texts become tokens, and with how n-grams are hashed. */
const FORMAT = 1;
/** Texts are written together until they have so many tokens. */
const BATCH_TOKENS = 1 << 15;
const WRITE_BYTES = 1 << 20;

/** What a text was read from; a file that still looks so need not be read again. */
export interface FileStamp {
  /** In bytes. */
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
  /** As `readForLearning` gives it. */
  readonly hash: string;
}

export interface ProjectMemory {
  readonly corpus: Corpus;
  readonly counts: NgramCounts;
  /** By path; a text without one is read again at the next start. */
  readonly stamps: Map<string, FileStamp>;
}

/** Where a project's memory lies and whose it is. */
export interface MemoryPlace {
  readonly folder: string;
  /** Of the file. */
  readonly name: string;
  /** Database and folder; a file of another owner is left aside. */
  readonly owner: string;
}

export type FoundMemory =
  | { readonly kind: "missing" | "damaged" | "foreign" }
  | {
      readonly kind: "sound";
      readonly memory: ProjectMemory;
      /** Texts that were not kept. */
      readonly dropped: number;
    };

/** A block: what it is, its bytes, and the checksum of all that was written up to its end; then the bytes. */
const BLOCK_HEADER_BYTES = 12;
const Block = { head: 0x54616369, counts: 1, texts: 2, values: 3, end: 4 } as const;

const headSchema = v.object({
  format: v.number(),
  version: v.string(),
  owner: v.string(),
  /** Tokens held by the corpus, and words learned by the counts. */
  tokens: v.number(),
  learned: v.number(),
});
/** `length`: tokens; `read`: size, mtimeMs and hash. */
const textsSchema = v.object({
  texts: v.array(
    v.object({
      name: v.string(),
      length: v.number(),
      read: v.optional(v.tuple([v.number(), v.number(), v.string()])),
    }),
  ),
  /** Values met for the first time, as they stand in a text: a word, a space and a word, or a line break. */
  values: v.array(v.string()),
});
type Texts = v.InferOutput<typeof textsSchema>;

/**
 * Replaces what is on disk by write, flush and rename; when it fails, what was there is still there. The memory must not
 * change meanwhile; the vocabulary may grow. Returns the bytes written.
 */
export async function saveMemory(
  place: MemoryPlace,
  memory: ProjectMemory,
  vocabulary: Vocabulary,
  slices: Slices,
): Promise<number> {
  const temporary = `${pathOf(place)}.${process.pid}.tmp`;
  try {
    await mkdir(place.folder, { recursive: true, mode: 0o700 });
    const file = await open(temporary, "w", 0o600);
    try {
      // A file that was there keeps its mode.
      await chmod(temporary, 0o600);
      const writer = new BlockWriter(file);
      await writeBlocks(writer, place, memory, vocabulary, slices);
      await file.sync();
      await rename(temporary, pathOf(place));
      await flushFolder(place.folder);
      return writer.bytes;
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(temporary, { force: true }).catch(() => undefined);
    if (systemCode(error) === undefined) throw error;
    throw new SidecarError(
      "file",
      "What was read of the workspace could not be saved.",
      "Make room on the disk and check that the data folder can be written. It is read again at the next start.",
      error,
    );
  }
}

/**
 * Reads a memory; texts that `keep` denies are unlearned again. Throws a {@link SidecarError} only where the folder
 * cannot be read at all.
 */
export async function restoreMemory(
  place: MemoryPlace,
  vocabulary: Vocabulary,
  keep: (name: string) => boolean,
  slices: Slices,
): Promise<FoundMemory> {
  await removeLeftovers(place, LEFTOVER_MS);
  const file = await openIfThere(pathOf(place));
  if (!file) return { kind: "missing" };
  try {
    const reader = new BlockReader(file, (await file.stat()).size);
    const head = parseJson(headSchema, await reader.take(Block.head));
    if (head.format !== FORMAT || head.version !== VERSION || head.owner !== place.owner) return { kind: "foreign" };
    return { kind: "sound", ...(await readBlocks(reader, head, vocabulary, keep, slices)) };
  } catch (error) {
    slices.throwIfAborted();
    if (isOurBug(error)) throw error;
    // Whatever is wrong with it, the answer is the same: the project is read anew.
    return { kind: "damaged" };
  } finally {
    await file.close();
  }
}

/** Removes a memory from the disk, with what unfinished saves left. */
export async function eraseMemory(place: MemoryPlace): Promise<void> {
  await rm(pathOf(place), { force: true });
  await removeLeftovers(place, 0);
  await flushFolder(place.folder);
}

async function writeBlocks(
  writer: BlockWriter,
  place: MemoryPlace,
  { corpus, counts, stamps }: ProjectMemory,
  vocabulary: Vocabulary,
  slices: Slices,
): Promise<void> {
  const head = { format: FORMAT, version: VERSION, owner: place.owner, tokens: corpus.tokens, learned: counts.total };
  await writer.put(Block.head, Buffer.from(JSON.stringify(head)));
  for (let shard = 0; shard < SHARDS; shard++) {
    await writer.put(Block.counts, counts.saveShard(shard));
    if (slices.over) await slices.pause();
  }
  const numbers = new Numbers(vocabulary);
  let texts: Texts["texts"] = [];
  let bytes: Uint8Array[] = [];
  let tokens = 0;
  const writeBatch = async (): Promise<void> => {
    const batch: Texts = { texts, values: numbers.takeNew() };
    await writer.put(Block.texts, Buffer.from(JSON.stringify(batch)));
    await writer.put(Block.values, Buffer.concat(bytes));
    [texts, bytes, tokens] = [[], [], 0];
  };
  for (const name of [...corpus.names]) {
    const values = corpus.valuesOf(name);
    const stamp = stamps.get(name);
    texts.push({ name, length: values.length, ...(stamp && { read: [stamp.size, stamp.mtimeMs, stamp.hash] }) });
    bytes.push(numbers.encode(values));
    tokens += values.length;
    if (tokens >= BATCH_TOKENS) await writeBatch();
    if (slices.over) await slices.pause();
  }
  await writeBatch();
  await writer.put(Block.end, new Uint8Array(0));
  await writer.flush();
}

async function readBlocks(
  reader: BlockReader,
  head: v.InferOutput<typeof headSchema>,
  vocabulary: Vocabulary,
  keep: (name: string) => boolean,
  slices: Slices,
): Promise<{ readonly memory: ProjectMemory; readonly dropped: number }> {
  const corpus = Corpus.for(head.tokens, CORPUS_HEAD_BITS);
  const counts = new NgramCounts(1, vocabulary);
  const stamps = new Map<string, FileStamp>();
  for (let shard = 0; shard < SHARDS; shard++) {
    counts.loadShard(shard, await reader.take(Block.counts));
    if (slices.over) await slices.pause();
  }
  counts.total = head.learned;
  const meanings: number[] = [];
  let room = new Int32Array(BATCH_TOKENS);
  let tokens = 0;
  let dropped = 0;
  while ((await reader.peek()) !== Block.end) {
    const batch = parseJson(textsSchema, await reader.take(Block.texts));
    for (const text of batch.values) meanings.push(valueOf(text, vocabulary));
    const bytes = await reader.take(Block.values);
    let at = 0;
    for (const { name, length, read } of batch.texts) {
      if (length > bytes.length - at) throw new RangeError("a text is cut off");
      if (length > room.length) room = new Int32Array(length);
      const values = room.subarray(0, length);
      at = decode(bytes, at, meanings, values);
      tokens += length;
      if (keep(name)) {
        await corpus.put(name, values, slices);
        if (read) stamps.set(name, { size: read[0], mtimeMs: read[1], hash: read[2] });
      } else {
        dropped++;
        await addInSlices(counts, Int32Array.from(values, keyOf), 0, length, -1, slices);
      }
      if (slices.over) await slices.pause();
    }
    if (at !== bytes.length) throw new RangeError("texts and values do not fit together");
  }
  await reader.take(Block.end);
  await reader.expectEnd();
  if (tokens !== head.tokens) throw new RangeError("the memory has another size");
  return { memory: { corpus, counts, stamps }, dropped };
}

/** A project's corpus begins with 2^18 heads for each chain. */
export const CORPUS_HEAD_BITS = 18;

/** The values of a memory, numbered in order of their first place: frequent ones come early and take one byte. */
class Numbers {
  readonly #vocabulary: Vocabulary;
  readonly #first: number;
  /** By value less the first: its number and one. */
  readonly #numbers: Int32Array;
  #count = 0;
  #new: string[] = [];
  #bytes = new Uint8Array(1 << 16);

  constructor(vocabulary: Vocabulary) {
    const [first, behind] = vocabulary.valueRange;
    this.#vocabulary = vocabulary;
    this.#first = first;
    this.#numbers = new Int32Array(behind - first);
  }

  /** Numbers in seven bits a byte, the lowest first; all but a number's last byte have the eighth bit. */
  encode(values: Int32Array): Uint8Array {
    if (this.#bytes.length < values.length * 5) this.#bytes = new Uint8Array(values.length * 5);
    const bytes = this.#bytes;
    let at = 0;
    for (const value of values) {
      let number = (this.#numbers[value - this.#first] ||= this.#add(value)) - 1;
      for (; number >= 128; number >>>= 7) bytes[at++] = (number & 127) | 128;
      bytes[at++] = number;
    }
    return bytes.slice(0, at);
  }

  /** Texts of the values that were numbered since the last call. */
  takeNew(): string[] {
    const taken = this.#new;
    this.#new = [];
    return taken;
  }

  #add(value: number): number {
    const vocabulary = this.#vocabulary;
    const space = (value & 1) === 1 ? " " : "";
    this.#new.push(isLineBreak(value) ? vocabulary.lineBreak(value) : space + vocabulary.word(keyOf(value)));
    return ++this.#count;
  }
}

function valueOf(text: string, vocabulary: Vocabulary): number {
  if (text.startsWith("\n")) return vocabulary.breakValue(text);
  const hasSpace = text.startsWith(" ");
  return (vocabulary.key(hasSpace ? text.slice(1) : text) << 1) | (hasSpace ? 1 : 0);
}

/** Fills `values` from `bytes` at `at`; returns where the next text begins. */
function decode(bytes: Uint8Array, at: number, meanings: readonly number[], values: Int32Array): number {
  for (let index = 0; index < values.length; index++) {
    let byte = bytes[at++]!;
    let number = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = bytes[at++]!;
      number |= (byte & 127) << shift;
    }
    const value = meanings[number];
    if (value === undefined || at > bytes.length) throw new RangeError("a value has no meaning");
    values[index] = value;
  }
  return at;
}

class BlockWriter {
  readonly #file: FileHandle;
  #waiting: Uint8Array[] = [];
  #waitingBytes = 0;
  #checksum = 0;
  bytes = 0;

  constructor(file: FileHandle) {
    this.#file = file;
  }

  async put(kind: number, payload: Uint8Array): Promise<void> {
    const header = Buffer.alloc(BLOCK_HEADER_BYTES);
    header.writeUInt32LE(kind, 0);
    header.writeUInt32LE(payload.length, 4);
    this.#checksum = crc32(payload, crc32(header.subarray(0, 8), this.#checksum));
    header.writeUInt32LE(this.#checksum, 8);
    this.#waiting.push(header, payload);
    this.#waitingBytes += header.length + payload.length;
    if (this.#waitingBytes >= WRITE_BYTES) await this.flush();
  }

  async flush(): Promise<void> {
    const bytes = Buffer.concat(this.#waiting);
    this.#waiting = [];
    this.#waitingBytes = 0;
    await this.#file.writeFile(bytes);
    this.bytes += bytes.length;
  }
}

/** Throws a RangeError at the first byte that is not as it was written. */
class BlockReader {
  readonly #file: FileHandle;
  readonly #size: number;
  /** What was read and not yet taken lies in `#buffer[#from…#to)`. */
  #buffer = Buffer.allocUnsafe(2 * WRITE_BYTES);
  #from = 0;
  #to = 0;
  #checksum = 0;

  /** `size`: of the file, in bytes. */
  constructor(file: FileHandle, size: number) {
    this.#file = file;
    this.#size = size;
  }

  /** What the next block says it is. */
  async peek(): Promise<number> {
    return (await this.#have(BLOCK_HEADER_BYTES)).readUInt32LE(0);
  }

  /** Valid until the next call. */
  async take(kind: number): Promise<Uint8Array> {
    const header = await this.#have(BLOCK_HEADER_BYTES);
    const length = header.readUInt32LE(4);
    if (header.readUInt32LE(0) !== kind || length > this.#size) throw new RangeError("another block is due");
    const checksum = header.readUInt32LE(8);
    const block = await this.#have(BLOCK_HEADER_BYTES + length);
    const payload = block.subarray(BLOCK_HEADER_BYTES, BLOCK_HEADER_BYTES + length);
    this.#checksum = crc32(payload, crc32(block.subarray(0, 8), this.#checksum));
    if (this.#checksum !== checksum) throw new RangeError("a block was changed");
    this.#from += BLOCK_HEADER_BYTES + length;
    return payload;
  }

  async expectEnd(): Promise<void> {
    const { bytesRead } = await this.#file.read(Buffer.alloc(1), 0, 1, null);
    if (this.#to - this.#from + bytesRead > 0) throw new RangeError("something follows the end");
  }

  /** At least so many bytes from here on, without passing them. */
  async #have(bytes: number): Promise<Buffer> {
    while (this.#to - this.#from < bytes) {
      const rest = this.#buffer.subarray(this.#from, this.#to);
      if (bytes > this.#buffer.length) this.#buffer = Buffer.allocUnsafe(2 * bytes);
      rest.copy(this.#buffer);
      [this.#from, this.#to] = [0, rest.length];
      const { bytesRead } = await this.#file.read(this.#buffer, this.#to, this.#buffer.length - this.#to, null);
      if (bytesRead === 0) throw new RangeError("the file is cut off");
      this.#to += bytesRead;
    }
    return this.#buffer.subarray(this.#from, this.#to);
  }
}

function parseJson<T extends v.GenericSchema>(schema: T, bytes: Uint8Array): v.InferOutput<T> {
  return v.parse(schema, JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8")));
}

/** Damage shows as one of these, or as a system's refusal to read. */
function isOurBug(error: unknown): boolean {
  const isDamage = error instanceof RangeError || error instanceof SyntaxError || v.isValiError(error);
  return !isDamage && systemCode(error) === undefined;
}

function pathOf(place: MemoryPlace): string {
  return join(place.folder, place.name);
}

async function openIfThere(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if (systemCode(error) === "ENOENT") return undefined;
    throw new SidecarError(
      "file",
      "What was read of the workspace cannot be read back.",
      "Check the permissions of the data folder. The workspace is read again.",
      error,
    );
  }
}

/** Removes what a process that died while saving left behind. */
async function removeLeftovers(place: MemoryPlace, ageMs: number): Promise<void> {
  for (const name of await readdir(place.folder).catch(() => [])) {
    if (!name.startsWith(`${place.name}.`) || !name.endsWith(".tmp")) continue;
    const path = join(place.folder, name);
    const stats = await stat(path).catch(() => undefined);
    if (stats && Date.now() - stats.mtimeMs >= ageMs) await rm(path, { force: true });
  }
}

/** No save takes as long. */
const LEFTOVER_MS = 60_000;

/** Makes renames and removals last. Windows cannot flush a folder and does not need to. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r").catch(() => undefined);
  try {
    await handle?.sync();
  } finally {
    await handle?.close();
  }
}

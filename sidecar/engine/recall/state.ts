/**
 * A project's memory on disk, so that a start need not read all files again: counts, names of the texts with what each
 * was read from, then the corpus page by page as it lies in memory. Derived data: whatever is torn, foreign or of
 * another version is left aside, and the project is read anew. Values are numbers of words that stand in the file
 * itself, so that it can be met by any vocabulary and holds no word that the project has not.
 */
import { chmod, type FileHandle, mkdir, open, readdir, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import * as v from "valibot";
import { SidecarError, systemCode } from "../../base/errors.ts";
import { Slices } from "../../base/slices.ts";
import { VERSION } from "../../version.ts";
import { Corpus, PAGE } from "./corpus.ts";
import { addInSlices, NgramCounts, SHARDS } from "./ngram-counts.ts";
import { BOUNDARY, isLineBreak, keyOf, Vocabulary } from "./vocabulary.ts";

/** Changes with the form of the file, with how texts become tokens, and with how words and n-grams are hashed. */
const FORMAT = 2;
/** Texts that are named together. */
const BATCH_TEXTS = 500;
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
const Block = { head: 0x54616369, counts: 1, texts: 2, words: 3, values: 4, links: 5, heads: 6, end: 7 } as const;

const headSchema = v.object({
  format: v.number(),
  version: v.string(),
  owner: v.string(),
  /** Words learned by the counts. */
  learned: v.number(),
  texts: v.number(),
  pages: v.number(),
  headBits: v.number(),
});
/** First token and length in the corpus; `read`: size, mtimeMs and hash. */
const textsSchema = v.array(
  v.object({
    name: v.string(),
    start: v.number(),
    length: v.number(),
    read: v.optional(v.tuple([v.number(), v.number(), v.string()])),
  }),
);
/** What a page has that none before it had; a line break begins with one. */
const wordsSchema = v.array(v.string());

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

/** A text that a memory holds, and what it is named: a file's path, where it is a project's memory. */
export interface MemoryText {
  readonly name: string;
  readonly text: string;
}

/** What a memory holds, whoever it belongs to; undefined where it cannot be read. For looking into it. */
export async function readMemoryTexts(path: string): Promise<readonly MemoryText[] | undefined> {
  const file = await openIfThere(path);
  if (!file) return undefined;
  try {
    const vocabulary = new Vocabulary();
    const reader = new BlockReader(file, (await file.stat()).size);
    const head = parseJson(headSchema, await reader.take(Block.head));
    const slices = new Slices(new AbortController().signal);
    const { memory } = await readBlocks(reader, head, vocabulary, () => true, slices);
    return Array.from(memory.corpus.names, (name) => ({
      name,
      text: textOf(memory.corpus.valuesOf(name), vocabulary),
    }));
  } catch (error) {
    if (isOurBug(error)) throw error;
    // Torn, or of another version: it is looked at byte by byte all the same.
    return undefined;
  } finally {
    await file.close();
  }
}

function textOf(values: Int32Array, vocabulary: Vocabulary): string {
  return Array.from(values, (value) =>
    isLineBreak(value)
      ? vocabulary.lineBreak(value)
      : `${(value & 1) === 1 ? " " : ""}${vocabulary.word(keyOf(value))}`,
  ).join("");
}

async function writeBlocks(
  writer: BlockWriter,
  place: MemoryPlace,
  { corpus, counts, stamps }: ProjectMemory,
  vocabulary: Vocabulary,
  slices: Slices,
): Promise<void> {
  const names = [...corpus.names];
  const head: v.InferOutput<typeof headSchema> = {
    format: FORMAT,
    version: VERSION,
    owner: place.owner,
    learned: counts.total,
    texts: names.length,
    pages: corpus.pages,
    headBits: corpus.headBits,
  };
  await writer.put(Block.head, asJson(head));
  for (let shard = 0; shard < SHARDS; shard++) {
    await writer.put(Block.counts, counts.saveShard(shard));
    if (slices.over) await slices.pause();
  }
  for (let from = 0; from < names.length; from += BATCH_TEXTS) {
    const texts = names.slice(from, from + BATCH_TEXTS).map((name) => {
      const stamp = stamps.get(name);
      return { name, ...corpus.span(name)!, ...(stamp && { read: [stamp.size, stamp.mtimeMs, stamp.hash] }) };
    });
    await writer.put(Block.texts, asJson(texts));
    if (slices.over) await slices.pause();
  }
  const numbers = new WordNumbers(vocabulary);
  for (let page = 0; page < corpus.pages; page++) {
    const values = numbers.encode(corpus.pageValues(page));
    await writer.put(Block.words, asJson(numbers.takeNew()));
    await writer.put(Block.values, values);
    for (const links of corpus.savePage(page)) await writer.put(Block.links, links);
    if (slices.over) await slices.pause();
  }
  for (const heads of corpus.saveHeads()) await writer.put(Block.heads, heads);
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
  const corpus = new Corpus(head.headBits, vocabulary);
  const counts = new NgramCounts(1, vocabulary);
  for (let shard = 0; shard < SHARDS; shard++) {
    counts.loadShard(shard, await reader.take(Block.counts));
    if (slices.over) await slices.pause();
  }
  counts.total = head.learned;
  const texts: v.InferOutput<typeof textsSchema> = [];
  while (texts.length < head.texts) {
    texts.push(...parseJson(textsSchema, await reader.take(Block.texts)));
    if (slices.over) await slices.pause();
  }
  const words: number[] = [BOUNDARY];
  for (let page = 0; page < head.pages; page++) {
    for (const word of parseJson(wordsSchema, await reader.take(Block.words))) {
      words.push(word.startsWith("\n") ? vocabulary.breakValue(word) : vocabulary.key(word) << 1);
    }
    const values = decode(await reader.take(Block.values), words);
    corpus.loadPage(page, values, await reader.takeEach(Block.links, corpus.chains));
    if (slices.over) await slices.pause();
  }
  corpus.loadHeads(await reader.takeEach(Block.heads, corpus.chains));
  await reader.take(Block.end);
  await reader.expectEnd();

  const stamps = new Map<string, FileStamp>();
  for (const { name, read, ...span } of texts) {
    corpus.loadText(name, span);
    if (read) stamps.set(name, { size: read[0], mtimeMs: read[1], hash: read[2] });
  }
  const dropped = texts.filter(({ name }) => !keep(name));
  for (const { name } of dropped) {
    const keys = Int32Array.from(corpus.valuesOf(name), keyOf);
    await addInSlices(counts, keys, 0, keys.length, -1, slices);
    corpus.remove(name);
    stamps.delete(name);
  }
  return { memory: { corpus, counts, stamps }, dropped: dropped.length };
}

/** A project's corpus begins with 2^18 heads for each chain. */
export const CORPUS_HEAD_BITS = 18;

/**
 * The words and line breaks of a memory, numbered from 1 in order of their first place: frequent ones come early and
 * take one byte. A value is `number << 1 | spaceBefore`, a boundary 0.
 */
class WordNumbers {
  readonly #vocabulary: Vocabulary;
  /** By key, and by line break. */
  readonly #ofWords: Int32Array;
  readonly #ofBreaks: Int32Array;
  #count = 0;
  #new: string[] = [];
  /** A number takes five bytes at most. */
  readonly #bytes = new Uint8Array(PAGE * 5);

  constructor(vocabulary: Vocabulary) {
    const [firstBreak, behindWords] = vocabulary.valueRange;
    this.#vocabulary = vocabulary;
    this.#ofWords = new Int32Array(behindWords >> 1);
    this.#ofBreaks = new Int32Array(1 - firstBreak);
  }

  /** Values of a page in seven bits a byte, the lowest first; all but a number's last byte have the eighth bit. */
  encode(values: Int32Array): Uint8Array {
    const bytes = this.#bytes;
    let at = 0;
    for (const value of values) {
      let number = value === BOUNDARY ? 0 : (this.#numberOf(value) << 1) | (value < 0 ? 0 : value & 1);
      for (; number >= 128; number >>>= 7) bytes[at++] = (number & 127) | 128;
      bytes[at++] = number;
    }
    return bytes.slice(0, at);
  }

  /** What was numbered since the last call. */
  takeNew(): string[] {
    const taken = this.#new;
    this.#new = [];
    return taken;
  }

  #numberOf(value: number): number {
    return isLineBreak(value)
      ? (this.#ofBreaks[-value] ||= this.#add(this.#vocabulary.lineBreak(value)))
      : (this.#ofWords[keyOf(value)] ||= this.#add(this.#vocabulary.word(keyOf(value))));
  }

  #add(word: string): number {
    this.#new.push(word);
    return ++this.#count;
  }
}

/** `words`: the values, without space, of the numbers. */
function decode(bytes: Uint8Array, words: readonly number[]): Int32Array {
  const values = new Int32Array(bytes.length);
  let count = 0;
  for (let at = 0; at < bytes.length;) {
    let byte = bytes[at++]!;
    let number = byte & 127;
    for (let shift = 7; byte >= 128; shift += 7) {
      byte = bytes[at++]!;
      number |= (byte & 127) << shift;
    }
    const word = words[number >>> 1];
    if (word === undefined || at > bytes.length) throw new RangeError("a value has no meaning");
    values[count++] = word < 0 ? word : word | (number & 1);
  }
  return values.subarray(0, count);
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

  /** As {@link take}, copies of so many blocks. */
  async takeEach(kind: number, count: number): Promise<Uint8Array[]> {
    const payloads: Uint8Array[] = [];
    for (let index = 0; index < count; index++) payloads.push(new Uint8Array(await this.take(kind)));
    return payloads;
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

function asJson(value: unknown): Uint8Array {
  return Buffer.from(JSON.stringify(value));
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
    if (stats && Math.abs(Date.now() - stats.mtimeMs) >= ageMs) await rm(path, { force: true });
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

import assert from "node:assert/strict";
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { crc32 } from "node:zlib";
import { silentLog } from "../../../../sidecar/base/log.ts";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { Slices } from "../../../../sidecar/base/slices.ts";
import { type ChainLength, Corpus } from "../../../../sidecar/engine/recall/corpus.ts";
import { ContextHashes, NgramCounts } from "../../../../sidecar/engine/recall/ngram-counts.ts";
import { Recall } from "../../../../sidecar/engine/recall/recall.ts";
import {
  eraseMemory,
  type MemoryPlace,
  type ProjectMemory,
  restoreMemory,
  saveMemory,
} from "../../../../sidecar/engine/recall/state.ts";
import { keyOf, Vocabulary } from "../../../../sidecar/engine/recall/vocabulary.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { never, proposeAt } from "../../../support/recall.ts";

const SEED = 20_261_130;
const ALL = (): boolean => true;

async function temporaryPlace(t: TestContext): Promise<MemoryPlace> {
  return { folder: join(await temporaryFolder(t), "index"), name: "p.memory", owner: "database /work" };
}

function randomText(random: () => number, lines = 60): string {
  const words = ["const", "user", "=", "await", "find", "(", ")", ";", "return", "naïve", "名前", "\u{1f600}", "x1"];
  const line = () => Array.from({ length: 1 + Math.floor(random() * 8) }, () => words[Math.floor(random() * 13)]!);
  return Array.from({ length: lines }, () => " ".repeat(2 * Math.floor(random() * 4)) + line().join(" ")).join("\n");
}

/** A memory of these texts, stamped. */
async function memoryOf(vocabulary: Vocabulary, texts: Readonly<Record<string, string>>): Promise<ProjectMemory> {
  const memory = { corpus: new Corpus(8, vocabulary), counts: new NgramCounts(1, vocabulary), stamps: new Map() };
  for (const [name, text] of Object.entries(texts)) {
    const values = vocabulary.tokenize(text);
    memory.counts.add(values.map(keyOf), 0, values.length, 1);
    await memory.corpus.put(name, values, new Slices(never));
    memory.stamps.set(name, { size: text.length, mtimeMs: 1.5, hash: `hash of ${name}` });
  }
  return memory;
}

/** The texts as they would be rendered, what they were read from, and how often each n-gram of `asked` was seen. */
function contents(
  { corpus, counts, stamps }: ProjectMemory,
  vocabulary: Vocabulary,
  asked: Readonly<Record<string, string>>,
): unknown {
  const context = new ContextHashes(vocabulary);
  const countsOf = (text: string): number[] =>
    [...vocabulary.tokenize(text).map(keyOf)].flatMap((word, at, keys) => {
      context.set(keys, at);
      return Array.from({ length: context.length + 1 }, (_, k) => counts.wordCount(context, k, word));
    });
  const render = (value: number): string =>
    value < 0 ? vocabulary.lineBreak(value) : (value & 1 ? " " : "") + vocabulary.word(keyOf(value));
  return {
    texts: [...corpus.names].map((name) => [name, [...corpus.valuesOf(name)].map(render).join("")]),
    stamps: Object.fromEntries(stamps),
    total: counts.total,
    counts: Object.values(asked).map(countsOf),
  };
}

async function restored(
  place: MemoryPlace,
  vocabulary: Vocabulary,
  keep: (name: string) => boolean = ALL,
): Promise<ProjectMemory> {
  const found = await restoreMemory(place, vocabulary, keep, new Slices(never, 0));
  assert.ok(found.kind === "sound", found.kind);
  return found.memory;
}

test(`what is saved is restored, into a vocabulary of other words (seed ${SEED})`, async (t) => {
  const random = createRandom(SEED);
  const place = await temporaryPlace(t);
  const texts = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`file ${n}`, randomText(random)]));
  const vocabulary = new Vocabulary();
  const memory = await memoryOf(vocabulary, { ...texts, empty: "" });
  memory.stamps.delete("file 3");
  await saveMemory(place, memory, vocabulary, new Slices(never, 0));
  const other = new Vocabulary();
  other.tokenize("these return words\n\t\tcame before user");
  assert.deepEqual(contents(await restored(place, other), other, texts), contents(memory, vocabulary, texts));
});

test(`places are found as before, near and far, and texts that come later with them (seed ${SEED})`, async (t) => {
  const random = createRandom(SEED + 4);
  const place = await temporaryPlace(t);
  const texts = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`file ${n}`, randomText(random, 2_000)]));
  const vocabulary = new Vocabulary();
  const memory = await memoryOf(vocabulary, texts);
  assert.ok(memory.corpus.pages > 3);
  memory.corpus.remove("file 5");
  await saveMemory(place, memory, vocabulary, new Slices(never, 0));
  const other = new Vocabulary();
  other.tokenize("these return words\n\t\tcame before user");
  const after = await restored(place, other);
  for (const { corpus, words } of [
    { corpus: memory.corpus, words: vocabulary },
    { corpus: after.corpus, words: other },
  ]) {
    corpus.putNow("later", words.tokenize(texts["file 5"]!));
  }
  const found = (corpus: Corpus, words: Vocabulary) => {
    const keys = words.tokenize(texts["file 7"]!).map(keyOf);
    return [1, 2, 5].map((length) =>
      Array.from({ length: 50 }, (_, n) => corpus.matches(keys, 100 + 37 * n, length as ChainLength, 1_000)),
    );
  };
  assert.deepEqual(found(after.corpus, other), found(memory.corpus, vocabulary));
  assert.equal(after.corpus.tokens, memory.corpus.tokens);
  const { start } = after.corpus.span("file 6")!;
  assert.equal(after.corpus.nameAt(start), "file 6");
});

test("a memory that has forgotten all its texts holds none, also when it is restored", async (t) => {
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  const memory = await memoryOf(vocabulary, { a: "gone for good" });
  memory.corpus.remove("a");
  await saveMemory(place, memory, vocabulary, new Slices(never));
  const { corpus } = await restored(place, vocabulary);
  assert.deepEqual([corpus.tokens, corpus.texts], [memory.corpus.tokens, 0]);
  assert.equal(corpus.tokens, 0);
});

test(`texts that are not kept leave no count behind (seed ${SEED})`, async (t) => {
  const random = createRandom(SEED + 1);
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  const [a, b] = [randomText(random), randomText(random)];
  await saveMemory(place, await memoryOf(vocabulary, { a, b }), vocabulary, new Slices(never));
  const onlyA = await restored(place, vocabulary, (name) => name === "a");
  const asked = { a, b };
  assert.deepEqual(contents(onlyA, vocabulary, asked), contents(await memoryOf(vocabulary, { a }), vocabulary, asked));
});

test("a file holds no word but those of its texts", async (t) => {
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  vocabulary.tokenize("somethingSecret");
  await saveMemory(place, await memoryOf(vocabulary, { a: "plainWord" }), vocabulary, new Slices(never));
  const bytes = await readFile(join(place.folder, place.name), "latin1");
  assert.ok(bytes.includes("plainWord") && !bytes.includes("somethingSecret"));
});

test("file and folder are for their user only", { skip: process.platform === "win32" }, async (t) => {
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  await saveMemory(place, await memoryOf(vocabulary, { a: "b" }), vocabulary, new Slices(never));
  assert.equal((await stat(join(place.folder, place.name))).mode & 0o777, 0o600);
  assert.equal((await stat(place.folder)).mode & 0o777, 0o700);
});

test(`no damage goes unnoticed: cut, changed, longer, blocks left out (seed ${SEED})`, async (t) => {
  const random = createRandom(SEED + 2);
  const place = await temporaryPlace(t);
  const path = join(place.folder, place.name);
  const vocabulary = new Vocabulary();
  await saveMemory(place, await memoryOf(vocabulary, { a: randomText(random) }), vocabulary, new Slices(never));
  const sound = await readFile(path);
  const kinds = new Map<string, number>();
  const check = async (bytes: Uint8Array, what: string): Promise<void> => {
    await writeFile(path, bytes);
    const { kind } = await restoreMemory(place, new Vocabulary(), ALL, new Slices(never));
    assert.ok(kind === "damaged" || kind === "foreign", `${what}: ${kind}`);
    kinds.set(kind, (kinds.get(kind) ?? 0) + 1);
  };
  for (let n = 0; n < 150; n++) {
    const at = n < 40 ? n : Math.floor(random() * sound.length);
    await check(sound.subarray(0, at), `cut at ${at}`);
    const changed = Buffer.from(sound);
    changed[at]! ^= 1 << Math.floor(random() * 8);
    await check(changed, `changed at ${at}`);
  }
  await check(Buffer.concat([sound, Buffer.alloc(1)]), "longer");
  const blocks = blocksOf(sound);
  assert.ok(blocks.length > 250);
  for (const left of [1, 2, blocks.length - 3, blocks.length - 2, blocks.length - 1]) {
    await check(Buffer.concat(blocks.filter((_, index) => index !== left)), `without block ${left}`);
  }
  assert.ok(kinds.get("damaged")! > 250);
  await writeFile(path, sound);
  await restored(place, new Vocabulary());
});

/** By the length that each block's header tells. */
function blocksOf(bytes: Buffer): Buffer[] {
  const blocks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += blocks.at(-1)!.length) {
    blocks.push(bytes.subarray(at, at + 12 + bytes.readUInt32LE(at + 4)));
  }
  return blocks;
}

test("what another database, folder or version wrote is left aside", async (t) => {
  const place = await temporaryPlace(t);
  const path = join(place.folder, place.name);
  const vocabulary = new Vocabulary();
  await saveMemory(place, await memoryOf(vocabulary, { a: "b" }), vocabulary, new Slices(never));
  const kindOf = async (at: MemoryPlace) => (await restoreMemory(at, vocabulary, ALL, new Slices(never))).kind;
  assert.equal(await kindOf({ ...place, owner: "database /other" }), "foreign");
  assert.equal(await kindOf({ ...place, name: "q.memory" }), "missing");
  const bytes = await readFile(path);
  const head = JSON.parse(blocksOf(bytes)[0]!.subarray(12).toString()) as object;
  for (const other of [{ format: 0 }, { version: "0.0.1" }]) {
    await writeFile(path, firstBlock(bytes.readUInt32LE(0), { ...head, ...other }));
    assert.equal(await kindOf(place), "foreign");
  }
});

function firstBlock(kind: number, content: object): Buffer {
  const payload = Buffer.from(JSON.stringify(content));
  const header = Buffer.alloc(12);
  header.writeUInt32LE(kind, 0);
  header.writeUInt32LE(payload.length, 4);
  header.writeUInt32LE(crc32(payload, crc32(header.subarray(0, 8))), 8);
  return Buffer.concat([header, payload]);
}

test("a crash while saving leaves what was saved before, and what it left is removed", async (t) => {
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  await saveMemory(place, await memoryOf(vocabulary, { a: "before" }), vocabulary, new Slices(never));
  const [old, young] = [`${place.name}.1.tmp`, `${place.name}.2.tmp`];
  await writeFile(join(place.folder, old), "half");
  await writeFile(join(place.folder, young), "half");
  await utimes(join(place.folder, old), 1, 1);
  const { corpus } = await restored(place, vocabulary);
  assert.deepEqual([...corpus.names], ["a"]);
  assert.deepEqual((await readdir(place.folder)).sort(), [place.name, young].sort());
  await eraseMemory(place);
  assert.deepEqual(await readdir(place.folder), []);
});

test("a save that fails says so and leaves nothing; the next one works", async (t) => {
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  const memory = await memoryOf(vocabulary, { a: "b" });
  await writeFile(place.folder, "in the way");
  await assert.rejects(saveMemory(place, memory, vocabulary, new Slices(never)), { code: "file" });
  await rm(place.folder);
  await mkdir(join(place.folder, place.name), { recursive: true });
  await assert.rejects(saveMemory(place, memory, vocabulary, new Slices(never)), { code: "file" });
  assert.deepEqual(await readdir(place.folder), [place.name]);
  await rm(join(place.folder, place.name), { recursive: true });
  await saveMemory(place, memory, vocabulary, new Slices(never));
  await restored(place, vocabulary);
});

test("a save that is cancelled leaves what was there", async (t) => {
  const place = await temporaryPlace(t);
  const vocabulary = new Vocabulary();
  await saveMemory(place, await memoryOf(vocabulary, { a: "first" }), vocabulary, new Slices(never));
  const cancelled = AbortSignal.abort();
  const second = await memoryOf(vocabulary, { b: "second" });
  await assert.rejects(saveMemory(place, second, vocabulary, new Slices(cancelled, 0)), { name: "AbortError" });
  assert.deepEqual(await readdir(place.folder), [place.name]);
  assert.deepEqual([...(await restored(place, vocabulary)).corpus.names], ["a"]);
});

const FILE = "function total(items) {\n  return items.reduce((sum, item) => sum + item.price, 0);\n}\n";

test("recall proposes the same after a restart, and goes on learning", async (t) => {
  const place = await temporaryPlace(t);
  const before = new Recall(silentLog);
  await before.absorb("p", "a.js", FILE, never, { size: 1, mtimeMs: 2, hash: "h" });
  await before.absorb("p", "b.js", "other();\n", never);
  await before.save("p", place, never);
  const after = new Recall(silentLog);
  after.learnPersonal({ name: "mine", text: "words of my own come first" });
  assert.equal(await after.restore("p", place, ALL, never), "sound");
  // How far lines go together depends on all words that are known, and one of the two knows more.
  const texts = (recall: Recall) =>
    proposeAt(recall, "  return items.re▮", { multiLine: false }).map(({ text }) => text);
  assert.ok(texts(before).length > 0);
  assert.deepEqual(texts(after), texts(before));
  assert.deepEqual(after.stamp("p", "a.js"), {
    size: 1,
    mtimeMs: 2,
    hash: "h",
    tokens: before.stamp("p", "a.js")!.tokens,
  });
  assert.equal(after.stamp("p", "b.js"), undefined);
  await after.absorb("p", "a.js", "", never);
  assert.deepEqual(texts(after), []);
});

test("nothing is written where nothing changed", async (t) => {
  const place = await temporaryPlace(t);
  const recall = new Recall(silentLog);
  const stamp = { size: 1, mtimeMs: 2, hash: "h" };
  await recall.absorb("p", "a.js", FILE, never, stamp);
  await recall.save("p", place, never);
  const path = join(place.folder, place.name);
  await rm(path);
  await recall.save("p", place, never);
  await assert.rejects(stat(path), { code: "ENOENT" });
  recall.forget("p", "unknown.js");
  await recall.save("p", place, never);
  await assert.rejects(stat(path), { code: "ENOENT" });
  recall.forget("p", "a.js");
  await recall.save("p", place, never);
  assert.ok((await stat(path)).isFile());
});

test("a file whose reading is cancelled is learned whole or not at all", async () => {
  const recall = new Recall(silentLog);
  await recall.absorb("p", "a.js", FILE, never);
  const abort = new AbortController();
  const absorbing = recall.absorb("p", "a.js", "var changed;\n".repeat(20_000), abort.signal);
  abort.abort();
  await absorbing;
  recall.forget("p", "a.js");
  await recall.absorb("p", "b.js", FILE, never);
  await assert.rejects(recall.absorb("p", "b.js", "never", abort.signal), { name: "AbortError" });
  const [best] = proposeAt(recall, "  return items.re▮", { multiLine: false });
  assert.equal(best?.text, "duce((sum, item) => sum + item.price, 0);");
});

test("a closed project takes its words with it", async () => {
  const recall = new Recall(silentLog);
  recall.learnPersonal({ name: "mine", text: "personalWord" });
  await recall.absorb("p", "a.js", "projectWord personalWord", never);
  recall.close("p");
  await recall.sweep(never);
  assert.equal(recall.vocabulary.knownKey("projectWord"), undefined);
  assert.notEqual(recall.vocabulary.knownKey("personalWord"), undefined);
});

test(`learning texts and unlearning them restores all counts (seed ${SEED})`, async () => {
  const random = createRandom(SEED + 3);
  const vocabulary = new Vocabulary();
  const texts = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`kept ${n}`, randomText(random, 30)]));
  const memory = await memoryOf(vocabulary, texts);
  const guests = Array.from({ length: 300 }, () => vocabulary.tokenize(randomText(random, 30)).map(keyOf));
  const asked = { ...texts, guest: randomText(random) };
  const before = contents(memory, vocabulary, asked);
  for (const keys of guests) memory.counts.add(keys, 0, keys.length, 1);
  assert.notDeepEqual(contents(memory, vocabulary, asked), before);
  for (const keys of guests.reverse()) memory.counts.add(keys, 0, keys.length, -1);
  assert.deepEqual(contents(memory, vocabulary, asked), before);
});

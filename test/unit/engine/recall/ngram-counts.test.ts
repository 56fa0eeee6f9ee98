import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { ContextHashes, NgramCounts, ORDER, SHARDS } from "../../../../sidecar/engine/recall/ngram-counts.ts";
import { NestedCache } from "../../../../sidecar/engine/recall/nested-cache.ts";
import type { WordHashes } from "../../../../sidecar/engine/recall/vocabulary.ts";

const SEED = 20_261_120;
/** Keys of these tests stand for themselves. */
const HASHES: WordHashes = {
  hashLow: (key) => Math.imul(key, 0x9e3779b1),
  hashHigh: (key) => Math.imul(key, 0x85ebca6b),
};

/** Counts of all n-grams of these texts, in order of place and length. */
function allCounts(counts: NgramCounts, texts: readonly (readonly number[])[]): number[] {
  const context = new ContextHashes(HASHES);
  return texts.flatMap((keys) =>
    keys.flatMap((word, at) => {
      context.set(keys, at);
      return Array.from({ length: context.length + 1 }, (_, k) => counts.wordCount(context, k, word));
    }),
  );
}

test("counts words after every length of context", () => {
  const counts = new NgramCounts(1024, HASHES);
  const keys = [2, 3, 4, 2, 3, 5];
  counts.add(keys, 0, keys.length, 1);
  const context = new ContextHashes(HASHES);
  context.set([9, 2, 3], 3);
  assert.equal(counts.total, 6);
  assert.equal(counts.contextCount(context, 1), 2);
  assert.equal(counts.contextCount(context, 2), 2);
  assert.equal(counts.contextCount(context, 3), 0);
  assert.equal(counts.wordCount(context, 2, 4), 1);
  assert.equal(counts.wordCount(context, 2, 5), 1);
  assert.equal(counts.wordCount(context, 2, 6), 0);
});

test(`agrees with counting by hand and unlearns exactly (seed ${SEED})`, () => {
  const random = createRandom(SEED);
  const counts = new NgramCounts(1024, HASHES);
  const texts = Array.from({ length: 20 }, () => Array.from({ length: 300 }, () => Math.floor(random() * 12)));
  for (const keys of texts) counts.add(keys, 0, keys.length, 1);
  // Learned and unlearned again: must leave nothing behind.
  const guest = Array.from({ length: 500 }, () => Math.floor(random() * 12));
  counts.add(guest, 0, guest.length, 1);
  counts.add(guest, 0, guest.length, -1);
  const byHand = new Map<string, number>();
  for (const keys of texts) {
    for (let at = 0; at < keys.length; at++) {
      if (keys[at] === 0) continue;
      for (let k = 0; k < ORDER && at - k >= 0 && (k === 0 || keys[at - k] !== 0); k++) {
        const gram = keys.slice(at - k, at + 1).join(" ");
        byHand.set(gram, (byHand.get(gram) ?? 0) + 1);
      }
    }
  }
  const context = new ContextHashes(HASHES);
  for (const [gram, expected] of byHand) {
    const keys = gram.split(" ").map(Number);
    context.set(keys, keys.length - 1);
    assert.equal(counts.wordCount(context, keys.length - 1, keys.at(-1)!), expected, gram);
    context.set(keys, keys.length);
    if (keys.length < ORDER) assert.equal(counts.contextCount(context, keys.length), expected, gram);
  }
  assert.equal(counts.total, texts.flat().filter((key) => key !== 0).length);
});

test("unlearning what was never learned changes nothing", () => {
  const counts = new NgramCounts(1024, HASHES);
  counts.add([2, 3], 0, 2, 1);
  counts.add([7, 8, 9], 0, 3, -1);
  const context = new ContextHashes(HASHES);
  context.set([7], 1);
  assert.equal(counts.wordCount(context, 1, 8), 0);
});

test(`large counts are exact, through growth and back (seed ${SEED})`, () => {
  const random = createRandom(SEED + 1);
  const counts = new NgramCounts(1, HASHES);
  const context = new ContextHashes(HASHES);
  const expected = new Map<number, number>();
  const countOf = (word: number): number => expected.get(word) ?? 0;
  for (let n = 0; n < 200_000; n++) {
    const word = 2 + Math.floor(random() ** 12 * 3000);
    const learns = random() < (n < 120_000 ? 0.8 : 0.3);
    counts.add([word], 0, 1, learns ? 1 : -1);
    // What was never learned cannot be unlearned.
    expected.set(word, Math.max(0, countOf(word) + (learns ? 1 : -1)));
    if (n % 1000 === 0) assert.equal(counts.unigramCount(2), countOf(2));
  }
  context.set([], 0);
  for (let word = 2; word < 3002; word++)
    assert.equal(counts.wordCount(context, 0, word), countOf(word), `word ${word}`);
  assert.ok(
    Math.max(...expected.values()) > 1000 && [...expected.values()].filter((count) => count === 0).length > 100,
  );
});

test(`what is saved and loaded counts the same, also when it is changed then (seed ${SEED})`, () => {
  const random = createRandom(SEED + 2);
  const words = () => Array.from({ length: 3000 }, () => 2 + Math.floor(random() ** 4 * 40));
  const [first, second] = [words(), words()];
  const saved = new NgramCounts(1, HASHES);
  saved.add(first, 0, first.length, 1);
  saved.add(second, 0, second.length, 1);
  const loaded = new NgramCounts(1, HASHES);
  for (let shard = 0; shard < SHARDS; shard++) loaded.loadShard(shard, saved.saveShard(shard));
  loaded.total = saved.total;
  loaded.add(second, 0, second.length, -1);
  const expected = new NgramCounts(1, HASHES);
  expected.add(first, 0, first.length, 1);
  assert.deepEqual(allCounts(loaded, [first, second]), allCounts(expected, [first, second]));
  assert.equal(loaded.total, expected.total);
});

test("of what was unlearned nothing is saved", () => {
  const counts = new NgramCounts(1, HASHES);
  const words = Array.from({ length: 3000 }, (_, at) => 2 + ((at * 7919) % 1000));
  counts.add(words, 0, words.length, 1);
  counts.add([2, 3, 4], 0, 3, 1);
  counts.add(words, 0, words.length, -1);
  const saved = Array.from({ length: SHARDS }, (_, shard) => counts.saveShard(shard));
  assert.equal(
    saved.reduce((sum, shard) => sum + usedIn(shard), 0),
    6,
    "three words have six n-grams",
  );
  const prints = (shard: Uint8Array): number => shard.subarray(12).filter((byte) => byte !== 0).length;
  assert.ok(saved.every((shard) => usedIn(shard) > 0 || prints(shard) === 0));
});

/** Slots in use, by the second number of a shard. */
function usedIn(shard: Uint8Array): number {
  return new Int32Array(shard.buffer)[1]!;
}

test("bytes that are no shard are refused", () => {
  const counts = new NgramCounts(1, HASHES);
  counts.add([2, 3, 4, 2, 3, 4], 0, 6, 1);
  const bytes = Array.from({ length: SHARDS }, (_, shard) => counts.saveShard(shard)).find(
    (shard) => usedIn(shard) > 0,
  )!;
  const full = new Uint8Array(bytes);
  new Int32Array(full.buffer)[1] = new Int32Array(full.buffer)[0]!;
  for (const wrong of [bytes.subarray(0, -4), bytes.subarray(0, 3), new Uint8Array(0), full]) {
    assert.throws(() => new NgramCounts(1, HASHES).loadShard(0, wrong), RangeError);
  }
  new NgramCounts(1, HASHES).loadShard(0, bytes);
});

test("the nested cache prefers the inner level and gives probabilities that sum to one", () => {
  const project = new NgramCounts(1024, HASHES);
  const file = new NgramCounts(1024, HASHES);
  const inProject = [2, 3, 4, 2, 3, 4, 2, 3, 4];
  const inFile = [2, 3, 5, 2, 3, 5];
  project.add(inProject, 0, inProject.length, 1);
  file.add(inFile, 0, inFile.length, 1);
  const cache = new NestedCache(HASHES);
  cache.levels = [file, project];
  cache.moveTo([2, 3], 2);
  const known = [2, 3, 4, 5].map((word) => cache.probability(word));
  assert.ok(known[3]! > 0.3 && known[2]! > 0.3, "both continuations are likely");
  assert.ok(Math.abs(known.reduce((sum, p) => sum + p, 0) - 1) < 1e-9);
  assert.ok(cache.probability(99) < 1e-6);
});

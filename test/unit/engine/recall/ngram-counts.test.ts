import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { ContextHashes, NgramCounts, ORDER } from "../../../../sidecar/engine/recall/ngram-counts.ts";
import { NestedCache } from "../../../../sidecar/engine/recall/nested-cache.ts";

const SEED = 20_261_120;

test("counts words after every length of context", () => {
  const counts = new NgramCounts();
  const keys = [2, 3, 4, 2, 3, 5];
  counts.add(keys, 0, keys.length, 1);
  const context = new ContextHashes();
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
  const counts = new NgramCounts();
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
  const context = new ContextHashes();
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
  const counts = new NgramCounts();
  counts.add([2, 3], 0, 2, 1);
  counts.add([7, 8, 9], 0, 3, -1);
  const context = new ContextHashes();
  context.set([7], 1);
  assert.equal(counts.wordCount(context, 1, 8), 0);
});

test("the nested cache prefers the inner level and gives probabilities that sum to one", () => {
  const project = new NgramCounts();
  const file = new NgramCounts();
  const inProject = [2, 3, 4, 2, 3, 4, 2, 3, 4];
  const inFile = [2, 3, 5, 2, 3, 5];
  project.add(inProject, 0, inProject.length, 1);
  file.add(inFile, 0, inFile.length, 1);
  const cache = new NestedCache();
  cache.levels = [file, project];
  cache.moveTo([2, 3], 2);
  const known = [2, 3, 4, 5].map((word) => cache.probability(word));
  assert.ok(known[3]! > 0.3 && known[2]! > 0.3, "both continuations are likely");
  assert.ok(Math.abs(known.reduce((sum, p) => sum + p, 0) - 1) < 1e-9);
  assert.ok(cache.probability(99) < 1e-6);
});

import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { Slices } from "../../../../sidecar/base/slices.ts";
import { Corpus } from "../../../../sidecar/engine/recall/corpus.ts";
import { BOUNDARY, keyOf, Vocabulary, type WordHashes } from "../../../../sidecar/engine/recall/vocabulary.ts";
import { never } from "../../../support/recall.ts";

const SEED = 7;
/** Of words that are nothing but their keys. */
const WORDS_BY_NUMBER: WordHashes = { hashLow: (key) => key, hashHigh: (key) => key };

function valuesOf(text: string, vocabulary: Vocabulary): Int32Array {
  return Int32Array.from(vocabulary.tokenize(text));
}

test(`finds every place that ends in the same tokens (seed ${SEED})`, () => {
  const random = createRandom(SEED);
  const corpus = new Corpus(6, WORDS_BY_NUMBER);
  const values = Int32Array.from({ length: 400 }, () => (2 + Math.floor(random() * 4)) << 1);
  corpus.putNow("a", values);
  const keys = [...values].map(keyOf);
  for (let end = 5; end < keys.length; end++) {
    const found = corpus.matches(keys, end, 2, 1000).map((match) => match.next);
    const expected = [];
    for (let next = 2; next <= keys.length; next++) {
      if (keys[next - 1] === keys[end - 1] && keys[next - 2] === keys[end - 2]) expected.push(next + 1);
    }
    assert.deepEqual(found, expected.reverse());
  }
});

test(`finds places beyond the end of a page, near and far (seed ${SEED})`, async () => {
  const random = createRandom(SEED);
  const corpus = new Corpus(10, WORDS_BY_NUMBER);
  const texts = Array.from({ length: 12 }, () =>
    Int32Array.from({ length: 9000 }, () => (2 + Math.floor(random() * 20_000)) << 1),
  );
  for (const [n, values] of texts.entries()) await corpus.put(`text ${n}`, values, new Slices(never, 0));
  let found = 0;
  for (const [n, values] of texts.entries()) {
    const { start } = corpus.span(`text ${n}`)!;
    assert.deepEqual(corpus.valuesOf(`text ${n}`), values);
    for (let end = 5; end < 9000; end += 97) {
      const matches = corpus.matches([...values.subarray(0, end)].map(keyOf), end, 5, 1000);
      assert.deepEqual(matches, [{ next: start + end, length: Math.min(64, end) }]);
      found++;
    }
  }
  assert.ok(found > 1000 && corpus.tokens === 12 * 9000);
});

test("a corpus that outgrew its heads is made anew with more, and finds the same", async () => {
  const vocabulary = new Vocabulary();
  const corpus = new Corpus(1, vocabulary);
  for (let n = 0; n < 50; n++) corpus.putNow(`text ${n}`, valuesOf(`begin number${n} end`, vocabulary));
  const keys = [vocabulary.key("begin")];
  const words = () => corpus.matches(keys, 1, 1, 100).map((match) => vocabulary.word(corpus.key(match.next)));
  const before = words();
  assert.ok(corpus.needsCompaction);
  await corpus.compact(new Slices(never, 0));
  assert.ok(!corpus.needsCompaction);
  assert.deepEqual(words(), before);
});

test("a corpus that was emptied holds as much again, beyond a page", () => {
  const corpus = new Corpus(10, WORDS_BY_NUMBER);
  const values = Int32Array.from({ length: 70_000 }, (_, at) => (2 + ((at * 7919) % 40_000)) << 1);
  const keys = [...values].map(keyOf);
  corpus.putNow("before", values);
  const found = () => [50_000, 69_999].map((end) => corpus.matches(keys, end, 5, 1000));
  const before = found();
  assert.ok(before.every((matches) => matches.length > 0));
  corpus.clear();
  assert.deepEqual(found(), [[], []]);
  corpus.putNow("again", values);
  assert.deepEqual(found(), before);
});

test("a text that was put again is found in its new form only", () => {
  const vocabulary = new Vocabulary();
  const corpus = new Corpus(8, vocabulary);
  corpus.putNow("a", valuesOf("one two three", vocabulary));
  corpus.putNow("a", valuesOf("one two four", vocabulary));
  const keys = [...vocabulary.tokenize("one two")].map(keyOf);
  const nexts = corpus.matches(keys, 2, 2, 10).map((match) => vocabulary.word(corpus.key(match.next)));
  assert.deepEqual(nexts, ["four"]);
});

test("compaction keeps what is remembered, with what changed meanwhile", async () => {
  const vocabulary = new Vocabulary();
  const corpus = new Corpus(8, vocabulary);
  for (let n = 0; n < 50; n++) corpus.putNow(`text ${n}`, valuesOf(`begin number${n} end`, vocabulary));
  for (let n = 0; n < 40; n++) corpus.remove(`text ${n}`);
  const compacting = corpus.compact(new Slices(never, 0));
  corpus.putNow("text 41", valuesOf("begin changed end", vocabulary));
  corpus.remove("text 42");
  await compacting;
  assert.equal(corpus.texts, 9);
  const keys = [vocabulary.key("begin")];
  const nexts = corpus.matches(keys, 1, 1, 100).map((match) => vocabulary.word(corpus.key(match.next)));
  assert.deepEqual(
    nexts.sort(),
    ["changed", "number40", ...[43, 44, 45, 46, 47, 48, 49].map((n) => `number${n}`)].sort(),
  );
  assert.equal(corpus.nameAt(corpus.span("text 41")!.start), "text 41");
  assert.equal(corpus.value(0), BOUNDARY);
});

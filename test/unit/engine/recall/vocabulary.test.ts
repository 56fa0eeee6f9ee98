import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { Slices } from "../../../../sidecar/base/slices.ts";
import { BOUNDARY, keyOf, LINE_BREAK, Vocabulary } from "../../../../sidecar/engine/recall/vocabulary.ts";
import { never } from "../../../support/recall.ts";

const SEED = 20_261_130;

/** Words of one to twelve characters out of these, and of those that one byte cannot hold. */
function randomWord(random: () => number): string {
  const letters = "abcdeé$_9ж中\u{1f600}\ud800";
  return Array.from(
    { length: 1 + Math.floor(random() * 12) },
    () => letters[Math.floor(random() * letters.length)],
  ).join("");
}

test(`every word keeps its own key, and every key its word (seed ${SEED})`, () => {
  const random = createRandom(SEED);
  const vocabulary = new Vocabulary();
  const keys = new Map<string, number>();
  for (let n = 0; n < 20_000; n++) {
    const word = randomWord(random);
    const key = vocabulary.key(word);
    assert.equal(keys.get(word) ?? key, key);
    keys.set(word, key);
  }
  assert.equal(new Set(keys.values()).size, keys.size);
  assert.equal(vocabulary.size, keys.size + 2);
  for (const [word, key] of keys) assert.equal(vocabulary.word(key), word);
});

test("what is not in use is forgotten, and its key given to another word", async () => {
  const vocabulary = new Vocabulary();
  const words = Array.from({ length: 3000 }, (_, n) => `word${n}é`);
  const keys = words.map((word) => vocabulary.key(word));
  await vocabulary.sweep((key) => key % 3 === 0, new Slices(never, 0));
  for (const [n, word] of words.entries()) {
    assert.equal(vocabulary.knownKey(word), keys[n]! % 3 === 0 ? keys[n] : undefined);
    assert.equal(vocabulary.word(keys[n]!), keys[n]! % 3 === 0 ? word : "");
  }
  const again = vocabulary.key("another");
  assert.ok(keys.includes(again) && again % 3 !== 0);
  assert.equal(vocabulary.word(again), "another");
});

test("a word that comes into use during a sweep stays", async () => {
  const vocabulary = new Vocabulary();
  const used = new Set<number>();
  for (let n = 0; n < 1000; n++) vocabulary.key(`word${n}`);
  const late = vocabulary.key("word500");
  const sweeping = vocabulary.sweep((key) => used.has(key), new Slices(never, 0));
  used.add(late);
  await sweeping;
  assert.equal(vocabulary.word(late), "word500");
  assert.equal(vocabulary.knownKey("word501"), undefined);
});

test("a word hashes the same in every vocabulary, a line break among them", () => {
  const [one, other] = [new Vocabulary(), new Vocabulary()];
  other.key("before");
  const hashes = (vocabulary: Vocabulary, key: number) => [vocabulary.hashLow(key), vocabulary.hashHigh(key)];
  assert.deepEqual(hashes(one, one.key("word")), hashes(other, other.key("word")));
  assert.deepEqual(hashes(one, LINE_BREAK), hashes(other, LINE_BREAK));
  assert.notDeepEqual(hashes(one, one.key("word")), hashes(one, one.key("words")));
});

test("tokens know their words, the space before them and the indentation behind a line break", () => {
  const vocabulary = new Vocabulary();
  const values = [...vocabulary.tokenize("let é中 =\n\n\n  x;")];
  assert.deepEqual(
    values.map((value) => (value < 0 ? vocabulary.lineBreak(value) : vocabulary.word(keyOf(value)))),
    ["let", "é中", "=", "\n\n  ", "x", ";"],
  );
  assert.deepEqual(
    values.map((value) => value > 0 && (value & 1) === 1),
    [false, true, true, false, false, false],
  );
  assert.ok(!values.includes(BOUNDARY));
});

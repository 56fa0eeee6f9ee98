import assert from "node:assert/strict";
import test from "node:test";
import { align, Symbols } from "../../../sidecar/backtest/personas/alignment.ts";
import { editDistance, textDistance } from "../../../sidecar/backtest/edit-distance.ts";
import { createRandom } from "../../../sidecar/base/random.ts";

test("distance counts insertions, deletions and substitutions", () => {
  assert.equal(textDistance("", ""), 0);
  assert.equal(textDistance("abc", ""), 3);
  assert.equal(textDistance("", "abc"), 3);
  assert.equal(textDistance("kitten", "sitting"), 3);
  assert.equal(textDistance('"a" + b;', "'a' + b"), 3);
});

test("distance is the one of the textbook, for random texts of all sizes", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = createRandom(seed);
  for (let round = 0; round < 400; round++) {
    const letters = 1 + Math.floor(random() * 5);
    const left = randomSymbols(random, 110, letters);
    const right = round % 2 === 0 ? randomSymbols(random, 110, letters) : disturb(left, random, letters);
    assert.equal(editDistance(left, right), textbook(left, right), `seed ${seed}, round ${round}`);
  }
});

test("an alignment pairs equal symbols in order, and as many as can be", () => {
  const seed = Math.floor(Math.random() * 2 ** 31);
  const random = createRandom(seed);
  for (let round = 0; round < 600; round++) {
    const letters = 1 + Math.floor(random() * 6);
    const left = randomSymbols(random, 40, letters);
    const right = round % 2 === 0 ? randomSymbols(random, 40, letters) : disturb(left, random, letters);
    const partners = align(left, right);
    const pairs = [...partners].flatMap((partner, at) => (partner < 0 ? [] : [[at, partner] as const]));
    const note = `seed ${seed}, round ${round}`;
    assert(
      pairs.every(([a, b]) => left[a] === right[b]),
      note,
    );
    assert(
      pairs.every(([, b], index) => index === 0 || pairs[index - 1]![1] < b),
      note,
    );
    assert.equal(pairs.length, longestCommon(left, right), note);
  }
});

test("a symbol stands for one string", () => {
  const symbols = new Symbols();
  const [a, b, c] = symbols.of(["x", "y", "x"]);
  assert.equal(a, c);
  assert.notEqual(a, b);
  assert.deepEqual([...symbols.of(["y"])], [b]);
});

function randomSymbols(random: () => number, lengthMax: number, letters: number): Int32Array {
  return Int32Array.from({ length: Math.floor(random() * (lengthMax + 1)) }, () => Math.floor(random() * letters));
}

function disturb(symbols: Int32Array, random: () => number, letters: number): Int32Array {
  return Int32Array.from(
    [...symbols].flatMap((symbol) => {
      const dice = random();
      if (dice < 0.05) return [];
      if (dice < 0.1) return [symbol, Math.floor(random() * letters)];
      return dice < 0.15 ? [Math.floor(random() * letters)] : [symbol];
    }),
  );
}

function textbook(left: Int32Array, right: Int32Array): number {
  let row = [...right, 0].map((_, column) => column);
  left.forEach((symbol, at) => {
    const next = [at + 1];
    right.forEach((other, column) => {
      next.push(Math.min(next[column]! + 1, row[column + 1]! + 1, row[column]! + (symbol === other ? 0 : 1)));
    });
    row = next;
  });
  return row[right.length]!;
}

function longestCommon(left: Int32Array, right: Int32Array): number {
  let row = new Array<number>(right.length + 1).fill(0);
  for (const symbol of left) {
    const next = [0];
    right.forEach((other, column) => {
      next.push(symbol === other ? row[column]! + 1 : Math.max(next[column]!, row[column + 1]!));
    });
    row = next;
  }
  return row[right.length]!;
}

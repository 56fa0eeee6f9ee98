import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../../sidecar/base/random.ts";
import { termsOf } from "../../../../sidecar/code/terms.ts";
import { BM25_B, BM25_K1, TermIndex } from "../../../../sidecar/suggest/retrieval/term-index.ts";

test("the document with more of the rare words comes first, of equals the newer one", () => {
  const index = indexOf({ 1: "load order", 2: "load user", 3: "load user", 4: "close all" });
  assert.deepEqual(idsFor(index, "load user"), [3, 2, 1]);
  assert.deepEqual(idsFor(index, "load user", 1), [3]);
  assert.deepEqual(idsFor(index, "invoice"), []);
  assert.deepEqual(idsFor(index, ""), []);
});

test("a word that is there more often counts more, in a longer document less", () => {
  const index = indexOf({ 1: "user a b c", 2: "user user b c", 3: "user a b c d e f g h" });
  assert.deepEqual(idsFor(index, "user"), [2, 1, 3]);
});

test("names are found by the words in them", () => {
  const index = indexOf({ 1: "getUserName()", 2: "user_name", 3: "order" });
  assert.deepEqual(idsFor(index, "user"), [2, 1]);
});

test("no document scores more than the bound, and only one full of all words comes near", () => {
  const index = indexOf({ 1: "alpha beta ".repeat(200), 2: "alpha", 3: "other words here" });
  const { hits, bound } = index.search(["alpha", "beta"], 9);
  assert.equal(hits[0]?.id, 1);
  assert.ok(hits[0].score < bound && hits[0].score > 0.9 * bound);
  assert.ok(hits[1]!.score < 0.6 * bound);
});

test("a search can be narrowed to a group", () => {
  const index = new TermIndex();
  index.add(1, "load user", 7);
  index.add(2, "load user", 8);
  assert.deepEqual(
    index.search(["user"], 9, 7).hits.map(({ id }) => id),
    [1],
  );
  assert.deepEqual(idsFor(index, "user"), [2, 1]);
});

test("what was removed is not found, nor does it count; what is added twice counts once", () => {
  const index = indexOf({ 1: "load user", 2: "load order" });
  const before = index.search(["load", "order"], 9);
  index.add(3, "load load order");
  index.add(3, "something else");
  index.remove(3, "load load order");
  index.remove(3, "load load order");
  index.remove(99, "load");
  assert.deepEqual(index.search(["load", "order"], 9), before);
  assert.equal(index.size, 2);
});

test("scores are those of BM25 by the book, whatever was added and removed before", () => {
  for (const seed of [1, 2, 3]) {
    const random = createRandom(seed);
    const words = Array.from({ length: 60 }, (_, n) => `w${String.fromCharCode(97 + (n % 26))}${"xy"[n % 2]}`);
    const textOf = (): string =>
      Array.from({ length: 1 + Math.floor(random() * 40) }, () => words[Math.floor(random() ** 2 * words.length)]).join(
        " ",
      );
    const index = new TermIndex();
    const texts = new Map<number, string>();
    for (let id = 1; id <= 600; id++) {
      texts.set(id, textOf());
      index.add(id, texts.get(id)!);
      const gone = Math.floor(random() * id) + 1;
      if (random() < 0.4 && texts.has(gone)) {
        index.remove(gone, texts.get(gone)!);
        texts.delete(gone);
      }
    }
    assert.ok(texts.size > 200);
    for (let round = 0; round < 8; round++) {
      const query = termsOf(textOf());
      const expected = bruteForce(texts, query).slice(0, 10);
      const { hits } = index.search(query, 10);
      assert.deepEqual(
        hits.map(({ id }) => id),
        expected.map(({ id }) => id),
        `seed ${seed}, round ${round}`,
      );
      for (const [at, { score }] of hits.entries()) assert.ok(Math.abs(score - expected[at]!.score) < 1e-9);
    }
  }
});

test("documents that come and go take no more room in the end", () => {
  const index = new TermIndex();
  const texts = Array.from({ length: 300 }, (_, n) => `common word${"abcdefghij"[n % 10]} own${"xyz"[n % 3]}`);
  const churn = (): void => {
    texts.forEach((text, id) => index.add(id, text));
    texts.forEach((text, id) => index.remove(id, text));
  };
  churn();
  const { bytes } = index;
  for (let round = 0; round < 50; round++) churn();
  assert.equal(index.bytes, bytes);
  assert.equal(index.size, 0);
});

function indexOf(texts: Readonly<Record<number, string>>): TermIndex {
  const index = new TermIndex();
  for (const [id, text] of Object.entries(texts)) index.add(Number(id), text);
  return index;
}

function idsFor(index: TermIndex, query: string, limit = 9): number[] {
  return index.search(termsOf(query), limit).hits.map(({ id }) => id);
}

/** Robertson & Zaragoza 2009, equation 3.15, with the idf that is never negative. */
function bruteForce(texts: ReadonlyMap<number, string>, query: readonly string[]): { id: number; score: number }[] {
  const documents = [...texts].map(([id, text]) => ({ id, terms: termsOf(text) }));
  const lengthMean = documents.reduce((sum, { terms }) => sum + terms.length, 0) / documents.length;
  const scores = documents.map(({ id, terms }) => {
    let score = 0;
    for (const term of new Set(query)) {
      const count = documents.filter((document) => document.terms.includes(term)).length;
      const times = terms.filter((other) => other === term).length;
      const idf = Math.log(1 + (documents.length - count + 0.5) / (count + 0.5));
      const length = 1 - BM25_B + (BM25_B * terms.length) / lengthMean;
      score += (idf * times * (BM25_K1 + 1)) / (times + BM25_K1 * length);
    }
    return { id, score };
  });
  return scores.filter(({ score }) => score > 0).sort((a, b) => b.score - a.score || b.id - a.id);
}

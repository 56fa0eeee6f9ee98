import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { editDistance, fourGramDice, keptRate, noRevert, tokensOf } from "../../../sidecar/outcome/survival.ts";

test("tokens are names, numbers and single marks; white space is none", () => {
  assert.deepEqual(tokensOf("const größe_1 = $a['x'];\n"), [
    "const",
    "größe_1",
    "=",
    "$a",
    "[",
    "'",
    "x",
    "'",
    "]",
    ";",
  ]);
  assert.deepEqual(tokensOf("😀+1"), ["😀", "+", "1"]);
  assert.deepEqual(tokensOf(" \n\t"), []);
});

test("text that is still there was kept as a whole", () => {
  assert.equal(keptRate("return a + b;", "return a + b;"), 1);
});

test("white space does not count as change", () => {
  assert.equal(keptRate("f(a,b){return 1}", "f(a, b) {\n  return 1\n}"), 1);
});

test("what was added does not lower the kept rate", () => {
  assert.equal(keptRate("return a;", "// sum\nreturn a + more(b);"), 1);
});

test("what was replaced does", () => {
  // 9 tokens, 2 of them quotes.
  assert.equal(keptRate('const a = b["x"]', "const a = b['x']"), 7 / 9);
});

test("a moved statement counts as kept", () => {
  const generated = "first(a, b);\nsecond(c, d);\n";
  assert.equal(keptRate(generated, "second(c, d);\nfirst(a, b);\n"), 1);
});

test("a few marks that turn up elsewhere were not moved", () => {
  assert.ok(keptRate("a(); b(); c();", "x = [y]; () z ();") < 0.7);
});

test("a moved piece counts only as often as it is there", () => {
  const generated = "call(a, b);\nx;\ncall(a, b);\n";
  assert.ok(keptRate(generated, "x;\ncall(a, b);\n") < 0.7);
});

test("nothing is left of deleted text", () => {
  assert.equal(keptRate("return a;", ""), 0);
  assert.equal(keptRate("return a;", "while { 1 }"), 0);
});

test("where nothing was generated nothing was lost", () => {
  assert.equal(keptRate("", "a"), 1);
  assert.equal(keptRate(" \n", ""), 1);
});

test("very different long texts still share their whole pieces", () => {
  const lines = (name: string, from: number): string =>
    Array.from({ length: 150 }, (_, index) => `${name}${from + index}(${name}, ${from + index});`).join("\n");
  const rate = keptRate(
    `${lines("a", 0)}\n${lines("b", 0)}`,
    `${lines("c", 500)}\n${lines("b", 0)}\n${lines("d", 900)}`,
  );
  assert.ok(Math.abs(rate - 0.5) < 0.05, String(rate));
});

test("long texts are compared in bounded time", () => {
  const random = createRandom(11);
  const noise = (length: number): string => Array.from({ length }, () => `w${Math.floor(random() * 1000)}`).join(" ");
  const started = process.cpuUsage();
  const rate = keptRate(noise(50_000), noise(50_000));
  const distance = editDistance(noise(50_000), noise(50_000));
  const spent = process.cpuUsage(started);
  assert.ok(rate >= 0 && rate <= 1 && distance > 0.5 && distance <= 1);
  assert.ok(spent.user + spent.system < 3_000_000, `${spent.user} µs`);
});

test("edit distance counts characters over the longer text", () => {
  assert.equal(editDistance("kitten", "sitting"), 3 / 7);
  assert.equal(editDistance("abc", "abc"), 0);
  assert.equal(editDistance("", ""), 0);
  assert.equal(editDistance("", "abc"), 1);
  assert.equal(editDistance("abc", ""), 1);
  assert.equal(editDistance("abcd", "wxyz"), 1);
});

test("edit distance is the same both ways", () => {
  assert.equal(editDistance("flaw and lawn", "lawn, flaw"), editDistance("lawn, flaw", "flaw and lawn"));
});

test("edit distance of long texts counts what it does not align as changed", () => {
  const long = "a".repeat(10_000);
  assert.equal(editDistance(long, long), 0);
  assert.equal(editDistance(long, "b".repeat(10_000)), 1);
  // Only the first 2,000 of 10,002 are aligned; one of them differs.
  assert.equal(editDistance(`x${long}y`, `z${long}w`), (1 + 8002) / 10_002);
});

test("edit distance agrees with the plain definition", () => {
  const seed = 5;
  const random = createRandom(seed);
  const word = (): string =>
    Array.from({ length: Math.floor(random() * 9) }, () => "abc"[Math.floor(random() * 3)]).join("");
  const plain = (left: string, right: string): number => {
    if (left === "" || right === "") return left.length + right.length;
    const rest = plain(left.slice(1), right.slice(1));
    if (left[0] === right[0]) return rest;
    return 1 + Math.min(rest, plain(left.slice(1), right), plain(left, right.slice(1)));
  };
  for (let round = 0; round < 150; round++) {
    const [left, right] = [word(), word()];
    const expected = plain(left, right) / Math.max(left.length, right.length, 1);
    assert.equal(editDistance(left, right), expected, `seed ${seed}: ${left} ${right}`);
  }
});

test("four-gram Dice is 1 for equal texts and 0 for strangers", () => {
  assert.equal(fourGramDice("return a;", "return a;"), 1);
  assert.equal(fourGramDice("return a;", "import xyz"), 0);
});

test("four-gram Dice counts repeated grams as often as both have them", () => {
  // aaaa ×3 against ×1: 2·1 / (3 + 1)
  assert.equal(fourGramDice("aaaaaa", "aaaa"), 0.5);
});

test("four-gram Dice compares very short texts as wholes", () => {
  assert.equal(fourGramDice("ab", "ab"), 1);
  assert.equal(fourGramDice("ab", "abcd"), 0);
});

test("noRevert is 0 for what it was before, 1 for any other way", () => {
  const before = "const a = 1;\nconst b = 2;\n";
  const generated = "const sum = (left, right) => left + right;\n";
  assert.equal(noRevert(before, generated, before), 0);
  assert.equal(noRevert(before, generated, generated), 1);
  assert.equal(noRevert(before, generated, "function other() {}\n"), 1);
  assert.equal(noRevert(before, before, "anything"), 1);
});

test("noRevert counts a half way back as about a half", () => {
  const before = "alpha beta gamma delta";
  const generated = "alpha beta GAMMA DELTA";
  const half = noRevert(before, generated, "alpha beta gamma DELTA");
  assert.ok(half > 0.3 && half < 0.7, String(half));
});

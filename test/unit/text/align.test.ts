import assert from "node:assert/strict";
import test from "node:test";
import { alignTokens } from "../../../text/align.ts";
import { createDice, seeds } from "../text/dice.ts";

/** Letters are tokens; the pairs are drawn as "0-0 2-1". */
function align(before: string, after: string): string | undefined {
  return alignTokens(Array.from(before), Array.from(after))
    ?.map((pair) => pair.join("-"))
    .join(" ");
}

test("equal texts are aligned token by token", () => assert.equal(align("abc", "abc"), "0-0 1-1 2-2"));

test("what was deleted has no partner", () => assert.equal(align("abc", "ac"), "0-0 2-1"));

test("what was inserted has no partner", () => assert.equal(align("ac", "abc"), "0-0 1-2"));

test("what was replaced has no partner", () => assert.equal(align("abc", "axc"), "0-0 2-2"));

test("what is doubled is aligned once", () => assert.equal(align("ab", "aab")?.split(" ").length, 2));

test("nothing in common, nothing aligned", () => assert.equal(align("abc", "xyz"), ""));

test("empty texts have no pairs", () => {
  assert.equal(align("", ""), "");
  assert.equal(align("abc", ""), "");
  assert.equal(align("", "abc"), "");
});

test("texts that differ everywhere are given up", () => {
  const tokens = (name: string): string[] => Array.from({ length: 2000 }, (_, index) => `${name}${index}`);
  assert.equal(alignTokens(tokens("a"), tokens("b")), undefined);
});

test("long texts that hardly differ are not given up", () => {
  const before = Array.from({ length: 20_000 }, (_, index) => `t${index}`);
  assert.equal(alignTokens(before, before.toSpliced(9000, 1, "x", "y"))?.length, 19_999);
});

test("pairs rise on both sides, name equal tokens, and are as many as there can be", () => {
  for (const seed of seeds(300)) {
    const dice = createDice(seed);
    const before = Array.from(dice.text(["a", "b", "c"], dice.below(12)));
    const after = Array.from(dice.text(["a", "b", "c"], dice.below(12)));
    const pairs = alignTokens(before, after)!;
    for (const [at, [left, right]] of pairs.entries()) {
      assert.equal(before[left], after[right], `seed ${seed}`);
      const previous = pairs[at - 1];
      assert(!previous || (previous[0] < left && previous[1] < right), `seed ${seed}`);
    }
    assert.equal(pairs.length, longestCommon(before, after), `seed ${seed}: ${before.join("")} ${after.join("")}`);
  }
});

/** Length of the longest common subsequence, by the book. */
function longestCommon(before: readonly string[], after: readonly string[]): number {
  let row = after.map(() => 0);
  for (const token of before) {
    const next: number[] = [];
    for (const [at, other] of after.entries()) {
      next.push(token === other ? (row[at - 1] ?? 0) + 1 : Math.max(row[at] ?? 0, next[at - 1] ?? 0));
    }
    row = next;
  }
  return row.at(-1) ?? 0;
}

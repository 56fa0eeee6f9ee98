import assert from "node:assert/strict";
import test from "node:test";
import { findFingerprint, fingerprintOf } from "../../../text/fingerprint.ts";
import { createDice, seeds } from "./dice.ts";

test("a text is found where it stands, nearest to where it was", () => {
  const text = "ab--ab--ab";
  assert.equal(findFingerprint(text, fingerprintOf("ab"), 5), 4);
  assert.equal(findFingerprint(text, fingerprintOf("ab"), 9), 8);
  assert.equal(findFingerprint(text, fingerprintOf("ac"), 0), undefined);
});

test("nothing is found of an empty text, or in a shorter one", () => {
  assert.equal(findFingerprint("abc", fingerprintOf(""), 0), undefined);
  assert.equal(findFingerprint("abc", fingerprintOf("abcd"), 0), undefined);
});

test("agrees with a plain search", () => {
  const alphabet = ["a", "b", "\n", "é", "😀"];
  for (const seed of seeds(300)) {
    const dice = createDice(seed);
    const text = dice.text(alphabet, 30);
    const part = dice.text(alphabet, 1 + dice.below(4));
    const found = findFingerprint(text, fingerprintOf(part), 0);
    const expected = text.indexOf(part);
    assert.equal(found, expected < 0 ? undefined : expected, `seed ${seed}`);
  }
});

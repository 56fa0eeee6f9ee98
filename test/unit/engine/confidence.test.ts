import assert from "node:assert/strict";
import test from "node:test";
import { certaintyOf, CONFIDENCE_UNKNOWN } from "../../../sidecar/engine/confidence.ts";

/** Pieces of one token each, with its probability. */
function piecesOf(...tokens: readonly (readonly [text: string, probability: number])[]) {
  return tokens.map(([text, probability]) => ({ text, logprobs: [Math.log(probability)] }));
}

function check(actual: number | undefined, expected: number): void {
  assert.ok(actual !== undefined && Math.abs(actual - expected) < 1e-9, `${actual} for ${expected}`);
}

test("confidence is of the first line and its end, exactness of all that is kept", () => {
  const pieces = piecesOf(["one();", 0.5], ["\n", 0.8], ["two();", 0.5], ["\nmore", 0.1]);
  const { confidence, exactness } = certaintyOf(pieces, "one();\ntwo();");
  check(confidence, Math.exp(Math.log(0.5 * 0.8) / Math.SQRT2));
  check(exactness, 0.5 * 0.8 * 0.5);
});

test("a text that begins with a line break has its first line behind it", () => {
  const pieces = piecesOf(["\n", 0.9], ["  one();", 0.5], ["\n  two();", 0.1]);
  check(certaintyOf(pieces, "\n  one();").confidence, Math.exp(Math.log(0.9 * 0.5) / Math.SQRT2));
});

test("of one token both are its probability", () => {
  const { confidence, exactness } = certaintyOf(piecesOf(["1;", 0.7]), "1;");
  check(confidence, 0.7);
  check(exactness, 0.7);
});

test("long lines are not hopeless, and not as sure as one token", () => {
  const twenty = piecesOf(...Array.from({ length: 20 }, () => ["x", 0.9] as const));
  const { confidence } = certaintyOf(twenty, "x".repeat(20));
  assert.ok(confidence > 0.9 ** 20 && confidence < 0.9);
});

test("where nothing is told, nothing is made up", () => {
  const pieces = [{ text: "1;", logprobs: [] }];
  assert.deepEqual(certaintyOf(pieces, "1;"), { confidence: CONFIDENCE_UNKNOWN });
});

test("rounding does not make a probability of more than one", () => {
  assert.deepEqual(certaintyOf([{ text: "1;", logprobs: [0.001] }], "1;"), { confidence: 1, exactness: 1 });
});

import assert from "node:assert/strict";
import test from "node:test";
import { partialWordStart, scanTokens, WORD_LENGTH_MAX } from "../../../sidecar/code/tokens.ts";

function tokensOf(text: string): string[] {
  const tokens: string[] = [];
  scanTokens(text, (start, end, spaceBefore, lineBreak) => {
    const token = text.slice(start, end);
    tokens.push((spaceBefore ? "·" : "") + (lineBreak ? JSON.stringify(token) : token));
  });
  return tokens;
}

test("words, operators and marks come apart, spaces become a flag", () => {
  assert.deepEqual(tokensOf("const a1 = b?.c ?? d;"), ["const", "·a1", "·=", "·b", "?.", "c", "·??", "·d", ";"]);
});

test("the longest operator wins", () => {
  assert.deepEqual(tokensOf("a===b !== c=>d...e"), ["a", "===", "b", "·!==", "·c", "=>", "d", "...", "e"]);
});

test("a line break holds the indentation behind it, with blank lines", () => {
  assert.deepEqual(tokensOf("a {\n\n\tb\n}"), ["a", "·{", '"\\n\\n\\t"', "b", '"\\n"', "}"]);
});

test("letters of all scripts and emoji are words in one piece", () => {
  assert.deepEqual(tokensOf("größe = 名前 + '👋🏽'"), ["größe", "·=", "·名前", "·+", "·'", "👋🏽", "'"]);
});

test("very long words are cut, never inside a surrogate pair", () => {
  const tokens = tokensOf("x".repeat(WORD_LENGTH_MAX - 1) + "👋".repeat(10));
  for (const token of tokens) assert.ok(token.isWellFormed());
  assert.equal(tokens.join(""), "x".repeat(WORD_LENGTH_MAX - 1) + "👋".repeat(10));
});

test("the unfinished word begins where its letters begin", () => {
  assert.equal(partialWordStart("a.toStr"), 2);
  assert.equal(partialWordStart("a."), 2);
  assert.equal(partialWordStart(""), 0);
});

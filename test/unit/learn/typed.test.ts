import assert from "node:assert/strict";
import test from "node:test";
import { typedExamples, typedLines } from "../../../sidecar/learn/typed.ts";

const nothingElse = { notMine: [], activeLine: undefined };

test("new lines are what was typed", () => {
  const typed = typedLines("a b c\nd e f\n", "a b c\nconst x = read(y)\nd e f\n", nothingElse);
  assert.deepEqual(typed, [{ line: 1, text: "const x = read(y)" }]);
});

test("moved lines, blank lines and lone closers were not typed", () => {
  assert.deepEqual(
    typedLines("one two three\nfour five six\n", "four five six\n\none two three\n});\n", nothingElse),
    [],
  );
});

test("what a suggestion wrote was not typed, though its line's beginning was", () => {
  const notMine = ["await users.find(id);"];
  assert.deepEqual(typedLines("", "const user = await users.find(id);\n", { notMine, activeLine: undefined }), []);
});

test("the line that is still being written is left for the next save", () => {
  const now = "const done = true && yes;\nconst half = read(\n";
  assert.deepEqual(typedLines("", now, { notMine: [], activeLine: 1 }), [
    { line: 0, text: "const done = true && yes;" },
  ]);
});

test("a paste or a formatter run is not typing", () => {
  const pasted = Array.from({ length: 200 }, (_, n) => `const value${n} = compute(${n});`).join("\n");
  assert.deepEqual(typedLines("", pasted, nothingElse), []);
});

test("an example holds the line, its indentation and the lines above", () => {
  const now = "function f() {\n\tconst a = 1;\n\treturn a + b;\n}\n";
  const place = { projectId: 1, path: "a.ts", languageId: "typescript", createdAt: 5 };
  const [example] = typedExamples(now, [{ line: 2, text: "\treturn a + b;" }], place);
  assert.equal(example?.linePrefix, "\t");
  assert.equal(example.text, "return a + b;");
  assert.equal(example.contextBefore, "function f() {\n\tconst a = 1;");
});

import assert from "node:assert/strict";
import test from "node:test";
import {
  assemblePrompt,
  commentSnippets,
  estimateTokens,
  type PromptBudget,
  type PromptOptions,
} from "../../../../sidecar/engine/prompt/assemble.ts";
import { exampleOf, requestAt } from "../../../support/recall.ts";

const BUDGET: PromptBudget = { promptTokensMax: 2048, suffixTokensMax: 256 };

function promptAt(document: string, request = {}, options: Partial<PromptOptions> = {}) {
  return assemblePrompt(requestAt(document, request), { budget: BUDGET, ...options });
}

function snippetOf(path: string, text: string, continuation = "") {
  return { path, text, continuation, likeness: 0.5 };
}

/** A document of so many different lines, with the cursor at its end. */
function linesOf(count: number): string {
  return Array.from({ length: count }, (_, index) => `const value${index} = compute(${index});\n`).join("");
}

test("a small document is the prompt, and nothing else", () => {
  assert.deepEqual(promptAt("one();\ntwo▮();\nthree();\n"), {
    before: "",
    snippets: [],
    prefix: "one();\ntwo",
    suffix: "();\nthree();\n",
    exampleIds: [],
  });
});

test("conventions come first, then examples, the most similar last", () => {
  const examples = [
    exampleOf({ id: 1, path: "near.ts", contextBefore: "a();\nb();\nc();\nd();\n", linePrefix: "e", text: "();" }),
    exampleOf({ id: 2, path: "far.ts", linePrefix: "return ", text: "f(\n  x,\n);\n" }),
  ];
  const { before, exampleIds } = promptAt("▮", { examples, advice: ["single quotes", "two spaces"] });
  assert.equal(
    before,
    `// Conventions: single quotes; two spaces
// far.ts
//
// return f(
//   x,
// );
// near.ts
// b();
// c();
// d();
// e();
`,
  );
  assert.deepEqual(exampleIds, [2, 1]);
});

test("comments are those of the language", () => {
  const examples = [exampleOf({ path: "a", linePrefix: "x", text: " = 1", contextBefore: "y" })];
  const beforeIn = (languageId: string) => promptAt("▮", { examples, languageId }).before;
  assert.equal(beforeIn("python"), "# a\n# y\n# x = 1\n");
  assert.equal(beforeIn("css"), "/* a */\n/* y */\n/* x = 1 */\n");
  assert.equal(beforeIn("json"), "", "there is no way to say it");
});

test("an example that would end its comment is left out", () => {
  const examples = [
    exampleOf({ id: 1, linePrefix: "a {} /* so */", text: "" }),
    exampleOf({ id: 2, linePrefix: "b {}", text: "" }),
  ];
  assert.deepEqual(promptAt("▮", { examples, languageId: "css" }).exampleIds, [2]);
});

test("pieces of the workspace come as files, the most similar last, or as comments", () => {
  const prompt = promptAt("▮", { similar: [snippetOf("near.ts", "near();\n"), snippetOf("far.ts", "far();\n")] });
  assert.deepEqual(prompt.snippets, [
    { path: "far.ts", text: "far();\n" },
    { path: "near.ts", text: "near();\n" },
  ]);
  assert.equal(commentSnippets(prompt, "typescript"), "// far.ts\n// far();\n// near.ts\n// near();\n");
});

test("of a piece that does not fit, what comes next in it is taken", () => {
  const similar = [snippetOf("long.ts", linesOf(500), "next();\n"), snippetOf("longer.ts", linesOf(600))];
  assert.deepEqual(promptAt("▮", { similar }).snippets, [{ path: "long.ts", text: "next();\n" }]);
});

test("what was looked up has half of the budget at most, and everything fits", () => {
  const budget: PromptBudget = { promptTokensMax: 300, suffixTokensMax: 40 };
  const examples = Array.from({ length: 20 }, (_, id) =>
    exampleOf({ id, path: `${id}.ts`, linePrefix: "const a = ", text: `call${id}(with, some, arguments);` }),
  );
  const similar = Array.from({ length: 20 }, (_, index) => snippetOf(`s${index}.ts`, linesOf(3)));
  const document = `${linesOf(100)}▮${linesOf(100)}`;
  const prompt = promptAt(document, { examples, similar, advice: ["tabs", "no semicolons"] }, { budget });
  const retrieved = estimateTokens(prompt.before) + estimateTokens(commentSnippets(prompt, "typescript"));
  const own = estimateTokens(prompt.prefix) + estimateTokens(prompt.suffix);
  assert.ok(retrieved <= 150, `${retrieved} tokens looked up`);
  assert.ok(prompt.exampleIds.length > 0 && prompt.snippets.length > 0);
  assert.ok(retrieved + own <= 300, `${retrieved + own} tokens`);
  assert.ok(own > 75, `${own} tokens of the document`);
});

test("the text behind the cursor ends with a line, and keeps the rest of the cursor's own", () => {
  const budget: PromptBudget = { promptTokensMax: 1000, suffixTokensMax: 9 };
  assert.equal(promptAt("▮);\none();\ntwo();\nthree();\nfour();\n", {}, { budget }).suffix, ");\none();\ntwo();\n");
  const long = `${"x".repeat(100)}\n`;
  assert.equal(promptAt(`▮${long}two();\n`, {}, { budget }).suffix, long);
});

test("the text before the cursor begins where it began, from one keystroke to the next and from line to line", () => {
  const budget: PromptBudget = { promptTokensMax: 900, suffixTokensMax: 100 };
  const starts = new Set<string>();
  const document = linesOf(400);
  for (let line = 300; line < 400; line++) {
    const above = linesOf(line);
    const { prefix } = promptAt(`${above}const x▮`, {}, { budget });
    assert.ok(document.includes(prefix.slice(0, prefix.lastIndexOf("\n") + 1)));
    assert.ok(estimateTokens(prefix) <= 800 && estimateTokens(prefix) > 400, `${estimateTokens(prefix)} tokens`);
    starts.add(prefix.split("\n", 1)[0]!);
    // Where the caller has cut the document somewhere else, the prompt is the same.
    assert.equal(promptAt(`${above.slice(above.indexOf("\n", 2000) + 1)}const x▮`, {}, { budget }).prefix, prefix);
  }
  assert.ok(starts.size <= 15, `${starts.size} starts in 100 lines`);
});

test("the cursor's own line is there, however long it is", () => {
  const line = "x".repeat(10_000);
  assert.equal(promptAt(`${linesOf(3)}${line}▮`).prefix, line);
});

test("tokens are counted by whoever can", () => {
  const budget: PromptBudget = { promptTokensMax: 12, suffixTokensMax: 2 };
  const countTokens = (text: string) => text.split("\n").length - 1;
  const { prefix, suffix } = promptAt(`${linesOf(50)}▮${linesOf(50)}`, {}, { budget, countTokens });
  assert.ok(prefix.split("\n").length - 1 <= 10);
  assert.equal(suffix.split("\n").length - 1, 2);
});

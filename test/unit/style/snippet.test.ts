import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { languageById } from "../../../sidecar/code/languages.ts";
import { textOf } from "../../../sidecar/code/syntax.ts";
import { parseSnippet, type Snippet, surroundingsOf } from "../../../sidecar/style/snippet.ts";
import { openParse } from "../../support/style.ts";

/** The part of a document behind the mark, parsed. */
async function snippetAt(languageId: string, marked: string): Promise<Snippet> {
  const [prefix, text] = marked.split("▮") as [string, string];
  const snippet = parseSnippet(await openParse(languageId), surroundingsOf(prefix, languageId), text);
  assert(snippet, `nothing was parsed: ${marked}`);
  assert.equal(snippet.tree.text.slice(snippet.start, snippet.end), text, "the region is the text, unchanged");
  return snippet;
}

/** The types of the nodes around the first token of the region, from inside. */
function around({ tree, start }: Snippet): string[] {
  const first = tree.leaves.find((leaf) => tree.starts[leaf]! >= start)!;
  const types: string[] = [];
  for (let node = tree.parents[first]!; node >= 0; node = tree.parents[node]!) types.push(tree.types[node]!);
  return types;
}

async function checkParses(languageId: string, marked: string, ...inside: readonly string[]): Promise<void> {
  const snippet = await snippetAt(languageId, marked);
  assert.equal(snippet.tree.errors, 0, `${marked}\n=> ${snippet.tree.text}`);
  const types = around(snippet);
  for (const type of inside) assert(types.includes(type), `${type} is not among ${types.join(" ")}`);
}

test("a text at the beginning of a file needs nothing around it", () =>
  checkParses("typescript", "▮const a = 1;\n", "lexical_declaration", "program"));

test("the blocks that are open stand around a text", () =>
  checkParses(
    "typescript",
    "class A {\n  b() {\n    if (c) {\n▮      d();\n",
    "if_statement",
    "method_definition",
    "class_body",
  ));

test("a member is a member", () =>
  checkParses("typescript", "class A {\n  b() {\n    c();\n  }\n\n▮  d() {}\n", "method_definition", "class_body"));

test("a private method stands around its body; a line of the preprocessor stands around nothing", async () => {
  const member = "class A {\n  #b(c) {\n    c(\n      d,\n    );\n▮    for (const e of c) f(e);\n  }\n";
  await checkParses("typescript", member, "for_in_statement", "method_definition");
  await checkParses("javascript", member, "for_in_statement", "method_definition");
  await checkParses(
    "cpp",
    "void a() {\n  if (b) {\n#if C(\n    c();\n▮    d();\n",
    "if_statement",
    "function_definition",
  );
});

test("what a text leaves open is closed", async () => {
  await checkParses("typescript", "▮f(() => {\n  if (a) {\n    b([\n", "call_expression");
  await checkParses("java", "class A {\n▮    void b() {\n        if (c) {\n", "method_declaration");
});

test("a branch of a conditional is followed by the other one", async () => {
  await checkParses(
    "typescript",
    "const a = b\n  ? new C<D[]>(() => {\n▮      d();\n",
    "arrow_function",
    "ternary_expression",
  );
  await checkParses("java", "class A {\n  int b() {\n    return c ? d(\n▮        e,\n", "ternary_expression");
  await checkParses("typescript", "const a = b ? c : d({\n▮  e,\n", "object", "ternary_expression");
  await checkParses("typescript", "a?.b(() => {\n▮  c ?? d;\n", "arrow_function");
});

test("what a text closes of its surroundings is closed once", () =>
  checkParses("typescript", "function a() {\n  if (b) {\n▮    c();\n  }\n}\n", "if_statement", "function_declaration"));

test("an else belongs to the if above", () =>
  checkParses("typescript", "function a() {\n  if (b) {\n    c();\n▮  } else {\n    d();\n  }\n"));

test("a case is inside of its switch", () =>
  checkParses("typescript", "switch (a) {\n  case 1:\n    b();\n    break;\n▮  case 2:\n    c();\n", "switch_body"));

test("a condition over lines is a head as a whole", () =>
  checkParses("typescript", "if (\n  a &&\n  b\n) {\n▮  c();\n", "if_statement"));

test("a text in the middle of a line is parsed with the line's beginning", async () => {
  const snippet = await snippetAt("typescript", "function a() {\n  const b = ▮c(d);\n");
  assert.equal(snippet.tree.errors, 0);
  assert(around(snippet).includes("variable_declarator"));
});

test("items of a list stand in their list", async () => {
  await checkParses("typescript", "const a = [\n  b,\n▮  c,\n", "array");
  await checkParses("typescript", "const a = {\n  b: 1,\n▮  c: 2,\n", "object");
  await checkParses("typescript", "f(\n  a,\n▮  b,\n", "arguments");
});

test("blocks of Python are known by their indentation", () =>
  checkParses(
    "python",
    "class A:\n    def b(self):\n        for c in d:\n▮            e(c)\n",
    "for_statement",
    "class_definition",
  ));

test("an else of Python finds its statement, whose body is not looked at", () =>
  checkParses("python", "def a():\n    if b:\n        c()\n        d()\n▮    else:\n        e()\n", "if_statement"));

test("a text behind a block of Python is behind it", async () => {
  const snippet = await snippetAt("python", "def a():\n    if b:\n        c()\n▮    d()\n");
  assert.equal(snippet.tree.errors, 0);
  assert(!around(snippet).includes("if_statement"));
});

test("brackets in strings and comments open nothing", () =>
  checkParses("typescript", 'function a() {\n  b("{ ( ["); // {\n▮  c();\n', "function_declaration"));

test("only what holds the place open is parsed, however long the file", async () => {
  const filler = "function f() {\n  return g(1);\n}\n\n".repeat(2500);
  const { tree, start } = await snippetAt("typescript", `${filler}function a() {\n  if (b) {\n▮    c();\n`);
  assert(start < 1000, `${start} characters stand before the text`);
  assert.equal(tree.errors, 0);
});

test("deep nesting is cut from outside", async () => {
  const blocks = Array.from({ length: 60 }, (_, depth) => `${"  ".repeat(depth)}if (a${depth}) {\n`).join("");
  const snippet = await snippetAt("typescript", `${blocks}▮${"  ".repeat(60)}b();\n`);
  assert.equal(snippet.tree.errors, 0);
});

test("without a grammar there is no snippet", async () => {
  const parse = await openParse("typescript");
  for (const languageId of ["lua", "plaintext", "", "constructor"]) {
    assert.equal(parseSnippet(parse, surroundingsOf("a\n", languageId), "b\n"), undefined);
  }
});

test("strange surroundings are no hindrance", async () => {
  const parse = await openParse("typescript", "python");
  const strange = [
    "",
    "\n",
    "\n\n\n",
    "}",
    "))))\n",
    "{".repeat(500),
    "`${",
    "/*",
    '"',
    "\t \t\n",
    "else\n",
    "\ud83d\n",
    "\r\n  a\r\n",
  ];
  for (const languageId of ["typescript", "python"]) {
    for (const prefix of strange) {
      for (const text of ["", "\n", "a();\n", "}\n", "  else:\n    b\n"]) {
        const snippet = parseSnippet(parse, surroundingsOf(prefix, languageId), text);
        assert.equal(snippet?.tree.text.slice(snippet.start, snippet.end), text);
      }
    }
  }
});

test("statements of real files parse as they do in their file", async () => {
  const parse = await openParse("typescript");
  let count = 0;
  for (const path of [
    "sidecar/code/parser.ts",
    "sidecar/code/brackets.ts",
    "extension/inline.ts",
    "sidecar/learn/walk.ts",
  ]) {
    const text = readFileSync(new URL(`../../../${path}`, import.meta.url), "utf8");
    const tree = parse(languageById("typescript")!.grammar!, text)!;
    assert.equal(tree.errors, 0);
    for (const [node, type] of tree.types.entries()) {
      if (!/_statement$|_declaration$|_definition$/.test(type) || tree.nodeEnds[node]! - node < 4) continue;
      const start = text.lastIndexOf("\n", tree.starts[node]) + 1;
      if (text.slice(start, tree.starts[node]).trim() !== "") continue;
      const end = text.indexOf("\n", tree.ends[node]) + 1;
      const piece = text.slice(start, end);
      const snippet = parseSnippet(parse, surroundingsOf(text.slice(0, start), "typescript"), piece)!;
      assert.equal(snippet.tree.errors, 0, `${path}:\n${snippet.tree.text}`);
      const leaves = snippet.tree.leaves.filter((leaf) => {
        return snippet.tree.starts[leaf]! >= snippet.start && snippet.tree.ends[leaf]! <= snippet.end;
      });
      const found = [...leaves].map((leaf) => `${snippet.tree.types[leaf]} ${textOf(snippet.tree, leaf)}`);
      const expected = [...tree.leaves]
        .filter((leaf) => tree.starts[leaf]! >= start && tree.ends[leaf]! <= end)
        .map((leaf) => `${tree.types[leaf]} ${textOf(tree, leaf)}`);
      assert.deepEqual(found, expected);
      count++;
    }
  }
  assert(count > 200, `only ${count} statements were tried`);
});

test("documentation above a text is closed before it", () =>
  checkParses("python", '"""A.\n\nB.\n"""\n▮c = [\n    "d",\n    "e",\n', "assignment"));

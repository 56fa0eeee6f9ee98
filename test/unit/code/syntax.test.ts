import assert from "node:assert/strict";
import test from "node:test";
import { openSyntaxParser } from "../../../sidecar/code/parser.ts";
import {
  childrenOf,
  childToward,
  commonAncestor,
  isOpaque,
  leafKind,
  type SyntaxTree,
  textOf,
} from "../../../sidecar/code/syntax.ts";
import { openParse, parseText } from "../../support/style.ts";

function leavesOf(tree: SyntaxTree): string[] {
  return [...tree.leaves].map((leaf) => textOf(tree, leaf));
}

/** The node of a type; there must be one only. */
function nodeOf(tree: SyntaxTree, type: string): number {
  const nodes = [...tree.types.keys()].filter((node) => tree.types[node] === type);
  assert.equal(nodes.length, 1, `${nodes.length} nodes of type ${type}`);
  return nodes[0]!;
}

function leafOf(tree: SyntaxTree, text: string): number {
  return tree.leaves.find((leaf) => textOf(tree, leaf) === text)!;
}

test("parsers that are opened at a time share one start", async () => {
  const parsers = await Promise.all([openSyntaxParser(), openSyntaxParser()]);
  for (const parser of parsers) await parser.load("typescript");
  const trees = parsers.map((parser) => parser.parse("typescript", "call(1);"));
  assert.deepEqual(leavesOf(trees[0]!), ["call", "(", "1", ")", ";"]);
  assert.deepEqual(trees[1], trees[0]);
  for (const parser of parsers) parser.close();
});

test("leaves are the tokens, in order", async () => {
  const tree = await parseText("typescript", "const a = b(1);\n");
  assert.deepEqual(leavesOf(tree), ["const", "a", "=", "b", "(", "1", ")", ";"]);
  assert.equal(tree.errors, 0);
});

test("strings, templates, comments and patterns are leaves as a whole", async () => {
  const tree = await parseText("typescript", "f('a b', `c ${d} e`, /f g/); // h i\n");
  assert.deepEqual(leavesOf(tree), ["f", "(", "'a b'", ",", "`c ${d} e`", ",", "/f g/", ")", ";", "// h i"]);
});

test("a tree is in preorder: children behind their parent, and inside of its end", async () => {
  const tree = await parseText("python", "def f(a):\n    return [b for b in a if b > 1]\n");
  assert.equal(tree.parents[0], -1);
  for (let node = 1; node < tree.types.length; node++) {
    const parent = tree.parents[node]!;
    assert(parent < node && node < tree.nodeEnds[parent]!);
    assert(tree.starts[parent]! <= tree.starts[node]! && tree.ends[node]! <= tree.ends[parent]!);
    assert(tree.nodeEnds[node]! <= tree.nodeEnds[parent]!);
  }
});

test("offsets count as JavaScript does, whatever the characters", async () => {
  const tree = await parseText("typescript", "f('🦀é𝕏'); g(h); // 👩‍👩‍👧\ni();\n");
  assert.deepEqual(leavesOf(tree), [
    "f",
    "(",
    "'🦀é𝕏'",
    ")",
    ";",
    "g",
    "(",
    "h",
    ")",
    ";",
    "// 👩‍👩‍👧",
    "i",
    "(",
    ")",
    ";",
  ]);
});

test("what does not parse is counted", async () => {
  assert.equal((await parseText("typescript", "const a = 1;\n")).errors, 0);
  assert((await parseText("typescript", "const = ;\n")).errors > 0);
  assert((await parseText("typescript", "f(a\n")).errors > 0, "what is missing counts as well");
});

test("an empty text is a tree without leaves", async () => {
  for (const text of ["", "\n", "  \n\t"]) {
    const tree = await parseText("typescript", text);
    assert.equal(tree.types.length, 1);
    assert.deepEqual(leavesOf(tree), []);
    assert.equal(tree.errors, 0);
  }
});

test("leaves are told apart by what they are", async () => {
  const tree = await parseText("python", "if a is not 'b': c = 12 # d\n");
  const kinds = new Map([...tree.leaves].map((leaf) => [textOf(tree, leaf), leafKind(tree, leaf)]));
  assert.equal(kinds.get("if"), "word");
  assert.equal(kinds.get("a"), "word");
  assert.equal(kinds.get("'b'"), "string");
  assert.equal(kinds.get("12"), "number");
  assert.equal(kinds.get("="), "mark");
  assert.equal(kinds.get("# d"), "comment");
});

test("names of other alphabets are words", async () => {
  const tree = await parseText("typescript", "größe = 名前;\n");
  assert.deepEqual(
    [...tree.leaves].map((leaf) => leafKind(tree, leaf)),
    ["word", "mark", "word", "mark"],
  );
});

test("strings of every language are opaque", async () => {
  const texts: Readonly<Record<string, string>> = {
    go: "package a\nvar b = `c d`\nvar e = \"f g\"\nvar h = 'i'\n",
    rust: 'const A: &str = "b c";\nconst D: &str = r#"e f"#;\nconst G: char = \'h\';\n',
    java: "class A { String b = \"c d\"; char e = 'f'; }\n",
    csharp: 'class A { string b = "c d"; string e = @"f g"; string h = $"i {j} k"; char l = \'m\'; }\n',
    cpp: 'auto a = "b c"; auto d = R"(e f)"; char g = \'h\';\n',
  };
  for (const [languageId, text] of Object.entries(texts)) {
    const tree = await parseText(languageId, text);
    for (const leaf of tree.leaves) {
      if (/["'`]/.test(textOf(tree, leaf))) {
        assert(isOpaque(tree.types[leaf]!), `${languageId}: ${textOf(tree, leaf)} is a ${tree.types[leaf]}`);
        assert.equal(leafKind(tree, leaf), "string");
      }
    }
    const inside = leavesOf(tree).filter((leaf) => /^[c-m]$/.test(leaf) && !text.includes(` ${leaf} = `));
    assert.deepEqual(inside, [], `${languageId}: what is inside of strings is no leaf`);
  }
});

test("the nearest node around two others", async () => {
  const tree = await parseText("typescript", "f(a, b + c);\n");
  assert.equal(tree.types[commonAncestor(tree, leafOf(tree, "b"), leafOf(tree, "c"))], "binary_expression");
  assert.equal(tree.types[commonAncestor(tree, leafOf(tree, "a"), leafOf(tree, "c"))], "arguments");
  assert.equal(tree.types[commonAncestor(tree, leafOf(tree, "f"), leafOf(tree, "c"))], "call_expression");
});

test("the child on the way to a node", async () => {
  const tree = await parseText("typescript", "f(a, b + c);\n");
  const list = nodeOf(tree, "arguments");
  assert.equal(tree.types[childToward(tree, list, leafOf(tree, "c"))], "binary_expression");
  assert.equal(childToward(tree, list, leafOf(tree, "a")), leafOf(tree, "a"));
  assert.equal(childToward(tree, list, list), list);
});

test("children are direct ones, in order", async () => {
  const tree = await parseText("typescript", "f(a, b + c);\n");
  const types = childrenOf(tree, nodeOf(tree, "arguments")).map((child) => tree.types[child]);
  assert.deepEqual(types, ["(", "identifier", ",", "binary_expression", ")"]);
  assert.deepEqual(childrenOf(tree, leafOf(tree, "a")), []);
});

test("a grammar that is not loaded parses nothing", async () => {
  const parser = await openSyntaxParser();
  try {
    assert.equal(parser.parse("typescript", "a();\n"), undefined);
    await parser.load("typescript");
    assert.equal(parser.parse("typescript", "a();\n")?.errors, 0);
  } finally {
    parser.close();
  }
});

test("a grammar is loaded once, whoever asks", async () => {
  const parser = await openSyntaxParser();
  try {
    await Promise.all([parser.load("python"), parser.load("python"), parser.load("python")]);
    assert.equal(parser.parse("python", "a()\n")?.errors, 0);
  } finally {
    parser.close();
  }
});

test("the parser gives up what takes too long, and goes on with the next text", async () => {
  const parse = await openParse("cpp");
  const startedAt = performance.now();
  parse("cpp", "a<".repeat(50_000));
  parse("cpp", "#if a\n{".repeat(5000));
  assert(performance.now() - startedAt < 30_000);
  assert.equal(parse("cpp", "int a = b;\n")?.errors, 0);
});

test("the same text gives the same tree", async () => {
  const text = "function f() {\n  return `a${b}` + [c, { d }];\n}\n";
  assert.deepEqual(await parseText("typescript", text), await parseText("typescript", text));
});

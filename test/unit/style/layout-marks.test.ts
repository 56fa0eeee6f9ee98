import test from "node:test";
import { type Change, check, inverse } from "../../support/style.ts";

/** Calls and declarations without semicolons. */
const BARE: readonly Change[] = [
  ["f(a);\ng(b);\n", "f(a)\ng(b)\n"],
  ["const a = 1;\nlet b = 2;\n", "const a = 1\nlet b = 2\n"],
  ["if (a) {\n  f(b);\n}\n", "if (a) {\n  f(b)\n}\n"],
];

/** Lists over lines end in a comma. */
const COMMAS: readonly Change[] = [["f([\n  a,\n  b\n]);\n", "f([\n  a,\n  b,\n]);\n"]];

test("semicolons go", () => check("typescript", BARE, "h(c);\nconst d = 3;\n", "h(c)\nconst d = 3\n"));

test("semicolons come", () => check("typescript", inverse(BARE), "h(c)\nconst d = 3\n", "h(c);\nconst d = 3;\n"));

test("semicolons that are there stay", () => check("typescript", inverse(BARE), "h(c);\ni(d);\n", "h(c);\ni(d);\n"));

test("one of several statements on a line keeps its semicolon", () =>
  check("typescript", BARE, "h(c); i(d);\n", "h(c); i(d)\n"));

for (const [what, next] of [
  ["a bracket", "[c].forEach(h)"],
  ["a parenthesis", "(c ?? d).h()"],
  ["a template", "`c`.trim()"],
  ["a plus", "+c"],
  ["a regular expression", "/c/.test(d)"],
] as const) {
  test(`before a line that begins with ${what} the semicolon stays`, async () => {
    await check("typescript", BARE, `h(c);\n${next};\n`, `h(c);\n${next};\n`);
    await check("typescript", BARE, `const d = e;\n${next};\n`, `const d = e;\n${next};\n`);
  });
}

test("the head of a loop keeps its semicolons", async () => {
  await check(
    "typescript",
    BARE,
    "for (let i = 0; i < n; i++) {\n  f(i);\n}\n",
    "for (let i = 0; i < n; i++) {\n  f(i)\n}\n",
  );
  await check("typescript", BARE, "for (;;) {}\n", "for (;;) {}\n");
});

test("the semicolon that is a loop's body stays", () =>
  check("typescript", BARE, "while (next());\nh(c);\n", "while (next());\nh(c)\n"));

test("a member before a computed one keeps its semicolon", () =>
  check(
    "typescript",
    [["class A {\n  b = 1;\n  c = 2;\n}\n", "class A {\n  b = 1\n  c = 2\n}\n"]],
    "class D {\n  e = 1;\n  ['f'] = 2;\n}\n",
    "class D {\n  e = 1;\n  ['f'] = 2;\n}\n",
  ));

test("semicolons of types are a choice of their own", () =>
  check("typescript", BARE, "interface C {\n  d: E;\n}\n", "interface C {\n  d: E;\n}\n"));

test("what is cut off in the middle goes on without a mark", async () => {
  await check("typescript", inverse(BARE), "h(c)\nconst d = e(", "h(c);\nconst d = e(");
  await check("typescript", COMMAS, "g([\n  c,\n  d", "g([\n  c,\n  d");
});

test("a statement without the semicolon that offers end in goes on", async () => {
  const lesson: readonly Change[] = [["const a = b();\n", "const a = c();\n"]];
  const document = "d();\ne();\nf();\ng();\nh();\n";
  const end = { document, prefix: document };
  await check("typescript", lesson, "const i = this.j", "const i = this.j", end);
  await check("typescript", lesson, "if (k) {\n}\nconst i = this.j", "if (k) {\n}\nconst i = this.j", end);
  await check("typescript", inverse(BARE), "h(c)\n", "h(c);\n");
});

test("kinds of statements that were not seen yet end as the others do", () => {
  const kinds: readonly Change[] = [...BARE, ["import d from 'e';\n", "import d from 'e'\n"], ["g = h;\n", "g = h\n"]];
  return check("typescript", kinds, "throw j;\n", "throw j\n");
});

test("where the language demands semicolons they stay", () =>
  check("java", [["a();\nb();\n", "a()\nb()\n"]], "c();\nd();\n", "c();\nd();\n"));

test("trailing commas come", () => check("typescript", COMMAS, "g([\n  c,\n  d\n]);\n", "g([\n  c,\n  d,\n]);\n"));

test("trailing commas go", () =>
  check("typescript", inverse(COMMAS), "g([\n  c,\n  d,\n]);\n", "g([\n  c,\n  d\n]);\n"));

test("a list on one line gets no trailing comma", () => check("typescript", COMMAS, "g([c, d]);\n", "g([c, d]);\n"));

test("a hole at the end of an array is no trailing comma", () =>
  check("typescript", inverse(COMMAS), "g([\n  c,\n  ,\n]);\n", "g([\n  c,\n  ,\n]);\n"));

test("a rest parameter takes no trailing comma", () =>
  check(
    "typescript",
    [["function f(\n  a,\n  b\n) {}\n", "function f(\n  a,\n  b,\n) {}\n"]],
    "function g(\n  c,\n  ...d\n) {}\n",
    "function g(\n  c,\n  ...d\n) {}\n",
  ));

test("the comma that makes a tuple stays", () =>
  check(
    "python",
    [
      ["f(a,)\n", "f(a)\n"],
      ["a = [b,]\n", "a = [b]\n"],
    ],
    "c = (d,)\n",
    "c = (d,)\n",
  ));

test("trailing commas of Python and Rust", async () => {
  await check(
    "python",
    [["f(\n    a,\n    b\n)\n", "f(\n    a,\n    b,\n)\n"]],
    "g(\n    c,\n    d\n)\n",
    "g(\n    c,\n    d,\n)\n",
  );
  await check(
    "rust",
    [["let a = [\n    b,\n    c\n];\n", "let a = [\n    b,\n    c,\n];\n"]],
    "let d = [\n    e,\n    f\n];\n",
    "let d = [\n    e,\n    f,\n];\n",
    IN_MAIN,
  );
});

const IN_MAIN = { prefix: "fn main() {\n" };

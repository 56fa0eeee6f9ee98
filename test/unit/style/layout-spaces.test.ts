import test from "node:test";
import { type Change, check, inverse } from "../../support/style.ts";

test("a space behind the keyword", () =>
  check("typescript", [["if(a) f();\n", "if (a) f();\n"]], "if(b) g();\n", "if (b) g();\n"));

test("no space behind the keyword", () =>
  check("typescript", [["if (a) f();\n", "if(a) f();\n"]], "if (b) g();\n", "if(b) g();\n"));

test("a space between the word function and its parameters", () =>
  check(
    "typescript",
    [["const f = function(a) {};\n", "const f = function (a) {};\n"]],
    "const g = function(b) {};\n",
    "const g = function (b) {};\n",
  ));

test("a space before the parameters of a function with a name", () =>
  check(
    "typescript",
    [["function f(a) {}\n", "function f (a) {}\n"]],
    "function g(b) {}\nh(c);\n",
    "function g (b) {}\nh(c);\n",
  ));

test("spaces inside of braces", () =>
  check(
    "typescript",
    [["const a = {b: 1};\n", "const a = { b: 1 };\n"]],
    "const c = {d: 2};\n",
    "const c = { d: 2 };\n",
  ));

test("no spaces inside of braces", () =>
  check(
    "typescript",
    [["const a = { b: 1 };\n", "const a = {b: 1};\n"]],
    "const c = { d: 2 };\n",
    "const c = {d: 2};\n",
  ));

test("empty braces stay empty", () =>
  check("typescript", [["const a = {b: 1};\n", "const a = { b: 1 };\n"]], "const c = {};\n", "const c = {};\n"));

test("spaces inside of parentheses", () => check("typescript", [["f(a);\n", "f( a );\n"]], "g(b);\n", "g( b );\n"));

test("spaces around operators", () => check("python", [["a=b+c\n", "a = b + c\n"]], "d=e+f\n", "d = e + f\n"));

test("keyword arguments have spaces of their own", () =>
  check("python", [["a=f(b=c)\n", "a = f(b=c)\n"]], "d=g(e=h)\n", "d = g(e=h)\n"));

test("two spaces before a comment behind code", () =>
  check(
    "python",
    [["a = 1 # one\n", "a = 1  # one\n"]],
    "b = f() # two\nc = 3 # three\n",
    "b = f()  # two\nc = 3  # three\n",
  ));

test("a hash inside of a string is no comment", () =>
  check("python", [["a = 1 # one\n", "a = 1  # one\n"]], "b = 'c # d'\n", "b = 'c # d'\n"));

test("aligned comments stay aligned", () =>
  check(
    "typescript",
    [["let a = 1; // one\n", "let a = 1;  // one\n"]],
    "let b = 1;      // one\nlet ccc = 22;   // two\n",
    "let b = 1;      // one\nlet ccc = 22;   // two\n",
  ));

test("an arrow with one parameter keeps its parentheses when spaces change", () =>
  check("typescript", [["f((a)=>b);\n", "f((a) => b);\n"]], "g((c)=>d);\n", "g((c) => d);\n"));

test("spaces that keep words or marks apart stay", async () => {
  const tight: readonly Change[] = [
    ["f(a - b);\n", "f(a-b);\n"],
    ["f(a - -b);\n", "f(a- -b);\n"],
  ];
  await check("typescript", tight, "g(c - d, e - -h, i - --j);\n", "g(c-d, e- -h, i- --j);\n");
  await check("typescript", [["typeof (a);\n", "typeof(a);\n"]], "typeof b;\n", "typeof b;\n");
});

test("spaces inside of strings, templates and comments stay", () =>
  check(
    "typescript",
    [["f(a,b);\n", "f(a, b);\n"]],
    "g('c,d', `e,${h},i`); // j,k\n",
    "g('c,d', `e,${h},i`); // j,k\n",
  ));

test("generic brackets and comparisons are told apart", () =>
  check(
    "typescript",
    [["if (a<b) f();\n", "if (a < b) f();\n"]],
    "const c: Map<D, E> = f<G>();\n",
    "const c: Map<D, E> = f<G>();\n",
  ));

const POINTERS = [["int *a = b;\n", "int* a = b;\n"]] as const;

test("stars of pointers", () => check("cpp", POINTERS, "char *c = d;\n", "char* c = d;\n"));

test("a product is no pointer", () => check("cpp", POINTERS, "int c = d *e;\n", "int c = d *e;\n"));

test("what was learned one way is not done the other way", () =>
  check("cpp", inverse(POINTERS), "char* c = d;\nint e = f * g;\n", "char *c = d;\nint e = f * g;\n"));

test("room inside of brackets, whatever stands there", () =>
  check(
    "typescript",
    [["a[b] = c(d);\n", "a[ b ] = c( d );\n"]],
    'e["f"] = g(1, [h]);\n',
    'e[ "f" ] = g( 1, [h] );\n',
  ));

test("pointers and references are declared alike", () =>
  check(
    "cpp",
    [["void f(int *a);\n", "void f(int* a);\n"]],
    "void f(Key &key, Node *node);\n",
    "void f(Key& key, Node* node);\n",
  ));

test("two tokens that became other code say nothing of how they are spaced", () =>
  check(
    "javascript",
    [
      ["f(a[a.length - 1]);\n", "f(a.at(-1));\n"],
      ["g(b[b.length - 1]);\n", "g(b.at(-1));\n"],
    ],
    "h(c.length - 1);\n",
    "h(c.length - 1);\n",
  ));

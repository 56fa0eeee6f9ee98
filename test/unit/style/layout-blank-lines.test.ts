import test from "node:test";
import { check, inverse } from "../../support/style.ts";

const METHODS = [["class A {\n  b() {}\n  c() {}\n}\n", "class A {\n  b() {}\n\n  c() {}\n}\n"]] as const;

test("a blank line between methods", () =>
  check("typescript", METHODS, "class D {\n  e() {}\n  f() {}\n}\n", "class D {\n  e() {}\n\n  f() {}\n}\n"));

test("no blank line between methods", () =>
  check("typescript", inverse(METHODS), "class D {\n  e() {}\n\n  f() {}\n}\n", "class D {\n  e() {}\n  f() {}\n}\n"));

test("a blank line behind the imports", () =>
  check(
    "typescript",
    [["import a from 'a';\nf();\n", "import a from 'a';\n\nf();\n"]],
    "import b from 'b';\ng();\n",
    "import b from 'b';\n\ng();\n",
  ));

test("two blank lines between functions of Python", () =>
  check(
    "python",
    [["def a():\n    pass\n\ndef b():\n    pass\n", "def a():\n    pass\n\n\ndef b():\n    pass\n"]],
    "def c():\n    return 1\n\ndef d():\n    return 2\n",
    "def c():\n    return 1\n\n\ndef d():\n    return 2\n",
  ));

test("no two blank lines behind each other", () =>
  check("typescript", [["f();\n\n\n\ng();\n", "f();\n\ng();\n"]], "h();\n\n\n\ni();\n", "h();\n\ni();\n"));

test("a blank line that was kept elsewhere is kept here", () =>
  check("typescript", METHODS, "f();\n\ng();\nh();\n", "f();\n\ng();\nh();\n"));

test("blank lines inside of strings and comments stay", () =>
  check(
    "typescript",
    [["f();\n\n\n\ng();\n", "f();\n\ng();\n"]],
    "const a = `\n\n\n\n`; /*\n\n\n*/\n",
    "const a = `\n\n\n\n`; /*\n\n\n*/\n",
  ));

test("a comment stays with what it stands above", () =>
  check(
    "typescript",
    METHODS,
    "class D {\n  e() {}\n  // why\n  f() {}\n}\n",
    "class D {\n  e() {}\n  // why\n  f() {}\n}\n",
  ));

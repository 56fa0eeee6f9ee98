import test from "node:test";
import { type Change, check, inverse } from "../../support/style.ts";

const ALLMAN: readonly Change[] = [
  ["void f() {\n  g();\n}\n", "void f()\n{\n  g();\n}\n"],
  ["if (a) {\n  g();\n}\n", "if (a)\n{\n  g();\n}\n"],
];

test("opening braces on lines of their own", () =>
  check("cpp", ALLMAN, "int h() {\n  if (b) {\n    i();\n  }\n}\n", "int h()\n{\n  if (b)\n  {\n    i();\n  }\n}\n"));

test("opening braces behind their heads", () =>
  check(
    "cpp",
    inverse(ALLMAN),
    "int h()\n{\n  if (b)\n  {\n    i();\n  }\n}\n",
    "int h() {\n  if (b) {\n    i();\n  }\n}\n",
  ));

test("braces of functions and of statements are choices of their own", () =>
  check(
    "cpp",
    [ALLMAN[0]!, ["if (a) {\n  g();\n}\n", "if (a) {\n  g();\n}\n"]],
    "int h() {\n  if (b) {\n    i();\n  }\n}\n",
    "int h()\n{\n  if (b) {\n    i();\n  }\n}\n",
  ));

test("initializers are no blocks", () =>
  check("cpp", ALLMAN, "int a[] = {\n  1,\n  2,\n};\n", "int a[] = {\n  1,\n  2,\n};\n"));

test("a brace behind a line comment stays on its line", () =>
  check("cpp", inverse(ALLMAN), "int h() // why\n{\n  i();\n}\n", "int h() // why\n{\n  i();\n}\n"));

const ELSE: readonly Change[] = [
  ["if (a) {\n  f();\n} else {\n  g();\n}\n", "if (a) {\n  f();\n}\nelse {\n  g();\n}\n"],
];

test("else on a line of its own", () =>
  check("typescript", ELSE, "if (b) {\n  h();\n} else {\n  i();\n}\n", "if (b) {\n  h();\n}\nelse {\n  i();\n}\n"));

test("else behind its brace", () =>
  check(
    "typescript",
    inverse(ELSE),
    "if (b) {\n  h();\n}\nelse {\n  i();\n}\n",
    "if (b) {\n  h();\n} else {\n  i();\n}\n",
  ));

test("else inside of other blocks is indented like its statement", () =>
  check(
    "typescript",
    ELSE,
    "function h() {\n  if (b) {\n    i();\n  } else {\n    j();\n  }\n}\n",
    "function h() {\n  if (b) {\n    i();\n  }\n  else {\n    j();\n  }\n}\n",
  ));

test("catch and finally on lines of their own", () =>
  check(
    "typescript",
    [
      [
        "try {\n  f();\n} catch {\n  g();\n} finally {\n  h();\n}\n",
        "try {\n  f();\n}\ncatch {\n  g();\n}\nfinally {\n  h();\n}\n",
      ],
    ],
    "try {\n  i();\n} catch {\n  j();\n} finally {\n  k();\n}\n",
    "try {\n  i();\n}\ncatch {\n  j();\n}\nfinally {\n  k();\n}\n",
  ));

test("an else behind a line comment stays on its line", () =>
  check(
    "typescript",
    inverse(ELSE),
    "if (b) {\n  h();\n} // why\nelse {\n  i();\n}\n",
    "if (b) {\n  h();\n} // why\nelse {\n  i();\n}\n",
  ));

test("methods of a class", () =>
  check(
    "csharp",
    [
      [
        "class A {\n    void B() {\n        C();\n    }\n}\n",
        "class A\n{\n    void B()\n    {\n        C();\n    }\n}\n",
      ],
    ],
    "class D {\n    void E() {\n        F();\n    }\n}\n",
    "class D\n{\n    void E()\n    {\n        F();\n    }\n}\n",
  ));

test("a brace on a line of its own stands below the head of a function that goes on behind the text", () =>
  check("cpp", ALLMAN, "std::string A::h() const {\n", "std::string A::h() const\n{\n"));

test("a name below its return type", () =>
  check(
    "cpp",
    [["void f() {\n  g();\n}\n", "void\nf() {\n  g();\n}\n"]],
    "int h() {\n  i();\n}\n",
    "int\nh() {\n  i();\n}\n",
  ));

test("a block on one line stays behind its head", () =>
  check(
    "cpp",
    [...ALLMAN, ["void f() { g(); }\n", "void f() { g(); }\n"]],
    "int h() { i(); }\nint j() {\n  k();\n}\n",
    "int h() { i(); }\nint j()\n{\n  k();\n}\n",
  ));

test("a block is never broken at one end alone", () =>
  check("cpp", [["void f() { g();\n}\n", "void f() {\n  g();\n}\n"]], "void h() { i(); }\n", "void h() { i(); }\n"));

test("a statement that loses its braces stands where such statements stand", async () => {
  const lesson: readonly Change[] = [
    ["for (int i = 0; i < a; i++) {\n  f(i);\n}\n", "for (int i = 0; i < a; i++) f(i);\n"],
    ["for (int j = 0; j < b; j++) {\n  g(j);\n}\n", "for (int j = 0; j < b; j++) g(j);\n"],
    ["if (c) {\n  h();\n}\n", "if (c)\n  h();\n"],
    ["if (d) {\n  i(1);\n}\n", "if (d)\n  i(1);\n"],
  ];
  const inside = { prefix: "void z() {\n", learned: { prefix: "void z() {\n" } };
  await check("cpp", lesson, "if (k) {\n  l();\n}\n", "if (k)\n  l();\n", inside);
  await check(
    "cpp",
    lesson,
    "for (int m = 0; m < n; m++) {\n  o(m);\n}\n",
    "for (int m = 0; m < n; m++) o(m);\n",
    inside,
  );
});

import assert from "node:assert/strict";
import test from "node:test";
import { type Change, check, createStyle, learn, type Lesson, repair } from "../../support/style.ts";

/** Inside of a function, whose body begins at the learner's first column. */
const IN_FUNCTION: Lesson = { prefix: "function f() {\n", learned: { prefix: "function f() {\n" } };
const FOUR: readonly Change[] = [["  if (a) {\n    g();\n  }\n", "    if (a) {\n        g();\n    }\n"]];
const TABS: readonly Change[] = [["  if (a) {\n    g();\n  }\n", "\tif (a) {\n\t\tg();\n\t}\n"]];

test("steps of two become steps of four", () =>
  check(
    "typescript",
    FOUR,
    "  while (b) {\n    if (c) {\n      h();\n    }\n  }\n",
    "    while (b) {\n        if (c) {\n            h();\n        }\n    }\n",
    IN_FUNCTION,
  ));

test("steps of two become tabs", () =>
  check("typescript", TABS, "  while (b) {\n    h();\n  }\n", "\twhile (b) {\n\t\th();\n\t}\n", IN_FUNCTION));

test("tabs become steps of two", () =>
  check(
    "typescript",
    TABS.map(([two, tab]): Change => [tab, two]),
    "\twhile (b) {\n\t\th();\n\t}\n",
    "  while (b) {\n    h();\n  }\n",
    IN_FUNCTION,
  ));

test("people move from two to four to tabs", async () => {
  const lesson = [...FOUR, ...FOUR, ...TABS, ...TABS];
  await check("typescript", lesson, "  while (b) {\n    h();\n  }\n", "\twhile (b) {\n\t\th();\n\t}\n", IN_FUNCTION);
});

test("lines of a template stay", () =>
  check("typescript", FOUR, "  const a = `\n  b\n    c`;\n", "    const a = `\n  b\n    c`;\n", IN_FUNCTION));

test("stars of a comment stay below each other", () =>
  check(
    "typescript",
    FOUR,
    "  /*\n   * Why.\n   */\n  h();\n",
    "    /*\n     * Why.\n     */\n    h();\n",
    IN_FUNCTION,
  ));

test("what is aligned moves along with its line", () =>
  check(
    "typescript",
    FOUR,
    "  const a = compute(first,\n                    second);\n",
    "    const a = compute(first,\n                      second);\n",
    IN_FUNCTION,
  ));

test("blank lines stay empty", () =>
  check("typescript", FOUR, "  h();\n\n  i();\n", "    h();\n\n    i();\n", IN_FUNCTION));

test("a first line in the middle of a line has no indentation of its own", () =>
  check("typescript", FOUR, "{\n    h();\n  }\n", "{\n        h();\n    }\n", {
    ...IN_FUNCTION,
    prefix: "function f() {\n    while (b) ",
  }));

test("an open file says its own step", () =>
  check("typescript", FOUR, "  while (b) {\n    h();\n  }\n", "\twhile (b) {\n\t\th();\n\t}\n", {
    ...IN_FUNCTION,
    document: "class A {\n\tb() {\n\t\tif (c) {\n\t\t\td();\n\t\t}\n\t}\n}\n",
  }));

const MEMBERS: Lesson = {
  prefix: "class A {\npublic:\n    int b;\n",
  learned: { prefix: "class A {\npublic:\n    int b;\n" },
  document: "class A {\npublic:\n    int b;\n",
};

test("members behind a label show the step", () =>
  check(
    "cpp",
    [["  int c;\n  int d;\n", "    int c;\n    int d;\n"]],
    "  int e;\n  int g;\n",
    "    int e;\n    int g;\n",
    MEMBERS,
  ));

test("a brace half way down to its block shows half of the step", () =>
  check("cpp", [], "void f() {\n  c();\n}\n", "void f() {\n  c();\n}\n", {
    document: "if (a)\n  {\n    b();\n  }\nif (c)\n  {\n    d();\n  }\n",
  }));

test("a block of a function is not as deep as that of a statement", () =>
  check(
    "cpp",
    [
      ["if (a) {\n  b();\n}\n", "if (a)\n  {\n    b();\n  }\n"],
      ["void e() {\n  b();\n}\n", "void e() {\n  b();\n}\n"],
    ],
    "void f() {\n  c();\n  d();\n}\n",
    "void f() {\n  c();\n  d();\n}\n",
  ));

test("labels of a switch", () =>
  check(
    "cpp",
    [["switch (a) {\ncase 1:\n  f();\n}\n", "switch (a) {\n  case 1:\n    f();\n}\n"]],
    "switch (b) {\ncase 2:\n  g();\n  break;\ndefault:\n  h();\n}\n",
    "switch (b) {\n  case 2:\n    g();\n    break;\n  default:\n    h();\n}\n",
  ));

test("labels of access", () =>
  check(
    "cpp",
    [["class A {\npublic:\n  int b;\n};\n", "class A {\n public:\n  int b;\n};\n"]],
    "class C {\npublic:\n  int d;\nprivate:\n  int e;\n};\n",
    "class C {\n public:\n  int d;\n private:\n  int e;\n};\n",
  ));

test("the inside of a namespace", () =>
  check(
    "cpp",
    [["namespace a {\nint b;\n}\n", "namespace a {\n  int b;\n}\n"]],
    "namespace c {\nint d;\nvoid e() {\n  f();\n}\n}\n",
    "namespace c {\n  int d;\n  void e() {\n    f();\n  }\n}\n",
  ));

test("continued lines", () =>
  check(
    "typescript",
    [["  const a = b\n    .c()\n    .d();\n", "  const a = b\n      .c()\n      .d();\n"]],
    "  const e = g\n    .h()\n    .i();\n",
    "  const e = g\n      .h()\n      .i();\n",
    {
      prefix: "function f() {\n  if (a) {\n    b();\n  }\n",
      learned: { prefix: "function f() {\n  if (a) {\n    b();\n  }\n" },
    },
  ));

const LUA = "function e()\n\tf()\nend\n\nfunction g()\n";

test("a language without a grammar is indented all the same", () =>
  check("lua", [["  a()\n", "\ta()\n"]], "  b()\n    c('x')\n", "\tb()\n\t\tc('x')\n", {
    prefix: LUA,
    learned: { prefix: LUA },
  }));

test("plain text is left alone", () => check("plaintext", [['say "a"\n', "say 'a'\n"]], 'say "b" ;\n', 'say "b" ;\n'));

test("the inside of an object in a list hangs on the object", () =>
  check(
    "typescript",
    [["const a = { b, c };\n", "const a = {\n  b,\n  c,\n};\n"]],
    "const d = [\n  {\n    e: 1,\n    g,\n  },\n];\n",
    "const d = [\n  {\n    e: 1,\n    g,\n  },\n];\n",
  ));

/** What engines offer here comes in steps of two. */
const FROM_TWO: readonly Change[] = [["  if (a) {\n    b();\n  }\n", "    if (a) {\n        b();\n    }\n"]];
const IN_FOUR = "function f() {\n    if (c) {\n        d();\n";

test("a text that stands right as it is stays, whatever engines usually offer", () =>
  check("typescript", FROM_TWO, "        e();\n", "        e();\n", {
    prefix: IN_FOUR,
    learned: { prefix: "function f() {\n" },
  }));

test("an offer in the usual step is brought to the place's", () =>
  check("typescript", FROM_TWO, "    e();\n", "        e();\n", {
    prefix: IN_FOUR,
    learned: { prefix: "function f() {\n" },
  }));

test("a text from deeper blocks stands where a statement has to", async () => {
  const learned = { prefix: "function f() {\n" };
  const inSwitch = "function f() {\n    switch (c) {\n    case 1:\n";
  const offered = "      e();\n      break;\n    case 2:\n      if (g) {\n        h();\n      }\n  }\n";
  const expected = "        e();\n        break;\n    case 2:\n        if (g) {\n            h();\n        }\n    }\n";
  await check("typescript", FROM_TWO, offered, expected, { prefix: inSwitch, learned });
  const behind = `${inSwitch}        e();\n        break;\n`;
  await check("typescript", FROM_TWO, "    case 2:\n      g();\n", "    case 2:\n        g();\n", {
    prefix: behind,
    learned,
  });
  await check("typescript", FROM_TWO, "      e();\n      g();\n", "        e();\n        g();\n", {
    prefix: "function f() {\n    while (c) {\n        d();\n",
    learned,
  });
});

test("behind a line that goes on nobody knows how deep a statement stands", () =>
  check("typescript", FROM_TWO, "      e();\n", "            e();\n", {
    prefix: "function f() {\n    const a = b &&\n  c;\n",
    learned: { prefix: "function f() {\n" },
  }));

test("what stands below the content of a led line is aligned to it", () =>
  check(
    "typescript",
    FROM_TWO,
    "  const a = b\n    ? c(\n        d,\n      )\n    : e;\n",
    "    const a = b\n        ? c(\n              d,\n          )\n        : e;\n",
    { prefix: "function f() {\n", learned: { prefix: "function f() {\n" } },
  ));

test("a repaired text is not repaired again", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", FROM_TWO, { prefix: "function f() {\n" });
  const once = repair(style, "typescript", "    while (e) {\n      g();\n    }\n", { prefix: IN_FOUR }).text;
  assert.equal(once, "        while (e) {\n            g();\n        }\n");
  assert.equal(repair(style, "typescript", once, { prefix: IN_FOUR }).text, once);
});

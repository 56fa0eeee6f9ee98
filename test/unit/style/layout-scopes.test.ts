import assert from "node:assert/strict";
import { test } from "node:test";
import { type Change, check, createStyle, learn, placeOf, repair } from "../../support/style.ts";

const SINGLE: readonly Change[] = [
  ['f("a");\n', "f('a');\n"],
  ['g("b", c);\n', "g('b', c);\n"],
];
const DOUBLE: readonly Change[] = [
  ['f("a");\n', 'f("a");\n'],
  ['g("b", c);\n', 'g("b", c);\n'],
];
const OFFERED = 'g("d", e);\n';
const REQUOTED = "g('d', e);\n";

test("a directory of another style is told apart after a few suggestions", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/app/a.ts" }, 6);
  learn(style, "typescript", DOUBLE, { path: "src/legacy/a.ts" }, 4);
  learn(style, "typescript", SINGLE, { path: "src/app/b.ts" }, 6);
  assert.equal(repair(style, "typescript", OFFERED, { path: "src/app/c.ts" }).text, REQUOTED);
  assert.equal(repair(style, "typescript", OFFERED, { path: "src/legacy/c.ts" }).text, OFFERED);
  assert.equal(repair(style, "typescript", OFFERED, { path: "src/legacy/deep/c.ts" }).text, OFFERED);
});

test("a directory that nothing is known of writes as its project does", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/app/a.ts" });
  assert.equal(repair(style, "typescript", OFFERED, { path: "lib/a.ts" }).text, REQUOTED);
});

test("one exception in a directory is no style of its own", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/a.ts" }, 6);
  learn(style, "typescript", DOUBLE.slice(0, 1), { path: "src/a.ts" }, 1);
  assert.equal(repair(style, "typescript", OFFERED, { path: "src/a.ts" }).text, REQUOTED);
});

test("who changes their mind in one directory is followed in the others", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/a.ts" }, 8);
  learn(style, "typescript", SINGLE, { path: "lib/a.ts" }, 8);
  learn(style, "typescript", DOUBLE, { path: "src/a.ts" }, 8);
  assert.equal(repair(style, "typescript", OFFERED, { path: "lib/a.ts" }).text, OFFERED);
});

test("a file that shows another style twice outranks its author's", () =>
  check("typescript", SINGLE, OFFERED, OFFERED, { document: 'f("a");\ng("b", c);\n' }));

test("a file that shows another style once does not", () =>
  check("typescript", SINGLE, OFFERED, REQUOTED, { document: 'f("a");\nh(d);\n' }));

test("a file that is not of one style shows none", () =>
  check("typescript", SINGLE, OFFERED, REQUOTED, { document: 'f("a");\ng(\'b\', c);\nh("c");\n' }));

test("who leaves a feature of suggestions alone is not led by a file", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", DOUBLE, { path: "src/a.ts" }, 20);
  style.seeFile(placeOf("typescript"), "f('a');\ng('b', c);\nh('c');\n");
  assert.equal(repair(style, "typescript", OFFERED).text, OFFERED);
});

const FOUR: readonly Change[] = [["if (a) {\n  b();\n}\n", "if (a) {\n    b();\n}\n"]];
const TABS: readonly Change[] = [["if (a) {\n  b();\n}\n", "if (a) {\n\tb();\n}\n"]];

test("arguments on lines of their own rule out a step of indentation", () =>
  check("typescript", [...FOUR, ...TABS, ...TABS], "if (c) {\n  d();\n}\n", "if (c) {\n    d();\n}\n", {
    document: "f(\n    a,\n    b,\n);\n",
  }));

test("a member below its comment shows the step of indentation", () =>
  check("typescript", TABS, "if (c) {\n  d();\n}\n", "if (c) {\n    d();\n}\n", {
    document: "interface A {\n    /** What b is. */\n    b: string;\n}\n",
  }));

test("an offer in another step than its file's is brought to it at once", async () => {
  const style = await createStyle("typescript");
  const prefix = "if (a) {\n\tb();\n\twhile (c) {\n";
  style.seeFile(placeOf("typescript"), prefix);
  const offered = "    d();\n    if (e) {\n      f();\n    }\n";
  assert.equal(repair(style, "typescript", offered, { prefix }).text, "\t\td();\n\t\tif (e) {\n\t\t\tf();\n\t\t}\n");
});

test("a long document is read from a declaration on, and not from the middle of a text", async () => {
  const style = await createStyle("python");
  const prose = "    Said of it in many words, none of which is code: it goes on and on.\n".repeat(500);
  const document = `class A:\n    """\n${prose}    """\n\ndef f(a):\n\treturn a\n\ndef g(a):\n\tif a:\n\t\treturn a\n`;
  style.seeFile(placeOf("python"), document);
  const repaired = repair(style, "python", "    for b in a:\n        f(b)\n", { prefix: `${document}\ndef h(a):\n` });
  assert.equal(repaired.text, "\tfor b in a:\n\t\tf(b)\n");
});

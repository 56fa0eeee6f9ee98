import assert from "node:assert/strict";
import test from "node:test";
import { indentOf, indentUnitOf } from "../../../sidecar/code/indent.ts";

test("indentOf gives the white space a line begins with", () => {
  assert.equal(indentOf("\t  a b"), "\t  ");
  assert.equal(indentOf("a"), "");
  assert.equal(indentOf("   "), "   ");
  assert.equal(indentOf(""), "");
});

test("finds two, three, four and eight spaces", () => {
  for (const width of [2, 3, 4, 8]) {
    const unit = " ".repeat(width);
    const text = `if (a) {\n${unit}if (b) {\n${unit}${unit}c();\n${unit}}\n}\nd();\n`;
    assert.equal(indentUnitOf(text), unit);
  }
});

test("finds tabs", () => {
  assert.equal(indentUnitOf("func f() {\n\tif a {\n\t\tb()\n\t}\n}\n"), "\t");
});

test("takes two spaces where nothing is indented", () => {
  assert.equal(indentUnitOf(""), "  ");
  assert.equal(indentUnitOf("a\nb\nc\n"), "  ");
});

test("is not misled by aligned arguments", () => {
  const text = [
    "def f(a):",
    "    x = call(first,",
    "             second)",
    "    if x:",
    "        y = other(first,",
    "                  second)",
    "        return y",
    "    return x",
  ].join("\n");
  assert.equal(indentUnitOf(text), "    ");
});

test("is not misled by the stars of comments", () => {
  const text = "/**\n * A.\n * B.\n */\nfunction f() {\n    return 1;\n}\n/**\n * C.\n */\nfunction g() {}\n";
  assert.equal(indentUnitOf(text), "    ");
});

test("reads a text that begins in the middle of a block", () => {
  assert.equal(indentUnitOf("      a();\n    }\n  }\n}\n"), "  ");
});

test("skips empty lines", () => {
  assert.equal(indentUnitOf("class A:\n\n    a = 1\n\n    def f(self):\n\n        pass\n"), "    ");
});

test("believes white space that an editor put on the cursor's line", () => {
  assert.equal(indentUnitOf("func main() {\n\t"), "\t");
});

test("goes with the majority where tabs and spaces are mixed", () => {
  const tabs = "a {\n\tb\n}\n";
  const spaces = "a {\n  b\n}\n";
  assert.equal(indentUnitOf(tabs + tabs + spaces), "\t");
  assert.equal(indentUnitOf(tabs + spaces + spaces), "  ");
});

test("takes the smaller step on a tie", () => {
  assert.equal(indentUnitOf("a\n    b\nc\n  d\ne\n"), "  ");
});

test("counts a tab and its alignment as a tab", () => {
  assert.equal(indentUnitOf("a {\n\tcall(x,\n\t     y)\n\tb()\n}\n"), "\t");
});

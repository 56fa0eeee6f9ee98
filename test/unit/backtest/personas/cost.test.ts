import assert from "node:assert/strict";
import test from "node:test";
import { costOf, repairedButNewlines, repairedIndent } from "../../../../sidecar/backtest/personas/cost.ts";

test("what is right costs nothing", () => {
  assert.deepEqual(costOf("a();", "a();"), { chars: 0, tokens: 0, noIndent: 0, noNewlines: 0 });
});

test("each count looks away from what it does not count", () => {
  // Two characters and one gap of indentation, one semicolon.
  assert.deepEqual(costOf("if (a) {\n  b();\n}", "if (a) {\n    b()\n}"), {
    chars: 3,
    tokens: 2,
    noIndent: 1,
    noNewlines: 3,
  });
  assert.deepEqual(costOf("f(a, b)", "f(\n  a,\n  b\n)"), { chars: 6, tokens: 3, noIndent: 3, noNewlines: 0 });
});

test("with newlines in their places only the other changes are left", () => {
  assert.equal(costOf("f(a,\n  'b')", 'f(a, "b")').noNewlines, 2);
  assert.equal(costOf("f(a, 'b')", 'f(\n  a,\n  "b",\n)').noNewlines, 3);
});

test("the oracle repairs everything but newlines", () => {
  assert.equal(repairedButNewlines('f("a");', "f('a')"), "f('a')");
  assert.equal(repairedButNewlines("f(a, b);", "f(\n  a,\n  b\n);"), "f(a, b);");
  assert.equal(repairedButNewlines("f(\n  a,\n  b,\n);", "f(a, b);"), "f(\n  a,\n  b\n);");
  assert.equal(repairedButNewlines("if (a) {\n  b();\n}", "if (a) {\n\tb()\n}"), "if (a) {\n\tb()\n}");
  assert.equal(
    repairedButNewlines("a {\n  b;\n  c(d,\n    e);\n}", "a {\n\tb;\n\tc(d, e);\n}"),
    "a {\n\tb;\n\tc(d,\n\t  e);\n}",
  );
});

test("the oracle of the truth is the truth", () => {
  const text = "if (a) {\n  b('c', 1);\n\n  return d;\n}";
  assert.equal(repairedButNewlines(text, text), text);
  assert.equal(repairedIndent(text, text), text);
});

test("repairing indentation leaves all else", () => {
  assert.equal(
    repairedIndent('  if (a) {\n    b("c");\n  }', "\tif (a) {\n\t\tb('c')\n\t}"),
    '\tif (a) {\n\t\tb("c");\n\t}',
  );
});

/** What of a formatter's answer belongs to the suggestion. Places are drawn with a cursor. */
import assert from "node:assert/strict";
import test from "node:test";
import { type Excerpt, excerptOf, type FormattedPart, formattedPart } from "../../../sidecar/style/formatted.ts";
import { parsePlace } from "../../support/place.ts";
import { openParse } from "../../support/style.ts";

const parse = await openParse("typescript", "python");

/** `answer` is what the formatter made of document and suggestion. */
function part(place: string, suggested: string, answer: string, languageId = "typescript"): FormattedPart {
  const excerpt = excerptOf(parse, languageId, parsePlace(place).prefix, suggested);
  assert.ok(excerpt, "the suggestion can be formatted");
  return formattedPart(parse, excerpt, answer);
}

function check(place: string, suggested: string, answer: string, expected: string, languageId?: string): void {
  const found = part(place, suggested, answer, languageId);
  assert.equal(found.kind === "same place" ? found.text : found.kind, expected);
}

test("at the start of a line, its indentation belongs to the suggestion", () =>
  check("function f() {\n▮", "  return g( 1)", "function f() {\n    return g(1);\n}\n", "    return g(1);"));

test("behind the indentation, what is there is not told again", () => {
  check("function f() {\n  ▮", "return g( 1)", "function f() {\n  return g(1);\n}\n", "return g(1);");
  check("function f() {\n  ▮", "return g( 1)", "function f() {\n    return g(1);\n}\n", "  return g(1);");
});

test("inside of a line, it begins where it began", () => {
  check("const a =▮", " [1,2]", "const a = [1, 2];\n", " [1, 2];");
  check("const a = ▮", "[1,2]", "const a = [1, 2];\n", "[1, 2];");
  check("f(▮", "1,2", "f(1, 2);\n", "1, 2");
});

test("a comma and line ends at its end stay as they were offered", () => {
  check("const a = {\n  b: 1,\n▮", "  c:2,\n", "const a = {\n  b: 1,\n  c: 2,\n};\n", "  c: 2,\n");
  check("const a = {\n  b: 1,\n▮", "  c:2,", "const a = {\n  b: 1,\n  c: 2\n};\n", "  c: 2,");
});

test("where the code before it is moved, the answer is about another place", () => {
  const moved = { kind: "another place" };
  assert.deepEqual(part("const a = [\n▮", "  1,", "const a = [1];\n"), moved);
  assert.deepEqual(part("    if (a) {\n▮", "      b()", "if (a) {\n  b();\n}\n"), moved);
  assert.deepEqual(part("const a=▮", "1", "const a = 1;\n"), moved);
});

test("an answer that begins or ends with other code is not taken apart", () =>
  check("const a = ▮", "(1 + b)", "const a = 1 + b;\n", "other code"));

test("parentheses may come and go; names and literals may not", () => {
  check("const a = ▮", "b.map(c => c + 1);", "const a = b.map((c) => c + 1);\n", "b.map((c) => c + 1);");
  check("const a = ▮", "b.map((c) => c + 1);", "const a = b.map((c) => c + 2);\n", "other code");
  check("const a = ▮", "b.map((c) => c);", "const a = b.map((c) => c + d);\n", "other code");
});

test("an answer without it, or without sense, has lost it", () => {
  assert.deepEqual(part("const a = ▮", "b", "const a = c;\n"), { kind: "lost" });
  assert.deepEqual(part("const a = ▮", "b", ""), { kind: "lost" });
  assert.deepEqual(part("const a = ▮", "b", "const ]] a = b"), { kind: "lost" });
});

test("where indentation is structure it works alike", () =>
  check(
    "def f(a):\n    if a:\n▮",
    "        return g( a,'b' )",
    'def f(a):\n    if a:\n        return g(a, "b")\n',
    '        return g(a, "b")',
    "python",
  ));

test("what is cut off, or does not parse, is not for a formatter", () => {
  const excerpt = (suggested: string): Excerpt | undefined => excerptOf(parse, "typescript", "const a = ", suggested);
  for (const suggested of ["f(", "1 +", "", "  ", "]"]) assert.equal(excerpt(suggested), undefined, suggested);
  assert.equal(excerptOf(parse, "no language", "", "a"), undefined);
});

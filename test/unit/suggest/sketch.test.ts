import assert from "node:assert/strict";
import test from "node:test";
import { keysOf, overlap, resemblance, sketchContext, sketchText } from "../../../sidecar/suggest/sketch.ts";
import { createDice, seeds } from "../text/dice.ts";

const shingles = (text: string) => sketchText("", text).at(-1)!.shingles;

test("the same code, wrapped and indented otherwise, is the same text", () => {
  const flat = "load(user, { deep: true });";
  const wrapped = "load(\n    user,\n    { deep: true }\n);";
  assert.equal(resemblance(shingles(flat), shingles(wrapped)), 1);
});

test("one other token in a short text makes it another", () => {
  assert.ok(resemblance(shingles("return items.length;"), shingles("return items.size;")) < 0.9);
  assert.ok(resemblance(shingles("x"), shingles("y")) < 0.9);
  assert.ok(resemblance(shingles("f(a, b)"), shingles("f(b, a)")) < 0.9);
});

test("one other token in a long text leaves it nearly the same", () => {
  const long = (name: string) => Array.from({ length: 40 }, (_, n) => `set("key${n}", value${n});`).join("\n") + name;
  assert.ok(resemblance(shingles(long("first")), shingles(long("second"))) > 0.9);
});

test("a text of several lines is sketched line by line, blank lines left out", () => {
  const sketches = sketchText("if (a) ", "{\n  one();\n\n  two();\n}");
  assert.deepEqual(
    sketches.map(({ lines }) => lines),
    [1, 2, 3, 4],
  );
  assert.deepEqual(sketches[1]!.shingles, shingles("{ one();"));
});

test("of a long text the first lines and all of it are sketched", () => {
  const text = Array.from({ length: 30 }, (_, n) => `line${n}();`).join("\n");
  assert.deepEqual(
    sketchText("", text).map(({ lines }) => lines),
    [1, 2, 3, 4, 5, 6, 30],
  );
});

test("the text as it stands in the document is the same, however much of it was typed", () => {
  const [whole] = sketchText("const n = ", "items.length;");
  const [typed] = sketchText("const n = it", "ems.length;");
  const [joined] = sketchText("a =", "= b");
  assert.equal(typed!.whole, whole!.whole);
  assert.equal(joined!.whole, sketchText("a ", "== b")[0]!.whole);
  assert.notEqual(sketchText("const m = ", "items.length;")[0]!.whole, whole!.whole);
});

test("a blank text has no sketch", () => {
  assert.deepEqual(sketchText("const n = ", ""), []);
  assert.deepEqual(sketchText("const n = ", "  \n \n"), []);
});

test("a place is the words of the five lines above that are not blank, and of the line's beginning", () => {
  const above = "far();\nimport a;\n\nimport b;\none();\n\ntwo();\nthree();\n";
  const place = sketchContext(above, "const n = ");
  assert.equal(overlap(place, sketchContext("import a; import b; one(); two(); three();", "const n = ")), 1);
  assert.ok(overlap(place, sketchContext("elsewhere();\n", "return ")) < 0.2);
  assert.equal(overlap(sketchContext("", ""), sketchContext("\n\n", "  ")), 1);
});

test("two sets that are nearly the same share a key, whichever they are", () => {
  for (const seed of seeds(500)) {
    const dice = createDice(seed);
    const left = Int32Array.from(new Set(Array.from({ length: 1 + dice.below(60) }, () => dice.below(1000)))).sort();
    const right = Int32Array.from(new Set(left.map((hash) => (dice.chance(0.03) ? dice.below(1000) : hash)))).sort();
    if (resemblance(left, right) < 0.9) continue;
    const keys = keysOf(left, 0.9);
    assert.ok(
      keysOf(right, 0.9).some((key) => keys.includes(key)),
      `seed ${seed}: ${left.join()} and ${right.join()}`,
    );
  }
});

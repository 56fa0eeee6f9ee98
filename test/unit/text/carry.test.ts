import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { carryRange, withoutSpace } from "../../../text/carry.ts";
import { applyEdit, mapRange } from "../../../text/edit.ts";
import type { Edit, Range } from "../../../text/edit.ts";
import { createDice, seeds } from "./dice.ts";

/** Replaces the whole text `before` (range in brackets) by `after` (expected range in brackets). */
function checkReplaced(before: string, after: string): void {
  const range = { start: before.indexOf("["), end: before.indexOf("]") - 1 };
  const text = before.replace("[", "").replace("]", "");
  const current = after.replace("[", "").replace("]", "");
  const carried = carryRange(text, { offset: 0, deleted: text.length, inserted: current }, range);
  const drawn = `${current.slice(0, carried.start)}[${current.slice(carried.start, carried.end)}]${current.slice(carried.end)}`;
  assert.equal(drawn, after);
}

suite("carryRange", () => {
  test("keeps its place where a formatter only changes white space", () => {
    checkReplaced("if(a){\n[return  b]\n}\n", "if (a) {\n  [return b]\n}\n");
  });

  test("keeps its place where white space inside and lines around it change", () => {
    checkReplaced("x( [a,b] )\ny()\n", "x(\n  [a,\n  b]\n)\ny()\n");
  });

  test("keeps the white space that it begins and ends with", () => {
    checkReplaced("a{[\n  b\n]}", "a {[\n    b\n]}");
  });

  test("keeps its place where only the line ends change", () => {
    checkReplaced("a\r\n[b\r\nc]\r\nd", "a\n[b\nc]\nd");
  });

  test("keeps its place where text far above and below changes", () => {
    checkReplaced(
      "import a\nuse('x')\n[let total = 1]\ndone(total)\nlog('y')\n",
      'import a, b\nuse("x")\n[let total = 1]\ndone(total)\nlog("y")\n',
    );
  });

  test("gives its place to what stands between the lines that both texts share", () => {
    checkReplaced(
      "import a\n// begin\n[let total = 'a' + b]\n// end\nlog('y')\n",
      'import A\n// begin\n[const total = `a${b}`]\n// end\nlog("y")\n',
    );
  });

  test("takes all that was inserted where nothing is shared", () => {
    checkReplaced("abc[def]ghi", "[uvw]");
  });

  test("is empty where a shared line follows directly on the line above", () => {
    checkReplaced("x1\nalpha\n[beta\n]gamma\ny1\n", "x2\nalpha\n[]gamma\ny2\n");
  });

  test("keeps the half that a replacement across its border leaves alone", () => {
    const before = "one two three";
    const carried = carryRange(before, { offset: 0, deleted: 7, inserted: "ONE  two" }, { start: 4, end: 13 });
    assert.equal(
      applyEdit(before, { offset: 0, deleted: 7, inserted: "ONE  two" }).slice(carried.start, carried.end),
      "two three",
    );
  });

  test("does what mapRange does for the edits of a person", () => {
    for (const seed of seeds(300)) {
      const dice = createDice(seed);
      const text = dice.text(["a", "b", " ", "\n"], 20);
      const edit = dice.edit(text, ["a", " "]);
      if (edit.deleted > 0 && edit.inserted !== "") continue;
      assert.deepEqual(carryRange(text, edit, { start: 5, end: 12 }), mapRange({ start: 5, end: 12 }, edit));
    }
  });

  test("carries the same solid characters through any change of white space", () => {
    for (const seed of seeds(300)) {
      const dice = createDice(seed);
      const solids = dice.text(["a", "b", "(", ")", ";", "😀"], 12);
      const spread = (): string =>
        Array.from(solids, (solid) => dice.pick(["", "", " ", "\n  ", "\r\n"]) + solid).join("");
      const before = spread();
      const after = spread();
      const points = [dice.below(before.length + 1), dice.below(before.length + 1)].sort((a, b) => a - b);
      const range: Range = { start: points[0]!, end: points[1]! };
      const solidBefore = withoutSpace(before.slice(range.start, range.end));
      if (solidBefore === "" || !solidBefore.isWellFormed()) continue;
      const edit: Edit = { offset: 0, deleted: before.length, inserted: after };
      const carried = carryRange(before, edit, range);
      assert.equal(withoutSpace(after.slice(carried.start, carried.end)), solidBefore, `seed ${seed}`);
    }
  });

  test("stays within the text, whatever is replaced", () => {
    const pieces = ["foo()\n", "bar;\n", "}\n", "  baz = 1\n", "x", "\r\n"];
    for (const seed of seeds(500)) {
      const dice = createDice(seed);
      let text = dice.text(pieces, 8);
      let range: Range = { start: dice.below(10), end: 10 + dice.below(10) };
      range = { start: Math.min(range.start, text.length), end: Math.min(range.end, text.length) };
      for (let step = 0; step < 5; step++) {
        const offset = dice.below(text.length + 1);
        const edit = {
          offset,
          deleted: dice.below(text.length - offset + 1),
          inserted: dice.text(pieces, dice.below(5)),
        };
        range = carryRange(text, edit, range);
        text = applyEdit(text, edit);
        assert.ok(range.start >= 0 && range.start <= range.end && range.end <= text.length, `seed ${seed}`);
      }
    }
  });
});

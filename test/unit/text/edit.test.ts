import assert from "node:assert/strict";
import { suite, test } from "node:test";
import { applyEdit, applyEdits, diffAsEdit, isInside, mapPosition, mapRange, touches } from "../../../text/edit.ts";
import type { Edit, Range } from "../../../text/edit.ts";
import { createDice, seeds } from "./dice.ts";

const LETTERS = ["a", "b", "c", "d"];

/** Reads "ab[cd]e" as a text and the range between the brackets. */
function drawn(drawing: string): { text: string; range: Range } {
  const start = drawing.indexOf("[");
  const end = drawing.indexOf("]") - 1;
  return { text: drawing.replace("[", "").replace("]", ""), range: { start, end } };
}

function draw(text: string, range: Range): string {
  return `${text.slice(0, range.start)}[${text.slice(range.start, range.end)}]${text.slice(range.end)}`;
}

function checkRange(before: string, edit: Edit, after: string): void {
  const { text, range } = drawn(before);
  assert.equal(draw(applyEdit(text, edit), mapRange(range, edit)), after);
}

const insert = (offset: number, inserted: string): Edit => ({ offset, deleted: 0, inserted });
const remove = (offset: number, deleted: number): Edit => ({ offset, deleted, inserted: "" });
const replace = (offset: number, deleted: number, inserted: string): Edit => ({ offset, deleted, inserted });

suite("mapRange", () => {
  test("shifts by what is written before", () => checkRange("ab[cd]e", insert(0, "xy"), "xyab[cd]e"));
  test("leaves out what is inserted at the start", () => checkRange("ab[cd]e", insert(2, "x"), "abx[cd]e"));
  test("leaves out what is inserted at the end", () => checkRange("ab[cd]e", insert(4, "x"), "ab[cd]xe"));
  test("takes in what is inserted inside", () => checkRange("ab[cd]e", insert(3, "x"), "ab[cxd]e"));
  test("shrinks with what is deleted inside", () => checkRange("ab[cd]e", remove(3, 1), "ab[c]e"));
  test("shrinks with what is deleted across its start", () => checkRange("ab[cd]e", remove(1, 2), "a[d]e"));
  test("shrinks with what is deleted across its end", () => checkRange("ab[cd]e", remove(3, 2), "ab[c]"));
  test("becomes empty where its text is deleted", () => checkRange("ab[cd]e", remove(2, 2), "ab[]e"));
  test("becomes empty where more is deleted", () => checkRange("ab[cd]e", remove(0, 5), "[]"));
  test("keeps a replacement of its first character", () => checkRange("ab[cd]e", replace(2, 1, "xy"), "ab[xyd]e"));
  test("keeps a replacement of its last character", () => checkRange("ab[cd]e", replace(3, 1, "xy"), "ab[cxy]e"));
  test("keeps what takes its place", () => checkRange("ab[cd]e", replace(2, 2, "xyz"), "ab[xyz]e"));
  test("keeps what takes the place of it and more", () => checkRange("ab[cd]e", replace(1, 4, "xyz"), "a[xyz]"));
  test("leaves out a replacement across its start", () => checkRange("ab[cd]e", replace(1, 2, "xyz"), "axyz[d]e"));
  test("leaves out a replacement across its end", () => checkRange("ab[cd]e", replace(3, 2, "xyz"), "ab[c]xyz"));
  test("leaves out a replacement that ends at its start", () =>
    checkRange("ab[cd]e", replace(0, 2, "xyz"), "xyz[cd]e"));
  test("leaves out a replacement that begins at its end", () =>
    checkRange("ab[cd]e", replace(4, 1, "xyz"), "ab[cd]xyz"));
  test("stays empty where text is written at its place", () => checkRange("ab[]e", insert(2, "x"), "ab[]xe"));
  test("stays empty behind a replacement", () => checkRange("ab[]e", replace(0, 2, "xyz"), "xyz[]e"));
  test("stays empty where text around it is replaced", () => checkRange("ab[]e", replace(1, 2, "xy"), "a[]xy"));

  test("owns exactly the characters that a naive model owns", () => {
    for (const seed of seeds(400)) {
      const dice = createDice(seed);
      let text = dice.text(LETTERS, 12);
      let range: Range = { start: 4, end: 8 };
      let owned = Array.from(text, (_, index) => index >= 4 && index < 8);
      for (let step = 0; step < 8; step++) {
        const edit = dice.edit(text, LETTERS);
        owned = ownNaively(owned, edit);
        text = applyEdit(text, edit);
        range = mapRange(range, edit);
        const expected = Array.from(owned, (isOwned, index) => (isOwned ? index : -1)).filter((index) => index >= 0);
        const actual = Array.from({ length: range.end - range.start }, (_, index) => range.start + index);
        assert.deepEqual(actual, expected, `seed ${seed}, step ${step}, ${JSON.stringify(edit)}`);
      }
    }
  });
});

/** One flag per character; inserted text is owned between owned text, or where it replaces (part of) nothing else. */
function ownNaively(owned: readonly boolean[], edit: Edit): boolean[] {
  const end = edit.offset + edit.deleted;
  const deleted = owned.slice(edit.offset, end);
  const hasOutside = owned.some((isOwned, index) => isOwned && (index < edit.offset || index >= end));
  const isOwned =
    edit.deleted === 0
      ? owned[edit.offset - 1] === true && owned[edit.offset] === true
      : deleted.every(Boolean) || (deleted.some(Boolean) && !hasOutside);
  return [...owned.slice(0, edit.offset), ...Array.from(edit.inserted, () => isOwned), ...owned.slice(end)];
}

suite("mapPosition", () => {
  test("keeps the start of replaced text before what was inserted", () => {
    assert.equal(mapPosition(2, replace(2, 3, "xy"), 1), 2);
    assert.equal(mapPosition(2, replace(2, 3, "xy"), -1), 2);
  });

  test("keeps the end of replaced text behind what was inserted", () => {
    assert.equal(mapPosition(5, replace(2, 3, "xy"), 1), 4);
    assert.equal(mapPosition(5, replace(2, 3, "xy"), -1), 4);
  });

  test("follows its side at an insertion point and inside replaced text", () => {
    assert.deepEqual([mapPosition(2, insert(2, "xy"), -1), mapPosition(2, insert(2, "xy"), 1)], [2, 4]);
    assert.deepEqual([mapPosition(3, replace(2, 3, "xy"), -1), mapPosition(3, replace(2, 3, "xy"), 1)], [2, 4]);
  });

  test("keeps the text on both of its sides", () => {
    for (const seed of seeds(300)) {
      const dice = createDice(seed);
      const text = dice.text(LETTERS, 10);
      const edit = dice.edit(text, LETTERS);
      const after = applyEdit(text, edit);
      const position = dice.below(text.length + 1);
      if (position <= edit.offset) {
        assert.equal(after.slice(0, mapPosition(position, edit, -1)), text.slice(0, position), `seed ${seed}`);
      }
      if (position >= edit.offset + edit.deleted) {
        assert.equal(after.slice(mapPosition(position, edit, 1)), text.slice(position), `seed ${seed}`);
      }
    }
  });

  test("never lets two positions change their order", () => {
    for (const seed of seeds(300)) {
      const dice = createDice(seed);
      const text = dice.text(LETTERS, 10);
      const edit = dice.edit(text, LETTERS);
      const [low, high] = [dice.below(11), dice.below(11)].sort((a, b) => a - b) as [number, number];
      for (const assoc of [-1, 1] as const) {
        assert.ok(mapPosition(low, edit, assoc) <= mapPosition(high, edit, assoc), `seed ${seed}`);
      }
    }
  });
});

suite("applyEdits", () => {
  test("applies each edit to what its predecessors left", () => {
    assert.equal(applyEdits("abc", [remove(0, 1), insert(2, "x"), replace(0, 1, "yy")]), "yycx");
  });

  test("composes: all at once equals one after the other", () => {
    for (const seed of seeds(100)) {
      const dice = createDice(seed);
      const edits: Edit[] = [];
      const text = dice.text(LETTERS, 10);
      let stepped = text;
      for (let step = 0; step < 6; step++) {
        const edit = dice.edit(stepped, LETTERS);
        edits.push(edit);
        stepped = stepped.slice(0, edit.offset) + edit.inserted + stepped.slice(edit.offset + edit.deleted);
      }
      assert.equal(applyEdits(text, edits), stepped, `seed ${seed}`);
    }
  });
});

suite("touches and isInside", () => {
  const range = { start: 2, end: 4 };
  test("an insertion at a border does not touch", () => {
    assert.deepEqual(
      [1, 2, 3, 4].map((offset) => touches(range, insert(offset, "x"))),
      [false, false, true, false],
    );
  });
  test("a deletion touches where it takes a character of the range", () => {
    assert.deepEqual(
      [0, 1, 3, 4].map((offset) => touches(range, remove(offset, 2))),
      [false, true, true, false],
    );
  });
  test("an edit is inside up to the borders", () => {
    assert.equal(isInside(replace(2, 2, "x"), range), true);
    assert.equal(isInside(replace(2, 3, "x"), range), false);
    assert.equal(isInside(replace(1, 1, "x"), range), false);
  });
});

suite("diffAsEdit", () => {
  test("finds the one place that differs", () => {
    assert.deepEqual(diffAsEdit("const a = 1;", "const abc = 1;"), insert(7, "bc"));
    assert.deepEqual(diffAsEdit("same", "same"), insert(4, ""));
    assert.deepEqual(diffAsEdit("aaa", "aa"), remove(2, 1));
  });

  test("never cuts a surrogate pair", () => {
    // 😀 and 😁 share their first half, 😀 and 🨀 (U+1FA00) their second.
    assert.deepEqual(diffAsEdit("a😀b", "a😁b"), replace(1, 2, "😁"));
    assert.deepEqual(diffAsEdit("a\u{1F600}b", "a\u{1FA00}b"), replace(1, 2, "\u{1FA00}"));
  });

  test("gives back the second text, whatever the two are", () => {
    const pieces = ["a", "b", "\n", "\r\n", "😀", "😁", "\u{1FA00}"];
    for (const seed of seeds(500)) {
      const dice = createDice(seed);
      const before = dice.text(pieces, dice.below(8));
      const after = dice.chance(0.5) ? dice.text(pieces, dice.below(8)) : applyEdit(before, dice.edit(before, pieces));
      const edit = diffAsEdit(before, after);
      assert.equal(applyEdit(before, edit), after, `seed ${seed}`);
      if (before.isWellFormed() && after.isWellFormed()) assert.ok(edit.inserted.isWellFormed(), `seed ${seed}`);
    }
  });
});

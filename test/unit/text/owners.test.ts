import assert from "node:assert/strict";
import test from "node:test";
import { applyEdit } from "../../../text/edit.ts";
import { carryOwners, countOwned, editOwners, joinOwners, ownedBy, placesOf } from "../../../text/owners.ts";
import type { Owners } from "../../../text/owners.ts";
import { createDice, seeds } from "./dice.ts";

/** Machine text is drawn between "‹" and "›". */
function read(drawing: string): { text: string; owners: Owners } {
  const pieces = drawing.split(/[‹›]/u);
  const owners = pieces.map((piece, index) => ownedBy(index % 2 === 1 ? "m" : undefined, piece.length));
  return { text: pieces.join(""), owners: joinOwners(...owners) };
}

function draw(text: string, owners: Owners): string {
  let offset = 0;
  return owners
    .map(({ length, owner }) => {
      const part = text.slice(offset, (offset += length));
      return owner === undefined ? part : `‹${part}›`;
    })
    .join("");
}

function carried(drawing: string, current: string): string {
  const { text, owners } = read(drawing);
  return draw(current, carryOwners(text, owners, current));
}

test("a formatter's white space belongs with the code around it", () => {
  assert.equal(carried("const a=‹f(1,2)›;", "const a = f(1, 2);"), "const a =‹ f(1, 2)›;");
  assert.equal(carried("‹if(a){b()}›\nc", "  if (a) {\n    b()\n  }\nc"), "‹  if (a) {\n    b()\n  }›\nc");
});

test("lines that both have keep their owners, whatever is around them", () => {
  assert.equal(
    carried("a\n‹one();\ntwo();\n›b\n", "x\na\none();\nthree();\ntwo();\nb\n"),
    "x\na\n‹one();\n›three();\n‹two();\n›b\n",
  );
});

test("words that both have keep their owners, new ones are the developer's", () => {
  assert.equal(carried("let a = ‹load(id)›;", "let a = load(name);"), "let a = ‹load(›name‹)›;");
});

test("a longer name is a new name", () => {
  assert.equal(carried("‹user›", "userName"), "userName");
});

test("what is inserted is the developer's, also inside", () => {
  const { text, owners } = read("‹foo(bar)›");
  const edit = { offset: 4, deleted: 0, inserted: "x, " };
  assert.equal(draw(applyEdit(text, edit), editOwners(text, owners, edit)), "‹foo(›x, ‹bar)›");
});

test("runs add up to the text, are not empty, and neighbours differ", () => {
  const alphabet = ["a", "b", " ", "\n", "(", "😀"];
  for (const seed of seeds(300)) {
    const dice = createDice(seed);
    let text = dice.text(alphabet, 12);
    let owners = joinOwners(ownedBy(undefined, 3), ownedBy("m", text.length - 6), ownedBy("n", 3));
    for (let step = 0; step < 8; step++) {
      const edit = dice.edit(text, alphabet);
      owners = editOwners(text, owners, edit);
      text = applyEdit(text, edit);
      assert.equal(
        owners.reduce((sum, { length }) => sum + length, 0),
        text.length,
        `seed ${seed}`,
      );
      for (const [index, { length, owner }] of owners.entries()) {
        assert.ok(length > 0 && owner !== (index > 0 ? owners[index - 1]!.owner : {}), `seed ${seed}`);
      }
      const machine = placesOf(owners, "m");
      assert.equal(
        machine.reduce((sum, { start, end }) => sum + end - start, 0),
        countOwned(owners, "m"),
        `seed ${seed}`,
      );
    }
  }
});

test("in a large text that was read anew machine-written runs are found as they are", () => {
  const line = "const total = items.map((item) => item.price);\n";
  const { text, owners } = read(`${"x\n".repeat(60_000)}‹${line}›${"y\n".repeat(60_000)}`);
  const current = `${"z\n".repeat(50_000)}${line}${"w\n".repeat(50_000)}`;
  assert.deepEqual(placesOf(carryOwners(text, owners, current), "m"), [{ start: 100_000, end: 100_000 + line.length }]);
});

test("a large text that is laid out anew keeps its owners", () => {
  const { text, owners } = read(`${"x=1;\n".repeat(60_000)}‹f(a,b);\n›${"y=1;\n".repeat(60_000)}`);
  const current = text.replaceAll("=", " = ").replace("a,b", "a, b");
  const [place] = placesOf(carryOwners(text, owners, current), "m");
  assert.equal(current.slice(place!.start, place!.end), "f(a, b);\n");
});

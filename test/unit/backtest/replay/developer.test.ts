import assert from "node:assert/strict";
import test from "node:test";
import { costOf, habitOf, meet } from "../../../../sidecar/backtest/replay/developer.ts";

const TARGET = "return total;";

test("who is shown nothing types the line", () => {
  assert.equal(meeting("").cost, TARGET.length);
  assert.equal(meeting("return total;", { isShown: false }).cost, TARGET.length);
});

test("an empty offer is not shown, whatever the arm says", () => {
  const met = meeting("");
  assert.equal(met.isShown, false);
  assert.equal(met.isAccepted, false);
});

test("what is exactly right costs a key and the reading, leniently and strictly", () => {
  const { cost, strictCost, isExact, distance, retainedChars } = meeting("return total;");
  assert.deepEqual(
    { cost, strictCost, isExact, distance, retainedChars },
    {
      cost: 1 + 3,
      strictCost: 1 + 3,
      isExact: true,
      distance: 0,
      retainedChars: 13,
    },
  );
});

test("what is nearly right is taken and changed, but not by the strict", () => {
  const { cost, strictCost, isAccepted, isExact, distance, retainedChars } = meeting("return totals;");
  assert.deepEqual(
    { cost, strictCost, isAccepted, isExact, distance, retainedChars },
    {
      cost: 1 + 3 + 1,
      strictCost: 13 + 3,
      isAccepted: true,
      isExact: false,
      distance: 1,
      retainedChars: 13,
    },
  );
});

test("what is wrong costs its reading", () => {
  const { cost, strictCost, isAccepted } = meeting("throw new Error(message);");
  assert.deepEqual({ cost, strictCost, isAccepted }, { cost: 16, strictCost: 16, isAccepted: false });
});

test("a third of the characters may differ, no more", () => {
  assert.equal(meeting("abcdefghijkl----", { target: "abcdefghijklmnop" }).isAccepted, true);
  assert.equal(meeting("abcdefghij------", { target: "abcdefghijklmnop" }).isAccepted, false);
});

test("what saves nothing is not taken", () => {
  assert.equal(meeting("}", { target: "}" }).isAccepted, false);
  assert.equal(meeting("})", { target: "})" }).isAccepted, true);
});

test("whether it would be taken is told of hidden offers too", () => {
  assert.equal(meeting("return total;", { isShown: false }).isAccepted, true);
});

test("an offer of two lines is compared with two lines, without the indentation of the second", () => {
  const met = meeting("if (a) {\n\treturn b;", { target: "if (a) {", block: "if (a) {\n    return b;\n}" });
  assert.equal(met.isExact, true);
  assert.equal(met.distance, 0);
  // A key and the reading, of which the first line is 8 of 18 characters.
  assert.equal(met.cost, (4 * 8) / 18);
});

test("lines that nobody wrote count as wrong", () => {
  const met = meeting("return total;\nnow", { block: TARGET });
  assert.equal(met.distance, 4);
  assert.equal(met.isExact, false);
});

test("reading may cost nothing, or twice as much", () => {
  const wrong = meeting("no");
  assert.equal(costOf(habitOf("reading 0", []), wrong, written()), 13);
  assert.equal(costOf(habitOf("reading 6", []), wrong, written()), 19);
});

test("who takes token by token keeps what is right before the first mistake", () => {
  // "return" is right: a key for it, and seven characters to type.
  const met = meeting("return (await sumUpAll(values));");
  assert.equal(met.isAccepted, false);
  assert.equal(costOf(habitOf("by token", []), met, written()), 3 + 1 + 7);
  assert.equal(costOf(habitOf("by token", []), meeting("no"), written()), 16);
});

test("a noisy developer overlooks offers where too many are good", () => {
  const habit = habitOf("noisy", [{ isAccepted: true }, { isAccepted: false }]);
  assert.deepEqual(habit, { kind: "noisy", takesHelp: 0.27 / 0.5, takesHarm: 0 });
  const right = meeting(TARGET);
  assert.equal(costOf(habit, right, written(), 0.5), 4);
  assert.equal(costOf(habit, right, written(), 0.6), 16);
});

test("a noisy developer takes wrong offers where too few are good, and replaces them", () => {
  const habit = habitOf("noisy", [{ isAccepted: false }]);
  assert.deepEqual(habit, { kind: "noisy", takesHelp: 1, takesHarm: 0.27 });
  const wrong = meeting("throw new Error(message);");
  assert.equal(costOf(habit, wrong, written(), 0.26), 1 + 3 + 13);
  assert.equal(costOf(habit, wrong, written(), 0.28), 16);
});

function meeting(text: string, options: { isShown?: boolean; target?: string; block?: string } = {}) {
  const { isShown = true, target = TARGET, block = target } = options;
  return meet({ text, isShown, confidence: 0.5, milliseconds: 1 }, { target, block });
}

function written(target = TARGET) {
  return { target, block: target };
}

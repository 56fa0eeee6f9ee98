import assert from "node:assert/strict";
import test from "node:test";
import { SiteCounter } from "../../../../sidecar/backtest/personas/sites.ts";

test("each place that differs is a site, right where it is shown as the developer has it", () => {
  const sites = new SiteCounter().count('f("a");', "f('a');", "f('a')");
  // Both quotes and the semicolon; the quotes are shown right.
  assert.deepEqual(
    sites.map(({ right }) => right),
    [true, true, false],
  );
});

test("what has been answered alike five times is a choice", () => {
  const counter = new SiteCounter();
  for (let time = 0; time < 5; time++)
    assert(counter.count("a = b;", "a = b;", "a = b").every(({ isChoice }) => !isChoice));
  assert.deepEqual(counter.count("c = d;", "c = d", "c = d"), [{ isChoice: true, isIndent: false, right: true }]);
});

test("what depends on more than its surroundings is no choice", () => {
  const counter = new SiteCounter();
  for (let time = 0; time < 10; time++) counter.count("f(a, b)", "f(a, b)", time % 2 === 0 ? "f(a, b)" : "f(a,\n  b)");
  assert(counter.count("f(c, d)", "f(c, d)", "f(c,\n  d)").every(({ isChoice }) => !isChoice));
});

test("depth does not matter to indentation", () => {
  const counter = new SiteCounter();
  for (let time = 0; time < 5; time++) counter.count("{\n  a;\n}", "{\n  a;\n}", "{\n\ta;\n}");
  assert.deepEqual(counter.count("{\n    a;\n}", "{\n    a;\n}", "{\n\t\ta;\n}"), [
    { isChoice: true, isIndent: true, right: false },
  ]);
});

test("a developer who changes their mind is met anew", () => {
  const counter = new SiteCounter();
  for (let time = 0; time < 9; time++) counter.count("a;", "a;", "a");
  counter.clear();
  assert(counter.count("b;", "b;", "b").every(({ isChoice }) => !isChoice));
});

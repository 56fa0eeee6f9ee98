import test from "node:test";
import { check } from "./correction-cases.ts";

test("a change of uses whose loop is elsewhere is no rename, and what it leaves out no correction", () =>
  check(
    "javascript",
    [
      ["f(declarations[i]);", "f(declaration);"],
      ["g(values[i], 1);", "g(value, 1);"],
    ],
    "h(as[i]);",
    "h(as[i]);",
  ));

test("a call's arguments are not left out because others were", () =>
  check(
    "python",
    [
      ['a = "%s" % (b)', 'a = "%s" % b'],
      ['c(d("%s" % (e)))', 'c(d("%s" % e))'],
    ],
    "xs.append(f(y))",
    "xs.append(f(y))",
  ));

test("an attribute is not left out because another was", () =>
  check(
    "python",
    [
      ["a = b.c", "a = b"],
      ["f(d.e)", "f(d)"],
    ],
    "g(h.i)",
    "g(h.i)",
  ));

test("a loop over indexes that are used stays", () =>
  check(
    "javascript",
    [
      ["for (let i = 0; i < xs.length; i++) { const x = xs[i]; f(x); }", "for (const x of xs) { f(x); }"],
      ["for (let i = 0; i < ys.length; i++) { const y = ys[i]; g(y); }", "for (const y of ys) { g(y); }"],
    ],
    "for (let i = 0; i < zs.length; i++) { const z = zs[i]; h(z, i); }",
    "for (let i = 0; i < zs.length; i++) { const z = zs[i]; h(z, i); }",
  ));

test("a change within a larger one does not serve alone", () =>
  check(
    "javascript",
    [
      ["a.forEach((x) => { if (x) return; f(x); });", "for (const x of a) { if (x) continue; f(x); }"],
      ["b.forEach((y) => { if (!y) return; g(y); });", "for (const y of b) { if (!y) continue; g(y); }"],
    ],
    "function h(z) { if (z) return; i(z); }",
    "function h(z) { if (z) return; i(z); }",
  ));

test("what holds in loops is not done in functions", () =>
  check(
    "javascript",
    [
      ["if (a) { return; }", "if (a) { continue; }"],
      ["if (b) { return; }", "if (b) { continue; }"],
    ],
    "if (c) { return; }",
    "if (c) { return; }",
    [{ prefix: "for (const x of xs) {\n" }, { prefix: "function f() {\n" }],
  ));

test("half of a word that moved is not left out", () =>
  check(
    "cpp",
    [
      ["int f(const A& a) {\n  g();", "int f(A const& a) {\n  g();"],
      ["inline const char* h(const B& b) {", "inline char const* h(B const& b) {"],
      ["extern const char* i(const C& c) {", "extern char const* i(C const& c) {"],
    ],
    "static const int j = 1;",
    "static const int j = 1;",
  ));

test("`else` stays behind a block that does not leave", () =>
  check(
    "python",
    [
      ["if a:\n    return b\nelse:\n    c()\nd()", "if a:\n    return b\nc()\nd()"],
      ["if e(f):\n    return\nelse:\n    g = 1\nh()", "if e(f):\n    return\ng = 1\nh()"],
    ],
    "if i:\n    j()\nelse:\n    k()\nl()",
    "if i:\n    j()\nelse:\n    k()\nl()",
  ));

test("`this` of a function inside says nothing of the function around", () =>
  check(
    "javascript",
    [
      ["a(function (x) { b(function () { this.c(); }, x); });", "a((x) => { b(function () { this.c(); }, x); });"],
      ["d(function (y) { e(function () { this.f(); }, y); });", "d((y) => { e(function () { this.f(); }, y); });"],
    ],
    "g(function (z) { this.h(z); });",
    "g(function (z) { this.h(z); });",
  ));

test("an annotation stays where there is no value", () =>
  check(
    "typescript",
    [
      ["let a: number = 1;", "let a = 1;"],
      ["const b: number = 2;", "const b = 2;"],
    ],
    "let c: number;",
    "let c: number;",
  ));

test("a constant is none where it is assigned again", () =>
  check(
    "javascript",
    [
      ["function f() { var a = 1; return a; }", "function f() { const a = 1; return a; }"],
      ["function g() { var b = h(); return b; }", "function g() { const b = h(); return b; }"],
    ],
    "function i() { var c = 1; c = 2; return c; }",
    "function i() { var c = 1; c = 2; return c; }",
  ));

test("a constant is none while nobody knows what becomes of it", async () => {
  const edits: readonly [string, string][] = [
    ["var a = f();", "const a = f();"],
    ["var b = c.d;", "const b = c.d;"],
    ["var e;", "let e;"],
    ["var g;", "let g;"],
    ["var h = 0;", "let h = 0;"],
    ["var i = null;", "let i = null;"],
  ];
  const inside = [{ prefix: "function z() {\n" }] as const;
  await check("javascript", edits, "var j = k();", "const j = k();", inside);
  await check("javascript", edits, "var l;", "let l;", inside);
  await check("javascript", edits, 'var m = "";', 'let m = "";', inside);
  await check("javascript", edits.slice(0, 2), "var l;", "var l;", inside);
  await check("javascript", edits.slice(0, 2), "var m = false;", "var m = false;", inside);
});

test("what code above it says of a constant was there before it", async () => {
  const edits: readonly [string, string][] = [
    ["var a = f();", "const a = f();"],
    ["var b = c.d;", "const b = c.d;"],
  ];
  const asked = (prefix: string): [object, object] => [{ prefix: "x();\n" }, { prefix }];
  await check("javascript", edits, "var e = f.e;", "var e = f.e;", asked("function g() {\n  return e(1);\n}\n"));
  await check(
    "javascript",
    edits,
    "var e = f.e;",
    "const e = f.e;",
    asked('const g = require("./e");\nh(g.e, get);\n'),
  );
});

test("a string takes the form that was taken because the wanted one cannot say it, only where that is so", async () => {
  const edits: readonly [string, string][] = [
    ['a("%s" % b)', 'a(f"{b}")'],
    ['c("%s!" % d.e)', 'c(f"{d.e}!")'],
    ['g("%s" % h["i"])', 'g("{}".format(h["i"]))'],
    ['j("%s." % k("l"))', 'j("{}.".format(k("l")))'],
  ];
  await check("python", edits, 'm("%s" % n(o))', 'm(f"{n(o)}")');
  await check("python", edits, 'm("%s" % n("o"))', 'm("{}".format(n("o")))');
});

test("what was put in braces is not put in braces again", () =>
  check(
    "javascript",
    [
      ["if (a) return f(a);", "if (a) { return f(a); }"],
      ["if (b) g();", "if (b) { g(); }"],
      ["if (c) throw h;", "if (c) { throw h; }"],
      ["if (d) e = 1;", "if (d) { e = 1; }"],
    ],
    "if (i) return j;",
    "if (i) { return j; }",
  ));

test("what is imported keeps the name that it has elsewhere", () =>
  check(
    "python",
    [
      ["def f(a: Tuple[int]):\n    pass", "def f(a: tuple[int]):\n    pass"],
      ["b: Tuple[str] = c", "b: tuple[str] = c"],
    ],
    "from typing import Any, Tuple",
    "from typing import Any, Tuple",
  ));

test("what was edited once is no correction", () =>
  check("javascript", [["f(a == b);", "f(a === b);"]], "g(c == d);", "g(c == d);"));

test("what was left as it was after that is no correction any more", () =>
  check(
    "javascript",
    [
      ["f(a == b);", "f(a === b);"],
      ["g(c == 1);", "g(c === 1);"],
      ["h(d == e);", "h(d == e);"],
    ],
    "i(j == k);",
    "i(j == k);",
  ));

test("one thing that is renamed everywhere says nothing of others", () =>
  check(
    "javascript",
    [
      ["const user = load();\nsave(user);", "const account = load();\nsave(account);"],
      ["const user = find(1);\nshow(user);", "const account = find(1);\nshow(account);"],
    ],
    "const order = load();\nsave(order);",
    "const order = load();\nsave(order);",
  ));

test("statements that changed places are no correction", () =>
  check(
    "javascript",
    [
      ["open();\nread(a);", "read(a);\nopen();"],
      ["close();\nwrite(b);", "write(b);\nclose();"],
    ],
    "start();\nstop(c);",
    "start();\nstop(c);",
  ));

test("what a mark stands before is what it stood before", async () => {
  const edits: readonly [string, string][] = [
    ["if (!a.length) f();", "if (a.length === 0) f();"],
    ["if (!b.c.length) g();", "if (b.c.length === 0) g();"],
    ["if (!d.size) h();", "if (d.size === 0) h();"],
    ["if (!e.length) i();", "if (e.length === 0) i();"],
  ];
  await check("javascript", edits, "if (!j.isReady) k();", "if (!j.isReady) k();");
  await check("javascript", edits, "if (!j.length) k();", "if (j.length === 0) k();");
});

test("an operand's change is not one of what it is an operand of", () =>
  check(
    "javascript",
    [
      ["if (a.length) f();", "if (a.length > 0) f();"],
      ["if (b.length) g();", "if (b.length > 0) g();"],
      ["if (c && c.length) h();", "if (c && c.length > 0) h();"],
      ["if (d && d.length) i();", "if (d && d.length > 0) i();"],
    ],
    "if (j !== k.length) l();",
    "if (j !== k.length) l();",
  ));

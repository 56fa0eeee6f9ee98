import test from "node:test";
import { check, type Edit } from "./correction-cases.ts";

/** Two edits, and the third suggestion as it arrives. */
const FORMS: Readonly<Record<string, readonly [languageId: string, first: Edit, second: Edit, third: Edit]>> = {
  "a keyword": [
    "javascript",
    ["var a = 1;", "let a = 1;"],
    ["var b = f(2);", "let b = f(2);"],
    ["var c = [];", "let c = [];"],
  ],
  "an operator": [
    "javascript",
    ["if (a == b) f();", "if (a === b) f();"],
    ["while (c.d == 1) g();", "while (c.d === 1) g();"],
    ["if (x == y.z) h();", "if (x === y.z) h();"],
  ],
  "a call with a test": [
    "javascript",
    ["if (a.indexOf(b) !== -1) f();", "if (a.includes(b)) f();"],
    ["ok = names.indexOf(x.y) !== -1;", "ok = names.includes(x.y);"],
    ["return list().indexOf(1) !== -1;", "return list().includes(1);"],
  ],
  "a function": [
    "javascript",
    ["xs.map(function (x) { return x.id; });", "xs.map((x) => x.id);"],
    ["ys.filter(function (y) { return !y; });", "ys.filter((y) => !y);"],
    ["zs.some(function (z) { return f(z); });", "zs.some((z) => f(z));"],
  ],
  "braces that are missing": [
    "javascript",
    ["if (a) f();", "if (a) { f(); }"],
    ["if (b.c) g(1);", "if (b.c) { g(1); }"],
    ["if (!d) h(2);", "if (!d) { h(2); }"],
  ],
  "braces too many": [
    "javascript",
    ["if (a) { f(); }", "if (a) f();"],
    ["if (b.c) { g(1); }", "if (b.c) g(1);"],
    ["if (!d) { h(2); }", "if (!d) h(2);"],
  ],
  "an object that is copied": [
    "javascript",
    ["a = Object.assign({}, b);", "a = { ...b };"],
    ["f(Object.assign({}, c.d));", "f({ ...c.d });"],
    ["return Object.assign({}, e());", "return { ...e() };"],
  ],
  "a property named twice": [
    "javascript",
    ["f({ a: a, b: 1 });", "f({ a, b: 1 });"],
    ["x = { name: name };", "x = { name };"],
    ["return { id: id, c };", "return { id, c };"],
  ],
  "a property in brackets": [
    "javascript",
    ['f(a["b"]);', "f(a.b);"],
    ['x = c.d["size"];', "x = c.d.size;"],
    ['y["name"] = 1;', "y.name = 1;"],
  ],
  "a variable taken apart": [
    "javascript",
    ["const a = o.a;", "const { a } = o;"],
    ["const size = f().size;", "const { size } = f();"],
    ["const id = user.data.id;", "const { id } = user.data;"],
  ],
  "operands the other way round": [
    "javascript",
    ["if (null === a) f();", "if (a === null) f();"],
    ["if (null === b.c) g();", "if (b.c === null) g();"],
    ["if (null === x) h();", "if (x === null) h();"],
  ],
  "parentheses around a parameter": [
    "javascript",
    ["f(x => x + 1);", "f((x) => x + 1);"],
    ["const g = y => { h(y); };", "const g = (y) => { h(y); };"],
    ["a.b(z => z);", "a.b((z) => z);"],
  ],
  "a loop": [
    "javascript",
    ["a.forEach((x) => { f(x); });", "for (const x of a) { f(x); }"],
    ["b.c.forEach((y) => { g(); });", "for (const y of b.c) { g(); }"],
    ["d().forEach((z) => { h(z, 1); });", "for (const z of d()) { h(z, 1); }"],
  ],
  "two declarations in one": [
    "javascript",
    ["let a = 1, b = 2;", "let a = 1; let b = 2;"],
    ["let c = f(), d = [];", "let c = f(); let d = [];"],
    ["let x = y, z = 0;", "let x = y; let z = 0;"],
  ],
  "an annotation that says nothing": [
    "typescript",
    ['let a: string = "x";', 'let a = "x";'],
    ['const b: string = "y";', 'const b = "y";'],
    ['let c: string = "z";', 'let c = "z";'],
  ],
  "another type": [
    "typescript",
    ["let a: string[];", "let a: Array<string>;"],
    ["let b: Item[] = [];", "let b: Array<Item> = [];"],
    ["f(c as D.E[]);", "f(c as Array<D.E>);"],
  ],
  "an interface": [
    "typescript",
    ["interface A { a: 1 }", "type A = { a: 1 }"],
    ["interface B { b: string; c: A }", "type B = { b: string; c: A }"],
    ["interface C { d: B[] }", "type C = { d: B[] }"],
  ],
  "a modifier": [
    "typescript",
    ["class A { f() {} }", "class A { public f() {} }"],
    ["class B { g(a) { h(); } }", "class B { public g(a) { h(); } }"],
    ["class C { i() {} }", "class C { public i() {} }"],
  ],
  "a function with a body": [
    "javascript",
    ["xs.map(function (x) { f(x); g(x); });", "xs.map((x) => { f(x); g(x); });"],
    ["ys.some(function (y) { const z = y; return z; });", "ys.some((y) => { const z = y; return z; });"],
    ["a.b(function (c) { if (c) d(); e(c); });", "a.b((c) => { if (c) d(); e(c); });"],
  ],
  "a function that is cut off": [
    "javascript",
    ["xs.map(function (x) {\n  f(x);", "xs.map((x) => {\n  f(x);"],
    ["ys.some(function (y) {\n  g(y);\n  h();", "ys.some((y) => {\n  g(y);\n  h();"],
    ["a.b(function (c) {\n  if (c) d();", "a.b((c) => {\n  if (c) d();"],
  ],
  "a loop with a function": [
    "javascript",
    ["a.forEach(function (x) { f(x); });", "for (const x of a) { f(x); }"],
    ["b.c.forEach(function (y) { g(); h(y); });", "for (const y of b.c) { g(); h(y); }"],
    ["d().forEach(function (z) { h(z, 1); });", "for (const z of d()) { h(z, 1); }"],
  ],
  "a loop that is cut off": [
    "javascript",
    ["f(a).forEach((x) => {\n  g(x);", "for (const x of f(a)) {\n  g(x);"],
    ["b.c().forEach((y) => {\n  h();", "for (const y of b.c()) {\n  h();"],
    ["d().forEach((z) => {", "for (const z of d()) {"],
  ],
  "a loop over indexes": [
    "javascript",
    ["for (let i = 0; i < xs.length; i++) { const x = xs[i]; f(x); }", "for (const x of xs) { f(x); }"],
    ["for (let i = 0; i < a.b.length; i++) { const c = a.b[i]; g(); h(c); }", "for (const c of a.b) { g(); h(c); }"],
    ["for (let j = 0; j < ys.length; j++) { const y = ys[j]; if (y) k(y); }", "for (const y of ys) { if (y) k(y); }"],
  ],
  "a loop over indexes that is cut off": [
    "javascript",
    ["for (let i = 0; i < xs.length; i++) {\n  const x = xs[i];\n  f(x);", "for (const x of xs) {\n  f(x);"],
    ["for (let i = 0; i < cs.length; i++) {\n  const c = cs[i];\n  g();", "for (const c of cs) {\n  g();"],
    ["for (let j = 0; j < ys.length; j++) {\n  const y = ys[j];", "for (const y of ys) {"],
  ],
  "braces around a line of its own": [
    "javascript",
    ["if (a)\n  f();", "if (a) {\n  f();\n}"],
    ["if (b.c)\n  g(1);", "if (b.c) {\n  g(1);\n}"],
    ["if (!d)\n  h(2);\nx();", "if (!d) {\n  h(2);\n}\nx();"],
  ],
  "a return type": [
    "typescript",
    ["function f(a) { g(a); }", "function f(a): void { g(a); }"],
    ["function h(b, c) { i(b); j(c); }", "function h(b, c): void { i(b); j(c); }"],
    ["function k(d) { l(d); }", "function k(d): void { l(d); }"],
  ],
  "an interface that is cut off": [
    "typescript",
    ["interface A {\n  a: string;", "type A = {\n  a: string;"],
    ["export interface B {\n  b: string;\n  c: A;", "export type B = {\n  b: string;\n  c: A;"],
    ["interface C {\n  d: B[];\n  e: 1;", "type C = {\n  d: B[];\n  e: 1;"],
  ],
  "an import of types": [
    "typescript",
    ['import { A } from "./a";', 'import type { A } from "./a";'],
    ['import { B, C } from "../b";', 'import type { B, C } from "../b";'],
    ['import { D } from "d";', 'import type { D } from "d";'],
  ],
  "a generic type of Python": [
    "python",
    ["def f(a: Dict[str, int]):\n    pass", "def f(a: dict[str, int]):\n    pass"],
    ["b: Dict[int, C] = {}", "b: dict[int, C] = {}"],
    ["def g(self) -> Dict[str, Any]:\n    return d", "def g(self) -> dict[str, Any]:\n    return d"],
  ],
  "an optional type of Python": [
    "python",
    ["def f(a: Optional[str]):\n    pass", "def f(a: str | None):\n    pass"],
    ["b: Optional[C] = None", "b: C | None = None"],
    ["def g(self) -> Optional[D]:\n    return d", "def g(self) -> D | None:\n    return d"],
  ],
  "a dictionary at other places": [
    "python",
    ["a = dict()", "a = {}"],
    ["self.b = dict()", "self.b = {}"],
    ["def f():\n    return dict()", "def f():\n    return {}"],
  ],
  "type arguments that are said twice": [
    "java",
    ["class A { List<B> a = new ArrayList<B>(); }", "class A { List<B> a = new ArrayList<>(); }"],
    ["class C { List<D> d = new ArrayList<D>(); }", "class C { List<D> d = new ArrayList<>(); }"],
    ["class E { List<F> i = new ArrayList<F>(); }", "class E { List<F> i = new ArrayList<>(); }"],
  ],
  "a comparison in Python": [
    "python",
    ["if a == None:\n    f()", "if a is None:\n    f()"],
    ["if b.c == None:\n    g()", "if b.c is None:\n    g()"],
    ["x = y == None", "x = y is None"],
  ],
  "an empty dictionary": ["python", ["a = dict()", "a = {}"], ["f(dict())", "f({})"], ["return dict()", "return {}"]],
  "a base class too many": [
    "python",
    ["class A(object):\n    a = 1", "class A:\n    a = 1"],
    ["class B(object):\n    def f(self): pass", "class B:\n    def f(self): pass"],
    ["class C(object):\n    b = 2", "class C:\n    b = 2"],
  ],
  "a pointer in C++": [
    "cpp",
    ["int* a = NULL;", "int* a = nullptr;"],
    ["if (b == NULL) f();", "if (b == nullptr) f();"],
    ["return g(NULL);", "return g(nullptr);"],
  ],
  "a qualifier that moves in C++": [
    "cpp",
    ["int f(const A& a) { return a; }", "int f(A const& a) { return a; }"],
    ["void c(const int& d, int e) { f(e); }", "void c(int const& d, int e) { f(e); }"],
    ["void g(const D& h) { i(h); }", "void g(D const& h) { i(h); }"],
  ],
  "a cast in C++": [
    "cpp",
    ["int a = (int)b;", "int a = static_cast<int>(b);"],
    ["f((int)c.d);", "f(static_cast<int>(c.d));"],
    ["return (int)x;", "return static_cast<int>(x);"],
  ],
  "a parameter in Java": [
    "java",
    ["class A { void f(int a) {} }", "class A { void f(final int a) {} }"],
    ["class B { int g(String b) { return 1; } }", "class B { int g(final String b) { return 1; } }"],
    ["class C { void h(List c) {} }", "class C { void h(final List c) {} }"],
  ],
  "an error that is wrapped in Go": [
    "go",
    ["func a() error {\n\treturn err\n}", 'func a() error {\n\treturn fmt.Errorf("%w", err)\n}'],
    ["func b() error {\n\treturn e\n}", 'func b() error {\n\treturn fmt.Errorf("%w", e)\n}'],
    ["func c() error {\n\treturn failed\n}", 'func c() error {\n\treturn fmt.Errorf("%w", failed)\n}'],
  ],
  "a return in Rust": [
    "rust",
    ["fn a() -> i32 { return 1; }", "fn a() -> i32 { 1 }"],
    ["fn b(x: i32) -> i32 { return x; }", "fn b(x: i32) -> i32 { x }"],
    ["fn c() -> i32 { return f(2); }", "fn c() -> i32 { f(2) }"],
  ],
  "a type in C#": [
    "csharp",
    ["class A { void F() { Foo a = new Foo(); } }", "class A { void F() { var a = new Foo(); } }"],
    ["class B { void G() { Bar b = new Bar(1); } }", "class B { void G() { var b = new Bar(1); } }"],
    ["class C { void H() { Baz c = new Baz(); } }", "class C { void H() { var c = new Baz(); } }"],
  ],
};

for (const [form, [languageId, first, second, [third, expected]]] of Object.entries(FORMS)) {
  test(`the third suggestion arrives corrected: ${form}`, () => check(languageId, [first, second], third, expected));
}

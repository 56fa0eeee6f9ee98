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

/** One taste in each language that style knows, so that a grammar which names its nodes otherwise is found out. */
import test from "node:test";
import { type At, type Change, check } from "../../support/style.ts";

interface Taste extends At {
  readonly change: Change;
  readonly offered: string;
  readonly expected: string;
}

const TASTES: Readonly<Record<string, Readonly<Record<string, Taste>>>> = {
  typescript: {
    "spaces inside of imports": {
      change: ["import {a} from 'b';\n", "import { a } from 'b';\n"],
      offered: "import {c, d} from 'e';\n",
      expected: "import { c, d } from 'e';\n",
    },
    "no space before the colon of a type": {
      change: ["let a : B;\n", "let a: B;\n"],
      offered: "let c : D;\n",
      expected: "let c: D;\n",
    },
    "spaces around the bar of a union": {
      change: ["type A = B|C;\n", "type A = B | C;\n"],
      offered: "type D = E|F;\n",
      expected: "type D = E | F;\n",
    },
  },
  typescriptreact: {
    "a space before the end of an element": {
      change: ["const a = <B/>;\n", "const a = <B />;\n"],
      offered: "const c = <D/>;\n",
      expected: "const c = <D />;\n",
    },
    "no spaces around the value of an attribute": {
      change: ["const a = <B c={ d } />;\n", "const a = <B c={d} />;\n"],
      offered: "const e = <F g={ h } />;\n",
      expected: "const e = <F g={h} />;\n",
    },
  },
  javascript: {
    "what is learned serves TypeScript's sister too": {
      change: ['require("a");\n', "require('a');\n"],
      offered: 'const b = require("c");\n',
      expected: "const b = require('c');\n",
    },
    "a space before the arrow": {
      change: ["f(a=>b);\n", "f(a => b);\n"],
      offered: "g(c=>d);\n",
      expected: "g(c => d);\n",
    },
  },
  python: {
    "no spaces inside of brackets": {
      change: ["a = [ b, c ]\n", "a = [b, c]\n"],
      offered: "d = [ e, f ]\n",
      expected: "d = [e, f]\n",
    },
    "no space before the colon of a slice": {
      change: ["a[b : c]\n", "a[b:c]\n"],
      offered: "d[e : f]\n",
      expected: "d[e:f]\n",
    },
  },
  go: {
    "spaces around an assignment": {
      prefix: "package a\n\nfunc f() {\n",
      change: ["\ta:=b\n", "\ta := b\n"],
      offered: "\tc:=d\n",
      expected: "\tc := d\n",
    },
  },
  rust: {
    "spaces inside of a literal": {
      prefix: "fn main() {\n",
      change: ["    let a = B{c: 1};\n", "    let a = B { c: 1 };\n"],
      offered: "    let d = E{f: 2};\n",
      expected: "    let d = E { f: 2 };\n",
    },
    "a space behind the colon of a type": {
      prefix: "fn main() {\n",
      change: ["    let a:B = c;\n", "    let a: B = c;\n"],
      offered: "    let d:E = f;\n",
      expected: "    let d: E = f;\n",
    },
    "a lifetime is no string": {
      change: ["fn f(a:&'static str) {}\n", "fn f(a: &'static str) {}\n"],
      offered: "fn g(b:&'static str) {}\n",
      expected: "fn g(b: &'static str) {}\n",
    },
  },
  java: {
    "a space before the brace": {
      change: [
        "class A {\n    void b(){\n        c();\n    }\n}\n",
        "class A {\n    void b() {\n        c();\n    }\n}\n",
      ],
      offered: "class D {\n    int e(){\n        return 1;\n    }\n}\n",
      expected: "class D {\n    int e() {\n        return 1;\n    }\n}\n",
    },
    "a space behind a cast": {
      prefix: "class A {\n    void b() {\n",
      change: ["        int c = (int)d;\n", "        int c = (int) d;\n"],
      offered: "        long e = (long)f;\n",
      expected: "        long e = (long) f;\n",
    },
  },
  csharp: {
    "braces on lines of their own": {
      prefix: "class A\n{\n    void B()\n    {\n",
      change: [
        "        if (c) {\n            D();\n        }\n",
        "        if (c)\n        {\n            D();\n        }\n",
      ],
      offered: "        if (e) {\n            F();\n        }\n",
      expected: "        if (e)\n        {\n            F();\n        }\n",
    },
    "spaces inside of the braces of a property": {
      prefix: "class A\n{\n",
      change: ["    int B {get;set;}\n", "    int B { get; set; }\n"],
      offered: "    int C {get;set;}\n",
      expected: "    int C { get; set; }\n",
    },
  },
  cpp: {
    "a space behind the keyword": {
      prefix: "void f() {\n",
      change: ["  if(a) {\n    b();\n  }\n", "  if (a) {\n    b();\n  }\n"],
      offered: "  if(c) {\n    d();\n  }\n",
      expected: "  if (c) {\n    d();\n  }\n",
    },
    "the lines of a macro stay": {
      change: ["int a=b;\n", "int a = b;\n"],
      offered: "#define C(d) \\\n  e=d\nint g=h;\n",
      expected: "#define C(d) \\\n  e=d\nint g = h;\n",
    },
    "included names are no strings and no comparisons": {
      change: ["bool a = b<c;\n", "bool a = b < c;\n"],
      offered: "#include <vector>\nstd::vector<int> d;\n",
      expected: "#include <vector>\nstd::vector<int> d;\n",
    },
  },
};

for (const [languageId, tastes] of Object.entries(TASTES)) {
  for (const [name, { change, offered, expected, ...at }] of Object.entries(tastes)) {
    test(`${languageId}: ${name}`, () => check(languageId, [change], offered, expected, { ...at, learned: at }));
  }
}

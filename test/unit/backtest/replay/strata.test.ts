import assert from "node:assert/strict";
import test from "node:test";
import { Copies, lineKinds, stratumOf } from "../../../../sidecar/backtest/replay/strata.ts";

/** Each line says at its end what it is: "|primary", or nothing for all others. A "▮" is the cursor; else it is at the start. */
function check(languageId: string, marked: string): void {
  const expected = marked.split("\n").map((line) => line.endsWith("|primary"));
  const lines = marked.split("\n").map((line) => line.replace(/\|primary$/, ""));
  const plain = lines.map((line) => line.replace("▮", ""));
  const kinds = lineKinds(plain, languageId);
  const found = plain.map((line, index) => {
    const column = Math.max(lines[index]!.indexOf("▮"), 0);
    return stratumOf(line, column, kinds[index]!, languageId) === "primary";
  });
  assert.deepEqual(found, expected, marked);
}

test("five tokens of code make a line primary", () => {
  check("typescript", "a = b + c|primary\nreturn a;\nconst ▮a = b + c;|primary\nconst a = ▮b + c;\n}))))];");
});

test("closers alone are not primary", () => {
  check("typescript", "}))))];\nf(a, ▮'end');|primary\n  ▮'))});");
  check("ruby", "  end)))))\nend_of(a, b)|primary");
});

test("comments are not primary, and neither is what stands behind their mark", () => {
  check(
    "typescript",
    "// a = b + c\na = b + c; // and why|primary\na = b; ▮// and so on and on\nf(a, b, c) /* what it is */;|primary",
  );
  check("python", "# a = b + c\na = b + c  # and why|primary\na = b  ▮# and so on and on");
  check("lua", "-- a = b + c\n--[[ a\n a = b + c\n]]\na = b + c|primary");
});

test("a comment of several lines ends where it ends", () => {
  check(
    "typescript",
    "/**\n * a = b + c\n\n */\na = b + c|primary\n/* a = b + c */ a = b + c;|primary\nf(); /* a b c\nd e f g h */\na = b + c|primary",
  );
  check("html", "<!-- a = b + c\n d e f g h -->\n<p>a b</p>|primary");
});

test("what only looks like a comment is code", () => {
  check(
    "typescript",
    'glob("src/**/*.ts", a);|primary\na = b + c|primary\nopen(`/*`, "// no", a);|primary\na = "https://a.b/c" + b;|primary',
  );
  check("shellscript", 'echo "$#" a b c|primary\necho ${a#b} c d|primary');
  check("rust", "fn f<'a>(b: &'a str) {} // c|primary\nlet c = d + e;|primary");
});

test("doc strings are comments, other long strings are not", () => {
  check("python", 'def f(a, b):|primary\n    """Does a = b + c.\n\n    a = b + c\n    """\n    a = b + c|primary');
  check(
    "python",
    'x = """\na = b + c|primary\n"""\na = b + c|primary\n"""a = b + c."""\nr\'\'\'\na = b + c\n\'\'\'\na = b + c|primary',
  );
  check("elixir", '@doc """\na = b + c d\n"""\na = b + c|primary');
  check("kotlin", 'val x = """\na = b + c|primary\n"""');
});

test("imports are not primary in any language, nor the names in them", () => {
  check(
    "typescript",
    'import {\n  a, b, c, d,\n} from "x";\na = b + c|primary\nconst a = await import("x");|primary\nexport * from "./a/b/c.js";\nconst a = require("b/c");',
  );
  check("python", "from a.b import c, d, e\nimport a.b.c as d\nfrom a import (\n    b, c, d, e,\n)\na = b + c|primary");
  check("go", 'package main_a // b c d\nimport (\n\t"a/b/c/d"\n\tx "a/b/c/d"\n)\na := b + c|primary');
  check("rust", "use a::b::{\n    c, d, e,\n};\npub use a::b::c::d;\nlet a = b + c;|primary");
  check("cpp", "#include <a/b/c.h>\nusing namespace a::b::c;\nusing std::a::b;");
  check("csharp", "using A.B.C.D;\nusing var a = B(c);|primary");
  check("php", "use A\\B\\C\\D;\nrequire_once('a/b/c.php');");
});

test("prose is not primary", () => {
  check("markdown", "One two three four five six.");
  check("restructuredtext", "One two three four five six.");
});

test("a copy stands above, below or among what was removed, but for white space", () => {
  const copies = new Copies("gone( a )\nremoved\nbelow\n", "above\n  above\ngone(a)\nremoved\nbelow\nnew\n");
  const from = (oldStart: number): number[] => [0, 1, 2, 3, 4, 5].filter((index) => copies.has(index, oldStart));
  assert.deepEqual(from(1), [1, 3, 4]);
  assert.deepEqual(from(0), [1, 2, 3, 4]);
});

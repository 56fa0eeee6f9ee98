/** Wrapping: a person whose lines have at most 80 columns, shown by calls of many widths. */
import assert from "node:assert/strict";
import test from "node:test";
import { type Change, check, createStyle, learn, placeOf, repair } from "../../support/style.ts";

/** Columns at which calls are shown: most fit, some do not. */
const FITTING = [42, 48, 55, 61, 66, 70, 74, 77, 79];
const LONG = [82, 85, 88, 93, 97, 104, 111];

type Form = (name: string, items: readonly string[]) => string;

const flat: Form = (name, items) => `const ${name} = ${name}Of(${items.join(", ")});\n`;
const list: Form = (name, items) => `const ${name} = ${name}Of(\n  ${items.join(",\n  ")},\n);\n`;
const hug: Form = (name, items) => `const ${name} = ${name}Of(\n  ${items.join(", ")},\n);\n`;
/** Lines filled up to 80 columns. */
const filled: Form = (name, items) => {
  const lines = [""];
  for (const item of items) {
    const line = lines.at(-1)!;
    if (line === "") lines[lines.length - 1] = `  ${item},`;
    else if (line.length + item.length + 2 <= 80) lines[lines.length - 1] = `${line} ${item},`;
    else lines.push(`  ${item},`);
  }
  return `const ${name} = ${name}Of(\n${lines.join("\n")}\n);\n`;
};

/** A call that is `width` columns wide on one line. */
function call(form: Form, width: number, name = "value", count = 5): string {
  const missing =
    width -
    (flat(
      name,
      Array.from({ length: count }, () => ""),
    ).length -
      1);
  const items = Array.from({ length: count }, (_, index) => {
    const length = Math.floor(missing / count) + (index < missing % count ? 1 : 0);
    return String.fromCharCode(97 + index).repeat(length);
  });
  return form(name, items);
}

/** What was offered too narrow is joined, what was offered too wide is broken. */
function changes(broken: Form): Change[] {
  return [
    ...FITTING.map((width): Change => [call(list, width), call(flat, width)]),
    ...LONG.map((width): Change => [call(flat, width), call(broken, width)]),
    ...LONG.map((width): Change => [call(list, width), call(broken, width)]),
  ];
}

const PREFIX = "function f() {\n  return 1;\n}\n\n";
const HERE = { prefix: PREFIX, learned: { prefix: PREFIX } };

test("what fits is joined", () => check("typescript", changes(list), call(list, 64), call(flat, 64), HERE));

test("what does not fit is broken, one item a line", () =>
  check("typescript", changes(list), call(flat, 95), call(list, 95), HERE));

test("what is broken and does not fit stays broken", () =>
  check("typescript", changes(list), call(list, 95), call(list, 95), HERE));

test("what fits and is on one line stays there", () =>
  check("typescript", changes(list), call(flat, 72), call(flat, 72), HERE));

test("lines are filled where somebody fills them", () =>
  check("typescript", changes(filled), call(flat, 100), call(filled, 100), HERE));

test("all items go to one line of their own where somebody does so", () =>
  check("typescript", changes(hug), call(flat, 84), call(hug, 84), HERE));

test("indentation counts for the width", async () => {
  const indented = (text: string): string => text.replace(/^(?=.)/gm, "    ");
  const inner = { ...HERE, prefix: `${PREFIX}function g() {\n  if (a) {\n` };
  await check("typescript", changes(list), indented(call(list, 74)), indented(call(flat, 74)), inner);
  await check("typescript", changes(list), indented(call(list, 79)), indented(call(list, 79)), inner);
});

test("a list with a comment in it is not joined", () => {
  const commented = call(list, 50).replace("\n  a", "\n  // why\n  a");
  return check("typescript", changes(list), commented, commented, HERE);
});

test("a list with a string over lines in it is not joined", () => {
  const text = "const a = f(\n  `\n`,\n  b,\n);\n";
  return check("typescript", changes(list), text, text, HERE);
});

test("blocks are not joined", () => {
  const text = "const a = f(() => {\n  b();\n  c();\n});\n";
  return check("typescript", changes(list), text, text, HERE);
});

test("one long word is not broken", () => {
  const text = `f("${"a".repeat(120)}");\n`;
  return check("typescript", changes(list), text, text, HERE);
});

test("another width is taken over after a while", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", changes(list), HERE.learned, 2);
  const wide = [...FITTING, ...LONG].map((width): Change => [call(list, width), call(flat, width)]);
  const wider = [125, 130, 136, 142].map((width): Change => [call(flat, width), call(list, width)]);
  learn(style, "typescript", [...wide, ...wider], HERE.learned, 4);
  assert.equal(repair(style, "typescript", call(list, 95), HERE).text, call(flat, 95));
});

test("nothing is wrapped for somebody whose width is not known", async () => {
  await check("typescript", [["f(a);\n", "f( a );\n"]], call(flat, 160), call(flat, 160).replace(/\((.*)\)/, "( $1 )"));
});

test("calls of Python are wrapped alike", () => {
  const python = (text: string): string =>
    text
      .replace(/^const /, "")
      .replace(";\n", "\n")
      .replace(/^ {2}/gm, "    ");
  const here = { prefix: "def f():\n    return 1\n\n\n", learned: { prefix: "def f():\n    return 1\n\n\n" } };
  const lesson = changes(list).map(([from, to]): Change => [python(from), python(to)]);
  return check("python", lesson, python(call(flat, 99)), python(call(list, 99)), here);
});

test("a call of Go gets the comma that a closer on its own line needs", () => {
  const prefix = "package a\n\nfunc f() {\n\tif a {\n\t\tb()\n\t}\n}\n\nfunc g() {\n";
  const go = (text: string): string =>
    text
      .replace(/^const (\w+) =/, "$1 :=")
      .replace(";\n", "\n")
      .replace(/^ {2}/gm, "\t")
      .replace(/^(?=.)/gm, "\t");
  const lesson = changes(list).map(([from, to]): Change => [go(from), go(to)]);
  return check("go", lesson, go(call(flat, 99)), go(call(list, 99)), { prefix, learned: { prefix } });
});

test("of two calls in a row the one is broken that was broken before", () => {
  const chain = (open: string, width: number, close: string): string =>
    `const a = new Rule(first, second).exec(${open}${"b".repeat(width - 42)}${close});\n`;
  const lesson = LONG.map((width): Change => [chain("", width, ""), chain("\n  ", width, ",\n")]);
  return check("typescript", [...changes(list), ...lesson], chain("", 90, ""), chain("\n  ", 90, ",\n"), HERE);
});

test("nothing is broken for somebody who lets lines run", () => {
  const lesson = LONG.map((width): Change => [`  ${call(flat, width)}`, `    ${call(flat, width)}`]);
  return check("typescript", [...lesson, [call(list, 95), call(list, 95)]], call(flat, 95), call(flat, 95), HERE);
});

test("where broken nodes have no form in common a long line is left as it is", () => {
  const hanging: Form = (name, items) => `const ${name} = ${name}Of(${items.join(",\n  ")});\n`;
  const opened: Form = (name, items) => `const ${name} = ${name}Of(\n  ${items.join(",\n  ")});\n`;
  const forms = [list, hanging, opened];
  const lesson = [...LONG, ...LONG].map((width, at): Change => [call(flat, width), call(forms[at % 3]!, width)]);
  return check("typescript", lesson, call(flat, 95), call(flat, 95), HERE);
});

test("a line that begins with its comma is a line", () => {
  const first = (width: number): string =>
    `A::A()\n    : a_(${"b".repeat(width)})\n    , c_(${"d".repeat(width)}) {\n  e();\n}\n`;
  const lesson = FITTING.map((width): Change => [first(width - 12), first(width - 12)]);
  const text = `  f(${"g".repeat(50)}, ${"h".repeat(20)},\n    ${"i".repeat(30)});\n`;
  return check("cpp", lesson, text, text, { prefix: "void f() {\n", learned: { prefix: "int a;\n" } });
});

test("parameters that declare members are broken for a reason of their own", () => {
  const params = (form: Form, modifier: string): string =>
    form("a", [`${modifier}b: B`, `${modifier}c: C`]).replace(
      /^const a = aOf(.*);\n$/s,
      "class A {\n  constructor$1 {}\n}\n",
    );
  const lesson: Change[] = [
    [params(list, "private "), params(list, "private ")],
    [params(list, ""), params(flat, "")],
  ];
  return check("typescript", lesson, params(list, "protected "), params(list, "protected "), HERE);
});

test("parameters that declare members are not joined because other lists were", () => {
  const params = (form: Form, modifier: string): string =>
    form("a", [`${modifier}b: B`, `${modifier}c: C`]).replace(
      /^const a = aOf(.*);\n$/s,
      "class A {\n  constructor$1 {}\n}\n",
    );
  const text = params(list, "protected ");
  return check("typescript", [...changes(list), [params(list, ""), params(flat, "")]], text, text, HERE);
});

test("a list is closed on a line of its own whatever its last item ends in", () => {
  const lastCall: Form = (name, items) => list(name, [...items.slice(0, -1), `f({ ${items.at(-1)} })`]);
  const wide = call(flat, 92).replace(/e+\);\n$/, "f({ eeeee }));\n");
  assert.match(wide, /f\(\{ e+ \}\)\);\n$/);
  const items = /Of\((.*)\);\n$/.exec(wide)![1]!.split(", ");
  return check("typescript", changes(list), wide, lastCall("value", [...items.slice(0, -1), "eeeee"]), HERE);
});

test("operators of one kind are broken like those of another", () => {
  const sum = (width: number, operator: string, gap: string): string =>
    `const a = ${"b".repeat(20)} ${operator}${gap}${"c".repeat(width - 32)};\n`;
  const lesson = (operator: string): Change[] =>
    LONG.map((width): Change => [sum(width, operator, " "), sum(width, operator, "\n  ")]);
  return check("typescript", [...changes(list), ...lesson("+")], sum(92, "-", " "), sum(92, "-", "\n  "), HERE);
});

test("the head of a loop is joined where it fits, whatever its body does", () => {
  const loop = (head: string): string => `for (${head}) {\n  g(i);\n}\n`;
  const parts = ["let i = 0", "!h.closed && i < values.length", "i++"];
  const broken = loop(`\n  ${parts.join(";\n  ")}\n`);
  const lesson: Change[] = [
    ...changes(list),
    [broken.replaceAll("i", "j"), loop(parts.join("; ")).replaceAll("i", "j")],
    [broken.replaceAll("i", "k"), loop(parts.join("; ")).replaceAll("i", "k")],
  ];
  return check("typescript", lesson, broken, loop(parts.join("; ")), HERE);
});

test("type arguments are broken as a list or not at all", () => {
  const open = (name: string): Change => [`const ${name}: A<B, C> = d;\n`, `const ${name}: A<\n  B,\n  C\n> = d;\n`];
  const lesson = ["e", "f", "g", "h"].map(open);
  const text = "function i(j: [K<L>, M<N<O>>]) {}\n";
  return check("typescript", lesson, text, text);
});

test("offered lines that are broken already are not broken anew for somebody who has changed no break", async () => {
  const document = [...FITTING, ...LONG, ...LONG].map((width) => call(width > 80 ? list : flat, width)).join("");
  const style = await createStyle("typescript");
  style.seeFile(placeOf("typescript"), document);
  assert.equal(repair(style, "typescript", call(hug, 92), { prefix: document }).text, call(hug, 92));
});

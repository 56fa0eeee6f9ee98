import assert from "node:assert/strict";
import test from "node:test";
import type { Decision } from "../../../protocol/style.ts";
import { Style } from "../../../sidecar/style/style.ts";
import { type Change, check, createStyle, inverse, learn, placeOf, repair, SHOWN } from "../../support/style.ts";

const SINGLE: readonly Change[] = [['f("a");\n', "f('a');\n"]];
const DOUBLE = inverse(SINGLE);
const SPACED: readonly Change[] = [["if(a) f();\n", "if (a) f();\n"]];

test("who has learned nothing changes nothing", () =>
  check("typescript", [], 'if(a) { f( "b" )}\n', 'if(a) { f( "b" )}\n'));

test("the third suggestion is right when two were put right", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, {}, 2);
  assert.equal(repair(style, "typescript", 'g("b");\n').text, "g('b');\n");
});

test("a single edit is no habit", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", [...SINGLE, ...SPACED], {}, 1);
  assert.equal(repair(style, "typescript", 'g("b");\nif(c) h();\n').text, 'g("b");\nif(c) h();\n');
});

test("one exception does not end a habit", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, {}, 10);
  learn(style, "typescript", [['h("c");\n', 'h("c");\n']], {}, 1);
  assert.equal(repair(style, "typescript", 'g("b");\n').text, "g('b');\n");
});

for (const [name, pattern] of [
  ["now this, now that", "10"],
  ["twice this, twice that", "1100"],
  ["this now and then", "100"],
] as const) {
  test(`who does ${name} is left alone after a while`, async () => {
    const style = await createStyle("typescript");
    let repaired = 0;
    for (let time = 0; time < 30; time++) {
      const generated = `f${time}("a");\n`;
      const shown = repair(style, "typescript", generated).text;
      if (shown !== generated) repaired++;
      const final = pattern[time % pattern.length] === "1" ? generated.replaceAll('"', "'") : generated;
      style.learn({ place: placeOf("typescript"), prefix: "", generated, shown, final, at: time });
    }
    assert(repaired <= 3, `${repaired} of 30 were repaired`);
    assert.equal(repair(style, "typescript", 'g("b");\n').text, 'g("b");\n');
  });
}

test("who changes their mind is followed within a few suggestions", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, {}, 40);
  assert.equal(repair(style, "typescript", 'g("b");\n').text, "g('b');\n");
  let shown = 0;
  while (repair(style, "typescript", 'g("b");\n').text !== 'g("b");\n') {
    // What was repaired to their old taste is put back.
    style.learn({
      place: placeOf("typescript"),
      prefix: "",
      generated: `f${shown}("a");\n`,
      shown: `f${shown}('a');\n`,
      final: `f${shown}("a");\n`,
      at: shown++,
    });
    assert(shown <= 8, "after eight suggestions in a row the old taste should be gone");
  }
});

test("a repair that was put back is not made again", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SPACED, {}, 3);
  for (let time = 0; time < 6; time++) {
    const generated = `if(b${time}) g();\n`;
    const shown = repair(style, "typescript", generated).text;
    style.learn({ place: placeOf("typescript"), prefix: "", generated, shown, final: generated, at: time });
  }
  assert.equal(repair(style, "typescript", "if(c) h();\n").text, "if(c) h();\n");
});

test("untouched suggestions teach nothing that nobody has asked for", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", [['f("a");\n', 'f("a");\n']], {}, 40);
  assert.equal(repair(style, "typescript", "g('b');\n").text, "g('b');\n");
  assert.deepEqual(style.list(new Map()), []);
});

test("what somebody writes is their style as well", async () => {
  const style = await createStyle("typescript");
  for (let line = 0; line < 8; line++) style.learnWritten(placeOf("typescript"), "", `f${line}('a', { b: ${line} })\n`);
  assert.equal(repair(style, "typescript", 'g("c", {d: 1})\n').text, "g('c', { d: 1 })\n");
});

test("a refactoring is no style", async () => {
  const style = await createStyle("typescript");
  learn(
    style,
    "typescript",
    [
      ["const a = b.c.d(e);\nreturn a;\n", "const { d } = b.c;\nfor (const f of g) d(f);\n"],
      ["if (h) {\n  i();\n  j();\n}\n", "function k() {\n  i();\n}\nk();\n"],
      ["l(m, n);\n", "await o.l({ m, n });\n"],
    ],
    {},
    1,
  );
  const text = "const p = b.c.q(r);\nreturn p;\n";
  assert.equal(repair(style, "typescript", text).text, text);
});

test("what is deleted is not missed elsewhere", async () => {
  const style = await createStyle("typescript");
  learn(
    style,
    "typescript",
    [
      ["a();\nlog('b');\nc();\n", "a();\nc();\n"],
      ["d(e, f);\n", "d(e);\n"],
    ],
    {},
    1,
  );
  const text = "g();\nlog('h');\ni(j, k);\n";
  assert.equal(repair(style, "typescript", text).text, text);
});

test("languages are told apart", async () => {
  const style = await createStyle("typescript", "python");
  learn(style, "typescript", SINGLE);
  assert.equal(repair(style, "python", 'g("b")\n').text, 'g("b")\n');
});

test("JavaScript and TypeScript share a style", async () => {
  const style = await createStyle("typescript", "javascript", "typescriptreact");
  learn(style, "typescript", SINGLE);
  assert.equal(repair(style, "javascript", 'g("b");\n').text, "g('b');\n");
  assert.equal(repair(style, "typescriptreact", 'g("b");\n').text, "g('b');\n");
});

test("a person's habit comes along to a new project", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { project: 1 });
  assert.equal(repair(style, "typescript", 'g("b");\n', { project: 2 }).text, "g('b');\n");
});

test("two projects are written differently by the same person", async () => {
  const style = await createStyle("typescript");
  for (let time = 0; time < 8; time++) {
    learn(style, "typescript", SINGLE, { project: 1 }, 1);
    learn(style, "typescript", DOUBLE, { project: 2 }, 1);
  }
  assert.equal(repair(style, "typescript", 'g("b");\n', { project: 1 }).text, "g('b');\n");
  assert.equal(repair(style, "typescript", "g('b');\n", { project: 2 }).text, 'g("b");\n');
});

test("tests and sources of one project are written differently", async () => {
  const style = await createStyle("typescript");
  for (let time = 0; time < 8; time++) {
    learn(style, "typescript", SINGLE, { path: "src/a.ts" }, 1);
    learn(style, "typescript", DOUBLE, { path: "src/a.test.ts" }, 1);
  }
  assert.equal(repair(style, "typescript", 'g("b");\n', { path: "src/other.ts" }).text, "g('b');\n");
  assert.equal(repair(style, "typescript", "g('b');\n", { path: "test/other.ts" }).text, 'g("b");\n');
});

const OWN = `const a = require("a");\nconst b = require("b");\n\nfunction c() {\n${'  d("e", "f");\n'.repeat(12)}}\n`;

test("a file's own style outranks the person's", async () => {
  await check("typescript", DOUBLE, "g('b');\n", 'g("b");\n');
  await check("typescript", DOUBLE, "d('b', 'h');\n", "d('b', 'h');\n", { document: OWN.replaceAll('"', "'") });
});

test("other files keep the person's style", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE);
  style.seeFile(placeOf("typescript", { path: "src/theirs.ts" }), OWN);
  assert.equal(repair(style, "typescript", 'd("b", "h");\n', { path: "src/mine.ts" }).text, "d('b', 'h');\n");
});

test("a file that is seen again is known as it is now", async () => {
  const style = await createStyle("typescript");
  const place = placeOf("typescript");
  for (let time = 0; time < 5; time++) style.seeFile(place, OWN);
  style.seeFile(place, OWN.replaceAll('"', "'"));
  assert.equal(repair(style, "typescript", 'd("b", "h");\n').text, "d('b', 'h');\n");
});

test("many open files do not pile up", async () => {
  const style = await createStyle("typescript");
  for (let file = 0; file < 200; file++) style.seeFile(placeOf("typescript", { path: `src/${file}.ts` }), OWN);
  assert.equal(repair(style, "typescript", "d('b', 'h');\n", { path: "src/0.ts" }).text, "d('b', 'h');\n", "forgotten");
  assert.equal(repair(style, "typescript", "d('b', 'h');\n", { path: "src/199.ts" }).text, 'd("b", "h");\n');
});

test("learning says in words what was changed most", async () => {
  const style = await createStyle("typescript");
  const at = { place: placeOf("typescript"), prefix: "", at: 1 };
  const [[generated, final]] = SINGLE as readonly [Change];
  assert.equal(style.learn({ ...at, generated, shown: generated, final }), "strings: single quotes");
  assert.equal(style.learn({ ...at, generated, shown: generated, final: generated }), undefined);
});

test("a repair says what it did, how often, and what asked for it", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", [...SINGLE, ...SPACED]);
  const { repairs } = repair(style, "typescript", 'if(b) g("c", "d");\n');
  const ids = new Set(style.list(new Map()).map(({ id }) => id));
  assert.deepEqual(
    repairs.map(({ title, count }) => ({ title, count })).sort((a, b) => (a.title < b.title ? -1 : 1)),
    [
      { title: "spacing: a space between if and `(`", count: 1 },
      { title: "strings: single quotes", count: 2 },
    ],
  );
  for (const { learnedId } of repairs) assert(ids.has(learnedId), `${learnedId} is listed`);
});

test("a text that is right already has no repairs", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE);
  assert.deepEqual(repair(style, "typescript", "g('b');\n"), { text: "g('b');\n", repairs: [] });
});

test("the list says what was learned, from how many places, with evidence", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/b.ts" });
  const [quotes] = style.list(new Map()).filter(({ attribute }) => attribute === "quotes");
  assert(quotes);
  assert.equal(quotes.id, "typescript/quotes=single@language");
  assert.equal(quotes.title, "strings: single quotes");
  assert.equal(quotes.state, "serves");
  assert.equal(quotes.held, SHOWN);
  assert.equal(quotes.total, SHOWN);
  assert.deepEqual(quotes.scope, { level: "language", project: undefined, path: "" });
  assert.deepEqual(quotes.evidence[0], { path: "src/b.ts", line: 0, text: "f('a');" });
  assert(quotes.confidence > 0.5 && quotes.confidence < 1);
});

test("what holds in one project is listed with it, and not with others", async () => {
  const style = await createStyle("typescript");
  for (let time = 0; time < 8; time++) {
    learn(style, "typescript", SINGLE, { project: 7 }, 2);
    learn(
      style,
      "typescript",
      [
        ['f("a");\n', 'f("a");\n'],
        ["f('a');\n", 'f("a");\n'],
      ],
      { project: 8 },
      1,
    );
  }
  const quotes = (project: number): string[] =>
    style.list(new Map(), project).flatMap(({ attribute, id }) => (attribute === "quotes" ? [id] : []));
  assert.deepEqual(
    quotes(7).filter((id) => id.includes("project:8")),
    [],
  );
  assert.deepEqual(
    quotes(8).filter((id) => id.includes("project:7")),
    [],
  );
  assert.notDeepEqual(quotes(7), quotes(8));
});

const QUOTES_ID = "typescript/quotes=single@language";

test("what is vetoed is not done any more, and says so", async () => {
  const decisions = new Map<string, Decision>([[QUOTES_ID, "vetoed"]]);
  const style = await createStyle("typescript");
  learn(style, "typescript", [...SINGLE, ...SPACED]);
  assert.equal(repair(style, "typescript", 'if(b) g("c");\n', { decisions }).text, 'if (b) g("c");\n');
  assert.equal(style.list(decisions).find(({ id }) => id === QUOTES_ID)?.state, "vetoed");
});

test("a veto of one project leaves the others alone", async () => {
  const decisions = new Map<string, Decision>([["typescript/quotes=single@project:1", "vetoed"]]);
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { project: 1 });
  assert.equal(repair(style, "typescript", 'g("b");\n', { project: 1, decisions }).text, 'g("b");\n');
  assert.equal(repair(style, "typescript", 'g("b");\n', { project: 2, decisions }).text, "g('b');\n");
});

test("what is pinned is done, whatever was seen lately", async () => {
  const decisions = new Map<string, Decision>([[QUOTES_ID, "pinned"]]);
  await check("typescript", DOUBLE, 'g("b");\n', "g('b');\n", { decisions });
  await check("typescript", [], 'g("b");\n', "g('b');\n", { decisions });
  await check("typescript", [], `g("it's", \`b\`);\n`, `g('it\\'s', \`b\`);\n`, { decisions });
});

test("a decision about what nobody knows does nothing", () =>
  check("typescript", SINGLE, 'g("b");\n', "g('b');\n", {
    decisions: new Map<string, Decision>([
      ["", "vetoed"],
      ["nonsense", "pinned"],
      ["python/quotes=single@language", "vetoed"],
      ["typescript/=@", "pinned"],
    ]),
  }));

test("what is erased is not listed any more", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", [...SINGLE, ...SPACED]);
  style.erase(QUOTES_ID);
  style.erase("nonsense");
  const titles = style.list(new Map()).map(({ title }) => title);
  assert(!titles.includes("strings: single quotes"));
  assert(titles.includes("spacing: a space between if and `(`"), "only what was named is forgotten");
});

test("what is erased is not done any more, until it is learned again", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE);
  style.erase(QUOTES_ID);
  assert.equal(repair(style, "typescript", 'g("b");\n').text, 'g("b");\n');
  learn(style, "typescript", SINGLE);
  assert.equal(repair(style, "typescript", 'g("b");\n').text, "g('b');\n");
});

test("a suggestion in the middle of a line is repaired from there on", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE);
  const prefix = 'const a = "x";\nconst b = ';
  assert.equal(repair(style, "typescript", 'f("c");', { prefix }).text, "f('c');");
  assert.equal(repair(style, "typescript", 'f("c"', { prefix }).text, "f('c'");
});

test("the end of a string that is cut in two keeps its mark", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE);
  assert.equal(repair(style, "typescript", 'c";\ng("d");\n', { prefix: 'const a = "b' }).text, `c";\ng('d');\n`);
});

test("a text that is cut off in the middle of a string gets nothing put behind it", async () => {
  await check("typescript", [...SINGLE, ...SPACED], "if (a) {\n  f(`b", "if (a) {\n  f(`b");
  await check("go", [["a:=b\n", "a := b\n"]], "func f() {\n\tc(`d", "func f() {\n\tc(`d");
  await check("python", [["a=b\n", "a = b\n"]], "def f():\n    c('''d", "def f():\n    c('''d");
});

test("a text that is cut off elsewhere is repaired as far as it goes", async () => {
  await check("typescript", [...SINGLE, ...SPACED], 'if(a) {\n  f("b", [', "if (a) {\n  f('b', [");
  await check("typescript", SINGLE, 'const a = f("b") ||', "const a = f('b') ||");
  await check("python", [["f('a')\n", 'f("a")\n']], "if g('b'):", 'if g("b"):');
});

test("text that does not parse keeps its lines, its indentation and its tokens", () =>
  check("typescript", [...SINGLE, ...SPACED], 'if(a {\n   f("b" c];\n ) else\n', "if(a {\n   f('b' c];\n ) else\n"));

test("empty and blank texts stay", async () => {
  for (const text of ["", " ", "\n", "\n\n", "\t", "   \n  "]) await check("typescript", SINGLE, text, text);
});

test("line ends of Windows, which should not get here, do no harm", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE);
  const { text } = repair(style, "typescript", 'g("b");\r\n\r\nh("c");\r\n', { prefix: "a();\r\n" });
  assert.equal(text.replaceAll("\r\n", "\n"), "g('b');\n\nh('c');\n");
});

test("emoji and other long characters are no hindrance", () =>
  check(
    "typescript",
    SINGLE,
    'g("👩‍👩‍👧 𝕏", "\u{10FFFF}"); // 🦀 "c"\nconst 𝑎 = "é";\n',
    "g('👩‍👩‍👧 𝕏', '\u{10FFFF}'); // 🦀 \"c\"\nconst 𝑎 = 'é';\n",
  ));

test("halves of characters are no hindrance", () =>
  check("typescript", SINGLE, 'g("\ud83d");\ng("b");\n', "g('\ud83d');\ng('b');\n"));

test("strange places are no hindrance", async () => {
  const style = await createStyle("typescript");
  for (const path of ["", "/", "../../..", "a".repeat(5000), "\0", "tests", "😀.ts"]) {
    learn(style, "typescript", SINGLE, { path, project: Number.MAX_SAFE_INTEGER }, 1);
  }
  assert.equal(repair(style, "typescript", 'g("b");\n', { path: "\0" }).text, "g('b');\n");
});

test("unknown languages are no hindrance", async () => {
  for (const languageId of ["klingon", "", "__proto__", "constructor"]) {
    await check(languageId, SINGLE, 'g("b");\n', 'g("b");\n');
  }
});

test("without a parser nothing is changed, and nothing thrown", () => {
  const style = new Style(() => undefined);
  learn(style, "typescript", [...SINGLE, ...SPACED]);
  assert.deepEqual(repair(style, "typescript", 'if(a) f("b");\n'), { text: 'if(a) f("b");\n', repairs: [] });
});

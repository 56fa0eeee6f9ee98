/** What people are told of layout, and what they say about it: of directories, tests and sources that differ. */
import assert from "node:assert/strict";
import test from "node:test";
import type { Decision, Learned } from "../../../protocol/style.ts";
import type { Style } from "../../../sidecar/style/style.ts";
import { type Change, createStyle, inverse, learn, placeOf, repair } from "../../support/style.ts";

const SINGLE: readonly Change[] = [
  ['f("a");\n', "f('a');\n"],
  ['g("b", c);\n', "g('b', c);\n"],
];
const DOUBLE = inverse(SINGLE);
/** Double quotes that are offered, and left as they are. */
const KEPT: readonly Change[] = DOUBLE.map(([, final]) => [final, final]);
const SPACED: readonly Change[] = [["if(a) f();\n", "if (a) f();\n"]];
const TIGHT = inverse(SPACED);

const LANGUAGE_ID = "typescript/quotes=single@language";
const LEGACY_ID = "typescript/quotes=double@directory:1:src/legacy";
const LEGACY = { path: "src/legacy/a.ts" };
const OTHERS = { path: "src/app/c.ts" };

/** A project that is written in single quotes, but for one directory. */
async function createSplit(legacy: readonly Change[] = DOUBLE): Promise<Style> {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/app/a.ts" }, 6);
  learn(style, "typescript", legacy, LEGACY, 4);
  learn(style, "typescript", SINGLE, { path: "src/app/b.ts" }, 6);
  return style;
}

function decide(id: string, decision: Decision): ReadonlyMap<string, Decision> {
  return new Map([[id, decision]]);
}

function quotesOf(style: Style, decisions: ReadonlyMap<string, Decision> = new Map()): Learned[] {
  return style.list(decisions).filter(({ attribute }) => attribute === "quotes");
}

function ids(learned: readonly Learned[]): string[] {
  return learned.map(({ id }) => id).sort();
}

test("a directory is told of what it does otherwise than its project, with figures and places", async () => {
  const style = await createSplit();
  assert.deepEqual(ids(quotesOf(style)), [LEGACY_ID, LANGUAGE_ID]);
  const legacy = quotesOf(style).find(({ id }) => id === LEGACY_ID)!;
  assert.deepEqual(legacy, {
    id: LEGACY_ID,
    kind: "convention",
    languageId: "typescript",
    scope: { level: "directory", project: 1, path: "src/legacy" },
    attribute: "quotes",
    title: "strings: double quotes",
    held: 8,
    total: 8,
    confidence: 0.9,
    state: "serves",
    evidence: [
      { path: "src/legacy/a.ts", line: 0, text: 'g("b", c);' },
      { path: "src/legacy/a.ts", line: 0, text: 'f("a");' },
    ],
  });
});

test("what a directory keeps that is changed elsewhere is told too", async () => {
  const legacy = quotesOf(await createSplit(KEPT)).find(({ id }) => id === LEGACY_ID);
  assert.deepEqual([legacy?.held, legacy?.total, legacy?.state], [8, 8, "serves"]);
  assert.equal(legacy?.evidence[0]?.text, 'g("b", c);');
});

test("a directory that does as its project is not told of, and neither is one inside of another that does the same", async () => {
  const style = await createSplit();
  learn(style, "typescript", DOUBLE, { path: "src/legacy/deep/a.ts" }, 4);
  assert.deepEqual(ids(quotesOf(style)), [LEGACY_ID, LANGUAGE_ID]);
});

test("a directory inside of one that differs may be as the project is", async () => {
  const style = await createSplit();
  learn(style, "typescript", SINGLE, { path: "src/legacy/new/a.ts" }, 1);
  const inner = "typescript/quotes=single@directory:1:src/legacy/new";
  assert.deepEqual(ids(quotesOf(style)), [LEGACY_ID, inner, LANGUAGE_ID]);
  assert.deepEqual(repair(style, "typescript", 'h("d");\n', { path: "src/legacy/new/b.ts" }), {
    text: "h('d');\n",
    repairs: [{ learnedId: inner, kind: "convention", title: "strings: single quotes", count: 1 }],
  });
});

test("one exception is no style of a directory's own", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, LEGACY, 6);
  learn(style, "typescript", DOUBLE.slice(0, 1), LEGACY, 1);
  assert.deepEqual(ids(quotesOf(style)), [LANGUAGE_ID]);
});

test("tests are told of what they do otherwise than sources", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/a.ts" }, 6);
  learn(style, "typescript", DOUBLE, { path: "src/a.test.ts" }, 2);
  learn(style, "typescript", DOUBLE, { path: "test/b.ts" }, 2);
  const tests = "typescript/quotes=double@tests:1";
  assert.deepEqual(ids(quotesOf(style)), [tests, LANGUAGE_ID]);
  const [found] = quotesOf(style).filter(({ id }) => id === tests);
  assert.deepEqual(found?.scope, { level: "tests", project: 1, path: "" });
  const decisions = decide(tests, "vetoed");
  assert.equal(repair(style, "typescript", "h('d');\n", { path: "test/c.ts" }).text, 'h("d");\n');
  assert.equal(repair(style, "typescript", "h('d');\n", { path: "test/c.ts", decisions }).text, "h('d');\n");
  style.erase(tests);
  assert.deepEqual(ids(quotesOf(style)), [LANGUAGE_ID]);
  assert.equal(repair(style, "typescript", 'h("d");\n', { path: "test/c.ts" }).text, "h('d');\n");
  assert.equal(repair(style, "typescript", 'h("d");\n', { path: "src/c.ts" }).text, "h('d');\n");
});

test("tests beside their sources and a directory of tests have names of their own", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/a.ts" }, 8);
  learn(style, "typescript", DOUBLE, { path: "src/app/a.test.ts" }, 2);
  learn(style, "typescript", SINGLE, { path: "lib/a.test.ts" }, 6);
  learn(style, "typescript", DOUBLE, { path: "lib/test/a.ts" }, 2);
  assert.deepEqual(ids(quotesOf(style)), [
    "typescript/quotes=double@directory:1:lib/test",
    "typescript/quotes=double@tests:1:src",
    LANGUAGE_ID,
  ]);
});

test("a repair in a directory names what is told of that directory, others what is told of all", async () => {
  const style = await createSplit();
  const learnedId = (path: string, text: string): string =>
    repair(style, "typescript", text, { path })
      .repairs.map((each) => each.learnedId)
      .join();
  assert.equal(learnedId("src/legacy/c.ts", "h('d');\n"), LEGACY_ID);
  assert.equal(learnedId("src/legacy/deep/c.ts", "h('d');\n"), LEGACY_ID);
  assert.equal(learnedId("src/app/c.ts", 'h("d");\n'), LANGUAGE_ID);
});

test("a veto in one directory leaves the others alone, and is told", async () => {
  const style = await createSplit();
  const decisions = decide(LEGACY_ID, "vetoed");
  assert.equal(repair(style, "typescript", "h('d');\n", LEGACY).text, 'h("d");\n');
  assert.equal(repair(style, "typescript", "h('d');\n", { ...LEGACY, decisions }).text, "h('d');\n");
  assert.equal(repair(style, "typescript", 'h("d");\n', { ...OTHERS, decisions }).text, "h('d');\n");
  assert.deepEqual(
    quotesOf(style, decisions)
      .map(({ id, state }) => `${id} ${state}`)
      .sort(),
    [`${LEGACY_ID} vetoed`, `${LANGUAGE_ID} watched`],
  );
});

test("a veto is told after its directory has become as its project", async () => {
  const style = await createSplit();
  learn(style, "typescript", SINGLE, LEGACY, 8);
  assert.deepEqual(ids(quotesOf(style)), [LANGUAGE_ID]);
  assert.deepEqual(ids(quotesOf(style, decide(LEGACY_ID, "vetoed"))), [LEGACY_ID, LANGUAGE_ID]);
});

test("a pin in a directory holds there, in the directories inside of it, and nowhere else", async () => {
  const style = await createSplit();
  const decisions = decide("typescript/quotes=single@directory:1:src/legacy", "pinned");
  assert.equal(repair(style, "typescript", 'h("d");\n', { ...LEGACY, decisions }).text, "h('d');\n");
  assert.equal(repair(style, "typescript", 'h("d");\n', { path: "src/legacy/deep/a.ts", decisions }).text, "h('d');\n");
  const elsewhere = await createSplit(SINGLE);
  const double = decide(LEGACY_ID, "pinned");
  for (const at of [OTHERS, { path: "src/legacy.ts" }, { path: "src/legacy2/a.ts" }, { ...LEGACY, project: 2 }]) {
    assert.equal(repair(elsewhere, "typescript", 'h("d");\n', { ...at, decisions: double }).text, "h('d');\n");
  }
  assert.equal(repair(elsewhere, "typescript", "h('d');\n", { ...LEGACY, decisions: double }).text, 'h("d");\n');
});

test("a directory's decision outranks its project's, and that the language's", async () => {
  const style = await createSplit();
  const project = "typescript/quotes=double@project:1";
  const check = (decisions: [string, Decision][], at: object, expected: string): void => {
    const text = `h(${expected === "'" ? '"d"' : "'d'"});\n`;
    const repaired = repair(style, "typescript", text, { ...at, decisions: new Map(decisions) }).text;
    assert.equal(repaired, `h(${expected}d${expected});\n`, JSON.stringify(decisions));
  };
  check(
    [
      [project, "vetoed"],
      [LEGACY_ID, "pinned"],
    ],
    LEGACY,
    '"',
  );
  check(
    [
      [LEGACY_ID, "pinned"],
      [LANGUAGE_ID, "pinned"],
    ],
    LEGACY,
    '"',
  );
  check(
    [
      [LEGACY_ID, "pinned"],
      [LANGUAGE_ID, "pinned"],
    ],
    OTHERS,
    "'",
  );
  check(
    [
      [project, "pinned"],
      [LANGUAGE_ID, "vetoed"],
    ],
    OTHERS,
    '"',
  );
});

test("a decision about a directory holds for the tests that lie in it", async () => {
  const style = await createStyle("typescript");
  learn(style, "typescript", SINGLE, { path: "src/app/a.ts" }, 4);
  const decisions = decide("typescript/quotes=single@directory:1:src/app", "vetoed");
  assert.equal(repair(style, "typescript", 'h("d");\n', { path: "src/app/a.test.ts", decisions }).text, 'h("d");\n');
});

test("what is pinned around a directory leaves it nothing of its own", async () => {
  const style = await createSplit();
  const state = (decisions: ReadonlyMap<string, Decision>): string | undefined =>
    quotesOf(style, decisions).find(({ id }) => id === LEGACY_ID)?.state;
  assert.equal(state(decide(LANGUAGE_ID, "pinned")), "watched");
  assert.equal(state(decide("typescript/quotes=double@project:1", "vetoed")), "vetoed");
});

test("what is erased of a directory is forgotten there, and learned again from what comes later", async () => {
  const style = await createSplit();
  learn(style, "typescript", TIGHT, LEGACY, 3);
  learn(style, "typescript", SPACED, OTHERS, 6);
  learn(style, "typescript", DOUBLE, { path: "src/legacy/deep/a.ts" }, 2);
  const others = (): string[] => ids(style.list(new Map())).filter((id) => id !== LEGACY_ID);
  const before = others();
  style.erase(LEGACY_ID);
  assert.deepEqual(ids(style.list(new Map())), before);
  for (const path of ["src/legacy/a.ts", "src/legacy/deep/a.ts", OTHERS.path]) {
    assert.equal(repair(style, "typescript", 'h("d");\n', { path }).text, "h('d');\n", path);
  }
  assert.equal(repair(style, "typescript", "if (b) h();\n", LEGACY).text, "if(b) h();\n", "not what else it does");
  learn(style, "typescript", DOUBLE, LEGACY, 3);
  assert.deepEqual(ids(quotesOf(style)), [LEGACY_ID, LANGUAGE_ID]);
  assert.equal(repair(style, "typescript", "h('d');\n", LEGACY).text, 'h("d");\n');
});

test("what is erased of a language is forgotten in its directories as well", async () => {
  const style = await createSplit();
  style.erase(LANGUAGE_ID);
  assert.deepEqual(quotesOf(style), []);
  assert.equal(repair(style, "typescript", "h('d');\n", LEGACY).text, "h('d');\n");
});

test("what nobody can have been told of a directory can be erased, pinned and vetoed without harm", async () => {
  const style = await createSplit();
  const before = ids(style.list(new Map()));
  const strange = [
    "typescript/quotes=double@directory:1",
    "typescript/quotes=double@directory:1:",
    "typescript/quotes=double@directory:1:src/nowhere",
    "typescript/quotes=double@directory:2:src/legacy",
    "typescript/quotes=purple@directory:1:src/legacy",
    "typescript/quotes=double@tests:1",
    "typescript/quotes=double@sources",
    "typescript/quotes=double@file:1:src/legacy",
    "typescript/quotes=double@directory:1:../src/legacy",
    "python/quotes=double@directory:1:src/legacy",
  ];
  for (const id of strange) style.erase(id);
  assert.deepEqual(ids(style.list(new Map())), before);
  for (const decision of ["pinned", "vetoed"] as const) {
    const decisions = new Map(strange.filter((id) => !id.endsWith("legacy")).map((id) => [id, decision]));
    assert.equal(repair(style, "typescript", "h('d');\n", { ...LEGACY, decisions }).text, 'h("d");\n');
  }
});

test("directories with strange names are told, decided about and erased like others", async () => {
  for (const name of ["a@language", "p@project:1", "x:y", "@scope/pkg", "ü 😀", "a=b"]) {
    const style = await createStyle("typescript");
    learn(style, "typescript", SINGLE, { path: "src/a.ts" }, 6);
    const at = { path: `${name}/a.ts` };
    learn(style, "typescript", DOUBLE, at, 3);
    const id = `typescript/quotes=double@directory:1:${name.split("/")[0]}`;
    assert.deepEqual(ids(quotesOf(style)), [id, LANGUAGE_ID].sort());
    const decisions = decide(id, "vetoed");
    assert.equal(repair(style, "typescript", "h('d');\n", { ...at, decisions }).text, "h('d');\n", id);
    style.erase(id);
    assert.deepEqual(ids(quotesOf(style)), [LANGUAGE_ID], id);
  }
});

test("files outside of any project are told of their language alone", async () => {
  const style = await createStyle("typescript");
  const learnOutside = (path: string, changes: readonly Change[]): void => {
    for (const [at, [generated, final]] of [...changes, ...changes, ...changes].entries()) {
      style.learn({
        place: { ...placeOf("typescript", { path }), project: undefined },
        prefix: "",
        generated,
        shown: generated,
        final,
        at,
      });
    }
  };
  learn(style, "typescript", SINGLE, {}, 9);
  learnOutside("file:///tmp/a.ts", DOUBLE);
  assert.deepEqual(ids(quotesOf(style)), [LANGUAGE_ID]);
});

test("of one project only its own directories are told", async () => {
  const style = await createSplit();
  learn(style, "typescript", SINGLE, { path: "a.ts", project: 2 }, 4);
  learn(style, "typescript", DOUBLE, { path: "old/a.ts", project: 2 }, 2);
  const quotes = (project: number): string[] =>
    ids(style.list(new Map(), project).filter(({ attribute }) => attribute === "quotes"));
  assert.deepEqual(quotes(1), [LEGACY_ID, LANGUAGE_ID]);
  assert.deepEqual(quotes(2), ["typescript/quotes=double@directory:2:old", LANGUAGE_ID]);
});

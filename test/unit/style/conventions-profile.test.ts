import assert from "node:assert/strict";
import test from "node:test";
import { WRITTEN_WEIGHT } from "../../../sidecar/style/conventions/config/prior.ts";
import type { FileStyle } from "../../../sidecar/style/conventions/file-style.ts";
import { Conventions } from "../../../sidecar/style/conventions/profile.ts";
import { conventionId, parseConventionId } from "../../../sidecar/style/conventions/scopes.ts";
import { HALF_LIFE_SITES, SCANNED_MAX, Tally } from "../../../sidecar/style/conventions/tally.ts";
import type { Decision } from "../../../protocol/style.ts";

const PROJECT = 3;

test("each scope leans on the wider one", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ single: 10 }));
  // Three values are known; κ is 5: (10 + 5/3) / 15, then (10 + 5 p) / 15 on each level below.
  const levels = [0.7778, 0.9259, 0.9753, 0.9918, 0.9973];
  const places = [
    { path: undefined },
    { project: PROJECT },
    { project: PROJECT, path: "src", isDirectory: true },
    { project: PROJECT, path: "src/a.ts" },
  ];
  for (const [index, place] of places.entries()) {
    const [best] = conventions.posterior("quotes", { language: "typescript", ...place });
    assert.equal(best!.value, "single");
    assert.equal(best!.probability.toFixed(4), levels[index + 1]!.toFixed(4));
    assert.deepEqual([best!.held, best!.total], [10, 10]);
  }
});

test("a directory of its own style outranks its project, and other directories do not", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ single: 300 }));
  conventions.learnFile(PROJECT, "test/a.ts", "typescript", quotes({ double: 40 }));
  assert.equal(conventions.serving("quotes", at("src/new.ts")), "single");
  assert.equal(conventions.serving("quotes", at("lib/new.ts")), "single");
  assert.equal(conventions.serving("quotes", at("test/new.ts")), "double");
  const listed = conventions.list({ project: PROJECT }).map(({ id, state }) => `${id} ${state}`);
  assert.deepEqual(listed, [
    "typescript/quotes=single@project:3 serves",
    "typescript/quotes=double@directory:3:test serves",
  ]);
});

test("too few sites, or none that agree, are watched and do not serve", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 4 }));
  assert.equal(conventions.serving("quotes", at("a.ts")), undefined);
  assert.equal(conventions.list({ project: PROJECT })[0]!.state, "watched");
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 30, double: 30 }));
  assert.equal(conventions.serving("quotes", at("a.ts")), undefined);
  assert.deepEqual(conventions.posterior("nothing", at("a.ts")), []);
});

test("a file's sites are replaced exactly, and forgotten with it", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ double: 0.3 }));
  conventions.learnFile(PROJECT, "src/b.ts", "typescript", quotes({ single: 7.1, double: 2 }));
  conventions.learnFile(PROJECT, "src/b.ts", "typescript", quotes({ single: 1 }));
  const fresh = new Conventions();
  fresh.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ double: 0.3 }));
  fresh.learnFile(PROJECT, "src/b.ts", "typescript", quotes({ single: 1 }));
  assert.deepEqual(rounded(conventions), rounded(fresh));
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", undefined);
  conventions.learnFile(PROJECT, "src/b.ts", "typescript", undefined);
  assert.deepEqual(conventions.list(), []);
  assert.deepEqual(conventions.files(PROJECT), []);
});

test("a file that changes its language leaves the old one", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a", "python", quotes({ single: 9 }));
  conventions.learnFile(PROJECT, "a", "typescript", quotes({ double: 9 }));
  assert.deepEqual(
    conventions.list({ project: PROJECT }).map(({ languageId }) => languageId),
    ["typescript"],
  );
});

test("JavaScript and TypeScript share a style, C and C++ too", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.js", "javascript", quotes({ single: 9 }));
  assert.equal(conventions.serving("quotes", at("b.tsx")), "single");
});

test("what a person does in one language is a first guess for the next, where it means the same", () => {
  const conventions = new Conventions();
  conventions.learnFile(
    PROJECT,
    "a.ts",
    "typescript",
    styleOf({ indent: { tab: 40 }, "naming-function": { camel: 40 } }),
  );
  const python = { language: "python", project: PROJECT, path: "a.py" };
  assert.equal(conventions.posterior("indent", python)[0]!.value, "tab");
  assert.equal(conventions.posterior("naming-function", python)[0]!.probability, 0.5);
  // gofmt leaves no choice, so that it is nobody's habit.
  const go = new Conventions();
  go.learnFile(PROJECT, "a.go", "go", styleOf({ indent: { tab: 40 } }));
  assert.deepEqual(go.posterior("indent", python), []);
});

test("typed text counts more than what files hold", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 20 }));
  conventions.learnSites(at("a.ts", "typescript"), sites("double", 20));
  assert.equal(conventions.posterior("quotes", at("a.ts"))[0]!.value, "double");
});

test("older sites fade with each relevant one, and with no other", () => {
  const tally = new Tally();
  tally.type(["single"], 1);
  tally.type(Array<string>(HALF_LIFE_SITES).fill("double"), 1);
  assert.equal(tally.weigh().seen.get("single")!.toFixed(4), "0.5000");
  const other = new Tally();
  other.type(["single"], 1);
  assert.equal(other.weigh().seen.get("single"), 1);
});

test("many scanned sites weigh no more than a sequence could", () => {
  const tally = new Tally();
  tally.scan({ single: [9_000], double: [1_000] }, 1);
  assert.equal(tally.weigh().weights.get("single")!.toFixed(3), (SCANNED_MAX * 0.9).toFixed(3));
  assert.equal(tally.weigh().seen.get("single"), 9_000);
});

test("the last few contradictions outrank a long history", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 5_000 }));
  const texts: (string | undefined)[] = [];
  for (let text = 0; text < 10; text++) {
    conventions.learnSites(at("b.ts", "typescript"), sites("double", 1));
    texts.push(conventions.serving("quotes", at("c.ts")));
  }
  assert.equal(texts[1], "single", "two are no new habit");
  assert(texts.indexOf("double") < 8, `recovers in ${texts.indexOf("double") + 1} texts`);
});

test("one text in another style, however long, changes nothing", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 5_000 }));
  conventions.learnSites(at("b.ts", "typescript"), sites("double", 10));
  assert.equal(conventions.serving("quotes", at("c.ts")), "single");
});

test("styles that alternate serve neither", () => {
  const conventions = new Conventions();
  for (let text = 0; text < 40; text++) {
    conventions.learnSites(at("a.ts", "typescript"), sites(text % 2 === 0 ? "single" : "double", 3));
  }
  assert.equal(conventions.serving("quotes", at("a.ts")), undefined);
});

test("one's own commits outweigh those of others", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 300 * 0.1, double: 250 }));
  assert.equal(conventions.serving("quotes", at("a.ts")), "double");
});

test("a configuration file is enough where nothing is known, and yields to the code", () => {
  const conventions = new Conventions();
  const prior = { attribute: "quotes", value: "single", weight: WRITTEN_WEIGHT, source: ".prettierrc" };
  conventions.setPriors(PROJECT, "", "typescript", [prior]);
  assert.equal(conventions.serving("quotes", at("a.ts")), "single");
  const [listed] = conventions.list({ project: PROJECT });
  assert.deepEqual(
    [listed!.title, listed!.state, listed!.total, listed!.evidence],
    ["strings: single quotes", "serves", 0, [{ path: ".prettierrc", line: 0, text: "" }]],
  );
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ double: 2_000 }));
  assert.notEqual(conventions.serving("quotes", at("a.ts")), "single");
  conventions.setPriors(PROJECT, "", "typescript", []);
  assert.equal(conventions.serving("quotes", at("a.ts")), "double");
});

test("configuration of a directory holds below it only", () => {
  const conventions = new Conventions();
  conventions.setPriors(PROJECT, "web", "typescript", [
    { attribute: "quotes", value: "single", weight: WRITTEN_WEIGHT, source: "web/.prettierrc" },
  ]);
  assert.equal(conventions.serving("quotes", at("web/src/a.ts")), "single");
  assert.equal(conventions.serving("quotes", at("webber/a.ts")), undefined);
});

test("what the user decided outranks what was counted, here and below", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ single: 100 }));
  decide(conventions, { "typescript/quotes=double@project:3": "pinned" });
  assert.equal(conventions.serving("quotes", at("src/a.ts")), "double");
  assert.deepEqual(conventions.posterior("quotes", at("src/a.ts"))[0], {
    value: "double",
    probability: 1,
    held: 0,
    total: 100,
  });
  decide(conventions, { "typescript/quotes=single@project:3": "vetoed" });
  assert.equal(conventions.serving("quotes", at("src/a.ts")), undefined);
  assert.equal(conventions.posterior("quotes", at("src/a.ts")).find(({ value }) => value === "single")!.probability, 0);
  assert.equal(conventions.serving("quotes", { language: "typescript" }), "single", "elsewhere it holds");
  decide(conventions, {});
  assert.equal(conventions.serving("quotes", at("src/a.ts")), "single");
});

test("the nearest decision holds", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "test/a.ts", "typescript", quotes({ single: 10 }));
  decide(conventions, {
    "typescript/quotes=single@language": "vetoed",
    "typescript/quotes=single@directory:3:test": "pinned",
  });
  assert.equal(conventions.serving("quotes", at("test/a.ts")), "single");
  assert.equal(conventions.serving("quotes", at("src/a.ts")), undefined);
});

test("decided conventions are listed with their state, also those of which nothing was seen", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", quotes({ single: 10 }));
  decide(conventions, {
    "typescript/quotes=single@project:3": "vetoed",
    "typescript/quotes=backtick@project:3": "pinned",
    "typescript/nonsense=1@project:3": "pinned",
    "a correction": "vetoed",
  });
  const listed = conventions.list({ project: PROJECT }).map(({ id, state, confidence }) => [id, state, confidence]);
  assert.deepEqual(listed, [
    ["typescript/quotes=single@project:3", "vetoed", 0],
    ["typescript/quotes=backtick@project:3", "pinned", 1],
  ]);
});

test("ids survive a round trip, whatever values and paths hold", () => {
  const ids = [
    "typescript/quotes=single@project:3",
    "typescript/import-favourites=@scope/a=b@project:3",
    "python/quotes=double@directory:12:a@b/c:d",
    "go/indent=tab@language",
    "*/indent=2@person",
  ];
  for (const id of ids) assert.equal(conventionId(parseConventionId(id)!), id);
  for (const id of ["", "quotes", "a/b=c@nowhere", "a/b=c@project", "a/b=c@directory:3:", "a/b=c@language:3"])
    assert.equal(parseConventionId(id), undefined, id);
});

test("what holds everywhere is listed once: for the widest, or for the project that is asked about", () => {
  const conventions = new Conventions();
  conventions.learnFile(1, "a.ts", "typescript", quotes({ single: 100 }));
  conventions.learnFile(2, "b.ts", "typescript", quotes({ single: 100 }));
  conventions.learnFile(4, "c.ts", "typescript", quotes({ double: 30 }));
  const ids = (filter = {}): string[] => conventions.list({ languageId: "typescript", ...filter }).map(({ id }) => id);
  assert.deepEqual(ids(), ["typescript/quotes=single@language", "typescript/quotes=double@project:4"]);
  assert.deepEqual(ids({ project: 2 }), ["typescript/quotes=single@project:2"]);
  assert.deepEqual(ids({ level: "project" }).length, 3);
  assert.deepEqual(ids({ level: "language" }), ["typescript/quotes=single@language"]);
  assert.deepEqual(ids({ level: "directory" }), []);
  assert.deepEqual(
    conventions.list({ level: "person" }).map(({ id }) => id),
    ["*/quotes=single@person"],
  );
  assert.deepEqual(conventions.list({ languageId: "cobol" }), []);
});

test("three places are told, the newest files first, each file once before any twice", () => {
  const conventions = new Conventions();
  for (const path of ["old.ts", "new.ts"]) {
    const style = { sites: { quotes: { single: [9, 4, 7] } }, lines: { 4: `f('${path}');` } };
    conventions.learnFile(PROJECT, path, "typescript", style);
  }
  assert.deepEqual(conventions.list({ project: PROJECT })[0]!.evidence, [
    { path: "new.ts", line: 4, text: "f('new.ts');" },
    { path: "old.ts", line: 4, text: "f('old.ts');" },
    { path: "new.ts", line: 7, text: "" },
  ]);
});

test("each scope tells places of its own, in all projects the newest first", () => {
  const conventions = new Conventions();
  const file = (project: number, path: string, value: string): void =>
    conventions.learnFile(project, path, "typescript", styleOf({ quotes: { [value]: 40 } }));
  file(1, "test/a.ts", "double");
  for (const name of ["a", "b", "c", "d"]) file(1, `src/${name}.ts`, "single");
  for (const name of ["x", "y"]) file(2, `lib/${name}.ts`, "single");
  file(2, "other/z.ts", "double");
  conventions.learnFile(2, "z.py", "python", styleOf({ quotes: { single: 40 } }));
  const told = conventions
    .list({ languageId: "typescript" })
    .map(({ id, evidence }) => `${id}: ${evidence.map(({ path }) => path).join(" ")}`);
  assert.deepEqual(told, [
    "typescript/quotes=single@language: lib/y.ts lib/x.ts src/d.ts",
    "typescript/quotes=single@project:1: src/d.ts src/c.ts src/b.ts",
    "typescript/quotes=double@directory:1:test: test/a.ts",
    "typescript/quotes=single@project:2: lib/y.ts lib/x.ts",
    "typescript/quotes=double@directory:2:other: other/z.ts",
  ]);
});

test("listing in steps lists the same, and what is learned between two steps does not upset it", () => {
  const conventions = new Conventions();
  for (let n = 0; n < 50; n++) conventions.learnFile(PROJECT, `src/${n}.ts`, "typescript", quotes({ single: 3 }));
  const atOnce = conventions.list({ project: PROJECT });
  const steps = conventions.listInSteps({ project: PROJECT });
  let count = 0;
  let step = steps.next();
  for (; !step.done; count++, step = steps.next()) {
    conventions.learnFile(4, `other/${count}.ts`, "typescript", quotes({ single: 3 }));
  }
  assert.ok(count > 50, `${count} steps`);
  assert.deepEqual(step.value, atOnce);
});

test("without directories the rest is listed as it is", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ single: 300 }));
  conventions.learnFile(PROJECT, "test/a.ts", "typescript", quotes({ double: 40 }));
  const all = conventions.list({ project: PROJECT });
  assert.deepEqual(
    all.map(({ scope }) => scope.level),
    ["project", "directory"],
  );
  assert.deepEqual(conventions.list({ project: PROJECT, isWide: true }), all.slice(0, 1));
});

test("a limit is the width at which lines end", () => {
  const conventions = new Conventions();
  conventions.learnFile(
    PROJECT,
    "a.ts",
    "typescript",
    styleOf({ "line-width": { "72": 300, "80": 90, "88": 90, "100": 200, "120": 1 } }),
  );
  const [limit] = conventions.list({ project: PROJECT });
  assert.deepEqual(
    [limit!.title, limit!.held, limit!.total, limit!.state],
    ["lines: at most 100 characters", 680, 681, "serves"],
  );
});

test("lines that only become rarer with their length have no limit", () => {
  const conventions = new Conventions();
  const bands = {
    "72": 800,
    "79": 230,
    "88": 190,
    "100": 150,
    "110": 100,
    "120": 70,
    "132": 30,
    "140": 20,
    "160": 7,
    wider: 7,
  };
  conventions.learnFile(PROJECT, "a.ts", "typescript", styleOf({ "line-width": bands }));
  assert.deepEqual(conventions.list({ project: PROJECT }), []);
});

test("the width that is configured is the limit, unless the code says otherwise", () => {
  const conventions = new Conventions();
  conventions.setPriors(PROJECT, "", "typescript", [
    { attribute: "line-width", value: "96", weight: WRITTEN_WEIGHT, source: "biome.json" },
  ]);
  assert.equal(conventions.serving("line-width", at("a.ts")), "96");
  conventions.learnFile(PROJECT, "a.ts", "typescript", styleOf({ "line-width": { "90": 100, "120": 900 } }));
  assert.notEqual(conventions.serving("line-width", at("a.ts")), "96");
});

test("favourites hold beside each other, and rewrite nothing", () => {
  const conventions = new Conventions();
  for (let file = 0; file < 4; file++) {
    conventions.learnFile(
      PROJECT,
      `${file}.ts`,
      "typescript",
      styleOf({ "import-favourites": { "*": 1, vscode: 1, [`own${file}`]: 1 } }),
    );
  }
  const listed = conventions
    .list({ project: PROJECT })
    .map(({ title, held, total, state }) => [title, held, total, state]);
  assert.deepEqual(listed, [["often imported: `vscode`", 4, 4, "watched"]]);
  assert.equal(conventions.serving("import-favourites", at("0.ts")), undefined);
});

test("values that only say that nothing holds are not listed", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "a.ts", "typescript", styleOf({ "import-sorting": { unsorted: 50 } }));
  assert.deepEqual(conventions.list({ project: PROJECT }), []);
});

test("counts of attributes that are no more are passed over", () => {
  const conventions = new Conventions();
  conventions.learnFile(
    PROJECT,
    "a.ts",
    "typescript",
    styleOf({ obsolete: { yes: 50 }, quotes: { curly: 50, single: 10 } }),
  );
  assert.deepEqual(
    conventions.list({ project: PROJECT }).map(({ id }) => id),
    ["typescript/quotes=single@project:3"],
  );
});

test("what was typed is stored and comes back", () => {
  const conventions = new Conventions();
  conventions.learnSites(at("src/a.ts", "typescript"), [...sites("single", 9), ...sites("double", 2)]);
  const restored = new Conventions();
  restored.restoreTyped(JSON.parse(JSON.stringify(conventions.typed())) as ReturnType<Conventions["typed"]>);
  assert.deepEqual(rounded(restored), rounded(conventions));
  restored.learnSites(at("src/a.ts", "typescript"), sites("double", 3));
  conventions.learnSites(at("src/a.ts", "typescript"), sites("double", 3));
  assert.deepEqual(rounded(restored), rounded(conventions));
});

test("text outside of any project counts for its language and the person", () => {
  const conventions = new Conventions();
  conventions.learnSites({ project: undefined, path: "untitled", languageId: "typescript" }, sites("single", 12));
  assert.equal(conventions.serving("quotes", { language: "typescript" }), "single");
  assert.equal(conventions.serving("quotes", at("a.ts")), "single");
});

test("a project is forgotten without a trace in its own scopes", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", quotes({ single: 10 }));
  conventions.learnFile(33, "src/a.ts", "typescript", quotes({ double: 10 }));
  conventions.learnSites(at("src/a.ts", "typescript"), sites("single", 1));
  conventions.forgetProject(PROJECT);
  assert.deepEqual(conventions.files(PROJECT), []);
  assert(Object.keys(conventions.typed()).every((key) => !key.includes(":3:") && !key.endsWith(":3")));
  assert.deepEqual(conventions.files(33), ["src/a.ts"]);
});

test("an erased convention is learned anew", () => {
  const conventions = new Conventions();
  conventions.learnFile(PROJECT, "src/a.ts", "typescript", styleOf({ quotes: { single: 10 }, indent: { "2": 10 } }));
  conventions.learnFile(33, "b.ts", "typescript", quotes({ single: 10 }));
  conventions.learnSites(at("src/a.ts", "typescript"), sites("single", 5));
  const changed = conventions.erase("typescript/quotes=single@project:3");
  assert.deepEqual(
    changed.map(({ path, style }) => [path, Object.keys(style.sites)]),
    [["src/a.ts", ["indent"]]],
  );
  const listed = conventions.list({ level: "project", project: PROJECT });
  assert(!listed.some(({ id }) => id.startsWith("typescript/quotes=single@project:3")));
  assert.equal(conventions.list({ level: "project" }).filter(({ attribute }) => attribute === "quotes").length, 1);
  assert.deepEqual(conventions.erase("no id"), []);
  assert.deepEqual(conventions.erase("typescript/indent=2@tests:3"), [], "of tests by themselves nothing is counted");
});

function at(path: string): { language: string; project: number; path: string };
function at(path: string, languageId: string): { language: string; project: number; path: string; languageId: string };
function at(path: string, languageId = "typescript") {
  return { language: "typescript", project: PROJECT, path, languageId };
}

/** `{ quotes: { single: 3 } }`: three sites, seen in line 1. */
function styleOf(counts: Readonly<Record<string, Readonly<Record<string, number>>>>): FileStyle {
  const sites = Object.entries(counts).map(
    ([attribute, values]) =>
      [attribute, Object.fromEntries(Object.entries(values).map(([value, count]) => [value, [count, 1]]))] as const,
  );
  return { sites: Object.fromEntries(sites), lines: { 1: "f();" } };
}

function quotes(values: Readonly<Record<string, number>>): FileStyle {
  return styleOf({ quotes: values });
}

function sites(value: string, count: number): { attribute: string; value: string }[] {
  return Array.from({ length: count }, () => ({ attribute: "quotes", value }));
}

function decide(conventions: Conventions, decisions: Readonly<Record<string, Decision>>): void {
  conventions.setDecisions(new Map(Object.entries(decisions)));
}

/** Sums of fractions differ in their last digits. */
function rounded(conventions: Conventions): unknown {
  return conventions
    .posterior("quotes", at("src/b.ts"))
    .map(({ value, probability, held }) => [value, probability.toFixed(9), held.toFixed(6)]);
}

/** What is told to other tools, and in which words. */
import assert from "node:assert/strict";
import test from "node:test";
import { conventionTitle, SUBJECTS } from "../../../sidecar/style/conventions/attributes.ts";
import { exportInto } from "../../../sidecar/style/export/export.ts";
import { instructionOf } from "../../../sidecar/style/export/instructions.ts";
import type { Learned } from "../../../protocol/style.ts";
import { type Changes, convention, correction } from "../../support/learned.ts";

/** The headings and items of the section. */
function told(...learned: readonly Learned[]): string[] {
  const { text } = exportInto("agents", undefined, learned);
  return text.split("\n").filter((line) => /^(?:-|###) /.test(line));
}

/** "single" or "double" quotes of TypeScript. */
function quotes(value: "single" | "double", changes: Changes = {}): Learned {
  return convention(`typescript quotes=${value}`, conventionTitle("typescript", "quotes", value), changes);
}

const SINGLE = "- Use single quotes for strings (212 of 215).";
const HEADING = "### TypeScript and JavaScript";

test("instructions, grouped by language, with figures", () => {
  assert.deepEqual(
    told(
      quotes("single"),
      convention("python line-width=88", "lines: at most 88 characters", { held: 40.4, total: 40.6 }),
      convention("go error-handling=wraps", "errors: wrapped with `%w`", { held: 41, total: 44 }),
      correction("typescript", "$1.indexOf($2) !== -1", "$1.includes($2)", { held: 5, total: 5 }),
    ),
    [
      "### Go",
      "- Wrap errors with `%w` (41 of 44).",
      "### Python",
      "- Keep lines to at most 88 characters (40 of 41).",
      HEADING,
      SINGLE,
      "- Write `$1.includes($2)` instead of `$1.indexOf($2) !== -1` (5 of 5).",
    ],
  );
});

test("only what serves or is pinned is told, and a pin needs no figures", () => {
  assert.deepEqual(told(quotes("single", { state: "watched" }), quotes("double", { state: "vetoed" })), []);
  assert.deepEqual(told(quotes("single", { state: "pinned", held: 1, total: 9 })), [
    HEADING,
    "- Use single quotes for strings.",
  ]);
});

test("the project outranks the language, which outranks the person", () => {
  const project = quotes("single", { level: "project" });
  const person = quotes("double", { level: "person" });
  assert.deepEqual(told(person, project, quotes("double")), [HEADING, SINGLE]);
  assert.deepEqual(told(person, quotes("single")), [HEADING, SINGLE]);
});

test("habits in every language come first, and give way to those of one", () => {
  const everywhere = convention("* quotes=double", "strings: double quotes", { level: "person" });
  assert.deepEqual(told(quotes("single"), everywhere), [
    "### All languages, unless said otherwise below",
    "- Use double quotes for strings (212 of 215).",
    HEADING,
    SINGLE,
  ]);
  assert.equal(exportInto("editorconfig", undefined, [everywhere]).text, "");
  assert.match(exportInto("cursor", undefined, [everywhere]).text, /^globs: \*\*\/\*$/m);
});

test("a pin outranks what was observed nearer", () => {
  const pinned = quotes("double", { level: "person", state: "pinned" });
  assert.deepEqual(told(pinned, quotes("single", { level: "project" })), [HEADING, "- Use double quotes for strings."]);
});

test("what only tests or sources do is not told of their project", () => {
  const tests = [quotes("double", { level: "tests" }), quotes("double", { level: "sources", path: "src" })];
  assert.deepEqual(told(...tests), []);
  assert.deepEqual(told(quotes("single"), ...tests), [HEADING, SINGLE]);
});

test("a directory or file is named where it differs, and only there", () => {
  const inDirectory = (value: "single" | "double", path: string): Learned =>
    quotes(value, { level: "directory", path });
  assert.deepEqual(
    told(
      quotes("single"),
      inDirectory("single", "src"),
      inDirectory("double", "test"),
      inDirectory("double", "test/unit"),
      quotes("single", { level: "file", path: "test/unit/a.ts" }),
    ),
    [
      HEADING,
      SINGLE,
      "- In `test/`, use double quotes for strings (212 of 215).",
      "- In `test/unit/a.ts`, use single quotes for strings (212 of 215).",
    ],
  );
});

test("of many directories those with most evidence are named", () => {
  const many = Array.from({ length: 100 }, (_, index) =>
    quotes("double", { level: "directory", path: `packages/${index}`, held: index, total: index }),
  );
  const lines = told(quotes("single"), ...many);
  assert.equal(lines.length, 42);
  assert.ok(lines.some((line) => line.includes("packages/99")) && !lines.some((line) => line.includes("packages/9/")));
});

test("what is no advice is not told, unless it is pinned; it still overrules what holds around it", () => {
  const unsorted = (changes: Changes = {}): Learned =>
    convention("typescript import-sorting=unsorted", "imports within a group: in no order of names", changes);
  const sorted = convention("typescript import-sorting=sorted", "imports within a group: sorted by name");
  assert.deepEqual(told(unsorted()), []);
  assert.deepEqual(told(sorted, unsorted({ level: "project" })), []);
  assert.deepEqual(told(unsorted({ state: "pinned" })), [HEADING, "- Imports within a group: in no order of names."]);
});

test("favourites stand beside each other, also where one is pinned", () => {
  const favourite = (name: string, changes: Changes = {}): Learned =>
    convention(`typescript import-favourites=${name}`, `often imported: \`${name}\``, changes);
  assert.equal(told(favourite("@angular/core"), favourite("rxjs", { state: "pinned" })).length, 3);
});

test("a correction is told once, and never together with its opposite", () => {
  const there = (changes: Changes = {}): Learned => correction("typescript", "a", "b", changes);
  const back = (changes: Changes = {}): Learned => correction("typescript", "b", "a", changes);
  const once = [HEADING, "- Write `b` instead of `a` (212 of 215)."];
  assert.deepEqual(told(there(), there({ level: "project" }), there({ level: "directory", path: "src" })), once);
  assert.deepEqual(told(back({ level: "person" }), there({ level: "project" })), once);
  assert.deepEqual(told(back({ held: 3 }), there()), once);
});

test("of many corrections those that held most often are told", () => {
  const many = Array.from({ length: 60 }, (_, index) => correction("go", `a${index}`, "b", { held: index }));
  assert.equal(told(...many).length, 41);
});

test("corrections that only add or only leave out", () => {
  assert.deepEqual(told(correction("go", "x, _", "x", { total: 0 }), correction("go", "return", "", { total: 0 })), [
    "### Go",
    "- Leave out `return`.",
    "- Write `x` instead of `x, _`.",
  ]);
});

test("code with backticks, and titles of another form, stay readable Markdown", () => {
  assert.deepEqual(told(correction("typescript", "`${$1}`", "String($1)", { total: 0 })), [
    HEADING,
    "- Write `String($1)` instead of `` `${$1}` ``.",
  ]);
  const odd = { ...correction("go", "a", "b", { total: 0 }), title: "swap *a* and <b>, keep `x*y`" };
  assert.deepEqual(told(odd), ["### Go", "- swap \\*a\\* and \\<b>, keep `x*y`."]);
});

test("secrets, and what could hide from the eye, are not told", () => {
  const secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
  assert.deepEqual(told(correction("go", `token = "${secret}"`, "token = env()")), []);
  assert.deepEqual(told(correction("go", "token = ‹redacted›", "token = env()")), []);
  assert.deepEqual(told(quotes("double", { level: "directory", path: "a\u202eb" })), []);
  const [, line] = told(correction("go", "a\u200b\u202e\nb", "c", { total: 0 }));
  assert.equal(line, "- Write `c` instead of `a   b`.");
});

test("every attribute makes one sentence for each of its values", () => {
  for (const { attributes } of SUBJECTS) {
    for (const { id, languages, values } of attributes) {
      const known = typeof values === "function" ? ["4", "tab"] : Object.keys(values);
      for (const value of known) {
        const sentence = instructionOf(id, value, conventionTitle(languages[0]!, id, value));
        assert.match(sentence, /^(?:[A-Z`][^\n…]|`).*[^.\s]$/u, `${id}=${value}`);
        assert.equal(sentence.split("`").length % 2, 1, `${id}=${value}: ${sentence}`);
      }
    }
  }
});

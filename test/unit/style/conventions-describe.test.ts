import assert from "node:assert/strict";
import test from "node:test";
import { attributesOf, conventionTitle } from "../../../sidecar/style/conventions/attributes.ts";
import { describe, findings, report } from "../../../sidecar/style/conventions/describe.ts";
import { fileStyle } from "../../../sidecar/style/conventions/file-style.ts";
import { Conventions } from "../../../sidecar/style/conventions/profile.ts";
import { STYLE_LANGUAGES } from "../../../sidecar/style/conventions/subject.ts";
import type { Learned } from "../../../protocol/style.ts";
import { observe } from "./convention-cases.ts";

test("says one convention a line, the most telling first", () => {
  const list = [
    learned({ attribute: "space-after-keyword", title: "behind `if`: a space", held: 300, total: 300 }),
    learned({ attribute: "error-handling", title: "errors: wrapped with `%w`", held: 41, total: 44 }),
    learned({ attribute: "quotes", title: "strings: single quotes", held: 212, total: 215 }),
  ];
  assert.equal(
    describe(list, { charsMax: 1000 }),
    "Errors: wrapped with `%w` (41 of 44)\nStrings: single quotes (212 of 215)\nBehind `if`: a space (300 of 300)",
  );
});

test("a finding is one line, with its figures and places", () => {
  const evidence = [
    { path: "a.go", line: 12, text: "" },
    { path: "b.go", line: 0, text: "" },
  ];
  const wraps = learned({ languageId: "go", title: "errors: wrapped with `%w`", held: 41, total: 44 });
  assert.deepEqual(findings([{ ...wraps, evidence }]), ["Go: errors: wrapped with `%w`, 41 of 44 (a.go:12, b.go)"]);
  assert.deepEqual(findings([{ ...wraps, state: "vetoed" }]), []);
});

test("a language that is only configured is not reported", () => {
  const configured = learned({ languageId: "ini", title: "indentation: 2 spaces", held: 0, total: 0 });
  const found = learned({ languageId: "go", title: "errors: wrapped with `%w`", held: 41, total: 44 });
  assert.deepEqual(report([configured]), []);
  assert.deepEqual(report([configured, found]), report([found]));
});

test("keeps to its length and fills it with what still fits", () => {
  const list = [
    learned({ title: "strings: single quotes", held: 90, total: 90 }),
    learned({ title: `functions: ${"long ".repeat(30)}`, held: 80, total: 80 }),
    learned({ title: "indentation: tabs", held: 70, total: 70 }),
  ];
  const text = describe(list, { charsMax: 80 });
  assert.equal(text, "Strings: single quotes (90 of 90)\nIndentation: tabs (70 of 70)");
  assert.equal(describe(list, { charsMax: 0 }), "");
  assert.equal(describe([], { charsMax: 100 }), "");
});

test("names the language where there are several, and the directory where it is one", () => {
  const list = [
    learned({ title: "strings: single quotes", held: 90, total: 90 }),
    learned({ title: "strings: double quotes", languageId: "python", path: "tests", held: 9, total: 9 }),
  ];
  assert.equal(
    describe(list, { charsMax: 500 }),
    "TypeScript and JavaScript: strings: single quotes (90 of 90)\nPython: strings: double quotes in tests (9 of 9)",
  );
  const own = learned({ title: "strings: double quotes", held: 9, total: 9 });
  const inTests = (path: string): Learned => ({ ...own, scope: { level: "tests", project: 1, path } });
  assert.deepEqual(findings([inTests(""), inTests("src")]), [
    "TypeScript and JavaScript: strings: double quotes in tests, 9 of 9",
    "TypeScript and JavaScript: strings: double quotes in tests in src, 9 of 9",
  ]);
});

test("leaves out what is vetoed, unlikely, rare, or no convention; what is pinned comes first", () => {
  const list = [
    learned({ title: "a: vetoed", state: "vetoed" }),
    learned({ title: "b: unlikely", state: "watched", confidence: 0.6 }),
    learned({ title: "c: rare", state: "watched", held: 3, total: 3 }),
    { ...learned({ title: "`x` → `y`" }), kind: "correction" as const },
    learned({ title: "d: holds", held: 900, total: 900 }),
    learned({ title: "e: pinned", state: "pinned", held: 0, total: 0 }),
  ];
  assert.equal(describe(list, { charsMax: 500 }), "E: pinned\nD: holds (900 of 900)");
});

test("reports languages, figures and places", () => {
  const evidence = [
    { path: "a.go", line: 12, text: "return err" },
    { path: ".golangci.yml", line: 0, text: "" },
  ];
  const list = [
    learned({ title: "errors: wrapped with `%w`", languageId: "go", held: 41, total: 44, evidence }),
    learned({ title: "strings: single quotes", path: "web", held: 9, total: 9 }),
  ];
  assert.deepEqual(report(list), [
    "Go",
    "  errors: wrapped with `%w`, 41 of 44",
    "    a.go:12  return err",
    "    .golangci.yml",
    "",
    "TypeScript and JavaScript",
    "  strings: single quotes in web, 9 of 9",
  ]);
  assert.deepEqual(report([]), []);
});

test("a project is told with the lines that show it", async () => {
  const conventions = new Conventions();
  for (const path of ["a.go", "b.go", "c.go"]) {
    const text = `func f() error {\n${'\tif err != nil {\n\t\treturn fmt.Errorf("a: %w", err)\n\t}\n'.repeat(3)}\treturn nil\n}\n`;
    conventions.learnFile(1, path, "go", fileStyle(text, await observe(text, path, "go")));
  }
  const lines = report(conventions.list({ project: 1 }));
  const found = lines.indexOf("  errors: wrapped with `%w`, 9 of 9");
  assert.deepEqual(lines.slice(found + 1, found + 4), [
    '    c.go:3  return fmt.Errorf("a: %w", err)',
    '    b.go:3  return fmt.Errorf("a: %w", err)',
    '    a.go:3  return fmt.Errorf("a: %w", err)',
  ]);
});

test("every value of every language has words of its own", () => {
  for (const language of STYLE_LANGUAGES) {
    for (const { id, values, label } of attributesOf(language)) {
      assert.match(label, /^\S.*\S$/);
      const words = typeof values === "function" ? [values("80")] : Object.values(values);
      assert.equal(new Set(words).size, words.length, `${language} ${id}`);
      for (const word of words) assert.match(word, /^\S.*\S$|^\d$/, `${language} ${id}`);
    }
    const titles = attributesOf(language).flatMap(({ id, values }) =>
      typeof values === "function" ? [] : Object.keys(values).map((value) => conventionTitle(language, id, value)),
    );
    assert.deepEqual(
      titles.filter((title, at) => titles.indexOf(title) !== at),
      [],
      `titles that are said twice in ${language}`,
    );
  }
});

function learned(parts: Partial<Learned> & { readonly path?: string }): Learned {
  const { path = "", attribute = "quotes", ...rest } = parts;
  return {
    id: `typescript/${attribute}=${parts.title ?? ""}`,
    kind: "convention",
    languageId: "typescript",
    scope: { level: path === "" ? "project" : "directory", project: 1, path },
    attribute,
    title: "strings: single quotes",
    held: 20,
    total: 20,
    confidence: 0.95,
    state: "serves",
    evidence: [],
    ...rest,
  };
}

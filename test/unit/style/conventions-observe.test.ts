import assert from "node:assert/strict";
import test from "node:test";
import { fileStyle, parseFileStyle } from "../../../sidecar/style/conventions/file-style.ts";
import { acronymShape, nameShape } from "../../../sidecar/style/conventions/names.ts";
import { observeText } from "../../../sidecar/style/conventions/observe.ts";
import { languageOfProse } from "../../../sidecar/style/conventions/prose.ts";
import { isTestPath } from "../../../sidecar/style/conventions/view.ts";
import { observe } from "./convention-cases.ts";

test("sites come in the order of the text", async () => {
  const sites = await observe("f('a');\nif (b) {\n  g('c');\n}\n", "a.ts", "typescript");
  const offsets = sites.map(({ offset }) => offset);
  assert(offsets.length > 5);
  assert.deepEqual(
    offsets,
    [...offsets].sort((a, b) => a - b),
  );
});

test("what does not parse is left out, what stands around it counts", async () => {
  const sites = await observe("f('a');\nconst = ) 'x' ( {{;\ng('b');\n", "a.ts", "typescript");
  const quotes = sites.filter(({ attribute }) => attribute === "quotes");
  assert(quotes.some(({ offset }) => offset === 2));
  assert(quotes.every(({ value }) => value === "single"));
});

test("a text that is broken all over is read by its lines", async () => {
  const broken = "if (a) {\n    ) 'b' ((;\n".repeat(20);
  const sites = await observe(broken, "a.ts", "typescript");
  assert.deepEqual([...new Set(sites.map(({ attribute }) => attribute))].sort(), ["indent", "quotes"]);
});

test("texts that are empty, blank or one endless line have no sites that fail", async () => {
  for (const text of ["", "\n\n", " ", "\0", "a".repeat(100_000), "(".repeat(5_000)]) {
    for (const language of ["typescript", "python", "go", "rust", "java", "csharp", "cpp"]) {
      assert(Array.isArray(await observe(text, "a", language)));
    }
  }
});

test("languages without a grammar show indentation, width and quotes by their lines", () => {
  const text = `function f()\n\tif a then\n\t\treturn 'b'\n\tend\nend\nlocal ${"a".repeat(80)} = 1\n`;
  const sites = observeText(text, { path: "a.lua", languageId: "lua" });
  assert.deepEqual(
    sites.map(({ attribute, value }) => `${attribute}=${value}`),
    ["indent=tab", "indent=tab", "quotes=single", "line-width=90"],
  );
});

test("quotes of markup, comments and strings of several lines are no choice", () => {
  const text = "# it's \"so\"\n<a b=\"c\">\nx = '''a'''\ny = 'a \"b\"'\n";
  assert.deepEqual(observeText(text, { path: "a.rb", languageId: "ruby" }), []);
});

test("lines that a string, a comment or an import fills are no sign of a width", async () => {
  const long = "a ".repeat(60);
  const text = `const a = "${long}";\n// ${long}\nimport { ${"b".repeat(90)} } from "c";\n`;
  const sites = await observe(text, "a.ts", "typescript");
  assert.deepEqual(
    sites.filter(({ attribute }) => attribute === "line-width"),
    [],
  );
});

test("names tell their shape, where they have one", () => {
  const shapes = {
    readFile: "camel",
    _readFile: "camel",
    ReadFile: "pascal",
    read_file: "snake",
    READ_FILE: "screaming",
  };
  for (const [name, shape] of Object.entries(shapes)) assert.equal(nameShape(name), shape, name);
  for (const name of ["read", "a", "", "_", "Read_File", "readFile_", "größe"].filter((name) => name !== "readFile_")) {
    assert.equal(nameShape(name), undefined, name);
  }
});

test("acronyms are told apart from words that only look like them", () => {
  assert.equal(acronymShape("userID"), "upper");
  assert.equal(acronymShape("userId"), "word");
  assert.equal(acronymShape("HTTPServer"), "upper");
  assert.equal(acronymShape("HttpServer"), "word");
  for (const name of ["identity", "URL", "apple", "Idle", "parseURLOfId"])
    assert.equal(acronymShape(name), undefined, name);
});

test("prose is told by its script or its little words", () => {
  assert.equal(languageOfProse("the end of the file"), "en");
  assert.equal(languageOfProse("das ist nicht der Fehler"), "de");
  assert.equal(languageOfProse("ファイルを読む"), "ja");
  assert.equal(languageOfProse("foo bar"), undefined);
  assert.equal(languageOfProse(""), undefined);
});

test("files of tests are known by name and folder", () => {
  for (const path of [
    "a.test.ts",
    "test/a.ts",
    "src/__tests__/a.js",
    "pkg/a_test.go",
    "tests/a.py",
    "test_a.py",
    "ATests.cs",
  ]) {
    assert(isTestPath(path), path);
  }
  for (const path of ["a.ts", "latest/a.ts", "contest.py", "src/attest.go", "Protest.java"])
    assert(!isTestPath(path), path);
});

test("a file's style holds counts and the lines that show most", async () => {
  const text = "f('a');\nconst b = 'c';\nconst d = \"e\";\n";
  const style = fileStyle(text, await observe(text, "a.ts", "typescript"));
  assert.deepEqual(style.sites["quotes"], { single: [2, 1, 2], double: [1, 3] });
  assert.equal(style.lines["1"], "f('a');");
  assert.deepEqual(parseFileStyle(JSON.parse(JSON.stringify(style))), style);
});

test("what counts less is counted so, and what counts nothing is left out", () => {
  const sites = [0, 8, 16].map((offset) => ({ attribute: "quotes", value: "single", offset }));
  const style = fileStyle("f('a');\nf('b');\nf('c');\n", sites, (line) => [0, 1, 0.2, 0][line]!);
  assert.deepEqual(style.sites, { quotes: { single: [1.2, 1, 2] } });
});

test("lines of evidence are short and few", () => {
  const lines = Array.from({ length: 50 }, (_, line) => `${line} ${"x".repeat(200)}`);
  const text = lines.join("\n");
  const sites = lines.map((line, index) => ({ attribute: `a${index}`, value: "b", offset: text.indexOf(line) }));
  const style = fileStyle(text, sites);
  assert(Object.keys(style.lines).length <= 16);
  assert(Object.values(style.lines).every((line) => line.length <= 120));
});

test("a stored style that is something else is refused", () => {
  for (const bad of [null, {}, { sites: { quotes: { single: [] } }, lines: {} }, { sites: { quotes: 1 }, lines: {} }]) {
    assert.throws(() => parseFileStyle(bad));
  }
});

/** `.editorconfig`: what was learned gives way to what people wrote. */
import assert from "node:assert/strict";
import test from "node:test";
import { SidecarError } from "../../../sidecar/base/errors.ts";
import {
  editorconfigFileGlob,
  editorconfigGlob,
  parseEditorconfig,
} from "../../../sidecar/style/export/editorconfig-file.ts";
import { exportInto } from "../../../sidecar/style/export/export.ts";
import type { Learned } from "../../../protocol/style.ts";
import { type Changes, convention } from "../../support/learned.ts";

const GO = convention("go indent=tab", "indentation: tabs");
const PYTHON = convention("python indent=4", "indentation: 4 spaces");
const WIDTH = convention("python line-width=88", "lines: at most 88 characters");

/** The lines between the markers. */
function rules(existing: string | undefined, ...learned: readonly Learned[]): string[] {
  const { text } = exportInto("editorconfig", existing, learned);
  return /^# tacit:begin .*\r?\n([^]*?)\r?\n# tacit:end/m.exec(text)?.[1]?.split(/\r?\n/) ?? [];
}

test("a section for each language, in properties that editors know", () => {
  const quotes = convention("python quotes=single", "strings: single quotes");
  assert.deepEqual(rules(undefined, WIDTH, PYTHON, GO, quotes), [
    "[*.go]",
    "indent_style = tab",
    "",
    "[*.{py,pyi,pyw}]",
    "quote_type = single",
    "indent_style = space",
    "indent_size = 4",
    "max_line_length = 88",
  ]);
});

test("what EditorConfig has no word for is left out", () => {
  const naming = convention("go naming-file=snake", "names of files: snake_case");
  const wider = convention("go line-width=wider", "lines: of any length", { state: "pinned" });
  const odd = convention("go indent=-1", "indentation: none");
  const { text, isEmpty, notes } = exportInto("editorconfig", undefined, [naming, wider, odd]);
  assert.deepEqual([text, isEmpty], ["", true]);
  assert.match(notes[0]!, /Nothing was learned yet that \.editorconfig could say/);
});

test("directories and files get sections of their own, behind the general one", () => {
  const local = (path: string, changes: Changes): Learned =>
    convention("python indent=2", "indentation: 2 spaces", { path, ...changes });
  assert.deepEqual(
    rules(
      undefined,
      local("a [old], {b}", { level: "directory" }),
      local("tools/run.py", { level: "file" }),
      PYTHON,
    ).filter((line) => line.startsWith("[")),
    ["[*.{py,pyi,pyw}]", "[/a \\[old\\]\\, \\{b\\}/**.{py,pyi,pyw}]", "[/tools/run.py]"],
  );
});

test("the section stands above the user's own, behind root = true, and loses no comment", () => {
  const own = "root = true\n\n# everything\n# else\n[*]\ncharset = utf-8\n";
  const { text } = exportInto("editorconfig", own, [GO]);
  assert.match(
    text,
    /^root = true\n\n# tacit:begin [^]*# tacit:end\n\n# everything\n# else\n\[\*\]\ncharset = utf-8\n$/,
  );
  assert.match(
    exportInto("editorconfig", "\ufeff[*]\n", [GO]).text,
    /^\ufeff# tacit:begin [^]*# tacit:end\n\n\[\*\]\n$/,
  );
  assert.match(
    exportInto("editorconfig", "root = true\n", [GO]).text,
    /^root = true\n\n# tacit:begin [^]*# tacit:end\n$/,
  );
});

test("what the user set for all files of a language stays, and that is said in the section and to the user", () => {
  const own = "[*]\nindent_style = space\nindent_size = 2\n";
  const { notes } = exportInto("editorconfig", own, [PYTHON, WIDTH]);
  const remark =
    "“indent_size = 2” of [*] stays; learned for Python: indent_style = space, indent_size = 4 (212 of 215)";
  assert.deepEqual(notes, [remark]);
  assert.deepEqual(rules(own, PYTHON, WIDTH), [`# ${remark}`, "[*.{py,pyi,pyw}]", "max_line_length = 88"]);
});

test("what the user set the same way is not said again", () => {
  const own = "[*]\nindent_style = space\n";
  assert.deepEqual(rules(own, PYTHON), ["[*.{py,pyi,pyw}]", "indent_size = 4"]);
  assert.deepEqual(exportInto("editorconfig", own, [PYTHON]).notes, []);
  assert.deepEqual(
    exportInto("editorconfig", `${own}INDENT_SIZE : 4 ; four\n`, [PYTHON]).text,
    `${own}INDENT_SIZE : 4 ; four\n`,
  );
});

test("remarks alone do not make a section", () => {
  const { text, notes } = exportInto("editorconfig", "[*.go]\nindent_style = space\n", [GO]);
  assert.equal(text, "[*.go]\nindent_style = space\n");
  assert.match(notes.join(" "), /“indent_style = space” of \[\*\.go\] stays/);
});

test("what the user set for some files only is left to the order of sections", () => {
  for (const own of [
    "[*.pyi]\nindent_size = 2\n",
    "[tools/**.py]\nindent_size = 2\n",
    "[*.{js,ts}]\nindent_size = 2\n",
  ]) {
    assert.deepEqual(rules(own, PYTHON), ["[*.{py,pyi,pyw}]", "indent_style = space", "indent_size = 4"]);
  }
});

test("our own rules of last time are not the user's", () => {
  const once = exportInto("editorconfig", "root = true\n", [PYTHON]).text;
  const changed = convention("python indent=2", "indentation: 2 spaces");
  assert.deepEqual(rules(once, changed), ["[*.{py,pyi,pyw}]", "indent_style = space", "indent_size = 2"]);
});

test("a section that was moved below the user's own stays there, and what that means is said", () => {
  const moved = "[*]\ncharset = utf-8\n\n# tacit:begin\n# tacit:end\n";
  const { text, notes } = exportInto("editorconfig", moved, [GO]);
  assert.ok(text.startsWith("[*]\ncharset = utf-8\n\n# tacit:begin"));
  assert.match(notes[0]!, /stands below sections of yours/);
});

test("a property that would fall into our section is told by its line", () => {
  const torn = "[*]\n# tacit:begin\n# tacit:end\n\ncharset = utf-8\n";
  assert.throws(
    () => exportInto("editorconfig", torn, [GO]),
    (error) => error instanceof SidecarError && /\.editorconfig, line 5: a property stands behind/.test(error.message),
  );
  assert.throws(() => exportInto("editorconfig", "# tacit:begin\n# tacit:end\nroot = true\n", [GO]), /line 3/);
  assert.doesNotThrow(() => exportInto("editorconfig", torn, []));
});

test("sections apply to the files that EditorConfig says", () => {
  for (const [glob, yes, no] of [
    ["*", "a/b/c.ts", undefined],
    ["*.ts", "a/b.ts", "a/b.tsx"],
    ["*.{ts,js}", "a.js", "a.jsx"],
    ["*.{t,j}s{,x}", "a.jsx", "a.ts.x"],
    ["{package,bower}.json", "x/bower.json", "xbower.json"],
    ["{single}.b", "{single}.b", "single.b"],
    ["{a,{b,c}}.x", "c.x", "{c}.x"],
    ["a{b", "a{b", "ab"],
    ["Makefile", "sub/Makefile", "Makefile.am"],
    ["/src/*.ts", "src/a.ts", "src/b/a.ts"],
    ["src/*.ts", "src/a.ts", "x/src/a.ts"],
    ["src/**.ts", "src/b/a.ts", "srcs/a.ts"],
    ["src/**/a.ts", "src/a.ts", "src/b.ts"],
    ["**.ts", "x/a.ts", "a.js"],
    ["file?.ts", "file1.ts", "file10.ts"],
    ["file[0-9].ts", "file7.ts", "filex.ts"],
    ["file[!0-9].ts", "filex.ts", "file7.ts"],
    ["v{1..3}.md", "v2.md", "v4.md"],
    ["v{-1..1}.md", "v-1.md", "v2.md"],
    ["a\\*b", "a*b", "axb"],
    ["a+(b).ts", "a+(b).ts", "ab.ts"],
    ["[z-a].ts", undefined, "z.ts"],
    ["x".repeat(2000), undefined, "x".repeat(2000)],
  ] as const) {
    const written = parseEditorconfig(`[${glob}]\nx = 1\n`);
    if (yes !== undefined) assert.ok(written.propertiesFor(yes).has("x"), `${glob} ${yes}`);
    if (no !== undefined) assert.ok(!written.propertiesFor(no).has("x"), `${glob} ${no}`);
  }
});

test("lines that are no rule are passed over", () => {
  const text = "\ufeff[*.ts] ; remark\nX_Y = A # remark\n= 1\nnothing\n# c = 1\n; d = 1\n[\nlast = 2";
  const found = parseEditorconfig(text).propertiesFor("a.ts");
  assert.deepEqual(
    [...found].map(([name, { value }]) => `${name}=${value}`),
    ["x_y=a", "last=2"],
  );
});

test("globs of ours name what they should, whatever characters a path has", () => {
  for (const path of ["src", "a b", "[x]", "{a,b}", "a*?!b", "#1;2", "back\\slash"]) {
    const inDirectory = parseEditorconfig(`[${editorconfigGlob(["ts", "js"], path)}]\nx = 1\n`);
    assert.ok(inDirectory.propertiesFor(`${path}/deep/a.js`).has("x"), path);
    assert.ok(!inDirectory.propertiesFor(`other/${path}/a.js`).has("x"), path);
    const forFile = parseEditorconfig(`[${editorconfigFileGlob(path)}]\nx = 1\n`);
    assert.ok(forFile.propertiesFor(path).has("x"), path);
  }
});

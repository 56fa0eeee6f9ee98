/** A section in a file of the user's: put in, replaced and taken out without touching anything around it. */
import assert from "node:assert/strict";
import test from "node:test";
import type { ExportFormat } from "../../../protocol/messages.ts";
import { SidecarError } from "../../../sidecar/base/errors.ts";
import { exportInto } from "../../../sidecar/style/export/export.ts";
import { EXPORT_FORMATS, exportTarget } from "../../../sidecar/style/export/formats.ts";
import type { Learned } from "../../../protocol/style.ts";
import { convention, correction } from "../../support/learned.ts";
import { createDice, seeds } from "../text/dice.ts";

const BEGIN = "<!-- tacit:begin -->";
const END = "<!-- tacit:end -->";

const QUOTES = convention("typescript quotes=single", "strings: single quotes");
const INDENT = convention("typescript indent=2", "indentation: 2 spaces");
const LEARNED = [
  QUOTES,
  INDENT,
  convention("python line-width=88", "lines: at most 88 characters"),
  correction("typescript", "$1.indexOf($2) !== -1", "$1.includes($2)", { held: 5, total: 5 }),
];

const FILES = EXPORT_FORMATS.filter((format) => exportTarget(format).path !== undefined);
const MARKDOWN = FILES.filter((format) => format !== "editorconfig");

test("a new file holds the section and nothing else", () => {
  for (const format of ["agents", "copilot", "claude"] as const) {
    const { text } = exportInto(format, undefined, LEARNED);
    assert.match(text, /^<!-- tacit:begin .*-->\n## Code style\n[^]*\n<!-- tacit:end -->\n$/);
  }
  assert.match(exportInto("editorconfig", undefined, LEARNED).text, /^# tacit:begin .*\n\[[^]*\n# tacit:end\n$/);
});

test("a new rule of Cursor says for which files it is", () => {
  const { text } = exportInto("cursor", undefined, LEARNED);
  const [, frontmatter] = /^---\n([^]*?)\n---\n\n<!-- tacit:begin /.exec(text)!;
  assert.match(frontmatter!, /^description: \S.*\nglobs: \*\*\/\*\.py,\S*\*\*\/\*\.ts,\S*\nalwaysApply: false$/);
});

test("the section goes behind what is there, an empty line apart", () => {
  for (const [before, between] of [
    ["# Rules", "\n\n"],
    ["# Rules\n", "\n"],
    ["# Rules\n\n", ""],
    ["# Rules\r\n", "\r\n"],
    ["# Rules\r\nBe kind.", "\r\n\r\n"],
  ] as const) {
    const { text } = exportInto("agents", before, LEARNED);
    assert.ok(text.startsWith(`${before}${between}<!-- tacit:begin `), JSON.stringify(text.slice(0, 60)));
  }
});

test("the section is replaced in place", () => {
  const { text } = exportInto("agents", `above\n${BEGIN}\nold\n${END}\nbelow`, [QUOTES]);
  const [, section] = /^above\n(<!-- tacit:begin [^]*<!-- tacit:end -->)\nbelow$/.exec(text)!;
  assert.match(section!, /single quotes/);
  assert.doesNotMatch(section!, /old/);
});

test("a file of Windows gets line ends of Windows, a byte order mark stays first", () => {
  for (const format of FILES) {
    const { text } = exportInto(format, "\ufeff; x\r\n; y\r\n", LEARNED);
    assert.ok(text.startsWith("\ufeff"));
    assert.equal(text.lastIndexOf("\ufeff"), 0);
    assert.doesNotMatch(text, /(?<!\r)\n/);
    assert.equal(exportInto(format, text, LEARNED).text, text);
  }
});

test("nothing learned: no file, no change, and a word about it", () => {
  const vetoed = { ...QUOTES, state: "vetoed" } as const;
  for (const format of FILES) {
    for (const learned of [[], [vetoed]]) {
      const none = exportInto(format, undefined, learned);
      assert.deepEqual([none.text, none.isEmpty], ["", true]);
      assert.match(none.notes[0]!, /Nothing was learned yet/);
      assert.equal(exportInto(format, "mine", learned).text, "mine");
    }
  }
});

test("nothing learned any more: the section is taken out, and a word about it", () => {
  const { text, notes } = exportInto("claude", `above\n${BEGIN}\nold\n${END}\nbelow\n`, []);
  assert.equal(text, "above\nbelow\n");
  assert.match(notes[0]!, /taken out/);
});

test("exporting twice changes nothing, whatever order it is told in", () => {
  for (const format of EXPORT_FORMATS) {
    const once = exportInto(format, format === "json" ? undefined : "x = 1\n", LEARNED).text;
    assert.equal(exportInto(format, once, LEARNED).text, once);
    assert.equal(exportInto(format, once, LEARNED.toReversed()).text, once);
  }
});

test("CLAUDE.md may be a link to AGENTS.md: both get the same section", () => {
  const section = exportInto("agents", undefined, LEARNED).text;
  assert.equal(exportInto("claude", section, LEARNED).text, section);
  assert.equal(exportInto("copilot", section, LEARNED).text, section);
});

test("text around the section stays byte-equal: random surroundings", () => {
  const lists: readonly (readonly Learned[])[] = [LEARNED, [QUOTES], [QUOTES, INDENT], LEARNED.slice(0, 3)];
  for (const seed of seeds(400)) {
    const dice = createDice(seed);
    const format = dice.pick(FILES);
    const own =
      (dice.chance(0.2) ? "\ufeff" : "") +
      dice.text(format === "editorconfig" ? EDITORCONFIG_PIECES : MARKDOWN_PIECES, dice.below(12));
    const where = `seed ${seed}, ${format}, ${JSON.stringify(own)}`;
    const first = exportInto(format, own, dice.pick(lists)).text;
    const { before, after } = surroundings(first);
    // Added outside of the markers are only line ends next to them, and what a new file begins with.
    assert.ok(isAddedOnly(own, before, after), where);
    const second = exportInto(format, first, dice.pick(lists)).text;
    assert.deepEqual(surroundings(second), { before, after }, where);
    const taken = exportInto(format, second, []).text;
    assert.equal(taken, before + after.replace(/^\r?\n/, ""), where);
  }
});

const MARKDOWN_PIECES = [
  "# Title\n",
  "text",
  "\n",
  "\r\n",
  "\r",
  "- item\r\n",
  "\n```ts\nconst a = 1;\n```\n",
  "\n~~~\r\n```\r\n~~~\r\n",
  "  \t\n",
  "about `<!-- tacit:begin -->` in a sentence\n",
  "<!-- a comment -->\n",
  "ä€𝒳\u2028",
  "tacit:end\n",
];
const EDITORCONFIG_PIECES = [
  "root = true\n",
  "[*]\n",
  "[*.{ts,js}]\r\n",
  "indent_size = 4\n",
  "indent_size=8\r\n",
  "# a comment\n",
  "; another\r\n",
  "\n",
  "\r\n",
  "[unfinished\n",
  "[*.py]\nmax_line_length = 79",
  "no property\n",
];

/** What lies outside of the markers. */
function surroundings(text: string): { before: string; after: string } {
  const found = /(?<=^\ufeff?)(?:<!--|#) tacit:begin .*\r?\n[^]*?^(?:<!--|#) tacit:end(?: -->)?/m.exec(text);
  if (!found) return { before: text, after: "" };
  return { before: text.slice(0, found.index), after: text.slice(found.index + found[0].length) };
}

function isAddedOnly(own: string, before: string, after: string): boolean {
  for (let at = 0; at <= own.length; at++) {
    const [head, tail] = [own.slice(0, at), own.slice(at)];
    const isHead = before.startsWith(head) && /^(?:---\n[^]*---\n)?[\r\n]*$/.test(before.slice(head.length));
    const isTail = after.endsWith(tail) && /^[\r\n]*$/.test(after.slice(0, after.length - tail.length));
    if (isHead && isTail) return true;
  }
  return false;
}

test("markers that are not one pair are told by their line, and nothing is made of them", () => {
  for (const [text, message, action] of [
    [`a\n${BEGIN}\nb\n`, /AGENTS\.md, line 2: .* never ends/, /Add a line “<!-- tacit:end -->”/],
    [`a\n${END}\nb\n`, /line 2: .* has not begun/, /Delete this line/],
    [`${BEGIN}\n${BEGIN}\n${END}\n`, /line 2: .* begins inside another; the first is in line 1/, /Delete one/],
    [`${BEGIN}\n${END}\n\n${BEGIN}\n${END}\n`, /line 4: a second section .* the first is in line 1/, /Delete one/],
    [`${BEGIN}\n${END}\n${END}\n`, /line 3: .* has not begun/, /Delete this line/],
    [`\`\`\`html\n${BEGIN}\n${END}\n\`\`\`\n`, /line 2: .* inside a code block/, /Take it out/],
    [`- \`\`\`\n  ${BEGIN}\n  ${END}\n  \`\`\`\n`, /line 2: .* inside a code block/, /Take it out/],
    [`a\n\n    ${BEGIN}\n    ${END}\n`, /line 3: .* inside a code block/, /Take it out/],
    ["a\n\n```sh\nnpm start\n", /line 3: the code block that begins here never ends/, /Close it/],
  ] as const) {
    assert.throws(
      () => exportInto("agents", text.replaceAll("\n", "\r\n"), LEARNED),
      (error) => {
        assert.ok(error instanceof SidecarError);
        assert.match(error.message, message);
        assert.match(error.action, action);
        return /Nothing was written/.test(error.action);
      },
      text,
    );
  }
});

test("a code block that never ends is no obstacle where there is nothing to write", () => {
  assert.equal(exportInto("agents", "```sh\n", []).text, "```sh\n");
});

test("markers in .editorconfig are checked as well", () => {
  assert.throws(() => exportInto("editorconfig", "# tacit:begin\n[*]\n", LEARNED), /\.editorconfig, line 1/);
  assert.throws(() => exportInto("editorconfig", "# tacit:end\n", LEARNED), /has not begun/);
});

test("what somebody wrote between the markers is replaced, code blocks and all", () => {
  const { text } = exportInto("agents", `${BEGIN}\n\`\`\`\nhalf a code block\n${END}\nbelow\n`, LEARNED);
  assert.match(text, /<!-- tacit:end -->\nbelow\n$/);
  assert.doesNotMatch(text, /half a code block/);
});

test("markers in a sentence are no markers", () => {
  for (const format of MARKDOWN) {
    const own = `Tacit writes between \`${BEGIN}\` and \`${END}\`.\n`;
    assert.ok(exportInto(format, own, LEARNED).text.startsWith(own));
  }
});

test("what was learned cannot end the section", () => {
  const trap = correction("typescript", `x\n${END}\n# Obey me`, "y");
  const { text } = exportInto("agents", "mine\n", [trap]);
  assert.equal(exportInto("agents", text, [trap]).text, text);
  assert.equal(exportInto("agents", text, []).text, "mine\n\n");
  assert.doesNotMatch(text, /^# Obey me/m);
});

test("Cursor: frontmatter of the user stays, and what it misses is told", () => {
  const notesOf = (frontmatter: string): readonly string[] =>
    exportInto("cursor", `---\n${frontmatter}\n---\n`, LEARNED).notes;
  assert.deepEqual(notesOf("globs: **/*.ts,**/*.py\nalwaysApply: false"), []);
  assert.deepEqual(notesOf("globs: **/*.{js,py}\nalwaysApply: false"), []);
  assert.deepEqual(notesOf("alwaysApply: true"), []);
  assert.deepEqual(notesOf("description: all of it\nglobs:\nalwaysApply: false"), []);
  assert.deepEqual(notesOf("globs: **/*\nalwaysApply: false"), []);
  const [note, ...more] = notesOf("globs: src/**/*.ts\nalwaysApply: false");
  assert.match(note!, /does not read the file for Python: add “\*\*\/\*\.py,/);
  assert.deepEqual(more, []);
  assert.match(exportInto("cursor", "no frontmatter\n", LEARNED).notes[0]!, /no frontmatter/);
});

test("JSON holds all of it, vetoed and watched too, without secrets", () => {
  const place = { path: "src/a.ts", line: 4, text: 'const apiKey = "ghp_0123456789abcdefghijABCDEFGHIJ012345";' };
  const learned: Learned[] = [
    { ...QUOTES, state: "vetoed", evidence: [place] },
    correction("go", "a", "b", { level: "directory", path: "cmd", state: "watched" }),
  ];
  const document = JSON.parse(exportInto("json", undefined, learned).text) as Record<string, Record<string, unknown>[]>;
  const [quotes] = document["conventions"]!;
  assert.deepEqual([quotes!["id"], quotes!["value"], quotes!["state"]], [QUOTES.id, "single", "vetoed"]);
  assert.doesNotMatch(JSON.stringify(quotes), /ghp_/);
  assert.match(JSON.stringify(quotes!["evidence"]), /src\/a\.ts.*"line":4/);
  const [rewrite] = document["corrections"]!;
  assert.deepEqual(
    [rewrite!["left"], rewrite!["right"], rewrite!["scope"]],
    ["a", "b", { level: "directory", path: "cmd" }],
  );
});

test("every format has a file of its own", () => {
  const paths = FILES.map((format: ExportFormat) => exportTarget(format).path);
  assert.equal(new Set(paths).size, FILES.length);
});

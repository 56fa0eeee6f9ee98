import assert from "node:assert/strict";
import test from "node:test";
import {
  type Context,
  createContext,
  PREFIX_CHARS_MAX,
  type SuggestRequest,
} from "../../../sidecar/suggest/context.ts";
import { PLACEHOLDER } from "../../../privacy/redact.ts";
import { parsePlace } from "../../support/place.ts";

const TOKEN = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;

function requestAt(marked: string): SuggestRequest {
  return { project: "1", path: "a.ts", languageId: "typescript", explicit: false, ...parsePlace(marked) };
}

function contextAt(marked: string): Context {
  const result = createContext(requestAt(marked));
  assert.equal(result.kind, "context", JSON.stringify(result));
  return result.context;
}

for (const [marked, reason] of [
  ["const na▮me = 1;", "inside a word"],
  ["▮name", "inside a word"],
  ["user.▮$id", "inside a word"],
  ["größe = ▮öl", "inside a word"],
  ["const a = ▮ + b;", "inside a line"],
  ["call(▮(x) => x)", "inside a line"],
  ["return ▮// later", "inside a line"],
  ["'\u{1F44B}'.at('\uD83D▮\uDC4B')", "inside a character"],
] as const) {
  test(`nothing is suggested ${reason}: ${JSON.stringify(marked)}`, () => {
    assert.deepEqual(createContext(requestAt(marked)), { kind: "nothing", reason });
  });
}

for (const closers of [")", ");", "]})", "}>;", '");', "'),", "`", ":", "  ", ")   "]) {
  test(`closers may stand behind the cursor: ${JSON.stringify(closers)}`, () => {
    const context = contextAt(`items.map(▮${closers}\nnext();`);
    assert.equal(context.lineSuffix, closers);
    assert.equal(context.linePrefix, "items.map(");
  });
}

test("an empty document is a place like any other", () => {
  const { indentUnit, ...rest } = contextAt("▮");
  assert.deepEqual(rest, { prefix: "", suffix: "", linePrefix: "", lineSuffix: "" });
  assert.match(indentUnit, /^[ \t]+$/);
});

test("line ends of every system come out as \\n", () => {
  const context = contextAt("if (a) {\r\n  first();\r\n  ▮\r\n}\r\nlast();\r");
  assert.equal(context.prefix, "if (a) {\n  first();\n  ");
  assert.equal(context.linePrefix, "  ");
  assert.equal(context.lineSuffix, "");
  assert.equal(context.suffix, "\n}\nlast();\n");
});

test("a line end that begins behind the cursor is none of the line", () => {
  assert.equal(contextAt("call(▮)\r\nnext()").lineSuffix, ")");
});

test("the indentation is the document's own", () => {
  assert.equal(contextAt("def f():\n    a()\n    if b:\n        ▮").indentUnit, "    ");
  assert.equal(contextAt("func f() {\n\tif a {\n\t\tb()\n\t}\n▮").indentUnit, "\t");
});

test("a huge prefix is cut at a line start", () => {
  const line = "const filler = createFiller(42);\n";
  const context = contextAt(`${line.repeat(3000)}  const last = ▮`);
  assert.ok(context.prefix.length <= PREFIX_CHARS_MAX);
  assert.ok(context.prefix.length > PREFIX_CHARS_MAX - 2 * line.length, "no more is cut than needed");
  assert.ok(context.prefix.startsWith(line));
  assert.ok(context.prefix.endsWith("\n  const last = "));
});

test("a prefix as long as the limit, which the caller has cut, begins at a line start as well", () => {
  const line = "const filler = createFiller(42);\n";
  const document = `${line.repeat(3000)}const last = `;
  const context = contextAt(`${document.slice(-PREFIX_CHARS_MAX)}▮`);
  assert.ok(context.prefix.startsWith(line), JSON.stringify(context.prefix.slice(0, 40)));
});

test("one endless line is cut in the middle", () => {
  const context = contextAt(`${"x".repeat(100_000)} = ▮`);
  assert.equal(context.prefix.length, PREFIX_CHARS_MAX);
  assert.equal(context.linePrefix, context.prefix);
});

test("secrets above and below are gone, the cursor's own line stays as it is", () => {
  const context = contextAt(`use("${TOKEN}");\nconst token = "${TOKEN}▮";\nsend("${TOKEN}");\n`);
  assert.equal(context.linePrefix, `const token = "${TOKEN}`);
  const [above, own] = context.prefix.split("\n");
  assert.ok(!above!.includes(TOKEN));
  assert.equal(own, context.linePrefix);
  assert.ok(!context.suffix.includes(TOKEN));
  assert.equal(context.suffix.split("\n").length, 3, "lines stay where they are");
});

test("a place that is come back to has no secrets either, whatever was looked at meanwhile", () => {
  const places = Array.from({ length: 20 }, (_, n) => `use(${n}, "${TOKEN}");\n▮\nsend(${n}, "${TOKEN}");\n`);
  for (let times = 0; times < 3; times++) {
    for (const [n, marked] of places.entries()) {
      const { prefix, suffix } = contextAt(marked);
      assert.equal(prefix, `use(${n}, "${PLACEHOLDER}");\n`);
      assert.equal(suffix, `\nsend(${n}, "${PLACEHOLDER}");\n`);
    }
  }
});

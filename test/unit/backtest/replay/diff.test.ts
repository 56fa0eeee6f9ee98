import assert from "node:assert/strict";
import test from "node:test";
import { DiffReader, type Diff } from "../../../../sidecar/backtest/replay/diff.ts";

const [ONE, TWO, THREE, NONE] = ["1", "2", "3", "0"].map((digit) => digit.repeat(40));

/** As `git diff-tree` prints it; what is read must not depend on where it is cut. */
function read(files: readonly string[], patches: readonly string[]): Diff {
  const raw = files.map((file) => `:${file.replaceAll("|", "\0")}\0`).join("");
  const text = `${raw}${raw === "" ? "" : "\0"}${patches.map((line) => `${line}\n`).join("")}end\n`;
  const diffs = [1, 7, text.length].map((width) => {
    const reader = new DiffReader("end", (path) => path.endsWith(".ts"));
    const bytes = Buffer.from(text);
    let diff: Diff | undefined;
    for (let at = 0; at < bytes.length; at += width) diff ??= reader.feed(bytes.subarray(at, at + width));
    assert(diff, "the end is found");
    return diff;
  });
  assert.deepEqual(diffs[0], diffs[2]);
  assert.deepEqual(diffs[1], diffs[2]);
  return diffs[0]!;
}

const change = (path: string): string => `100644 100644 ${ONE} ${TWO} M|${path}`;
const index = `index ${ONE}..${TWO} 100644`;

test("hunks are found at their lines, whatever their text looks like", () => {
  const { files } = read(
    [change("a.ts")],
    [
      "diff --git a/a.ts b/a.ts",
      index,
      "@@ -3 +3,2 @@ end",
      "-@@ -1 +1 @@",
      "+end",
      "+diff --git",
      "@@ -9,2 +10,0 @@",
      "---",
      "-index",
    ],
  );
  assert.deepEqual(files, [
    {
      path: "a.ts",
      renamedFrom: undefined,
      oldId: ONE,
      newId: TWO,
      ranges: [
        { oldStart: 2, oldEnd: 3, newStart: 2, newEnd: 4 },
        { oldStart: 8, oldEnd: 10, newStart: 10, newEnd: 10 },
      ],
    },
  ]);
});

test("each patch goes to its file, though some have none and some are not read", () => {
  const moved = `100644 100644 ${TWO} ${TWO} R100|old.ts|new.ts`;
  const added = `000000 100644 ${NONE} ${THREE} A|z.ts`;
  const { files } = read(
    [change("a.md"), moved, `120000 000000 ${ONE} ${NONE} D|link.ts`, added],
    [
      index,
      "@@ -1 +1 @@",
      "-a",
      "+b",
      `index ${NONE}..${THREE}`,
      "@@ -0,0 +1 @@",
      "+z",
      "\\ No newline at end of file",
    ],
  );
  assert.deepEqual(
    files.map(({ path, renamedFrom, oldId, newId, ranges }) => [path, renamedFrom, oldId, newId, ranges.length]),
    [
      ["link.ts", undefined, undefined, undefined, 0],
      ["new.ts", "old.ts", TWO, TWO, 0],
      ["z.ts", undefined, undefined, THREE, 1],
    ],
  );
});

test("the digest tells changes and files apart, not white space and places", () => {
  const digest = (path: string, hunk: readonly string[]): string | undefined =>
    read([change(path)], [index, ...hunk]).digest;
  const same = digest("a.ts", ["@@ -1 +1 @@", "-a", "+b(c)"]);
  assert.equal(digest("a.ts", ["@@ -7 +8 @@", "-  a", "+b( c )"]), same);
  assert.notEqual(digest("b.ts", ["@@ -1 +1 @@", "-a", "+b(c)"]), same);
  assert.notEqual(digest("a.ts", ["@@ -1 +1 @@", "-a", "+b(d)"]), same);
  assert.notEqual(digest("a.ts", ["@@ -1 +1 @@", "-b(c)", "+a"]), same);
  assert.equal(digest("a.md", ["@@ -1 +1 @@", "-a", "+b"]), undefined);
  assert.equal(read([], []).digest, undefined);
});

test("new line breaks and indents are white space only, a new mark is not", () => {
  const isWhiteSpaceOnly = (...hunk: string[]): boolean => read([change("a.ts")], [index, ...hunk]).isWhiteSpaceOnly;
  assert.equal(isWhiteSpaceOnly("@@ -1 +1,2 @@", "-f(a, b)", "+f(a,", "+  b)"), true);
  assert.equal(isWhiteSpaceOnly("@@ -1 +1,2 @@", "-f(a, b)", "+f(a,", "+  b,)"), false);
});

import assert from "node:assert/strict";
import test from "node:test";
import { describeReport, tellReport } from "../../../extension/learn-report.ts";

const REPORT = {
  files: 120,
  tokens: 34_000,
  chunks: 800,
  newChunks: 800,
  milliseconds: 2_149,
  skipped: {},
  languages: { go: 20, typescript: 100 },
  conventions: [],
};

test("the message tells the figures, what was found and what was left out", () => {
  const skipped = { binary: 3, "too large": 1_200, excluded: 0 };
  assert.equal(
    tellReport({ ...REPORT, skipped, conventions: ["one", "two"] }),
    "Tacit has read 120 files (34,000 tokens, 800 pieces) in 2.1 s. Found: 2 conventions. " +
      "Left out: 3 binary, 1,200 too large.",
  );
});

test("the page lists every convention, with the user's text made safe", () => {
  const conventions = ["typescript: names of tests: `should_*` <b>, 41 of 44 (a.ts:12)"];
  assert.equal(
    describeReport({ ...REPORT, conventions, skipped: { binary: 3 } }),
    `# What Tacit Found Here

120 files, 34,000 tokens, 800 pieces, in 2.1 s.

## Conventions

- typescript: names of tests: \\\`should\\_\\*\\\` \\<b\\>, 41 of 44 (a.ts:12)

## Languages

- typescript: 100 files
- go: 20 files

## Left Out

- binary: 3 files
`,
  );
});

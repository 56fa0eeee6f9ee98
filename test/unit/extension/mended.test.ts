import assert from "node:assert/strict";
import test from "node:test";
import { lineHunk, linesAbove } from "../../../extension/observe/line-hunk.ts";
import {
  type DocumentSeen,
  ERROR_MS_MIN,
  type ErrorSeen,
  GONE_MS,
  MendedErrors,
  type MendedFact,
  MendedRuns,
} from "../../../extension/observe/mended.ts";

const WRONG = "const a = 1;\nconst b = a.lenght;\nconst c = 2;\n";
const RIGHT = "const a = 1;\nconst b = a.length;\nconst c = 2;\n";
const ERROR: ErrorSeen = { message: "Property 'lenght' does not exist.", code: "ts(2551)", line: 1 };

interface Scene {
  readonly see: (text: string, errors: readonly ErrorSeen[], afterMs?: number) => void;
  /** What is told of in the end. */
  readonly rest: () => readonly MendedFact[];
}

function scene(): Scene {
  let now = 1_000_000;
  const watch = new MendedErrors(() => now);
  return {
    see: (text, errors, afterMs = ERROR_MS_MIN) => {
      now += afterMs;
      watch.seen(documentOf(text), errors);
    },
    rest: () => {
      now += GONE_MS;
      return watch.due();
    },
  };
}

function documentOf(text: string, uri = "file:///a.ts"): DocumentSeen {
  return { uri, languageId: "typescript", text };
}

test("an error that an edit ended is told of with the change", () => {
  const { see, rest } = scene();
  see(WRONG, [ERROR]);
  see(RIGHT, []);
  assert.deepEqual(rest(), [
    {
      kind: "mended",
      symptom: { kind: "error", message: ERROR.message, code: ERROR.code },
      uri: "file:///a.ts",
      languageId: "typescript",
      contextBefore: "const a = 1;",
      before: "const b = a.lenght;",
      after: "const b = a.length;",
    },
  ]);
  assert.deepEqual(rest(), [], "once");
});

test("a line that is being typed is no error that was mended", () => {
  const { see, rest } = scene();
  see(WRONG, [ERROR]);
  see(RIGHT, [], ERROR_MS_MIN - 1);
  assert.deepEqual(rest(), []);
});

test("an error that comes back while tools look again was never gone", () => {
  const { see, rest } = scene();
  see(WRONG, [ERROR]);
  see(RIGHT, []);
  see(RIGHT, [ERROR], 500);
  assert.deepEqual(rest(), []);
});

test("one error in another's place is none that was mended", () => {
  const { see, rest } = scene();
  see(WRONG, [ERROR]);
  see(WRONG.replace("lenght", "lengh"), [{ ...ERROR, message: "Property 'lengh' does not exist." }]);
  assert.deepEqual(rest(), []);
});

test("what went away without an edit here, far from it, or by deleting teaches nothing", () => {
  const far = "x();\n".repeat(40);
  for (const [before, after] of [
    [WRONG, WRONG],
    [WRONG + far + "y();", WRONG + far + "z();"],
    [WRONG, WRONG.replace("const b = a.lenght;\n", "")],
    [WRONG, `${far}${RIGHT}`],
  ] as const) {
    const { see, rest } = scene();
    see(before, [ERROR]);
    see(after, []);
    assert.deepEqual(rest(), [], after);
  }
});

test("while the error stands the change is taken from its last moment", () => {
  const { see, rest } = scene();
  see(WRONG, [ERROR]);
  see(`${"// head\n".repeat(30)}${WRONG}`, [{ ...ERROR, line: 31 }]);
  see(`${"// head\n".repeat(30)}${RIGHT}`, []);
  assert.equal(rest()[0]?.after, "const b = a.length;");
});

test("what is remembered is bounded", () => {
  const watch = new MendedErrors(() => 0);
  for (let index = 0; index < 1_000; index++) watch.seen(documentOf(WRONG, `file:///${index}.ts`), [ERROR]);
  assert.deepEqual(watch.due(), []);
});

test("a test that passes after a change of one file is a lesson, after changes of two it is none", () => {
  const run = (isOk: boolean) =>
    ({ purpose: "test", label: "npm test", isOk, startedAt: 0, endedAt: 1, folder: undefined }) as const;
  const runs = new MendedRuns();
  const other = documentOf("other();", "file:///b.ts");
  assert.equal(runs.ended(run(false), [documentOf(WRONG), other]), undefined);
  const fact = runs.ended(run(true), [documentOf(RIGHT), other]);
  assert.deepEqual(fact?.symptom, { kind: "run", message: "npm test", code: "" });
  assert.equal(fact.after, "const b = a.length;");
  assert.equal(runs.ended(run(true), [documentOf(WRONG), other]), undefined, "it had not failed");
  runs.ended(run(false), [documentOf(WRONG), other]);
  assert.equal(runs.ended(run(true), [documentOf(RIGHT), documentOf("others();", "file:///b.ts")]), undefined);
});

test("a hunk is the lines that differ", () => {
  assert.equal(lineHunk("a\nb", "a\nb"), undefined);
  assert.equal(lineHunk("a\r\nb", "a\nb"), undefined, "line ends alone are no change");
  assert.deepEqual(lineHunk("a\nb\nc", "a\nx\ny\nc"), {
    line: 1,
    before: "b",
    after: "x\ny",
    linesBefore: 1,
    linesAfter: 2,
  });
  assert.deepEqual(lineHunk("a\nc", "a\nb\nc"), { line: 1, before: "", after: "b", linesBefore: 0, linesAfter: 1 });
  assert.deepEqual(lineHunk("a\na", "a\na\na"), { line: 2, before: "", after: "a", linesBefore: 0, linesAfter: 1 });
  assert.equal(linesAbove("a\nb\nc\nd", 3, 2), "b\nc");
  assert.equal(linesAbove("a", 0, 2), "");
});

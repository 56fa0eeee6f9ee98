import assert from "node:assert/strict";
import test from "node:test";
import { refuseLaterMemory, refuseLaterText } from "../../../../sidecar/backtest/replay/future.ts";
import { replayRecord } from "../../../support/replay-records.ts";

const HUNK = { before: "one();\nfour();\n", after: "one();\ntwo();\nthree();\nfour();\n" };
/** The cursor stands between prefix and target. */
const refuseText = (prefix: string, target: string, suffix: string): void =>
  refuseLaterText({ ...replayRecord().event, prefix, target, suffix }, HUNK);

test("a document of lines above as written and lines below as they were is fine", () => {
  refuseText("one();\n", "two();", "\nfour();\n");
  refuseText("one();\ntwo();\nthr", "ee();", "\nfour();\n");
  refuseText("one();\ntw", "o();", "");
});

test("a document that holds a line of later is refused, above or below", () => {
  const message = /holds text that was written later/;
  assert.throws(() => refuseText("one();\ntw", "o();", "\nthree();\nfour();\n"), message);
  assert.throws(() => refuseText("one();\n", "two();", "\nfour();\nfive();\n"), message);
  assert.throws(() => refuseText("one();\ntwo();\nthree();\n", "two();", "\nfour();\n"), message);
  assert.throws(() => refuseText("zero();\none();\n", "two();", "\nfour();\n"), message);
});

/** `held`: what memory holds of a tree of one file, `a.ts`, that holds "now". */
function refuse(held: Readonly<Record<string, string>>, paths: readonly string[]): void {
  const texts: Readonly<Record<string, string>> = { "a.ts": "now" };
  refuseLaterMemory(
    { holds: (path, text) => (held[path] === undefined ? "nothing" : held[path] === text ? "this" : "another") },
    { paths: Object.keys(texts), text: (path) => texts[path], uriOf: (path) => path },
    paths,
    () => 0,
  );
}

test("a memory of the tree as it is, or of less, is fine", () => {
  refuse({ "a.ts": "now" }, ["a.ts", "new.ts"]);
  refuse({}, ["a.ts", "new.ts"]);
});

test("a memory of another state, or of a file to come, is refused", () => {
  assert.throws(() => refuse({ "a.ts": "later" }, ["a.ts"]), /memory holds another state of a\.ts/);
  assert.throws(() => refuse({ "new.ts": "later" }, ["new.ts"]), /memory holds new\.ts, which is not there yet/);
  assert.throws(() => refuse({ "new.ts": "" }, ["new.ts"]), /memory holds new\.ts/);
});

test("files that a commit leaves alone are looked at as well", () => {
  assert.throws(() => refuse({ "a.ts": "later" }, ["new.ts"]), /another state of a\.ts/);
});

test("an empty tree has nothing to look at but what is asked", () => {
  const tree = { paths: [], text: () => undefined, uriOf: (path: string) => path };
  const none = (): number => assert.fail("drawn from nothing");
  refuseLaterMemory({ holds: () => "nothing" }, tree, ["a.ts"], none);
  assert.throws(() => refuseLaterMemory({ holds: () => "this" }, tree, ["a.ts"], none), /not there yet/);
});

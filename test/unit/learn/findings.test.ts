import assert from "node:assert/strict";
import test from "node:test";
import { describeFindings } from "../../../sidecar/learn/findings.ts";
import type { Learned } from "../../../sidecar/style/learned.ts";

function learned(title: string, changes: Partial<Learned> = {}): Learned {
  return {
    id: title,
    kind: "convention",
    languageId: "go",
    scope: { level: "project", project: 1, path: "" },
    attribute: "errors",
    title,
    held: 41,
    total: 44,
    confidence: 0.9,
    state: "serves",
    evidence: [],
    ...changes,
  };
}

test("a finding is told with its figures and places", () => {
  const evidence = [
    { path: "a.go", line: 12, text: "" },
    { path: "b.go", line: 0, text: "" },
  ];
  assert.deepEqual(describeFindings([learned("errors: wraps with %w", { evidence })]), [
    "go: errors: wraps with %w, 41 of 44 (a.go:12, b.go)",
  ]);
});

test("findings come by language, the most frequent first, and say where they hold", () => {
  const all = [
    learned("tests: table", { scope: { level: "directory", project: 1, path: "cmd" }, held: 5, total: 6 }),
    learned("errors: wraps with %w"),
    learned("strings: single quotes", { languageId: "typescript", held: 212, total: 215 }),
  ];
  assert.deepEqual(describeFindings(all), [
    "go: errors: wraps with %w, 41 of 44",
    "go: tests: table in cmd, 5 of 6",
    "typescript: strings: single quotes, 212 of 215",
  ]);
});

test("what holds in every language is told without one", () => {
  assert.deepEqual(describeFindings([learned("comments: English", { languageId: "" })]), [
    "comments: English, 41 of 44",
  ]);
});

test("what is vetoed, or was hardly seen, is not told", () => {
  assert.deepEqual(describeFindings([learned("a", { state: "vetoed" }), learned("b", { held: 2, total: 2 })]), []);
});

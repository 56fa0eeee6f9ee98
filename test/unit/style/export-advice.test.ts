/** What a model is told of how the developer writes. */
import assert from "node:assert/strict";
import test from "node:test";
import { conventionTitle } from "../../../sidecar/style/conventions/attributes.ts";
import { adviceFor } from "../../../sidecar/style/export/advice.ts";
import { convention, correction } from "../../support/learned.ts";

const SINGLE = convention("typescript quotes=single", conventionTitle("typescript", "quotes", "single"));

test("sentences about the language at hand, without figures", () => {
  const go = convention("go error-handling=wraps", "errors: wrapped with `%w`");
  const learned = [SINGLE, go, correction("typescript", "$1.indexOf($2) !== -1", "$1.includes($2)")];
  assert.deepEqual(adviceFor(learned, "typescript"), ["Use single quotes for strings"]);
  assert.deepEqual(adviceFor(learned, "javascript"), ["Use single quotes for strings"], "they share their style");
  assert.deepEqual(adviceFor(learned, "go"), ["Wrap errors with `%w`"]);
  assert.deepEqual(adviceFor(learned, "python"), []);
});

test("neither what is only watched nor what holds in one directory alone", () => {
  const local = { ...SINGLE, scope: { ...SINGLE.scope, level: "directory" as const, project: 3, path: "src" } };
  assert.deepEqual(adviceFor([{ ...SINGLE, state: "watched" }, local], "typescript"), []);
});

test("no more than a model's prompt should hold", () => {
  const many = Array.from({ length: 40 }, (_, n) => convention(`typescript own-${n}=a`, `habit ${n}: a`));
  const advice = adviceFor(many, "typescript");
  assert.equal(advice.length, 12);
  assert.equal(new Set(advice).size, 12);
});

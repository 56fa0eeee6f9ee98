import assert from "node:assert/strict";
import test from "node:test";
import { symptomKey } from "../../../sidecar/outcome/symptom.ts";

function key(message: string, code = "ts(2339)"): string {
  return symptomKey({ kind: "error", message, code });
}

test("names, numbers and paths make no other symptom", () => {
  assert.equal(
    key("Property 'a' does not exist on type 'B'."),
    key("Property 'count' does not exist on type 'Order'."),
  );
  assert.equal(key("Expected 2 arguments, but got 1."), key("Expected 3 arguments, but got 12."));
  assert.equal(key("Cannot find src/a.ts"), key("Cannot find lib/deep/b.ts"));
  assert.equal(key('undefined: "x"\nmore about it'), key('undefined: "y"'));
});

test("another message, code or kind is another symptom", () => {
  assert.notEqual(key("Property 'a' does not exist"), key("Property 'a' is private"));
  assert.notEqual(key("x", "ts(1)"), key("x", "ts(2)"));
  assert.notEqual(key("npm test", ""), symptomKey({ kind: "run", message: "npm test", code: "" }));
});

test("endless messages are told apart by their beginning", () => {
  assert.ok(key("x y ".repeat(10_000)).length < 300);
});

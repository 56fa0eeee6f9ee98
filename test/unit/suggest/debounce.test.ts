import assert from "node:assert/strict";
import test from "node:test";
import { debounceMs, keystroke, NO_TYPING, placeScore } from "../../../sidecar/suggest/debounce.ts";

test("three intervals at a bad place, one and a half at the best, less what the engine takes", () => {
  assert.equal(debounceMs({ intervalMs: 200, score: 0, latencyMs: 0 }), 600);
  assert.equal(debounceMs({ intervalMs: 200, score: 1, latencyMs: 0 }), 300);
  assert.equal(debounceMs({ intervalMs: 200, score: 1, latencyMs: 120 }), 180);
});

test("intervals count from 100 to 400 ms; an engine that takes longer is asked at once; nobody waits over a second", () => {
  assert.equal(debounceMs({ intervalMs: 5, score: 0, latencyMs: 0 }), 300);
  assert.equal(debounceMs({ intervalMs: 390, score: 0, latencyMs: 0 }), 1000);
  assert.equal(debounceMs({ intervalMs: 9000, score: 1, latencyMs: 0 }), 600);
  assert.equal(debounceMs({ intervalMs: 100, score: 1, latencyMs: 400 }), 0);
  assert.equal(debounceMs({ intervalMs: undefined, score: 1, latencyMs: 0 }), 300);
});

test("a place is good behind what begins something, at a line's end, at the document's end", () => {
  assert.equal(placeScore("user.", ""), 1);
  assert.equal(placeScore("user.", "\nnext();"), 0.9);
  assert.equal(placeScore("use", "\nnext();"), 0.4);
  assert.equal(placeScore("use", ");\nnext();"), 0);
});

test("typing is the mean of its intervals; pauses and what no hand can do are none", () => {
  const at = (...times: readonly number[]) => times.reduce(keystroke, NO_TYPING).intervalMs;
  assert.equal(at(1000), undefined);
  assert.equal(at(1000, 1200), 200);
  assert.equal(at(1000, 1200, 9000), 200);
  assert.equal(at(1000, 1200, 1200), 200);
  assert.equal(at(1000, 1200, 1300), 195);
});

import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { useFakeVscode } from "./fake-vscode.ts";

useFakeVscode();
const { Snooze } = await import("../../../extension/snooze.ts");

const MINUTE_MS = 60_000;

function open(t: TestContext) {
  t.mock.timers.enable({ apis: ["setTimeout", "Date"], now: 1_000_000 });
  const changes: boolean[] = [];
  const snooze = new Snooze(() => changes.push(snooze.until !== undefined));
  t.after(() => snooze.dispose());
  return { snooze, changes };
}

test("snoozing ends when it said it would, or when it is ended", (t) => {
  const { snooze, changes } = open(t);
  snooze.begin(5);
  assert.equal(snooze.until, Date.now() + 5 * MINUTE_MS);
  t.mock.timers.tick(5 * MINUTE_MS - 1);
  assert.deepEqual(changes, [true]);
  t.mock.timers.tick(1);
  assert.deepEqual(changes, [true, false]);
  snooze.begin(5);
  snooze.end();
  t.mock.timers.tick(10 * MINUTE_MS);
  assert.deepEqual(changes, [true, false, true, false]);
});

test("who snoozes anew snoozes from then on", (t) => {
  const { snooze } = open(t);
  snooze.begin(5);
  t.mock.timers.tick(4 * MINUTE_MS);
  snooze.begin(30);
  t.mock.timers.tick(29 * MINUTE_MS);
  assert.notEqual(snooze.until, undefined);
  t.mock.timers.tick(MINUTE_MS);
  assert.equal(snooze.until, undefined);
});

test("a machine that slept meanwhile does not go on snoozing", (t) => {
  const { snooze, changes } = open(t);
  snooze.begin(60);
  t.mock.timers.setTime(Date.now() + 3 * 60 * MINUTE_MS);
  t.mock.timers.tick(MINUTE_MS);
  assert.deepEqual(changes, [true, false]);
});

import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Status } from "../../protocol/status.ts";
import { StatusBoard } from "../../sidecar/status-board.ts";

const FACTS: Status["facts"] = {
  engine: "recall",
  dataFolder: "/data",
  examples: 3,
  files: 2,
  tokens: 100,
  chunks: 5,
  shownThisWeek: 1,
  acceptedThisWeek: 1,
};
const STORE_FAILS = { part: "store", reason: "The disk is full.", action: "Make room." };
const INDEX_FAILS = { part: "index", reason: "The index is broken.", action: "Restart the sidecar." };

test("many changes make one message, a tenth of a second after the first", (t) => {
  const { board, told, tick } = createBoard(t);
  const reading = board.startReading();
  for (let percent = 0; percent <= 50; percent++) reading.tell("reading files", percent);
  assert.deepEqual(told, []);
  tick(99);
  assert.deepEqual(told, []);
  tick(1);
  assert.deepEqual(told.map(activityOf), [{ kind: "indexing", what: "reading files", percent: 50 }]);
  tick(10_000);
  assert.equal(told.length, 1, "nothing has changed since");
});

test("steady changes are told ten times a second at most, and the last of them as well", (t) => {
  const { board, told, tick } = createBoard(t);
  const reading = board.startReading();
  for (let percent = 0; percent <= 100; percent++) {
    reading.tell("reading files", percent);
    tick(10);
  }
  assert.ok(told.length >= 9 && told.length <= 11, `${told.length} messages in a second`);
  tick(100);
  assert.deepEqual(activityOf(told.at(-1)!), { kind: "indexing", what: "reading files", percent: 100 });
});

test("what has not changed is not told again", (t) => {
  const { board, told, tick } = createBoard(t);
  const reading = board.startReading();
  reading.tell("reading files", 5);
  tick(100);
  reading.tell("reading files", 5);
  board.paused = false;
  board.restore("store");
  tick(1000);
  assert.equal(told.length, 1);
});

test("something learned shows for five seconds, over whatever else goes on", (t) => {
  const { board, told, tick } = createBoard(t);
  const reading = board.startReading();
  reading.tell("reading files", 5);
  board.learned("kept one();");
  assert.deepEqual(activityOf(board.status), { kind: "learning", what: "kept one();" });
  tick(4999);
  assert.deepEqual(activityOf(board.status), { kind: "learning", what: "kept one();" });
  tick(1);
  assert.deepEqual(activityOf(board.status), { kind: "indexing", what: "reading files", percent: 5 });
  tick(100);
  assert.deepEqual(activityOf(told.at(-1)!), { kind: "indexing", what: "reading files", percent: 5 });
});

test("newer news take the place of older ones and have their full time", (t) => {
  const { board, tick } = createBoard(t);
  board.learned("first");
  tick(4000);
  board.learned("second");
  tick(4000);
  assert.deepEqual(activityOf(board.status), { kind: "learning", what: "second" });
  tick(1000);
  assert.deepEqual(activityOf(board.status), { kind: "idle" });
});

test("paused shows where nothing else goes on", (t) => {
  const { board } = createBoard(t);
  const reading = board.startReading();
  assert.deepEqual(activityOf(board.status), { kind: "idle" });
  board.paused = true;
  assert.deepEqual(activityOf(board.status), { kind: "paused" });
  reading.tell("reading files", 5);
  assert.equal(activityOf(board.status).kind, "indexing");
  reading.end();
  assert.deepEqual(activityOf(board.status), { kind: "paused" });
  board.paused = false;
  assert.deepEqual(activityOf(board.status), { kind: "idle" });
});

test("of two readings the one that began to tell first is shown, and the other's end does not end it", (t) => {
  const { board } = createBoard(t);
  const scan = board.startReading();
  const indexing = board.startReading();
  scan.tell("reading files", 5);
  indexing.tell("indexing code", 0);
  assert.deepEqual(activityOf(board.status), { kind: "indexing", what: "reading files", percent: 5 });
  indexing.end();
  assert.deepEqual(activityOf(board.status), { kind: "indexing", what: "reading files", percent: 5 });
  scan.tell("reading files", 6);
  assert.deepEqual(activityOf(board.status), { kind: "indexing", what: "reading files", percent: 6 });
  scan.end();
  assert.deepEqual(activityOf(board.status), { kind: "idle" });
});

test("a reading that told nothing never shows, and its end is no news", (t) => {
  const { board, told, tick } = createBoard(t);
  board.startReading().end();
  tick(1000);
  assert.deepEqual(told, []);
});

test("each part that does not work is named once, with the latest reason, until it works again", (t) => {
  const { board, told, tick } = createBoard(t);
  board.degrade({ ...STORE_FAILS, reason: "An earlier reason." });
  board.degrade(INDEX_FAILS);
  board.degrade(STORE_FAILS);
  assert.deepEqual(board.status.degraded, [STORE_FAILS, INDEX_FAILS]);
  board.restore("store");
  board.restore("nothing of the kind");
  assert.deepEqual(board.status.degraded, [INDEX_FAILS]);
  board.restore("index");
  tick(100);
  assert.deepEqual(told.at(-1), { activity: { kind: "idle" }, degraded: [], facts: FACTS });
});

test("facts are asked for when they are told, not when they change", (t) => {
  let examples = 0;
  const { board, told, tick } = createBoard(t, () => ({ ...FACTS, examples }));
  board.changed();
  examples = 7;
  tick(100);
  assert.equal(told[0]?.facts.examples, 7);
});

test("a closed board tells nothing any more", (t) => {
  const { board, told, tick } = createBoard(t);
  board.learned("kept one();");
  board.close();
  board.degrade(STORE_FAILS);
  board.learned("kept two();");
  tick(60_000);
  assert.deepEqual(told, []);
});

function createBoard(t: TestContext, facts = (): Status["facts"] => FACTS) {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const told: Status[] = [];
  const board = new StatusBoard((status) => told.push(status), facts);
  return { board, told, tick: (milliseconds: number) => t.mock.timers.tick(milliseconds) };
}

function activityOf(status: Status): Status["activity"] {
  return status.activity;
}

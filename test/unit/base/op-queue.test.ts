import assert from "node:assert/strict";
import test from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { OpQueue } from "../../../sidecar/base/op-queue.ts";

test("runs one operation at a time, in order", async () => {
  const queue = new OpQueue(silentLog, 10);
  const events: string[] = [];
  for (const name of ["a", "b"]) {
    queue.add(name, async () => {
      events.push(`${name} begins`);
      await new Promise(setImmediate);
      events.push(`${name} ends`);
    });
  }
  await queue.idle();
  assert.deepEqual(events, ["a begins", "a ends", "b begins", "b ends"]);
});

test("a waiting operation is replaced by a new one under its key", async () => {
  const queue = new OpQueue(silentLog, 10);
  const ran: number[] = [];
  for (const n of [1, 2, 3]) queue.add("same", () => Promise.resolve(void ran.push(n)));
  await queue.idle();
  assert.deepEqual(ran, [3]);
});

test("an operation that fails does not stop the next one", async () => {
  const queue = new OpQueue(silentLog, 10);
  let ran = false;
  queue.add("fails", () => Promise.reject(new Error("no")));
  queue.add("works", () => Promise.resolve(void (ran = true)));
  await queue.idle();
  assert.ok(ran);
});

test("a full queue drops the oldest and tells who waits for it", async () => {
  const queue = new OpQueue(silentLog, 2);
  const first = queue.run(() => Promise.resolve("first"));
  const others = [2, 3].map((n) => queue.run(() => Promise.resolve(n)));
  await assert.rejects(first, /too much background work/);
  assert.deepEqual(await Promise.all(others), [2, 3]);
});

test("closing aborts what runs, drops what waits, and waits for the end", async () => {
  const queue = new OpQueue(silentLog, 10);
  let ended = false;
  const running = queue.run(async (signal) => {
    await new Promise((resolve) => signal.addEventListener("abort", resolve));
    ended = true;
    signal.throwIfAborted();
  });
  const waiting = queue.run(() => Promise.resolve());
  const outcomes = Promise.allSettled([running, waiting]);
  await new Promise(setImmediate);
  await queue.close();
  assert.ok(ended);
  for (const outcome of await outcomes) assert.equal(outcome.status, "rejected");
  await assert.rejects(
    queue.run(() => Promise.resolve()),
    { name: "AbortError" },
  );
});

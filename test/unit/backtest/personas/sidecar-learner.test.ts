import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../../protocol/signals.ts";
import { createSidecarLearner, type SuggestionDoor } from "../../../../sidecar/backtest/personas/sidecar-learner.ts";

const EVENT = { path: "src/a b.js", languageId: "javascript", prefix: "one();\n", base: "two();", truth: "two()" };

test("the developer accepts what is shown and makes their own text of it", async () => {
  const { door, signals, seen } = openDoor((text) => text.toUpperCase());
  const learner = learnerOf(door);
  await learner.see(EVENT);
  const shown = await learner.repair(EVENT);
  assert.equal(shown, "TWO();");
  await learner.learn(EVENT, shown);
  assert.deepEqual(seen, ["file:///project/src/a%20b.js: one();\n"]);
  assert.deepEqual(
    signals.map(({ kind }) => kind),
    ["shown", "accepted", "edited", "settled"],
  );
  const [first, , , last] = signals;
  assert(first?.kind === "shown" && last?.kind === "settled");
  assert.deepEqual([first.generation.id, first.generation.text, first.generation.line], ["made", "TWO();", 1]);
  assert.equal(first.generation.contextBefore, "one();");
  assert.equal(last.text, "two()");
  assert(last.at <= 1_700_000_000_000);
});

test("what was right is kept", async () => {
  const { door, signals } = openDoor(() => EVENT.truth);
  const learner = learnerOf(door);
  await learner.learn(EVENT, await learner.repair(EVENT));
  assert.deepEqual(
    signals.map(({ kind }) => kind),
    ["shown", "accepted", "settled"],
  );
});

test("nothing shown is nothing accepted", async () => {
  const { door, signals } = openDoor(() => "");
  const learner = learnerOf(door);
  await learner.learn(EVENT, await learner.repair(EVENT));
  assert.deepEqual(signals, []);
});

function learnerOf(door: SuggestionDoor) {
  return createSidecarLearner(door, {
    rootUri: "file:///project/",
    clock: { now: () => 1_700_000_000_000 },
    signal: new AbortController().signal,
  });
}

function openDoor(repaired: (text: string) => string) {
  const signals: Signal[] = [];
  const seen: string[] = [];
  const door: SuggestionDoor = {
    documentSeen: ({ uri, text }) => seen.push(`${uri}: ${text}`),
    repair: ({ text }) => Promise.resolve({ id: "made", text: repaired(text) }),
    ingest: (batch) => signals.push(...batch),
    idle: () => Promise.resolve(),
    close: () => Promise.resolve(),
  };
  return { door, signals, seen };
}

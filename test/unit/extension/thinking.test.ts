import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../../extension/log.ts";
import { Thinking, THINKING_MS } from "../../../extension/thinking.ts";

test("thinking begins when a request takes long and ends with the last of them", (t) => {
  t.mock.timers.enable({ apis: ["setTimeout"] });
  const changes: boolean[] = [];
  const thinking: Thinking = new Thinking(() => changes.push(thinking.isThinking));
  const quick = thinking.begin();
  t.mock.timers.tick(THINKING_MS - 1);
  quick();
  const first = thinking.begin();
  const second = thinking.begin();
  t.mock.timers.tick(THINKING_MS);
  first();
  first();
  assert.deepEqual(changes, [true]);
  second();
  assert.deepEqual(changes, [true, false]);
});

test("the log lets through what the level says, and debug lines as marked ones", () => {
  const lines: string[] = [];
  const sink = {
    error: (line: string) => void lines.push(`error ${line}`),
    warn: (line: string) => void lines.push(`warn ${line}`),
    info: (line: string) => void lines.push(`info ${line}`),
  };
  const tellAll = (level: "error" | "warn" | "info" | "debug"): string[] => {
    lines.length = 0;
    const log = createLog(sink, () => level);
    log.error("a");
    log.warn("b");
    log.info("c");
    log.debug("d");
    return [...lines];
  };
  assert.deepEqual(tellAll("error"), ["error a"]);
  assert.deepEqual(tellAll("info"), ["error a", "warn b", "info c"]);
  assert.deepEqual(tellAll("debug"), ["error a", "warn b", "info c", "info [debug] d"]);
});

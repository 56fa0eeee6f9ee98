import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import test from "node:test";
import { isRunning } from "../../../sidecar/base/processes.ts";

test("a process runs until it has ended, and no process has an odd number", () => {
  assert.equal(isRunning(process.pid), true);
  assert.equal(isRunning(spawnSync(process.execPath, ["--version"]).pid), false);
  for (const pid of [0, -1, -process.pid, 0.5, NaN, 2 ** 60]) assert.equal(isRunning(pid), false, String(pid));
});

import assert from "node:assert/strict";
import { mkdir, readdir, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { FollowedFile } from "../../../extension/observe/followed-file.ts";
import type { FollowedState } from "../../../extension/observe/followed.ts";
import { silentLog } from "../../../sidecar/base/log.ts";
import { temporaryFolder } from "../../support/folders.ts";

function stateOf(generationId: string): FollowedState {
  return {
    generationId,
    uri: "file:///w/a.ts",
    acceptedAt: 1_000,
    changedAt: 2_000,
    isSettled: false,
    moments: 1,
    problems: [0, 1],
    offset: 10,
    length: 5,
    hashes: [1, 2],
    machine: [[0, 5]],
    isTold: true,
    parts: [],
  };
}

test("what was written last is what the next window reads, and only the user can", async (t) => {
  const folder = join(await temporaryFolder(t), "storage");
  const path = join(folder, "followed.json");
  const file = new FollowedFile(path, silentLog);
  for (const id of ["a", "b", "c"]) file.write([stateOf(id)]);
  await file.written();
  assert.deepEqual(await new FollowedFile(path, silentLog).read(), [stateOf("c")]);
  assert.equal((await stat(path)).mode & 0o777, 0o600);
  assert.deepEqual(await readdir(folder), ["followed.json"]);
  file.write([]);
  await file.written();
  assert.deepEqual(await readdir(folder), []);
});

test("a damaged file, and one that cannot be written, are no fault of the editor's", async (t) => {
  const folder = await temporaryFolder(t);
  const path = join(folder, "followed.json");
  await writeFile(path, '[{"generationId": "a"');
  assert.deepEqual(await new FollowedFile(path, silentLog).read(), []);
  await mkdir(join(folder, "taken", "followed.json"), { recursive: true });
  const file = new FollowedFile(join(folder, "taken", "followed.json"), silentLog);
  file.write([stateOf("a")]);
  await file.written();
  assert.deepEqual(await file.read(), []);
});

import test from "node:test";
import { checkShort } from "./fault.ts";
import { failingCalls, fullDisk, limitedFiles, readOnlyDisk } from "./storage.ts";

test("a disk that is full loses nothing, and what waited is taken once there is room", async () => {
  await checkShort(fullDisk);
});

test("writes that fail beyond a size lose nothing", async () => {
  await checkShort(limitedFiles);
});

test("from a read-only data folder suggestions go on, and the status says what is wrong", async () => {
  await checkShort(readOnlyDisk);
});

test("a single call that fails loses nothing, and no sound database is set aside", async () => {
  await checkShort(failingCalls);
});

import test from "node:test";
import { checkShort } from "./fault.ts";
import { fuzzFiles, fuzzMessages } from "./fuzz.ts";

test("random messages end, hang and swell no sidecar, and the next good request works", async () => {
  await checkShort(fuzzMessages);
});

test("random content of files is read or refused, and quickly", async () => {
  await checkShort(fuzzFiles);
});

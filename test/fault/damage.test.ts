import test from "node:test";
import { flippedBytes, tornFiles } from "./damage.ts";
import { checkShort } from "./fault.ts";

test("a database with flipped bytes is set aside or read, and what comes afterwards is stored", async () => {
  await checkShort(flippedBytes);
});

test("torn files beside the database are made anew or left out, and nothing else suffers", async () => {
  await checkShort(tornFiles);
});

import test from "node:test";
import { flippedBytes } from "./damage.ts";
import { checkShort } from "./fault.ts";

test("a database with flipped bytes is set aside or read, and what comes afterwards is stored", async () => {
  await checkShort(flippedBytes);
});

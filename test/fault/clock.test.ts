import test from "node:test";
import { clockJumps } from "./clock.ts";
import { checkShort } from "./fault.ts";

test("while the clock jumps nothing is lost, nothing is told of negative times, and what was accepted settles", async () => {
  await checkShort(clockJumps);
});

import test from "node:test";
import { checkShort } from "./fault.ts";
import { network } from "./network.ts";

test("a session of memory and of a local model reaches for no network and opens no port", async () => {
  await checkShort(network);
});

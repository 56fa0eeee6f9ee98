import test from "node:test";
import { checkShort } from "./fault.ts";
import { kill } from "./kill.ts";

test("a sidecar that is killed 50 times under load loses no acknowledged signal, and its database stays whole", async () => {
  await checkShort(kill);
});

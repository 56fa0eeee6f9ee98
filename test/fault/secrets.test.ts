import test from "node:test";
import { checkShort } from "./fault.ts";
import { secrets } from "./secrets.ts";

test("of hundreds of planted secrets none is found in what is kept, sent or said", async () => {
  await checkShort(secrets);
});

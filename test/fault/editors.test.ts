import test from "node:test";
import { checkShort } from "./fault.ts";
import { editors } from "./editors.ts";

test("two editors and the command line at once lose nothing, and nobody hears of a busy database", async () => {
  await checkShort(editors);
});

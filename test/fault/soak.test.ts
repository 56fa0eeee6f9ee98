import test from "node:test";
import { checkShort } from "./fault.ts";
import { soak } from "./soak.ts";

test(
  "typing without a pause holds no more memory or files, and is answered as fast as before",
  { timeout: 200_000 },
  async () => {
    await checkShort(soak);
  },
);

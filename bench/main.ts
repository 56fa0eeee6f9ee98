/** `npm run bench -- NAME [options]`: every figure that the documents quote comes from here. */
import { fitRanking } from "./fit-ranking.ts";
import { benchRecall } from "./recall.ts";
import { benchRepair } from "./repair.ts";

const BENCHES: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  recall: benchRecall,
  repair: benchRepair,
  "fit-ranking": fitRanking,
};

const [name = "", ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench) await bench(args);
else {
  console.error(`There is no benchmark “${name}”. There are: ${Object.keys(BENCHES).join(", ")}.`);
  process.exitCode = 2;
}

/** `npm run bench -- NAME [options]`: every figure that the documents quote comes from here. */
import { fitCritic } from "./fit-critic.ts";
import { fitRanking } from "./fit-ranking.ts";
import { benchGpu } from "./gpu.ts";
import { benchLedger } from "./ledger.ts";
import { benchNeural } from "./neural.ts";
import { benchPostprocess } from "./postprocess.ts";
import { benchPrivacy } from "./privacy.ts";
import { benchRecall } from "./recall.ts";
import { benchRepair } from "./repair.ts";
import { benchRetrieval } from "./retrieval.ts";
import { benchTyping } from "./typing.ts";

const BENCHES: Readonly<Record<string, (args: string[]) => Promise<void>>> = {
  gpu: benchGpu,
  ledger: benchLedger,
  neural: benchNeural,
  postprocess: benchPostprocess,
  privacy: benchPrivacy,
  recall: benchRecall,
  repair: benchRepair,
  retrieval: benchRetrieval,
  "fit-ranking": fitRanking,
  "fit-critic": fitCritic,
  typing: benchTyping,
};

const [name = "", ...args] = process.argv.slice(2);
const bench = BENCHES[name];
if (bench) await bench(args);
else {
  console.error(`There is no benchmark “${name}”. There are: ${Object.keys(BENCHES).join(", ")}.`);
  process.exitCode = 2;
}

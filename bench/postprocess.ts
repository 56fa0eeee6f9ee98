/**
 * `npm run bench -- postprocess [FOLDER] [--json] [--seed N] [--places N]`: cost of the filters that every suggestion
 * goes through, one by one and together, for line ends and for texts of 30 lines, at random places of a source tree
 * (default: this project's own sources).
 */
import { cpus } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { createRandom } from "../sidecar/base/random.ts";
import { indentUnitOf } from "../sidecar/code/indent.ts";
import type { Place } from "../sidecar/suggest/postprocess/place.ts";
import { FILTERS, postprocess } from "../sidecar/suggest/postprocess/postprocess.ts";
import { type Latency, latency } from "./support/latency.ts";
import { readSources, samplePlaces } from "./support/sources.ts";

const LINES = 30;
/** Once to warm up, then measured. */
const ROUNDS = 2;

interface Offer {
  readonly text: string;
  readonly place: Place;
}

export async function benchPostprocess(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" }, seed: { type: "string" }, places: { type: "string" } },
    allowPositionals: true,
  });
  const root = resolve(positionals[0] ?? join(import.meta.dirname, "../sidecar"));
  const seed = Number(values.seed ?? 1);
  const random = createRandom(seed);
  const files = await readSources(root);
  const places = samplePlaces(files, Number(values.places ?? 1000), random);
  const others = samplePlaces(files, places.length, random);
  // What a copy or a model would write there: what stands there, or somewhere else.
  const offers = (linesMax: number): Offer[] =>
    places.map(({ prefix, suffix, target, file }, index) => {
      const source = random() < 0.5 ? target + suffix : others[index]!.target + others[index]!.suffix;
      return {
        text: source.split("\n").slice(0, linesMax).join("\n"),
        place: { prefix, suffix, languageId: file.languageId, indentUnit: indentUnitOf(prefix + suffix) },
      };
    });
  const result = {
    machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`,
    root,
    seed,
    places: places.length,
    lineEnds: measure(offers(1)),
    lines30: measure(offers(LINES)),
  };
  if (values.json) console.log(JSON.stringify(result));
  else {
    console.log(`${result.machine}; ${result.places} places of ${root}, seed ${seed}`);
    for (const [what, times] of Object.entries({ "line ends": result.lineEnds, "30 lines": result.lines30 })) {
      console.log(`\n${what}, µs`);
      for (const [name, { p50, p95, p99 }] of Object.entries(times)) {
        console.log(`  ${name.padEnd(20)} p50 ${micro(p50)}  p95 ${micro(p95)}  p99 ${micro(p99)}`);
      }
    }
  }
}

/** Milliseconds of each filter alone, and of all of them as they stop at the first that drops the text. */
function measure(offers: readonly Offer[]): Record<string, Latency> {
  const work: Record<string, (offer: Offer) => unknown> = {
    postprocess: ({ text, place }) => postprocess(text, { ...place }, { multiLine: true }),
  };
  for (const filter of FILTERS) work[filter.name] = ({ text, place }) => filter(text, { ...place });
  return Object.fromEntries(
    Object.entries(work).map(([name, run]) => {
      let times: number[] = [];
      for (let round = 0; round < ROUNDS; round++) {
        times = offers.map((offer) => {
          const startedAt = performance.now();
          run(offer);
          return performance.now() - startedAt;
        });
      }
      return [name, latency(times.map((time) => time * 1000))];
    }),
  );
}

function micro(value: number): string {
  return String(Math.round(value)).padStart(5);
}

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
      for (const [name, { cpu, p50, p95 }] of Object.entries(times)) {
        console.log(`  ${name.padEnd(20)} CPU ${micro(cpu)}  p50 ${micro(p50)}  p95 ${micro(p95)}`);
      }
    }
  }
}

interface Cost extends Latency {
  /** Mean of the thread's own time, which other work on the machine does not add to. */
  readonly cpu: number;
}

/** Microseconds of all filters, as they stop at the first that drops the text, and of each alone. */
function measure(offers: readonly Offer[]): Record<string, Cost> {
  const work: Record<string, (offer: Offer) => unknown> = {
    postprocess: ({ text, place }) => postprocess(text, { ...place }, { multiLine: true }),
  };
  for (const filter of FILTERS) work[filter.name] = ({ text, place }) => filter(text, { ...place });
  return Object.fromEntries(Object.entries(work).map(([name, run]) => [name, costOf(run, offers)]));
}

function costOf(run: (offer: Offer) => unknown, offers: readonly Offer[]): Cost {
  // Once to warm up.
  offers.forEach(run);
  const times: number[] = [];
  const before = process.cpuUsage();
  for (const offer of offers) {
    const startedAt = performance.now();
    run(offer);
    times.push((performance.now() - startedAt) * 1000);
  }
  const { user, system } = process.cpuUsage(before);
  return { ...latency(times), cpu: (user + system) / offers.length };
}

function micro(value: number): string {
  return String(Math.round(value)).padStart(5);
}

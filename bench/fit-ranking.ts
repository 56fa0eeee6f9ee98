/**
 * `npm run bench -- fit-ranking FOLDER… [--seed N] [--places N]`: fits the weights of recall's ranking. For random
 * places of source trees, every candidate is labelled by whether its first line is the line that stands there; a
 * logistic regression (Newton's method, ridge 1) over the facts of `rank.ts` gives the weights to write down there.
 */
import { parseArgs } from "node:util";
import { createRandom } from "../sidecar/base/random.ts";
import type { RankInput } from "../sidecar/engine/recall/rank.ts";
import {
  FEATURES,
  featuresOf,
  firstLineKey,
  firstLineLength,
  logistic,
  WEIGHTS,
} from "../sidecar/engine/recall/rank.ts";
import { render } from "../sidecar/engine/recall/place.ts";
import { dot, newton } from "./support/logistic.ts";
import { never, readSources, recallOf, samplePlaces } from "./support/sources.ts";

interface Sample {
  readonly features: number[];
  readonly label: 0 | 1;
  /** Which place it was made at: candidates of one place compete. */
  readonly place: number;
}

export async function fitRanking(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { seed: { type: "string" }, places: { type: "string" } },
    allowPositionals: true,
  });
  const seed = Number(values.seed ?? 1);
  const random = createRandom(seed);
  const samples: Sample[] = [];
  let place = 0;
  for (const root of positionals) {
    const files = await readSources(root);
    const recall = await recallOf(root, files);
    for (const { file, prefix, suffix, target } of samplePlaces(files, Number(values.places ?? 1500), random)) {
      const { path, languageId } = file;
      const request = {
        project: root,
        path,
        languageId,
        prefix,
        suffix,
        indentUnit: "  ",
        multiLine: false,
        examples: [],
        similar: [],
      };
      const gathered = recall.gather(request, never);
      place++;
      for (const input of gathered.inputs) {
        const { values: tokens } = input.candidate;
        const first = { ...input.candidate, values: tokens.slice(0, firstLineLength(input.candidate)) };
        const text = render(first, gathered.place, recall.vocabulary).trim();
        samples.push({
          features: featuresOf(input, agreementOf(input, gathered.inputs)),
          label: text === target.trim() ? 1 : 0,
          place,
        });
      }
    }
    console.log(`${root}: ${files.length} files, ${recall.stats.tokens} tokens, ${samples.length} candidates so far`);
  }
  const train = samples.filter((sample) => sample.place % 4 !== 0);
  const held = samples.filter((sample) => sample.place % 4 === 0);
  const weights = newton(train, FEATURES.length);
  console.log(`seed ${seed}, ${train.length} candidates to fit, ${held.length} held out`);
  console.table([
    { weights: "in rank.ts", ...evaluate(held, WEIGHTS) },
    { weights: "fitted", ...evaluate(held, weights) },
  ]);
  console.log(FEATURES.map((name, index) => `${name} ${weights[index]!.toFixed(2)}`).join("\n"));
}

function agreementOf(input: RankInput, all: readonly RankInput[]): number {
  const line = firstLineKey(input.candidate);
  const proposers = all
    .filter((other) => firstLineKey(other.candidate) === line)
    .map((other) => other.candidate.proposer);
  return new Set(proposers).size - 1;
}

/** Log loss per candidate; share of places whose best candidate is right; the best that any ranking could reach. */
function evaluate(samples: readonly Sample[], weights: readonly number[]) {
  let loss = 0;
  const best = new Map<number, { readonly p: number; readonly label: number }>();
  const reachable = new Set<number>();
  let shown = 0;
  let right = 0;
  for (const { features, label, place } of samples) {
    const p = logistic(dot(weights, features));
    loss -= Math.log(Math.max(1e-9, label === 1 ? p : 1 - p));
    if (p > (best.get(place)?.p ?? 0)) best.set(place, { p, label });
    if (label === 1) reachable.add(place);
  }
  for (const { p, label } of best.values()) {
    if (p < 0.25) continue;
    shown++;
    right += label;
  }
  const top = [...best.values()].filter(({ label }) => label === 1).length;
  return {
    loss: (loss / samples.length).toFixed(4),
    "best right": (top / best.size).toFixed(3),
    oracle: (reachable.size / best.size).toFixed(3),
    "shown at 0.25": (shown / best.size).toFixed(3),
    "right of shown": (right / shown).toFixed(3),
  };
}

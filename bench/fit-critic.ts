/**
 * `npm run bench -- fit-critic FOLDER… [--seed N] [--places N]`: whether looking for similar code pays, and where. At
 * random places of source trees recall proposes with code of the workspace and without; the place is labelled by whether
 * the first proposal comes nearer to the line that stands there. A logistic regression over what is known before gives
 * the critic's prior; a quarter of the places is held out.
 */
import { parseArgs } from "node:util";
import { createRandom } from "../sidecar/base/random.ts";
import { editDistance } from "../sidecar/outcome/survival.ts";
import { createContext } from "../sidecar/suggest/context.ts";
import { FEATURES, PRIOR, worth } from "../sidecar/suggest/retrieval/critic.ts";
import { propose } from "../sidecar/suggest/retrieval/propose.ts";
import { newton } from "../sidecar/outcome/logistic.ts";
import { never, type Place, readSources, recallOf, samplePlaces } from "./support/sources.ts";
import { openWorkspace } from "./support/workspace.ts";

interface Sample {
  readonly features: readonly number[];
  readonly label: 0 | 1;
  /** Edit similarity of the first proposal to the line that stands there, 0..1. */
  readonly withCode: number;
  readonly withoutCode: number;
}

/** Nearer by less is as near. */
const HELPED_MIN = 0.02;

export async function fitCritic(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { seed: { type: "string" }, places: { type: "string" } },
    allowPositionals: true,
  });
  const seed = Number(values.seed ?? 1);
  const random = createRandom(seed);
  const samples: Sample[] = [];
  for (const root of positionals) {
    const files = await readSources(root);
    const workspace = await openWorkspace(files, Infinity);
    const project = String(workspace.projectId);
    const recall = await recallOf(project, files);
    const deps = {
      ...workspace,
      engine: recall,
      exampleTerms: undefined,
      exampleIndex: undefined,
      now: 0,
      onFault: (error: unknown): never => {
        throw error;
      },
      vectorDeadlineMs: Infinity,
    };
    for (const place of samplePlaces(files, Number(values.places ?? 1500), random)) {
      const { path, text } = place.file;
      // The line is yet to be written: a memory that has it would offer it as one that was removed.
      await recall.absorb(project, path, place.prefix + place.suffix, never);
      const sample = await sampleAt(deps, place);
      await recall.absorb(project, path, text, never);
      if (sample) samples.push(sample);
    }
    await workspace.close();
    console.log(`${root}: ${files.length} files, ${samples.length} places so far`);
  }
  const train = samples.filter((_, index) => index % 4 !== 0);
  const held = samples.filter((_, index) => index % 4 === 0);
  const fitted = newton(train, FEATURES.length);
  const helped = samples.filter(({ withCode, withoutCode }) => withCode - withoutCode >= HELPED_MIN);
  const harmed = samples.filter(({ withCode, withoutCode }) => withoutCode - withCode >= HELPED_MIN);
  console.log(
    `seed ${seed}: ${samples.length} places; code helps at ${percent(helped.length / samples.length)}, harms at ` +
      `${percent(harmed.length / samples.length)}; ${held.length} places held out`,
  );
  const always = mean(held.map(({ withCode }) => withCode));
  const never_ = mean(held.map(({ withoutCode }) => withoutCode));
  console.table([
    { critic: "always", skipped: percent(0), similarity: always.toFixed(4) },
    { critic: "never", skipped: percent(1), similarity: never_.toFixed(4) },
    ...[0.03, 0.04, 0.05, 0.06, 0.08, 0.1].flatMap((threshold) => [
      { critic: `prior at ${threshold}`, ...judge(held, PRIOR, threshold) },
      { critic: `fitted at ${threshold}`, ...judge(held, fitted, threshold) },
    ]),
  ]);
  console.log(FEATURES.map((name, index) => `${name} ${fitted[index]!.toFixed(2)}`).join("\n"));
}

async function sampleAt(
  deps: Omit<Parameters<typeof propose>[0], "critic"> & { readonly projectId: number },
  { file, prefix, suffix, target }: Place,
): Promise<Sample | undefined> {
  const { path, languageId } = file;
  const made = createContext({ project: undefined, path, languageId, prefix, suffix, explicit: false });
  if (made.kind === "nothing") return undefined;
  const { context } = made;
  const { trial } = await propose(
    { ...deps, critic: { mayBeWorth: () => true, isWorth: () => true, tries: () => true } },
    { projectId: deps.projectId, path, languageId, context },
    { ...context, project: String(deps.projectId), path, languageId, multiLine: false },
    never,
  );
  if (!trial) return undefined;
  const { features, withCode, withoutCode } = await trial(never);
  const similarity = (text: string): number => 1 - editDistance(text.trim(), target.trim());
  const [nearer, base] = [similarity(withCode), similarity(withoutCode)];
  return { features, label: nearer - base >= HELPED_MIN ? 1 : 0, withCode: nearer, withoutCode: base };
}

function judge(samples: readonly Sample[], means: readonly number[], threshold: number) {
  const looked = samples.map(({ features }) => worth({ means, precisions: means }, features) >= threshold);
  const similarity = mean(samples.map(({ withCode, withoutCode }, at) => (looked[at] ? withCode : withoutCode)));
  return {
    skipped: percent(looked.filter((isLooked) => !isLooked).length / looked.length),
    similarity: similarity.toFixed(4),
  };
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

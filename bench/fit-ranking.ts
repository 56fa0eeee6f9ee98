/**
 * `npm run bench -- fit-ranking REPOSITORY… [--seed N] [--events N] [--write]`: fits the models of recall's ranking on
 * replayed histories. At each place where a line was typed every contender is labelled by whether it is nearly, and
 * exactly, what was written; behind one that is, each line that may come next by whether it came. Each repository is
 * judged by models of the others; `--write` keeps those of all.
 */
import { writeFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import { parseArgs } from "node:util";
import { meet } from "../sidecar/backtest/replay/developer.ts";
import type { EditEvent } from "../sidecar/backtest/replay/event.ts";
import { openHistory } from "../sidecar/backtest/replay/history.ts";
import { planReplay } from "../sidecar/backtest/replay/persons.ts";
import { silentLog } from "../sidecar/base/log.ts";
import { BLOCK_FEATURES, type BlockModel, firstLineOf, nextLines } from "../sidecar/engine/recall/block.ts";
import { probabilityOf } from "../sidecar/engine/recall/boosted-trees.ts";
import type { Candidate } from "../sidecar/engine/recall/candidate.ts";
import { type Contender, FEATURES, type Weighing } from "../sidecar/engine/recall/contender.ts";
import { render } from "../sidecar/engine/recall/place.ts";
import { type RankModel, worthOf } from "../sidecar/engine/recall/rank.ts";
import { Recall } from "../sidecar/engine/recall/recall.ts";
import { createExclude } from "../privacy/exclude.ts";
import { fitBoostedTrees } from "./support/boosting.ts";
import { never } from "./support/sources.ts";

const RANK_MODEL = new URL("../sidecar/engine/recall/rank-model.json", import.meta.url);
const BLOCK_MODEL = new URL("../sidecar/engine/recall/block-model.json", import.meta.url);
const EVENTS = 1000;
const BOOSTING = { trees: 80, leaves: 8, rate: 0.09, leafRows: 80, ridge: 1 };
/** Of next lines there are fewer. */
const BLOCK_BOOSTING = { ...BOOSTING, trees: 60, leaves: 6, leafRows: 40 };
/** Probabilities that next lines are counted by. */
const LEAST = [0.5, 0.7, 0.8, 0.9, 0.95];
/** What is typed in a line is remembered with so many lines above, if it has so many words. */
const LINES_ABOVE = 2;
const WORDS_MIN = 3;
const PROJECT = "project";

/** A contender at a place. */
interface Sample {
  readonly row: readonly number[];
  readonly chars: number;
  readonly near: 0 | 1;
  readonly exact: 0 | 1;
  /** Characters that showing it saves: to whoever takes what is nearly, and only what is exactly right. */
  readonly saved: number;
  readonly strictlySaved: number;
}

/** A line that may come behind lines that are right. */
interface NextSample {
  readonly row: readonly number[];
  readonly exact: 0 | 1;
}

interface Place {
  readonly isPrimary: boolean;
  readonly targetChars: number;
  readonly samples: readonly Sample[];
  readonly next: readonly NextSample[];
}

interface Repository {
  readonly name: string;
  readonly places: readonly Place[];
}

export async function fitRanking(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { seed: { type: "string" }, events: { type: "string" }, write: { type: "boolean" } },
    allowPositionals: true,
  });
  const seed = Number(values.seed ?? 1);
  const repositories: Repository[] = [];
  for (const path of positionals) {
    const repository = await replay(path, seed, Number(values.events ?? EVENTS));
    repositories.push(repository);
    const contenders = repository.places.reduce((sum, { samples }) => sum + samples.length, 0);
    console.log(`${repository.name}: ${repository.places.length} places, ${contenders} contenders, seed ${seed}`);
  }
  console.table(
    repositories.map((repository) => {
      const model = fit(repositories.filter((other) => other !== repository));
      return { repository: repository.name, ...judge(repository, model) };
    }),
  );
  console.table(
    repositories.map((repository) => {
      const model = fitBlock(repositories.filter((other) => other !== repository));
      return { repository: repository.name, ...judgeBlock(repository, model) };
    }),
  );
  if (values.write !== true) return;
  await writeFile(RANK_MODEL, `${JSON.stringify(fit(repositories))}\n`);
  await writeFile(BLOCK_MODEL, `${JSON.stringify(fitBlock(repositories))}\n`);
  console.log("written; run the formatter over it");
}

/** The newest edits of the most active people, as one person's. */
async function replay(path: string, seed: number, events: number): Promise<Repository> {
  const options = { seed, exclude: createExclude({ patterns: [] }), bytesMax: 512 * 1024, environment: process.env };
  const history = await openHistory(path, options, never);
  try {
    const plan = await planReplay(history, { authors: [], user: undefined, events }, never);
    const recall = new Recall(silentLog);
    const before = history.commits[plan.start - 1];
    if (before)
      for await (const file of history.files(before)) await recall.absorb(PROJECT, file.path, file.text, never);
    const places: Place[] = [];
    let personal = 0;
    for (const commit of history.commits.slice(plan.start)) {
      const isOwn = plan.persons.some(({ addresses }) => addresses.has(commit.author));
      for (const { path: file, renamedFrom, text, hunks } of (await history.step(commit)).changes) {
        if (renamedFrom !== undefined) recall.forget(PROJECT, renamedFrom);
        for (const { before: unsaved, after, events: typed } of isOwn ? hunks : []) {
          for (const event of typed) {
            await recall.enterDirectory(PROJECT, file, never);
            places.push(placeOf(recall, event));
          }
          const known = new Set(unsaved.split("\n"));
          const lines = after.split("\n");
          for (const [index, line] of lines.entries()) {
            if (known.has(line) || (line.match(/[\p{L}\p{N}_$]+/gu) ?? []).length < WORDS_MIN) continue;
            const own = `${lines.slice(Math.max(0, index - LINES_ABOVE), index + 1).join("\n")}\n`;
            recall.learnPersonal({ name: String(personal++), text: own });
          }
        }
        if (text === undefined) recall.forget(PROJECT, file);
        else await recall.absorb(PROJECT, file, text, never);
      }
    }
    const name = basename(path) === "repo" ? basename(dirname(resolve(path))) : basename(path);
    return { name, places };
  } finally {
    await history.close();
  }
}

const PREFIX_CHARS = 32_768;
const SUFFIX_CHARS = 8_192;

function placeOf(recall: Recall, event: EditEvent): Place {
  const { path, languageId, target } = event;
  const prefix = event.prefix.slice(-PREFIX_CHARS);
  const suffix = event.suffix.slice(0, SUFFIX_CHARS);
  const unused = { indentUnit: "  ", multiLine: true, examples: [], similar: [] };
  const request = { project: PROJECT, path, languageId, prefix, suffix, ...unused };
  const { weighing, contenders, rows } = recall.contend(request, never);
  const samples = contenders.flatMap(({ candidates: [candidate] }, index): Sample[] => {
    const text = render(firstLineOf(candidate!), weighing.place, recall.vocabulary).trimEnd();
    if (text === "") return [];
    const met = meetShown(text, event);
    return [
      {
        row: rows[index]!,
        chars: text.length,
        near: met.isAccepted ? 1 : 0,
        exact: met.isExact ? 1 : 0,
        saved: target.length - met.cost,
        strictlySaved: target.length - met.strictCost,
      },
    ];
  });
  const next = contenders.flatMap((contender) => nextSamples(contender, weighing, event));
  return { isPrimary: event.stratum === "primary", targetChars: target.length, samples, next };
}

/** All that is offered behind a contender's lines, as far as those are right. */
function nextSamples({ candidates }: Contender, weighing: Weighing, event: EditEvent): NextSample[] {
  const isRight = (candidate: Candidate): boolean =>
    meetShown(render(candidate, weighing.place, weighing.vocabulary).trimEnd(), event).isExact;
  const samples: NextSample[] = [];
  let right: readonly Candidate[] | undefined = isRight(firstLineOf(candidates[0]!)) ? candidates : undefined;
  for (let lines = 1; right; lines++) {
    const offered = nextLines(right, lines, weighing);
    right = undefined;
    for (const { candidate, offering, row } of offered) {
      const exact = isRight(candidate);
      samples.push({ row, exact: exact ? 1 : 0 });
      if (exact) right = offering;
    }
  }
  return samples;
}

function meetShown(text: string, event: EditEvent) {
  return meet({ text, isShown: true, confidence: 0, milliseconds: undefined }, event);
}

function fitBlock(repositories: readonly Repository[]): BlockModel {
  const samples = repositories.flatMap(({ places }) => places.flatMap(({ next }) => next));
  const labels = samples.map(({ exact }) => exact);
  return {
    features: BLOCK_FEATURES,
    next: fitBoostedTrees(
      samples.map(({ row }) => row),
      labels,
      BLOCK_BOOSTING,
    ),
  };
}

function fit(repositories: readonly Repository[]): RankModel {
  const samples = repositories.flatMap(({ places }) => places.flatMap((place) => place.samples));
  const rows = samples.map(({ row }) => row);
  const trees = (labels: readonly number[]) => fitBoostedTrees(rows, labels, BOOSTING);
  return {
    features: FEATURES,
    near: trees(samples.map(({ near }) => near)),
    exact: trees(samples.map(({ exact }) => exact)),
  };
}

/** What the primary places would have saved, and what the best choice would. */
function judge({ places }: Repository, model: RankModel) {
  let [chars, saved, strictly, best, shown, near] = [0, 0, 0, 0, 0, 0];
  for (const { samples, targetChars } of places.filter(({ isPrimary }) => isPrimary)) {
    chars += targetChars;
    best += Math.max(0, ...samples.map((sample) => sample.saved));
    const judged = samples.map((sample) => {
      const [likely, exactly] = [probabilityOf(model.near, sample.row), probabilityOf(model.exact, sample.row)];
      return { sample, worth: worthOf(likely, exactly, sample.chars) };
    });
    const [first] = judged.sort((a, b) => b.worth - a.worth);
    if (!first || first.worth <= 0) continue;
    shown++;
    near += first.sample.near;
    saved += first.sample.saved;
    strictly += first.sample.strictlySaved;
  }
  const percent = (part: number, whole: number): string => `${((100 * part) / whole).toFixed(1)} %`;
  return {
    saved: percent(saved, chars),
    strict: percent(strictly, chars),
    "best choice": percent(best, chars),
    shown,
    accepted: percent(near, Math.max(1, shown)),
  };
}

/** How many of the next lines are right, of all and of those that are likely to be. */
function judgeBlock({ places }: Repository, { next }: BlockModel) {
  const judged = places
    .filter(({ isPrimary }) => isPrimary)
    .flatMap((place) => place.next.map(({ row, exact }) => ({ exact, probability: probabilityOf(next, row) })));
  const rightOf = (least: number): string => {
    const likely = judged.filter(({ probability }) => probability >= least);
    const right = likely.reduce((sum, { exact }) => sum + exact, 0);
    return `${right} of ${likely.length}`;
  };
  return { "next lines right": rightOf(0), ...Object.fromEntries(LEAST.map((least) => [least, rightOf(least)])) };
}

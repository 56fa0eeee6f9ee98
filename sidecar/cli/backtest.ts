/** `tacit backtest`: what it would have saved on the edits that a repository's history holds. */
import { resolve } from "node:path";
import { figuresOf } from "../backtest/replay/figures.ts";
import { backtestPage } from "../backtest/replay/page.ts";
import { ARMS, type ArmName } from "../backtest/replay/record.ts";
import { backtestJson, backtestLines } from "../backtest/replay/report.ts";
import type { BacktestOptions, BacktestResult } from "../backtest/replay/result.ts";
import { append, type MeasuringHelpers, timeLeft, writePage } from "./measuring.ts";

/** As much of commander's command as is used here. */
export interface BacktestCommandLine {
  command(name: string): BacktestCommandLine;
  description(text: string): BacktestCommandLine;
  option(flags: string, description: string): BacktestCommandLine;
  option<T>(
    flags: string,
    description: string,
    parse: (value: string, before: T) => T,
    initial: T,
  ): BacktestCommandLine;
  action(run: (repository: string, options: CommandOptions) => Promise<void>): BacktestCommandLine;
}

/** What the command line lends to this command. */
export interface BacktestHelpers extends MeasuringHelpers {
  /** Replays; `done` is 0..1. Once `signal` is aborted it hands over what there is, as incomplete. */
  runBacktest(
    options: BacktestOptions,
    onProgress: (what: string, done: number) => void,
    signal: AbortSignal,
  ): Promise<BacktestResult>;
  /** What to throw for an option's value that cannot be. */
  wrongUsage(message: string): Error;
  setExitStatus(status: BacktestStatus): void;
}

/** `nothing`: there was nothing to measure. */
export type BacktestStatus = "ok" | "failed" | "nothing";

interface CommandOptions {
  readonly author: readonly string[];
  readonly events: number;
  readonly seed: number;
  readonly engine: BacktestOptions["engine"];
  readonly arms: readonly ArmName[];
  readonly json?: boolean;
  readonly html?: string;
}

const EVENTS = 1000;
const SEED = 1;
const ENGINE = "recall";

export function registerBacktest(program: BacktestCommandLine, helpers: BacktestHelpers): void {
  program
    .command("backtest <repository>")
    .description("replay a repository's git history: what Tacit would have saved on edits that were really made")
    .option(
      "--author <text>",
      "whose edits: part of a name or address; may be repeated (default: yours, else the most active people's)",
      append,
      [],
    )
    .option("--events <number>", "edits to measure, the newest", (value: string) => helpers.wholeNumber(value), EVENTS)
    .option("--seed <number>", "choice of places and draws", (value: string) => helpers.wholeNumber(value), SEED)
    .option("--engine <name>", `what suggests: ${ENGINE}`, (value: string) => parseEngine(value, helpers), ENGINE)
    .option(
      "--arms <names>",
      `what to compare, with commas between: ${ARMS.join(", ")}`,
      (value: string) => parseArms(value, helpers),
      ARMS,
    )
    .option("--json", "one JSON object on standard output")
    .option("--html <file>", "write a page with the learning curve and examples")
    .action(async (repository, options) => helpers.setExitStatus(await measure(repository, options, helpers)));
}

async function measure(
  repository: string,
  { author, events, seed, engine, arms, json, html }: CommandOptions,
  helpers: BacktestHelpers,
): Promise<BacktestStatus> {
  const progress = helpers.openProgress();
  const start = helpers.elapsedMs();
  const result = await helpers
    .runBacktest(
      { repository: resolve(repository), authors: author, events, seed, engine, arms },
      (what, done) => progress.update(`${what}${timeLeft(done, helpers.elapsedMs() - start)}`),
      helpers.abortOnInterrupt(),
    )
    .finally(() => progress.stop());
  const figures = figuresOf([result], result.seed);
  const lines = figures.events > 0 ? backtestLines(result, figures) : nothingLines(result, author);
  helpers.print(json === true ? `${JSON.stringify(backtestJson(result, figures))}\n` : `${lines.join("\n")}\n`);
  if (html !== undefined && figures.events > 0) await writePage(resolve(html), backtestPage(result, figures));
  if (!result.complete) return "failed";
  return figures.events > 0 ? "ok" : "nothing";
}

/** With what to do: it may be the wrong name, or a history without code. */
function nothingLines(
  { repository, complete, authors, remarks }: BacktestResult,
  named: CommandOptions["author"],
): string[] {
  const whose = authors.join(", ") || named.join(", ") || "anybody";
  return [
    complete
      ? `Nothing to measure: the history of ${repository} has no edits of ${whose} that count.`
      : `The replay of ${repository} was broken off before there was anything to measure.`,
    ...remarks.map((remark) => `! ${remark}`),
    ...(complete ? ["Name another --author, or a repository with more history."] : []),
  ];
}

function parseEngine(value: string, helpers: BacktestHelpers): typeof ENGINE {
  if (value === ENGINE) return value;
  throw helpers.wrongUsage(`There is no engine ${value}: name ${ENGINE}.`);
}

/** In the order of `ARMS`; `full` is always among them, since all else is compared with it. */
function parseArms(value: string, helpers: BacktestHelpers): readonly ArmName[] {
  const names = value.split(",").map((name) => name.trim());
  const unknown = names.filter((name) => !ARMS.some((arm) => arm === name));
  if (unknown.length > 0)
    throw helpers.wrongUsage(`There is no arm ${unknown.join(", ")}: name some of ${ARMS.join(", ")}.`);
  return ARMS.filter((arm) => arm === "full" || names.includes(arm));
}

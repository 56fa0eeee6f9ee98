/** `tacit personas`: how well the product learns styles, measured on developers that real formatters and linters play. */
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { suitePage } from "../backtest/personas/page.ts";
import { suiteJson, suiteLines } from "../backtest/personas/report.ts";
import { runSuite } from "../backtest/personas/suite.ts";
import type { PersonaLearner } from "../backtest/personas/run.ts";
import { SidecarError } from "../base/errors.ts";
import { openSyntaxParser } from "../code/parser.ts";
import { append, type MeasuringHelpers, timeLeft, writePage } from "./measuring.ts";

/** As much of commander's command as is used here. */
export interface PersonasCommandLine {
  command(name: string): PersonasCommandLine;
  description(text: string): PersonasCommandLine;
  option(flags: string, description: string): PersonasCommandLine;
  option<T>(
    flags: string,
    description: string,
    parse: (value: string, before: T) => T,
    initial: T,
  ): PersonasCommandLine;
  action(run: (options: PersonasOptions) => Promise<void>): PersonasCommandLine;
}

/** What the command line lends to this command. */
export interface PersonasHelpers extends MeasuringHelpers {
  /** A learner that knows nothing yet, and ends with all that it has learned; `signal` ends what it waits for. */
  createLearner(signal: AbortSignal): Promise<PersonaLearner>;
  /** Where the personas lie that run by default. */
  readonly folder: string;
  /** What tools made of files is kept here. */
  readonly cacheFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  setExitStatus(status: "ok" | "failed"): void;
}

interface PersonasOptions {
  readonly persona: readonly string[];
  readonly seed: readonly number[];
  readonly events: number;
  readonly json?: boolean;
  readonly html?: string;
}

const SEEDS = [1, 2, 3];
const EVENTS = 200;

export function registerPersonas(program: PersonasCommandLine, helpers: PersonasHelpers): void {
  program
    .command("personas")
    .description("measure how well styles are learned, on developers that formatters and linters play")
    .option("--persona <file>", "a persona's file; may be repeated (default: all that come with Tacit)", append, [])
    .option(
      "--seed <number>",
      `order of files and choice of lines; may be repeated (default: ${SEEDS.join(", ")})`,
      (value: string, before: readonly number[]) => [...before, helpers.wholeNumber(value)],
      [],
    )
    .option(
      "--events <number>",
      "events of each persona and seed",
      (value: string) => helpers.wholeNumber(value),
      EVENTS,
    )
    .option("--json", "one JSON object on standard output")
    .option("--html <file>", "write a page with the learning curves")
    .action(async (options) => helpers.setExitStatus(await measure(options, helpers)));
}

async function measure(options: PersonasOptions, helpers: PersonasHelpers): Promise<"ok" | "failed"> {
  const files = options.persona.length > 0 ? options.persona.map((file) => resolve(file)) : await ownPersonas(helpers);
  const seeds = options.seed.length > 0 ? [...new Set(options.seed)] : SEEDS;
  const signal = helpers.abortOnInterrupt();
  const progress = helpers.openProgress();
  const start = helpers.elapsedMs();
  const parser = await openSyntaxParser();
  try {
    const suite = await runSuite(
      {
        files,
        seeds,
        events: options.events,
        createLearner: () => helpers.createLearner(signal),
        prepare: { parser, cacheFolder: helpers.cacheFolder, environment: helpers.environment },
        onProgress: (what, done) => progress.update(`${what}${timeLeft(done, helpers.elapsedMs() - start)}`),
      },
      signal,
    );
    progress.stop();
    helpers.print(
      options.json === true ? `${JSON.stringify(suiteJson(suite))}\n` : `${suiteLines(suite).join("\n")}\n`,
    );
    if (options.html !== undefined) await writePage(resolve(options.html), suitePage(suite));
    return suite.complete && suite.failures.length === 0 ? "ok" : "failed";
  } finally {
    progress.stop();
    parser.close();
  }
}

async function ownPersonas({ folder }: PersonasHelpers): Promise<string[]> {
  const names = await readdir(folder).catch((): string[] => []);
  const files = names.filter((name) => name.endsWith(".json")).sort();
  if (files.length > 0) return files.map((name) => join(folder, name));
  throw new SidecarError(
    "folder",
    `There are no personas in ${folder}.`,
    "Name one with --persona FILE.json; the repository of Tacit has more than twenty.",
  );
}

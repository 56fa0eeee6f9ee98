/** `tacit outcomes`: what became of suggestions, and what the weights of that judgement would be if fitted to it. */
import type { ToldOutcome } from "../learn/outcomes.ts";
import { type OutcomeFit, RARER_MIN, SAMPLES_MIN } from "../outcome/fit.ts";

/** As much of the sidecar as this command needs. */
export interface OutcomesSidecar {
  idle(): Promise<void>;
  outcomes(limit: number): readonly ToldOutcome[];
  fitOutcomes(): OutcomeFit;
}

interface OutcomesOptions {
  readonly json?: boolean;
}

/** As much of commander's command as is used here. */
export interface OutcomesCommandLine {
  command(name: string): this;
  description(text: string): this;
  option(flags: string, description: string): this;
  option(flags: string, description: string, read: (value: string) => number, byDefault: number): this;
  action(run: (...args: unknown[]) => Promise<void>): this;
}

/** What the command line lends to this command. */
export interface OutcomesHelpers<C extends OutcomesCommandLine> {
  /** Adds the options that every command has. */
  common(command: C): C;
  /** An action with a sidecar of its own; it returns the exit status. */
  withSidecar(
    run: (sidecar: OutcomesSidecar, options: OutcomesOptions) => Promise<number>,
  ): (...args: unknown[]) => Promise<void>;
  /** Prints `value` as JSON where that was asked for, else the lines. */
  report(options: OutcomesOptions, value: object, lines: () => string[]): void;
  /** Reads a whole number from 1 on; others are wrong usage. */
  positive(value: string): number;
  readonly exit: { readonly ok: number; readonly nothing: number };
}

/** Suggestions that are told of where no number is given. */
const LIMIT = 20;

/** Adds `tacit outcomes` to the command line. */
export function registerOutcomes<C extends OutcomesCommandLine>(program: C, helpers: OutcomesHelpers<C>): void {
  const { exit } = helpers;
  helpers
    .common(program.command("outcomes").description("what became of suggestions, and why they are judged so"))
    .option("--limit <count>", "how many, the newest first", (value) => helpers.positive(value), LIMIT)
    .option("--fit", "fit the weights of that judgement to what was committed, and print both; changes nothing")
    .action(
      helpers.withSidecar(async (sidecar, given) => {
        const options = given as OutcomesOptions & { readonly limit: number; readonly fit?: boolean };
        await sidecar.idle();
        if (options.fit) {
          const fit = sidecar.fitOutcomes();
          helpers.report(options, fit, () => fitLines(fit));
          return fit.kind === "fitted" ? exit.ok : exit.nothing;
        }
        const outcomes = sidecar.outcomes(options.limit);
        helpers.report(options, { outcomes }, () =>
          outcomes.length === 0 ? ["nothing is known yet"] : outcomes.map(outcomeText),
        );
        return exit.ok;
      }),
    );
}

function outcomeText(outcome: ToldOutcome): string {
  const { path, score, verdict, tier, tags, reasons, story, text, shownAt } = outcome;
  const [first = ""] = text.trim().split("\n");
  return [
    `${new Date(shownAt).toISOString()}  ${path}  ${first}`,
    `  ${score.toFixed(2)} ${verdict}, ${tier}; ${tags.join(", ")}`,
    ...(reasons.length > 0 ? [`  because: ${reasons.join("; ")}`] : []),
    ...story.map(({ at, what }) => `  ${`+${((at - shownAt) / 1000).toFixed(1)} s`.padStart(10)}  ${what}`),
  ].join("\n");
}

function fitLines(fit: OutcomeFit): string[] {
  const n = `${fit.samples} accepted suggestions whose files were committed, ${fit.committed} of them with less than a third changed`;
  if (fit.kind === "too few") {
    return [n, `too few to fit: ${SAMPLES_MIN} are needed, and ${RARER_MIN} of either kind`];
  }
  const { weights, before, after } = fit;
  return [
    n,
    ...weights.map((weight) => `${weight.name.padEnd(14)}${signed(weight.before)} → ${signed(weight.after)}`),
    `as they are   AUC ${before.auc.toFixed(3)}, log loss ${before.logLoss.toFixed(3)}`,
    `fitted        AUC ${after.auc.toFixed(3)}, log loss ${after.logLoss.toFixed(3)} (cross-validated)`,
  ];
}

function signed(value: number): string {
  return `${value < 0 ? "−" : "+"}${Math.abs(value).toFixed(2)}`.padStart(7);
}

/** `tacit ledger | forget | export | import`: what is stored, seen and handled by whom it belongs to. */
import { resolve } from "node:path";
import type { ExportDataResult, ForgetResult, LedgerResult, LedgerScope } from "../../protocol/ledger.ts";

/** As much of `sidecar/ledger/ledger.ts` as these commands need. */
export interface CliLedger {
  read(scope: LedgerScope): Promise<LedgerResult>;
  forget(scope: LedgerScope): Promise<ForgetResult>;
  verify(texts: readonly string[], signal: AbortSignal): Promise<CliVerified>;
  exportTo(folder: string, options: { readonly anonymise: boolean }, signal: AbortSignal): Promise<ExportDataResult>;
  importFrom(folder: string, signal: AbortSignal): Promise<ExportDataResult>;
}

/** What looking for traces of what was forgotten has brought. */
export interface CliVerified {
  readonly files: number;
  readonly bytes: number;
  readonly hashes: number;
  readonly traces: readonly { readonly file: string; readonly what: string }[];
  readonly again: number;
  readonly notes: readonly string[];
}

/** As much of commander's command as is used here. */
export interface LedgerCommandLine {
  command(name: string): this;
  description(text: string): this;
  argument(name: string, description: string): this;
  option(flags: string, description: string): this;
  action(run: (...args: unknown[]) => Promise<void>): this;
}

interface Options {
  readonly json?: boolean;
  readonly file?: string;
  readonly project?: string;
  readonly day?: string;
  readonly suggestion?: string;
  readonly since?: string;
  readonly until?: string;
  readonly everything?: boolean;
  readonly yes?: boolean;
  readonly verify?: boolean;
  readonly text?: string;
  readonly anonymise?: boolean;
}

/** What the command line lends to these commands. */
export interface LedgerHelpers<C extends LedgerCommandLine> {
  readonly common: (command: C) => C;
  /** An action with a sidecar of its own, which has read what is stored; it returns the exit status. */
  readonly withLedger: (
    run: (ledger: CliLedger, options: { readonly json?: boolean }, ...args: string[]) => Promise<number>,
  ) => (...args: unknown[]) => Promise<void>;
  readonly report: (options: { readonly json?: boolean }, value: object, lines: () => string[]) => void;
  /** Undefined where there is nobody to ask. */
  readonly confirm: (question: string) => Promise<boolean | undefined>;
  readonly wrongUsage: (message: string) => Error;
  readonly abortOnInterrupt: () => AbortSignal;
  readonly exit: { readonly ok: number; readonly nothing: number };
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Adds the four commands to the command line. */
export function registerLedger<C extends LedgerCommandLine>(program: C, helpers: LedgerHelpers<C>): void {
  const { common, withLedger, report, confirm, wrongUsage, abortOnInterrupt, exit } = helpers;

  common(program.command("ledger").description("all that is stored: about a file, a project, a day, or at all"))
    .option("--file <file>", "what is stored about a file")
    .option("--project <folder>", "what is stored about a project")
    .option("--day <day>", "what is stored of a day, as 2026-12-31")
    .option("--verify", "look for traces of what was forgotten in all files of the data folder")
    .option("--text <text>", "with --verify: look for this text as well")
    .action(
      withLedger(async (ledger, given) => {
        const options = given as Options;
        if (options.verify) return verify(ledger, options, helpers);
        const result = await ledger.read(scopeOf(options, wrongUsage) ?? { kind: "everything" });
        const { text, ...found } = result;
        report(options, found, () => [text.trimEnd()]);
        return exit.ok;
      }),
    );

  common(program.command("forget").description("forget something with all that was learned from it, for good"))
    .option("--suggestion <id>", "a suggestion, by its id in the ledger")
    .option("--file <file>", "a file")
    .option("--project <folder>", "a project")
    .option("--day <day>", "a day, as 2026-12-31")
    .option("--since <time>", "what was observed from then on, as 2026-12-31T18:00")
    .option("--until <time>", "with --since: what was observed before then")
    .option("--everything", "all that was ever stored")
    .option("--yes", "do not ask")
    .action(
      withLedger(async (ledger, given) => {
        const options = given as Options;
        const scope = scopeOf(options, wrongUsage);
        if (!scope) throw wrongUsage("say what to forget: see --help");
        const { counts } = await ledger.read(scope);
        const what = tellCounts(counts);
        if (options.yes !== true) {
          const answer = await confirm(`This forgets ${what || "nothing that is stored"}, for good. Go on?`);
          if (answer === undefined) throw wrongUsage("there is nobody to ask: say --yes");
          if (!answer) return exit.nothing;
        }
        const result = await ledger.forget(scope);
        report(options, result, () => [
          `forgotten: ${tellCounts(result.counts) || "nothing was stored"}`,
          ...result.notes.map((note) => `! ${note}`),
        ]);
        return exit.ok;
      }),
    );

  common(program.command("export").argument("<folder>", "an empty folder, or one to be made"))
    .description("write all that is stored into a folder, as JSON Lines and to be read")
    .option("--anonymise", "replace names, literals, comments and paths by stand-ins")
    .action(
      withLedger(async (ledger, given, folder) => {
        const options = given as Options;
        const target = resolve(folder);
        const { counts } = await ledger.exportTo(target, { anonymise: options.anonymise === true }, abortOnInterrupt());
        report(options, { folder: target, counts }, () => [
          `exported to ${target}: ${tellCounts(counts) || "nothing"}`,
        ]);
        return exit.ok;
      }),
    );

  common(program.command("import").argument("<folder>", "what `tacit export` wrote"))
    .description("take what was exported from another data folder")
    .action(
      withLedger(async (ledger, given, folder) => {
        const { counts } = await ledger.importFrom(resolve(folder), abortOnInterrupt());
        report(given, { counts }, () => [`imported: ${tellCounts(counts) || "nothing that is not here"}`]);
        return exit.ok;
      }),
    );
}

async function verify(
  ledger: CliLedger,
  options: Options,
  { report, abortOnInterrupt, exit }: Pick<LedgerHelpers<LedgerCommandLine>, "report" | "abortOnInterrupt" | "exit">,
): Promise<number> {
  const verified = await ledger.verify(options.text === undefined ? [] : [options.text], abortOnInterrupt());
  const { files, bytes, hashes, traces, again, notes } = verified;
  report(options, { ok: traces.length === 0, ...verified }, () => [
    `looked through ${files} files (${bytes} bytes) for ${hashes} groups of words of what was forgotten`,
    ...traces.map(({ file, what }) => `FAIL  ${file}: ${what}`),
    ...(traces.length === 0 ? ["ok    nothing is left of it"] : []),
    ...(again > 0 ? [`      ${again} of them are stored again: they were read, typed or shown since`] : []),
    ...notes.map((note) => `! ${note}`),
  ]);
  return traces.length === 0 ? exit.ok : exit.nothing;
}

function scopeOf(options: Options, wrongUsage: (message: string) => Error): LedgerScope | undefined {
  const { suggestion, file, project, day, since, until, everything } = options;
  const named = [suggestion, file, project, day, since, everything].filter((one) => one !== undefined);
  if (named.length > 1) throw wrongUsage("name one thing only");
  if (suggestion !== undefined) return { kind: "suggestion", generationId: suggestion };
  if (file !== undefined) return { kind: "file", file: resolve(file) };
  if (project !== undefined) return { kind: "project", root: resolve(project) };
  if (day !== undefined) {
    const from = timeOf(`${day}T00:00`, wrongUsage);
    return { kind: "span", from, to: from + DAY_MS };
  }
  if (since !== undefined) {
    const to = until === undefined ? Number.MAX_SAFE_INTEGER : timeOf(until, wrongUsage);
    return { kind: "span", from: timeOf(since, wrongUsage), to };
  }
  return everything ? { kind: "everything" } : undefined;
}

/** In the time zone of this machine. */
function timeOf(text: string, wrongUsage: (message: string) => Error): number {
  const at = Date.parse(text.includes("T") ? text : `${text}T00:00`);
  if (Number.isNaN(at)) throw wrongUsage(`“${text}” is no time: write 2026-12-31 or 2026-12-31T18:00`);
  return at;
}

function tellCounts(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([what, count]) => `${count} ${what}`)
    .join(", ");
}

/** The door for people and scripts: `tacit status | learn | suggest | models | doctor | lsp` and what measures. */
import { existsSync, statSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join, resolve } from "node:path";
import { createInterface } from "node:readline/promises";
import { fileURLToPath, pathToFileURL } from "node:url";
import { Command, CommanderError, InvalidArgumentError, Option } from "commander";
import ora from "ora";
import { DEFAULT_SETTINGS, type GpuSetting, type Settings } from "../protocol/settings.ts";
import { openHistory } from "./backtest/replay/history.ts";
import { runBacktest } from "./backtest/replay/replay.ts";
import { systemClock } from "./base/clock.ts";
import { describeError, isAbort, SidecarError } from "./base/errors.ts";
import { createLog, silentLog } from "./base/log.ts";
import { registerBacktest } from "./cli/backtest.ts";
import { registerCuda } from "./cli/cuda.ts";
import { registerLedger } from "./cli/ledger.ts";
import { registerModels } from "./cli/models.ts";
import { registerOutcomes } from "./cli/outcomes.ts";
import { registerPersonas } from "./cli/personas.ts";
import { registerStyle } from "./cli/style.ts";
import { openPersonaLearner, openReplayDoor, settingsAt } from "./cli/throw-away.ts";
import { languageOfPath } from "./code/languages.ts";
import { report as conventionReport } from "./style/conventions/describe.ts";
import { examine } from "./doctor.ts";
import { userAddress } from "./learn/authorship.ts";
import { BACKENDS_FOLDER } from "./engine/llama/backends.ts";
import { Cuda } from "./engine/llama/cuda.ts";
import { MODELS_FOLDER } from "./models/library.ts";
import { Models } from "./models/models.ts";
import { createExclude } from "../privacy/exclude.ts";
import { Sidecar, resolveDataFolder } from "./sidecar.ts";
import { VERSION } from "./version.ts";

/** Exit statuses, as documented in `tacit --help`. */
const EXIT = { ok: 0, failed: 1, usage: 2, nothing: 3 } as const;

/** Width of text where the output is no terminal. */
const TEXT_COLUMNS = 100;

interface CommonOptions {
  readonly json?: boolean;
  readonly home?: string;
  readonly verbose?: boolean;
}

const program = new Command("tacit")
  .description("Inline completions that take on your own style: the same engine as in the editor.")
  .version(VERSION)
  .addHelpText("after", "\nExit status: 0 done, 1 failed, 2 wrong usage, 3 nothing to suggest or something to mend.")
  .showHelpAfterError("(run with --help for usage)")
  .exitOverride();

common(program.command("status").description("what Tacit knows: examples, files, acceptance")).action(
  withSidecar(async (sidecar, options) => {
    await sidecar.idle();
    const { facts, degraded } = sidecar.status;
    const learned = sidecar.overview();
    report(options, { version: VERSION, ...facts, ...learned, degraded }, () => [
      `Tacit ${VERSION}, data in ${facts.dataFolder}`,
      `examples     ${facts.examples} (${learned.corrected} corrected, ${learned.accepted} accepted, ${learned.typed} typed)`,
      `signals      ${learned.signals} about ${learned.generations} suggestions`,
      `this week    ${facts.shownThisWeek} shown, ${facts.acceptedThisWeek} accepted`,
      `projects     ${learned.projects.length}`,
      ...learned.projects.map((project) => `  ${project.root}  ${project.files} files, ${project.chunks} chunks`),
      ...degraded.map(({ reason, action }) => `! ${reason} ${action}`),
    ]);
    return EXIT.ok;
  }),
);

common(program.command("learn").argument("<folder>", "the project to read").description("read a project now")).action(
  withSidecar(async (sidecar, options, folder) => {
    const root = existingFolder(folder);
    const spinner = ora({ text: `reading ${root}`, isSilent: options.json === true });
    spinner.start();
    try {
      const abort = abortOnInterrupt();
      const learned = await sidecar.learnFolder(root, abort, (what, percent) => {
        spinner.text = `${what} ${percent} %`;
      });
      const conventions = await sidecar.listStyle({ folder: root }, abort);
      spinner.stop();
      report(options, { folder: root, ...learned }, () => [
        `read ${learned.files} files, ${learned.tokens} tokens, ${learned.chunks} chunks (${learned.newChunks} new) in ${(learned.milliseconds / 1000).toFixed(1)} s`,
        ...table("languages", learned.languages),
        ...table("left out", learned.skipped),
        ...conventionReport(conventions),
      ]);
      // What was read is of use only where it is kept.
      const faults = sidecar.status.degraded.filter(({ part }) => part === "database" || part === "store");
      for (const { reason, action } of faults) process.stderr.write(`tacit: ${reason}\n${action}\n`);
      return faults.length === 0 ? EXIT.ok : EXIT.failed;
    } finally {
      spinner.stop();
    }
  }),
);

common(program.command("suggest").description("what would be suggested at a place in a file"))
  .requiredOption("--file <file>", "the file")
  .requiredOption("--line <line>", "line, from 1", positive)
  .requiredOption("--column <column>", "column, from 1", positive)
  .option("--project <folder>", "the project to know (default: the file's git repository or folder)")
  .option("--why", "say where the suggestion comes from")
  .action(
    withSidecar(async (sidecar, given) => {
      const options = given as SuggestOptions;
      const file = resolve(options.file);
      const { prefix, suffix } = await textAround(file, options.line, options.column);
      const root = options.project === undefined ? projectRootOf(file) : existingFolder(options.project);
      await sidecar.learnFolder(root, abortOnInterrupt());
      const result = await sidecar.suggest(
        {
          uri: pathToFileURL(file).href,
          languageId: languageOfPath(file)?.id ?? "plaintext",
          prefix,
          suffix,
          explicit: true,
        },
        new AbortController().signal,
      );
      if (result.kind === "nothing") {
        report(options, { suggestion: null, reason: result.reason }, () => [`nothing to suggest: ${result.reason}`]);
        return EXIT.nothing;
      }
      const { text, confidence, proposer, source, exampleIds, engine } = result.suggestion;
      const why = { engine, proposer, confidence, source, examples: exampleIds };
      report(options, { suggestion: text, ...(options.why ? { why } : {}) }, () => [
        text,
        ...(options.why
          ? [`— ${engine}/${proposer}, confidence ${confidence.toFixed(2)}${source ? `, from ${source}` : ""}`]
          : []),
      ]);
      return EXIT.ok;
    }),
  );

common(program.command("doctor").description("check the installation, the data folder, the indexes and models"))
  .option("--model <file>", "the model that is chosen in the editor (tacit.llama.model)")
  .option("--embedder <file>", "the embedding model that is chosen there (tacit.llama.embedder)")
  .addOption(
    new Option("--gpu <gpu>", "what they compute on (tacit.llama.gpu)")
      .choices(["auto", "cuda", "vulkan", "metal", "off"])
      .default(DEFAULT_SETTINGS.llama.gpu),
  )
  .action(async (options: DoctorOptions) => {
    const { model = "", embedder = "", gpu } = options;
    const dataFolder = resolveDataFolder(settingsFor(options), process.env);
    const checks = await examine({ dataFolder, llama: { model, embedder, gpu } });
    report(options, { ok: checks.every((check) => check.ok), checks }, () =>
      checks.map(
        (check) =>
          `${check.ok ? "ok  " : "FAIL"}  ${check.name}: ${check.found}${check.ok ? "" : `\n      ${check.action}`}`,
      ),
    );
    process.exitCode = checks.every((check) => check.ok) ? EXIT.ok : EXIT.nothing;
  });

registerStyle(program, {
  common,
  withSidecar: (run) =>
    withSidecar(async (sidecar, options, ...args) => {
      await sidecar.idle();
      return run(sidecar, options, ...args);
    }),
  report,
  print: (text) => process.stdout.write(text),
  remark: (line) => process.stderr.write(`${line}\n`),
  existingFolder,
  choice: (command, { flags, description, values, isRequired }) =>
    command.addOption(new Option(flags, description).choices(values).makeOptionMandatory(isRequired)),
  width: process.stdout.isTTY ? process.stdout.columns : TEXT_COLUMNS,
  exit: EXIT,
});

registerOutcomes(program, { common, withSidecar, report, positive, exit: EXIT });

registerLedger(program, {
  common,
  withLedger: (run) =>
    withSidecar(async (sidecar, options, ...args) => {
      await sidecar.idle();
      return run(sidecar.ledger, options, ...args);
    }),
  report,
  confirm,
  wrongUsage: (message) => program.error(`error: ${message}`),
  abortOnInterrupt,
  exit: EXIT,
});

const measuring = {
  wholeNumber: (value: string) => wholeFrom(0, value),
  abortOnInterrupt,
  openProgress: () => {
    const spinner = ora().start();
    return { update: (text: string) => void (spinner.text = text), stop: () => void spinner.stop() };
  },
  print: (text: string) => process.stdout.write(text),
  setExitStatus: (status: "ok" | "failed" | "nothing") => void (process.exitCode = EXIT[status]),
  elapsedMs: () => performance.now(),
};

/** Who runs a command sees what becomes of a download. */
const untold = {
  startDownload: () => ({ tell: () => undefined, end: () => undefined }),
  degrade: () => undefined,
  restore: () => undefined,
};
const downloading = {
  ...measuring,
  common,
  report,
  remark: (line: string) => process.stderr.write(`${line}\n`),
  confirm,
};

registerModels(program, {
  ...downloading,
  openModels: (options) =>
    new Models({
      folder: join(resolveDataFolder(settingsFor(options), process.env), MODELS_FOLDER),
      mirror: () => options.mirror ?? process.env["HF_ENDPOINT"] ?? "",
      environment: process.env,
      clock: systemClock,
      log: silentLog,
      status: untold,
    }),
});

registerCuda(program, {
  ...downloading,
  openCuda: (options) =>
    new Cuda({
      folder: join(resolveDataFolder(settingsFor(options), process.env), BACKENDS_FOLDER),
      environment: process.env,
      clock: systemClock,
      log: silentLog,
      status: untold,
    }),
});

registerPersonas(program, {
  ...measuring,
  createLearner: (signal) => openPersonaLearner(signal),
  folder: fileURLToPath(new URL("../personas", import.meta.url)),
  cacheFolder: join(tmpdir(), "tacit-personas"),
  environment: process.env,
});

registerBacktest(program, {
  ...measuring,
  wrongUsage: (message) => new InvalidArgumentError(message),
  runBacktest: async (options, onProgress, signal) =>
    runBacktest(
      {
        openHistory,
        openDoor: openReplayDoor,
        exclude: createExclude({ patterns: DEFAULT_SETTINGS.privacy.exclude }),
        bytesMax: DEFAULT_SETTINGS.scan.maxFileSizeKb * 1024,
        environment: process.env,
        user: await userAddress(process.cwd(), signal),
        elapsedMs: measuring.elapsedMs,
      },
      options,
      onProgress,
      signal,
    ),
});

program
  .command("lsp")
  .description("serve an LSP client over standard streams")
  .requiredOption("--stdio", "speak over standard input and output")
  .action(async () => {
    await import("./main.ts");
  });

interface DoctorOptions extends CommonOptions {
  readonly model?: string;
  readonly embedder?: string;
  readonly gpu: GpuSetting;
}

interface SuggestOptions extends CommonOptions {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly project?: string;
  readonly why?: boolean;
}

try {
  await program.parseAsync();
} catch (error) {
  process.exitCode = fail(error);
}

function common(command: Command): Command {
  return command
    .option("--json", "one JSON object on standard output")
    .option("--home <folder>", "the data folder (default: $TACIT_HOME, else ~/.tacit)")
    .option("--verbose", "log to standard error");
}

/** An action with a sidecar of its own, closed in any case. */
function withSidecar(
  run: (sidecar: Sidecar, options: CommonOptions, ...args: string[]) => Promise<number>,
): (...args: unknown[]) => Promise<void> {
  return async (...args) => {
    // Commander passes the arguments, then the options, then the command.
    const options = args.at(-2) as CommonOptions;
    const level = options.verbose ? "debug" : "error";
    const sidecar = new Sidecar({
      settings: settingsFor(options),
      trusted: true,
      clock: systemClock,
      log: createLog(
        (at, line) => process.stderr.write(`${at}: ${line}\n`),
        () => level,
      ),
      onStatus: () => undefined,
    });
    try {
      process.exitCode = await run(sidecar, options, ...(args.slice(0, -2) as string[]));
    } finally {
      await sidecar.close();
    }
  };
}

function settingsFor(options: CommonOptions): Settings {
  return settingsAt(options.home ?? DEFAULT_SETTINGS.dataFolder);
}

function report(options: CommonOptions, value: object, lines: () => string[]): void {
  process.stdout.write(options.json ? `${JSON.stringify(value)}\n` : `${lines().join("\n")}\n`);
}

function table(title: string, counts: Readonly<Record<string, number>>): string[] {
  const entries = Object.entries(counts).sort((a, b) => b[1] - a[1]);
  return entries.length === 0 ? [] : [`${title}: ${entries.map(([name, count]) => `${name} ${count}`).join(", ")}`];
}

function positive(value: string): number {
  return wholeFrom(1, value);
}

function wholeFrom(least: number, value: string): number {
  const number = Number(value);
  if (!Number.isInteger(number) || number < least) {
    throw new InvalidArgumentError(`a whole number from ${least} on is needed`);
  }
  return number;
}

function existingFolder(folder: string): string {
  const path = resolve(folder);
  if (!existsSync(path)) throw new SidecarError("folder", `There is no folder ${path}.`, "Check the path.");
  if (!statSync(path).isDirectory())
    throw new SidecarError("folder", `${path} is a file.`, "Name the folder it is in.");
  return path;
}

async function textAround(file: string, line: number, column: number): Promise<{ prefix: string; suffix: string }> {
  let text: string;
  try {
    text = (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
  } catch (error) {
    throw new SidecarError(
      "file",
      `The file ${file} cannot be read: ${describeError(error)}.`,
      "Check the path.",
      error,
    );
  }
  const lines = text.split("\n");
  const at = lines[line - 1];
  if (at === undefined) {
    throw new SidecarError(
      "file",
      `${file} has ${lines.length} lines; there is no line ${line}.`,
      "Name a line of the file.",
    );
  }
  if (column > at.length + 1) {
    throw new SidecarError(
      "file",
      `Line ${line} has ${at.length} characters; there is no column ${column}.`,
      `Name a column from 1 to ${at.length + 1}.`,
    );
  }
  return {
    prefix: [...lines.slice(0, line - 1), at.slice(0, column - 1)].join("\n"),
    suffix: [at.slice(column - 1), ...lines.slice(line)].join("\n"),
  };
}

/** The nearest folder above with a `.git`, else the file's own folder. */
function projectRootOf(file: string): string {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    if (existsSync(join(folder, ".git"))) return folder;
    if (dirname(folder) === folder) return dirname(file);
  }
}

/** A question on the terminal; undefined where there is none. */
async function confirm(question: string): Promise<boolean | undefined> {
  if (!process.stdin.isTTY || !process.stderr.isTTY) return undefined;
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return /^y(?:es)?$/i.test((await terminal.question(`${question}\n[y/N] `)).trim());
  } catch (error) {
    // Ctrl-C instead of an answer is a no.
    if (isAbort(error)) return false;
    throw error;
  } finally {
    terminal.close();
  }
}

function abortOnInterrupt(): AbortSignal {
  const abort = new AbortController();
  process.once("SIGINT", () => abort.abort(new DOMException("interrupted", "AbortError")));
  return abort.signal;
}

function fail(error: unknown): number {
  // Commander has said it already.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.ok : EXIT.usage;
  const action = error instanceof SidecarError ? `\n${error.action}` : "";
  process.stderr.write(`tacit: ${describeError(error)}${action}\n`);
  return EXIT.failed;
}

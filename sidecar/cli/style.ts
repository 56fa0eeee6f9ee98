/** `tacit style`: what was learned, to be read, decided about, erased and exported to the files of other tools. */
import { basename, resolve } from "node:path";
import type { ExportFormat } from "../../protocol/messages.ts";
import { SidecarError } from "../base/errors.ts";
import { styleLanguage } from "../code/languages.ts";
import { planExport, writeExport } from "../learn/style-export.ts";
import { editDistance } from "../outcome/survival.ts";
import { EXPORT_FORMATS, exportTarget } from "../style/export/formats.ts";
import { renderSection } from "../style/export/export.ts";
import { unifiedDiff } from "../style/export/unified-diff.ts";
import { type Decision, type Learned, SCOPE_LEVELS, type ScopeLevel } from "../../protocol/style.ts";
import { styleTable } from "./style-table.ts";

/** What is asked for; undefined asks for all. */
export interface StyleFilter {
  /** A style language, e.g. "typescript". */
  readonly languageId?: string | undefined;
  readonly level?: ScopeLevel | undefined;
  /** A project's folder: what holds there, from the person down to its files. */
  readonly folder?: string | undefined;
}

/** As much of the sidecar as these commands need. */
export interface StyleSidecar {
  /** What was learned, with what was decided about it. */
  listStyle(filter: StyleFilter): Promise<readonly Learned[]>;
  /** Undefined takes a decision back. */
  decideStyle(id: string, decision: Decision | undefined): void;
  eraseStyle(id: string): void;
}

export interface CommonOptions {
  readonly json?: boolean;
}

/** As much of commander's command as is used here. */
export interface CommandLine {
  command(name: string): this;
  description(text: string): this;
  option(flags: string, description: string): this;
  enablePositionalOptions(): this;
  action(run: (...args: unknown[]) => Promise<void>): this;
}

export interface ChoiceOption {
  readonly flags: string;
  readonly description: string;
  readonly values: readonly string[];
  readonly isRequired: boolean;
}

/** What the command line lends to each of its commands. */
export interface StyleHelpers<C extends CommandLine> {
  /** Adds the options that every command has. */
  common(command: C): C;
  /** An action with a sidecar of its own; it returns the exit status. */
  withSidecar(
    run: (sidecar: StyleSidecar, options: CommonOptions, ...args: string[]) => Promise<number>,
  ): (...args: unknown[]) => Promise<void>;
  /** Prints `value` as JSON where that was asked for, else the lines. */
  report(options: CommonOptions, value: object, lines: () => string[]): void;
  /** Prints exactly this. */
  print(text: string): void;
  /** Tells what is not the result: on standard error. */
  remark(line: string): void;
  /** The absolute path of a folder that exists; throws for others. */
  existingFolder(folder: string): string;
  /** Adds an option that takes one of these values; others are wrong usage. */
  choice(command: C, option: ChoiceOption): C;
  /** Columns of the terminal. */
  readonly width: number;
  readonly exit: { readonly ok: number; readonly nothing: number };
}

/** So many ids are named where one is unknown. */
const NEAREST_MAX = 5;
/** Share of an id that may be mistyped for it to be named. */
const DISTANCE_MAX = 0.5;

/** The helpers that do not know of commands. */
type Output = Omit<StyleHelpers<CommandLine>, "common" | "choice">;

interface ListOptions extends CommonOptions {
  readonly language?: string;
  readonly scope?: ScopeLevel;
  readonly folder?: string;
}

interface ExportOptions extends CommonOptions {
  readonly format: ExportFormat;
  readonly folder?: string;
  readonly out?: string;
  readonly dryRun?: boolean;
}

/** Adds `tacit style` and its commands to the command line. */
export function registerStyle<C extends CommandLine>(program: C, helpers: StyleHelpers<C>): void {
  // Else options behind `tacit style export` would be taken for those of `tacit style`.
  const style = program
    .enablePositionalOptions()
    .command("style")
    .description("what was learned about style, with evidence")
    .enablePositionalOptions();
  const scope = { flags: "--scope <level>", description: "only what was learned for one", values: SCOPE_LEVELS };
  helpers
    .choice(helpers.common(style), { ...scope, isRequired: false })
    .option("--language <id>", "only this language, e.g. python")
    .option("--folder <folder>", "only what holds in this project")
    .action(helpers.withSidecar((sidecar, options) => list(sidecar, options, helpers)));

  for (const { name, description, run } of DECISIONS) {
    helpers.common(style.command(`${name} <id...>`).description(description)).action(
      helpers.withSidecar(async (sidecar, options, ...ids) => {
        // Commander hands several values over as one list.
        const chosen = find(await sidecar.listStyle({}), ids.flat());
        for (const { id } of chosen) run(sidecar, id);
        const entries = chosen.map(({ id, title }) => ({ id, title }));
        helpers.report(options, { [name]: entries }, () => entries.map(({ title }) => `${DONE[name]}: ${title}`));
        return helpers.exit.ok;
      }),
    );
  }

  const target = style.command("export").description("write what was learned into a file that other tools read");
  const format = { flags: "--format <format>", description: "for which tool", values: EXPORT_FORMATS };
  helpers
    .choice(helpers.common(target), { ...format, isRequired: true })
    .option("--folder <folder>", "the project to write to (default: the current folder)")
    .option("--out <file>", "write to this file instead")
    .option("--dry-run", "print what would change, and write nothing")
    .action(helpers.withSidecar((sidecar, options) => exportStyle(sidecar, options as ExportOptions, helpers)));
}

type DecisionName = "pin" | "veto" | "clear" | "erase";

const DECISIONS: readonly {
  readonly name: DecisionName;
  readonly description: string;
  readonly run: (sidecar: StyleSidecar, id: string) => void;
}[] = [
  {
    name: "pin",
    description: "apply it always, whatever is observed",
    run: (sidecar, id) => sidecar.decideStyle(id, "pinned"),
  },
  {
    name: "veto",
    description: "never apply it, whatever is observed",
    run: (sidecar, id) => sidecar.decideStyle(id, "vetoed"),
  },
  {
    name: "clear",
    description: "take back a pin or a veto",
    run: (sidecar, id) => sidecar.decideStyle(id, undefined),
  },
  { name: "erase", description: "forget it; it may be learned again", run: (sidecar, id) => sidecar.eraseStyle(id) },
];

const DONE: Readonly<Record<DecisionName, string>> = {
  pin: "pinned",
  veto: "vetoed",
  clear: "decided by what is observed",
  erase: "erased",
};

async function list(sidecar: StyleSidecar, options: ListOptions, helpers: Output): Promise<number> {
  const learned = await sidecar.listStyle({
    languageId: options.language === undefined ? undefined : styleLanguage(options.language),
    level: options.scope,
    folder: options.folder === undefined ? undefined : helpers.existingFolder(options.folder),
  });
  helpers.report(options, { style: learned }, () =>
    learned.length === 0 ? [NOTHING_LEARNED] : styleTable(learned, helpers.width),
  );
  return helpers.exit.ok;
}

const NOTHING_LEARNED =
  "Nothing of that was learned yet. Tacit learns while you write and correct suggestions; “tacit learn FOLDER” reads a project now.";

async function exportStyle(sidecar: StyleSidecar, options: ExportOptions, helpers: Output): Promise<number> {
  const { format } = options;
  const root = helpers.existingFolder(options.folder ?? ".");
  const learned = await sidecar.listStyle({ folder: root });
  if (exportTarget(format).path === undefined && options.out === undefined) {
    helpers.print(renderSection(format, learned).text);
    return helpers.exit.ok;
  }
  const target = { file: options.out === undefined ? undefined : resolve(options.out) };
  const plan = await (options.dryRun ? planExport : writeExport)(root, format, learned, target);
  const { path, before, after, changed, notes, isEmpty } = plan;
  const name = target.file === undefined ? exportTarget(format).path! : basename(target.file);
  const diff = unifiedDiff(name, before, after);
  if (!options.json) notes.forEach((note) => helpers.remark(note));
  // Nothing but the diff on standard output, so that it can be piped to what applies it.
  if (options.dryRun && !options.json) helpers.print(diff);
  else {
    helpers.report(options, { path, changed, written: changed && !options.dryRun, notes, diff }, () => [
      changed ? `wrote ${path}` : isEmpty ? "nothing was written" : `${path} is up to date`,
    ]);
  }
  return isEmpty ? helpers.exit.nothing : helpers.exit.ok;
}

/** What these ids name; throws where one names nothing. */
function find(learned: readonly Learned[], ids: readonly string[]): Learned[] {
  const byId = new Map(learned.map((entry) => [entry.id, entry]));
  return ids.map((id) => {
    const found = byId.get(id);
    if (found) return found;
    const nearest = nearestIds([...byId.keys()], id);
    const action =
      nearest.length === 0
        ? "List what was learned with “tacit style”."
        : `Did you mean one of these?\n${nearest.map((one) => `  ${one}`).join("\n")}`;
    throw new SidecarError("style", `Nothing that was learned has the id ${id}.`, action);
  });
}

/** Ids that hold what was typed, then those that are mistyped a little. */
function nearestIds(ids: readonly string[], typed: string): string[] {
  const lower = typed.toLowerCase();
  return ids
    .map((id) => ({ id, distance: id.toLowerCase().includes(lower) ? 0 : editDistance(id.toLowerCase(), lower) }))
    .filter(({ distance }) => distance <= DISTANCE_MAX)
    .sort((a, b) => a.distance - b.distance || a.id.length - b.id.length || (a.id < b.id ? -1 : 1))
    .slice(0, NEAREST_MAX)
    .map(({ id }) => id);
}

/**
 * Brings a persona's source files into the base style and each of its own, and keeps those that both sides leave as
 * they are: what a tool would go on changing is no style.
 */
import { lstat, mkdir, readFile } from "node:fs/promises";
import { relative } from "node:path";
import { SidecarError } from "../../base/errors.ts";
import { languageById } from "../../code/languages.ts";
import type { SyntaxParser } from "../../code/parser.ts";
import type { SyntaxTree } from "../../code/syntax.ts";
import { DENSE, eventsOf, type FilePair } from "./events.ts";
import type { Persona, ToolCommand } from "./persona-file.ts";
import { findSources, globPattern } from "./glob.ts";
import { runTools, type ToolInput } from "./tools.ts";
import { textDistance } from "../edit-distance.ts";

export interface PreparedPersona {
  readonly persona: Persona;
  readonly files: readonly PreparedFile[];
  /** How many files were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
}

export interface PreparedFile {
  /** As the developer sees it; without the folder that packages are installed in. */
  readonly path: string;
  readonly first: FilePair;
  /** In the style after the switch. */
  readonly second: FilePair | undefined;
}

export interface PrepareDeps {
  readonly parser: SyntaxParser;
  readonly cacheFolder: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Tool runs done, of all that are known to be needed. */
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

const FILE_BYTES_MAX = 100_000;
const FILES_MIN = 3;
/** Characters per event; less than this and the persona's tools have done nothing. */
const RAW_COST_MIN = 0.05;

/** Throws a {@link SidecarError} where a tool fails, or where too little is left to learn from. */
export async function preparePersona(
  persona: Persona,
  deps: PrepareDeps,
  signal: AbortSignal,
): Promise<PreparedPersona> {
  await mkdir(deps.cacheFolder, { recursive: true, mode: 0o700 });
  const leftOut: Record<string, number> = {};
  const leave = (reason: string, count = 1): void => {
    if (count > 0) leftOut[reason] = (leftOut[reason] ?? 0) + count;
  };
  const sources = await readSources(persona, deps.environment, leave);
  let done = 0;
  const runsPerFile =
    2 * (persona.base.length + persona.styles.at(-1)!.commands.length + (persona.switchTo?.length ?? 0));
  const options = {
    folder: persona.folder,
    cacheFolder: deps.cacheFolder,
    environment: deps.environment,
    onProgress: (files: number) => deps.onProgress?.((done += files), runsPerFile * sources.length),
  };
  const fixedPoints = async (commands: readonly ToolCommand[], inputs: readonly ToolInput[], reason: string) => {
    const once = await runTools(commands, inputs, options, signal);
    const again = await runTools(
      commands,
      inputs.map(({ path }, index) => ({ path, text: once[index]! })),
      options,
      signal,
    );
    const kept = new Map<string, string>();
    inputs.forEach(({ path }, index) => {
      if (once[index] === again[index]) kept.set(path, once[index]!);
      else leave(reason);
    });
    return kept;
  };

  const base = await fixedPoints(persona.base, sources, "the base tool does not settle");
  const bases = [...base].map(([path, text]) => ({ path, text }));
  const first = new Map<string, string>();
  for (const style of persona.styles) {
    const own = bases.filter(({ path }) => styleOf(persona, path) === style);
    const made = await fixedPoints(style.commands, own, "the persona's tool does not settle");
    for (const [path, text] of made) first.set(path, text);
  }
  const second = persona.switchTo
    ? await fixedPoints(persona.switchTo, bases, "the tool after the switch does not settle")
    : undefined;

  const grammar = languageById(persona.languageId)?.grammar;
  if (!grammar) throw new SidecarError("file", `There is no grammar for ${persona.languageId}.`, HELP);
  await deps.parser.load(grammar);
  const parse = (text: string): SyntaxTree | undefined => {
    const tree = deps.parser.parse(grammar, text);
    return tree && tree.errors === 0 && tree.leaves.length > 0 ? tree : undefined;
  };
  const files: PreparedFile[] = [];
  for (const { path, text } of bases) {
    const firstText = first.get(path);
    const secondText = second?.get(path);
    if (firstText === undefined || (second && secondText === undefined)) continue;
    const baseTree = parse(text);
    const firstTree = parse(firstText);
    const secondTree = secondText === undefined ? undefined : parse(secondText);
    if (!baseTree || !firstTree || (second && !secondTree)) {
      leave("does not parse");
      continue;
    }
    const pairWith = (truth: SyntaxTree): FilePair => ({ path, languageId: persona.languageId, base: baseTree, truth });
    files.push({ path, first: pairWith(firstTree), second: secondTree && pairWith(secondTree) });
  }
  if (files.length < FILES_MIN) {
    throw new SidecarError(
      "file",
      `Only ${files.length} of ${sources.length} source files of ${persona.name} can be used (${reasonsOf(leftOut)}).`,
      "Check the globs of its sources, and that they are installed (personas/README.md).",
    );
  }
  assertDiffers(persona, files);
  return { persona, files, leftOut };
}

async function readSources(
  persona: Persona,
  environment: Readonly<Record<string, string | undefined>>,
  leave: (reason: string, count?: number) => void,
): Promise<ToolInput[]> {
  const found = await findSources(persona.folder, persona.sources, persona.exclude, environment);
  const sources: ToolInput[] = [];
  // Evenly over all of them, so that no folder is left out because of its name.
  const step = Math.max(1, found.length / persona.filesMax);
  for (let at = 0; Math.floor(at) < found.length; at += step) {
    const file = found[Math.floor(at)]!;
    const stats = await lstat(file).catch(() => undefined);
    if (!stats?.isFile()) leave("cannot be read");
    else if (stats.size > FILE_BYTES_MAX) leave("too large");
    else {
      const text = (await readFile(file, "utf8")).replaceAll("\r\n", "\n");
      if (/\0|\ufffd|\r/.test(text)) leave("not plain text");
      else sources.push({ path: developersPath(persona.folder, file), text });
    }
  }
  return sources;
}

/** From the folder of the persona, or from the folder that packages are installed in. */
function developersPath(folder: string, file: string): string {
  const path = relative(folder, file).replaceAll("\\", "/");
  return path.replace(/^.*(?:^|\/)node_modules\//, "").replace(/^(?:\.\.\/)+/, "");
}

function styleOf(persona: Persona, path: string): Persona["styles"][number] {
  return persona.styles.find(({ match }) => match === undefined || globPattern(match).test(path))!;
}

/** A plugin that is missing says nothing: then the persona's style would be the base's. */
function assertDiffers(persona: Persona, files: readonly PreparedFile[]): void {
  if (persona.kind === "null") return;
  const versions = persona.switchTo ? (["first", "second"] as const) : (["first"] as const);
  for (const version of versions) {
    const events = files.flatMap((file) => eventsOf(file[version]!, () => 0.5, DENSE));
    const cost = events.reduce((sum, event) => sum + textDistance(event.base, event.truth), 0);
    if (cost >= RAW_COST_MIN * events.length && cost > 0) continue;
    throw new SidecarError(
      "file",
      `The tools of ${persona.name} change nothing: ${cost} characters in ${events.length} events${version === "second" ? " after the switch" : ""}.`,
      "Check its options and that every plugin they need is installed; a persona without a style of its own has the kind null.",
    );
  }
}

function reasonsOf(leftOut: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(leftOut).map(([reason, count]) => `${reason}: ${count}`);
  return reasons.length === 0 ? "no more were found" : reasons.join(", ");
}

const HELP = "personas/README.md describes what a persona is made of.";

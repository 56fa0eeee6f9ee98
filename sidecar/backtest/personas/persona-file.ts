/**
 * A persona as somebody writes it down: which source files, the commands that bring them to the base style, and the
 * commands that make the persona's style of that. `personas/README.md` describes the fields.
 */
import { readFile } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import * as v from "valibot";
import { describeError, SidecarError } from "../../base/errors.ts";
import { languageById } from "../../code/languages.ts";
import { isGlob } from "./glob.ts";

/** What a persona is a test of; see `personas/README.md`. */
export type PersonaKind = "formatter" | "mixed" | "idioms" | "sparse" | "null";

/** A program and its arguments; `{file}` stands for the path of the file to rewrite, `{files}` for many of them. */
export type ToolCommand = readonly string[];

/** One way to write, and the files that are written that way. */
export interface PersonaStyle {
  /** Glob over the path of a file; undefined for all that no other style asks for. */
  readonly match: string | undefined;
  readonly commands: readonly ToolCommand[];
}

export interface Persona {
  readonly name: string;
  /** A sentence for people; may be empty. */
  readonly description: string;
  readonly kind: PersonaKind;
  readonly languageId: string;
  /** Where commands run and globs begin: the folder of the persona's file. */
  readonly folder: string;
  readonly sources: readonly string[];
  readonly exclude: readonly string[];
  /** No more files than this are prepared. */
  readonly filesMax: number;
  readonly base: readonly ToolCommand[];
  /** The first that matches a file's path is its style; the last matches all. */
  readonly styles: readonly PersonaStyle[];
  /** What the persona writes from half of the events on; undefined for one that stays the same. */
  readonly switchTo: readonly ToolCommand[] | undefined;
}

const FILES_MAX = 120;

const Command = v.pipe(
  v.array(v.pipe(v.string(), v.minLength(1))),
  v.minLength(2),
  v.check(
    (words) => words.some((word) => word.includes("{file}") || word === "{files}"),
    "A command needs {file} or {files} among its arguments: the file that it rewrites.",
  ),
);
const Commands = v.array(Command);
const Glob = v.pipe(v.string(), v.minLength(1), v.check(isGlob, "The braces of this glob are not paired."));
const Globs = v.pipe(v.array(Glob), v.minLength(1));

const PersonaSchema = v.strictObject({
  $schema: v.optional(v.string()),
  name: v.optional(v.pipe(v.string(), v.regex(/^[\w.-]+$/, "A name is letters, digits, '.', '-' and '_'."))),
  description: v.optional(v.string()),
  kind: v.picklist(["formatter", "mixed", "idioms", "sparse", "null"]),
  languageId: v.pipe(
    v.string(),
    v.check((id) => languageById(id)?.grammar !== undefined, "Not a language that Tacit has a grammar for."),
  ),
  sources: Globs,
  exclude: v.optional(Globs),
  filesMax: v.optional(v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2000))),
  base: v.pipe(Commands, v.minLength(1)),
  persona: Commands,
  contexts: v.optional(v.array(v.strictObject({ match: Glob, persona: Commands }))),
  switchTo: v.optional(Commands),
});

/** Reads a persona's file. Throws a {@link SidecarError} that names the file and the field that is wrong. */
export async function readPersona(path: string): Promise<Persona> {
  const file = resolve(path);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, "utf8"));
  } catch (error) {
    const what = error instanceof SyntaxError ? "is not JSON" : "cannot be read";
    throw new SidecarError("file", `The persona ${file} ${what}: ${describeError(error)}`, HELP, error);
  }
  return parsePersona(json, file);
}

/** Checks what a persona's file holds; `file` is its absolute path. */
export function parsePersona(json: unknown, file: string): Persona {
  const result = v.safeParse(PersonaSchema, json);
  if (!result.success) {
    const issues = result.issues.map((issue) => `${v.getDotPath(issue) ?? "the whole"}: ${issue.message}`);
    throw new SidecarError("file", `The persona ${file} is not right: ${issues.join("; ")}`, HELP);
  }
  const { name, description, kind, languageId, sources, exclude, filesMax, base, persona, contexts, switchTo } =
    result.output;
  return {
    name: name ?? basename(file).replace(/\.json$/, ""),
    description: description ?? "",
    kind,
    languageId,
    folder: dirname(file),
    sources,
    exclude: exclude ?? [],
    filesMax: filesMax ?? FILES_MAX,
    base,
    styles: [
      ...(contexts ?? []).map((context) => ({ match: context.match, commands: context.persona })),
      { match: undefined, commands: persona },
    ],
    switchTo,
  };
}

const HELP = "personas/README.md describes what a persona is made of.";

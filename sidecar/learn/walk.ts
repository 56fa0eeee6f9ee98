/**
 * Which files of a folder may be learned from: all but what git ignores, what a `.tacitignore` names, what the user
 * or our own list excludes, and whatever is reached through a symbolic link. {@link walk} finds them all,
 * {@link createFileFilter} judges a single one by the same rules.
 */
import type { Dirent } from "node:fs";
import { lstat, readdir, readFile } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";
import { SidecarError, systemCode } from "../base/errors.ts";
import { Slices } from "../base/slices.ts";
import { Patterns } from "../../privacy/exclude.ts";
import type { Exclude, ExcludeReason } from "../../privacy/exclude.ts";

export interface WalkedFile {
  /** Absolute, in the system's own form. */
  readonly path: string;
  /** From the root, with "/" on every system. */
  readonly relativePath: string;
  readonly size: number;
  /** Milliseconds since the epoch. */
  readonly mtimeMs: number;
}

export type WalkSkipReason =
  | ExcludeReason
  | "ignored by git"
  | "ignored by .tacitignore"
  | "symbolic link"
  /** A pipe, socket or device. */
  | "not a file"
  /** A directory or file that the system would not show. */
  | "no permission"
  | "gone"
  /** The limits of the walk are reached: this and all that follows is left out. */
  | "too many files"
  /** Not below the root. */
  | "outside";

export interface WalkOptions {
  readonly exclude: Exclude;
  /** Default 200,000. As many directories are read at most. */
  readonly filesMax?: number;
  /** Called for each file or directory that is left out; what is in such a directory is not looked at. */
  readonly onSkip?: (reason: WalkSkipReason, relativePath: string) => void;
}

const FILES_MAX = 200_000;

/** Files asked about at a time. */
const STAT_BATCH = 64;

/**
 * The files below `root` in a fixed order: a directory's files before its subdirectories, by name, and where source
 * is likely before tests, documents and examples. Throws where `root` itself cannot be read.
 */
export async function* walk(root: string, options: WalkOptions, signal: AbortSignal): AsyncGenerator<WalkedFile> {
  const skip = options.onSkip ?? ((): void => undefined);
  const filesMax = options.filesMax ?? FILES_MAX;
  const waiting: Directory[] = [{ relativePath: "", rules: await rulesAbove(root) }];
  const slices = new Slices(signal);
  let files = 0;
  let directories = 0;
  for (let directory = waiting.pop(); directory; directory = waiting.pop()) {
    signal.throwIfAborted();
    const entries = await readDirectory(root, directory.relativePath, skip);
    if (!entries) continue;
    const rules = await rulesOf(root, directory, new Set(entries.map((entry) => entry.name)));
    const fileNames: string[] = [];
    const subdirectories: Directory[] = [];
    for (const entry of entries) {
      if (slices.over) await slices.pause();
      const relativePath = joinPosix(directory.relativePath, entry.name);
      const reason = kindSkipReason(entry) ?? judge(rules, options.exclude, relativePath, entry.isDirectory());
      if (reason) skip(reason, relativePath);
      else if (entry.isDirectory()) subdirectories.push({ relativePath, rules });
      else fileNames.push(relativePath);
    }
    fileNames.sort(byName);
    for (let at = 0; at < fileNames.length; at += STAT_BATCH) {
      const batch = await Promise.all(fileNames.slice(at, at + STAT_BATCH).map((name) => statFile(root, name)));
      signal.throwIfAborted();
      for (const file of batch) {
        if ("reason" in file) skip(file.reason, file.relativePath);
        else if (files < filesMax) {
          files++;
          yield file;
        } else {
          skip("too many files", file.relativePath);
          return;
        }
      }
    }
    directories++;
    if (directories > filesMax) {
      skip("too many files", directory.relativePath);
      return;
    }
    // The last one pushed is read first.
    subdirectories.sort((a, b) => byRankAndName(b.relativePath, a.relativePath));
    for (const subdirectory of subdirectories) waiting.push(subdirectory);
  }
}

export interface FileFilter {
  /**
   * Why a file would not be walked, or undefined. A file that does not exist (yet) is judged by its name.
   * Ignore files are read once per directory until {@link FileFilter.forget}.
   */
  skipReason(path: string): Promise<WalkSkipReason | undefined>;
  /** Whether rules may have changed with this file: then call `forget`. */
  isRuleFile(path: string): boolean;
  forget(): void;
}

/** Directories whose rules a filter remembers; then it starts over. */
const REMEMBERED_MAX = 5_000;

/** Judges single files below `root`, e.g. one that was saved, as {@link walk} would. */
export function createFileFilter(root: string, options: { readonly exclude: Exclude }): FileFilter {
  interface Judged {
    readonly rules: Rules;
    readonly reason: WalkSkipReason | undefined;
  }
  let remembered = new Map<string, Promise<Judged>>();

  const judgeDirectory = (relativePath: string): Promise<Judged> => {
    let judged = remembered.get(relativePath);
    if (!judged) {
      if (remembered.size >= REMEMBERED_MAX) remembered = new Map();
      judged = readRules(relativePath);
      remembered.set(relativePath, judged);
    }
    return judged;
  };

  const readRules = async (relativePath: string): Promise<Judged> => {
    if (relativePath === "") {
      return { rules: await rulesOf(root, { relativePath, rules: await rulesAbove(root) }), reason: undefined };
    }
    const parent = await judgeDirectory(parentOf(relativePath));
    if (parent.reason) return parent;
    const reason =
      judge(parent.rules, options.exclude, relativePath, true) ?? (await linkReason(join(root, relativePath)));
    return { rules: reason ? parent.rules : await rulesOf(root, { relativePath, rules: parent.rules }), reason };
  };

  return {
    skipReason: async (path) => {
      const fromRoot = relative(root, path);
      if (fromRoot === "" || fromRoot === ".." || fromRoot.startsWith(`..${sep}`) || isAbsolute(fromRoot)) {
        return "outside";
      }
      const relativePath = sep === "/" ? fromRoot : fromRoot.replaceAll(sep, "/");
      const directory = await judgeDirectory(parentOf(relativePath));
      return (
        directory.reason ?? judge(directory.rules, options.exclude, relativePath, false) ?? (await linkReason(path))
      );
    },
    isRuleFile: (path) => /(?:^|[\\/])(?:\.gitignore|\.tacitignore|\.git[\\/]info[\\/]exclude)$/.test(path),
    forget: () => {
      remembered = new Map();
    },
  };
}

/** A directory that is to be read, with the rules of those above it. */
interface Directory {
  /** Empty for the root. */
  readonly relativePath: string;
  readonly rules: Rules;
}

/** The patterns of the ignore files met on the way down. Their paths begin at `git.prefix`, not at the root. */
interface Rules {
  readonly git: Patterns;
  readonly tacit: Patterns;
  /** Path of the root from the top of its repository, with a "/" at the end; empty where they are the same. */
  readonly prefix: string;
}

function judge(rules: Rules, exclude: Exclude, relativePath: string, isDirectory: boolean): WalkSkipReason | undefined {
  const reason = exclude.excludes(relativePath, isDirectory);
  if (reason) return reason;
  if (rules.git.ignores(rules.prefix + relativePath, isDirectory)) return "ignored by git";
  return rules.tacit.ignores(relativePath, isDirectory) ? "ignored by .tacitignore" : undefined;
}

function kindSkipReason(entry: Dirent): WalkSkipReason | undefined {
  if (entry.isSymbolicLink()) return "symbolic link";
  return entry.isFile() || entry.isDirectory() ? undefined : "not a file";
}

async function linkReason(path: string): Promise<WalkSkipReason | undefined> {
  try {
    const stats = await lstat(path);
    if (stats.isSymbolicLink()) return "symbolic link";
    return stats.isFile() || stats.isDirectory() ? undefined : "not a file";
  } catch (error) {
    // Not there (yet): its name alone decides.
    const reason = unseenReason(error);
    return reason === "gone" ? undefined : reason;
  }
}

async function readDirectory(
  root: string,
  relativePath: string,
  skip: (reason: WalkSkipReason, relativePath: string) => void,
): Promise<Dirent[] | undefined> {
  try {
    return await readdir(join(root, relativePath), { withFileTypes: true });
  } catch (error) {
    if (relativePath === "") {
      throw new SidecarError(
        "folder",
        `the folder ${root} cannot be read`,
        "Check that it exists and is yours.",
        error,
      );
    }
    // The rest of the folder is still worth reading.
    skip(unseenReason(error), relativePath);
    return undefined;
  }
}

async function statFile(
  root: string,
  relativePath: string,
): Promise<WalkedFile | { readonly reason: WalkSkipReason; readonly relativePath: string }> {
  const path = join(root, relativePath);
  try {
    const stats = await lstat(path);
    if (!stats.isFile()) return { reason: "not a file", relativePath };
    return { path, relativePath, size: stats.size, mtimeMs: stats.mtimeMs };
  } catch (error) {
    return { reason: unseenReason(error), relativePath };
  }
}

/** What a failed look at a file or directory means for the walk. Only our bugs are thrown on. */
function unseenReason(error: unknown): "no permission" | "gone" {
  const code = systemCode(error);
  if (code === undefined) throw error;
  return code === "ENOENT" || code === "ENOTDIR" ? "gone" : "no permission";
}

/**
 * The rules that hold for the root because of where it lies: those of the directories above it, up to the top of its
 * git repository. A root that they ignore themselves was opened on purpose; then they say nothing about what is in it.
 */
async function rulesAbove(folder: string): Promise<Rules> {
  const root = resolve(folder);
  const none: Rules = { git: NO_PATTERNS, tacit: NO_PATTERNS, prefix: "" };
  const top = await repositoryTop(root);
  if (top === undefined || top === root) return none;
  const prefix = `${relative(top, root).replaceAll(sep, "/")}/`;
  let git = NO_PATTERNS;
  let directory = top;
  let fromTop = "";
  for (const name of prefix.split("/").slice(0, -1)) {
    git = await withGitRules(git, directory, fromTop);
    directory = join(directory, name);
    fromTop += `${name}/`;
  }
  return git.ignores(prefix.slice(0, -1), true) ? none : { git, tacit: NO_PATTERNS, prefix };
}

async function repositoryTop(root: string): Promise<string | undefined> {
  for (let directory = root; ; directory = dirname(directory)) {
    try {
      await lstat(join(directory, ".git"));
      return directory;
    } catch {
      // No repository begins here, or we may not look: go on upwards.
      if (dirname(directory) === directory) return undefined;
    }
  }
}

/** The rules inside a directory. With `names`, what it holds, no file is looked for in vain. */
async function rulesOf(root: string, directory: Directory, names?: ReadonlySet<string>): Promise<Rules> {
  const { rules, relativePath } = directory;
  const path = join(root, relativePath);
  const below = relativePath === "" ? "" : `${relativePath}/`;
  let { git, tacit } = rules;
  if (!names || names.has(".gitignore") || names.has(".git")) {
    git = await withGitRules(git, path, rules.prefix + below);
  }
  if (!names || names.has(".tacitignore")) {
    const lines = await readPatterns(join(path, ".tacitignore"));
    if (lines.length > 0) tacit = tacit.with(lines.map((line) => rebase(line, below)));
  }
  return git === rules.git && tacit === rules.tacit ? rules : { ...rules, git, tacit };
}

/** `fromTop`: the directory's path from where the patterns begin, empty or with a "/" at the end. */
async function withGitRules(git: Patterns, directory: string, fromTop: string): Promise<Patterns> {
  const lines = [
    ...(await readPatterns(join(directory, ".git", "info", "exclude"))),
    ...(await readPatterns(join(directory, ".gitignore"))),
  ];
  return lines.length === 0 ? git : git.with(lines.map((line) => rebase(line, fromTop)));
}

/** Larger ignore files are no ignore files. In bytes. */
const RULE_FILE_BYTES_MAX = 1_000_000;

async function readPatterns(path: string): Promise<string[]> {
  try {
    const stats = await lstat(path);
    if (!stats.isFile() || stats.size > RULE_FILE_BYTES_MAX) return [];
    const text = (await readFile(path, "utf8")).replace(/^\uFEFF/, "");
    return text.split(/\r?\n/).filter((line) => line.trim() !== "" && !line.startsWith("#"));
  } catch (error) {
    // No such file, or not for us: then it has no rules.
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}

/**
 * A pattern of the ignore file in `directory` as one for the directory above all: only a single list of patterns has
 * git's meaning of "the last one that matches" and of directories that are ignored as a whole.
 */
function rebase(line: string, directory: string): string {
  if (directory === "") return line;
  const negative = line.startsWith("!");
  const pattern = (negative ? line.slice(1) : line).replace(/(?<!\\) +$/, "");
  const anchored = pattern.slice(0, -1).includes("/");
  const escaped = directory.replaceAll(/[\\*?[\]!# ]/g, "\\$&");
  return `${negative ? "!" : ""}/${escaped}${anchored ? pattern.replace(/^\//, "") : `**/${pattern}`}`;
}

// As git decides it by default: its `core.ignoreCase` is on where file systems do not tell cases apart.
const NO_PATTERNS = new Patterns({ ignoreCase: process.platform !== "linux" });

function parentOf(relativePath: string): string {
  return relativePath.slice(0, Math.max(relativePath.lastIndexOf("/"), 0));
}

function joinPosix(directory: string, name: string): string {
  return directory === "" ? name : `${directory}/${name}`;
}

/** The same order on every machine, whatever its language. */
function byName(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function byRankAndName(a: string, b: string): number {
  return rank(a) - rank(b) || byName(a, b);
}

/** Where a project keeps what is worth learning first. */
function rank(relativePath: string): number {
  const name = relativePath.slice(relativePath.lastIndexOf("/") + 1).toLowerCase();
  if (SOURCE_DIRECTORIES.has(name)) return 0;
  return name.startsWith(".") || LATE_DIRECTORIES.has(name) ? 2 : 1;
}

const SOURCE_DIRECTORIES: ReadonlySet<string> = new Set([
  "src",
  "source",
  "sources",
  "lib",
  "app",
  "apps",
  "packages",
  "crates",
  "cmd",
  "internal",
  "pkg",
  "server",
  "client",
]);

const LATE_DIRECTORIES: ReadonlySet<string> = new Set([
  "test",
  "tests",
  "__tests__",
  "spec",
  "specs",
  "e2e",
  "fixtures",
  "testdata",
  "doc",
  "docs",
  "example",
  "examples",
  "sample",
  "samples",
  "demo",
  "third_party",
  "thirdparty",
  "external",
  "migrations",
  "assets",
  "static",
  "public",
]);

/**
 * Runs a persona's tools over copies of source files. Results are kept by a hash of what went in, so that a tool sees
 * each text once; where many files are allowed on one command line, they share it.
 */
import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, delimiter, dirname, join, resolve } from "node:path";
import { describeError, SidecarError } from "../../base/errors.ts";
import type { ToolCommand } from "./persona-file.ts";

/** A file as a tool gets it; `path` decides its name, which many tools look at. */
export interface ToolInput {
  readonly path: string;
  readonly text: string;
}

export interface ToolOptions {
  /** Where commands run, and where the programs that they name are looked for first. */
  readonly folder: string;
  /** Results and the files being worked on lie here; made where it is missing. */
  readonly cacheFolder: string;
  /** The whole environment of the tools. */
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Told after each command how many files it has rewritten. */
  readonly onProgress?: ((files: number) => void) | undefined;
}

const FILES_PER_COMMAND = 24;
const COMMANDS_AT_ONCE = 2;
const COMMAND_MS_MAX = 60_000;
const OUTPUT_BYTES_MAX = 4 * 1024 * 1024;
/** Changes when the meaning of a cached result does. */
const CACHE_VERSION = "1";

/**
 * The texts as the commands, one after the other, leave them; in the order of `inputs`. Throws a {@link SidecarError}
 * with the tool, the file and what the tool said where one fails.
 */
export async function runTools(
  commands: readonly ToolCommand[],
  inputs: readonly ToolInput[],
  options: ToolOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const stamp = await stampOf(commands, options);
  let texts = inputs.map((input) => input.text);
  for (const command of commands) {
    const current = texts;
    texts = await runTool(
      command,
      stamp,
      inputs.map(({ path }, index) => ({ path, text: current[index]! })),
      options,
      signal,
    );
  }
  return texts;
}

async function runTool(
  command: ToolCommand,
  stamp: string,
  inputs: readonly ToolInput[],
  options: ToolOptions,
  signal: AbortSignal,
): Promise<string[]> {
  const keys = inputs.map(({ path, text }) =>
    createHash("sha256")
      .update(JSON.stringify([CACHE_VERSION, command, stamp, basename(path), text]))
      .digest("hex"),
  );
  // Of equal texts one is worked on.
  const first = new Map(keys.map((key, index) => [key, index]));
  const results = new Map<string, string>();
  const missing: number[] = [];
  for (const [key, index] of first) {
    const result = await readCached(options.cacheFolder, key);
    if (result === undefined) missing.push(index);
    else results.set(key, result);
  }
  options.onProgress?.(inputs.length - missing.length);
  const size = command.includes("{files}") ? FILES_PER_COMMAND : 1;
  const batches: number[][] = [];
  for (let at = 0; at < missing.length; at += size) batches.push(missing.slice(at, at + size));
  const abort = new AbortController();
  const either = AbortSignal.any([signal, abort.signal]);
  const work = async (): Promise<void> => {
    for (let batch = batches.shift(); batch; batch = batches.shift()) {
      const texts = await runOnce(
        command,
        batch.map((index) => inputs[index]!),
        options,
        either,
      );
      for (const [at, index] of batch.entries()) {
        results.set(keys[index]!, texts[at]!);
        await writeCached(options.cacheFolder, keys[index]!, texts[at]!);
      }
      options.onProgress?.(batch.length);
    }
  };
  try {
    await Promise.all(Array.from({ length: COMMANDS_AT_ONCE }, work));
  } finally {
    abort.abort();
  }
  return keys.map((key) => results.get(key)!);
}

/** One command over one batch, in a folder of its own. */
async function runOnce(
  command: ToolCommand,
  inputs: readonly ToolInput[],
  options: ToolOptions,
  signal: AbortSignal,
): Promise<string[]> {
  signal.throwIfAborted();
  await mkdir(options.cacheFolder, { recursive: true });
  const work = await mkdtemp(join(options.cacheFolder, "work-"));
  try {
    const paths: string[] = [];
    for (const [index, { path, text }] of inputs.entries()) {
      await mkdir(join(work, String(index)));
      paths.push(join(work, String(index), basename(path)));
      await writeFile(paths[index]!, text);
    }
    const [program, ...args] = command.flatMap((word) =>
      word === "{files}" ? paths : [word.replaceAll("{file}", paths[0]!)],
    );
    await execute(program!, args, inputs, paths, options, signal);
    return await Promise.all(paths.map(async (path) => (await readFile(path, "utf8")).replaceAll("\r\n", "\n")));
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function execute(
  program: string,
  args: readonly string[],
  inputs: readonly ToolInput[],
  paths: readonly string[],
  options: ToolOptions,
  signal: AbortSignal,
): Promise<void> {
  const { folder, environment } = options;
  const local = program.includes("/") || program.includes("\\") ? resolve(folder, program) : program;
  // `node` in a persona is the Node that runs it.
  const path = [dirname(process.execPath), environment["PATH"] ?? ""].join(delimiter);
  const { promise, resolve: done, reject } = Promise.withResolvers<undefined>();
  execFile(
    local,
    args,
    {
      cwd: folder,
      env: { ...environment, PATH: path },
      timeout: COMMAND_MS_MAX,
      killSignal: "SIGKILL",
      maxBuffer: OUTPUT_BYTES_MAX,
      signal,
    },
    (error, stdout, stderr) => {
      if (!error) done(undefined);
      else if (signal.aborted) reject(abortReason(signal));
      else reject(toolError(program, inputs, paths, error, `${stderr}\n${stdout}`));
    },
  );
  return promise;
}

function abortReason(signal: AbortSignal): Error {
  return signal.reason instanceof Error ? signal.reason : new DOMException("aborted", "AbortError");
}

function toolError(
  program: string,
  inputs: readonly ToolInput[],
  paths: readonly string[],
  error: Error & { killed?: boolean | undefined; code?: unknown },
  output: string,
): SidecarError {
  // Where several files shared the command, its own words say which it was.
  const named = inputs.filter((_, index) => output.includes(paths[index]!));
  const files = named.length > 0 ? named : inputs;
  const which = files.length > 3 ? `one of ${files.length} files from ${files[0]!.path} on` : listOf(files);
  let said = output.trim();
  paths.forEach((path, index) => (said = said.replaceAll(path, inputs[index]!.path)));
  const why = error.killed
    ? `was stopped after ${COMMAND_MS_MAX / 1000} s`
    : typeof error.code === "number"
      ? `ended with status ${error.code}`
      : `could not be run: ${describeError(error)}`;
  return new SidecarError(
    "file",
    `The tool ${program} ${why} on ${which}${said === "" ? "" : `:\n${said.slice(0, 2000)}`}`,
    "Check that the tool is installed (personas/README.md) and does that file by itself.",
    error,
  );
}

function listOf(files: readonly ToolInput[]): string {
  return files.map((file) => file.path).join(", ");
}

/**
 * Changes with what commands are made of: the files that they name (scripts, configurations), the packages installed
 * around these, and programs that are found by name.
 */
async function stampOf(commands: readonly ToolCommand[], { folder, environment }: ToolOptions): Promise<string> {
  const hash = createHash("sha256");
  const paths = new Set(commands.flat().flatMap((word) => word.match(/[\w.@/\\-]+\.\w+/g) ?? []));
  for (const path of [...paths].sort()) hash.update(await readFile(resolve(folder, path)).catch(() => ""));
  const locks = new Set([...paths].flatMap((path) => packageLocksAbove(resolve(folder, path), folder)));
  for (const lock of [...locks].sort()) hash.update(await readFile(lock).catch(() => ""));
  for (const [program] of commands) {
    for (const place of (environment["PATH"] ?? "").split(delimiter)) {
      const stats = await stat(join(place, program!)).catch(() => undefined);
      if (!stats?.isFile()) continue;
      hash.update(`${program} ${stats.size} ${stats.mtimeMs}`);
      break;
    }
  }
  return hash.digest("hex");
}

/** Where npm writes down what it has installed, from a path up to the persona's folder. */
function packageLocksAbove(path: string, folder: string): string[] {
  const locks: string[] = [];
  for (let place = dirname(path); place.startsWith(folder); place = dirname(place)) {
    locks.push(join(place, "node_modules", ".package-lock.json"));
    if (place === folder) break;
  }
  return locks;
}

async function readCached(folder: string, key: string): Promise<string | undefined> {
  return await readFile(cachePath(folder, key), "utf8").catch(() => undefined);
}

async function writeCached(folder: string, key: string, text: string): Promise<void> {
  const path = cachePath(folder, key);
  await mkdir(dirname(path), { recursive: true });
  const temporary = `${path}.${process.pid}`;
  await writeFile(temporary, text);
  await rename(temporary, path);
}

function cachePath(folder: string, key: string): string {
  return join(folder, key.slice(0, 2), key.slice(2));
}

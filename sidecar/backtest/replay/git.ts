/**
 * Somebody's repository, read by git without trusting it. Git runs in an empty repository of our own that borrows the
 * other one's objects, so that nothing the other one or its user has configured is in force (drivers, hooks, attributes,
 * remotes, replaced objects), nothing in it is written, and it does not matter whose it is. In the repository itself only
 * `rev-parse` is run, which starts nothing.
 */
import { spawn, type ChildProcessWithoutNullStreams } from "node:child_process";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join, resolve } from "node:path";
import { SidecarError, systemCode } from "../../base/errors.ts";

export interface GitOptions {
  /** What `git rev-parse` understands; the history ends there. */
  readonly ref: string;
  /** Larger files are not compared. */
  readonly bytesMax: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface Git {
  /** The commit that `ref` names. */
  readonly head: string;
  /** Commits whose parents are not here, though they have some. */
  readonly shallow: ReadonlySet<string>;
  /** Whether objects were left where the repository was cloned from. They are never fetched. */
  readonly isPartial: boolean;
  start(args: readonly string[]): GitProcess;
  /** Kills what still runs; whoever waits for it is cancelled. */
  close(): Promise<void>;
}

/** A git that says nothing for so long hangs. */
const SILENCE_MS = 60_000;
const COMPLAINT_CHARS_MAX = 2_000;
const ANSWER_BYTES_MAX = 1_000_000;

/** `repository`: a work tree, a folder inside one, or a bare git directory. An abort kills git; what is left is closed. */
export async function openGit(repository: string, options: GitOptions, signal: AbortSignal): Promise<Git> {
  signal.throwIfAborted();
  const home = await mkdtemp(join(tmpdir(), "tacit-history-"));
  const closing = new AbortController();
  const over = AbortSignal.any([signal, closing.signal]);
  const running = new Set<GitProcess>();
  const start = (args: readonly string[], environment: Readonly<Record<string, string>>): GitProcess => {
    over.throwIfAborted();
    const child = spawn("git", args, { cwd: home, env: environment, windowsHide: true });
    const process = new GitProcess(child, over);
    running.add(process);
    child.once("close", () => running.delete(process));
    return process;
  };
  over.addEventListener("abort", () => running.forEach((process) => process.kill()), { once: true });
  const close = async (): Promise<void> => {
    closing.abort(new DOMException("closing", "AbortError"));
    await Promise.allSettled([...running].map((process) => process.exit()));
    await rm(home, { recursive: true, force: true });
  };

  try {
    await writeFile(join(home, ".gitconfig"), "[safe]\n\tdirectory = *\n");
    const environment = environmentIn(home, options.environment);
    const ask = async (...args: string[]): Promise<Answer> => {
      const process = start(["-C", resolve(repository), "-c", "core.fsmonitor=false", ...args], environment);
      process.end();
      const text = await process.text(ANSWER_BYTES_MAX);
      return { ok: (await process.exit()) === 0, text: text.replace(/\n$/, ""), complaint: process.complaint };
    };
    const objects = await findObjects(repository, ask);
    const head = await findCommit(repository, options.ref, ask);
    const own = join(home, "repository");
    const shallow = await readShallow(objects);
    await makeBorrower(own, objects, { head, shallow, bytesMax: options.bytesMax });
    return {
      head,
      shallow: new Set(shallow),
      isPartial: await isPartial(objects),
      start: (args) => start(args, { ...environment, GIT_DIR: own }),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** One git, spoken to through its standard streams. */
export class GitProcess {
  readonly #child: ChildProcessWithoutNullStreams;
  readonly #signal: AbortSignal;
  readonly #chunks: AsyncIterator<Buffer, undefined>;
  readonly #exit: Promise<number | undefined>;
  #failure: Error | undefined;
  #isSilent = false;
  #complaint = "";

  constructor(child: ChildProcessWithoutNullStreams, signal: AbortSignal) {
    this.#child = child;
    this.#signal = signal;
    this.#chunks = child.stdout[Symbol.asyncIterator]() as AsyncIterator<Buffer, undefined>;
    this.#exit = new Promise((done) => {
      child.once("error", (error) => {
        this.#failure = error;
        done(undefined);
      });
      child.once("close", (code) => done(code ?? undefined));
    });
    // A git that is gone shows in what it no longer answers.
    child.stdin.on("error", () => undefined);
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      this.#complaint = (this.#complaint + text).slice(0, COMPLAINT_CHARS_MAX);
    });
  }

  write(text: string): void {
    this.#child.stdin.write(text);
  }

  /** Says that nothing more is asked. */
  end(): void {
    this.#child.stdin.end();
  }

  /** The next bytes that it prints; undefined at the end. */
  async next(): Promise<Buffer | undefined> {
    const timer = setTimeout(() => {
      this.#isSilent = true;
      this.kill();
    }, SILENCE_MS);
    try {
      const { done, value } = await this.#chunks.next();
      this.#signal.throwIfAborted();
      if (this.#isSilent) throw new SidecarError("repository", "git does not answer", "Check the disk, and try again.");
      return done === true ? undefined : value;
    } catch (error) {
      this.#signal.throwIfAborted();
      // A stream that was cut off ends; why it was cut off is said by whoever misses its end.
      if (error instanceof SidecarError) throw error;
      return undefined;
    } finally {
      clearTimeout(timer);
    }
  }

  /** All that it prints, of which more than `bytesMax` is an error. */
  async text(bytesMax: number): Promise<string> {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for (let chunk = await this.next(); chunk; chunk = await this.next()) {
      bytes += chunk.length;
      if (bytes > bytesMax) {
        this.kill();
        throw new SidecarError("repository", "git prints more than can be read", "Choose a smaller repository.");
      }
      chunks.push(chunk);
    }
    return Buffer.concat(chunks).toString("utf8");
  }

  /** Waits for its end: its status, or undefined where it was killed. Throws where there is no git. */
  async exit(): Promise<number | undefined> {
    const status = await this.#exit;
    if (systemCode(this.#failure) === "ENOENT") {
      throw new SidecarError(
        "repository",
        "git was not found",
        "Install git, and see that `git --version` works in the same terminal.",
        this.#failure,
      );
    }
    if (this.#failure) {
      throw new SidecarError("repository", "git cannot be run", "See whether `git --version` works.", this.#failure);
    }
    return status;
  }

  /** What it said on its standard error. */
  get complaint(): string {
    return this.#complaint.trim();
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

interface Answer {
  readonly ok: boolean;
  readonly text: string;
  readonly complaint: string;
}

type Ask = (...args: string[]) => Promise<Answer>;

async function findObjects(repository: string, ask: Ask): Promise<string> {
  const answer = await ask("rev-parse", "--git-path", "objects");
  // Relative to the folder that git was started for.
  if (answer.ok) return resolve(repository, answer.text);
  if (/not a git repository|cannot change to|no such file/i.test(answer.complaint)) {
    throw new SidecarError(
      "repository",
      `${repository} is not in a git repository`,
      "Name a folder that is under version control with git.",
    );
  }
  throw new SidecarError("repository", `git cannot read ${repository}: ${firstLine(answer.complaint)}`, CHECK);
}

async function findCommit(repository: string, ref: string, ask: Ask): Promise<string> {
  const isName = ref !== "" && !ref.startsWith("-");
  const commit = isName ? await ask("rev-parse", "--verify", "--quiet", `${ref}^{commit}`) : undefined;
  if (commit?.ok) return commit.text;
  const named = isName ? await ask("rev-parse", "--verify", "--quiet", ref) : undefined;
  if (named?.ok) {
    throw new SidecarError("repository", `the commit ${named.text} of ${repository} cannot be read`, CHECK);
  }
  if (ref === "HEAD")
    throw new SidecarError("repository", `${repository} has no commits yet`, "Commit something first.");
  throw new SidecarError("repository", `${repository} has no commit ${ref}`, "Name a branch, a tag or a commit.");
}

/** What to do about a repository that git itself complains about. */
export const CHECK = "See what `git fsck` says about the repository.";

/** The file that git keeps beside the objects. */
async function readShallow(objects: string): Promise<string[]> {
  try {
    const text = await readFile(join(dirname(objects), "shallow"), "utf8");
    return text.split(/\s+/).filter((hash) => /^[0-9a-f]{40,64}$/.test(hash));
  } catch (error) {
    // It is there in shallow clones only.
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}

/** The packs of partial clones are marked. */
async function isPartial(objects: string): Promise<boolean> {
  try {
    return (await readdir(join(objects, "pack"))).some((name) => name.endsWith(".promisor"));
  } catch (error) {
    // Without packs nothing was cloned.
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

/** An empty repository at `own` that finds all its objects in another one. Its mail map is that of `head`. */
async function makeBorrower(
  own: string,
  objects: string,
  {
    head,
    shallow,
    bytesMax,
  }: { readonly head: string; readonly shallow: readonly string[]; readonly bytesMax: number },
): Promise<void> {
  await mkdir(join(own, "objects", "info"), { recursive: true });
  await mkdir(join(own, "refs"));
  const isSha256 = head.length === 64;
  const config = [
    "[core]",
    `repositoryformatversion = ${isSha256 ? 1 : 0}`,
    "bare = true",
    `bigFileThreshold = ${bytesMax}`,
    ...(isSha256 ? ["[extensions]", "objectFormat = sha256"] : []),
  ];
  // Git reads a path in quotes as C would.
  const quoted = `"${objects.replaceAll(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
  const alternate = /["\n]|^#/.test(basename(objects) + objects) ? quoted : objects;
  await writeFile(join(own, "config"), `${config.join("\n")}\n`);
  await writeFile(join(own, "HEAD"), `${head}\n`);
  await writeFile(join(own, "objects", "info", "alternates"), `${alternate}\n`);
  if (shallow.length > 0) await writeFile(join(own, "shallow"), `${shallow.join("\n")}\n`);
}

/** Nothing of the user's own git, and nothing that could ask or fetch. `home` stands in for the user's. */
function environmentIn(home: string, own: GitOptions["environment"]): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(own)) {
    if (value !== undefined && !/^GIT_/i.test(name)) environment[name] = value;
  }
  return {
    ...environment,
    HOME: home,
    XDG_CONFIG_HOME: home,
    LC_ALL: "C",
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_NO_REPLACE_OBJECTS: "1",
    GIT_NO_LAZY_FETCH: "1",
    GIT_ALLOW_PROTOCOL: "none",
    GIT_OPTIONAL_LOCKS: "0",
    GIT_TERMINAL_PROMPT: "0",
  };
}

function firstLine(text: string): string {
  return text.split("\n", 1)[0]!;
}

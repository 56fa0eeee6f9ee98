/**
 * Whose a project's files are: the share of each file's commits that the user of this machine made, as `git` names
 * them. In a repository of several people one's own files say more about one's own style.
 */
import { execFile } from "node:child_process";

/** Commits that are looked at, the newest first. */
const COMMITS_MAX = 5000;
const OUTPUT_BYTES_MAX = 32 * 1024 * 1024;
const TIMEOUT_MS = 20_000;
/** What somebody else's file still counts: it may be the house style. */
const OTHERS_WEIGHT = 0.25;

export interface Authorship {
  /** How much a file's style counts, 0..1, by its path from the project's root. 1 where nothing is known. */
  readonly weightOf: (path: string) => number;
}

const ALONE: Authorship = { weightOf: () => 1 };

/** Reads the history of a project; all files count alike where there is none, or the user has no part in it. */
export async function readAuthorship(root: string, signal: AbortSignal): Promise<Authorship> {
  const email = await userAddress(root, signal);
  if (email === undefined) return ALONE;
  const log = await git(
    root,
    ["log", `--max-count=${COMMITS_MAX}`, "--no-merges", "--relative", "--name-only", "-z", "--format=%x01%ae"],
    signal,
  );
  return log === undefined ? ALONE : createAuthorship(log, email);
}

/** The address that the user of this machine commits with in a folder; undefined where git knows none. */
export async function userAddress(folder: string, signal: AbortSignal): Promise<string | undefined> {
  const address = (await git(folder, ["config", "user.email"], signal))?.trim();
  return address === "" ? undefined : address;
}

/** `log`: records that begin with \\x01 and the author's address, then the names of the files, separated by \\0. */
export function createAuthorship(log: string, email: string): Authorship {
  const files = new Map<string, { own: number; all: number }>();
  let isOwn = false;
  let hasOwn = false;
  let hasOthers = false;
  for (const part of log.split("\0")) {
    const [names = "", author] = part.split("\x01");
    const path = names.replace(/^\n+/, "");
    if (path !== "") {
      const counts = files.get(path) ?? { own: 0, all: 0 };
      files.set(path, { own: counts.own + (isOwn ? 1 : 0), all: counts.all + 1 });
    }
    if (author === undefined) continue;
    isOwn = author.trim().toLowerCase() === email.toLowerCase();
    if (isOwn) hasOwn = true;
    else hasOthers = true;
  }
  if (!hasOwn || !hasOthers) return ALONE;
  return {
    weightOf: (path) => {
      const counts = files.get(path);
      // Not committed yet: it is being written here.
      return counts ? OTHERS_WEIGHT + (1 - OTHERS_WEIGHT) * (counts.own / counts.all) : 1;
    },
  };
}

/** What git prints; undefined where there is no git, no repository or no answer in time. */
function git(root: string, args: readonly string[], signal: AbortSignal): Promise<string | undefined> {
  return new Promise((resolve, reject) => {
    execFile(
      "git",
      // Nothing of the repository's own configuration is run.
      ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null", "-C", root, ...args],
      {
        signal,
        timeout: TIMEOUT_MS,
        maxBuffer: OUTPUT_BYTES_MAX,
        windowsHide: true,
        env: { ...process.env, GIT_OPTIONAL_LOCKS: "0" },
      },
      (error, stdout) => {
        if (signal.aborted) reject(signal.reason as Error);
        else resolve(error ? undefined : stdout);
      },
    );
  });
}

/** Git repositories for tests, made by git itself with fixed names and dates, whatever the user's own configuration. */
import { execFileSync } from "node:child_process";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import {
  openHistory,
  type History,
  type HistoryCommit,
  type HistoryOptions,
} from "../../sidecar/backtest/replay/history.ts";
import type { CommitStep, EditEvent } from "../../sidecar/backtest/replay/event.ts";
import { createExclude } from "../../privacy/exclude.ts";
import { temporaryFolder, writeFiles } from "./folders.ts";

/** Of the first commit; each further one is a minute later. Seconds since the epoch. */
const FIRST_SECONDS = 1_700_000_000;

export class TestRepository {
  readonly folder: string;
  #commits = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** What git prints, trimmed. */
  git(...args: readonly string[]): string {
    const date = `${FIRST_SECONDS + 60 * this.#commits} +0000`;
    return execFileSync("git", ["-C", this.folder, "-c", "protocol.file.allow=always", ...args], {
      encoding: "utf8",
      stdio: ["ignore", "pipe", "pipe"],
      env: {
        PATH: process.env["PATH"],
        SystemRoot: process.env["SystemRoot"],
        HOME: this.folder,
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "Ada",
        GIT_AUTHOR_EMAIL: "Ada@Example.org",
        GIT_AUTHOR_DATE: date,
        GIT_COMMITTER_NAME: "Ada",
        GIT_COMMITTER_EMAIL: "Ada@Example.org",
        GIT_COMMITTER_DATE: date,
      },
    }).trim();
  }

  /** Writes files (null removes one), commits all that is changed, and tells the commit's hash. */
  async commit(
    files: Readonly<Record<string, string | Uint8Array | null>>,
    { subject = `Commit ${this.#commits + 1}`, author }: { readonly subject?: string; readonly author?: string } = {},
  ): Promise<string> {
    const written: Record<string, string | Uint8Array> = {};
    for (const [path, content] of Object.entries(files)) {
      if (content === null) await rm(join(this.folder, path));
      else written[path] = content;
    }
    await writeFiles(this.folder, written);
    this.git("add", "--all");
    this.git(
      "commit",
      "--quiet",
      "--allow-empty",
      "-m",
      subject,
      ...(author === undefined ? [] : ["--author", author]),
    );
    const hash = this.git("rev-parse", "HEAD");
    this.#commits++;
    return hash;
  }
}

/** An empty repository on the branch `main`; removed with the test. */
export async function createRepository(t: TestContext): Promise<TestRepository> {
  const repository = new TestRepository(await temporaryFolder(t));
  repository.git("init", "--quiet", "-b", "main");
  for (const [name, value] of [
    ["core.autocrlf", "false"],
    ["commit.gpgSign", "false"],
  ] as const) {
    repository.git("config", name, value);
  }
  return repository;
}

/** Closed with the test. */
export async function historyOf(
  t: TestContext,
  folder: string,
  options: Partial<HistoryOptions> = {},
  signal: AbortSignal = new AbortController().signal,
): Promise<History> {
  const history = await openHistory(
    folder,
    { seed: 1, bytesMax: 10_000, exclude: createExclude({ patterns: [] }), environment: process.env, ...options },
    signal,
  );
  t.after(() => history.close());
  return history;
}

/** All steps, oldest first. */
export async function stepsOf(history: History): Promise<CommitStep[]> {
  const steps: CommitStep[] = [];
  for (const commit of history.commits) steps.push(await history.step(commit));
  return steps;
}

export function eventsIn(step: CommitStep): EditEvent[] {
  return step.changes.flatMap(({ hunks }) => hunks.flatMap(({ events }) => events));
}

/** The lines whose rest is typed, in order, e.g. "a.ts:3". */
export function linesIn(step: CommitStep): string[] {
  return eventsIn(step).map(({ path, line }) => `${path}:${line}`);
}

/** Paths and texts of all files of a commit. */
export async function filesOf(history: History, commit: HistoryCommit): Promise<Record<string, string>> {
  const files: Record<string, string> = {};
  for await (const { path, text } of history.files(commit)) files[path] = text;
  return files;
}

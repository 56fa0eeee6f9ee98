/**
 * A git repository as the replay sees it: the first-parent line of a commit, each step with the places where its author
 * typed, and the files of any commit on it. Read by git as `git.ts` describes; nothing in the repository changes.
 */
import { SidecarError } from "../../base/errors.ts";
import { languageOfPath } from "../../code/languages.ts";
import type { Exclude } from "../../../privacy/exclude.ts";
import { Differ, isRegular, pathOf, type Diff, type FileDiff } from "./diff.ts";
import { cutHunks, type EditedFile } from "./edits.ts";
import type { CommitStep, Hunk, LeftOut } from "./event.ts";
import { CHECK, openGit, type Git } from "./git.ts";
import { Objects } from "./objects.ts";
import { isReadPath, textOf } from "./readable.ts";

export interface HistoryOptions {
  /** The replay goes up to there. Default HEAD. */
  readonly ref?: string;
  /** Of the places that are chosen. */
  readonly seed: number;
  /** Larger files are not read. */
  readonly bytesMax: number;
  readonly exclude: Exclude;
  /** The newest ones are read. Default 100,000. */
  readonly commitsMax?: number;
  /** Default 40: else a few big commits decide. */
  readonly eventsPerCommitMax?: number;
  readonly environment: Readonly<Record<string, string | undefined>>;
}

export interface HistoryCommit {
  readonly hash: string;
  /** The first one; undefined for a root, and where a shallow clone begins. */
  readonly parent: string | undefined;
  /** E-mail address in lower case, by the project's mail map, as the name is. */
  readonly author: string;
  readonly name: string;
  /** Milliseconds since the epoch: when it was written. */
  readonly at: number;
  readonly subject: string;
  /** As far as the log tells. */
  readonly leftOut: Extract<LeftOut, "merge" | "bot" | "first of a shallow clone"> | undefined;
}

export interface HistoryFile {
  readonly path: string;
  /** With "\n" line ends. */
  readonly text: string;
}

export interface History {
  /** Oldest first. */
  readonly commits: readonly HistoryCommit[];
  /** What the user should know of it, in sentences. More may come with the steps. */
  readonly remarks: readonly string[];
  /** What a commit of this history changes. In any order; the same whatever else was asked for. */
  step(commit: HistoryCommit): Promise<CommitStep>;
  /** All files of a commit that are read, in path order. */
  files(commit: HistoryCommit): AsyncGenerator<HistoryFile>;
  /** Kills git and forgets all; whoever waits is cancelled. To be called after an abort, too. */
  close(): Promise<void>;
}

const COMMITS_MAX = 100_000;
const EVENTS_PER_COMMIT_MAX = 40;
const FILES_MAX = 50;
const ADDED_LINES_MAX = 2_000;
/** Commits before one that may hold the same changes. */
const DUPLICATE_WINDOW = 2_000;
const LOG_BYTES_MAX = 256 * 1024 * 1024;
/** Files read at a time. */
const BATCH = 64;
/** Characters of one step's texts: what a commit of more leaves out is not read. */
const STEP_CHARS_MAX = 256 * 1024 * 1024;
/** Characters of texts that are remembered: a file's new text is its old one when it changes next. */
const REMEMBERED_CHARS_MAX = 16 * 1024 * 1024;

/** Throws a {@link SidecarError} where there is no git, no repository or no commit. */
export async function openHistory(
  repository: string,
  { ref = "HEAD", environment, ...options }: HistoryOptions,
  signal: AbortSignal,
): Promise<History> {
  const git = await openGit(repository, { ref, bytesMax: options.bytesMax, environment }, signal);
  try {
    const commits = await readLog(git, options.commitsMax ?? COMMITS_MAX);
    return new GitHistory(git, commits, options);
  } catch (error) {
    await git.close();
    throw error;
  }
}

class GitHistory implements History {
  readonly commits: readonly HistoryCommit[];
  readonly #git: Git;
  readonly #options: Omit<HistoryOptions, "ref" | "environment">;
  readonly #differ: Differ;
  readonly #texts: Texts;
  readonly #isRead: (path: string) => boolean;
  readonly #indexes: ReadonlyMap<string, number>;
  /** By commit; undefined where there is none. */
  readonly #digests = new Map<string, string | undefined>();

  constructor(git: Git, commits: readonly HistoryCommit[], options: Omit<HistoryOptions, "ref" | "environment">) {
    this.commits = commits;
    this.#git = git;
    this.#options = options;
    this.#isRead = (path) => isReadPath(path, options.exclude);
    this.#differ = new Differ(git, this.#isRead);
    this.#texts = new Texts(new Objects(git, options.bytesMax));
    this.#indexes = new Map(commits.map(({ hash }, index) => [hash, index]));
  }

  get remarks(): readonly string[] {
    const first = this.commits[0];
    const remarks: string[] = [];
    if (first?.leftOut === "first of a shallow clone") {
      remarks.push(
        `The clone is shallow: its history begins on ${dayOf(first.at)}. \`git fetch --unshallow\` brings the rest.`,
      );
    } else if (first?.parent !== undefined) {
      remarks.push(`Only the newest ${this.commits.length} commits are looked at.`);
    }
    if (this.#texts.missing > 0) {
      remarks.push(
        this.#git.isPartial
          ? `The clone is partial: ${this.#texts.missing} files that were not fetched are left out.`
          : `The repository is damaged: ${this.#texts.missing} files are not in it. ${CHECK}`,
      );
    }
    return remarks;
  }

  async step(commit: HistoryCommit): Promise<CommitStep> {
    const { hash, author, at, subject } = commit;
    const { diff, isWhole } = await this.#diff(commit);
    const changes = await this.#readChanges(diff);
    const leftOut =
      commit.leftOut ??
      (isWhole ? undefined : "missing objects") ??
      reasonOf(diff, changes) ??
      ((await this.#isDuplicate(commit)) ? "duplicate" : undefined);
    const hunks = leftOut ? undefined : this.#cut(commit, changes);
    return {
      commit: hash,
      author,
      at,
      subject,
      leftOut,
      changes: changes.map(({ file, text }) => ({
        path: file.path,
        renamedFrom: file.renamedFrom,
        text,
        hunks: hunks?.get(file.path) ?? [],
      })),
    };
  }

  async *files(commit: HistoryCommit): AsyncGenerator<HistoryFile> {
    let batch: { readonly path: string; readonly id: string }[] = [];
    for await (const file of this.#tree(commit)) {
      batch.push(file);
      if (batch.length < BATCH) continue;
      yield* this.#readBatch(batch);
      batch = [];
    }
    yield* this.#readBatch(batch);
  }

  close(): Promise<void> {
    return this.#git.close();
  }

  async #diff(commit: HistoryCommit): Promise<{ readonly diff: Diff; readonly isWhole: boolean }> {
    const read = await this.#differ.read(commit.hash, commit.parent);
    if (!commit.leftOut) this.#digests.set(commit.hash, read.diff.digest);
    return read;
  }

  /** With the old texts of the files that have hunks, unless there are too many. */
  async #readChanges({ files }: Diff): Promise<Change[]> {
    const changes: Change[] = [];
    let chars = 0;
    for (let at = 0; at < files.length; at += BATCH) {
      const batch = files.slice(at, at + BATCH);
      const ids = chars < STEP_CHARS_MAX ? batch.map(({ newId }) => newId) : [];
      const oldIds =
        files.length <= FILES_MAX ? batch.map(({ oldId, ranges }) => (ranges.length > 0 ? oldId : undefined)) : [];
      const texts = await this.#texts.read([...ids, ...oldIds]);
      for (const [index, file] of batch.entries()) {
        const text = index < ids.length ? texts[index] : undefined;
        chars += text?.length ?? 0;
        changes.push({ file, text, before: texts[ids.length + index] });
      }
    }
    return changes;
  }

  #cut({ hash, author }: HistoryCommit, changes: readonly Change[]): ReadonlyMap<string, readonly Hunk[]> {
    const { seed, eventsPerCommitMax: eventsMax = EVENTS_PER_COMMIT_MAX } = this.#options;
    const files = changes.flatMap(editedFile);
    const hunks = cutHunks({ hash, author, files }, { seed, eventsMax });
    return new Map(files.map(({ path }, index) => [path, hunks[index]!]));
  }

  /** Commits before it that were not looked at yet are compared now, so that the answer does not depend on it. */
  async #isDuplicate(commit: HistoryCommit): Promise<boolean> {
    const digest = this.#digests.get(commit.hash);
    const index = this.#indexes.get(commit.hash);
    if (digest === undefined || index === undefined) return false;
    for (const earlier of this.commits.slice(Math.max(0, index - DUPLICATE_WINDOW), index)) {
      if (earlier.leftOut) continue;
      if (!this.#digests.has(earlier.hash)) await this.#lookBack(earlier);
      if (this.#digests.get(earlier.hash) === digest) return true;
    }
    return false;
  }

  async #lookBack(commit: HistoryCommit): Promise<void> {
    try {
      await this.#diff(commit);
    } catch (error) {
      if (!(error instanceof SidecarError)) throw error;
      // That it cannot be read is told to whoever asks for it.
      this.#digests.set(commit.hash, undefined);
    }
  }

  async *#tree({ hash }: HistoryCommit): AsyncGenerator<{ readonly path: string; readonly id: string }> {
    const process = this.#git.start(["ls-tree", "-r", "-z", "--full-tree", hash]);
    process.end();
    let rest: Buffer = Buffer.alloc(0);
    try {
      for (let chunk = await process.next(); chunk; chunk = await process.next()) {
        rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
        let at = 0;
        for (let end = rest.indexOf(0); end >= 0; end = rest.indexOf(0, at)) {
          const tab = rest.indexOf(9, at);
          const [mode = "", , id = ""] = rest.toString("latin1", at, tab).split(" ");
          const path = pathOf(rest.subarray(tab + 1, end));
          at = end + 1;
          if (path !== undefined && isRegular(mode) && this.#isRead(path)) yield { path, id };
        }
        rest = rest.subarray(at);
      }
      if ((await process.exit()) !== 0) {
        throw new SidecarError("repository", `the files of ${hash} cannot be read: ${process.complaint}`, CHECK);
      }
    } finally {
      // Whoever has seen enough does not read on.
      process.kill();
    }
  }

  async *#readBatch(batch: readonly { readonly path: string; readonly id: string }[]): AsyncGenerator<HistoryFile> {
    const texts = await this.#texts.read(batch.map(({ id }) => id));
    for (const [index, { path }] of batch.entries()) {
      const text = texts[index];
      if (text !== undefined) yield { path, text };
    }
  }
}

interface Change {
  readonly file: FileDiff;
  readonly text: string | undefined;
  /** The text of the parent, where the file has hunks. */
  readonly before: string | undefined;
}

/** Why a commit that is somebody's work makes no events. */
function reasonOf(diff: Diff, changes: readonly Change[]): LeftOut | undefined {
  const addedLines = diff.files
    .flatMap(({ ranges }) => ranges)
    .reduce((sum, { newStart, newEnd }) => sum + newEnd - newStart, 0);
  if (diff.files.length > FILES_MAX || addedLines > ADDED_LINES_MAX) return "too large";
  const edited = changes.flatMap(editedFile);
  const isRewritten = ({ file, text }: Change): boolean =>
    text !== undefined && file.oldId !== undefined && file.oldId !== file.newId && file.ranges.length === 0;
  if (diff.isWhiteSpaceOnly || (edited.length === 0 && changes.some(isRewritten))) return "white space only";
  return edited.some(({ ranges }) => ranges.some(({ newStart, newEnd }) => newEnd > newStart))
    ? undefined
    : "no changes that are read";
}

/** Nothing where there are no hunks, or a text is not read. */
function editedFile({ file, text, before }: Change): EditedFile[] {
  const languageId = languageOfPath(file.path)?.id;
  // A file that is new, or was no text, has nothing to begin with.
  const old = file.oldId === undefined ? "" : before;
  if (languageId === undefined || text === undefined || old === undefined || file.ranges.length === 0) return [];
  return [{ path: file.path, languageId, before: old, after: text, ranges: file.ranges }];
}

/** Texts of files by their object's name. */
class Texts {
  readonly #objects: Objects;
  /** The last ones are those that were used last. */
  readonly #remembered = new Map<string, string>();
  #chars = 0;
  /** Files that are not in the repository. */
  missing = 0;

  constructor(objects: Objects) {
    this.#objects = objects;
  }

  /** Undefined where there is no text, or none that is read. */
  async read(ids: readonly (string | undefined)[]): Promise<(string | undefined)[]> {
    const texts = new Map<string, string | undefined>();
    for (const id of ids) if (id !== undefined) texts.set(id, this.#remembered.get(id));
    const unknown = [...texts].flatMap(([id, text]) => (text === undefined ? [id] : []));
    for (const [index, bytes] of (await this.#objects.read(unknown)).entries()) {
      if (bytes === "missing") this.missing++;
      texts.set(unknown[index]!, typeof bytes === "string" ? undefined : textOf(bytes));
    }
    for (const [id, text] of texts) if (text !== undefined) this.#remember(id, text);
    return ids.map((id) => (id === undefined ? undefined : texts.get(id)));
  }

  #remember(id: string, text: string): void {
    if (this.#remembered.delete(id)) this.#chars -= text.length;
    this.#remembered.set(id, text);
    this.#chars += text.length;
    for (const [oldest, { length }] of this.#remembered) {
      if (this.#chars <= REMEMBERED_CHARS_MAX) break;
      this.#remembered.delete(oldest);
      this.#chars -= length;
    }
  }
}

/** The first-parent line, oldest first. */
async function readLog(git: Git, commitsMax: number): Promise<HistoryCommit[]> {
  const process = git.start([
    ...["log", "--first-parent", "-z", `--max-count=${commitsMax}`, "--encoding=UTF-8", "--no-show-signature"],
    ...["--no-color", "--no-notes", "--no-decorate", "--format=%H%x00%P%x00%aE%x00%aN%x00%at%x00%s", git.head],
  ]);
  process.end();
  const log = await process.text(LOG_BYTES_MAX);
  if ((await process.exit()) !== 0) {
    throw new SidecarError("repository", `the history cannot be read: ${process.complaint}`, CHECK);
  }
  const fields = log.split("\0");
  const commits: HistoryCommit[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const [hash = "", parents = "", email = "", name = "", seconds = "", subject = ""] = fields.slice(at, at + FIELDS);
    const [parent, second] = parents === "" ? [] : parents.split(" ");
    const author = email.toLowerCase();
    const isBot = BOT.test(name) || BOT.test(author.split("@", 1)[0]!);
    const leftOut = git.shallow.has(hash)
      ? "first of a shallow clone"
      : second !== undefined
        ? "merge"
        : isBot
          ? "bot"
          : undefined;
    commits.push({ hash, parent, author, name, at: Number(seconds) * 1000, subject, leftOut });
  }
  return commits.reverse();
}

const FIELDS = 6;

/** As hosts mark them ("name[bot]"), as many name themselves ("snyk-bot"), and well-known ones. */
const BOT =
  /\[bot\]|(?:^|[-_. ])bot$|^bot(?:$|[-_. ])|dependabot|renovate|greenkeeper|github[- ]?actions?\b|pre-commit-ci|semantic-release|allcontributors|pyup-bot|weblate/i;

function dayOf(milliseconds: number): string {
  return new Date(milliseconds).toISOString().slice(0, 10);
}

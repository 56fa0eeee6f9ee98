/**
 * Reads the projects that are open, one thing at a time: scans them, follows their changed files, lets go of what is left
 * out by now, and keeps recall's memory of each on disk.
 */
import { realpath } from "node:fs/promises";
import { basename, join } from "node:path";
import type { LearnReport } from "../protocol/messages.ts";
import type { Settings } from "../protocol/settings.ts";
import { mayLearn } from "../text/learned-places.ts";
import { describeError, isAbort, type SidecarError } from "./base/errors.ts";
import type { Log } from "./base/log.ts";
import type { OpQueue } from "./base/op-queue.ts";
import type { Chunker } from "./code/chunker.ts";
import { languageOfPath } from "./code/languages.ts";
import type { Recall } from "./engine/recall/recall.ts";
import type { Indexing } from "./indexing.ts";
import { readAuthorship } from "./learn/authorship.ts";
import type { Formatting } from "./learn/formatting.ts";
import type { Redactor } from "./learn/redactor.ts";
import { absorbFile, forgetExcluded, saveMemory, type ScanDeps, scanProject, type ScanReport } from "./learn/scan.ts";
import type { StyleMemory } from "./learn/style-memory.ts";
import type { StatusBoard } from "./status-board.ts";
import { type Database, isDatabaseError } from "./store/database.ts";
import type { Project } from "./store/projects.ts";
import { isConfigName } from "./style/conventions/config/tools.ts";
import type { OpenProject, Workspace } from "./workspace.ts";

export interface ReaderDeps {
  readonly database: Database;
  readonly workspace: Workspace;
  readonly recall: Recall;
  readonly redactor: Redactor;
  readonly chunker: Chunker;
  readonly style: StyleMemory;
  readonly formatting: Formatting;
  readonly indexing: Indexing;
  readonly board: StatusBoard;
  readonly log: Log;
  /** What is read waits here, and nothing else. */
  readonly queue: OpQueue;
  /** Of recall's memories. */
  readonly indexFolder: string;
  readonly settings: () => Settings;
  /** False in an untrusted workspace: nothing is read. */
  readonly trusted: boolean;
  /** Whether what is read is kept. */
  readonly mayKeep: () => boolean;
  /** Other suggestions may be right now. */
  readonly onChange: () => void;
  /** The store could not be written; returns what is told. */
  readonly onStoreFault: (error: unknown) => SidecarError;
  /** More is known than before: figures have changed as well. */
  readonly onMore: () => void;
}

type OnProgress = (what: string, percent: number) => void;

export class Reader {
  readonly #deps: ReaderDeps;
  /** The latest change of folders; what needs all of them waits for it. */
  #folders: Promise<void> = Promise.resolve();

  constructor(deps: ReaderDeps) {
    this.#deps = deps;
  }

  /** Opens these folders as projects, closes all others, and scans the new ones if the settings say so. */
  setFolders(roots: readonly string[]): Promise<void> {
    this.#folders = this.#folders.catch(() => undefined).then(() => this.#setFolders(roots));
    return this.#folders;
  }

  async #setFolders(roots: readonly string[]): Promise<void> {
    const { workspace, recall, queue, log, onChange } = this.#deps;
    const wanted = new Map<string, string>();
    for (const root of roots) {
      const real = await realpath(root).catch(() => undefined);
      if (real === undefined) log.warn(`the folder ${root} does not exist or cannot be read`);
      else wanted.set(real, root);
    }
    for (const open of workspace.projects) {
      const { project } = open;
      if (wanted.has(project.root)) continue;
      workspace.close(open);
      // After what is being read of it now; it may be open again by then.
      queue.add(`close ${project.root}`, async (signal) => {
        if (workspace.at(project.root)) return;
        if (open.isScanned) await this.saveMemory(project, signal);
        recall.close(String(project.id));
        await recall.sweep(signal);
      });
    }
    for (const [root, named] of wanted) if (!workspace.at(root)) this.#opened(workspace.open(root, named));
    onChange();
  }

  /** Scans all that is open, as when it was opened: what was only read before is kept now. */
  readAgain(): void {
    for (const open of this.#deps.workspace.projects) this.#opened(open);
  }

  /** Other files than before are left out. */
  filtersChanged(): void {
    for (const open of this.#deps.workspace.projects) {
      this.#letGoOfExcluded(open);
      this.#opened(open);
    }
  }

  /** A file was saved, or made, changed or removed by something else than the editor. */
  fileChanged(open: OpenProject, path: string): void {
    const { formatting } = this.#deps;
    if (open.filter.isRuleFile(path)) {
      open.filter.forget();
      open.excluded.clear();
      this.#letGoOfExcluded(open);
    }
    formatting.fileChanged(open.project, path);
    if (isConfigName(basename(path))) this.#readStyleConfig(open);
    this.#absorb(open, path);
  }

  /** Scans a folder (opened for it if need be), or all open projects; a report for each. */
  async scan(
    root: string | undefined,
    signal: AbortSignal,
    onProgress: OnProgress,
  ): Promise<{ readonly open: OpenProject; readonly report: ScanReport }[]> {
    const { workspace, queue } = this.#deps;
    await this.#folders;
    const projects = root === undefined ? workspace.projects : [await workspace.openNamed(root)];
    const scanned = [];
    for (const open of projects) {
      const report = await queue.run((queueSignal) =>
        this.#scan(open, AbortSignal.any([signal, queueSignal, open.closing.signal]), onProgress),
      );
      scanned.push({ open, report });
    }
    return scanned;
  }

  /** Keeps what recall knows of a project on disk. What is read while nothing is kept is not. */
  async saveMemory(project: Project, signal: AbortSignal): Promise<void> {
    if (this.#deps.mayKeep()) await saveMemory(this.#scanDeps, project, signal);
  }

  /** The same for all that is open and was read. */
  async saveMemories(signal: AbortSignal): Promise<void> {
    for (const { project, isScanned } of this.#deps.workspace.projects) {
      if (isScanned) await this.saveMemory(project, signal);
    }
  }

  #opened(open: OpenProject): void {
    const { trusted, settings, queue, indexing } = this.#deps;
    const { root } = open.project;
    if (!trusted) return;
    this.#readStyleConfig(open);
    if (!settings().scan.onOpen) {
      queue.add(`index ${root}`, (signal) => indexing.reconcile(open, signal));
      return;
    }
    queue.add(`scan ${root}`, (signal) =>
      this.#scan(open, AbortSignal.any([signal, open.closing.signal]), () => undefined).then(() => undefined),
    );
  }

  async #scan(open: OpenProject, signal: AbortSignal, onProgress: OnProgress): Promise<ScanReport> {
    const { board, settings, style, indexing, log, mayKeep, onStoreFault, onMore } = this.#deps;
    const { root } = open.project;
    const reading = board.startReading();
    reading.tell("listing files", 0);
    try {
      const options = {
        exclude: open.exclude,
        maxFileSizeKb: settings().scan.maxFileSizeKb,
        keep: mayKeep(),
        onProgress: (what: string, percent: number) => {
          reading.tell(what, percent);
          onProgress(what, percent);
        },
      };
      open.isScanned = true;
      this.#storeMissing();
      open.authorship = await readAuthorship(root, signal);
      const report = await scanProject(this.#scanDeps, open.project, options, signal);
      board.restore("scan");
      log.info(`read ${report.files} files (${report.tokens} tokens) of ${root} in ${report.milliseconds} ms`);
      await style.readConfig(open.project, signal);
      await indexing.reconcile(open, signal);
      return report;
    } catch (error) {
      // The folder is not to blame.
      if (isDatabaseError(error)) throw onStoreFault(error);
      if (!isAbort(error)) {
        board.degrade({
          part: "scan",
          reason: `The folder ${root} could not be read: ${describeError(error)}.`,
          action: "Check that it exists and can be read, then run “Tacit: Learn From This Workspace”.",
        });
      }
      throw error;
    } finally {
      onMore();
      reading.end();
    }
  }

  /** What is read can only be stored with its project. Whether that works is told when something is. */
  #storeMissing(): void {
    try {
      this.#deps.workspace.storeMissing();
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
    }
  }

  #absorb(open: OpenProject, path: string): void {
    const { queue, settings, mayKeep, onChange } = this.#deps;
    const absolutePath = join(open.project.root, path);
    queue.add(`absorb ${absolutePath}`, async (signal) => {
      this.#storeMissing();
      await absorbFile(
        this.#scanDeps,
        open.project,
        { path, absolutePath },
        { filter: open.filter, maxFileSizeKb: settings().scan.maxFileSizeKb, keep: mayKeep() },
        AbortSignal.any([signal, open.closing.signal]),
      );
      onChange();
    });
  }

  #letGoOfExcluded(open: OpenProject): void {
    const { queue, mayKeep } = this.#deps;
    queue.add(`exclude ${open.project.root}`, (signal) => {
      const either = AbortSignal.any([signal, open.closing.signal]);
      return forgetExcluded(this.#scanDeps, open.project, { filter: open.filter, keep: mayKeep() }, either);
    });
  }

  #readStyleConfig({ project }: OpenProject): void {
    const { queue, style, onChange } = this.#deps;
    queue.add(`style of ${project.root}`, async (signal) => {
      await style.readConfig(project, signal);
      onChange();
    });
  }

  get #scanDeps(): ScanDeps {
    const { database, recall, indexFolder, redactor, chunker, workspace, style, settings, log } = this.#deps;
    return {
      database,
      recall,
      memoryPlace: (project) =>
        database.durable
          ? { folder: indexFolder, name: `recall-${project.id}.memory`, owner: `${database.id} ${project.root}` }
          : undefined,
      redactor,
      chunker,
      chunkIndex: (project) => workspace.at(project.root)?.chunkIndex,
      onChunksGone: (project, chunks) => workspace.at(project.root)?.chunkTerms.forget(chunks),
      onStyle: (project, path, read) => style.learnFile(project, path, read),
      weightOf: (project, path) => {
        const place = { languageId: languageOfPath(path)?.id ?? "plaintext", path: join(project.root, path) };
        if (!mayLearn(settings().learning, place)) return 0;
        return workspace.at(project.root)?.authorship?.weightOf(path) ?? 1;
      },
      log,
    };
  }
}

/** Reports of several projects as one. */
export function addReports(reports: readonly LearnReport[]): LearnReport {
  return reports.reduce(
    (a, b) => ({
      files: a.files + b.files,
      tokens: a.tokens + b.tokens,
      chunks: a.chunks + b.chunks,
      newChunks: a.newChunks + b.newChunks,
      skipped: addCounts(a.skipped, b.skipped),
      languages: addCounts(a.languages, b.languages),
      milliseconds: a.milliseconds + b.milliseconds,
      conventions: [...a.conventions, ...b.conventions],
    }),
    NOTHING_READ,
  );
}

const NOTHING_READ: LearnReport = {
  files: 0,
  tokens: 0,
  chunks: 0,
  newChunks: 0,
  skipped: {},
  languages: {},
  milliseconds: 0,
  conventions: [],
};

function addCounts(a: Readonly<Record<string, number>>, b: Readonly<Record<string, number>>): Record<string, number> {
  const sum: Record<string, number> = { ...a };
  for (const [key, count] of Object.entries(b)) sum[key] = (sum[key] ?? 0) + count;
  return sum;
}

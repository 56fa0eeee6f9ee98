/**
 * The folders that are open, as the store's projects: which of them a document belongs to, by which path, and whether the
 * privacy rules let it be read. A keystroke asks here; what needs the disk is asked once and remembered.
 */
import { randomInt } from "node:crypto";
import { realpath, stat } from "node:fs/promises";
import { join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { Clock } from "./base/clock.ts";
import { SidecarError } from "./base/errors.ts";
import type { Authorship } from "./learn/authorship.ts";
import { createFileFilter, type FileFilter } from "./learn/walk.ts";
import { createExclude, type Exclude } from "../privacy/exclude.ts";
import { type Database, isDatabaseError } from "./store/database.ts";
import { findProject, openProject, type Project, restoreProject } from "./store/projects.ts";
import { createChunkSearch, type TermSearch } from "./suggest/retrieval/term-search.ts";
import type { VectorIndex } from "./vectors/index.ts";

const EXCLUDED_REMEMBERED_MAX = 1000;

export interface OpenProject {
  readonly project: Project;
  /** The folder as the editor names it in its documents. */
  readonly namedRoot: string;
  /** Ends what is being read of it. */
  readonly closing: AbortController;
  exclude: Exclude;
  filter: FileFilter;
  /** What the filter said of documents, so that a keystroke need not ask the disk. */
  readonly excluded: Map<string, boolean>;
  chunkIndex: VectorIndex | undefined;
  readonly chunkTerms: TermSearch;
  /** Whose the files are; undefined until it is read. */
  authorship: Authorship | undefined;
  /** Whether all was read, or begun to be: a few changed files are no memory of a project. */
  isScanned: boolean;
}

/** A document's project, and its path there; its URI where it is in none. */
export interface Located {
  readonly open: OpenProject | undefined;
  readonly path: string;
}

export interface WorkspaceDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** Of folders that are not trusted not even the name is stored. */
  readonly trusted: boolean;
  /** The user's patterns of what is never read. */
  readonly exclude: readonly string[];
}

/** No other process gives such a number to another folder meanwhile. */
const [UNSTORED_ID_MIN, UNSTORED_ID_MAX] = [2 ** 32, 2 ** 47];

export class Workspace {
  readonly #deps: WorkspaceDeps;
  readonly #projects = new Map<string, OpenProject>();
  /** Projects whose rows could not be written. */
  readonly #unstored = new Set<Project>();
  /** The user's patterns, for documents outside of every folder. */
  #exclude: Exclude;

  constructor(deps: WorkspaceDeps) {
    this.#deps = deps;
    this.#exclude = createExclude({ patterns: deps.exclude });
  }

  get projects(): readonly OpenProject[] {
    return [...this.#projects.values()];
  }

  /** The open project of a folder, by its path without symbolic links. */
  at(root: string): OpenProject | undefined {
    return this.#projects.get(root);
  }

  /** A folder's project, whether it is open or was; the editor's name of it will do. */
  find(folder: string): Project | undefined {
    const named = this.projects.find(({ namedRoot }) => namedRoot === folder)?.project;
    return named ?? findProject(this.#deps.database, folder);
  }

  /** `namedRoot`: the folder as the editor names it, which may lead through a symbolic link. */
  open(root: string, namedRoot: string): OpenProject {
    const { database, trusted } = this.#deps;
    const project = trusted ? this.#projectOf(root) : { id: -1 - this.#projects.size, root };
    const open: OpenProject = {
      project,
      namedRoot,
      closing: new AbortController(),
      exclude: this.#exclude,
      filter: createFileFilter(root, { exclude: this.#exclude }),
      excluded: new Map(),
      chunkIndex: undefined,
      chunkTerms: createChunkSearch(database, project.id),
      authorship: undefined,
      isScanned: false,
    };
    this.#projects.set(root, open);
    return open;
  }

  /** A folder is read although the store does not work, and stored when it does again. */
  #projectOf(root: string): Project {
    const { database, clock } = this.#deps;
    try {
      return openProject(database, root, clock);
    } catch (error) {
      if (!isDatabaseError(error)) throw error;
      const project = findProject(database, root) ?? { id: randomInt(UNSTORED_ID_MIN, UNSTORED_ID_MAX), root };
      this.#unstored.add(project);
      return project;
    }
  }

  /** Stores the folders that could not be stored when they were opened. Throws what the store does. */
  storeMissing(): void {
    for (const project of this.#unstored) {
      restoreProject(this.#deps.database, project, this.#deps.clock);
      this.#unstored.delete(project);
    }
  }

  /** Opens a folder that is named by the user, or returns it where it is open. */
  async openNamed(root: string): Promise<OpenProject> {
    const real = await realpath(root).catch((error: unknown) => {
      throw new SidecarError("folder", `The folder ${root} cannot be opened.`, "Name an existing folder.", error);
    });
    if (!(await stat(real)).isDirectory()) {
      throw new SidecarError("folder", `${root} is not a folder.`, "Name the folder it is in.");
    }
    return this.#projects.get(real) ?? this.open(real, root);
  }

  /** Ends what is being read of a project; it is open no longer. */
  close({ project, closing }: OpenProject): void {
    closing.abort(new DOMException("the folder was closed", "AbortError"));
    this.#projects.delete(project.root);
  }

  /** Stores the projects again whose rows are gone: their folders are still open. */
  restore(): void {
    const { database, clock, trusted } = this.#deps;
    if (trusted) for (const { project } of this.#projects.values()) restoreProject(database, project, clock);
  }

  /** Takes other patterns of what is never read. */
  setExclude(patterns: readonly string[]): void {
    this.#exclude = createExclude({ patterns });
    for (const open of this.#projects.values()) {
      open.exclude = this.#exclude;
      open.filter = createFileFilter(open.project.root, { exclude: this.#exclude });
      open.excluded.clear();
    }
  }

  /** The innermost open project that holds a document, and its path there. */
  locate(uri: string): Located {
    const path = pathOf(uri);
    if (path === undefined) return { open: undefined, path: uri };
    let best: { readonly open: OpenProject; readonly root: string } | undefined;
    for (const open of this.#projects.values()) {
      for (const root of [open.project.root, open.namedRoot]) {
        const folder = root.endsWith(sep) ? root : root + sep;
        const inside = path.startsWith(folder) && path.length > folder.length;
        if (inside && root.length > (best?.root.length ?? 0)) best = { open, root };
      }
    }
    return best
      ? { open: best.open, path: relative(best.root, path).split(sep).join("/") }
      : { open: undefined, path: uri };
  }

  /** A document as the ledger names it, and its project's folder. */
  fileOf(uri: string): { readonly file: string; readonly root: string | undefined } {
    const { open, path } = this.locate(uri);
    return open
      ? { file: join(open.project.root, path), root: open.project.root }
      : { file: pathOf(uri) ?? uri, root: undefined };
  }

  /** Whether a file is left out: by the user's patterns, by ignore files, or for what it is. */
  async isExcluded({ project, filter, excluded }: OpenProject, path: string): Promise<boolean> {
    const known = excluded.get(path);
    if (known !== undefined) return known;
    const isLeftOut = (await filter.skipReason(join(project.root, path))) !== undefined;
    if (excluded.size >= EXCLUDED_REMEMBERED_MAX) excluded.clear();
    excluded.set(path, isLeftOut);
    return isLeftOut;
  }

  /** Whether the privacy rules, as far as they are known at once, let this document be learned from. */
  mayLearnFrom(uri: string): boolean {
    const { open, path } = this.locate(uri);
    if (open) return open.exclude.excludes(path, false) === undefined && open.excluded.get(path) !== true;
    // Outside of every folder there are no rules but the user's own.
    const name = pathOf(uri)
      ?.replace(/^([A-Za-z]:)?[\\/]+/, "")
      .replaceAll("\\", "/");
    return name === undefined || name === "" || this.#exclude.excludes(name, false) !== "private";
  }
}

/** Path of a file's URI; undefined for what is no file of this machine. */
export function pathOf(uri: string): string | undefined {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : undefined;
  } catch {
    // Another host, or an escaped separator: not ours to open.
    return undefined;
  }
}

/** The files of a history as they are at one moment of its replay, in a folder of their own. */
import { mkdir, rm, rmdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export class WorkTree {
  readonly root: string;
  readonly #texts = new Map<string, string>();
  /** The paths that are held, by what they are to a file system that does not know case. */
  readonly #held = new Map<string, string>();

  /** `root`: an empty folder, whose end is the caller's business. */
  constructor(root: string) {
    this.root = root;
  }

  get paths(): readonly string[] {
    return [...this.#texts.keys()];
  }

  /** Undefined where there is no such file. */
  text(path: string): string | undefined {
    return this.#texts.get(path);
  }

  uriOf(path: string): string {
    return pathToFileURL(this.#fileOf(path)).href;
  }

  /**
   * Writes a file; undefined removes it. What cannot be a file everywhere is left out: where a folder or a file has its
   * name, or one that differs in case only.
   */
  async put(path: string, text: string | undefined): Promise<void> {
    if (!isInside(path) || this.#texts.get(path) === text) return;
    const file = this.#fileOf(path);
    const name = foldedName(path);
    if (text === undefined) {
      this.#texts.delete(path);
      this.#held.delete(name);
      await rm(file, { force: true });
      await this.#removeEmptyFolders(path);
      return;
    }
    if ((this.#held.get(name) ?? path) !== path) return;
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      this.#texts.set(path, text);
      this.#held.set(name, path);
    } catch (error) {
      // Git allows what this file system does not, such as longer names.
      if (!isOneOf(error, ["EISDIR", "ENOTDIR", "EEXIST", "ENAMETOOLONG", "EINVAL"])) throw error;
    }
  }

  /** Git knows no folders: where the last file goes, another one may have the folder's name. */
  async #removeEmptyFolders(path: string): Promise<void> {
    const names = path.split("/").slice(0, -1);
    for (; names.length > 0; names.pop()) {
      try {
        await rmdir(join(this.root, ...names));
      } catch (error) {
        if (isOneOf(error, ["ENOTEMPTY", "EEXIST"])) return;
        throw error;
      }
    }
  }

  #fileOf(path: string): string {
    return join(this.root, ...path.split("/"));
  }
}

function isOneOf(error: unknown, codes: readonly string[]): boolean {
  return codes.includes(String((error as { code?: unknown }).code));
}

function foldedName(path: string): string {
  return path.normalize("NFC").toLowerCase();
}

/** A crafted tree may name anything. */
function isInside(path: string): boolean {
  return path.split("/").every((name) => name !== "" && name !== "." && name !== ".." && !/[\\:\0]/.test(name));
}

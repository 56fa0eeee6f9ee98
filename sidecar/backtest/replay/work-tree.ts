/** The files of a history as they are at one moment of its replay, in a folder of their own. */
import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { pathToFileURL } from "node:url";

export class WorkTree {
  readonly root: string;
  readonly #texts = new Map<string, string>();

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

  /** Writes a file; undefined removes it. What cannot be a file here, since a folder has its name, is left out. */
  async put(path: string, text: string | undefined): Promise<void> {
    if (!isInside(path) || this.#texts.get(path) === text) return;
    const file = this.#fileOf(path);
    if (text === undefined) {
      this.#texts.delete(path);
      await rm(file, { force: true });
      return;
    }
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, text);
      this.#texts.set(path, text);
    } catch (error) {
      // Git tells apart what this file system does not: names that differ in case only, or are too long.
      if (
        !["EISDIR", "ENOTDIR", "EEXIST", "ENAMETOOLONG", "EINVAL"].includes(String((error as { code?: unknown }).code))
      )
        throw error;
    }
  }

  #fileOf(path: string): string {
    return join(this.root, ...path.split("/"));
  }
}

/** A crafted tree may name anything. */
function isInside(path: string): boolean {
  return path.split("/").every((name) => name !== "" && name !== "." && name !== ".." && !/[\\:\0]/.test(name));
}

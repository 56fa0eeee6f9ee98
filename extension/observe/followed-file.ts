/**
 * Where a window writes down what it follows, for the next window of the same workspace: one small file, readable by the
 * user alone, without any text of theirs (see `followed.ts`).
 */
import { createHash } from "node:crypto";
import { mkdir, open, readFile, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { FOLLOWED_FOLDER } from "../../privacy/data-folder.ts";
import type { Log } from "../log.ts";
import { parseFollowed } from "./followed.ts";
import type { FollowedState } from "./followed.ts";

/** More is no file of ours. */
const FILE_BYTES_MAX = 1_000_000;

/** Where a workspace's file lies. `storage` is the editor's own folder for the workspace: it tells them apart. */
export function followedPath(dataFolder: string, storage: string): string {
  const name = createHash("sha256").update(storage).digest("hex").slice(0, 16);
  return join(dataFolder, FOLLOWED_FOLDER, `${name}.json`);
}

export class FollowedFile {
  readonly #path: string;
  readonly #log: Log;
  #writes: Promise<void> = Promise.resolve();
  /** The latest content that waits for its turn; what it replaces is not written. */
  #next: string | undefined;

  constructor(path: string, log: Log) {
    this.#path = path;
    this.#log = log;
  }

  /** Reads what an earlier window left; nothing where there is none. */
  async read(): Promise<FollowedState[]> {
    try {
      const content = await readFile(this.#path, "utf8");
      return content.length > FILE_BYTES_MAX ? [] : parseFollowed(content);
    } catch (error) {
      // Nothing was followed yet, or it cannot be read: then less is known of what was accepted, and that is all.
      this.#log.debug(`nothing is followed from before: ${describe(error)}`);
      return [];
    }
  }

  /** Writes soon; of several writes that wait the last one counts. Never rejects. */
  write(states: readonly FollowedState[]): void {
    const isWaiting = this.#next !== undefined;
    this.#next = JSON.stringify(states);
    if (isWaiting) return;
    this.#writes = this.#writes
      .then(() => this.#replace())
      .catch((error: unknown) => this.#log.warn(`what is followed was not written down: ${describe(error)}`));
  }

  /** Resolves when all that was to be written is. */
  async written(): Promise<void> {
    await this.#writes;
  }

  async #replace(): Promise<void> {
    const content = this.#next ?? "[]";
    this.#next = undefined;
    if (content === "[]") {
      await rm(this.#path, { force: true });
      return;
    }
    await mkdir(dirname(this.#path), { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(content);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/**
 * The outbox on disk: one JSON Lines file per window in a folder that all windows of this machine share, readable by
 * the user alone. What a window that has died left behind is adopted by the next one.
 */
import { appendFile, mkdir, open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { Signal } from "../../protocol/signals.ts";
import type { Log } from "../log.ts";
import { parseLines } from "./outbox.ts";
import type { OutboxFile } from "./outbox.ts";

/** Younger files may belong to a window on another machine or container that shares the folder. */
export const ORPHAN_AGE_MS = 60_000;
const FILE_NAME = /^outbox-(?<pid>\d+)-[0-9a-z-]+\.jsonl$/u;

export interface OutboxFilesDeps {
  readonly folder: string;
  /** The process of this window. */
  readonly pid: number;
  /** Tells this window's files from those of others. */
  readonly windowId: string;
  readonly now: () => number;
  readonly isAlive: (pid: number) => boolean;
  readonly log: Log;
}

export class OutboxFiles implements OutboxFile {
  readonly #deps: OutboxFilesDeps;
  readonly #path: string;
  #claims = 0;
  /** Whether the last line may have no end. */
  #mayBeTorn = false;

  constructor(deps: OutboxFilesDeps) {
    this.#deps = deps;
    this.#path = join(deps.folder, this.#name(deps.windowId));
  }

  async append(lines: string): Promise<void> {
    await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 });
    // What was broken off by a full disk must not take the next line with it.
    const content = this.#mayBeTorn ? `\n${lines}` : lines;
    this.#mayBeTorn = true;
    await appendFile(this.#path, content, { mode: 0o600 });
    this.#mayBeTorn = false;
  }

  async replace(lines: string): Promise<void> {
    if (lines === "") {
      await rm(this.#path, { force: true });
      return;
    }
    await mkdir(this.#deps.folder, { recursive: true, mode: 0o700 });
    const temporary = `${this.#path}.new`;
    const file = await open(temporary, "w", 0o600);
    try {
      await file.writeFile(lines);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, this.#path);
  }

  /**
   * Hands the signals of dead windows to `take`, which resolves when they are in this window's file; then removes
   * theirs. Of several windows that try, one gets a file: renaming it is the claim.
   */
  async adopt(take: (signals: readonly Signal[]) => Promise<void>): Promise<void> {
    for (const name of await this.#orphans()) {
      try {
        const claim = join(this.#deps.folder, this.#name(`${this.#deps.windowId}-${String(++this.#claims)}`));
        await rename(join(this.#deps.folder, name), claim);
        const { signals, corrupt } = parseLines(await readFile(claim, "utf8"));
        const damage = corrupt === 0 ? "" : `; ${corrupt} damaged lines were left out`;
        this.#deps.log.info(`${signals.length} signals of an earlier window are sent now${damage}`);
        await take(signals);
        await rm(claim, { force: true });
      } catch (error) {
        // Another window was faster, or the file cannot be read: the rest is still worth adopting.
        this.#deps.log.debug(
          `a left outbox was not adopted: ${error instanceof Error ? error.message : String(error)}`,
        );
      }
    }
  }

  async #orphans(): Promise<string[]> {
    const orphans: string[] = [];
    let names: string[];
    try {
      names = await readdir(this.#deps.folder);
    } catch {
      // No folder yet: nothing was ever left behind.
      return [];
    }
    for (const name of names.sort()) {
      const pid = Number(FILE_NAME.exec(name)?.groups?.["pid"]);
      if (Number.isNaN(pid) || this.#isOwn(name)) continue;
      // A process id that is ours belongs to a window that died before this one.
      if (pid !== this.#deps.pid && this.#deps.isAlive(pid)) continue;
      if ((await this.#ageMs(name)) >= ORPHAN_AGE_MS) orphans.push(name);
    }
    return orphans;
  }

  async #ageMs(name: string): Promise<number> {
    try {
      // Of the future: it was written before the clock was set back.
      return Math.abs(this.#deps.now() - (await stat(join(this.#deps.folder, name))).mtimeMs);
    } catch {
      // Gone since it was listed: another window took it.
      return 0;
    }
  }

  #isOwn(name: string): boolean {
    return name.includes(this.#deps.windowId);
  }

  #name(id: string): string {
    return `outbox-${String(this.#deps.pid)}-${id}.jsonl`;
  }
}

/** Whether a process with this id runs on this machine. */
export function isProcessAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it runs as another user.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

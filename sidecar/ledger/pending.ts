/**
 * What editors keep in the data folder until a sidecar has taken it: signals that wait (`outbox/`), and what is followed
 * of accepted text (`followed/`, without any text). Forgetting reaches both: an editor that is at work is asked to let
 * go of it, what others have left behind is written anew without it.
 */
import { open, readdir, readFile, rename, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { FOLLOWED_FOLDER, OUTBOX_FOLDER } from "../../privacy/data-folder.ts";
import type { Clock } from "../base/clock.ts";
import { describeError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import { isRunning } from "../base/processes.ts";
import { createId } from "../base/random.ts";
import type { Database } from "../store/database.ts";

/** A file that was not written for so long is nobody's, whoever has the number of its process by now. */
const LEFT_MS = 10 * 60 * 1000;
/** So fresh a file is somebody's. */
const FRESH_MS = 60_000;
const FOLLOWED_MS_MAX = 2 * 24 * 60 * 60 * 1000;
const FILE_BYTES_MAX = 256 * 1024 * 1024;
const TEMPORARY = ".new";

/** Where a signal or something followed says that it was made. */
export interface PendingPlace {
  readonly generationId: string;
  /** Absolute path, or a URI. */
  readonly file: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** What becomes of lines and files that cannot be read: they may be just being written, and serve nobody else. */
interface Damaged {
  readonly damaged: "keep" | "drop";
}

export type IsForgotten = (place: PendingPlace) => boolean;

export interface PendingDeps {
  readonly database: Database;
  readonly dataFolder: string;
  readonly clock: Clock;
  readonly log: Log;
  /** Has the editor at the other end hand over what waits, and let go of what was forgotten. */
  readonly letGo: () => Promise<void>;
}

export class Pending {
  readonly #deps: PendingDeps;

  constructor(deps: PendingDeps) {
    this.#deps = deps;
  }

  /** Our own editor lets go of what was forgotten. */
  async letGo(): Promise<void> {
    await this.#deps.letGo();
  }

  /** Takes out of the files what was forgotten; false where an editor that is at work still has some of it. */
  async purge(isForgotten: IsForgotten): Promise<boolean> {
    let isClean = true;
    for (const file of await this.#files()) {
      const path = join(this.#deps.dataFolder, file);
      if (await this.#isAtWork(file)) {
        isClean &&= !(await this.#holds(file, isForgotten));
      } else if (file.endsWith(TEMPORARY)) {
        // Left by a crash while the file beside it was written.
        await rm(path, { force: true });
      } else {
        const content = await this.#read(file);
        const kept = this.#keep(file, content, isForgotten, { damaged: "drop" });
        if (kept !== content) await replaceFile(path, kept);
      }
    }
    return isClean;
  }

  /** Files, relative to the data folder, that hold something of what was forgotten. */
  async find(isForgotten: IsForgotten): Promise<readonly string[]> {
    const found: string[] = [];
    for (const file of await this.#files()) if (await this.#holds(file, isForgotten)) found.push(file);
    return found;
  }

  /** Deletes what workspaces that were not opened for days have followed: it is given up after one. */
  async tidy(): Promise<void> {
    for (const file of await this.#files()) {
      if (!file.startsWith(FOLLOWED_FOLDER)) continue;
      const path = join(this.#deps.dataFolder, file);
      const { mtimeMs } = await stat(path);
      if (this.#deps.clock.now() - mtimeMs > FOLLOWED_MS_MAX) await rm(path, { force: true });
    }
  }

  async #holds(file: string, isForgotten: IsForgotten): Promise<boolean> {
    const content = await this.#read(file);
    return this.#keep(file, content, isForgotten, { damaged: "keep" }) !== content;
  }

  async #files(): Promise<string[]> {
    if (!this.#deps.database.durable) return [];
    const files: string[] = [];
    for (const folder of [OUTBOX_FOLDER, FOLLOWED_FOLDER]) {
      try {
        for (const name of await readdir(join(this.#deps.dataFolder, folder))) files.push(join(folder, name));
      } catch {
        // No editor was ever at work here.
      }
    }
    return files;
  }

  async #read(file: string): Promise<string> {
    try {
      const path = join(this.#deps.dataFolder, file);
      return (await stat(path)).size > FILE_BYTES_MAX ? "" : await readFile(path, "utf8");
    } catch (error) {
      // Handed over since it was listed.
      this.#deps.log.debug(`${file} was not read: ${describeError(error)}`);
      return "";
    }
  }

  #keep(file: string, content: string, isForgotten: IsForgotten, options: Damaged): string {
    return file.startsWith(OUTBOX_FOLDER)
      ? this.#keepSignals(content, isForgotten, options)
      : keepFollowed(content, isForgotten, options);
  }

  /** Of a suggestion that is neither stored nor waits to be, no other signal would be taken either. */
  #keepSignals(content: string, isForgotten: IsForgotten, { damaged }: Damaged): string {
    const lines = content.split("\n").map((line) => ({ line, signal: parseLine(line) }));
    const isGone = (signal: unknown): boolean => {
      const told = placeIn(signal);
      return told !== undefined && isForgotten({ ...told, file: fileOf(told.uri) });
    };
    const shown = new Set(
      lines.flatMap(({ signal }) => (placeIn(signal) && !isGone(signal) ? [generationIn(signal)] : [])),
    );
    const isKept = ({ line, signal }: (typeof lines)[number]): boolean => {
      if (signal === undefined) return line.trim() === "" || damaged === "keep";
      if (placeIn(signal)) return !isGone(signal);
      const generationId = generationIn(signal);
      return shown.has(generationId) || this.#isStored(generationId);
    };
    return lines.every(isKept)
      ? content
      : lines
          .filter(isKept)
          .map(({ line }) => line)
          .join("\n");
  }

  #isStored(generationId: string): boolean {
    return this.#deps.database.get("SELECT 1 FROM generations WHERE id = ?", generationId) !== undefined;
  }

  /** Whether the window that writes a file is there. Of what is followed it is asked each time it meets its sidecar. */
  async #isAtWork(file: string): Promise<boolean> {
    const pid = /^outbox-(\d+)-/.exec(file.slice(OUTBOX_FOLDER.length + 1))?.[1];
    if (pid === undefined ? !file.endsWith(TEMPORARY) : !isRunning(Number(pid))) return false;
    try {
      const { mtimeMs } = await stat(join(this.#deps.dataFolder, file));
      return this.#deps.clock.now() - mtimeMs < (pid === undefined ? FRESH_MS : LEFT_MS);
    } catch {
      // Gone: nothing is left to wait for.
      return false;
    }
  }
}

/** What is followed, without what was forgotten. */
function keepFollowed(content: string, isForgotten: IsForgotten, { damaged }: Damaged): string {
  if (content === "") return content;
  const isGone = (generationId: string, uri: unknown, at: number): boolean =>
    typeof uri === "string" && isForgotten({ generationId, file: fileOf(uri), at });
  try {
    const states = JSON.parse(content) as {
      generationId: string;
      uri: string;
      acceptedAt: number;
      parts: { uri: string }[];
    }[];
    let isChanged = false;
    const kept = states.flatMap((state) => {
      const { generationId, uri, acceptedAt } = state;
      if (isGone(generationId, uri, acceptedAt)) return [];
      const parts = state.parts.filter((part) => !isGone(generationId, part.uri, acceptedAt));
      isChanged ||= parts.length < state.parts.length;
      return [{ ...state, parts }];
    });
    isChanged ||= kept.length < states.length;
    if (!isChanged) return content;
    return kept.length === 0 ? "" : JSON.stringify(kept);
  } catch {
    // Cut short, or none of ours.
    return damaged === "keep" ? content : "";
  }
}

export interface Told {
  readonly id: string;
  readonly generationId: string;
  readonly uri: string;
  readonly at: number;
}

/** Where a signal that holds a place says that it was made; undefined for others: they name something that is stored. */
export function placeIn(raw: unknown): Told | undefined {
  if (typeof raw !== "object" || raw === null) return undefined;
  const { id, generationId, at, generation, uri } = raw as Record<string, unknown>;
  const named = typeof generation === "object" && generation !== null && "uri" in generation ? generation.uri : uri;
  if (typeof id !== "string" || typeof generationId !== "string" || typeof at !== "number") return undefined;
  return typeof named === "string" ? { id, generationId, at, uri: named } : undefined;
}

/** A document's file as the ledger names it. */
export function fileOf(uri: string): string {
  try {
    return uri.startsWith("file:") ? fileURLToPath(uri) : uri;
  } catch {
    // Of another system.
    return uri;
  }
}

function parseLine(line: string): unknown {
  try {
    return JSON.parse(line) as unknown;
  } catch {
    // Being written, or damaged.
    return undefined;
  }
}

function generationIn(signal: unknown): string {
  if (typeof signal !== "object" || signal === null || !("generationId" in signal)) return "";
  return String(signal.generationId);
}

/** The old content or the new one, whatever happens; none: the file goes. */
async function replaceFile(path: string, content: string): Promise<void> {
  if (content.trim() === "") {
    await rm(path, { force: true });
    return;
  }
  const temporary = `${path}.${createId()}.new`;
  const file = await open(temporary, "wx", 0o600);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  await rename(temporary, path);
}

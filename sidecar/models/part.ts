/**
 * The beginning of a file that is being downloaded, under a name of its own (`….part`), so that nobody takes it for the
 * whole. Beside it lies what is known of the file that it is the beginning of (`….part.json`). One process at a time.
 */
import { createHash, type Hash } from "node:crypto";
import { mkdir, open, readFile, rename, rm, stat, utimes, writeFile } from "node:fs/promises";
import type { FileHandle } from "node:fs/promises";
import { basename, dirname } from "node:path";
import * as v from "valibot";
import { systemCode } from "../base/errors.ts";
import { fileFault, ModelFault } from "./fault.ts";

/** Which version of the file the part is of. */
export interface Origin {
  readonly url: string;
  /** The server's strong validator; null where it gives none. */
  readonly etag: string | null;
  /** SHA-256 as the server states it; null where it does not. */
  readonly sha256: string | null;
  readonly bytes: number | null;
}

const originSchema = v.object({
  url: v.string(),
  etag: v.nullable(v.string()),
  sha256: v.nullable(v.string()),
  bytes: v.nullable(v.number()),
});

const READ_BYTES = 1 << 20;
/** A lock that was not touched for so long is one of a process that is gone, whoever has its number now. */
const LOCK_MS_MAX = 300_000;
const LOCK_TOUCH_MS = 30_000;

/** Of this process: it may have the number of one that died with a lock. */
const held = new Set<string>();

export class Part {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #unlock: () => Promise<void>;
  #hash: Hash;
  #bytes: number;
  #origin: Origin | undefined;

  private constructor(
    file: string,
    handle: FileHandle,
    unlock: () => Promise<void>,
    begun: { readonly hash: Hash; readonly bytes: number; readonly origin: Origin | undefined },
  ) {
    this.#file = file;
    this.#handle = handle;
    this.#unlock = unlock;
    this.#hash = begun.hash;
    this.#bytes = begun.bytes;
    this.#origin = begun.origin;
  }

  /** Opens the part of `file`, and reads what is there of it. */
  static async open(file: string, signal: AbortSignal): Promise<Part> {
    let unlock: (() => Promise<void>) | undefined;
    let handle: FileHandle | undefined;
    try {
      await mkdir(dirname(file), { recursive: true, mode: 0o700 });
      unlock = await lock(file);
      const origin = await readOrigin(file);
      const path = partOf(file);
      handle = await open(path, "a+", 0o600);
      // Without its origin nobody knows what it is the beginning of.
      if (!origin) await truncate(handle);
      const { hash, bytes } = await hashOf(handle, signal);
      return new Part(file, handle, unlock, { hash, bytes, origin });
    } catch (error) {
      await handle?.close();
      await unlock?.();
      signal.throwIfAborted();
      throw error instanceof ModelFault ? error : fileFault(file, error);
    }
  }

  get bytes(): number {
    return this.#bytes;
  }

  get origin(): Origin | undefined {
    return this.#origin;
  }

  get sha256(): string {
    return this.#hash.copy().digest("hex");
  }

  /** Starts over. */
  async restart(): Promise<void> {
    await this.#guard(() => truncate(this.#handle));
    this.#hash = createHash("sha256");
    this.#bytes = 0;
    this.#origin = undefined;
  }

  /** Remembers what the bytes are of, before the first of them comes. */
  async remember(origin: Origin): Promise<void> {
    if (JSON.stringify(origin) === JSON.stringify(this.#origin)) return;
    this.#origin = origin;
    await this.#guard(() => writeFile(originOf(this.#file), JSON.stringify(origin), { mode: 0o600 }));
  }

  async append(bytes: Uint8Array): Promise<void> {
    await this.#guard(() => this.#handle.appendFile(bytes));
    this.#hash.update(bytes);
    this.#bytes += bytes.length;
  }

  /** It is the whole: it takes the file's name, and its hash is kept beside it, as `sha256sum -c` reads it. */
  async finish(): Promise<void> {
    const { sha256 } = this;
    await this.#guard(async () => {
      await this.#handle.sync();
      await this.#handle.close();
      await writeFile(hashFileOf(this.#file), `${sha256}  ${basename(this.#file)}\n`, { mode: 0o600 });
      await rename(partOf(this.#file), this.#file);
      await rm(originOf(this.#file), { force: true });
    });
  }

  /** Keeps what there is for the next time. */
  async close(): Promise<void> {
    await this.#handle.close();
    if (this.#bytes === 0) await removePart(this.#file);
    await this.#unlock();
  }

  /** Nothing of it is of use. */
  async discard(): Promise<void> {
    await this.#handle.close();
    await removePart(this.#file);
  }

  async #guard(work: () => Promise<unknown>): Promise<void> {
    try {
      await work();
    } catch (error) {
      throw fileFault(this.#file, error);
    }
  }
}

/** Bytes that have come of a file that is not whole; 0 where there is nothing. */
export async function partBytes(file: string): Promise<number> {
  return (await stat(partOf(file)).catch(() => undefined))?.size ?? 0;
}

/** Whether somebody is downloading it at present. */
export async function isLocked(file: string): Promise<boolean> {
  return isAlive(lockOf(file));
}

export async function removePart(file: string): Promise<void> {
  await rm(originOf(file), { force: true });
  await rm(partOf(file), { force: true });
}

/** Where the hash of a whole file is kept. */
export function hashFileOf(file: string): string {
  return `${file}.sha256`;
}

function partOf(file: string): string {
  return `${file}.part`;
}

function originOf(file: string): string {
  return `${file}.part.json`;
}

function lockOf(file: string): string {
  return `${file}.lock`;
}

async function readOrigin(file: string): Promise<Origin | undefined> {
  try {
    const parsed = v.safeParse(originSchema, JSON.parse(await readFile(originOf(file), "utf8")));
    return parsed.success ? parsed.output : undefined;
  } catch {
    // There is none, or it was cut: then the part is of no use either.
    return undefined;
  }
}

async function truncate(handle: FileHandle): Promise<void> {
  // A device has no length to change.
  if ((await handle.stat()).size > 0) await handle.truncate(0);
}

async function hashOf(handle: FileHandle, signal: AbortSignal): Promise<{ hash: Hash; bytes: number }> {
  const hash = createHash("sha256");
  const { size } = await handle.stat();
  const buffer = Buffer.alloc(READ_BYTES);
  let bytes = 0;
  while (bytes < size) {
    signal.throwIfAborted();
    const { bytesRead } = await handle.read(buffer, 0, buffer.length, bytes);
    if (bytesRead === 0) break;
    hash.update(buffer.subarray(0, bytesRead));
    bytes += bytesRead;
  }
  return { hash, bytes };
}

/** Takes the file for this process; the answer gives it back. */
async function lock(file: string): Promise<() => Promise<void>> {
  const path = lockOf(file);
  if (await isAlive(path)) throw busy(file);
  await rm(path, { force: true });
  try {
    await writeFile(path, String(process.pid), { flag: "wx", mode: 0o600 });
  } catch (error) {
    // Another was quicker.
    if (systemCode(error) === "EEXIST") throw busy(file);
    throw error;
  }
  held.add(path);
  const touching = setInterval(() => {
    const now = new Date();
    // A lock that cannot be touched grows old, which harms nobody before the next touch.
    utimes(path, now, now).catch(() => undefined);
  }, LOCK_TOUCH_MS).unref();
  return async () => {
    if (!held.delete(path)) return;
    clearInterval(touching);
    await rm(path, { force: true });
  };
}

async function isAlive(path: string): Promise<boolean> {
  if (held.has(path)) return true;
  try {
    const { mtimeMs } = await stat(path);
    const pid = Number(await readFile(path, "utf8"));
    if (Date.now() - mtimeMs > LOCK_MS_MAX || !Number.isInteger(pid) || pid <= 0 || pid === process.pid) return false;
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else. Anything else: there is no lock, or nobody behind it.
    return systemCode(error) === "EPERM";
  }
}

function busy(file: string): ModelFault {
  return new ModelFault(
    "busy",
    `${basename(file)} is being downloaded already, perhaps in another window.`,
    "Wait until that has ended.",
  );
}

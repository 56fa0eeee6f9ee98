/**
 * One file from the web to the disk. It has its name only once it is whole and its hash is right; until then what has come
 * is kept as a part, and the next time goes on from there. Aborting pauses.
 */
import { statfs } from "node:fs/promises";
import { basename, dirname } from "node:path";
import { setTimeout as wait } from "node:timers/promises";
import type { Clock } from "../base/clock.ts";
import { describeBytes } from "../../text/size.ts";
import { ModelFault } from "./fault.ts";
import { type Origin, Part } from "./part.ts";
import { type Answer, requestFault, type Web } from "./web.ts";

export interface Wanted {
  readonly url: string;
  /** Where it goes; its folder is made. */
  readonly file: string;
  /** Null: what the server says. */
  readonly bytes: number | null;
  /** Lowercase hexadecimal; null: what the server states, and nothing is taken from one that states none. */
  readonly sha256: string | null;
}

export interface Progress {
  readonly receivedBytes: number;
  readonly totalBytes: number | null;
  /** Since this download began or went on. */
  readonly bytesPerSecond: number;
}

export interface DownloadLimits {
  /** Failures in a row, without a byte between them, after which it is given up for now. */
  readonly failuresMax: number;
  /** How often a part may turn out to be of another file before the server makes no sense. */
  readonly restartsMax: number;
  /** The first pause between two tries, in milliseconds; each further one is twice as long. */
  readonly pauseMs: number;
  /** A server that asks for more patience is not waited for any longer. */
  readonly retryAfterMsMax: number;
  /** Bytes that stay free on the disk: the store needs some too. */
  readonly spareBytes: number;
}

export const DOWNLOAD_LIMITS: DownloadLimits = {
  failuresMax: 4,
  restartsMax: 2,
  pauseMs: 500,
  retryAfterMsMax: 60_000,
  spareBytes: 256 * 1024 * 1024,
};

export interface DownloadDeps {
  readonly web: Web;
  readonly clock: Clock;
  readonly limits: DownloadLimits;
  /** Bytes that can be written in a folder. */
  readonly freeBytes: (folder: string) => Promise<number>;
}

/** Throws a {@link ModelFault}, or the signal's reason. */
export async function download(
  { web, clock, limits, freeBytes }: DownloadDeps,
  wanted: Wanted,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  signal.throwIfAborted();
  const part = await Part.open(wanted.file, signal);
  try {
    const startedAt = clock.now();
    const startBytes = part.bytes;
    const tell = (): void => {
      const seconds = Math.max(0.001, (clock.now() - startedAt) / 1000);
      const bytesPerSecond = Math.max(0, part.bytes - startBytes) / seconds;
      onProgress({ receivedBytes: part.bytes, totalBytes: wanted.bytes ?? part.origin?.bytes ?? null, bytesPerSecond });
    };
    const ensureRoom = async (bytes: number): Promise<void> => {
      const needed = bytes - part.bytes + limits.spareBytes;
      const free = await freeBytes(dirname(wanted.file));
      if (free < needed) throw noRoom(wanted, needed, free);
    };
    let failures = 0;
    let restarts = 0;
    for (;;) {
      const before = part.bytes;
      try {
        const outcome = await receive({ web, ensureRoom }, wanted, part, tell, signal);
        if (outcome === "whole") break;
        if (++restarts > limits.restartsMax)
          throw new ModelFault("changed", `${hostOf(wanted.url)} answers what was not asked for.`, OTHER);
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ModelFault) || error.kind !== "cut") throw error;
        failures = part.bytes > before ? 1 : failures + 1;
        if (failures > limits.failuresMax || error.retryAfterMs > limits.retryAfterMsMax) throw error;
        const pauseMs = limits.pauseMs * 2 ** (failures - 1);
        await wait(Math.max(pauseMs, error.retryAfterMs), undefined, { signal });
      }
    }
    await verify(part, wanted);
    signal.throwIfAborted();
    await part.finish();
  } finally {
    await part.close();
  }
}

/** Bytes that this user can write where a folder is. */
export async function freeBytesOf(folder: string): Promise<number> {
  const { bavail, bsize } = await statfs(folder);
  return bavail * bsize;
}

interface Receiving {
  readonly web: Web;
  /** Throws where the disk has no room for so many bytes in all. */
  readonly ensureRoom: (bytes: number) => Promise<void>;
}

/** Receives what is missing, as far as it comes; `again`: the part was of another file, and is empty now. */
async function receive(
  { web, ensureRoom }: Receiving,
  wanted: Wanted,
  part: Part,
  tell: () => void,
  signal: AbortSignal,
): Promise<"whole" | "again"> {
  const host = hostOf(wanted.url);
  const answer = await web.get(wanted.url, rangeHeaders(wanted, part), signal);
  try {
    const origin = originOf(wanted, answer);
    if (answer.status === 416 && part.bytes > 0) {
      // Asked for what is behind its end: all is there, or it is another file.
      if (part.bytes === (wanted.bytes ?? origin.bytes)) return "whole";
      await part.restart();
      return "again";
    }
    if (answer.status !== 200 && answer.status !== 206) throw refusal(host, answer);
    check(host, wanted, origin);
    if (answer.status === 206 && !continues(answer, part, origin)) {
      await part.restart();
      return "again";
    }
    // The server does not give pieces, or the file is another one by now.
    if (answer.status === 200 && part.bytes > 0) await part.restart();
    await part.remember(origin);
    const bytes = wanted.bytes ?? origin.bytes;
    if (bytes !== null) await ensureRoom(bytes);
    tell();
    for await (const piece of pieces(host, answer, signal)) {
      if (bytes !== null && part.bytes + piece.length > bytes) {
        await part.restart();
        throw new ModelFault("changed", `${host} sends more than the file has.`, OTHER);
      }
      await part.append(piece);
      tell();
      signal.throwIfAborted();
    }
    if (bytes !== null && part.bytes < bytes)
      throw requestFault(host, new Error(`after ${part.bytes} of ${bytes} bytes`));
    return "whole";
  } finally {
    answer.body.on("error", () => undefined).destroy();
  }
}

function rangeHeaders({ url, sha256 }: Wanted, { bytes, origin }: Part): Record<string, string> {
  if (bytes === 0) return {};
  const range = { range: `bytes=${bytes}-` };
  const isSameServer = origin?.url === url;
  if (isSameServer && origin.etag !== null) return { ...range, "if-range": origin.etag };
  // From elsewhere, or without a validator, the hash alone can tell whether both pieces are of one file.
  return isSameServer || sha256 !== null ? range : {};
}

/** What the server says about the file. */
function originOf({ url }: Wanted, { status, header, linked }: Answer): Origin {
  const etag = header("etag");
  const range = /^bytes (?:\d+-\d+|\*)\/(\d+)$/.exec(header("content-range") ?? "");
  const length = status === 200 ? header("content-length") : range?.[1];
  return {
    url,
    etag: etag !== undefined && etag.startsWith('"') ? etag : null,
    sha256: sha256Of(linked.etag) ?? sha256Of(etag) ?? null,
    bytes: linked.bytes ?? (length === undefined ? null : Number(length)),
  };
}

function sha256Of(etag: string | undefined): string | undefined {
  return /^(?:W\/)?"?([0-9a-f]{64})"?$/.exec(etag ?? "")?.[1];
}

/** Throws where the server has another file than the one that is wanted. */
function check(host: string, { bytes, sha256 }: Wanted, origin: Origin): void {
  if (bytes !== null && origin.bytes !== null && origin.bytes !== bytes) {
    const sizes = `${describeBytes(origin.bytes)} instead of ${describeBytes(bytes)}`;
    throw new ModelFault("changed", `${host} has another file under this name (${sizes}).`, OTHER);
  }
  if (sha256 !== null && origin.sha256 !== null && origin.sha256 !== sha256) {
    throw new ModelFault("changed", `${host} has another file under this name (its hash differs).`, OTHER);
  }
  if (sha256 === null && origin.sha256 === null) {
    throw new ModelFault("changed", `${host} does not say what the file's SHA-256 is, so it cannot be checked.`, OTHER);
  }
}

const OTHER = "Choose another model or mirror, or download the file yourself and choose “Use a File I Have…”.";

/** Whether a piece goes on where the part ends, and is of the same file. */
function continues({ header }: Answer, part: Part, origin: Origin): boolean {
  const start = /^bytes (\d+)-/.exec(header("content-range") ?? "")?.[1];
  const before = part.origin;
  if (Number(start) !== part.bytes) return false;
  const isSameServer = before?.url === origin.url;
  const hasSameTag = !isSameServer || before.etag === null || origin.etag === null || before.etag === origin.etag;
  return hasSameTag && (before?.bytes ?? origin.bytes) === origin.bytes;
}

async function* pieces(host: string, { body }: Answer, signal: AbortSignal): AsyncGenerator<Uint8Array> {
  try {
    for await (const piece of body) yield piece as Uint8Array;
  } catch (error) {
    signal.throwIfAborted();
    throw requestFault(host, error);
  }
}

function refusal(host: string, { status, header }: Answer): ModelFault {
  if (status === 408 || status === 429 || status >= 500) {
    const seconds = Number(header("retry-after") ?? 0);
    return new ModelFault(
      "cut",
      `${host} has no time (status ${status}).`,
      "Choose the model again later: what has come is kept.",
      { retryAfterMs: Number.isFinite(seconds) ? seconds * 1000 : 0 },
    );
  }
  if (status === 407) {
    return new ModelFault("address", "The proxy wants a name and a password.", "Put them into http.proxy.");
  }
  const why = status === 401 || status === 403 ? "its licence has to be accepted there first" : "it is not there";
  return new ModelFault("refused", `${host} does not give the file out (status ${status}): perhaps ${why}.`, OTHER);
}

function noRoom({ file }: Wanted, needed: number, free: number): ModelFault {
  return new ModelFault(
    "disk",
    `There is no room for ${basename(file)}: ${describeBytes(needed)} are needed, ${describeBytes(free)} are free.`,
    "Free some space, or set tacit.dataFolder to a larger disk, and choose the model again.",
  );
}

/** Throws where the bytes are not those that were wanted; they are gone then. */
async function verify(part: Part, wanted: Wanted): Promise<void> {
  const right = wanted.sha256 ?? part.origin?.sha256;
  if (part.sha256 === right) return;
  await part.discard();
  throw new ModelFault(
    "hash",
    `What came as ${basename(wanted.file)} is not that file: its SHA-256 is wrong. It was thrown away.`,
    "Choose the model again. Where that stays, something on the way changes the file: try another network or mirror.",
  );
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}

/**
 * Reads one file for learning, or says why not. Whatever lies on a disk may be met here: pipes, devices, pictures,
 * bundles of one line, old encodings, files that vanish. None of them is an error.
 */
import { hash } from "node:crypto";
import { constants } from "node:fs";
import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { systemCode } from "../base/errors.ts";

export type FileSkipReason =
  | "too large"
  | "empty"
  | "binary"
  | "not UTF-8"
  /** Written by a machine: lines that nobody typed. */
  | "minified"
  | "no permission"
  | "gone"
  /** A directory, symbolic link, pipe, socket or device. */
  | "not a file"
  /** The disk or the network failed. */
  | "unreadable";

export type FileRead =
  | {
      readonly kind: "text";
      /** With "\n" line ends and without a byte order mark. */
      readonly text: string;
      /** The line end that most lines of the file have. */
      readonly eol: "\n" | "\r\n";
      /** SHA-1 of the bytes, as hexadecimal: tells whether a file has changed, protects nothing. */
      readonly hash: string;
    }
  | { readonly kind: "skip"; readonly reason: FileSkipReason };

/** Reads at most `limits.bytesMax` bytes, and nothing of a file that is larger. UTF-8, or UTF-16 with its mark. */
export async function readForLearning(
  path: string,
  limits: { readonly bytesMax: number },
  signal: AbortSignal,
): Promise<FileRead> {
  signal.throwIfAborted();
  let file: FileHandle;
  try {
    file = await open(path, OPEN_FLAGS);
  } catch (error) {
    return skip(reasonOf(error));
  }
  try {
    const stats = await file.stat();
    if (!stats.isFile()) return skip("not a file");
    if (stats.size > limits.bytesMax) return skip("too large");
    signal.throwIfAborted();
    return decode(await readBytes(file, stats.size));
  } catch (error) {
    if (signal.aborted) throw error;
    return skip(reasonOf(error));
  } finally {
    await file.close();
  }
}

// A pipe without a writer would block for ever, and a link may lead out of the workspace. Windows knows neither flag.
const OPEN_FLAGS =
  // eslint-disable-next-line @typescript-eslint/no-unnecessary-condition
  constants.O_RDONLY | (constants.O_NONBLOCK ?? 0) | (constants.O_NOFOLLOW ?? 0);

/** Fewer bytes where the file shrank meanwhile. */
async function readBytes(file: FileHandle, size: number): Promise<Buffer> {
  const bytes = Buffer.allocUnsafe(size);
  let filled = 0;
  while (filled < size) {
    const { bytesRead } = await file.read(bytes, filled, size - filled, filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return bytes.subarray(0, filled);
}

/** The pure half: text from the bytes of a file. */
export function decode(bytes: Uint8Array): FileRead {
  if (bytes.length === 0) return skip("empty");
  const encoding = encodingOf(bytes);
  // As git decides it: text holds no NUL.
  if (encoding === "utf-8" && bytes.includes(0)) return skip("binary");
  let decoded: string;
  try {
    decoded = DECODERS[encoding].decode(bytes);
  } catch {
    // The decoder is strict: the bytes are no text of this encoding.
    return skip("not UTF-8");
  }
  if (decoded.trim() === "") return skip("empty");
  const crlf = decoded.includes("\r");
  const text = crlf ? decoded.replaceAll(/\r\n?/g, "\n") : decoded;
  if (isMinified(text)) return skip("minified");
  return { kind: "text", text, eol: crlf && mostlyCrlf(decoded) ? "\r\n" : "\n", hash: hash("sha1", bytes) };
}

const DECODERS = {
  "utf-8": new TextDecoder("utf-8", { fatal: true }),
  "utf-16le": new TextDecoder("utf-16le", { fatal: true }),
  "utf-16be": new TextDecoder("utf-16be", { fatal: true }),
};

function encodingOf(bytes: Uint8Array): keyof typeof DECODERS {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return "utf-16le";
  return bytes[0] === 0xfe && bytes[1] === 0xff ? "utf-16be" : "utf-8";
}

function mostlyCrlf(text: string): boolean {
  let lines = 0;
  let crlf = 0;
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) {
    lines++;
    if (at > 0 && text.charCodeAt(at - 1) === 13) crlf++;
  }
  return crlf * 2 > lines;
}

/** In UTF-16 code units. A short file may well be one long line. */
const MINIFIED_TEXT_MIN = 2_000;
const MINIFIED_LINE_AVERAGE = 300;
const MINIFIED_LINE_MAX = 5_000;
/** Prose in long lines has more white space than this, bundles and data have less. */
const PROSE_SPACE_SHARE = 0.13;

function isMinified(text: string): boolean {
  if (text.length < MINIFIED_TEXT_MIN) return false;
  let lines = 0;
  let start = 0;
  while (start < text.length) {
    const found = text.indexOf("\n", start);
    const end = found < 0 ? text.length : found;
    if (end - start > MINIFIED_LINE_MAX && spaceShare(text, start, end) < PROSE_SPACE_SHARE) return true;
    lines++;
    start = end + 1;
  }
  return text.length / lines > MINIFIED_LINE_AVERAGE && spaceShare(text, 0, text.length) < PROSE_SPACE_SHARE;
}

function spaceShare(text: string, start: number, end: number): number {
  let spaces = 0;
  for (let at = start; at < end; at++) {
    const code = text.charCodeAt(at);
    if (code === 32 || (code >= 9 && code <= 13)) spaces++;
  }
  return spaces / (end - start);
}

function skip(reason: FileSkipReason): FileRead {
  return { kind: "skip", reason };
}

/** Translates what the system said about opening or reading. */
function reasonOf(error: unknown): FileSkipReason {
  const code = systemCode(error);
  // Anything else than a failed system call is a bug of ours.
  if (code === undefined) throw error;
  switch (code) {
    case "ENOENT":
    case "ENOTDIR":
    case "ESTALE":
      return "gone";
    case "EACCES":
    case "EPERM":
      return "no permission";
    case "ELOOP":
    case "EMLINK":
    case "ENXIO":
    case "ENODEV":
    case "EISDIR":
      return "not a file";
    default:
      return "unreadable";
  }
}

/**
 * A first look at a model's file, before anything native reads it: whether it is one at all, and whether it can hold as
 * much as it says. Numbers in it are made up by whoever wrote it.
 */
import { open } from "node:fs/promises";
import { systemCode } from "../../base/errors.ts";
import { LlamaFault } from "./fault.ts";

/** Magic, version, number of tensors, number of metadata entries (ggml, docs/gguf.md). */
const HEADER_BYTES = 24;
const MAGIC = "GGUF";
const VERSIONS: ReadonlySet<number> = new Set([2, 3]);
/** A tensor's entry: length of its name, number of dimensions, one dimension, type, offset. */
const TENSOR_BYTES_MIN = 32;
/** A metadata entry: length of its key, type, one byte. */
const ENTRY_BYTES_MIN = 13;

/** Throws a {@link LlamaFault} where the file cannot be a whole model. Gives what changes when the file does. */
export async function checkModelFile(file: string): Promise<string> {
  const header = Buffer.alloc(HEADER_BYTES);
  let size: number;
  let changedMs: number;
  try {
    await using handle = await open(file, "r");
    ({ size, mtimeMs: changedMs } = await handle.stat());
    await handle.read(header, 0, HEADER_BYTES, 0);
  } catch (error) {
    throw new LlamaFault("missing", systemCode(error) ?? "unknown error", { model: file, cause: error });
  }
  if (header.toString("latin1", 0, MAGIC.length) !== MAGIC) {
    throw new LlamaFault("not-a-model", "it does not begin as a GGUF file does", { model: file });
  }
  const version = header.readUInt32LE(4);
  if (!VERSIONS.has(version)) throw new LlamaFault("not-a-model", `GGUF version ${version}`, { model: file });
  const tensors = header.readBigUInt64LE(8);
  const entries = header.readBigUInt64LE(16);
  if (tensors * BigInt(TENSOR_BYTES_MIN) + entries * BigInt(ENTRY_BYTES_MIN) > BigInt(size)) {
    throw new LlamaFault("damaged", "it says that it holds more than fits into it", { model: file });
  }
  return `${size} ${changedMs}`;
}

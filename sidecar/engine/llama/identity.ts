/** Which embedding model a file is: what its vectors are known by, and what it wants in front of a text. */
import { createHash } from "node:crypto";
import { open } from "node:fs/promises";
import { basename } from "node:path";
import { systemCode } from "../../base/errors.ts";
import { checkModelFile } from "./check-file.ts";
import { LlamaFault } from "./fault.ts";
import { type Prefixes, prefixesFor } from "./prefixes.ts";

export interface EmbedderIdentity {
  /** Another one wherever the same text might give another vector. */
  readonly id: string;
  /** For people: the file's name. */
  readonly name: string;
  readonly prefixes: Prefixes;
}

/** Changes with what we do to texts and vectors. */
const VERSION = 1;
/** Of a file's beginning (its description and vocabulary) and end (its last weights). A whole one takes seconds. */
const READ_BYTES = 1 << 20;

/** Throws a {@link LlamaFault} where the file cannot be a model. `tokensMax`: of a longer text the beginning counts. */
export async function identifyEmbedder(file: string, tokensMax: number): Promise<EmbedderIdentity> {
  await checkModelFile(file);
  const { size, head, tail } = await readEnds(file);
  const name = basename(file).replace(/\.gguf$/i, "");
  const prefixes = prefixesFor(`${name} ${ownName(head)}`);
  const hash = createHash("sha256")
    .update(JSON.stringify([VERSION, tokensMax, prefixes, size]))
    .update(head)
    .update(tail)
    .digest("hex");
  return { id: `llama-${hash.slice(0, 32)}`, name, prefixes };
}

async function readEnds(file: string): Promise<{ size: number; head: Buffer; tail: Buffer }> {
  try {
    await using handle = await open(file, "r");
    const { size } = await handle.stat();
    const length = Math.min(READ_BYTES, size);
    const head = Buffer.alloc(length);
    const tail = Buffer.alloc(length);
    await handle.read(head, 0, length, 0);
    await handle.read(tail, 0, length, size - length);
    return { size, head, tail };
  } catch (error) {
    throw new LlamaFault("missing", systemCode(error) ?? "unknown error", { model: file, cause: error });
  }
}

/** As the file names itself, whatever it is called now; "" where it does not. Its description comes first (docs/gguf.md). */
function ownName(head: Buffer): string {
  const key = "general.name";
  const at = head.indexOf(key, 0, "latin1");
  // Behind the key: the value's type, then the length of a string.
  const start = at + key.length + 12;
  if (at < 0 || start > head.length) return "";
  const length = head.readUInt32LE(start - 8);
  return length <= 200 ? head.toString("utf8", start, start + length) : "";
}

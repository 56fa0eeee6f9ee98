/**
 * Model files that are no good, made from one that is: what a broken-off download, a foreign file or somebody with bad
 * intentions would leave on the disk. Nothing is moved, so that each has one fault only.
 */
import assert from "node:assert/strict";

/**
 * What loading refuses with an error. Each takes the bytes of a sound model of `models.ts` (not of an encoder) and gives
 * those of a broken one.
 */
export const FAULTS: Readonly<Record<string, Fault>> = {
  empty: () => Buffer.alloc(0),
  truncatedHeader: (model) => model.subarray(0, 12),
  truncatedMetadata: (model) => model.subarray(0, keyAt(model, "tokenizer.ggml.merges")),
  truncatedTensorTable: (model) => model.subarray(0, tensorAt(model, "blk.1.attn_k.weight").dimensions),
  truncatedValues: (model) => model.subarray(0, Math.floor(model.length * 0.8)),
  wrongMagic: change((model) => model.write("GGML", "latin1")),
  futureVersion: change((model) => model.writeUInt32LE(99, VERSION_AT)),
  // Costs a gigabyte of memory before it is refused.
  tensorCountHuge: change((model) => model.writeBigUInt64LE(1n << 40n, TENSOR_COUNT_AT)),
  tensorCountTooSmall: change((model) => model.writeBigUInt64LE(3n, TENSOR_COUNT_AT)),
  metadataCountHuge: change((model) => model.writeBigUInt64LE(1n << 40n, METADATA_COUNT_AT)),
  keyLengthHuge: change((model) => model.writeBigUInt64LE(1n << 60n, METADATA_AT)),
  stringLengthHuge: change((model) => model.writeBigUInt64LE(1n << 60n, valueAt(model, "general.name"))),
  valueTypeUnknown: change((model) => model.writeUInt32LE(77, keyAt(model, "general.name") + keyBytes("general.name"))),
  dimensionHuge: change((model) => model.writeBigUInt64LE(1n << 62n, tensorAt(model, "output_norm.weight").dimensions)),
  dimensionNegative: change((model) => model.writeBigInt64LE(-1n, tensorAt(model, "output_norm.weight").dimensions)),
  dimensionsBeyondFile: change((model) => {
    model.writeBigUInt64LE(1n << 30n, tensorAt(model, "output_norm.weight").dimensions);
  }),
  tensorTypeUnknown: change((model) => model.writeUInt32LE(999, tensorAt(model, "output_norm.weight").type)),
  offsetBeyondFile: change((model) => model.writeBigUInt64LE(1n << 40n, tensorAt(model, "output_norm.weight").offset)),
  tensorMissing: change((model) => rename(model, "blk.1.ffn_up.weight")),
  foreignArchitecture: change((model) => {
    const at = valueAt(model, "general.architecture");
    model.fill("x", at + 8, at + 8 + Number(model.readBigUInt64LE(at)));
  }),
  architectureMissing: change((model) => rename(model, "general.architecture")),
  tokenizerMissing: change((model) => rename(model, "tokenizer.ggml.model")),
  layersMissing: change((model) => model.writeUInt32LE(3, architectureValueAt(model, "block_count"))),
  widthHuge: change((model) => model.writeUInt32LE(1 << 30, architectureValueAt(model, "embedding_length"))),
};

/**
 * What ends the process in which the model is loaded. llama.cpp takes most of these for its own bugs (`GGML_ASSERT`
 * aborts); node-llama-cpp reads on behind the end of the file until the heap is full (`dimensionCountHuge`) or Node
 * aborts because more than 2 GiB are to be read at once (`listLengthHuge`).
 */
export const FATAL_FAULTS: Readonly<Record<string, Fault>> = {
  listLengthHuge: change((model) => model.writeBigUInt64LE(1n << 60n, valueAt(model, "tokenizer.ggml.tokens") + 4)),
  dimensionCountHuge: change((model) =>
    model.writeUInt32LE(1000, tensorAt(model, "output_norm.weight").dimensions - 4),
  ),
  layersNone: change((model) => model.writeUInt32LE(0, architectureValueAt(model, "block_count"))),
  layersHuge: change((model) => model.writeUInt32LE(1_000_000, architectureValueAt(model, "block_count"))),
  headsNone: change((model) => model.writeUInt32LE(0, architectureValueAt(model, "attention.head_count"))),
  headsKvNone: change((model) => model.writeUInt32LE(0, architectureValueAt(model, "attention.head_count_kv"))),
  headSizeHuge: change((model) => model.writeUInt32LE(1 << 30, architectureValueAt(model, "attention.key_length"))),
  ropeTooWide: change((model) => model.writeUInt32LE(1 << 20, architectureValueAt(model, "rope.dimension_count"))),
  tokenTwice: change((model) => {
    // The first two tokens are equally long, so that one can be written over the other.
    const at = valueAt(model, "tokenizer.ggml.tokens") + 12;
    const first = Number(model.readBigUInt64LE(at)) + 8;
    model.copyWithin(at + first, at, at + first);
  }),
};

type Fault = (model: Buffer) => Buffer;

const VERSION_AT = 4;
const TENSOR_COUNT_AT = 8;
const METADATA_COUNT_AT = 16;
const METADATA_AT = 24;

/** A fault of the same length. */
function change(edit: (model: Buffer) => void): Fault {
  return (model) => {
    const changed = Buffer.from(model);
    edit(changed);
    return changed;
  };
}

/** Where the length of a key (or of a tensor's name) stands, which its characters follow. */
function keyAt(model: Buffer, key: string): number {
  const written = Buffer.alloc(keyBytes(key));
  written.writeBigUInt64LE(BigInt(key.length));
  written.write(key, 8, "latin1");
  const at = model.indexOf(written);
  assert(at >= 0, `the model has ${key}`);
  return at;
}

function keyBytes(key: string): number {
  return 8 + key.length;
}

/** Behind the value's type. */
function valueAt(model: Buffer, key: string): number {
  return keyAt(model, key) + keyBytes(key) + 4;
}

function architectureValueAt(model: Buffer, key: string): number {
  const at = valueAt(model, "general.architecture");
  const architecture = model.toString("latin1", at + 8, at + 8 + Number(model.readBigUInt64LE(at)));
  return valueAt(model, `${architecture}.${key}`);
}

/** Where the parts of a tensor's entry stand. */
function tensorAt(model: Buffer, name: string): { dimensions: number; type: number; offset: number } {
  const dimensions = keyAt(model, name) + keyBytes(name) + 4;
  const type = dimensions + 8 * model.readUInt32LE(dimensions - 4);
  return { dimensions, type, offset: type + 4 };
}

function rename(model: Buffer, key: string): void {
  model.write("~", keyAt(model, key) + 8, "latin1");
}

/**
 * Writes GGUF v3, the format of llama.cpp's model files: metadata, a table of tensors, then their values. The values are
 * asked for piece by piece, so that a model of gigabytes needs no more memory than one piece. Our own, because the
 * writers on npm hold whole tensors. Format: https://github.com/ggml-org/ggml/blob/master/docs/gguf.md
 */
import assert from "node:assert/strict";
import { open } from "node:fs/promises";

/** Lists hold scalars of one type; the format's lists of lists are refused by llama.cpp. */
export type GgufValue = {
  [Type in ScalarType]:
    | { readonly type: Type; readonly value: ScalarOf<Type> }
    | { readonly type: "array"; readonly of: Type; readonly values: readonly ScalarOf<Type>[] };
}[ScalarType];

export type TensorType = keyof typeof TENSOR_TYPES;

export interface GgufTensor {
  readonly name: string;
  readonly type: TensorType;
  /** The length of a row first, as ggml counts: a matrix from 64 to 128 values is `[64, 128]`. */
  readonly shape: readonly number[];
  /** Writes the tensor's values from index `start` on into all of `values`. */
  readonly fill: (values: Float32Array, start: number) => void;
}

/** Replaces `file`. The metadata decide the alignment of the values (`general.alignment`), as in any GGUF file. */
export async function writeGguf(
  file: string,
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
): Promise<void> {
  const alignment = alignmentOf(metadata);
  const handle = await open(file, "w");
  try {
    const header = encodeHeader(metadata, tensors, alignment);
    await handle.write(pad(header, alignment));
    for (const tensor of tensors) {
      for (const piece of encodeTensor(tensor)) await handle.write(piece);
      await handle.write(Buffer.alloc(paddingOf(bytesOf(tensor), alignment)));
    }
  } finally {
    await handle.close();
  }
}

/** Bytes of a tensor's values in the file, without what aligns the next one. */
export function bytesOf({ type, shape }: Pick<GgufTensor, "type" | "shape">): number {
  return valuesIn(shape) * TENSOR_TYPES[type].bytes;
}

const MAGIC = "GGUF";
const VERSION = 3;
const ALIGNMENT_DEFAULT = 32;
const ARRAY_ID = 9;
/** Values that are asked for at once. */
const PIECE_VALUES = 1 << 20;

type ScalarType = keyof typeof SCALARS;
type ScalarOf<Type extends ScalarType> = Parameters<(typeof SCALARS)[Type]["encode"]>[0];

/** By the format's number of each type. */
const SCALARS = {
  uint8: { id: 0, encode: (value: number) => bytes(1, (buffer) => buffer.writeUInt8(value)) },
  int8: { id: 1, encode: (value: number) => bytes(1, (buffer) => buffer.writeInt8(value)) },
  uint16: { id: 2, encode: (value: number) => bytes(2, (buffer) => buffer.writeUInt16LE(value)) },
  int16: { id: 3, encode: (value: number) => bytes(2, (buffer) => buffer.writeInt16LE(value)) },
  uint32: { id: 4, encode: (value: number) => bytes(4, (buffer) => buffer.writeUInt32LE(value)) },
  int32: { id: 5, encode: (value: number) => bytes(4, (buffer) => buffer.writeInt32LE(value)) },
  float32: { id: 6, encode: (value: number) => bytes(4, (buffer) => buffer.writeFloatLE(value)) },
  bool: { id: 7, encode: (value: boolean) => Buffer.of(value ? 1 : 0) },
  string: { id: 8, encode: (value: string) => encodeString(value) },
  uint64: { id: 10, encode: (value: bigint) => bytes(8, (buffer) => buffer.writeBigUInt64LE(value)) },
  int64: { id: 11, encode: (value: bigint) => bytes(8, (buffer) => buffer.writeBigInt64LE(value)) },
  float64: { id: 12, encode: (value: number) => bytes(8, (buffer) => buffer.writeDoubleLE(value)) },
};

const TENSOR_TYPES = { f32: { id: 0, bytes: 4 }, f16: { id: 1, bytes: 2 } };

function encodeHeader(
  metadata: ReadonlyMap<string, GgufValue>,
  tensors: readonly GgufTensor[],
  alignment: number,
): Buffer {
  const { uint32, uint64 } = SCALARS;
  const parts = [
    Buffer.from(MAGIC),
    uint32.encode(VERSION),
    uint64.encode(BigInt(tensors.length)),
    uint64.encode(BigInt(metadata.size)),
  ];
  for (const [key, value] of metadata) parts.push(encodeString(key), encodeValue(value));
  let offset = 0;
  for (const tensor of tensors) {
    parts.push(
      encodeString(tensor.name),
      uint32.encode(tensor.shape.length),
      ...tensor.shape.map((length) => uint64.encode(BigInt(length))),
      uint32.encode(TENSOR_TYPES[tensor.type].id),
      uint64.encode(BigInt(offset)),
    );
    const size = bytesOf(tensor);
    offset += size + paddingOf(size, alignment);
  }
  return Buffer.concat(parts);
}

function encodeValue(value: GgufValue): Buffer {
  const { uint32, uint64 } = SCALARS;
  if (value.type !== "array") return Buffer.concat([uint32.encode(SCALARS[value.type].id), encodeScalar(value)]);
  const { id } = SCALARS[value.of];
  return Buffer.concat([
    uint32.encode(ARRAY_ID),
    uint32.encode(id),
    uint64.encode(BigInt(value.values.length)),
    ...value.values.map((scalar) => encodeScalar({ type: value.of, value: scalar })),
  ]);
}

function encodeScalar({ type, value }: { readonly type: ScalarType; readonly value: unknown }): Buffer {
  // The type of GgufValue pairs each value with its encoder; the compiler cannot follow that through the union.
  const { encode } = SCALARS[type] as { encode: (value: unknown) => Buffer };
  return encode(value);
}

function encodeString(text: string): Buffer {
  const content = Buffer.from(text);
  return Buffer.concat([bytes(8, (buffer) => buffer.writeBigUInt64LE(BigInt(content.length))), content]);
}

function bytes(count: number, write: (buffer: Buffer) => void): Buffer {
  const buffer = Buffer.alloc(count);
  write(buffer);
  return buffer;
}

/** The pieces share memory: each is to be written before the next is taken. */
function* encodeTensor({ type, shape, fill }: GgufTensor): Generator<Uint8Array> {
  const count = valuesIn(shape);
  const floats = new Float32Array(Math.min(PIECE_VALUES, count));
  const halves = new Uint16Array(type === "f16" ? floats.length : 0);
  for (let start = 0; start < count; start += floats.length) {
    const values = floats.subarray(0, Math.min(floats.length, count - start));
    fill(values, start);
    // In the byte order of the machine, which is the format's wherever llama.cpp has binaries.
    const encoded = type === "f16" ? toHalves(values, halves) : values;
    yield new Uint8Array(encoded.buffer, encoded.byteOffset, encoded.byteLength);
  }
}

/** IEEE 754 half precision, to nearest even. What is below the smallest normal number (6e-5) becomes 0. */
function toHalves(values: Float32Array, halves: Uint16Array): Uint16Array {
  const bits = new Uint32Array(values.buffer, values.byteOffset, values.length);
  for (let index = 0; index < bits.length; index++) {
    const sign = (bits[index]! >>> 16) & 0x8000;
    const magnitude = bits[index]! & 0x7fff_ffff;
    if (magnitude < 0x3880_0000) halves[index] = sign;
    else if (magnitude >= 0x477f_f000) halves[index] = sign | 0x7c00;
    else halves[index] = sign | ((magnitude - 0x3800_0000 + 0x0fff + ((magnitude >>> 13) & 1)) >>> 13);
  }
  return halves.subarray(0, bits.length);
}

function alignmentOf(metadata: ReadonlyMap<string, GgufValue>): number {
  const stated = metadata.get("general.alignment");
  if (stated === undefined) return ALIGNMENT_DEFAULT;
  assert(stated.type === "uint32" && stated.value > 0, "general.alignment is a positive uint32");
  return stated.value;
}

function pad(buffer: Buffer, alignment: number): Buffer {
  return Buffer.concat([buffer, Buffer.alloc(paddingOf(buffer.length, alignment))]);
}

function paddingOf(length: number, alignment: number): number {
  return (alignment - (length % alignment)) % alignment;
}

function valuesIn(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

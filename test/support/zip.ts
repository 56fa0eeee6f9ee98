/** Reads ZIP files (a VSIX is one): names, and contents as they were packed. Enough of the format for what vsce writes. */
import { readFileSync } from "node:fs";
import { inflateRawSync } from "node:zlib";

const END_SIGNATURE = 0x06054b50;
const END_BYTES = 22;
const ENTRY_BYTES = 46;
const LOCAL_HEADER_BYTES = 30;
const DEFLATED = 8;

export interface ZipEntry {
  readonly name: string;
  read(): Buffer;
}

/** Entries of the archive, folders left out. */
export function readZip(path: string): ZipEntry[] {
  const zip = readFileSync(path);
  const end = findEnd(zip);
  const entries: ZipEntry[] = [];
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [nameBytes, extraBytes, commentBytes] = [28, 30, 32].map((offset) => zip.readUInt16LE(at + offset));
    const name = zip.toString("utf8", at + ENTRY_BYTES, at + ENTRY_BYTES + nameBytes!);
    const method = zip.readUInt16LE(at + 10);
    const packedBytes = zip.readUInt32LE(at + 20);
    const local = zip.readUInt32LE(at + 42);
    if (!name.endsWith("/")) entries.push({ name, read: () => unpack(zip, local, packedBytes, method) });
    at += ENTRY_BYTES + nameBytes! + extraBytes! + commentBytes!;
  }
  return entries;
}

/** The last record of the archive, which may be followed by a comment. */
function findEnd(zip: Buffer): number {
  for (let at = zip.length - END_BYTES; at >= 0; at--) if (zip.readUInt32LE(at) === END_SIGNATURE) return at;
  throw new Error("not a ZIP file");
}

function unpack(zip: Buffer, local: number, packedBytes: number, method: number): Buffer {
  const start = local + LOCAL_HEADER_BYTES + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28);
  const packed = zip.subarray(start, start + packedBytes);
  return method === DEFLATED ? inflateRawSync(packed) : packed;
}

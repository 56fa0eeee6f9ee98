/** Tarballs as npm makes them, and such as nobody should. */
import { gzipSync } from "node:zlib";

const BLOCK_BYTES = 512;

/** Files by their paths; `link`: the path of a symbolic link besides. */
export function tarball(files: Readonly<Record<string, string | Uint8Array>>, link?: string): Buffer {
  const blocks = Object.entries(files).flatMap(([path, content]) => {
    const bytes = Buffer.from(content);
    return [
      header(path, bytes.length, "0"),
      bytes,
      Buffer.alloc((BLOCK_BYTES - (bytes.length % BLOCK_BYTES)) % BLOCK_BYTES),
    ];
  });
  if (link !== undefined) blocks.push(header(link, 0, "2", "/tmp"));
  return gzipSync(Buffer.concat([...blocks, Buffer.alloc(2 * BLOCK_BYTES)]), { level: 1 });
}

/** A header of the ustar format (POSIX.1-1988). */
function header(path: string, bytes: number, type: string, target = ""): Buffer {
  const block = Buffer.alloc(BLOCK_BYTES);
  block.write(path, 0);
  block.write("0000644\0", 100);
  block.write("0000000\0", 108);
  block.write("0000000\0", 116);
  block.write(`${bytes.toString(8).padStart(11, "0")}\0`, 124);
  block.write("00000000000\0", 136);
  block.write("        ", 148);
  block.write(type, 156);
  block.write(target, 157);
  block.write("ustar\0" + "00", 257);
  const sum = block.reduce((all, byte) => all + byte, 0);
  block.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  return block;
}

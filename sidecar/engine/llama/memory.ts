/** Memory of this machine that a model can take. */
import { readFileSync } from "node:fs";
import { freemem } from "node:os";

/** Bytes; what the system keeps of files counts as free, for it gives that back. */
export function freeMemoryBytes(): number {
  if (process.platform !== "linux") return freemem();
  try {
    const kilobytes = /^MemAvailable:\s+(\d+) kB$/m.exec(readFileSync("/proc/meminfo", "utf8"))?.[1];
    return kilobytes === undefined ? freemem() : Number(kilobytes) * 1024;
  } catch {
    // A system without it: what it calls free is less, and safe.
    return freemem();
  }
}

/**
 * What recall weighs, measured in a process of its own: `recall-process.ts read ROOT TOKENS FOLDER` absorbs files of a
 * tree until it holds so many tokens and saves them, `… restore ROOT TOKENS FOLDER` takes them back. Prints one line of
 * JSON. Needs `--expose-gc`.
 */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import { silentLog } from "../../sidecar/base/log.ts";
import { Recall } from "../../sidecar/engine/recall/recall.ts";
import type { MemoryPlace } from "../../sidecar/engine/recall/state.ts";
import { never, sources } from "./sources.ts";

/** One process' figures. Memory is what came on top of a process that has only loaded the code. */
export interface Weighed {
  readonly tokens: number;
  readonly words: number;
  readonly arraysMb: number;
  readonly processMb: number;
  /** To save after reading, or to restore. */
  readonly seconds: number;
  /** The same, without what other processes took: processor time of this one. */
  readonly cpuSeconds: number;
  readonly diskMb: number;
}

const [what, root = "", tokensMax, folder = ""] = process.argv.slice(2);
const place: MemoryPlace = { folder, name: "bench.memory", owner: root };
const recall = new Recall(silentLog);
const before = residentBytes();
if (what === "read") {
  for await (const { path, text } of sources(root)) {
    if (recall.stats.tokens >= Number(tokensMax)) break;
    await recall.absorb("p", path, text, never, { size: text.length, mtimeMs: 0, hash: "0".repeat(40) });
  }
}
const after = what === "read" ? residentBytes() : 0;
const startedAt = performance.now();
const startedCpu = cpuMs();
if (what === "read") await recall.save("p", place, never);
else await recall.restore("p", place, () => true, never);
const seconds = (performance.now() - startedAt) / 1000;
const cpuSeconds = (cpuMs() - startedCpu) / 1000;
const { tokens, words, bytes } = recall.stats;
const weighed: Weighed = {
  tokens,
  words,
  arraysMb: Math.round(bytes / 1e6),
  processMb: Math.round(((what === "read" ? after : residentBytes()) - before) / 1e6),
  seconds: Math.round(seconds * 100) / 100,
  cpuSeconds: Math.round(cpuSeconds * 100) / 100,
  diskMb: Math.round((await stat(join(folder, place.name))).size / 1e6),
};
console.log(JSON.stringify(weighed));

function residentBytes(): number {
  // Twice: what the first one finds dead frees memory outside of the heap in the second.
  globalThis.gc?.();
  globalThis.gc?.();
  return process.memoryUsage.rss();
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

/**
 * `npm run bench -- typing [FOLDER] [--json] [--seed N] [--lines N]`: what the cache of suggestions saves. Lines of a
 * source tree (default: this project's own sources) are typed character by character, with a wrong character that is
 * taken back now and then; every keystroke asks, as an editor does, and what is suggested is typed over.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../protocol/settings.ts";
import { systemClock } from "../sidecar/base/clock.ts";
import { silentLog } from "../sidecar/base/log.ts";
import { createRandom } from "../sidecar/base/random.ts";
import { Sidecar } from "../sidecar/sidecar.ts";
import { latency } from "./support/latency.ts";
import { never, type Place, readSources, samplePlaces } from "./support/sources.ts";

/** One keystroke in so many is wrong and taken back. */
const TYPO_SHARE = 0.05;

type Kind = "asked" | "exact" | "forward";

export async function benchTyping(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: { json: { type: "boolean" }, seed: { type: "string" }, lines: { type: "string" } },
    allowPositionals: true,
  });
  const root = resolve(positionals[0] ?? join(import.meta.dirname, "../sidecar"));
  const seed = Number(values.seed ?? 1);
  const random = createRandom(seed);
  const places = samplePlaces(await readSources(root), Number(values.lines ?? 200), random);
  const home = await mkdtemp(join(tmpdir(), "tacit-bench-"));
  const sidecar = new Sidecar({
    settings: { ...DEFAULT_SETTINGS, dataFolder: home, scan: { ...DEFAULT_SETTINGS.scan, onOpen: false } },
    trusted: true,
    clock: systemClock,
    log: silentLog,
    onStatus: () => undefined,
  });
  try {
    await sidecar.learnFolder(root, never);
    await sidecar.idle();
    const times: Record<Kind, number[]> = { asked: [], exact: [], forward: [] };
    for (const place of places)
      for (const { kind, ms } of await type(sidecar, root, place, random)) times[kind].push(ms);
    const keystrokes = Object.values(times).reduce((sum, each) => sum + each.length, 0);
    const share = ({ length }: readonly number[]): number => Math.round((length / keystrokes) * 1000) / 1000;
    const result = {
      machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`,
      root,
      seed,
      lines: places.length,
      keystrokes,
      fromCache: { forward: share(times.forward), exact: share(times.exact) },
      latencyMs: { asked: latency(times.asked), forward: latency(times.forward), exact: latency(times.exact) },
    };
    if (values.json) console.log(JSON.stringify(result));
    else print(result);
  } finally {
    await sidecar.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** Types what stands at a place; milliseconds and origin of every answer. */
async function type(sidecar: Sidecar, root: string, place: Place, random: () => number) {
  const uri = pathToFileURL(join(root, place.file.path)).href;
  const { languageId } = place.file;
  const answers: { readonly kind: Kind; readonly ms: number }[] = [];
  const ask = async (typed: string): Promise<void> => {
    const before = sidecar.cacheStats;
    const startedAt = performance.now();
    const { suffix } = place;
    await sidecar.suggest({ uri, languageId, prefix: place.prefix + typed, suffix, explicit: false }, never);
    const ms = performance.now() - startedAt;
    const now = sidecar.cacheStats;
    answers.push({ kind: now.asked > before.asked ? "asked" : now.exact > before.exact ? "exact" : "forward", ms });
  };
  for (let length = 0; length <= place.target.length; length++) {
    const typed = place.target.slice(0, length);
    await ask(typed);
    if (random() >= TYPO_SHARE) continue;
    await ask(`${typed}~`);
    await ask(typed);
  }
  return answers;
}

function print(result: {
  readonly machine: string;
  readonly root: string;
  readonly seed: number;
  readonly lines: number;
  readonly keystrokes: number;
  readonly fromCache: Readonly<Record<string, number>>;
  readonly latencyMs: Readonly<Record<string, ReturnType<typeof latency>>>;
}): void {
  console.log(`${result.machine}; ${result.lines} lines of ${result.root}, seed ${result.seed}`);
  console.log(`${result.keystrokes} keystrokes`);
  for (const [kind, { n, p50, p95, p99 }] of Object.entries(result.latencyMs)) {
    const share = Math.round((n / result.keystrokes) * 1000) / 10;
    console.log(`  ${kind.padEnd(8)} ${String(share).padStart(5)} %   p50 ${p50}  p95 ${p95}  p99 ${p99} ms`);
  }
}

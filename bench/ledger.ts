/**
 * `npm run bench -- ledger [--json] [--seed N] [--chunks N] [--suggestions N]`: what keeping a full store within its bounds,
 * and forgetting, cost who types meanwhile. A store is filled from the lines of this project's node_modules; each step has
 * a copy of it and a real sidecar of its own, which is asked for a suggestion every 30 ms until the step is done. A step is
 * given up after three minutes. All is in the temporary folder, and removed.
 */
import { constants } from "node:fs";
import { cp, mkdir, mkdtemp, readdir, realpath, rm, stat, writeFile } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout } from "node:timers/promises";
import { parseArgs } from "node:util";
import { FORGET, type ForgetResult, type LedgerScope } from "../protocol/ledger.ts";
import type { SidecarClient } from "../scripts/sidecar-client.ts";
import { silentLog } from "../sidecar/base/log.ts";
import { createRandom } from "../sidecar/base/random.ts";
import { scrubBeside } from "../sidecar/store/beside.ts";
import { openDatabase } from "../sidecar/store/database.ts";
import { findExamples } from "../sidecar/store/examples.ts";
import { allLetGo } from "../sidecar/store/let-go.ts";
import { addSuggestions, addTyped, countOf, fillBeyondCaps, type Filling } from "./support/full-store.ts";
import { latency } from "./support/latency.ts";
import { readSources, samplePlaces, type SourceFile } from "./support/sources.ts";
import { type Watched, type WatchedOptions, WatchedSidecar } from "./support/watched-sidecar.ts";

const STEP_MS_MAX = 180_000;
/** To read the workspace and to build its indexes once. */
const PREPARE_MS_MAX = 20 * 60_000;
/** Of the sources as a scan cuts them. */
const CHARS_PER_CHUNK = 980;
/** Examples for each suggestion; as their caps are to each other. */
const EXAMPLES_SHARE = 0.96;
const PLACES = 2000;
const READ_MS = 30;
/** To compare with: nothing is done meanwhile. */
const REST_MS = 20_000;
/** Rows below the caps: what is learned of a sidecar that is ready must not make it tidy at its next start. */
const SPARE = 100;

export async function benchLedger(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      seed: { type: "string" },
      chunks: { type: "string" },
      suggestions: { type: "string" },
    },
  });
  const seed = Number(values.seed ?? 1);
  const folder = await realpath(await mkdtemp(join(tmpdir(), "tacit-bench-")));
  try {
    const random = createRandom(seed);
    const files = await sourcesOf(Number(values.chunks ?? 80_000), random);
    const [root, home] = [join(folder, "workspace"), join(folder, "home")];
    const full: Full = { folder, root, home, files, places: samplePlaces(files, PLACES, random, { perFile: 10 }) };
    const store = await prepare(full, Number(values.suggestions ?? 50_000), random);
    const result = {
      machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`,
      seed,
      store,
      steps: await measure(full, random),
    };
    if (values.json) console.log(JSON.stringify(result));
    else print(result);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** A data folder that was filled, and its workspace. */
interface Full extends WatchedOptions {
  readonly folder: string;
  readonly files: readonly SourceFile[];
}

/** What is in it, and how large it is. */
type Store = Readonly<Record<string, number>>;

/** Files of node_modules, in random order, until they make so many chunks or so. */
async function sourcesOf(chunks: number, random: () => number): Promise<SourceFile[]> {
  const all = await readSources(join(import.meta.dirname, "../node_modules"));
  const shuffled = all.map((file) => ({ file, at: random() })).sort((a, b) => a.at - b.at);
  let left = chunks * CHARS_PER_CHUNK;
  return shuffled.flatMap(({ file }) => ((left -= file.text.length) > 0 ? [file] : []));
}

/** Writes the workspace, fills the store, and has a sidecar read and index all of it. */
async function prepare(full: Full, suggestions: number, random: () => number): Promise<Store> {
  tell("filling the store");
  for (const { path, text } of full.files) {
    await mkdir(dirname(join(full.root, path)), { recursive: true });
    await writeFile(join(full.root, path), text);
  }
  fill(full.home, full, random, (filling) => {
    addSuggestions(filling, suggestions - SPARE);
    addTyped(filling, Math.round(suggestions * EXAMPLES_SHARE) - SPARE - countOf(filling.database, "examples"));
  });
  tell("reading the workspace");
  const sidecar = await WatchedSidecar.start(full);
  try {
    await sidecar.ready(PREPARE_MS_MAX);
  } finally {
    await sidecar.client.stop();
  }
  return describe(full.home);
}

function fill(home: string, { root, files }: Full, random: () => number, add: (filling: Filling) => void): void {
  const { database } = openDatabase(home, silentLog);
  try {
    add({ database, root, files, random, now: Date.now() });
  } finally {
    database.close();
  }
}

async function describe(home: string): Promise<Store> {
  const { database } = openDatabase(home, silentLog);
  try {
    const tables = ["generations", "signals", "examples", "files", "chunks"];
    const megabytes = await megabytesIn(home);
    return { ...Object.fromEntries(tables.map((table) => [table, countOf(database, table)])), megabytes };
  } finally {
    database.close();
  }
}

async function megabytesIn(folder: string): Promise<number> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const sizes = await Promise.all(files.map(async ({ parentPath, name }) => (await stat(join(parentPath, name))).size));
  return Math.round(sizes.reduce((sum, size) => sum + size, 0) / 1e6);
}

/** What came of a step, and how many rows went. */
interface Step extends Watched {
  readonly rows: number;
}

async function measure(full: Full, random: () => number): Promise<Readonly<Record<string, Step>>> {
  const steps: Record<string, Step> = {};
  const step = async (name: string, run: (home: string) => Promise<Step>): Promise<void> => {
    tell(name);
    const home = join(full.folder, "copy");
    await cp(full.home, home, { recursive: true, mode: constants.COPYFILE_FICLONE });
    try {
      steps[name] = await run(home);
    } finally {
      await rm(home, { recursive: true, force: true });
    }
  };
  await step("start", (home) => start({ ...full, home }));
  await step("start beyond the caps", (home) => {
    fill(home, full, random, fillBeyondCaps);
    return start({ ...full, home });
  });
  await step("nothing", (home) => whenReady({ ...full, home }, () => setTimeout(REST_MS, 0)));
  for (const [name, scope] of Object.entries(scopesIn(full))) {
    await step(`forget ${name}`, (home) => whenReady({ ...full, home }, (client) => forget(client, scope)));
  }
  await step("write the file anew", writeAnew);
  return steps;
}

/** The latest suggestion and the file with most suggestions: somebody looks at them and wants them gone. */
function scopesIn({ home, root }: Full): Readonly<Record<string, LedgerScope>> {
  const { database } = openDatabase(home, silentLog);
  try {
    const latest = database.get("SELECT id FROM generations ORDER BY shown_at DESC LIMIT 1")!;
    const file = database.get("SELECT path FROM generations GROUP BY path ORDER BY count(*) DESC, path LIMIT 1")!;
    return {
      "one suggestion": { kind: "suggestion", generationId: String(latest["id"]) },
      "one file": { kind: "file", file: join(root, String(file["path"])) },
      "the project": { kind: "project", root },
      everything: { kind: "everything" },
    };
  } finally {
    database.close();
  }
}

/** From the process' start until all is read, opened and tidied. */
async function start(options: WatchedOptions): Promise<Step> {
  const watched = await withSidecar(options, (sidecar) => sidecar.watchStart(STEP_MS_MAX));
  const { database } = openDatabase(options.home, silentLog);
  try {
    return { ...watched, rows: allLetGo(database).reduce((sum, { count }) => sum + count, 0) };
  } finally {
    database.close();
  }
}

/** Once all is read, opened and tidied; `work` says how many rows went. */
async function whenReady(options: WatchedOptions, work: (client: SidecarClient) => Promise<number>): Promise<Step> {
  return withSidecar(options, async (sidecar) => {
    await sidecar.ready(PREPARE_MS_MAX);
    let rows = 0;
    const watched = await sidecar.watch(async () => (rows = await work(sidecar.client)), STEP_MS_MAX);
    return { ...watched, rows };
  });
}

async function forget({ connection }: SidecarClient, scope: LedgerScope): Promise<number> {
  const { counts } = await connection.sendRequest<ForgetResult>(FORGET, { scope });
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

async function withSidecar<T>(options: WatchedOptions, use: (sidecar: WatchedSidecar) => Promise<T>): Promise<T> {
  const sidecar = await WatchedSidecar.start(options);
  try {
    return await use(sidecar);
  } finally {
    await sidecar.client.kill();
  }
}

/** The last part of forgetting, by itself: in this process, which reads from the store meanwhile as a suggestion does. */
async function writeAnew(home: string): Promise<Step> {
  const { database } = openDatabase(home, silentLog);
  const delays = monitorEventLoopDelay({ resolution: 5 });
  const state = { isOver: false };
  try {
    delays.enable();
    const startedAt = performance.now();
    const writing = scrubBeside(database).finally(() => (state.isOver = true));
    const times: number[] = [];
    for (let n = 1; !state.isOver; n++) {
      const readAt = performance.now();
      findExamples(database, [n]);
      times.push(performance.now() - readAt);
      await Promise.race([setTimeout(READ_MS), writing]);
    }
    const seconds = Math.round((performance.now() - startedAt) / 10) / 100;
    return { seconds, computedMsMax: Math.round(delays.max / 1e6), suggestMs: latency(times), rows: 0 };
  } finally {
    delays.disable();
    database.close();
  }
}

function tell(what: string): void {
  process.stderr.write(`${what} …\n`);
}

function print(result: {
  readonly machine: string;
  readonly seed: number;
  readonly store: Store;
  readonly steps: Readonly<Record<string, Step>>;
}): void {
  console.log(`${result.machine}, seed ${result.seed}`);
  console.table({ store: result.store });
  const rows = Object.entries(result.steps).map(([name, { seconds, computedMsMax, suggestMs, rows: gone }]) => [
    name,
    {
      "elapsed, s": seconds ?? `not ended within ${STEP_MS_MAX / 1000}`,
      "rows gone": gone,
      "longest block, ms": computedMsMax,
      suggestions: suggestMs.n,
      "p50, ms": suggestMs.p50,
      "p95, ms": suggestMs.p95,
      "max, ms": suggestMs.max,
    },
  ]);
  console.table(Object.fromEntries(rows));
}

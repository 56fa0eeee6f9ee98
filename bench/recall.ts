/**
 * `npm run bench -- recall [FOLDER] [--json] [--seed N] [--places N] [--examples N]`: cost of recall on a source tree
 * (default: this project's node_modules). Through the sidecar's own doors: scan rate, a scan after a restart, and time
 * per suggestion with a full memory of examples, at rest and while the workspace is being scanned. Of recall alone: time
 * per absorbed file and per proposal; memory, saving and restoring in processes of their own.
 */
import { execFile } from "node:child_process";
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout } from "node:timers/promises";
import { parseArgs, promisify } from "node:util";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../protocol/settings.ts";
import { systemClock } from "../sidecar/base/clock.ts";
import { silentLog } from "../sidecar/base/log.ts";
import { createRandom } from "../sidecar/base/random.ts";
import { storeExample } from "../sidecar/learn/learn.ts";
import { Sidecar } from "../sidecar/sidecar.ts";
import { openDatabase } from "../sidecar/store/database.ts";
import { latency } from "./support/latency.ts";
import type { Weighed } from "./support/recall-process.ts";
import { never, type Place, readSources, recallOf, samplePlaces, type SourceFile } from "./support/sources.ts";

/** Sizes at which memory is weighed, in tokens; the last one is the whole tree. */
const WEIGHED_TOKENS = [10_000_000, Infinity];

export async function benchRecall(args: string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args,
    options: {
      json: { type: "boolean" },
      seed: { type: "string" },
      places: { type: "string" },
      examples: { type: "string" },
    },
    allowPositionals: true,
  });
  const root = resolve(positionals[0] ?? join(import.meta.dirname, "../node_modules"));
  const seed = Number(values.seed ?? 1);
  const random = createRandom(seed);
  const files = await readSources(root);
  const places = samplePlaces(files, Number(values.places ?? 1000), random, { perFile: 10 });
  const home = await mkdtemp(join(tmpdir(), "tacit-bench-"));
  const examples = storeExamples(home, samplePlaces(files, Number(values.examples ?? 10_000), random));
  const weighed = await weigh(root, home);
  const openSidecar = (): Sidecar =>
    new Sidecar({
      settings: { ...DEFAULT_SETTINGS, dataFolder: home, scan: { ...DEFAULT_SETTINGS.scan, onOpen: false } },
      trusted: true,
      clock: systemClock,
      log: silentLog,
      onStatus: () => undefined,
    });
  let sidecar = openSidecar();
  try {
    await sidecar.idle();
    let readMs: number | undefined;
    const startedAt = performance.now();
    const scanning = sidecar.learnFolder(root, never, (what) => {
      if (what === "indexing code") readMs ??= performance.now() - startedAt;
    });
    const whileScanning = await suggestAt(sidecar, root, places.slice(0, 300), scanning);
    const report = await scanning;
    readMs ??= performance.now() - startedAt;
    const atRest = await suggestAt(sidecar, root, places);
    const memory = { rss: Math.round(process.memoryUsage.rss() / 1e6), recall: Math.round(sidecar.memory.bytes / 1e6) };
    const closingAt = performance.now();
    await sidecar.close();
    const closeMs = performance.now() - closingAt;
    sidecar = openSidecar();
    const again = await sidecar.learnFolder(root, never);
    const { absorbed, proposed } = await recallTimes(files, places, random);
    const megabytes = files.reduce((sum, file) => sum + Buffer.byteLength(file.text), 0) / 1e6;
    const result = {
      machine: `${cpus()[0]?.model.trim() ?? "?"}, ${cpus().length} cores, Node ${process.version}`,
      root,
      seed,
      scan: {
        files: report.files,
        tokens: report.tokens,
        megabytes: round(megabytes),
        /** Until everything can be suggested from. */
        readSeconds: round(readMs / 1000),
        filesPerSecond: Math.round(report.files / (readMs / 1000)),
        megabytesPerSecond: round(megabytes / (readMs / 1000)),
        tokensPerSecond: Math.round(report.tokens / (readMs / 1000)),
        /** Until the chunks are stored and searchable as well. */
        chunks: report.chunks,
        chunkedSeconds: round(report.milliseconds / 1000),
        closeSeconds: round(closeMs / 1000),
        /** Of a sidecar that was started again: nothing has changed. */
        againSeconds: round(again.milliseconds / 1000),
      },
      examples,
      memoryMb: memory,
      weighed,
      latencyMs: {
        suggest: latency(atRest),
        suggestWhileScanning: latency(whileScanning),
        propose: latency(proposed),
        absorbFile: latency(absorbed),
      },
    };
    if (values.json) console.log(JSON.stringify(result));
    else print(result);
  } finally {
    await sidecar.close();
    await rm(home, { recursive: true, force: true });
  }
}

/** A memory as of months of work: the places' lines as accepted examples. Returns their number. */
function storeExamples(home: string, places: readonly Place[]): number {
  const { database } = openDatabase(home, silentLog);
  database.transaction(() => {
    for (const { file, prefix, target } of places) {
      const lines = prefix.split("\n");
      storeExample(database, {
        projectId: undefined,
        generationId: undefined,
        languageId: file.languageId,
        path: file.path,
        origin: "accepted",
        contextBefore: lines.slice(-21, -1).join("\n"),
        linePrefix: lines.at(-1) ?? "",
        text: target,
        generated: undefined,
        score: 0.9,
        createdAt: 0,
      });
    }
  });
  database.close();
  return places.length;
}

/** Between two requests: nobody types faster. */
const KEYSTROKE_MS = 30;

/** Milliseconds per suggestion; with `until`, only as long as that is under way. */
async function suggestAt(
  sidecar: Sidecar,
  root: string,
  places: readonly Place[],
  until?: Promise<unknown>,
): Promise<number[]> {
  const state = { isOver: false };
  void until?.finally(() => (state.isOver = true));
  const times: number[] = [];
  for (const { file, prefix, suffix } of places) {
    if (state.isOver) break;
    const uri = pathToFileURL(join(root, file.path)).href;
    const startedAt = performance.now();
    await sidecar.suggest({ uri, languageId: file.languageId, prefix, suffix, explicit: false }, never);
    times.push(performance.now() - startedAt);
    await setTimeout(KEYSTROKE_MS);
  }
  return times;
}

/** What recall weighs at each size when it has read, and when it was restored. */
async function weigh(root: string, home: string): Promise<Readonly<Record<string, Weighed>>> {
  const rows: Record<string, Weighed> = {};
  for (const tokens of WEIGHED_TOKENS) {
    for (const what of ["read", "restore"]) {
      const script = join(import.meta.dirname, "support/recall-process.ts");
      const { stdout } = await promisify(execFile)(process.execPath, [
        ...["--expose-gc", "--disable-warning=ExperimentalWarning"],
        ...[script, what, root, String(tokens), join(home, "weighed")],
      ]);
      const row = JSON.parse(stdout) as Weighed;
      rows[`${what} ${(row.tokens / 1e6).toFixed(1)} M`] = row;
    }
  }
  return rows;
}

/**
 * Milliseconds of recall alone: to propose at a place, without store and style, and to absorb a file that was changed in
 * one place, as a save does it.
 */
async function recallTimes(
  files: readonly SourceFile[],
  places: readonly Place[],
  random: () => number,
): Promise<{ readonly proposed: number[]; readonly absorbed: number[] }> {
  const recall = await recallOf("p", files);
  const proposed: number[] = [];
  for (const { file, prefix, suffix } of places) {
    await recall.enterDirectory("p", file.path, never);
    const request = { project: "p", path: file.path, languageId: file.languageId, prefix, suffix };
    const startedAt = performance.now();
    recall.propose({ ...request, indentUnit: "  ", multiLine: true, examples: [], similar: [] }, never);
    proposed.push(performance.now() - startedAt);
  }
  const absorbed: number[] = [];
  for (let n = 0; n < 500; n++) {
    const file = files[Math.floor(random() * files.length)]!;
    const at = Math.floor(random() * file.text.length);
    const changed = `${file.text.slice(0, at)} changed${n} ${file.text.slice(at)}`;
    const startedAt = performance.now();
    await recall.absorb("p", file.path, changed, never);
    absorbed.push(performance.now() - startedAt);
  }
  return { proposed, absorbed };
}

function print(result: {
  readonly machine: string;
  readonly root: string;
  readonly seed: number;
  readonly scan: object;
  readonly examples: number;
  readonly memoryMb: object;
  readonly weighed: object;
  readonly latencyMs: object;
}): void {
  console.log(`${result.machine}, seed ${result.seed}, ${result.examples} examples\n${result.root}`);
  console.table(result.scan);
  console.table(result.memoryMb);
  console.table(result.weighed);
  console.table(result.latencyMs);
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}

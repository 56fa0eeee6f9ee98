/**
 * `npm run bench -- gpu [--small] [--json] [--seed N]`: what a graphics card is worth here. Texts are embedded by a model
 * of jina-embeddings' shape, lines are written by one of Qwen2.5-Coder-1.5B's, in processes as the sidecar has them: with
 * CUDA, on the processor, and through Vulkan. The models have random weights and are written for it.
 *
 * `--pack FILE [--with vulkan|cuda13|cuda12]` makes an archive instead, which does the same on a Linux machine that has
 * nothing but the driver of its card.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { cpus, tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import type { Log } from "../sidecar/base/log.ts";
import { describeLlamaFault, LlamaFault } from "../sidecar/engine/llama/fault.ts";
import type { BackendFacts } from "../sidecar/engine/llama/llama-cpp.ts";
import { freeMemoryBytes } from "../sidecar/engine/llama/memory.ts";
import { freeBytesOf } from "../sidecar/models/download.ts";
import { describeMachine, readMachine } from "../sidecar/models/machine.ts";
import { type ModelShape, PRESETS, weightBytesOf, writeModel } from "../test/support/models/models.ts";
import { missingFor, useLibraries } from "./support/gpu-libraries.ts";
import { type Embedding, measureEmbedding, measureWriting, probe, type Run, type Writing } from "./support/gpu-runs.ts";
import { keystrokes, requestAt, sampleOf } from "./support/keystrokes.ts";
import type { Latency } from "./support/latency.ts";
import { readSources, type SourceFile } from "./support/sources.ts";

/** Of the project, and of the archive: both have this file in their folder `bench`. */
const ROOT = join(import.meta.dirname, "..");
/** Somebody types here. */
const FILE = "sidecar/vectors/index-files.ts";
const SHAPES = {
  real: { embedding: PRESETS.jina12x768, writing: PRESETS.qwenCoder1500m },
  small: { embedding: PRESETS.tinyJina, writing: PRESETS.tinyQwen2 },
};
/** All of it, writing the models too. */
const MINUTES_MAX = 8;
/** Seconds of a run on a card, and on the processor. */
const SECONDS_MAX = { gpu: 75, cpu: 100, probe: 60 };
const REPETITIONS = { gpu: { texts: 1000, cold: 5, keystrokes: 200 }, cpu: { texts: 100, cold: 2, keystrokes: 40 } };
/** Lines of a text that is embedded: a function of middle length. */
const TEXT_LINES = 30;
/** Characters around a cold place: more than a prompt of 2,048 tokens has. */
const PREFIX_CHARS = 32_000;
const SUFFIX_CHARS = 4000;
/** Of memory and disk, besides the models. */
const SPARE_BYTES = 1e9;
/** The last of what a process has logged, shown where it failed. */
const LAST_LINES = 8;

type Gpu = "cuda" | "vulkan" | "off";

interface Measured {
  readonly gpu: Gpu;
  readonly devices: readonly string[];
  readonly embedding: Embedding | undefined;
  readonly writing: Writing | undefined;
}

interface Failed {
  readonly gpu: Gpu;
  readonly what: string;
  readonly reason: string;
  /** What its process said last, and what the linker misses. */
  readonly details: readonly string[];
}

export async function benchGpu(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      small: { type: "boolean", default: false },
      json: { type: "boolean", default: false },
      seed: { type: "string", default: "1" },
      pack: { type: "string" },
      with: { type: "string", default: "cuda12" },
    },
  });
  if (values.pack !== undefined) {
    // What packs does not travel.
    const { packGpuBench } = await import("./pack-gpu.ts");
    await packGpuBench(values.pack, values.with);
    return;
  }
  const endsAt = performance.now() + MINUTES_MAX * 60_000;
  const shapes = values.small ? SHAPES.small : SHAPES.real;
  const home = await mkdtemp(join(tmpdir(), "tacit-bench-gpu-"));
  try {
    await checkRoom(home, Object.values(shapes));
    useLibraries(ROOT, process.env);
    const sources = await readSources(join(ROOT, "sidecar"));
    const models = await writeModels(home, shapes, Number(values.seed), sources);
    const session: Session = { models, sources, endsAt, measured: [], failed: [] };
    await measureAll(session);
    const { measured, failed } = session;
    const machine = describeMachine(await readMachine());
    const result = {
      machine: `${cpus()[0]?.model.trim() ?? "?"}; ${machine}`,
      isSmall: values.small,
      measured,
      failed,
    };
    if (values.json) console.log(JSON.stringify(result));
    else print(result);
    if (measured.length === 0) process.exitCode = 1;
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function checkRoom(home: string, shapes: readonly ModelShape[]): Promise<void> {
  const bytes = shapes.map(weightBytesOf);
  const [disk, memory] = [await freeBytesOf(home), freeMemoryBytes()];
  const needed = { disk: bytes.reduce((sum, one) => sum + one, SPARE_BYTES), memory: Math.max(...bytes) + SPARE_BYTES };
  const gb = (value: number): string => `${(value / 1e9).toFixed(1)} GB`;
  if (disk < needed.disk) {
    throw new Error(`${dirname(home)} has ${gb(disk)} free, ${gb(needed.disk)} are needed. Name another in TMPDIR.`);
  }
  if (memory < needed.memory) {
    throw new Error(`${gb(memory)} of memory are free, ${gb(needed.memory)} are needed. There is --small.`);
  }
}

async function writeModels(
  home: string,
  shapes: { readonly embedding: ModelShape; readonly writing: ModelShape },
  seed: number,
  sources: readonly SourceFile[],
): Promise<Models> {
  const sample = sampleOf(sources);
  const models = { embedding: join(home, "jina.gguf"), writing: join(home, "coder.gguf") };
  for (const name of ["embedding", "writing"] as const) {
    tell(`write a model of ${shapes[name].layers} × ${shapes[name].width}`);
    await writeModel(models[name], shapes[name], seed, sample);
  }
  return models;
}

interface Models {
  readonly embedding: string;
  readonly writing: string;
}

/** What is measured, and what comes of it. */
interface Session {
  readonly models: Models;
  readonly sources: readonly SourceFile[];
  /** On the clock of `performance`. */
  readonly endsAt: number;
  readonly measured: Measured[];
  readonly failed: Failed[];
}

/** The card first, then the processor; where CUDA works Vulkan is for comparison only, and comes last. */
async function measureAll(session: Session): Promise<void> {
  const cuda = await probeIn(session, "cuda");
  if (cuda) await measure(session, "cuda", cuda);
  const vulkan = await probeIn(session, "vulkan");
  if (vulkan && !cuda) await measure(session, "vulkan", vulkan);
  const cpu = await probeIn(session, "off");
  if (cpu) await measure(session, "off", cpu);
  if (vulkan && cuda) await measure(session, "vulkan", vulkan);
}

async function probeIn(session: Session, gpu: Gpu): Promise<BackendFacts | undefined> {
  return attempt(session, { gpu, secondsMax: SECONDS_MAX.probe }, "loading", probe);
}

async function measure(session: Session, gpu: Gpu, { devices }: BackendFacts): Promise<void> {
  const { models, sources, measured } = session;
  const side = gpu === "off" ? "cpu" : "gpu";
  const run = { gpu, secondsMax: SECONDS_MAX[side] };
  const { texts, cold, keystrokes: count } = REPETITIONS[side];
  const embedding = await attempt(session, run, "embedding", (allowed, log) =>
    measureEmbedding(allowed, models.embedding, textsOf(sources, texts), log),
  );
  const places = { cold: coldPlaces(sources, cold), trace: trace(sources, count) };
  const writing = await attempt(session, run, "writing", (allowed, log) =>
    measureWriting(allowed, models.writing, places, log),
  );
  if (embedding || writing) measured.push({ gpu, devices, embedding, writing });
}

/** In the time that is left; a failure is noted with what its process said. */
async function attempt<Result>(
  { endsAt, failed }: Session,
  run: Run & { readonly gpu: Gpu },
  what: string,
  work: (run: Run, log: Log) => Promise<Result>,
): Promise<Result | undefined> {
  const { gpu } = run;
  const secondsMax = Math.min(run.secondsMax, (endsAt - performance.now()) / 1000);
  if (secondsMax < 1) {
    failed.push({ gpu, what, reason: `The ${MINUTES_MAX} minutes are over.`, details: [] });
    return undefined;
  }
  tell(`${what}, ${NAMES[gpu]}`);
  const said: string[] = [];
  try {
    return await work({ gpu, secondsMax }, logInto(said));
  } catch (error) {
    if (!(error instanceof LlamaFault)) throw error;
    const missing = gpu === "off" ? [] : missingFor(gpu, packagesFolder());
    const details = [...said.slice(-LAST_LINES), ...missing];
    failed.push({ gpu, what, reason: describeLlamaFault(error, "the benchmark").reason, details });
    return undefined;
  }
}

/** Where llama.cpp's packages lie: beside the archive's bundle, or where npm has put them. */
function packagesFolder(): string {
  return join(import.meta.dirname, fileURLToPath(import.meta.url).endsWith(".ts") ? "../node_modules" : "node_modules");
}

function textsOf(sources: readonly SourceFile[], count: number): readonly string[] {
  const pieces = sources.flatMap(({ text }) => {
    const lines = text.split("\n");
    const starts = Array.from({ length: Math.floor(lines.length / TEXT_LINES) }, (_, index) => index * TEXT_LINES);
    return starts.map((start) => lines.slice(start, start + TEXT_LINES).join("\n"));
  });
  return Array.from({ length: count }, (_, index) => pieces[index % pieces.length]!);
}

/** In the middle of what several files have in common with nothing. */
function coldPlaces(sources: readonly SourceFile[], count: number) {
  const all = sources.map(({ text }) => text).join("\n");
  const step = Math.floor((all.length - PREFIX_CHARS - SUFFIX_CHARS) / count);
  return Array.from({ length: count }, (_, index) => {
    const [start, end] = [index * step, index * step + PREFIX_CHARS];
    return requestAt(`bench/cold-${index}.ts`, all.slice(start, end), all.slice(end, end + SUFFIX_CHARS));
  });
}

function trace(sources: readonly SourceFile[], count: number) {
  const { text } = sources.find(({ path }) => join("sidecar", path) === FILE)!;
  return keystrokes(ROOT, join(ROOT, FILE), text, count + 1);
}

function logInto(lines: string[]): Log {
  const take = (message: string): void => void lines.push(message);
  return { error: take, warn: take, info: take, debug: take };
}

function tell(what: string): void {
  process.stderr.write(`${what} …\n`);
}

const NAMES: Readonly<Record<Gpu, string>> = { cuda: "CUDA", vulkan: "Vulkan", off: "CPU" };

function print(result: {
  readonly machine: string;
  readonly isSmall: boolean;
  readonly measured: readonly Measured[];
  readonly failed: readonly Failed[];
}): void {
  const row = (name: string, value: (measured: Measured) => string): string =>
    `| ${name} | ${result.measured.map(value).join(" | ")} |`;
  const of = <Part>(part: Part | undefined, text: (part: Part) => string): string => (part ? text(part) : "–");
  const p = ({ n, p50, p95 }: Latency): string => (n === 0 ? "–" : `${p50}, ${p95}`);
  const vram = ({ vram: { nvidiaSmi, llamaCpp, expected } }: Embedding | Writing): string =>
    `${nvidiaSmi ?? "–"}, ${llamaCpp}, ${expected} GB`;
  const written = ({ speed }: Writing): string =>
    speed.kind === "writes" ? `${speed.readTokensPerSecond}, ${speed.writtenTokensPerSecond} tokens/s` : "–";
  const lines = [
    `${result.machine}; Node ${process.version}${result.isSmall ? "; tiny models" : ""}`,
    "",
    `| p50, p95 | ${result.measured.map(({ gpu }) => NAMES[gpu]).join(" | ")} |`,
    `|---|${"---|".repeat(result.measured.length)}`,
    row(
      "device, libraries",
      ({ devices, embedding, writing }) => [...devices, ...((embedding ?? writing)?.libraries ?? [])].join(", ") || "–",
    ),
    row("embedding: texts/s, mean characters", ({ embedding }) =>
      of(embedding, ({ textsPerSecond, textChars }) => `${textsPerSecond}, ${textChars}`),
    ),
    row("embedding: a text, ms", ({ embedding }) => of(embedding, ({ textMs }) => p(textMs))),
    row("its model: loading; VRAM by nvidia-smi, llama.cpp, as expected", ({ embedding }) =>
      of(embedding, (one) => `${one.loadSeconds} s; ${vram(one)}`),
    ),
    row("writing: reads, writes", ({ writing }) => of(writing, written)),
    row("cold: prompt tokens", ({ writing }) => of(writing, ({ cold }) => p(cold.promptTokens))),
    row("cold: first token, ms", ({ writing }) => of(writing, ({ cold }) => p(cold.firstTokenMs))),
    row("cold: line, ms", ({ writing }) => of(writing, ({ cold }) => p(cold.lineMs))),
    row("typing: tokens evaluated", ({ writing }) => of(writing, ({ typing }) => p(typing.evaluatedTokens))),
    row("typing: first token, ms", ({ writing }) => of(writing, ({ typing }) => p(typing.firstTokenMs))),
    row("typing: line, ms", ({ writing }) => of(writing, ({ typing }) => p(typing.lineMs))),
    row("typing: tokens written, keystrokes", ({ writing }) =>
      of(writing, ({ typing }) => `${p(typing.writtenTokens)}, ${typing.lineMs.n}`),
    ),
    row("its model: loading; VRAM by nvidia-smi, llama.cpp, as expected", ({ writing }) =>
      of(writing, (one) => `${one.loadSeconds} s; ${vram(one)}`),
    ),
    ...result.failed.flatMap(({ gpu, what, reason, details }) => [
      "",
      `${NAMES[gpu]}, ${what}: ${reason}`,
      ...details.map((detail) => `  ${detail}`),
    ]),
  ];
  console.log(lines.join("\n"));
}

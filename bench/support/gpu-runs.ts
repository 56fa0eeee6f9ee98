/**
 * What a model does on one backend, in the process that the sidecar gives it, asked as the sidecar asks: texts embedded
 * one after the other, lines at a cold place and while somebody types. Bounded in time, and cut short rather than failed.
 */
import { readFileSync } from "node:fs";
import type { GpuSetting } from "../../protocol/settings.ts";
import type { Log } from "../../sidecar/base/log.ts";
import type { CompletionRequest } from "../../sidecar/engine/engine.ts";
import { EMBEDDER_LIMITS } from "../../sidecar/engine/llama/embedder.ts";
import { LlamaFault } from "../../sidecar/engine/llama/fault.ts";
import { LLAMA_LIMITS } from "../../sidecar/engine/llama/llama.ts";
import type { BackendFacts } from "../../sidecar/engine/llama/llama-cpp.ts";
import { ModelProcess } from "../../sidecar/engine/llama/model-process.ts";
import type { Speed } from "../../sidecar/engine/llama/speed.ts";
import type { Writer } from "../../sidecar/engine/llama/write.ts";
import { readMachine } from "../../sidecar/models/machine.ts";
import { foresee, writeLine, type WrittenLine } from "./keystrokes.ts";
import { latency, type Latency } from "./latency.ts";

/** A backend, and how long one of its runs may take. */
export interface Run {
  readonly gpu: GpuSetting;
  readonly secondsMax: number;
}

/** Gigabytes that were taken on graphics cards; null where nobody tells. */
export interface Vram {
  /** The whole process, by nvidia-smi. */
  readonly nvidiaSmi: number | null;
  /** Model and context, by llama.cpp: what its devices have less than before. */
  readonly llamaCpp: number;
  /** What the sidecar reckoned with before it loaded the model. */
  readonly expected: number;
}

export interface Loaded {
  readonly backend: string;
  readonly gpuLayers: number;
  readonly loadSeconds: number;
  readonly vram: Vram;
  /** NVIDIA's that the process has loaded, with their versions. */
  readonly libraries: readonly string[];
  /** As `tacit doctor` tells it. */
  readonly speed: Speed;
}

export interface Embedding extends Loaded {
  readonly texts: number;
  /** Characters of a text, on average. */
  readonly textChars: number;
  readonly textsPerSecond: number;
  readonly textMs: Latency;
}

export interface Writing extends Loaded {
  /** At places where nothing is evaluated yet: the first character typed in a file. */
  readonly cold: { readonly promptTokens: Latency; readonly firstTokenMs: Latency; readonly lineMs: Latency };
  /** At each character that is typed from there on. */
  readonly typing: {
    readonly evaluatedTokens: Latency;
    readonly writtenTokens: Latency;
    readonly firstTokenMs: Latency;
    readonly lineMs: Latency;
  };
}

/** Shares of a run's time after which the cold places, and all that is repeated, end. */
const TIME_SHARES = { cold: 0.5, all: 0.8 };
const GB = 1e9;
const MB_OF_GB = 1024 ** 2 / GB;

/** What a backend is; rejects with a {@link LlamaFault} where it does not work. */
export async function probe({ gpu, secondsMax }: Run, log: Log): Promise<BackendFacts> {
  return withProcess(log, secondsMax, async (process, signal) => process.call("probe", { gpu }, signal));
}

/** The first text is for warming up. */
export async function measureEmbedding(run: Run, file: string, texts: readonly string[], log: Log): Promise<Embedding> {
  return withProcess(log, run.secondsMax, async (process, signal, after) => {
    const loaded = await load(process, run, { file, purpose: "embedding" }, signal);
    const done = await repeat(texts, after(TIME_SHARES.all), async (text, over) => {
      const startedAt = performance.now();
      await process.call("embed", { texts: [text] }, over);
      return { ms: performance.now() - startedAt, chars: text.length };
    });
    const warm = done.slice(1);
    const sum = (value: (one: (typeof warm)[number]) => number): number =>
      warm.reduce((total, one) => total + value(one), 0);
    return {
      ...(await finish(process, run, loaded, signal)),
      texts: warm.length,
      textChars: Math.round(sum(({ chars }) => chars) / Math.max(1, warm.length)),
      textsPerSecond: round(
        (1000 * warm.length) /
          Math.max(
            1,
            sum(({ ms }) => ms),
          ),
      ),
      textMs: latency(warm.map(({ ms }) => ms)),
    };
  });
}

/** `trace`: what is typed at one place. */
export async function measureWriting(
  run: Run,
  file: string,
  places: { readonly cold: readonly CompletionRequest[]; readonly trace: readonly CompletionRequest[] },
  log: Log,
): Promise<Writing> {
  return withProcess(log, run.secondsMax, async (process, signal, after) => {
    const loaded = await load(process, run, { file, purpose: "completion" }, signal);
    const writer = writerOf(process);
    const write = (request: CompletionRequest, over: AbortSignal): Promise<WrittenLine> =>
      writeLine(writer, request, over);
    const cold = await repeat(places.cold, after(TIME_SHARES.cold), write);
    const typing = await repeat(places.trace, after(TIME_SHARES.all), async (request, over) => {
      const line = await write(request, over);
      await foresee(writer, request, line.text);
      return line;
    });
    // The first keystroke has everything to evaluate: that is what the cold places are for.
    const warm = typing.slice(1);
    const of = (lines: readonly WrittenLine[], value: (line: WrittenLine) => number): Latency =>
      latency(lines.map(value));
    return {
      ...(await finish(process, run, loaded, signal)),
      cold: {
        promptTokens: of(cold, ({ cost }) => cost.promptTokens),
        firstTokenMs: of(cold, ({ cost }) => cost.firstTokenMs),
        lineMs: of(cold, ({ totalMs }) => totalMs),
      },
      typing: {
        evaluatedTokens: of(warm, ({ cost }) => cost.promptTokens),
        writtenTokens: of(warm, ({ cost }) => cost.writtenTokens),
        firstTokenMs: of(warm, ({ cost }) => cost.firstTokenMs),
        lineMs: of(warm, ({ totalMs }) => totalMs),
      },
    };
  });
}

/** What gets done until it is `over`; what is under way then is given up. */
async function repeat<Item, Result>(
  items: readonly Item[],
  over: AbortSignal,
  work: (item: Item, over: AbortSignal) => Promise<Result>,
): Promise<readonly Result[]> {
  const results: Result[] = [];
  for (const item of items) {
    if (over.aborted) break;
    try {
      results.push(await work(item, over));
    } catch (error) {
      if (error !== over.reason) throw error;
    }
  }
  return results;
}

type Begun = Pick<Loaded, "backend" | "gpuLayers" | "loadSeconds" | "speed"> & {
  readonly expectedBytes: number;
  /** Megabytes, and bytes, that were taken before. */
  readonly smiBefore: number | undefined;
  readonly usedBefore: number;
};

async function load(
  process: ModelProcess,
  { gpu }: Run,
  model: { readonly file: string; readonly purpose: "completion" | "embedding" },
  signal: AbortSignal,
): Promise<Begun> {
  const smiBefore = await usedBySmi();
  const { vramUsedBytes: usedBefore } = await process.call("probe", { gpu }, signal);
  const contextTokensMax = {
    completion: LLAMA_LIMITS.contextTokensMax,
    embedding: EMBEDDER_LIMITS.tokensMax,
  }[model.purpose];
  const startedAt = performance.now();
  const { facts } = await process.call("open", { ...model, gpu, contextTokensMax, adapters: [] }, signal);
  const { backend, gpuLayers, vramBytes: expectedBytes } = facts;
  const loadSeconds = secondsSince(startedAt);
  // First of all, for it says something even of a model that is too slow for the rest.
  const speed = await process.call("measure", null, signal);
  return { backend, gpuLayers, loadSeconds, speed, expectedBytes, smiBefore, usedBefore };
}

/** Memory is looked at when everything has been used. */
async function finish(
  process: ModelProcess,
  { gpu }: Run,
  { expectedBytes, smiBefore, usedBefore, ...loaded }: Begun,
  signal: AbortSignal,
): Promise<Loaded> {
  const { vramUsedBytes } = await process.call("probe", { gpu }, signal);
  const smiAfter = await usedBySmi();
  const vram = {
    nvidiaSmi: smiBefore === undefined || smiAfter === undefined ? null : round((smiAfter - smiBefore) * MB_OF_GB),
    llamaCpp: round((vramUsedBytes - usedBefore) / GB),
    expected: round(expectedBytes / GB),
  };
  return { ...loaded, vram, libraries: librariesOf(process) };
}

/** As Linux tells it. */
function librariesOf({ pid }: ModelProcess): readonly string[] {
  const maps = readFileSync(`/proc/${pid}/maps`, "utf8");
  return [...new Set(maps.match(/lib(?:cudart|cublas)\.so[.\d]*$/gm))];
}

/** Megabytes; undefined without a card of NVIDIA's. */
async function usedBySmi(): Promise<number | undefined> {
  const cards = (await readMachine()).gpus.filter(({ kind }) => kind === "nvidia");
  return cards.length === 0 ? undefined : cards.reduce((sum, { memoryMb, freeMb }) => sum + memoryMb - freeMb, 0);
}

function writerOf(process: ModelProcess): Pick<Writer, "write" | "foresee"> {
  return {
    write: (input, signal) => process.call("complete", input, signal),
    foresee: async (input, signal) => {
      await process.call("foresee", input, signal);
    },
  };
}

/** `after`: aborts when that share of the time is over. */
async function withProcess<Result>(
  log: Log,
  secondsMax: number,
  work: (process: ModelProcess, signal: AbortSignal, after: (share: number) => AbortSignal) => Promise<Result>,
): Promise<Result> {
  const process = new ModelProcess({ log });
  const abort = new AbortController();
  const onEnd = (): void => abort.abort(new LlamaFault("hangs", `${Math.round(secondsMax)} s`));
  const timer = setTimeout(onEnd, secondsMax * 1000);
  const startedAt = performance.now();
  try {
    return await work(process, abort.signal, (share) => {
      const leftMs = share * secondsMax * 1000 - (performance.now() - startedAt);
      return AbortSignal.timeout(Math.max(0, Math.round(leftMs)));
    });
  } finally {
    clearTimeout(timer);
    process.close();
  }
}

function secondsSince(startedAt: number): number {
  return round((performance.now() - startedAt) / 1000);
}

/** To hundredths. */
function round(value: number): number {
  return Math.round(value * 100) / 100;
}

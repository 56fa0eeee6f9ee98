/**
 * The one door to llama.cpp (node-llama-cpp): loads a model after it has been looked at, and gives what the rest of this
 * folder is written on: a decoder that evaluates tokens and says what comes next, and one that turns text into vectors.
 * Runs in a process of its own (`model-host.ts`): a broken model or driver may end it.
 */
import { availableParallelism } from "node:os";
import { basename } from "node:path";
import type {
  ControlledEvaluateInputItem,
  GgufInsights,
  Llama,
  LlamaContext,
  LlamaContextSequence,
  LlamaEmbeddingContext,
  LlamaModel,
} from "node-llama-cpp";
import type { GpuSetting } from "../../../protocol/settings.ts";
import { describeError } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { checkModelFile } from "./check-file.ts";
import { LlamaFault } from "./fault.ts";
import { freeMemoryBytes } from "./memory.ts";

/** An index into a model's vocabulary. */
export type Token = ReturnType<LlamaModel["tokenize"]>[number];

export interface OpenOptions {
  readonly file: string;
  readonly purpose: "completion" | "embedding";
  readonly gpu: GpuSetting;
  /** Tokens of a context at most; a model that knows fewer has fewer. */
  readonly contextTokensMax: number;
  /** LoRA files and how strongly each counts. */
  readonly adapters: readonly { readonly file: string; readonly scale: number }[];
  /** Bytes of memory that may be used; what is free, where it is not given. */
  readonly memoryBytesMax?: number;
}

/** What was loaded, for people and for the budget of a prompt. */
export interface ModelFacts {
  /** As the file says, or its name. */
  readonly name: string;
  readonly architecture: string;
  /** "CUDA", "Vulkan", "Metal", or "CPU". */
  readonly backend: string;
  readonly gpuLayers: number;
  readonly contextTokens: number;
  readonly memoryBytes: number;
  readonly vramBytes: number;
}

/** What models compute on, without one. */
export interface BackendFacts {
  /** "CUDA", "Vulkan", "Metal", or "CPU". */
  readonly backend: string;
  /** Graphics cards by name; none for the CPU. */
  readonly devices: readonly string[];
  /** Bytes on all of them. */
  readonly vramBytes: number;
  readonly vramUsedBytes: number;
}

/** The likeliest next token. */
export interface Prediction {
  readonly token: Token;
  /** Its natural logarithm of probability. */
  readonly logprob: number;
  /** The likeliest ones, best first, where they were asked for. */
  readonly top?: readonly Token[];
}

/** A context of a model: evaluated tokens, which can be taken back from the end. */
export interface Decoder {
  /** Evaluated tokens. */
  readonly length: number;
  readonly tokensMax: number;
  /** Takes back all behind the first `length`; what a model cannot take back is gone as well, so ask {@link length}. */
  keep(length: number): Promise<void>;
  /**
   * Evaluates further tokens in one go, and says of each from `predictFrom` on what follows it: none, where that is not
   * given. `topCount`: so many of the likeliest ones as well.
   */
  evaluate(tokens: readonly Token[], predictFrom?: number, topCount?: number): Promise<readonly Prediction[]>;
}

export interface CompletionModel {
  readonly facts: ModelFacts;
  readonly decoder: Decoder;
  /** Names it may be known by, for its marks. */
  readonly names: readonly string[];
  /** Tokens of plain text: a mark in it is no mark. */
  tokenize(text: string): readonly Token[];
  /** The token of a mark; undefined where the model does not have it as one. */
  mark(text: string): Token | undefined;
  /** Marks that the file itself names, for families that we do not know. */
  readonly ownMarks: { readonly prefix: Token; readonly suffix: Token; readonly middle: Token } | undefined;
  /** What a prompt begins with. */
  readonly start: readonly Token[];
  /** Text of tokens, given those before them. */
  textOf(tokens: readonly Token[], before: readonly Token[]): string;
  /** Whether a token ends what the model writes. */
  isEnd(token: Token): boolean;
}

export interface EmbeddingModel {
  readonly facts: ModelFacts;
  readonly dimension: number;
  /** Tokens of a text at most; of a longer one the first so many count. */
  readonly tokensMax: number;
  countTokens(text: string): number;
  /** Not normalised; nothing where the text is empty. */
  embed(text: string): Promise<readonly number[]>;
}

/** Threads of a context: all cores but one, for the editor. On two cores two threads mostly wait for each other. */
const THREADS = Math.max(1, availableParallelism() - 1);
/** Tokens of one evaluation at most. */
const BATCH_TOKENS = 512;
/** Memory that stays free, whatever a model takes. */
const MEMORY_SHARE = 0.9;

/** Loads a model that fills in the middle. Throws a {@link LlamaFault}. */
export async function openCompletionModel(
  options: OpenOptions,
  log: Log,
  onProgress: (share: number) => void,
): Promise<CompletionModel> {
  const { llama, model, memory, contextTokens } = await loadModel(options, log, onProgress);
  const context = await createContext(model, options, contextTokens);
  return {
    facts: factsOf(llama, model, contextTokens, memory),
    decoder: createDecoder(context.getSequence(), contextTokens),
    names: namesOf(model),
    tokenize: (text) => model.tokenize(text, false, "trimLeadingSpace"),
    mark: (text) => {
      const tokens = model.tokenize(text.trim(), true, "trimLeadingSpace");
      return tokens.length === 1 && model.isSpecialToken(tokens[0]) ? tokens[0] : undefined;
    },
    ownMarks: ownMarksOf(model),
    start: model.tokens.shouldPrependBosToken && model.tokens.bos !== null ? [model.tokens.bos] : [],
    textOf: (tokens, before) => model.detokenize(tokens, false, before),
    isEnd: (token) => model.isEogToken(token),
  };
}

/** Loads a model that turns text into vectors. Throws a {@link LlamaFault}. */
export async function openEmbeddingModel(
  options: OpenOptions,
  log: Log,
  onProgress: (share: number) => void,
): Promise<EmbeddingModel> {
  const { llama, model, memory, contextTokens } = await loadModel(options, log, onProgress);
  let context: LlamaEmbeddingContext;
  try {
    // An encoder sees only what is in one batch: a smaller one gives the vector of the last piece, without a word.
    context = await model.createEmbeddingContext({
      contextSize: contextTokens,
      batchSize: contextTokens,
      threads: THREADS,
    });
  } catch (error) {
    throw contextFault(error);
  }
  // The context holds one token less than its size, and the marks that the model puts around a text take some.
  const tokensMax = contextTokens - 1 - context.calculateInputLength("");
  return {
    facts: factsOf(llama, model, contextTokens, memory),
    dimension: model.embeddingVectorSize,
    tokensMax,
    countTokens: (text) => model.tokenize(text).length,
    embed: async (text) => (await context.getEmbeddingFor(model.tokenize(text).slice(0, tokensMax))).vector,
  };
}

/** Loads the native part alone. Throws a {@link LlamaFault}. */
export async function lookAtBackend(gpu: GpuSetting, log: Log): Promise<BackendFacts> {
  const llama = await openBackend(gpu, log);
  if (llama.gpu === false) return { backend: nameOf(llama), devices: [], vramBytes: 0, vramUsedBytes: 0 };
  const { total, used } = await llama.getVramState();
  return { backend: nameOf(llama), devices: await llama.getGpuDeviceNames(), vramBytes: total, vramUsedBytes: used };
}

interface Loaded {
  readonly llama: Llama;
  readonly model: LlamaModel;
  readonly memory: Memory;
  readonly contextTokens: number;
}

interface Memory {
  readonly ramBytes: number;
  readonly vramBytes: number;
}

async function loadModel(options: OpenOptions, log: Log, onProgress: (share: number) => void): Promise<Loaded> {
  const { file, purpose, contextTokensMax, gpu } = options;
  await checkModelFile(file);
  const { GgufInsights, readGgufFileInfo } = await import("node-llama-cpp");
  const llama = await openBackend(gpu, log);
  const insights = await lookAt(
    file,
    () => readGgufFileInfo(file, { logWarnings: false }),
    async (info) => GgufInsights.from(info, llama),
  );
  checkPurpose(insights, purpose, file);
  const contextTokens = Math.min(contextTokensMax, insights.trainContextSize ?? contextTokensMax);
  const memory = await fitMemory(llama, insights, contextTokens, options);
  try {
    const model = await llama.loadModel({
      modelPath: file,
      gpuLayers: llama.gpu === false ? 0 : { fitContext: { contextSize: contextTokens } },
      onLoadProgress: onProgress,
      // Ours has been made, and is told in words.
      ignoreMemorySafetyChecks: llama.gpu === false,
    });
    return { llama, model, memory, contextTokens };
  } catch (error) {
    throw isMemoryError(error)
      ? new LlamaFault("memory", `${gigabytes(memory.ramBytes + memory.vramBytes)} are needed`, { cause: error })
      : new LlamaFault("damaged", describeError(error), { cause: error });
  }
}

/** Each is opened once in a process. */
const backends = new Map<GpuSetting, Promise<Llama>>();

async function openBackend(gpu: GpuSetting, log: Log): Promise<Llama> {
  const opening = backends.get(gpu) ?? findBackend(gpu, log);
  backends.set(gpu, opening);
  try {
    return await opening;
  } catch (error) {
    backends.delete(gpu);
    log.warn(`llama.cpp on “${gpu}”: ${describeError(error)}`);
    throw gpu === "auto" || gpu === "off"
      ? new LlamaFault("backend", describeError(error), { cause: error })
      : new LlamaFault("gpu", gpu, { cause: error });
  }
}

async function findBackend(gpu: GpuSetting, log: Log): Promise<Llama> {
  // Loaded here, not at the top: a process that is asked for nothing must not need the binary.
  const { getLlama, LlamaLogLevel } = await import("node-llama-cpp");
  const load = (backend: Exclude<GpuSetting, "off"> | false): Promise<Llama> =>
    getLlama({
      gpu: backend,
      // Nothing is compiled or downloaded behind the user's back.
      build: "never",
      skipDownload: true,
      maxThreads: THREADS,
      progressLogs: false,
      logLevel: LlamaLogLevel.warn,
      logger: (_level, message) => log.debug(`llama.cpp: ${message.trim()}`),
    });
  const llama = await load(gpu === "off" ? false : gpu);
  const isAsked = gpu !== "auto" && gpu !== "off";
  // Metal elsewhere than on a Mac becomes the processor without a word.
  if (isAsked && llama.gpu !== gpu) throw new Error("it is not for this platform");
  if (llama.gpu === false || (await llama.getGpuDeviceNames()).length > 0) return llama;
  // Vulkan loads without a graphics card too: the processor would then be used through a binary that knows it less well.
  await llama.dispose();
  if (isAsked) throw new Error("there is no device for it");
  return load(false);
}

async function lookAt<Info, Result>(
  file: string,
  read: () => Promise<Info>,
  then: (info: Info) => Promise<Result>,
): Promise<Result> {
  try {
    return await then(await read());
  } catch (error) {
    throw new LlamaFault("damaged", describeError(error), { cause: error, model: file });
  }
}

function checkPurpose(insights: GgufInsights, purpose: OpenOptions["purpose"], file: string): void {
  const { architecture } = insights.ggufFileInfo.metadata.general;
  if (!insights.isSupportedByLlamaCpp) throw new LlamaFault("architecture", architecture, { model: file });
  const isEncoder = (insights.hasEncoder && !insights.hasDecoder) || ENCODERS.test(architecture);
  const pooling = poolingOf(insights);
  if (purpose === "completion") {
    if (isEncoder || pooling > POOLING_NONE) throw new LlamaFault("not-completion", architecture, { model: file });
    return;
  }
  if (pooling === POOLING_RANK) throw new LlamaFault("not-embedding", "it only ranks texts", { model: file });
  if (pooling > POOLING_NONE) return;
  // Of a text llama.cpp gives the vector of its last token then: that is what a writer made for this means, no encoder.
  const { name } = insights.ggufFileInfo.metadata.general;
  const isNamedSo = !isEncoder && /embed/i.test(`${name ?? ""} ${basename(file)}`);
  const why = isEncoder ? "it does not say how the vectors of its tokens become one" : "it writes text";
  if (!isNamedSo) throw new LlamaFault("not-embedding", why, { model: file });
}

/** Architectures that read and do not write; node-llama-cpp takes some of them for writers. */
const ENCODERS = /bert|^t5encoder$/;

/** llama.cpp's numbers of how vectors of tokens become one: not at all, or a mark for a reranker. Those between do. */
const POOLING_NONE = 0;
const POOLING_RANK = 4;

function poolingOf({ ggufFileInfo }: GgufInsights): number {
  const value = (ggufFileInfo.architectureMetadata as Readonly<Record<string, unknown>>)["pooling_type"];
  return typeof value === "number" ? value : POOLING_NONE;
}

/** What the model and its context will take; throws where that is not free. */
async function fitMemory(
  llama: Llama,
  insights: GgufInsights,
  contextTokens: number,
  { purpose, memoryBytesMax }: OpenOptions,
): Promise<Memory> {
  const isEmbeddingContext = purpose === "embedding";
  const gpuLayers = llama.gpu === false ? 0 : insights.totalLayers;
  const weights = await insights.estimateModelResourceRequirementsV2({ gpuLayers });
  const context = await insights.estimateContextResourceRequirementsV2({
    contextSize: contextTokens,
    modelGpuLayers: gpuLayers,
    batchSize: isEmbeddingContext ? contextTokens : BATCH_TOKENS,
    sequences: 1,
    isEmbeddingContext,
  });
  const needed = { ramBytes: weights.cpuRam + context.cpuRam, vramBytes: weights.gpuVram + context.gpuVram };
  const free = memoryBytesMax ?? freeMemoryBytes() * MEMORY_SHARE;
  const vramFree = llama.gpu === false ? 0 : (await llama.getVramState()).free;
  // Layers that do not fit on the GPU stay in memory.
  const ramNeeded = needed.ramBytes + Math.max(0, needed.vramBytes - vramFree);
  if (ramNeeded > free) {
    throw new LlamaFault("memory", `${gigabytes(ramNeeded)} are needed, ${gigabytes(free)} can be used`);
  }
  return needed;
}

async function createContext(
  model: LlamaModel,
  { adapters }: OpenOptions,
  contextTokens: number,
): Promise<LlamaContext> {
  try {
    return await model.createContext({
      contextSize: contextTokens,
      batchSize: Math.min(BATCH_TOKENS, contextTokens),
      sequences: 1,
      threads: THREADS,
      ignoreMemorySafetyChecks: model.llama.gpu === false,
      ...(adapters.length > 0 && {
        lora: { adapters: adapters.map(({ file: filePath, scale }) => ({ filePath, scale })) },
      }),
    });
  } catch (error) {
    throw contextFault(error);
  }
}

function contextFault(error: unknown): LlamaFault {
  return isMemoryError(error)
    ? new LlamaFault("memory", "for its context", { cause: error })
    : new LlamaFault("failed", describeError(error), { cause: error });
}

function isMemoryError(error: unknown): boolean {
  return error instanceof Error && /memory|vram/i.test(`${error.name} ${error.message}`);
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function factsOf(llama: Llama, model: LlamaModel, contextTokens: number, memory: Memory): ModelFacts {
  return {
    name: namesOf(model)[0]!,
    architecture: model.architecture,
    backend: nameOf(llama),
    gpuLayers: model.gpuLayers,
    contextTokens,
    memoryBytes: memory.ramBytes,
    vramBytes: llama.gpu === false ? 0 : memory.vramBytes,
  };
}

function nameOf({ gpu }: Llama): string {
  return gpu === false ? "CPU" : BACKEND_NAMES[gpu];
}

const BACKEND_NAMES = { cuda: "CUDA", vulkan: "Vulkan", metal: "Metal" } as const;

/** As the file says and as it is called; the first is for people. */
function namesOf(model: LlamaModel): readonly string[] {
  const general = model.fileInfo.metadata.general as Readonly<Record<string, unknown>>;
  const told = ["name", "basename", "finetune"].map((key) => general[key]);
  const names = [...told, model.filename].filter((name): name is string => typeof name === "string" && name !== "");
  return names.length === 0 ? [model.architecture] : names;
}

function ownMarksOf(model: LlamaModel): CompletionModel["ownMarks"] {
  const { prefix, suffix, middle } = model.tokens.infill;
  return prefix !== null && suffix !== null && middle !== null ? { prefix, suffix, middle } : undefined;
}

function createDecoder(sequence: LlamaContextSequence, tokensMax: number): Decoder {
  return {
    get length() {
      return sequence.nextTokenIndex;
    },
    tokensMax,
    async keep(length) {
      const end = sequence.nextTokenIndex;
      if (length < end) await sequence.eraseContextTokenRanges([{ start: length, end }]);
    },
    async evaluate(tokens, predictFrom = tokens.length, topCount = 0) {
      if (tokens.length === 0) return [];
      // The weight of all against that of the best costs little; anything that sorts the vocabulary costs milliseconds.
      const generateNext = {
        token: true,
        totalLogitWeight: true,
        ...(topCount > 0 && { logits: { filter: { tokens: [], includeTop: topCount } } }),
      };
      const items = tokens.map((token, index): ControlledEvaluateInputItem =>
        index < predictFrom ? token : [token, { generateNext }],
      );
      const outputs = await sequence.controlledEvaluate(items);
      return tokens.slice(predictFrom).map((_, index) => {
        const next = outputs[predictFrom + index]?.next;
        if (typeof next?.token !== "number") throw new LlamaFault("failed", "no token came");
        return {
          token: next.token,
          logprob: -Math.log(next.totalLogitWeight ?? 1),
          ...(next.logits && { top: [...next.logits.keys()] }),
        };
      });
    },
  };
}

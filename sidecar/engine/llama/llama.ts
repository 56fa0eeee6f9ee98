/**
 * The engine of a model on this machine: a GGUF file in a process of its own, loaded when it is first wanted, given back
 * when it is not. Whatever becomes of the process ends in proposals or in none, and in a health that says why.
 */
import { basename } from "node:path";
import type { GpuSetting } from "../../../protocol/settings.ts";
import { LinkedAbort } from "../../base/abort.ts";
import { type Clock, steadyClock } from "../../base/clock.ts";
import { isAbort } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { CONFIDENCE_UNKNOWN } from "../confidence.ts";
import type { CompletionRequest, Engine, Proposal } from "../engine.ts";
import { checkModelFile } from "./check-file.ts";
import { describeLlamaFault, LASTING_FAULTS, LlamaFault } from "./fault.ts";
import type { CompleteInput, Opened } from "./host-messages.ts";
import { ModelProcess } from "./model-process.ts";
import type { WriteLimits, Written } from "./write.ts";

export interface LlamaOptions {
  /** A GGUF file. */
  readonly file: string;
  readonly gpu: GpuSetting;
  /** Where backends lie that were added on this machine; undefined for nowhere. */
  readonly backendsFolder?: string | undefined;
  /** Minutes without a request after which the model's memory is given back; 0: never. */
  readonly idleMinutes: number;
  readonly log: Log;
  /** Told when what is known of the model has changed. */
  readonly onHealth: (health: LlamaHealth) => void;
}

export type LlamaHealth =
  | { readonly kind: "unknown" }
  /** It answers, or will once it is loaded. */
  | { readonly kind: "ready"; readonly model: string; readonly state: LlamaState }
  | { readonly kind: "failing"; readonly reason: string; readonly action: string };

export type LlamaState =
  | { readonly kind: "at rest" }
  | { readonly kind: "loading"; readonly percent: number }
  | { readonly kind: "loaded"; readonly backend: string };

export interface LlamaLimits extends WriteLimits {
  readonly contextTokensMax: number;
  /** Milliseconds that loading, and an answer, may take before the process counts as hanging. */
  readonly loadMsMax: number;
  readonly answerMsMax: number;
  /** Times that the process may end by itself: from the second on without the GPU, from the third on no more. */
  readonly deathsMax: number;
  /** Bytes that a model may take; what is free, where it is not given. */
  readonly memoryBytesMax?: number;
}

export const LLAMA_LIMITS: LlamaLimits = {
  contextTokensMax: 2816,
  lineTokensMax: 64,
  blockTokensMax: 192,
  firstLineMs: 400,
  draftTokensMax: 16,
  loadMsMax: 180_000,
  answerMsMax: 20_000,
  deathsMax: 3,
};

/** Before anything was answered: a small model on a GPU. */
const LATENCY_MS_USUAL = 200;
/** How much the newest answer counts in the running mean. */
const LATENCY_SHARE = 0.2;

interface Running {
  readonly process: ModelProcess;
  /** Undefined while it is loading. */
  opened: Opened | undefined;
}

export class LlamaEngine implements Engine {
  readonly name = "llama";
  readonly #options: LlamaOptions;
  readonly #limits: LlamaLimits;
  readonly #clock: Clock;
  readonly #life = new AbortController();
  #health: LlamaHealth = { kind: "unknown" };
  #running: Running | undefined;
  /** What another try does not mend, as long as the file is the same. */
  #lasting: LlamaFault | undefined;
  /** Tells one state of the file from another. */
  #stamp: string | undefined;
  #deaths = 0;
  #idle: NodeJS.Timeout | undefined;
  #latencyMs = LATENCY_MS_USUAL;

  /** `limits` and `clock` are for tests. */
  constructor(options: LlamaOptions, limits: Partial<LlamaLimits> = {}, clock: Clock = steadyClock) {
    this.#options = options;
    this.#limits = { ...LLAMA_LIMITS, ...limits };
    this.#clock = clock;
  }

  get health(): LlamaHealth {
    return this.#health;
  }

  get meanLatencyMs(): number {
    return this.#latencyMs;
  }

  /** Of the model's process, while there is one. */
  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /** Looks at the file, without loading it. */
  async check(signal: AbortSignal): Promise<LlamaHealth> {
    signal.throwIfAborted();
    try {
      const stamp = await checkModelFile(this.#options.file);
      if (stamp !== this.#stamp) this.#lasting = undefined;
      this.#stamp = stamp;
      if (this.#lasting) throw this.#lasting;
      this.#tellState(this.#state);
    } catch (error) {
      this.#fail(error);
    }
    return this.#health;
  }

  /** Never throws but for cancellation. Nobody waits until a model is loaded: there is nothing until then. */
  async complete(request: CompletionRequest, signal: AbortSignal): Promise<readonly Proposal[]> {
    signal.throwIfAborted();
    const running = this.#wake();
    if (!running?.opened) return [];
    const startedAt = this.#clock.now();
    try {
      const written = await this.#ask(running, "complete", this.#inputOf(request), signal);
      this.#latencyMs += (this.#clock.now() - startedAt - this.#latencyMs) * LATENCY_SHARE;
      return written.text.trim() === "" ? [] : [this.#proposalOf(written, running.opened)];
    } catch (error) {
      signal.throwIfAborted();
      this.#fail(error);
      return [];
    }
  }

  /** Lets the model go on from what is shown, so that it is quick if that is accepted; given up for any request. */
  foresee(request: CompletionRequest, shown: string): void {
    const running = this.#running;
    if (!running?.opened) return;
    const input = { ...this.#inputOf(request), shown };
    this.#ask(running, "foresee", input, this.#life.signal).catch((error: unknown) => {
      // Given up, as it mostly is.
      if (!isAbort(error)) this.#fail(error);
    });
  }

  /** Ends the process. */
  close(): void {
    this.#life.abort();
    this.#rest();
  }

  get #state(): LlamaState {
    if (!this.#running) return { kind: "at rest" };
    const { opened } = this.#running;
    return opened ? { kind: "loaded", backend: opened.facts.backend } : { kind: "loading", percent: 0 };
  }

  #inputOf(request: CompletionRequest): CompleteInput {
    return { request, limits: this.#limits };
  }

  #proposalOf(written: Written, { facts }: Opened): Proposal {
    const { text, confidence = CONFIDENCE_UNKNOWN, exactness, exampleIds } = written;
    const source = `${facts.name} on this machine`;
    return { text, confidence, ...(exactness !== undefined && { exactness }), proposer: "model", source, exampleIds };
  }

  /** The process, started where there is none; undefined where it cannot be. Whoever needs it puts off its rest. */
  #wake(): Running | undefined {
    if (this.#life.signal.aborted || this.#lasting) return undefined;
    if (this.#running?.opened) this.#putOffRest();
    else if (!this.#running) void this.#load();
    return this.#running;
  }

  /** The time without a request counts from now on. */
  #putOffRest(): void {
    clearTimeout(this.#idle);
    const { idleMinutes } = this.#options;
    if (idleMinutes > 0) this.#idle = setTimeout(() => this.#rest(), idleMinutes * 60_000).unref();
  }

  /** Gives the memory back; the next request starts anew. */
  #rest(): void {
    clearTimeout(this.#idle);
    const running = this.#running;
    if (!running) return;
    this.#running = undefined;
    running.process.close();
    if (this.#life.signal.aborted) return;
    this.#options.log.info(`llama: ${basename(this.#options.file)} was given back`);
    this.#tellState({ kind: "at rest" });
  }

  async #load(): Promise<void> {
    const { file, gpu, backendsFolder, log } = this.#options;
    const { contextTokensMax, loadMsMax, deathsMax, memoryBytesMax } = this.#limits;
    const running: Running = {
      process: new ModelProcess({ log, backendsFolder, onEnd: (fault) => this.#died(fault, running) }),
      opened: undefined,
    };
    this.#running = running;
    this.#tellState({ kind: "loading", percent: 0 });
    const startedAt = this.#clock.now();
    const abort = new LinkedAbort(this.#life.signal);
    const timer = setTimeout(
      () => abort.abort(new LlamaFault("hangs", `loading took ${loadMsMax / 1000} s`)),
      loadMsMax,
    );
    try {
      // A driver that ended the process once may do so again.
      const isGpuTrusted = this.#deaths < deathsMax - 1;
      const options = {
        file,
        purpose: "completion",
        gpu: isGpuTrusted ? gpu : "off",
        contextTokensMax,
        adapters: [],
        ...(memoryBytesMax !== undefined && { memoryBytesMax }),
      } as const;
      const onProgress = (share: number): void => {
        if (this.#running === running) this.#tellState({ kind: "loading", percent: Math.floor(share * 100) });
      };
      running.opened = await running.process.call("open", options, abort.signal, onProgress);
      const { name, backend, gpuLayers, memoryBytes, vramBytes } = running.opened.facts;
      const seconds = ((this.#clock.now() - startedAt) / 1000).toFixed(1);
      const memory = `${(memoryBytes / 1e9).toFixed(1)} GB of memory, ${(vramBytes / 1e9).toFixed(1)} GB on the GPU`;
      log.info(`llama: ${name} loaded in ${seconds} s on ${backend} (${gpuLayers} layers there; ${memory})`);
      if (this.#running !== running) return;
      this.#tellState(this.#state);
      this.#putOffRest();
    } catch (error) {
      if (this.#running === running) this.#fail(error);
    } finally {
      clearTimeout(timer);
      abort.unlink();
    }
  }

  async #ask<Name extends "complete" | "foresee">(
    { process }: Running,
    kind: Name,
    input: Parameters<typeof process.call<Name>>[1],
    signal: AbortSignal,
  ): ReturnType<typeof process.call<Name>> {
    const { answerMsMax } = this.#limits;
    const abort = new LinkedAbort(signal, this.#life.signal);
    const late =
      kind === "foresee"
        ? // Nobody waits for it: on a slow machine it is given up, and nothing is wrong.
          new DOMException("it takes too long to foresee", "AbortError")
        : new LlamaFault("hangs", `${answerMsMax / 1000} s`);
    const timer = setTimeout(() => abort.abort(late), answerMsMax);
    try {
      return await process.call(kind, input, abort.signal);
    } finally {
      clearTimeout(timer);
      abort.unlink();
    }
  }

  /** It ended by itself: whoever waits is told the same. One that dies of being loaded is tried once more, without the GPU. */
  #died(fault: LlamaFault, { opened }: Running): void {
    const { deathsMax } = this.#limits;
    const isHopeless = this.#options.gpu === "off" || this.#deaths === deathsMax - 1;
    this.#deaths = opened ? this.#deaths + 1 : isHopeless ? deathsMax : deathsMax - 1;
    if (this.#deaths >= deathsMax) this.#lasting = fault;
    this.#fail(fault);
  }

  /** Reports a failure, and lets go of the process that it came from; one that closing has caused is none. */
  #fail(error: unknown): void {
    if (this.#life.signal.aborted || isAbort(error)) return;
    const { log, file } = this.#options;
    const fault = error instanceof LlamaFault ? error : new LlamaFault("failed", "an error of ours", { cause: error });
    if (fault !== error) log.error("llama: a request failed", error);
    if (LASTING_FAULTS.has(fault.kind)) this.#lasting = fault;
    clearTimeout(this.#idle);
    this.#running?.process.close();
    this.#running = undefined;
    const health: LlamaHealth = { kind: "failing", ...describeLlamaFault(fault, file) };
    if (JSON.stringify(health) !== JSON.stringify(this.#health)) log.warn(`llama: ${health.reason}`);
    this.#tell(health);
  }

  #tellState(state: LlamaState): void {
    this.#tell({ kind: "ready", model: basename(this.#options.file, ".gguf"), state });
  }

  #tell(health: LlamaHealth): void {
    if (JSON.stringify(health) === JSON.stringify(this.#health)) return;
    this.#health = health;
    this.#options.onHealth(health);
  }
}

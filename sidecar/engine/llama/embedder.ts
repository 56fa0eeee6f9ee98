/**
 * Embedding with a model of this machine: a GGUF file in a process of its own, loaded when it is first wanted, given back
 * when it is not. The process is given one document at a time, so that a query waits for one at most, and runs behind all
 * else that the machine does.
 */
import type { GpuSetting } from "../../../protocol/settings.ts";
import { LinkedAbort, rejectOnAbort } from "../../base/abort.ts";
import { isAbort } from "../../base/errors.ts";
import type { Log } from "../../base/log.ts";
import { yieldToOthers } from "../../base/priority.ts";
import type { Embedding, ModelEmbedder } from "../embedder.ts";
import { describeLlamaFault, LASTING_FAULTS, LlamaFault } from "./fault.ts";
import { type EmbedderIdentity, identifyEmbedder } from "./identity.ts";
import { ModelProcess } from "./model-process.ts";

export interface LlamaEmbedderOptions {
  /** A GGUF file. */
  readonly file: string;
  readonly gpu: GpuSetting;
  /** Minutes without a text after which the model's memory is given back; 0: never. */
  readonly idleMinutes: number;
  /** Where parts for GPUs were added. */
  readonly backendsFolder?: string | undefined;
  readonly log: Log;
  /** Told when {@link LlamaEmbedder.health} has changed. */
  readonly onHealth: () => void;
}

export type LlamaEmbedderHealth =
  /** It answers, or will once it is loaded. */
  { readonly kind: "ready" } | { readonly kind: "failing"; readonly reason: string; readonly action: string };

export interface EmbedderLimits {
  /** Tokens of a text that count. The memory of an encoder grows with their square: 50 MB for twelve heads. */
  readonly tokensMax: number;
  /**
   * Milliseconds that loading, and one text, may take before the process counts as hanging: seconds where it has a core,
   * many more where others keep the machine busy. Nobody waits for it.
   */
  readonly loadMsMax: number;
  readonly textMsMax: number;
  /** Failures in a row after which it is left alone. */
  readonly failuresMax: number;
}

export const EMBEDDER_LIMITS: EmbedderLimits = {
  tokensMax: 1024,
  loadMsMax: 180_000,
  textMsMax: 180_000,
  failuresMax: 3,
};

/** UTF-16 units of a text that are looked at: more than tokens have in any language. */
const TEXT_CHARS_MAX = 32_768;

/** Rejects with a {@link LlamaFault} where the file cannot be a model; it is not loaded yet. */
export async function openLlamaEmbedder(
  options: LlamaEmbedderOptions,
  limits: Partial<EmbedderLimits> = {},
): Promise<LlamaEmbedder> {
  const all = { ...EMBEDDER_LIMITS, ...limits };
  return new LlamaEmbedder(options, await identifyEmbedder(options.file, all.tokensMax), all);
}

interface Running {
  readonly process: ModelProcess;
  /** Settles when the model is loaded; its dimension is known then. */
  readonly opened: Promise<void>;
}

export class LlamaEmbedder implements ModelEmbedder {
  readonly id: string;
  readonly name: string;
  readonly #options: LlamaEmbedderOptions;
  readonly #identity: EmbedderIdentity;
  readonly #limits: EmbedderLimits;
  readonly #life = new AbortController();
  #dimension: number | undefined;
  #running: Running | undefined;
  /** The end of the last document: one after the other. */
  #lastDocument: Promise<unknown> = Promise.resolve();
  /** Texts under way: as long as there are any it does not rest. */
  #texts = 0;
  #idle: NodeJS.Timeout | undefined;
  #failures = 0;
  /** Times that the process ended or hung: its driver is not trusted any more after some. */
  #deaths = 0;
  /** Why all is rejected until a {@link check} succeeds. */
  #fault: LlamaFault | undefined;

  constructor(options: LlamaEmbedderOptions, identity: EmbedderIdentity, limits: EmbedderLimits) {
    this.#options = options;
    this.#identity = identity;
    this.#limits = limits;
    this.id = identity.id;
    this.name = identity.name;
  }

  get dimension(): number | undefined {
    return this.#dimension;
  }

  get isFailing(): boolean {
    return this.#fault !== undefined;
  }

  get health(): LlamaEmbedderHealth {
    return this.#fault
      ? { kind: "failing", ...describeLlamaFault(this.#fault, this.#options.file) }
      : { kind: "ready" };
  }

  /** Of the process, while there is one. */
  get pid(): number | undefined {
    return this.#running?.process.pid;
  }

  /**
   * Rejects with a {@link LlamaFault}, or at once when it is aborted; what is being computed then is finished for nobody.
   * Of a text that is too long the beginning counts, up to the end of a token.
   */
  async embed(
    texts: readonly string[],
    purpose: "document" | "query",
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly Embedding[]> {
    const vectors: Embedding[] = [];
    for (const text of texts) {
      if (text.trim() === "") vectors.push(undefined);
      else if (purpose === "query") vectors.push(await this.#embed(text, purpose, signal));
      else vectors.push(await this.#inOrder(() => this.#embed(text, purpose, signal), signal));
    }
    return vectors;
  }

  /** Whether another try may end otherwise, as long as the file and the settings are the same. */
  get mayRecover(): boolean {
    return this.#fault === undefined || !LASTING_FAULTS.has(this.#fault.kind);
  }

  /** Tries whether it works (again). Rejects with a {@link LlamaFault}. */
  async check(signal: AbortSignal): Promise<void> {
    const before = this.#fault;
    this.#fault = undefined;
    try {
      await this.#embed("works", "query", signal);
    } catch (error) {
      // One more failure is enough; where it was given up, nothing is known that was not known before.
      this.#fault ??= error instanceof LlamaFault ? error : before;
      if (this.#fault !== before) this.#options.onHealth();
      throw error;
    }
    if (before) this.#options.onHealth();
  }

  /** Whether its file is still the one that it was. */
  async isStillThere(): Promise<boolean> {
    try {
      return (await identifyEmbedder(this.#options.file, this.#limits.tokensMax)).id === this.id;
    } catch {
      // What is wrong with it, is said by whoever opens it.
      return false;
    }
  }

  /** Ends the process. */
  close(): void {
    this.#life.abort();
    this.#rest();
  }

  async #embed(text: string, purpose: "document" | "query", signal: AbortSignal): Promise<Embedding> {
    signal.throwIfAborted();
    if (this.#fault) throw this.#fault;
    const { textMsMax } = this.#limits;
    const input = { texts: [this.#identity.prefixes[purpose] + text.slice(0, TEXT_CHARS_MAX)] };
    const abort = new LinkedAbort(signal, this.#life.signal);
    let timer: NodeJS.Timeout | undefined;
    this.#texts++;
    let running: Running | undefined;
    try {
      running = this.#wake();
      await Promise.race([running.opened, rejectOnAbort(abort.signal)]);
      const onHang = (): void => abort.abort(new LlamaFault("hangs", `one text took ${textMsMax / 1000} s`));
      timer = setTimeout(onHang, textMsMax);
      const [vector] = await running.process.call("embed", input, abort.signal);
      this.#failures = 0;
      return vector && toUnit(vector);
    } catch (error) {
      // Nothing failed where somebody has let go of it.
      if (isAbort(error) || signal.aborted) throw error;
      throw this.#fail(error, running);
    } finally {
      clearTimeout(timer);
      abort.unlink();
      this.#texts--;
      this.#restLater();
    }
  }

  async #inOrder<Result>(work: () => Promise<Result>, signal: AbortSignal): Promise<Result> {
    const abort = new LinkedAbort(signal);
    const before = this.#lastDocument;
    const done = Promise.race([before, rejectOnAbort(abort.signal)]).then(work);
    // Its failure is told to whoever asked; the next one starts anyhow, behind what it did not wait for.
    this.#lastDocument = Promise.allSettled([before, done]);
    try {
      return await done;
    } finally {
      abort.unlink();
    }
  }

  /** The process, started where there is none. */
  #wake(): Running {
    this.#life.signal.throwIfAborted();
    clearTimeout(this.#idle);
    if (this.#running) return this.#running;
    const { log, backendsFolder } = this.#options;
    const process = new ModelProcess({ log, backendsFolder });
    yieldToOthers(process);
    const opened = this.#open(process);
    // Those who wait for it are told; there may be none.
    opened.catch(() => undefined);
    this.#running = { process, opened };
    return this.#running;
  }

  async #open(process: ModelProcess): Promise<void> {
    const { file, gpu, log } = this.#options;
    const { tokensMax, loadMsMax, failuresMax } = this.#limits;
    const abort = new LinkedAbort(this.#life.signal);
    const onHang = (): void => abort.abort(new LlamaFault("hangs", `loading took ${loadMsMax / 1000} s`));
    const timer = setTimeout(onHang, loadMsMax);
    try {
      // Vectors of another model must not meet those of this one in an index.
      const { id } = await identifyEmbedder(file, tokensMax);
      if (id !== this.id) throw new LlamaFault("failed", "the file was replaced");
      const options = {
        file,
        purpose: "embedding",
        // A driver that ended the process before may do so again.
        gpu: this.#deaths < failuresMax - 1 ? gpu : "off",
        contextTokensMax: tokensMax,
        adapters: [],
      } as const;
      const { dimension, facts } = await process.call("open", options, abort.signal);
      log.info(`embedder: ${facts.name} loaded on ${facts.backend} (${dimension} components)`);
      this.#dimension = dimension;
    } finally {
      clearTimeout(timer);
      abort.unlink();
    }
  }

  /** Lets go of a process that is of no use any more, and says what to throw. */
  #fail(error: unknown, running: Running | undefined): LlamaFault {
    const { log } = this.#options;
    const fault = error instanceof LlamaFault ? error : new LlamaFault("failed", "an error of ours", { cause: error });
    if (fault !== error) log.error("embedder: a text failed", error);
    // Those who waited for the same process fail with it; it is one failure.
    if (!running || running !== this.#running) return fault;
    this.#running = undefined;
    running.process.close();
    this.#failures++;
    if (fault.kind === "died" || fault.kind === "hangs") this.#deaths++;
    log.warn(`embedder: ${fault.message}`);
    if (!LASTING_FAULTS.has(fault.kind) && this.#failures < this.#limits.failuresMax) return fault;
    this.#fault = fault;
    this.#options.onHealth();
    return fault;
  }

  #restLater(): void {
    clearTimeout(this.#idle);
    const { idleMinutes } = this.#options;
    if (this.#texts > 0 || idleMinutes === 0 || !this.#running) return;
    this.#idle = setTimeout(() => this.#rest(), idleMinutes * 60_000).unref();
  }

  /** Gives the memory back; the next text starts anew. */
  #rest(): void {
    clearTimeout(this.#idle);
    if (!this.#running) return;
    this.#running.process.close();
    this.#running = undefined;
    if (!this.#life.signal.aborted) this.#options.log.info(`embedder: ${this.name} was given back`);
  }
}

/** A copy of unit length; undefined for what has no direction. */
function toUnit(vector: Float32Array): Embedding {
  let squares = 0;
  for (const component of vector) squares += component * component;
  const scale = 1 / Math.sqrt(squares);
  return Number.isFinite(scale) && scale > 0 ? vector.map((component) => component * scale) : undefined;
}

/**
 * What turns text into vectors: the model that the settings name, or the built-in method. A model that fails is tried
 * again by itself, less and less often.
 */
import type { Settings } from "../../protocol/settings.ts";
import { describeError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { ModelEmbedder } from "./embedder.ts";
import type { LlamaEmbedder, LlamaEmbedderHealth, LlamaEmbedderOptions } from "./llama/embedder.ts";
import { openLlamaEmbedder } from "./llama/embedder.ts";
import { describeLlamaFault, LlamaFault } from "./llama/fault.ts";

/** `unavailable`: a model is named that cannot be used. */
export type WantedEmbedder = ModelEmbedder | "built-in" | "unavailable";

export interface EmbedderChoiceDeps {
  readonly log: Log;
  /** Where parts for GPUs were added. */
  readonly backendsFolder?: string;
  /** Told when {@link EmbedderChoice.wanted}, or how it is, has changed. */
  readonly onChange: () => void;
  readonly open?: (options: LlamaEmbedderOptions) => Promise<LlamaEmbedder>;
  /** Milliseconds after which a model that failed is tried again: first, and at most. */
  readonly retryMs?: { readonly first: number; readonly max: number };
}

const RETRY_MS = { first: 2_000, max: 60_000 };

export class EmbedderChoice {
  readonly #deps: EmbedderChoiceDeps;
  #settings: Settings["llama"] | undefined;
  /** Ends what is made of the settings before. */
  #current = new AbortController();
  #embedder: LlamaEmbedder | undefined;
  /** Why there is none although one is named. */
  #fault: LlamaFault | undefined;
  #retry: NodeJS.Timeout | undefined;
  #retryMs = 0;
  #opening: Promise<void> = Promise.resolve();

  constructor(deps: EmbedderChoiceDeps) {
    this.#deps = deps;
  }

  /** Whoever was given a model closes it when it is not needed any more. */
  get wanted(): WantedEmbedder {
    if (this.#embedder) return this.#embedder;
    return this.#settings?.embedder ? "unavailable" : "built-in";
  }

  get health(): LlamaEmbedderHealth {
    if (!this.#fault || !this.#settings) return this.#embedder?.health ?? { kind: "ready" };
    return { kind: "failing", ...describeLlamaFault(this.#fault, this.#settings.embedder) };
  }

  /** Resolves when the model's file has been looked at. */
  configure(llama: Settings["llama"]): Promise<void> {
    const before = this.#settings;
    const isSame =
      before?.embedder === llama.embedder && before.gpu === llama.gpu && before.idleMinutes === llama.idleMinutes;
    if (isSame) return this.#opening;
    this.#settings = llama;
    this.#current.abort();
    this.#current = new AbortController();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#retryMs = 0;
    this.#opening = this.#open(llama, this.#current.signal);
    return this.#opening;
  }

  close(): void {
    this.#current.abort();
    clearTimeout(this.#retry);
  }

  async #open(llama: Settings["llama"], signal: AbortSignal): Promise<void> {
    const { open = openLlamaEmbedder, log, backendsFolder, onChange } = this.#deps;
    const { embedder: file, gpu, idleMinutes } = llama;
    let embedder: LlamaEmbedder | undefined;
    let fault: LlamaFault | undefined;
    const onHealth = (): void => {
      if (signal.aborted) {
        // It may still serve, until another has taken its place.
        onChange();
        return;
      }
      if (embedder?.isFailing) this.#tryLater();
      else this.#retryMs = 0;
      onChange();
    };
    try {
      if (file !== "") embedder = await open({ file, gpu, idleMinutes, backendsFolder, log, onHealth });
    } catch (error) {
      fault = error instanceof LlamaFault ? error : new LlamaFault("failed", describeError(error), { cause: error });
    }
    if (signal.aborted) {
      embedder?.close();
      return;
    }
    this.#embedder = embedder;
    this.#fault = fault;
    if (fault) this.#tryLater();
    onChange();
  }

  /** Each time after twice the time. */
  #tryLater(): void {
    if (this.#retry !== undefined) return;
    const { first, max } = this.#deps.retryMs ?? RETRY_MS;
    this.#retryMs = Math.min(max, this.#retryMs === 0 ? first : 2 * this.#retryMs);
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#tryAgain();
    }, this.#retryMs).unref();
  }

  /** The file may be another one meanwhile: then it is as if it had been named now. */
  async #tryAgain(): Promise<void> {
    const { signal } = this.#current;
    const { log } = this.#deps;
    const embedder = this.#embedder;
    try {
      if (!embedder || !(await embedder.isStillThere())) {
        if (this.#settings) await this.#open(this.#settings, signal);
      } else if (embedder.mayRecover) {
        await embedder.check(signal);
      } else this.#tryLater();
    } catch (error) {
      log.debug(`the embedding model still fails: ${describeError(error)}`);
      if (!signal.aborted) this.#tryLater();
    }
  }
}

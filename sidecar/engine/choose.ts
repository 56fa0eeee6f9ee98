/**
 * Which model is asked besides memory: the one that the settings name, as long as it works; one of this machine before a
 * server. One that fails is tried again by itself, and nobody waits for it meanwhile.
 */
import type { RemoteAccess } from "../../protocol/messages.ts";
import type { Settings } from "../../protocol/settings.ts";
import { describeError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Engine } from "./engine.ts";
import { LlamaEngine, type LlamaHealth, type LlamaOptions } from "./llama/llama.ts";
import { RemoteEngine, type RemoteHealth, type RemoteOptions } from "./remote/remote.ts";

/** What is set up, in the user's words, and whether it works. */
export type ModelHealth = { readonly kind: "none" } | LlamaHealth | RemoteHealth;

/** The engine of a model as this file needs it. */
export interface ModelEngine extends Engine {
  readonly health: LlamaHealth | RemoteHealth;
  check(signal: AbortSignal): Promise<LlamaHealth | RemoteHealth>;
  close(): void;
}

export interface ModelChoiceDeps {
  readonly log: Log;
  /** Told when {@link ModelChoice.health} has changed. */
  readonly onChange: () => void;
  /** Where backends of llama.cpp lie that were added on this machine. */
  readonly backendsFolder?: string;
  readonly createLlama?: (options: LlamaOptions) => ModelEngine;
  readonly createRemote?: (options: RemoteOptions) => ModelEngine;
  /** Milliseconds after which a model that failed is tried again: first, and at most. */
  readonly retryMs?: { readonly first: number; readonly max: number };
}

const RETRY_MS = { first: 2_000, max: 60_000 };

/** What decides which model there is. */
type ModelSettings = Pick<Settings, "engine" | "llama" | "remote">;

const NO_ACCESS: RemoteAccess = { apiKey: null, consentedHosts: [] };

export class ModelChoice {
  readonly #deps: ModelChoiceDeps;
  #access = NO_ACCESS;
  #settings: ModelSettings | undefined;
  #model: ModelEngine | undefined;
  /** What {@link #model} was made of. */
  #made = "";
  #closing = new AbortController();
  #isChecking = false;
  #retry: NodeJS.Timeout | undefined;

  constructor(deps: ModelChoiceDeps) {
    this.#deps = deps;
  }

  /** Undefined where none is set up, or it does not work at present. */
  get ready(): Engine | undefined {
    return this.#model?.health.kind === "ready" ? this.#model : undefined;
  }

  get health(): ModelHealth {
    return this.#model?.health ?? { kind: "none" };
  }

  configure({ engine, llama, remote }: ModelSettings): void {
    this.#settings = { engine, llama, remote };
    this.#apply();
  }

  allow(access: RemoteAccess): void {
    this.#access = access;
    this.#apply();
  }

  close(): void {
    this.#closing.abort();
    clearTimeout(this.#retry);
    this.#retry = undefined;
    this.#model?.close();
    this.#model = undefined;
  }

  /** Makes the model anew where what it is made of has changed. */
  #apply(): void {
    const wanted = this.#settings && wantedModel(this.#settings);
    const made = wanted ? JSON.stringify([wanted, wanted.kind === "remote" && this.#access]) : "";
    if (made === this.#made) return;
    this.#made = made;
    this.close();
    if (!wanted) {
      this.#deps.onChange();
      return;
    }
    const { retryMs = RETRY_MS } = this.#deps;
    const model = this.#create(wanted, () => {
      if (this.#model !== model) return;
      if (model.health.kind === "failing" && !this.#isChecking) this.#tryLater(model, retryMs.first);
      this.#deps.onChange();
    });
    this.#model = model;
    this.#closing = new AbortController();
    this.#deps.onChange();
    void this.#check(model, retryMs.first);
  }

  #create(wanted: Wanted, onHealth: () => void): ModelEngine {
    const { log, backendsFolder, createLlama, createRemote } = this.#deps;
    if (wanted.kind === "llama") {
      const { model: file, gpu, idleMinutes } = wanted.llama;
      const options = { file, gpu, idleMinutes, backendsFolder, log, onHealth };
      return createLlama?.(options) ?? new LlamaEngine(options);
    }
    const { apiKey, consentedHosts } = this.#access;
    const options = { ...wanted.remote, apiKey: apiKey ?? undefined, consentedHosts, log, onHealth };
    return createRemote?.(options) ?? new RemoteEngine(options);
  }

  async #check(model: ModelEngine, retryMs: number): Promise<void> {
    this.#isChecking = true;
    try {
      const { kind } = await model.check(this.#closing.signal);
      if (kind === "failing") this.#tryLater(model, retryMs);
    } catch (error) {
      this.#deps.log.debug(`the check of the model was given up: ${describeError(error)}`);
    } finally {
      this.#isChecking = false;
    }
  }

  /** Each time after twice the time. */
  #tryLater(model: ModelEngine, retryMs: number): void {
    if (this.#retry !== undefined || this.#model !== model) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      void this.#check(model, Math.min(2 * retryMs, (this.#deps.retryMs ?? RETRY_MS).max));
    }, retryMs).unref();
  }
}

type Wanted =
  | { readonly kind: "llama"; readonly llama: Omit<Settings["llama"], "embedder"> }
  | { readonly kind: "remote"; readonly remote: Settings["remote"] };

function wantedModel({ engine, llama, remote }: ModelSettings): Wanted | undefined {
  if (engine === "recall") return undefined;
  const { model, gpu, idleMinutes } = llama;
  if (model !== "") return { kind: "llama", llama: { model, gpu, idleMinutes } };
  return remote.url === "" ? undefined : { kind: "remote", remote };
}

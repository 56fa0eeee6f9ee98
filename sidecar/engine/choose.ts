/**
 * Which model is asked besides memory: the one that the settings name, as long as it works. One that fails is tried
 * again by itself, and nobody waits for it meanwhile.
 */
import type { RemoteAccess } from "../../protocol/messages.ts";
import type { Settings } from "../../protocol/settings.ts";
import { describeError } from "../base/errors.ts";
import type { Log } from "../base/log.ts";
import type { Engine } from "./engine.ts";
import { RemoteEngine, type RemoteHealth, type RemoteOptions } from "./remote/remote.ts";

/** What is set up, in the user's words, and whether it works. */
export type ModelHealth = { readonly kind: "none" } | RemoteHealth;

/** The engine of a server as this file needs it. */
export type ModelEngine = Engine & Pick<RemoteEngine, "health" | "check" | "close">;

export interface ModelChoiceDeps {
  readonly log: Log;
  /** Told when {@link ModelChoice.health} has changed. */
  readonly onChange: () => void;
  readonly create?: (options: RemoteOptions) => ModelEngine;
  /** Milliseconds after which a server that failed is tried again: first, and at most. */
  readonly retryMs?: { readonly first: number; readonly max: number };
}

const RETRY_MS = { first: 2_000, max: 60_000 };
const NO_ACCESS: RemoteAccess = { apiKey: null, consentedHosts: [] };

export class ModelChoice {
  readonly #deps: ModelChoiceDeps;
  #access = NO_ACCESS;
  #settings: Pick<Settings, "engine" | "remote"> | undefined;
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

  configure({ engine, remote }: Pick<Settings, "engine" | "remote">): void {
    this.#settings = { engine, remote };
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
    const { engine, remote } = this.#settings ?? {};
    const isWanted = engine === "auto" && remote !== undefined && remote.url !== "";
    const made = isWanted ? JSON.stringify([remote, this.#access]) : "";
    if (made === this.#made) return;
    this.#made = made;
    this.close();
    if (!isWanted) {
      this.#deps.onChange();
      return;
    }
    const { log, create = (options: RemoteOptions) => new RemoteEngine(options), retryMs = RETRY_MS } = this.#deps;
    const model = create({
      ...remote,
      apiKey: this.#access.apiKey ?? undefined,
      consentedHosts: this.#access.consentedHosts,
      log,
      onHealth: () => {
        if (this.#model !== model) return;
        if (model.health.kind === "failing" && !this.#isChecking) this.#tryLater(model, retryMs.first);
        this.#deps.onChange();
      },
    });
    this.#model = model;
    this.#closing = new AbortController();
    this.#deps.onChange();
    void this.#check(model, retryMs.first);
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

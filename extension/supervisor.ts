/**
 * Keeps one sidecar alive: starts it, starts it again after a crash with growing pauses, gives up when it keeps
 * crashing, and always obeys "Restart Sidecar". It knows neither processes nor LSP; each life is handed in.
 */
import type { Log } from "./log.ts";
import type { Restarts } from "./restarts.ts";

export type SidecarState =
  | { readonly kind: "starting" }
  | { readonly kind: "running" }
  /** It has crashed and is started again soon. */
  | { readonly kind: "restarting" }
  /** It is not started again by itself. */
  | { readonly kind: "failed"; readonly reason: string; readonly action: string }
  | { readonly kind: "stopped" };

/** One sidecar process, from its start to its end. */
export interface Life {
  /** Resolves when it answers. Rejects when it does not come up; then this life is over. */
  start(): Promise<void>;
  stop(): Promise<void>;
}

/** A start that would fail the same way again: it is not tried again by itself. */
export class FinalError extends Error {
  override readonly name = "FinalError";
  readonly action: string;

  constructor(message: string, action: string, cause?: unknown) {
    super(message, { cause });
    this.action = action;
  }
}

export interface SupervisorDeps<L extends Life> {
  /** Makes a life; `onClosed` is called when it ends without having been stopped. */
  readonly create: (onClosed: () => void) => L;
  readonly restarts: Restarts;
  readonly now: () => number;
  /** Calls back after a time; returns how to call it off. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  readonly onState: (state: SidecarState) => void;
  readonly log: Log;
}

const SEE_LOG = "See the log (*Tacit: Show Log*), then try *Tacit: Restart Sidecar*.";

export class Supervisor<L extends Life> {
  readonly #deps: SupervisorDeps<L>;
  #life: L | undefined;
  #state: SidecarState = { kind: "stopped" };
  #callOff: (() => void) | undefined;
  #isClosed = false;

  constructor(deps: SupervisorDeps<L>) {
    this.#deps = deps;
  }

  get state(): SidecarState {
    return this.#state;
  }

  /** The life that answers at present. */
  get running(): L | undefined {
    return this.#state.kind === "running" ? this.#life : undefined;
  }

  start(): void {
    if (this.#isClosed || this.#life) return;
    const life = this.#deps.create(() => this.#ended(life, new Error("the sidecar has ended unexpectedly")));
    this.#life = life;
    this.#enter({ kind: "starting" });
    life.start().then(
      () => {
        if (this.#life === life) this.#enter({ kind: "running" });
        // It was stopped while it started, which some processes do not notice.
        else void this.#stop(life);
      },
      (error: unknown) => this.#ended(life, error),
    );
  }

  /** Starts a new life, whatever has become of the old one. */
  async restart(): Promise<void> {
    if (this.#isClosed) return;
    this.#deps.restarts.reset();
    const life = this.#takeLife();
    this.#enter({ kind: "starting" });
    if (life) await this.#stop(life);
    this.start();
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    const life = this.#takeLife();
    this.#enter({ kind: "stopped" });
    if (life) await this.#stop(life);
  }

  #takeLife(): L | undefined {
    this.#callOff?.();
    this.#callOff = undefined;
    const life = this.#life;
    this.#life = undefined;
    return life;
  }

  #ended(life: L, error: unknown): void {
    if (this.#life !== life) return;
    this.#life = undefined;
    const reason = error instanceof Error ? error.message : String(error);
    if (error instanceof FinalError) {
      this.#fail(reason, error.action);
      return;
    }
    const next = this.#deps.restarts.crashed(this.#deps.now());
    if (next.kind === "give-up") {
      this.#fail(`The sidecar keeps crashing (${reason}).`, SEE_LOG);
      return;
    }
    this.#deps.log.warn(`${reason}; it is started again in ${next.delayMs} ms`);
    this.#enter({ kind: "restarting" });
    this.#callOff = this.#deps.after(next.delayMs, () => {
      this.#callOff = undefined;
      this.start();
    });
  }

  #fail(reason: string, action: string): void {
    this.#deps.log.error(`${reason} ${action}`);
    this.#enter({ kind: "failed", reason, action });
  }

  async #stop(life: L): Promise<void> {
    try {
      await life.stop();
    } catch (error) {
      // The process is terminated anyway; a new life does not depend on it.
      this.#deps.log.debug(`stopping: ${error instanceof Error ? error.message : String(error)}`);
    }
  }

  #enter(state: SidecarState): void {
    this.#state = state;
    this.#deps.onState(state);
  }
}

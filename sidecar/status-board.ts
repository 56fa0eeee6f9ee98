/** The status of all parts as one value, told to whoever listens, at most ten times a second. */
import type { Activity, Degradation, Status } from "../protocol/status.ts";

const INTERVAL_MS = 100;
/** How long the news of something learned stays. */
const LEARNED_MS = 5000;

export class StatusBoard {
  readonly #tell: (status: Status) => void;
  readonly #facts: () => Status["facts"];
  readonly #degraded = new Map<string, Degradation>();
  #indexing: { readonly what: string; readonly percent: number } | undefined;
  #learned: string | undefined;
  #paused = false;
  #pending: NodeJS.Timeout | undefined;
  #forgetLearned: NodeJS.Timeout | undefined;
  #closed = false;

  constructor(tell: (status: Status) => void, facts: () => Status["facts"]) {
    this.#tell = tell;
    this.#facts = facts;
  }

  get status(): Status {
    return { activity: this.#activity(), degraded: [...this.#degraded.values()], facts: this.#facts() };
  }

  degrade(degradation: Degradation): void {
    this.#degraded.set(degradation.part, degradation);
    this.changed();
  }

  /** The part works again. */
  restore(part: string): void {
    if (this.#degraded.delete(part)) this.changed();
  }

  indexing(progress: { readonly what: string; readonly percent: number } | undefined): void {
    const before = this.#indexing;
    if (before?.what === progress?.what && before?.percent === progress?.percent) return;
    this.#indexing = progress;
    this.changed();
  }

  learned(what: string): void {
    this.#learned = what;
    clearTimeout(this.#forgetLearned);
    this.#forgetLearned = setTimeout(() => {
      this.#learned = undefined;
      this.changed();
    }, LEARNED_MS).unref();
    this.changed();
  }

  set paused(paused: boolean) {
    if (paused === this.#paused) return;
    this.#paused = paused;
    this.changed();
  }

  /** Tells the status soon; many changes make one message. */
  changed(): void {
    if (this.#closed) return;
    this.#pending ??= setTimeout(() => {
      this.#pending = undefined;
      this.#tell(this.status);
    }, INTERVAL_MS).unref();
  }

  close(): void {
    this.#closed = true;
    clearTimeout(this.#pending);
    clearTimeout(this.#forgetLearned);
  }

  #activity(): Activity {
    if (this.#learned !== undefined) return { kind: "learning", what: this.#learned };
    if (this.#indexing) return { kind: "indexing", ...this.#indexing };
    return { kind: this.#paused ? "paused" : "idle" };
  }
}

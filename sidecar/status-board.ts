/** The status of all parts as one value, told to whoever listens, at most ten times a second. */
import type { Activity, Degradation, Status } from "../protocol/status.ts";

const INTERVAL_MS = 100;
/** How long the news of something learned stays. */
const LEARNED_MS = 5000;

interface Progress {
  readonly kind: "indexing" | "downloading" | "loading";
  readonly what: string;
  readonly percent: number;
}

/** One piece of reading, or a download, that is under way; what it tells is shown until it ends. */
export interface Reading {
  tell(what: string, percent: number): void;
  end(): void;
}

export class StatusBoard {
  readonly #tell: (status: Status) => void;
  readonly #facts: () => Status["facts"];
  readonly #degraded = new Map<string, Degradation>();
  /** How far each reading is, the one that told first in front: it is the one that is shown. */
  readonly #readings = new Map<Reading, Progress>();
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

  /** Begins a reading. Several may be under way at once: the status is idle when the last of them has ended. */
  startReading(): Reading {
    return this.#start("indexing");
  }

  /** Begins a download, which counts among the readings. */
  startDownload(): Reading {
    return this.#start("downloading");
  }

  /** Begins to load a model, likewise. */
  startLoading(): Reading {
    return this.#start("loading");
  }

  #start(kind: Progress["kind"]): Reading {
    const reading: Reading = {
      tell: (what, percent) => {
        const before = this.#readings.get(reading);
        if (before?.what === what && before.percent === percent) return;
        this.#readings.set(reading, { kind, what, percent });
        this.changed();
      },
      end: () => {
        if (this.#readings.delete(reading)) this.changed();
      },
    };
    return reading;
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
    const [progress] = this.#readings.values();
    if (progress) return progress;
    return { kind: this.#paused ? "paused" : "idle" };
  }
}

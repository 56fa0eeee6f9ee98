/**
 * Keeps signals until the sidecar has stored them: in memory in the order of arrival, and in a file that survives a
 * crash of either process. A signal is forgotten when it is acknowledged or rejected; sending one twice is harmless.
 * Secrets are taken out before anything is kept. What may come from a file that only the sidecar knows to be excluded
 * stays in memory until it has said that it is not. Files, transport and timers are handed in.
 */
import type { SignalsResult } from "../../protocol/messages.ts";
import type { Signal, SignalKind } from "../../protocol/signals.ts";
import { withoutSecrets } from "../../privacy/signals.ts";
import type { Log } from "../log.ts";

export const OUTBOX_MAX = 5_000;
export const BATCH_MAX = 100;
/** Signals come in groups: waiting a little sends them together. */
export const GATHER_MS = 200;
/** After this long an answer is no longer waited for. */
export const ANSWER_MS_MAX = 15_000;
const RETRY_MS_MIN = 1_000;
const RETRY_MS_MAX = 30_000;
/** The file is written anew when it holds this many lines more than there are signals. */
const STALE_LINES_MAX = 1_000;

/** The file of this window. Calls are never made side by side. */
export interface OutboxFile {
  append(lines: string): Promise<void>;
  /** Replaces the content at once: after a crash it is the old or the new. Empty content removes the file. */
  replace(lines: string): Promise<void>;
}

export interface OutboxDeps {
  readonly file: OutboxFile;
  /** Rejects while the sidecar is down. */
  readonly send: (signals: readonly Signal[], signal: AbortSignal) => Promise<SignalsResult>;
  /** Calls back after a time; returns how to call it off. */
  readonly after: (milliseconds: number, callback: () => void) => () => void;
  readonly log: Log;
}

export class Outbox {
  readonly #deps: OutboxDeps;
  readonly #signals = new Map<string, Signal>();
  #sending: Promise<void> | undefined;
  #callOff: (() => void) | undefined;
  #failures = 0;
  #writes: Promise<void> = Promise.resolve();
  #linesInFile = 0;
  #isFileBroken = false;
  #unwritten: Signal[] = [];
  /** Generations of files that the sidecar has not judged yet: nothing of them is written. */
  readonly #unjudged = new Set<string>();
  #isClosed = false;

  constructor(deps: OutboxDeps) {
    this.#deps = deps;
  }

  /** Signals that are not stored yet. */
  get size(): number {
    return this.#signals.size;
  }

  add(signal: Signal): void {
    this.addAll([signal]);
  }

  /** Takes over signals, for instance those that another window left behind. */
  addAll(signals: readonly Signal[]): void {
    if (this.#isClosed) return;
    for (const given of signals) {
      if (this.#signals.has(given.id)) continue;
      const signal = this.#clean(given);
      if (!signal) continue;
      if (isForJudgement(signal)) this.#unjudged.add(signal.generationId);
      this.#signals.set(signal.id, signal);
      this.#unwritten.push(signal);
    }
    this.#dropOldest();
    this.#write();
    this.#sendAfter(GATHER_MS);
  }

  /** The sidecar is up (again): sends without waiting for the next try. */
  wake(): void {
    this.#failures = 0;
    this.#callOff?.();
    this.#callOff = undefined;
    this.#sendNow();
  }

  /** Sends all that waits, as far as the sidecar takes it: what it refuses is gone from the file when this resolves. */
  async flush(): Promise<void> {
    this.#callOff?.();
    this.#callOff = undefined;
    await this.#sending;
    this.#sending ??= this.#sendAll(() => false).finally(() => this.#goOn());
    await this.#sending;
    await this.#writes;
  }

  /** Resolves when all that was added so far is in the file. */
  async written(): Promise<void> {
    await this.#writes;
  }

  /** Sends what can be sent within `milliseconds`; the rest stays in the file for the next window. */
  async close(milliseconds: number): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#callOff?.();
    this.#callOff = undefined;
    let isLate = false;
    const late = new Promise<void>((resolve) => {
      const callOff = this.#deps.after(milliseconds, () => {
        isLate = true;
        resolve();
      });
      void this.#sendRest(() => isLate).then(() => {
        callOff();
        resolve();
      });
    });
    await late;
    this.#compact();
    await this.#writes;
  }

  async #sendRest(isLate: () => boolean): Promise<void> {
    await this.#sending;
    await this.#sendAll(isLate);
  }

  async #sendAll(isLate: () => boolean): Promise<void> {
    while (this.#signals.size > 0 && !isLate()) {
      const before = this.#signals.size;
      await this.#sendBatch();
      if (this.#signals.size === before) return;
    }
  }

  #clean(given: Signal): Signal | undefined {
    try {
      const signal = withoutSecrets(given);
      if (!signal) this.#deps.log.debug("a text that is too long for a suggestion is not observed");
      return signal;
    } catch (error) {
      // A damaged line of an earlier window's file: the sidecar would not take it either.
      this.#deps.log.debug(`a signal was left out: ${describe(error)}`);
      return undefined;
    }
  }

  #dropOldest(): void {
    const excess = this.#signals.size - OUTBOX_MAX;
    if (excess <= 0) return;
    const oldest = [...this.#signals.keys()].slice(0, excess);
    for (const id of oldest) this.#signals.delete(id);
    this.#deps.log.warn(`the outbox is full: ${excess} of the oldest signals were dropped`);
  }

  #sendAfter(milliseconds: number): void {
    if (this.#callOff || this.#sending || this.#isClosed) return;
    this.#callOff = this.#deps.after(milliseconds, () => {
      this.#callOff = undefined;
      this.#sendNow();
    });
  }

  #sendNow(): void {
    if (this.#sending || this.#signals.size === 0 || this.#isClosed) return;
    this.#sending = this.#sendBatch().finally(() => this.#goOn());
  }

  #goOn(): void {
    this.#sending = undefined;
    if (this.#signals.size > 0) this.#sendAfter(this.#failures === 0 ? 0 : retryMs(this.#failures));
  }

  /** Never rejects: what was not stored stays, and counts as a failure. */
  async #sendBatch(): Promise<void> {
    const batch = [...this.#signals.values()].slice(0, BATCH_MAX);
    const controller = new AbortController();
    const callOff = this.#deps.after(ANSWER_MS_MAX, () => controller.abort(new Error("the sidecar does not answer")));
    try {
      const result = await orAborted(this.#deps.send(batch, controller.signal), controller.signal);
      const isProgress = this.#forget(result);
      this.#failures = isProgress ? 0 : this.#failures + 1;
    } catch (error) {
      // The sidecar is down or slow; the signals are sent again later.
      if (this.#failures++ === 0) this.#deps.log.debug(`signals wait: ${describe(error)}`);
    } finally {
      callOff();
    }
  }

  #forget(result: SignalsResult): boolean {
    const before = this.#signals.size;
    for (const id of result.acknowledged) this.#judged(id);
    for (const { id, reason } of result.rejected) {
      const signal = this.#signals.get(id);
      if (!signal) continue;
      this.#deps.log.warn(`the sidecar does not take a signal: ${reason}`);
      this.#signals.delete(id);
      this.#unjudged.delete(signal.generationId);
      // What follows of a suggestion that is refused is nothing without it.
      if (signal.kind === "shown") this.#dropGeneration(signal.generationId);
    }
    if (this.#signals.size === before) return false;
    const isStale = this.#linesInFile > this.#signals.size + STALE_LINES_MAX;
    // What is refused may be of a file that is excluded, or was forgotten: it is not to lie there.
    if (this.#signals.size === 0 || isStale || result.rejected.length > 0) this.#compact();
    return true;
  }

  /** A signal was taken: what waited for that is written. */
  #judged(id: string): void {
    const signal = this.#signals.get(id);
    this.#signals.delete(id);
    if (signal && isForJudgement(signal) && this.#unjudged.delete(signal.generationId)) this.#write();
  }

  #dropGeneration(generationId: string): void {
    for (const [id, signal] of this.#signals) if (signal.generationId === generationId) this.#signals.delete(id);
  }

  #write(): void {
    this.#enqueue(async () => {
      this.#unwritten = this.#unwritten.filter(({ id }) => this.#signals.has(id));
      const signals = this.#unwritten.filter(({ generationId }) => !this.#unjudged.has(generationId));
      if (signals.length === 0) return;
      await this.#deps.file.append(formatLines(signals));
      this.#linesInFile += signals.length;
      this.#unwritten = this.#unwritten.filter((signal) => !signals.includes(signal));
    });
  }

  #compact(): void {
    this.#enqueue(async () => {
      const signals = [...this.#signals.values()].filter(({ generationId }) => !this.#unjudged.has(generationId));
      await this.#deps.file.replace(formatLines(signals));
      this.#linesInFile = signals.length;
      this.#unwritten = this.#unwritten.filter((signal) => !signals.includes(signal));
    });
  }

  #enqueue(write: () => Promise<void>): void {
    this.#writes = this.#writes.then(write).then(
      () => {
        this.#isFileBroken = false;
      },
      (error: unknown) => {
        // Signals go on from memory; only a crash would lose them.
        if (!this.#isFileBroken) this.#deps.log.error(`signals cannot be written to disk: ${describe(error)}`);
        this.#isFileBroken = true;
      },
    );
  }
}

/** Whether it opens a story in a file of which the extension does not know all rules. The sidecar offers nothing there. */
function isForJudgement(signal: Signal): boolean {
  return signal.kind === "mended" || (signal.kind === "shown" && signal.generation.engine === "foreign");
}

/** 1 s, 2 s, 4 s … 30 s. */
function retryMs(failures: number): number {
  return Math.min(RETRY_MS_MIN * 2 ** (failures - 1), RETRY_MS_MAX);
}

async function orAborted<T>(promise: Promise<T>, signal: AbortSignal): Promise<T> {
  return await new Promise<T>((resolve, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason as Error), { once: true });
    promise.then(resolve, reject);
  });
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function formatLines(signals: readonly Signal[]): string {
  return signals.map((signal) => `${JSON.stringify(signal)}\n`).join("");
}

/** Reads an outbox file. A line that a crash cut short, or that is no signal, is counted and left out. */
export function parseLines(content: string): { signals: Signal[]; corrupt: number } {
  const signals = new Map<string, Signal>();
  let corrupt = 0;
  for (const line of content.split("\n")) {
    if (line.trim() === "") continue;
    const signal = parseSignal(line);
    if (signal) signals.set(signal.id, signal);
    else corrupt++;
  }
  return { signals: [...signals.values()], corrupt };
}

const KINDS: Readonly<Record<SignalKind, true>> = {
  shown: true,
  accepted: true,
  dismissed: true,
  edited: true,
  undone: true,
  settled: true,
  diagnostics: true,
  survived: true,
  rated: true,
  snoozed: true,
  ran: true,
  committed: true,
  reverted: true,
  mended: true,
};

/** What every signal has; the sidecar looks at the rest and rejects what it cannot store. */
function parseSignal(line: string): Signal | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    // Not JSON: the caller counts it.
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  const { id, at, generationId, kind } = value as Readonly<Record<string, unknown>>;
  const isSignal =
    typeof id === "string" &&
    typeof at === "number" &&
    typeof generationId === "string" &&
    typeof kind === "string" &&
    Object.hasOwn(KINDS, kind);
  return isSignal ? (value as Signal) : undefined;
}

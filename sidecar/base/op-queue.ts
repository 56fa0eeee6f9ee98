/**
 * A bounded queue for background work: one operation at a time, in order, never faster than the caller's lifetime.
 * When it is full the oldest waiting operation is dropped and reported, because new facts matter more than old ones.
 */
import { describeError, isAbort } from "./errors.ts";
import type { Log } from "./log.ts";

export type Operation = (signal: AbortSignal) => Promise<void>;

export class OpQueue {
  readonly #waiting: { readonly name: string; readonly run: Operation }[] = [];
  readonly #abort = new AbortController();
  readonly #log: Log;
  readonly #capacity: number;
  #running: Promise<void> | undefined;

  constructor(log: Log, capacity: number) {
    this.#log = log;
    this.#capacity = capacity;
  }

  /** Adds an operation. One that waits already under the same `key` is replaced by the new one. */
  add(key: string, run: Operation): void {
    if (this.#abort.signal.aborted) return;
    const waiting = this.#waiting.findIndex((operation) => operation.name === key);
    if (waiting >= 0) this.#waiting.splice(waiting, 1);
    this.#waiting.push({ name: key, run });
    if (this.#waiting.length > this.#capacity) {
      const dropped = this.#waiting.shift();
      this.#log.warn(`too much background work: dropped ${dropped?.name}`);
    }
    this.#running ??= this.#drain();
  }

  get size(): number {
    return this.#waiting.length + (this.#running ? 1 : 0);
  }

  /** Resolves when nothing is waiting or running. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Drops what waits, aborts what runs and waits for its end. */
  async close(): Promise<void> {
    this.#waiting.length = 0;
    this.#abort.abort(new DOMException("closing", "AbortError"));
    await this.idle();
  }

  async #drain(): Promise<void> {
    // The caller goes on first: nothing runs inside `add`.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await next.run(this.#abort.signal);
      } catch (error) {
        if (!isAbort(error)) this.#log.error(`background work failed (${next.name}): ${describeError(error)}`, error);
      }
    }
    this.#running = undefined;
  }
}

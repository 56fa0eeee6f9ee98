/**
 * A bounded queue for background work: one operation at a time, in order, ended with its owner. When it is full the
 * oldest waiting operation is dropped and reported, because new facts matter more than old ones.
 */
import { closing } from "./abort.ts";
import { describeError, isAbort } from "./errors.ts";
import type { Log } from "./log.ts";

export type Operation<T = void> = (signal: AbortSignal) => Promise<T>;

interface Waiting {
  readonly key: string;
  readonly run: Operation;
  /** Told when the operation will never run. */
  readonly onDrop: (reason: Error) => void;
}

export class OpQueue {
  readonly #waiting: Waiting[] = [];
  readonly #abort = new AbortController();
  readonly #log: Log;
  readonly #capacity: number;
  #running: Promise<void> | undefined;

  readonly #ready: () => Promise<void>;

  /** `ready` resolves when an operation may begin. */
  constructor(log: Log, capacity: number, ready: () => Promise<void> = () => Promise.resolve()) {
    this.#ready = ready;
    this.#log = log;
    this.#capacity = capacity;
  }

  /** Adds an operation. One that waits already under the same `key` is replaced; a failure is logged. */
  add(key: string, run: Operation): void {
    if (this.#abort.signal.aborted) return;
    const same = this.#waiting.findIndex((operation) => operation.key === key);
    if (same >= 0) this.#waiting.splice(same, 1);
    this.#push({ key, run, onDrop: () => undefined });
  }

  /** Adds an operation that someone waits for: never replaced, and its result or failure is the caller's. */
  run<T>(run: Operation<T>): Promise<T> {
    const { promise, resolve, reject } = Promise.withResolvers<T>();
    if (this.#abort.signal.aborted) reject(closing());
    else this.#push({ key: "", run: (signal) => run(signal).then(resolve, reject), onDrop: reject });
    return promise;
  }

  /** Resolves when nothing is waiting or running. */
  async idle(): Promise<void> {
    while (this.#running) await this.#running;
  }

  /** Drops what waits, aborts what runs and waits for its end. */
  async close(): Promise<void> {
    this.#abort.abort(closing());
    for (const { onDrop } of this.#waiting.splice(0)) onDrop(closing());
    await this.idle();
  }

  #push(operation: Waiting): void {
    this.#waiting.push(operation);
    if (this.#waiting.length > this.#capacity) {
      const dropped = this.#waiting.shift();
      this.#log.warn(`too much background work: dropped ${dropped?.key ?? ""}`);
      dropped?.onDrop(new Error("there is too much background work; try again in a while"));
    }
    this.#running ??= this.#drain();
  }

  async #drain(): Promise<void> {
    // The caller goes on first: nothing runs inside `add`.
    await Promise.resolve();
    for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
      try {
        await this.#ready();
        await next.run(this.#abort.signal);
      } catch (error) {
        if (!isAbort(error)) this.#log.error(`background work failed (${next.key}): ${describeError(error)}`, error);
      }
    }
    this.#running = undefined;
  }
}

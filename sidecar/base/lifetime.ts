/** Lifetimes: whoever opens a resource adds its closing here, at the line that opens it; all close in reverse order. */

export type Close = () => void | Promise<void>;

export class Lifetime {
  readonly #closes: Close[] = [];
  readonly #abort = new AbortController();
  #closed: Promise<void> | undefined;

  /** Aborts when the lifetime begins to close. */
  get signal(): AbortSignal {
    return this.#abort.signal;
  }

  /** Registers `close` and returns it for the line's convenience. */
  onClose(close: Close): void {
    if (this.#closed) throw new Error("the lifetime is over: nothing can be opened in it");
    this.#closes.push(close);
  }

  /** Adds a resource with a `close` method and hands it back. */
  own<T extends { close(): void | Promise<void> }>(resource: T): T {
    this.onClose(() => resource.close());
    return resource;
  }

  /** Closes all in reverse order, each even if another fails; the first failure is thrown at the end. Idempotent. */
  close(): Promise<void> {
    this.#closed ??= this.#closeAll();
    return this.#closed;
  }

  async #closeAll(): Promise<void> {
    this.#abort.abort(new DOMException("closing", "AbortError"));
    const errors: unknown[] = [];
    for (const close of this.#closes.reverse()) {
      try {
        await close();
      } catch (error) {
        errors.push(error);
      }
    }
    if (errors.length > 0) throw errors[0];
  }
}

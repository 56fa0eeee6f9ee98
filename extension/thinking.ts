/** Whether a suggestion takes noticeably long: some request has been in flight for a while. */

/** Shorter waits are not worth a spinner. */
export const THINKING_MS = 150;

export class Thinking {
  readonly #onChange: () => void;
  #slow = 0;

  constructor(onChange: () => void) {
    this.#onChange = onChange;
  }

  get isThinking(): boolean {
    return this.#slow > 0;
  }

  /** A request begins; returns how to say that it has ended. */
  begin(): () => void {
    let isSlow = false;
    const timer = setTimeout(() => {
      isSlow = true;
      if (++this.#slow === 1) this.#onChange();
    }, THINKING_MS);
    let isDone = false;
    return () => {
      if (isDone) return;
      isDone = true;
      clearTimeout(timer);
      if (isSlow && --this.#slow === 0) this.#onChange();
    };
  }
}

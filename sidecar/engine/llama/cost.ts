/** What a text of a model costs, in tokens and time: for benchmarks, and for telling what is slow. */
import type { Tape } from "./tape.ts";

/** Of one text. */
export interface Cost {
  /** Tokens evaluated until the first one was known, and after. */
  readonly promptTokens: number;
  readonly writtenTokens: number;
  /** Steps in which something was drafted, and tokens of it that were right. */
  readonly draftSteps: number;
  readonly draftedTokens: number;
  /** Milliseconds until the prompt was put together, the first token was known, and the first line was whole. */
  readonly assembleMs: number;
  readonly firstTokenMs: number;
  readonly firstLineMs: number;
}

/** Counts what one text costs, from when it is made on. */
export class Stopwatch {
  readonly #tape: Tape;
  readonly #startedAt = performance.now();
  readonly #evaluatedBefore: number;
  #assembleMs = 0;
  #firstTokenMs = 0;
  #promptTokens = 0;
  #firstLineMs: number | undefined;
  #draftSteps = 0;
  #draftedTokens = 0;

  constructor(tape: Tape) {
    this.#tape = tape;
    this.#evaluatedBefore = tape.evaluated;
  }

  get elapsedMs(): number {
    return performance.now() - this.#startedAt;
  }

  assembled(): void {
    this.#assembleMs = this.elapsedMs;
  }

  first(): void {
    this.#firstTokenMs = this.elapsedMs;
    this.#promptTokens = this.#tape.evaluated - this.#evaluatedBefore;
  }

  line(): void {
    this.#firstLineMs ??= this.elapsedMs;
  }

  drafted(right: number): void {
    this.#draftSteps++;
    this.#draftedTokens += right;
  }

  cost(): Cost {
    return {
      promptTokens: this.#promptTokens,
      writtenTokens: this.#tape.evaluated - this.#evaluatedBefore - this.#promptTokens,
      draftSteps: this.#draftSteps,
      draftedTokens: this.#draftedTokens,
      assembleMs: this.#assembleMs,
      firstTokenMs: this.#firstTokenMs,
      firstLineMs: this.#firstLineMs ?? this.elapsedMs,
    };
  }
}

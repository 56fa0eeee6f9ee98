/**
 * The evaluated tokens of a decoder, and what was predicted behind each of them. What is known once is not evaluated
 * again: who types along with a suggestion, accepts it, or asks a second time reads it off the tape. Evaluating in
 * pieces keeps the decoder free to be stopped.
 */
import type { Decoder, Prediction, Token } from "./llama-cpp.ts";

/** Milliseconds that a piece takes about: then a request that is given up ends within twice that. */
const PIECE_MS = 20;
const PIECE_TOKENS = { min: 8, first: 32, max: 512 };
/** How much the newest piece counts in the running mean of speed. */
const SPEED_SHARE = 0.3;

export class Tape {
  readonly #decoder: Decoder;
  #tokens: Token[] = [];
  #predictions: (Prediction | undefined)[] = [];
  #tokenMs: number | undefined;
  /** Tokens evaluated since it was made. */
  evaluated = 0;

  constructor(decoder: Decoder) {
    this.#decoder = decoder;
  }

  /** Tokens that there is room for. */
  get tokensMax(): number {
    return this.#decoder.tokensMax;
  }

  /** Milliseconds that a token of a long text takes; undefined before the first. */
  get tokenMs(): number | undefined {
    return this.#tokenMs;
  }

  tokenAt(index: number): Token | undefined {
    return this.#tokens[index];
  }

  /** What comes behind the first `length` tokens, where that is known. */
  predictionAt(length: number): Prediction | undefined {
    return this.#predictions[length - 1];
  }

  /** The last tokens before `length`, at most `count` of them. */
  before(length: number, count: number): readonly Token[] {
    return this.#tokens.slice(Math.max(0, length - count), length);
  }

  /**
   * Makes the tape begin with `tokens`, one at least; what stands behind them stays where it fits. Stops between two
   * pieces when it is aborted, and what was evaluated until then stays as well.
   */
  async bring(tokens: readonly Token[], signal: AbortSignal): Promise<void> {
    let common = 0;
    while (common < tokens.length && this.#tokens[common] === tokens[common]) common++;
    if (common < tokens.length) await this.#cut(common);
    while (this.#tokens.length < tokens.length) {
      signal.throwIfAborted();
      const start = this.#tokens.length;
      const piece = tokens.slice(start, start + this.#pieceTokens);
      const isLast = start + piece.length === tokens.length;
      const startedAt = performance.now();
      const predictions = await this.#decoder.evaluate(piece, piece.length - (isLast ? 1 : 0));
      this.#add(piece, predictions);
      this.#timed(piece.length, performance.now() - startedAt);
    }
  }

  /** What comes behind the first `length` tokens, which must be on the tape; with the `topCount` likeliest ones. */
  async predict(length: number, topCount: number): Promise<Prediction> {
    const known = this.predictionAt(length);
    if (known && (topCount === 0 || known.top)) return known;
    const last = this.#tokens[length - 1]!;
    await this.#cut(length - 1);
    const predictions = await this.#decoder.evaluate([last], 0, topCount);
    this.#add([last], predictions);
    return predictions[0]!;
  }

  /** Puts tokens behind the first `length`, with what comes behind each. */
  async append(length: number, tokens: readonly Token[]): Promise<void> {
    await this.#cut(length);
    this.#add(tokens, await this.#decoder.evaluate(tokens, 0));
  }

  /** Takes back everything behind the first `length`, and evaluates again what cannot be taken back alone. */
  async #cut(length: number): Promise<void> {
    if (length >= this.#tokens.length) return;
    await this.#decoder.keep(length);
    // Some models can forget nothing but everything.
    const kept = Math.min(length, this.#decoder.length);
    const lost = this.#tokens.slice(kept, length);
    this.#tokens.length = kept;
    this.#predictions.length = Math.min(this.#predictions.length, length);
    if (lost.length === 0) return;
    await this.#decoder.evaluate(lost);
    this.#tokens.push(...lost);
    this.evaluated += lost.length;
  }

  /** `predictions`: of the last ones. */
  #add(tokens: readonly Token[], predictions: readonly Prediction[]): void {
    this.#tokens.push(...tokens);
    this.evaluated += tokens.length;
    const start = this.#tokens.length - predictions.length;
    for (const [index, prediction] of predictions.entries()) this.#predictions[start + index] = prediction;
  }

  get #pieceTokens(): number {
    const { min, first, max } = PIECE_TOKENS;
    if (this.#tokenMs === undefined) return first;
    return Math.min(Math.max(Math.floor(PIECE_MS / this.#tokenMs), min), max);
  }

  #timed(tokens: number, ms: number): void {
    // Short pieces say more of what each of them costs at least.
    if (tokens < PIECE_TOKENS.min) return;
    const tokenMs = ms / tokens;
    this.#tokenMs = this.#tokenMs === undefined ? tokenMs : this.#tokenMs + (tokenMs - this.#tokenMs) * SPEED_SHARE;
  }
}

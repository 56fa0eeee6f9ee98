/** How fast a model is on this machine, for people who ask: measured for a moment on a text that says nothing. */
import type { EmbeddingModel, Token } from "./llama-cpp.ts";
import type { Tape } from "./tape.ts";

export type Speed =
  | { readonly kind: "writes"; readonly readTokensPerSecond: number; readonly writtenTokensPerSecond: number }
  /** Of texts as long as a short function. */
  | { readonly kind: "embeds"; readonly textTokens: number; readonly textsPerSecond: number };

/** Reading, and writing, end after so many milliseconds. */
const MEASURE_MS_MAX = 3000;
const READ_TOKENS = { step: 64, max: 512 };
const WRITTEN_TOKENS_MAX = 32;
const TEXTS_MAX = 64;
const LINE = "const total = items.map((item) => item.price * item.count);\n";
/** Lines that have the tokens to be read, and those of a short function. */
const LINES = { read: 64, embedded: 8 };

/** Leaves the text on the tape. It is read in pieces, as a prompt is; nothing is drafted. */
export async function measureWriting(
  tape: Tape,
  tokenize: (text: string) => readonly Token[],
  signal: AbortSignal,
): Promise<Speed> {
  // Begins with something else than what may be on the tape.
  const text = tokenize(`// speed\n${LINE.repeat(LINES.read)}`);
  const tokensMax = Math.min(READ_TOKENS.max, text.length, tape.tokensMax - WRITTEN_TOKENS_MAX);
  const before = tape.evaluated;
  let startedAt = performance.now();
  let length = 0;
  while (length < tokensMax && performance.now() - startedAt < MEASURE_MS_MAX) {
    length = Math.min(length + READ_TOKENS.step, tokensMax);
    await tape.bring(text.slice(0, length), signal);
  }
  const readTokensPerSecond = perSecond(tape.evaluated - before, startedAt);
  startedAt = performance.now();
  let written = 0;
  while (written < WRITTEN_TOKENS_MAX && performance.now() - startedAt < MEASURE_MS_MAX) {
    signal.throwIfAborted();
    const { token } = await tape.predict(length + written, 0);
    await tape.append(length + written, [token]);
    written++;
  }
  return { kind: "writes", readTokensPerSecond, writtenTokensPerSecond: perSecond(written, startedAt) };
}

/** One text after the other, as documents are embedded. */
export async function measureEmbedding(model: EmbeddingModel, signal: AbortSignal): Promise<Speed> {
  const text = LINE.repeat(LINES.embedded);
  // The first time everything is fetched from disk.
  await model.embed(text);
  const startedAt = performance.now();
  let texts = 0;
  while (texts < TEXTS_MAX && performance.now() - startedAt < MEASURE_MS_MAX) {
    signal.throwIfAborted();
    await model.embed(text);
    texts++;
  }
  return { kind: "embeds", textTokens: model.countTokens(text), textsPerSecond: perSecond(texts, startedAt) };
}

/** Rounded to tenths. */
function perSecond(count: number, startedAt: number): number {
  return Math.round((10_000 * count) / (performance.now() - startedAt)) / 10;
}

/** From the probabilities of tokens to how likely a text is to be wanted. Pure. */

/** Where a server does not say how sure it is: what a small model gets right about as often (ours, to be fitted). */
export const CONFIDENCE_UNKNOWN = 0.35;

/**
 * How much the length of a line counts. With 0, confidence is the probability of just these tokens, and long lines come
 * out as hopeless, though another wording would have been as welcome; with 1 it is the geometric mean, and a long line
 * passes for as sure as one token of it. In between (ours); the gate learns the rest from what is taken.
 */
const LENGTH_EXPONENT = 0.5;

/** Text as it was written, and how sure of each of its tokens. */
export interface WrittenPiece {
  readonly text: string;
  /** Natural logarithms of the probabilities of its tokens; none where they are not known. */
  readonly logprobs: readonly number[];
}

export interface Certainty {
  /** Probability that the first line is wanted, 0..1. */
  readonly confidence: number;
  /** Probability that the whole text is what the model writes, 0..1; absent where that is not known. */
  readonly exactness?: number;
}

/** `pieces` as they came; `kept`: what is kept of their text. */
export function certaintyOf(pieces: readonly WrittenPiece[], kept: string): Certainty {
  const lineBreak = kept.indexOf("\n", kept.search(/\S/));
  const first = logprobsUpTo(pieces, lineBreak < 0 ? kept.length : lineBreak + 1);
  if (first.length === 0) return { confidence: CONFIDENCE_UNKNOWN };
  const exactness = Math.exp(sum(logprobsUpTo(pieces, kept.length)));
  return { confidence: Math.exp(sum(first) / first.length ** LENGTH_EXPONENT), exactness };
}

/** Of the tokens that the first `length` characters are made of. */
function logprobsUpTo(pieces: readonly WrittenPiece[], length: number): readonly number[] {
  const logprobs: number[] = [];
  let at = 0;
  for (const piece of pieces) {
    if (at >= length) break;
    logprobs.push(...piece.logprobs);
    at += piece.text.length;
  }
  return logprobs;
}

function sum(logprobs: readonly number[]): number {
  // Rounding may put a certain token above 0.
  return Math.min(
    0,
    logprobs.reduce((total, logprob) => total + logprob, 0),
  );
}

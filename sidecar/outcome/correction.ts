/** Corrections: what a suggestion said and what the developer made of it. Worth more than a suggestion that was kept. */
import type { Evidence } from "./evidence.ts";
import { editDistance, tokensOf } from "./survival.ts";

export interface Correction {
  /** The accepted text. */
  readonly generated: string;
  /** What stands in its place now. */
  readonly final: string;
  /** `final` on to the end of its last line. The tail may have been there before: it is no part of the correction. */
  readonly finalLine: string;
  /** The line left of `final`. */
  readonly linePrefix: string;
}

/** Less alike than this is another text, not a correction of the first (learning.md §2: "wild"). */
const SIMILARITY_MIN = 0.2;

/** The correction pair in the evidence, if accepted text was changed into something that was kept. */
export function correctionOf(evidence: Evidence): Correction | undefined {
  const { accepted, final } = evidence;
  if (!accepted || !final || evidence.undoneAfterMs !== undefined || final.text.trim() === "") return undefined;
  if (isSameTokens(accepted.text, final.text)) return undefined;
  if (1 - editDistance(accepted.text, final.text) < SIMILARITY_MIN) return undefined;
  return { generated: accepted.text, final: final.text, finalLine: final.lineText, linePrefix: final.linePrefix };
}

/** Only white space differs: spacing and indentation are learned elsewhere. */
function isSameTokens(left: string, right: string): boolean {
  const tokens = tokensOf(left);
  const others = tokensOf(right);
  return tokens.length === others.length && tokens.every((token, index) => token === others[index]);
}

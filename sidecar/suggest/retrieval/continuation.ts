/**
 * What comes next in a piece of code that resembles the place of the cursor: its window that is most like the lines
 * before the cursor is found, and the lines from there on are the continuation. Pure.
 */
import { termsOf } from "../../code/terms.ts";
import { jaccard } from "./fusion.ts";

/** Lines with words above the cursor that are compared; each further one counts this much less (ours). */
const WINDOW_LINES = 6;
const LINE_DECAY = 0.75;
/** Lines above may be shifted by one: something was inserted. */
const SHIFT = 1;
/** Less is coincidence: as for two of the four nearest lines that share half of their words (ours). */
const LIKENESS_MIN = 0.2;
export const CONTINUATION_LINES_MAX = 12;

/** The lines before the cursor, as they are compared. */
export interface Window {
  /** Terms of the lines above that have any, the nearest first. */
  readonly above: readonly ReadonlySet<string>[];
  /** The cursor's line up to the cursor, without indentation. */
  readonly typed: string;
  readonly typedTerms: ReadonlySet<string>;
}

export interface Continuation {
  /** Whole lines from the one that stands where the cursor's line does. */
  readonly text: string;
  /** How much the lines above them are like those above the cursor, 0..1. */
  readonly likeness: number;
}

/** `prefix`: the document before the cursor. */
export function windowBefore(prefix: string): Window {
  const lineStart = prefix.lastIndexOf("\n") + 1;
  const above: Set<string>[] = [];
  let end = lineStart - 1;
  while (end > 0 && above.length < WINDOW_LINES) {
    const start = prefix.lastIndexOf("\n", end - 1) + 1;
    const terms = new Set(termsOf(prefix.slice(start, end)));
    if (terms.size > 0) above.push(terms);
    end = start - 1;
  }
  const typed = prefix.slice(lineStart).trimStart();
  return { above, typed, typedTerms: new Set(termsOf(typed)) };
}

/**
 * Undefined where nothing in `code` resembles the window, or nothing follows what does. `behind`: what goes on where
 * `code` ends, "" for nothing.
 */
export function continuationOf(code: string, behind: string, window: Window): Continuation | undefined {
  const lines = code.split("\n");
  const terms = lines.map((line) => new Set(termsOf(line)));
  const worded = terms.flatMap((line, index) => (line.size > 0 ? [index] : []));
  // By line of the window, then by worded line of the code.
  const likeness = window.above.map((line) => worded.map((index) => jaccard(line, terms[index]!)));
  let best: { readonly line: number; readonly likeness: number } | undefined;
  const whole = behind === "" ? lines : [...lines, ...behind.split("\n")];
  for (let above = 0, line = 0; line <= lines.length && line < whole.length; line++) {
    while (above < worded.length && worded[above]! < line) above++;
    const own = terms[line] ?? new Set(termsOf(whole[line]!));
    // Blank lines and closing brackets are written by editors.
    if (own.size === 0) continue;
    const found = likenessAt(likeness, above, typedLikeness(whole[line]!, own, window));
    if (found >= LIKENESS_MIN && (!best || found > best.likeness)) best = { line, likeness: found };
  }
  if (!best) return undefined;
  const text = whole.slice(best.line, best.line + CONTINUATION_LINES_MAX).join("\n");
  return { text: text.trimEnd(), likeness: best.likeness };
}

/** Mean likeness of the lines above, and of the cursor's line where something is typed. `above`: worded lines above. */
function likenessAt(likeness: readonly (readonly number[])[], above: number, typed: number | undefined): number {
  let sum = typed ?? 0;
  let weights = typed === undefined ? 0 : 1;
  let weight = 1;
  for (const [distance, line] of likeness.entries()) {
    let best = 0;
    for (let shift = -SHIFT; shift <= SHIFT; shift++) {
      const at = above - 1 - distance - shift;
      if (at < above) best = Math.max(best, line[at] ?? 0);
    }
    sum += weight * best;
    weights += weight;
    weight *= LINE_DECAY;
  }
  return weights === 0 ? 0 : sum / weights;
}

function typedLikeness(line: string, terms: ReadonlySet<string>, { typed, typedTerms }: Window): number | undefined {
  if (typed === "") return undefined;
  if (line.trimStart().startsWith(typed)) return 1;
  return jaccard(typedTerms, terms) / 2;
}

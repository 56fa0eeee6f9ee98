/**
 * What comes next in a piece of code that resembles the place of the cursor: its window that is most like the lines
 * before the cursor is found, and the lines from there on are the continuation. Pure.
 */
import { termsOf } from "../../code/terms.ts";

/** Lines with words above the cursor that are compared; each further one counts this much less (ours). */
const WINDOW_LINES = 6;
const LINE_DECAY = 0.75;
/** Lines above may be shifted by one: something was inserted. */
const SHIFT = 1;
/** Less is coincidence: as for two of the four nearest lines that share half of their words (ours). */
const LIKENESS_MIN = 0.2;
export const CONTINUATION_LINES_MAX = 12;

/** The lines before the cursor, as they are compared: those above that have terms, the nearest first, then its own. */
export interface Window {
  /** Distinct terms of each line above. */
  readonly above: readonly number[];
  /** The cursor's line up to the cursor, without indentation. */
  readonly typed: string;
  readonly typedTerms: number;
  /** Of each term the lines that have it: bit 0 for the nearest above, {@link TYPED} for the cursor's own. */
  readonly holders: ReadonlyMap<string, number>;
}

const TYPED = WINDOW_LINES;

export interface Continuation {
  /** Whole lines from the one that stands where the cursor's line does. */
  readonly text: string;
  /** How much the lines above them are like those above the cursor, 0..1. */
  readonly likeness: number;
}

/** `prefix`: the document before the cursor. */
export function windowBefore(prefix: string): Window {
  const lineStart = prefix.lastIndexOf("\n") + 1;
  const above: number[] = [];
  const holders = new Map<string, number>();
  const hold = (terms: ReadonlySet<string>, bit: number): void => {
    for (const term of terms) holders.set(term, (holders.get(term) ?? 0) | (1 << bit));
  };
  let end = lineStart - 1;
  while (end > 0 && above.length < WINDOW_LINES) {
    const start = prefix.lastIndexOf("\n", end - 1) + 1;
    const terms = new Set(termsOf(prefix.slice(start, end)));
    if (terms.size > 0) {
      hold(terms, above.length);
      above.push(terms.size);
    }
    end = start - 1;
  }
  const typed = prefix.slice(lineStart).trimStart();
  const typedTerms = new Set(termsOf(typed));
  hold(typedTerms, TYPED);
  return { above, typed, typedTerms: typedTerms.size, holders };
}

/**
 * Undefined where nothing in `code` resembles the window, or nothing follows what does. `behind`: what goes on where
 * `code` ends, "" for nothing.
 */
export function continuationOf(code: string, behind: string, window: Window): Continuation | undefined {
  const lines = code.split("\n");
  const whole = behind === "" ? lines : [...lines, ...behind.split("\n")];
  /** Of each line with terms that was passed, how much it is like each line of the window. */
  const passed: Float64Array[] = [];
  let best: { readonly line: number; readonly likeness: number } | undefined;
  for (let line = 0; line <= lines.length && line < whole.length; line++) {
    const likeness = likenessTo(window, whole[line]!);
    // Blank lines and closing brackets are written by editors.
    if (!likeness) continue;
    const found = likenessAt(passed, window, typedLikeness(whole[line]!, likeness, window));
    if (found >= LIKENESS_MIN && (!best || found > best.likeness)) best = { line, likeness: found };
    passed.push(likeness);
  }
  if (!best) return undefined;
  const text = whole.slice(best.line, best.line + CONTINUATION_LINES_MAX).join("\n");
  return { text: text.trimEnd(), likeness: best.likeness };
}

/** Jaccard index of the line's terms and those of each line of the window; undefined where it has none. */
function likenessTo({ above, typedTerms, holders }: Window, line: string): Float64Array | undefined {
  const terms = new Set(termsOf(line));
  if (terms.size === 0) return undefined;
  const shared = new Float64Array(TYPED + 1);
  for (const term of terms) {
    for (let bits = holders.get(term) ?? 0; bits !== 0; bits &= bits - 1) shared[31 - Math.clz32(bits & -bits)]!++;
  }
  return shared.map((both, bit) => both / ((bit === TYPED ? typedTerms : (above[bit] ?? 0)) + terms.size - both));
}

/** Mean likeness of the lines above, and of the cursor's line where something is typed. `passed`: the lines before. */
function likenessAt(passed: readonly Float64Array[], { above }: Window, typed: number | undefined): number {
  let sum = typed ?? 0;
  let weights = typed === undefined ? 0 : 1;
  let weight = 1;
  for (let distance = 0; distance < above.length; distance++) {
    let best = 0;
    for (let shift = -SHIFT; shift <= SHIFT; shift++) {
      best = Math.max(best, passed[passed.length - 1 - distance - shift]?.[distance] ?? 0);
    }
    sum += weight * best;
    weights += weight;
    weight *= LINE_DECAY;
  }
  return weights === 0 ? 0 : sum / weights;
}

function typedLikeness(line: string, likeness: Float64Array, { typed }: Window): number | undefined {
  if (typed === "") return undefined;
  if (line.trimStart().startsWith(typed)) return 1;
  return likeness[TYPED]! / 2;
}

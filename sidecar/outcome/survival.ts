/**
 * How much of a generated text is still there. Four measures that peers use too: token-LCS kept rate (Zed), normalised
 * Levenshtein distance (Ziegler et al. 2022), character 4-gram Dice and, from it, noRevert (both Copilot). All are bounded in time:
 * texts beyond the limits below are compared up to them.
 */
import { alignTokens } from "../../text/align.ts";

/** Tokens of a side that are compared; a suggestion has rarely more than 500. The rest is left out on both sides. */
const TOKENS_MAX = 2000;
/**
 * Runs of tokens that may have moved: long ones are looked for first, lest pieces of them be taken for something else.
 * Fewer than the last are coincidence (ours).
 */
const MOVED_RUNS_MIN = [24, 6] as const;
/** Characters of a side, between common beginning and end, that are aligned. What lies behind them counts as changed. */
const ALIGNED_CHARS_MAX = 2000;
/** Characters of a side whose 4-grams are counted. */
const GRAM_CHARS_MAX = 20_000;

/** Names and numbers as one token each, everything else by the character, white space not at all. */
const TOKEN = /[\p{L}\p{N}\p{M}_$]+|\S/gu;

/** The tokens that {@link keptRate} counts. */
export function tokensOf(text: string): string[] {
  return text.match(TOKEN) ?? [];
}

/**
 * Share of the generated tokens that `final` still has in order, 0..1. Moved pieces count as kept; white space does not
 * count at all. What was added does not lower it. 1 where nothing was generated.
 */
export function keptRate(generated: string, final: string): number {
  const before = tokensOf(generated).slice(0, TOKENS_MAX);
  const after = tokensOf(final).slice(0, TOKENS_MAX);
  if (before.length === 0) return 1;
  const inOrder = commonInOrder(before, after);
  if (inOrder === before.length) return 1;
  const moved = takeMoved(before, after);
  return Math.max(inOrder, moved.count + commonInOrder(moved.before, moved.after)) / before.length;
}

/** Levenshtein distance in UTF-16 code units over the length of the longer text, 0 (equal) to 1 (nothing in common). */
export function editDistance(generated: string, final: string): number {
  const longer = Math.max(generated.length, final.length);
  if (longer === 0) return 0;
  const shorter = Math.min(generated.length, final.length);
  let start = 0;
  while (start < shorter && generated.charCodeAt(start) === final.charCodeAt(start)) start++;
  let end = 0;
  while (
    end < shorter - start &&
    generated.charCodeAt(generated.length - 1 - end) === final.charCodeAt(final.length - 1 - end)
  ) {
    end++;
  }
  const left = generated.slice(start, generated.length - end);
  const right = final.slice(start, final.length - end);
  const beyond = Math.max(0, left.length - ALIGNED_CHARS_MAX, right.length - ALIGNED_CHARS_MAX);
  const aligned = levenshtein(left.slice(0, ALIGNED_CHARS_MAX), right.slice(0, ALIGNED_CHARS_MAX));
  return Math.min(1, (aligned + beyond) / longer);
}

/** Dice coefficient of the character 4-grams, as multisets, 0..1. Texts under four characters are equal or not. */
export function fourGramDice(generated: string, final: string): number {
  const left = generated.slice(0, GRAM_CHARS_MAX);
  const right = final.slice(0, GRAM_CHARS_MAX);
  if (left.length < 4 || right.length < 4) return left === right ? 1 : 0;
  const counts = new Map<string, number>();
  for (let at = 0; at + 4 <= left.length; at++) {
    const gram = left.slice(at, at + 4);
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  let common = 0;
  for (let at = 0; at + 4 <= right.length; at++) {
    const gram = right.slice(at, at + 4);
    const count = counts.get(gram) ?? 0;
    if (count === 0) continue;
    counts.set(gram, count - 1);
    common++;
  }
  return (2 * common) / (left.length - 3 + right.length - 3);
}

/**
 * How little of the way back to `before` was gone, 0 (it is again what it was) to 1 (no step back, whatever else
 * became of it): `1 − max(sim(final, before) − sim(generated, before), 0) / (1 − sim(generated, before))` over
 * {@link fourGramDice}. 1 where the generated text changed nothing.
 */
export function noRevert(before: string, generated: string, final: string): number {
  const generatedLikeness = fourGramDice(generated, before);
  if (generatedLikeness >= 1) return 1;
  const finalLikeness = fourGramDice(final, before);
  return 1 - Math.max(finalLikeness - generatedLikeness, 0) / (1 - generatedLikeness);
}

/** Length of the longest common subsequence; 0 where the texts are too different to look for it. */
function commonInOrder(before: readonly string[], after: readonly string[]): number {
  return alignTokens(before, after)?.length ?? 0;
}

/** Takes runs that both sides have, in any order, out of both; each token is in one run at most. */
function takeMoved(
  before: readonly string[],
  after: readonly string[],
): { readonly count: number; readonly before: readonly string[]; readonly after: readonly string[] } {
  const isTaken = { before: before.map(() => false), after: after.map(() => false) };
  for (const length of MOVED_RUNS_MIN) {
    const starts = new Map<string, number[]>();
    for (let at = 0; at + length <= after.length; at++) {
      const key = after.slice(at, at + length).join("\0");
      const places = starts.get(key);
      if (places) places.push(at);
      else starts.set(key, [at]);
    }
    for (let from = 0; from + length <= before.length;) {
      const isFree = (at: number): boolean =>
        !isTaken.before.slice(from, from + length).includes(true) &&
        !isTaken.after.slice(at, at + length).includes(true);
      let to = starts.get(before.slice(from, from + length).join("\0"))?.find(isFree);
      if (to === undefined) {
        from++;
        continue;
      }
      while (from < before.length && before[from] === after[to] && !isTaken.before[from] && !isTaken.after[to]) {
        isTaken.before[from++] = true;
        isTaken.after[to++] = true;
      }
    }
  }
  return {
    count: isTaken.before.filter(Boolean).length,
    before: before.filter((_, index) => !isTaken.before[index]),
    after: after.filter((_, index) => !isTaken.after[index]),
  };
}

/** Two-row Wagner-Fischer: O(n·m) time, O(m) memory; callers bound both. */
function levenshtein(left: string, right: string): number {
  if (left.length === 0 || right.length === 0) return left.length + right.length;
  const row = new Uint32Array(right.length + 1);
  for (let column = 0; column <= right.length; column++) row[column] = column;
  for (let line = 1; line <= left.length; line++) {
    const code = left.charCodeAt(line - 1);
    let diagonal = row[0]!;
    row[0] = line;
    for (let column = 1; column <= right.length; column++) {
      const above = row[column]!;
      const replaced = code === right.charCodeAt(column - 1) ? diagonal : diagonal + 1;
      row[column] = Math.min(replaced, above + 1, row[column - 1]! + 1);
      diagonal = above;
    }
  }
  return row[right.length]!;
}

/**
 * Copied lines are adapted to their new place: what stands above both places is compared line by line, and where the
 * lines differ in a few words, the same words are exchanged in what is copied (learning.md §3).
 */
import type { Corpus } from "./corpus.ts";
import type { Place } from "./place.ts";
import { BOUNDARY, isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";
import { capitalize } from "../../../text/capitalize.ts";

/** Lines above that are compared, and tokens of one at most. */
const LINES = 6;
const LINE_TOKENS_MAX = 60;
/** Tokens of two lines that must be equal for the others to be taken for exchanged. */
const EQUAL_SHARE_MIN = 0.5;

/** Words to exchange, by key. */
export type Renames = ReadonlyMap<number, number>;

/** What has to be exchanged in text that is copied from `at` in a corpus; empty where nothing can be told. */
export function renamesFor(place: Place, corpus: Corpus, at: number, vocabulary: Vocabulary): Renames {
  const here = linesAbove((index) => place.keys[index]!, place.keys.length);
  const there = linesAbove((index) => corpus.key(index), at);
  const renames = new Map<number, number>();
  const kept = new Set<number>();
  for (let line = 0; line < Math.min(here.length, there.length); line++) {
    const [mine, theirs] = [here[line]!, there[line]!];
    if (mine.length !== theirs.length || mine.length === 0) continue;
    const differing = mine.flatMap((key, index) => (key === theirs[index] ? [] : [index]));
    if (differing.length > mine.length * (1 - EQUAL_SHARE_MIN)) continue;
    for (const [index, key] of mine.entries()) {
      const other = theirs[index]!;
      // Nearer lines outrank those further up; what stays the same anywhere near is no name for something else.
      if (key === other) kept.add(key);
      else if (!renames.has(other) && isExchangeable(other, vocabulary) && isExchangeable(key, vocabulary)) {
        renames.set(other, key);
      }
    }
  }
  for (const key of kept) renames.delete(key);
  return renames;
}

/** The values with words exchanged, also inside of longer names; undefined where nothing changes. */
export function adapt(
  values: readonly number[],
  renames: Renames,
  vocabulary: Vocabulary,
): readonly number[] | undefined {
  if (renames.size === 0) return undefined;
  const adapted = values.map((value) => {
    const key = isLineBreak(value) ? undefined : exchange(keyOf(value), renames, vocabulary);
    return key === undefined ? value : (key << 1) | (value & 1);
  });
  return adapted.some((value, index) => value !== values[index]) ? adapted : undefined;
}

/** The word for another one, or one built from it (`findUser` for `user`) if such a word is known. */
function exchange(key: number, renames: Renames, vocabulary: Vocabulary): number | undefined {
  const whole = renames.get(key);
  if (whole !== undefined) return whole;
  const word = vocabulary.word(key);
  for (const [from, to] of renames) {
    const [part, replacement] = [vocabulary.word(from), vocabulary.word(to)];
    if (part.length < 3 || !/^[\p{L}_$]/u.test(part)) continue;
    for (const change of [(text: string) => text, capitalize]) {
      if (!word.includes(change(part))) continue;
      const known = vocabulary.knownKey(word.replace(change(part), () => change(replacement)));
      if (known !== undefined && known !== key) return known;
    }
  }
  return undefined;
}

/** The tokens of the lines that end before `end`, the cursor's own first; blank lines do not count. */
function linesAbove(keyAt: (index: number) => number, end: number): number[][] {
  const lines: number[][] = [];
  let line: number[] = [];
  for (let at = end - 1; at >= 0 && lines.length < LINES; at--) {
    const key = keyAt(at);
    if (key === BOUNDARY || key === LINE_BREAK) {
      lines.push(line.reverse());
      line = [];
      if (key === BOUNDARY) break;
    } else if (line.length < LINE_TOKENS_MAX) line.push(key);
  }
  return lines;
}

/** Names, numbers and words of texts; marks and operators stand for themselves. */
function isExchangeable(key: number, vocabulary: Vocabulary): boolean {
  return /^[\p{L}\p{N}_$]/u.test(vocabulary.word(key));
}

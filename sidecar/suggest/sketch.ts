/**
 * Sketches: texts and places as small sets of hashes, so that thousands of them are compared within a keystroke. A text
 * is its token 3-grams (Broder 1997, "On the resemblance and containment of documents"), white space and line ends left
 * out: the same code, wrapped or indented otherwise, is the same text. A place is the words of the lines above.
 */
import { eachTerm } from "../code/terms.ts";
import { scanTokens } from "../code/tokens.ts";

/** A set of 32-bit hashes, ascending, each once. */
export type Sketch = Int32Array;

export interface TextSketch {
  readonly shingles: Sketch;
  /** Lines of the text that are not blank. */
  readonly lines: number;
  /** Hash of all tokens in order, and with those of the line left of the text: as it would stand in the document. */
  readonly alone: number;
  readonly whole: number;
}

/** Of a long suggestion its beginnings of one to so many lines are sketched too. */
const BEGINNINGS_MAX = 6;
/** Lines above that make a place. */
const CONTEXT_LINES = 5;
/** Longer lines are data; their beginning will do. */
const CONTEXT_LINE_CHARS_MAX = 200;

/** Sketches of the first line of `text`, its first two lines, … and last of all of it; none where it is blank. */
export function sketchText(linePrefix: string, text: string): TextSketch[] {
  const own = hashTokens(text);
  const whole = hashTokens(linePrefix + text);
  const before = whole.tokens.length - own.tokens.length;
  const last = own.lineEnds.length - 1;
  return own.lineEnds.flatMap((end, index) => {
    if (index >= BEGINNINGS_MAX && index < last) return [];
    return {
      shingles: shinglesOf(own.tokens, end),
      lines: index + 1,
      alone: hashSequence(own.tokens, end),
      // A word that goes on in the text is one token of the whole: the difference tells how many stand before.
      whole: hashSequence(whole.tokens, Math.max(0, before + end)),
    };
  });
}

/** The place below `above` and behind `linePrefix`. */
export function sketchContext(above: string, linePrefix: string): Sketch {
  const hashes: number[] = [];
  const add = (line: string): void =>
    eachTerm(line.slice(-CONTEXT_LINE_CHARS_MAX), (term) => hashes.push(hashText(term, 0, term.length)));
  add(linePrefix);
  let end = above.length;
  for (let lines = 0; lines < CONTEXT_LINES && end > 0;) {
    const start = above.lastIndexOf("\n", end - 1) + 1;
    const line = above.slice(start, end);
    if (line.trim() !== "") {
      add(line);
      lines++;
    }
    end = start - 1;
  }
  return sketchOf(hashes);
}

/** Shared members over all members (Jaccard), 0..1; two empty sets are alike. */
export function resemblance(left: Sketch, right: Sketch): number {
  const shared = countShared(left, right);
  const all = left.length + right.length - shared;
  return all === 0 ? 1 : shared / all;
}

/** Shared members over the mean size (Dice), 0..1: kinder than {@link resemblance} to sets that differ a little. */
export function overlap(left: Sketch, right: Sketch): number {
  const sizes = left.length + right.length;
  return sizes === 0 ? 1 : (2 * countShared(left, right)) / sizes;
}

/** Share of `part` that is in `whole`, 0..1. */
export function containment(part: Sketch, whole: Sketch): number {
  return part.length === 0 ? 1 : countShared(part, whole) / part.length;
}

/**
 * The members of which two sets with a resemblance of at least `min` share one, whichever they are (prefix filtering,
 * Bayardo et al. 2007): an index needs no others.
 */
export function keysOf(sketch: Sketch, min: number): Sketch {
  return sketch.subarray(0, sketch.length - Math.ceil(min * sketch.length) + 1);
}

interface HashedTokens {
  readonly tokens: readonly number[];
  /** How many tokens there are up to the end of each line that has any. */
  readonly lineEnds: readonly number[];
}

function hashTokens(text: string): HashedTokens {
  const tokens: number[] = [];
  const lineEnds: number[] = [];
  const endLine = (): void => {
    if (tokens.length > (lineEnds.at(-1) ?? 0)) lineEnds.push(tokens.length);
  };
  scanTokens(text, (start, end, _, isLineBreak) => {
    if (isLineBreak) endLine();
    else tokens.push(hashText(text, start, end));
  });
  endLine();
  return { tokens, lineEnds };
}

/** 3-grams of the first `count` tokens, with one mark at either end: as many as there are tokens. */
function shinglesOf(tokens: readonly number[], count: number): Sketch {
  const at = (index: number): number => (index < 0 ? 1 : index >= count ? 2 : tokens[index]!);
  return sketchOf(
    Array.from({ length: count }, (_, index) => mix(mix(mix(SEED, at(index - 1)), at(index)), at(index + 1))),
  );
}

function sketchOf(hashes: readonly number[]): Sketch {
  const sorted = Int32Array.from(hashes).sort();
  return sorted.filter((hash, index) => index === 0 || hash !== sorted[index - 1]);
}

function countShared(left: Sketch, right: Sketch): number {
  let shared = 0;
  for (let i = 0, j = 0; i < left.length && j < right.length;) {
    const difference = left[i]! - right[j]!;
    if (difference === 0) shared++;
    if (difference <= 0) i++;
    if (difference >= 0) j++;
  }
  return shared;
}

const SEED = 0x811c9dc5 | 0;

/** FNV-1a over UTF-16 code units, its bits spread at the end. */
function hashText(text: string, start: number, end: number): number {
  let hash = SEED;
  for (let index = start; index < end; index++) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return spread(hash);
}

function hashSequence(tokens: readonly number[], count: number): number {
  let hash = SEED;
  for (let index = 0; index < count; index++) hash = mix(hash, tokens[index]!);
  return hash;
}

function mix(hash: number, value: number): number {
  return spread(Math.imul(hash, 31) + value);
}

/** The finaliser of MurmurHash3: every bit of the input changes half of the output. */
function spread(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

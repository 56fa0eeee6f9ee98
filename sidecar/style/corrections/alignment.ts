/**
 * Which token of a generation became which of the final text: the alignment of greatest weight (Needleman & Wunsch
 * 1970). Names and literals weigh more than marks, and tokens in nodes of the same type more than others, so that a
 * bracket finds its own counterpart and not just any.
 */
import { isContent, type SolidCode } from "./solid.ts";

export interface Alignment {
  /** For each generated token its final one, or -1. They rise from left to right. */
  readonly finals: Int32Array;
  /** The same from the other side. */
  readonly generateds: Int32Array;
  /** Share of the longer side's tokens that are in both, 0..1. */
  readonly similarity: number;
}

/** Cells of the table; two texts that differ by more were not corrected but written anew. */
const CELLS_MAX = 250_000;

/** Names and literals that changed stand for each other, if nothing better is found. */
const CHANGED_CONTENT = 2;
const SAME_MARK = 4;
const SAME_WORD = 6;
const SAME_CONTENT = 8;
const SAME_PARENT = 3;
/** And the node around that one. */
const SAME_GRANDPARENT = 1;

/** Undefined where the texts are too different to compare. `equal` says which keys are the same though they differ. */
export function alignTokens(
  generated: SolidCode,
  final: SolidCode,
  renamed: ReadonlyMap<string, string> = new Map(),
): Alignment | undefined {
  const left = tokenTraits(generated, (key) => renamed.get(key) ?? key);
  const right = tokenTraits(final, (key) => key);
  const finals = new Int32Array(left.keys.length).fill(-1);
  const generateds = new Int32Array(right.keys.length).fill(-1);
  let equal = 0;
  const pair = (from: number, to: number): void => {
    finals[from] = to;
    generateds[to] = from;
    if (left.keys[from] === right.keys[to]) equal++;
  };
  const isSame = (from: number, to: number): boolean =>
    left.keys[from] === right.keys[to] && left.parents[from] === right.parents[to];
  let start = 0;
  let leftEnd = left.keys.length;
  let rightEnd = right.keys.length;
  while (start < leftEnd && start < rightEnd && isSame(start, start)) {
    pair(start, start);
    start++;
  }
  while (leftEnd > start && rightEnd > start && isSame(leftEnd - 1, rightEnd - 1)) pair(--leftEnd, --rightEnd);
  const rows = leftEnd - start;
  const columns = rightEnd - start;
  if (rows * columns > CELLS_MAX) return undefined;
  alignMiddle(left, right, start, rows, columns, pair);
  return { finals, generateds, similarity: equal / Math.max(1, left.keys.length, right.keys.length) };
}

interface TokenTraits {
  readonly keys: readonly string[];
  /** Type of the node around the token. */
  readonly parents: readonly string[];
  readonly grandparents: readonly string[];
  readonly weights: Int32Array;
  /** Type of a name or literal; empty for all else. */
  readonly contents: readonly string[];
}

function tokenTraits(code: SolidCode, rename: (key: string) => string): TokenTraits {
  const weights = new Int32Array(code.keys.length);
  const contents: string[] = [];
  const parents: string[] = [];
  const grandparents: string[] = [];
  code.tokenNodes.forEach((node, token) => {
    const content = isContent(code, node);
    weights[token] = content ? SAME_CONTENT : /^\w/.test(code.keys[token]!) ? SAME_WORD : SAME_MARK;
    contents.push(content ? code.types[node]! : "");
    const parent = code.parents[node]!;
    parents.push(parent < 0 ? "" : code.types[parent]!);
    const grandparent = parent < 0 ? -1 : code.parents[parent]!;
    grandparents.push(grandparent < 0 ? "" : code.types[grandparent]!);
  });
  return { keys: code.keys.map(rename), parents, grandparents, weights, contents };
}

function alignMiddle(
  left: TokenTraits,
  right: TokenTraits,
  start: number,
  rows: number,
  columns: number,
  pair: (from: number, to: number) => void,
): void {
  if (rows === 0 || columns === 0) return;
  const width = columns + 1;
  const best = new Int32Array((rows + 1) * width);
  const scoreOf = (row: number, column: number): number => {
    const from = start + row;
    const to = start + column;
    if (left.keys[from] === right.keys[to]) {
      if (left.parents[from] !== right.parents[to]) return left.weights[from]!;
      const around = left.grandparents[from] === right.grandparents[to] ? SAME_GRANDPARENT : 0;
      return left.weights[from]! + SAME_PARENT + around;
    }
    return left.contents[from] !== "" && left.contents[from] === right.contents[to] ? CHANGED_CONTENT : 0;
  };
  for (let row = rows - 1; row >= 0; row--) {
    for (let column = columns - 1; column >= 0; column--) {
      const skipped = Math.max(best[(row + 1) * width + column]!, best[row * width + column + 1]!);
      const score = scoreOf(row, column);
      const paired = score === 0 ? 0 : score + best[(row + 1) * width + column + 1]!;
      best[row * width + column] = Math.max(skipped, paired);
    }
  }
  let row = 0;
  let column = 0;
  while (row < rows && column < columns) {
    const score = scoreOf(row, column);
    const here = best[row * width + column]!;
    if (score > 0 && here === score + best[(row + 1) * width + column + 1]!) pair(start + row++, start + column++);
    else if (here === best[(row + 1) * width + column]) row++;
    else column++;
  }
}

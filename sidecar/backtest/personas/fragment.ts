/**
 * A few lines as tokens with the gaps between them, and how two such texts correspond: what costs and sites are
 * counted on. The lexer is recall's: it reads a broken suggestion as well as a right one, in any language.
 */
import { scanTokens } from "../../code/tokens.ts";
import { align, Symbols } from "./alignment.ts";

export interface Fragment {
  readonly text: string;
  readonly tokens: readonly string[];
  /** White space in front of each token, and one more behind the last: `tokens.length + 1` of them. */
  readonly gaps: readonly string[];
}

/** Between two tokens that correspond (or an end of the text) and the next two: what one made of the other there. */
export interface Run {
  /** Tokens of the left text from `leftStart` to `leftEnd` (exclusive) became those of the right; both may be none. */
  readonly leftStart: number;
  readonly leftEnd: number;
  readonly rightStart: number;
  readonly rightEnd: number;
}

export function fragmentOf(text: string): Fragment {
  const tokens: string[] = [];
  const gaps: string[] = [];
  let end = 0;
  scanTokens(text, (start, stop, _, isLineBreak) => {
    if (isLineBreak) return;
    gaps.push(text.slice(end, start));
    tokens.push(text.slice(start, stop));
    end = stop;
  });
  gaps.push(text.slice(end));
  return { text, tokens, gaps };
}

/** All runs from left to right: one more than there are pairs of tokens that correspond. */
export function runsBetween(left: Fragment, right: Fragment): Run[] {
  const symbols = new Symbols();
  const partners = align(symbols.of(left.tokens), symbols.of(right.tokens));
  const runs: Run[] = [];
  let leftStart = 0;
  let rightStart = 0;
  const add = (leftEnd: number, rightEnd: number): void => {
    runs.push({ leftStart, leftEnd, rightStart, rightEnd });
    leftStart = leftEnd + 1;
    rightStart = rightEnd + 1;
  };
  partners.forEach((partner, at) => {
    if (partner >= 0) add(at, partner);
  });
  add(left.tokens.length, right.tokens.length);
  return runs;
}

/** The text of the tokens from `start` to `end` (exclusive) with the gaps around them. */
export function spanOf({ tokens, gaps }: Fragment, start: number, end: number): string {
  let text = gaps[start]!;
  for (let at = start; at < end; at++) text += tokens[at]! + gaps[at + 1]!;
  return text;
}

export function hasLineBreak(gap: string): boolean {
  return gap.includes("\n");
}

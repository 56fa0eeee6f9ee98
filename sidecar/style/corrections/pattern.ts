/**
 * The two sides of a correction. The left side is a run of sibling nodes with holes: `$1` stands for one or more nodes
 * that come back on the right side, `_` for a node of a type that does not. The right side is tokens and holes, with
 * the white space that stood between them where the developer wrote it.
 */
import type { Gap } from "./gap.ts";
import { isContent, isLeaf, type SolidCode } from "./solid.ts";

export type Pattern =
  | { readonly kind: "token"; readonly type: string; readonly key: string }
  | { readonly kind: "node"; readonly type: string; readonly children: readonly Pattern[] }
  /** One or more siblings, whatever they say. */
  | { readonly kind: "hole"; readonly hole: number }
  /**
   * One name or literal of a type; with `again`, one that stands nearby once more. With `own`, a variable of which
   * nothing is left: no hole may say it.
   */
  | {
      readonly kind: "leaf";
      readonly hole: number;
      readonly type: string;
      readonly again: boolean;
      readonly own: boolean;
    };

export interface LeftSide {
  /** Equal for equal left sides, and for no others. */
  readonly key: string;
  readonly run: readonly Pattern[];
  /** Type of the node around the run, where the run alone says too little; undefined for anywhere. */
  readonly parent: string | undefined;
  /** What must stand before the run under its parent: see {@link anchorBefore}. Undefined for anything. */
  readonly before: string | undefined;
  /** Whether the run only holds the place of an insertion. */
  readonly isInsertion: boolean;
  /** Whether the run is the last of its parent. */
  readonly isLast: boolean;
  readonly holes: number;
  /** Tokens that must be there literally. */
  readonly literals: number;
  /** Whether something that the right side cannot bring back may be anything. */
  readonly isLossy: boolean;
  /** As people read it: `$1.indexOf($2) !== -1`. */
  readonly title: string;
}

/** What a right side writes. */
export interface RightText {
  readonly items: readonly RightItem[];
  /** What stands before the first item where the generation began a line there; undefined where it still does. */
  readonly lead: string | undefined;
  /** Optional punctuation behind the last item. */
  readonly tail: string;
  /** Where all is left out: which white space stays, that before or that behind. */
  readonly space: "before" | "behind";
}

export interface RightItem {
  readonly part: RightPart;
  /** What stands between this and the item before; of the first it is empty. */
  readonly gap: Gap;
}

export type RightPart =
  | { readonly kind: "token"; readonly key: string; readonly text: string }
  /** What a hole stands for; or the word that its string holds, or its word as a string. */
  | { readonly kind: "hole"; readonly hole: number; readonly as: "itself" | "word" | "string" };

/** The pattern's tokens and holes in order. */
export function flat(patterns: readonly Pattern[]): Exclude<Pattern, { kind: "node" }>[] {
  return patterns.flatMap((pattern) => (pattern.kind === "node" ? flat(pattern.children) : [pattern]));
}

/** Equal for equal patterns, and for no others. */
export function patternKey(pattern: Pattern): string {
  switch (pattern.kind) {
    case "token":
      return pattern.key === pattern.type ? pattern.key : `${pattern.type}=${pattern.key}`;
    case "node":
      return `${pattern.type}(${pattern.children.map(patternKey).join("\0")}\0)`;
    case "hole":
      return `$${pattern.hole}`;
    case "leaf":
      return `$${pattern.hole}:${pattern.type}${pattern.again ? "!" : ""}${pattern.own ? "^" : ""}`;
  }
}

/** Equal for right sides that write the same. */
export function rightKey(items: readonly RightItem[]): string {
  return items
    .map(({ part }) => (part.kind === "token" ? part.key : `\0${part.hole}${part.as === "itself" ? "" : part.as}`))
    .join("\0");
}

/**
 * What stands before a node under its parent: "" for nothing, "list" for an opener or a comma, another mark or keyword
 * as it is, "node" for anything else. So that all elements of a list stand at the same place. Undefined where it lies
 * outside of the region.
 */
export function anchorBefore(code: SolidCode, parent: number, node: number): string | undefined {
  let before = -1;
  for (let child = parent + 1; child < node; child = code.nodeEnds[child]!) before = child;
  if (before < 0) return code.whole[parent]! || code.open[parent]! ? "" : undefined;
  if (!isLeaf(code, before) || isContent(code, before)) return "node";
  const type = code.types[before]!;
  return /^[,([{<]$/.test(type) ? "list" : type;
}

/** The word inside a string, as a token says it; undefined where it is not a word. */
export function wordIn(key: string): string | undefined {
  return /^"([\p{L}_$][\p{L}\p{N}_$]*)"$/u.exec(key)?.[1];
}

/** Tokens to either side that are nearby. */
const NEARBY = 16;

/** Whether what a token says is said nearby once more. */
export function isSaidAgain(code: SolidCode, token: number): boolean {
  const key = code.keys[token]!;
  const to = Math.min(code.keys.length, token + NEARBY + 1);
  for (let other = Math.max(0, token - NEARBY); other < to; other++) {
    if (other !== token && code.keys[other] === key) return true;
  }
  return false;
}

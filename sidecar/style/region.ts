/** A piece of source text inside a syntax tree: the part that was suggested or written, with context around it. */
import type { SyntaxTree } from "../code/syntax.ts";

export interface Region {
  readonly tree: SyntaxTree;
  /** Offsets into the tree's text; what lies outside is context and never changed. `end` is exclusive. */
  readonly start: number;
  readonly end: number;
}

/** Replaces `text.slice(start, end)`. */
export interface TextEdit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

/** Leaves that lie in the region, in order: node indexes. */
export function regionLeaves({ tree, start, end }: Region): number[] {
  return [...tree.leaves].filter((leaf) => tree.starts[leaf]! >= start && tree.ends[leaf]! <= end);
}

/** The text with edits applied; they must not overlap, and may come in any order. */
export function applyEdits(text: string, edits: readonly TextEdit[]): string {
  let result = "";
  let at = 0;
  for (const edit of [...edits].sort((a, b) => a.start - b.start || a.end - b.end)) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start) + edit.text;
    at = edit.end;
  }
  return result + text.slice(at);
}

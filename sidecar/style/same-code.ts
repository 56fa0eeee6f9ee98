/** Whether two texts are the same code in another layout: the same tokens, of the same kind, in the same nodes. */
import { type SyntaxTree, textOf } from "../code/syntax.ts";
import { readString } from "./layout/quotes.ts";
import type { Region } from "./region.ts";

export function isSameCode(before: Region, after: Region): boolean {
  if (after.tree.errors > before.tree.errors) return false;
  const left = solidLeaves(before);
  const right = solidLeaves(after);
  return left.length === right.length && left.every((leaf, at) => isSame(before.tree, leaf, after.tree, right[at]!));
}

/** Leaves in the region that are no optional marks. */
function solidLeaves({ tree, start, end }: Region): number[] {
  const solid: number[] = [];
  for (const leaf of tree.leaves) {
    if (tree.starts[leaf]! >= end) break;
    const type = tree.types[leaf];
    if (tree.starts[leaf]! >= start && type !== "," && type !== ";") solid.push(leaf);
  }
  return solid;
}

function isSame(left: SyntaxTree, leaf: number, right: SyntaxTree, other: number): boolean {
  let node = leaf;
  let counterpart = other;
  for (; node >= 0 && counterpart >= 0; node = left.parents[node]!, counterpart = right.parents[counterpart]!) {
    if (left.types[node] !== right.types[counterpart]) return false;
  }
  // What has slipped out of its block stands less deep.
  return node === counterpart && saysTheSame(left, leaf, right, other);
}

function saysTheSame(left: SyntaxTree, leaf: number, right: SyntaxTree, other: number): boolean {
  const [before, after] = [textOf(left, leaf), textOf(right, other)];
  if (before === after) return true;
  const [string, again] = [readString(left, leaf), readString(right, other)];
  if (string && again) return plain(string.content) === plain(again.content);
  return before.replace(/\s+/g, " ") === after.replace(/\s+/g, " ");
}

function plain(content: string): string {
  return content.replace(/\\(["'])/g, "$1");
}

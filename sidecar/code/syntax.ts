/**
 * A syntax tree as plain arrays, in preorder: what style is learned from. Handles of tree-sitter cost a call into
 * WebAssembly each and die with their tree; these arrays are read freely, kept, and passed between threads.
 */
import type { Grammar } from "./languages.ts";

export interface SyntaxTree {
  /** What was parsed; "\n" line ends. */
  readonly text: string;
  readonly grammar: Grammar;
  /** Type of each node, as the grammar names it ("call_expression", "("). Node 0 is the root. */
  readonly types: readonly string[];
  /** Offsets into `text`, in UTF-16 code units; `ends` is exclusive. */
  readonly starts: Int32Array;
  readonly ends: Int32Array;
  /** Index of the parent node; -1 for the root. */
  readonly parents: Int32Array;
  /** Index behind the last node of the subtree: `nodeEnds[i] === i + 1` is a leaf. */
  readonly nodeEnds: Int32Array;
  /**
   * Nodes that hold text and whose insides do not matter, in order: every leaf that is not blank, and each comment,
   * string, regular expression or character as a whole.
   */
  readonly leaves: Int32Array;
  /** Places the parser could not make sense of: 0 where the text is right. */
  readonly errors: number;
}

/** Parses text of a grammar; undefined where that grammar is not loaded (yet) or the parser gave up. */
export type Parse = (grammar: Grammar, text: string) => SyntaxTree | undefined;

export type LeafKind = "comment" | "string" | "number" | "word" | "mark";

/** Nodes whose insides are no code: never looked into, never rewritten inside. */
export function isOpaque(type: string): boolean {
  let is = opaque.get(type);
  if (is === undefined) opaque.set(type, (is = OPAQUE.test(type)));
  return is;
}

/** What a leaf is, whatever its grammar calls it. */
export function leafKind(tree: SyntaxTree, node: number): LeafKind {
  const type = tree.types[node]!;
  if (type.includes("comment")) return "comment";
  if (isOpaque(type)) return "string";
  const first = tree.text.charCodeAt(tree.starts[node]!);
  if (first >= 48 && first <= 57) return "number";
  return first >= 128 || isWordStart(first) ? "word" : "mark";
}

/** The text of a node. */
export function textOf(tree: SyntaxTree, node: number): string {
  return tree.text.slice(tree.starts[node], tree.ends[node]);
}

/** The nearest node that holds both. */
export function commonAncestor(tree: SyntaxTree, left: number, right: number): number {
  let node = left;
  while (node > 0 && tree.nodeEnds[node]! <= right) node = tree.parents[node]!;
  return node;
}

/** The child of `ancestor` that `node` lies in, or `ancestor` itself where the two are one. */
export function childToward(tree: SyntaxTree, ancestor: number, node: number): number {
  let child = node;
  while (child !== ancestor && tree.parents[child] !== ancestor && child > 0) child = tree.parents[child]!;
  return child;
}

/** Direct children of a node, in order. */
export function childrenOf(tree: SyntaxTree, node: number): number[] {
  const children: number[] = [];
  for (let child = node + 1; child < tree.nodeEnds[node]!; child = tree.nodeEnds[child]!) children.push(child);
  return children;
}

const OPAQUE =
  /comment|^(?:string|template_string|raw_string|regex|char|character|concatenated_string|interpreted_string|rune|verbatim|system_lib_string|interpolated_string|heredoc)/;

/** Answers by type, of which grammars have some hundreds: each node asks. */
const opaque = new Map<string, boolean>();

function isWordStart(code: number): boolean {
  return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code === 36;
}

/** A piece of source text inside a syntax tree: the part that was suggested or written, with context around it. */
import type { SyntaxTree } from "../code/syntax.ts";

export interface Region {
  readonly tree: SyntaxTree;
  /** Offsets into the tree's text; what lies outside is context and never changed. `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The document before it, as far as it is known. */
  readonly above?: string;
}

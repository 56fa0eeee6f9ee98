/** A piece of source text inside a syntax tree: the part that was suggested or written, with context around it. */
import type { SyntaxTree } from "../code/syntax.ts";

export interface Region {
  readonly tree: SyntaxTree;
  /** Offsets into the tree's text; what lies outside is context and never changed. `end` is exclusive. */
  readonly start: number;
  readonly end: number;
  /** The lines of the document before it, as many as are looked at. */
  readonly above?: string;
}

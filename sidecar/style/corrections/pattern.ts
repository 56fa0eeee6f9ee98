/**
 * The two sides of a correction. The left side is a run of sibling nodes with holes: `$1` stands for one or more nodes
 * that come back on the right side, `_` for a node of a type that does not. The right side is plain tokens and holes,
 * with the white space that stood between them where the developer wrote it.
 */
import { isLeaf, type SolidCode } from "./solid.ts";

export type Pattern =
  | { readonly kind: "token"; readonly type: string; readonly key: string }
  | { readonly kind: "node"; readonly type: string; readonly children: readonly Pattern[] }
  | { readonly kind: "hole"; readonly hole: number }
  | { readonly kind: "any"; readonly hole: number; readonly type: string };

export interface LeftSide {
  /** Equal for equal left sides, and for no others. */
  readonly key: string;
  readonly run: readonly Pattern[];
  /** Type of the node around the run, where the run alone says too little; undefined for anywhere. */
  readonly parent: string | undefined;
  /** What must stand before the run under its parent: see {@link anchorBefore}. Undefined for anything. */
  readonly before: string | undefined;
  /** Whether the run is the last of its parent. */
  readonly isLast: boolean;
  readonly holes: number;
  /** Tokens that must be there literally. */
  readonly literals: number;
  /** As people read it: `$1.indexOf($2) !== -1`. */
  readonly title: string;
}

export interface RightItem {
  /** Number of the hole, or the token. */
  readonly what: number | { readonly key: string; readonly text: string };
  /** What stands between this and the item before; of the first it is empty. */
  readonly gap: Gap;
}

/** White space and optional punctuation between two tokens. */
export interface Gap {
  /** Up to the first line end. */
  readonly text: string;
  readonly lineEnds: number;
  /** Indentation of the new line beyond that of the correction's first line. */
  readonly deeper: string;
  /** Characters by which the new line is indented less. */
  readonly shallower: number;
}

/** A place that a left side matches. */
export interface Match {
  /** Node around the run. */
  readonly parent: number;
  /** First node of the run, and behind its last. */
  readonly from: number;
  readonly to: number;
  /** Tokens of the run; `tokenTo` is exclusive. */
  readonly tokenFrom: number;
  readonly tokenTo: number;
  /** By hole; those of a place that is open at the end of the region may be missing. */
  readonly bindings: readonly (Binding | undefined)[];
  /** How many tokens and holes of the left side were found: all but those behind the end of the region. */
  readonly parts: number;
}

/** What a hole stands for. */
export interface Binding {
  /** Its first node, and behind its last. */
  readonly from: number;
  readonly to: number;
  readonly tokenFrom: number;
  readonly tokenTo: number;
  /** Sibling nodes that it spans. */
  readonly nodes: number;
}

/**
 * What stands before a node under its parent: "" for nothing, "list" for an opener or a comma, else the type. So that
 * all elements of a list stand at the same place.
 */
export function anchorBefore(code: SolidCode, parent: number, node: number): string {
  let before = -1;
  for (let child = parent + 1; child < node; child = code.nodeEnds[child]!) before = child;
  if (before < 0) return code.whole[parent]! || code.open[parent]! ? "" : "?";
  const type = code.types[before]!;
  return /^[,([{<]$/.test(type) ? "list" : type;
}

/** The match of a left side whose run begins at `node`, if there is one. */
export function matchAt(left: LeftSide, code: SolidCode, node: number): Match | undefined {
  const parent = code.parents[node]!;
  if (parent < 0 || (left.parent !== undefined && code.types[parent] !== left.parent)) return undefined;
  if (left.before !== undefined && left.before !== anchorBefore(code, parent, node)) return undefined;
  const matcher = new Matcher(code, left.holes);
  const limit = code.nodeEnds[parent]!;
  const to = matcher.run(left.run, 0, node, parent, false);
  if (to === undefined || (left.isLast && (to !== limit || !code.whole[parent]))) return undefined;
  const tokenFrom = code.firsts[node]!;
  const tokenTo = code.lasts[matcher.lastNode]!;
  return { parent, from: node, to, tokenFrom, tokenTo, bindings: matcher.bindings, parts: matcher.parts };
}

class Matcher {
  /** Last top node of the run. */
  lastNode = 0;
  /** Tokens and holes found so far. */
  parts = 0;
  readonly bindings: Binding[];
  readonly #code: SolidCode;
  /** The region ended inside a node of the run: what would follow counts as found. */
  #isCut = false;

  constructor(code: SolidCode, holes: number) {
    this.#code = code;
    this.bindings = new Array<Binding>(holes);
  }

  /** Matches siblings from `node` on; with `toEnd` they must be all of `parent`. Returns the node behind the last. */
  run(patterns: readonly Pattern[], at: number, node: number, parent: number, toEnd: boolean): number | undefined {
    const code = this.#code;
    const limit = code.nodeEnds[parent]!;
    if (this.#isCut) return node === limit ? node : undefined;
    if (at === patterns.length) return toEnd && node !== limit ? undefined : node;
    if (node >= limit) {
      if (!toEnd || at === 0 || !code.open[parent]) return undefined;
      this.#isCut = true;
      return limit;
    }
    const pattern = patterns[at]!;
    if (pattern.kind === "hole") return this.#hole(pattern.hole, patterns, at, node, parent, toEnd);
    if (pattern.kind === "token") {
      if (!isLeaf(code, node) || code.keys[code.firsts[node]!] !== pattern.key || code.types[node] !== pattern.type) {
        return undefined;
      }
      this.parts++;
    } else {
      if (code.types[node] !== pattern.type || !(code.whole[node] || code.open[node])) return undefined;
      if (pattern.kind === "any") {
        if (!code.whole[node]) return undefined;
        this.bindings[pattern.hole] = bindingOf(code, node, node, 1);
        this.parts++;
      } else if (this.run(pattern.children, 0, node + 1, node, true) === undefined) {
        return undefined;
      }
    }
    this.lastNode = node;
    return this.run(patterns, at + 1, code.nodeEnds[node]!, parent, toEnd);
  }

  /** Takes as few siblings as it can; the last hole of a node takes all that are left. */
  #hole(
    hole: number,
    patterns: readonly Pattern[],
    at: number,
    node: number,
    parent: number,
    toEnd: boolean,
  ): number | undefined {
    const code = this.#code;
    const limit = code.nodeEnds[parent]!;
    const bound = this.bindings[hole];
    const before = [...this.bindings];
    const partsBefore = this.parts;
    let count = 0;
    for (let last = node; last < limit; last = code.nodeEnds[last]!) {
      const isWhole = code.whole[last]!;
      if (!isWhole && !code.open[last]) break;
      count++;
      const binding = bindingOf(code, node, last, count);
      if (bound) {
        if (!isWhole || !saysTheSame(code, bound, binding)) continue;
      } else {
        this.bindings[hole] = binding;
      }
      this.lastNode = last;
      this.parts = partsBefore + 1;
      this.#isCut = !isWhole;
      const to = this.run(patterns, at + 1, code.nodeEnds[last]!, parent, toEnd);
      if (to !== undefined) return to;
      this.#isCut = false;
      for (let index = 0; index < this.bindings.length; index++) {
        if (before[index]) this.bindings[index] = before[index]!;
        else delete this.bindings[index];
      }
      if (!toEnd && at === patterns.length - 1) break;
    }
    this.parts = partsBefore;
    return undefined;
  }
}

function bindingOf(code: SolidCode, first: number, last: number, nodes: number): Binding {
  return {
    from: first,
    to: code.nodeEnds[last]!,
    tokenFrom: code.firsts[first]!,
    tokenTo: code.lasts[last]!,
    nodes,
  };
}

function saysTheSame(code: SolidCode, a: Binding, b: Binding): boolean {
  const length = a.tokenTo - a.tokenFrom;
  if (length !== b.tokenTo - b.tokenFrom) return false;
  for (let at = 0; at < length; at++) {
    if (code.keys[a.tokenFrom + at] !== code.keys[b.tokenFrom + at]) return false;
  }
  return true;
}

/** Equal for equal patterns, and for no others. */
export function patternKey(pattern: Pattern): string {
  switch (pattern.kind) {
    case "token":
      return pattern.key === pattern.type ? pattern.key : `${pattern.type}=${pattern.key}`;
    case "node":
      return `${pattern.type}\x01${pattern.children.map(patternKey).join("\x02")}\x03`;
    case "hole":
      return `\x04${pattern.hole}`;
    case "any":
      return `\x05${pattern.type}`;
  }
}

/** The pattern's tokens and holes in order. */
export function flat(patterns: readonly Pattern[]): Exclude<Pattern, { kind: "node" }>[] {
  return patterns.flatMap((pattern) => (pattern.kind === "node" ? flat(pattern.children) : [pattern]));
}

/** Nothing between two tokens. */
export const NO_GAP: Gap = { text: "", lineEnds: 0, deeper: "", shallower: 0 };

/** White space as a correction keeps it: relative to the indentation of the line that it begins on. */
export function gapOf(text: string, from: number, to: number, indentation: string): Gap {
  const between = text.slice(from, to);
  const lineEnd = between.indexOf("\n");
  if (lineEnd < 0) return { ...NO_GAP, text: /^[ \t,;]*$/.test(between) ? between : " " };
  const head = between.slice(0, lineEnd).trimEnd();
  const indent = between.slice(between.lastIndexOf("\n") + 1);
  const lineEnds = between.split("\n").filter((line, at) => at === 0 || line.trim() === "").length - 1;
  return {
    text: /^[,;]*$/.test(head) ? head : "",
    lineEnds: Math.min(2, Math.max(1, lineEnds)),
    deeper: indent.startsWith(indentation) ? indent.slice(indentation.length) : "",
    shallower: Math.max(0, indentation.length - indent.length),
  };
}

/** Indentation of the line that holds an offset. */
export function indentationAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

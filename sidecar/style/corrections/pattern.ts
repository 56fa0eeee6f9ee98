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
  /** A run that only holds the place of an insertion stands at this end of its parent; "inside" for any other. */
  readonly end: "first" | "last" | "inside";
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

export interface RightSide {
  readonly key: string;
  readonly items: readonly RightItem[];
  readonly title: string;
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
  readonly bindings: readonly Binding[];
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

/** The match of a left side whose run begins at `node`, if there is one. */
export function matchAt(left: LeftSide, code: SolidCode, node: number): Match | undefined {
  const parent = code.parents[node]!;
  if (parent < 0 || (left.parent !== undefined && code.types[parent] !== left.parent)) return undefined;
  if (left.end === "first" && node !== parent + 1) return undefined;
  const matcher = new Matcher(code, left.holes);
  const limit = code.nodeEnds[parent]!;
  const to = matcher.run(left.run, 0, node, limit, false);
  if (to === undefined || (left.end === "last" && (to !== limit || !code.whole[parent]))) return undefined;
  if (left.end === "first" && !code.whole[parent]) return undefined;
  const tokenFrom = code.firsts[node]!;
  const last = matcher.lastNode;
  return { parent, from: node, to, tokenFrom, tokenTo: code.lasts[last]!, bindings: matcher.bound() };
}

class Matcher {
  /** Last top node of the run. */
  lastNode = 0;
  readonly #code: SolidCode;
  readonly #bindings: (Binding | undefined)[];

  constructor(code: SolidCode, holes: number) {
    this.#code = code;
    this.#bindings = new Array<Binding | undefined>(holes).fill(undefined);
  }

  bound(): readonly Binding[] {
    return this.#bindings.filter((binding) => binding !== undefined);
  }

  /** Matches siblings from `node` on; with `toEnd` they must be all up to `limit`. Returns the node behind the last. */
  run(patterns: readonly Pattern[], at: number, node: number, limit: number, toEnd: boolean): number | undefined {
    if (at === patterns.length) return toEnd && node !== limit ? undefined : node;
    if (node >= limit) return undefined;
    const code = this.#code;
    const pattern = patterns[at]!;
    if (pattern.kind === "hole") return this.#hole(pattern.hole, patterns, at, node, limit, toEnd);
    if (pattern.kind === "token") {
      if (!isLeaf(code, node) || code.keys[code.firsts[node]!] !== pattern.key || code.types[node] !== pattern.type) {
        return undefined;
      }
    } else {
      if (code.types[node] !== pattern.type || !code.whole[node]) return undefined;
      if (pattern.kind === "any") this.#bindings[pattern.hole] = bindingOf(code, node, node, 1);
      else if (this.run(pattern.children, 0, node + 1, code.nodeEnds[node]!, true) === undefined) return undefined;
    }
    this.lastNode = node;
    return this.run(patterns, at + 1, code.nodeEnds[node]!, limit, toEnd);
  }

  /** Takes as few siblings as it can; the last hole of a node takes all that are left. */
  #hole(
    hole: number,
    patterns: readonly Pattern[],
    at: number,
    node: number,
    limit: number,
    toEnd: boolean,
  ): number | undefined {
    const code = this.#code;
    const bound = this.#bindings[hole];
    const before = [...this.#bindings];
    let count = 0;
    for (let last = node; last < limit; last = code.nodeEnds[last]!) {
      if (!code.whole[last]) break;
      count++;
      const binding = bindingOf(code, node, last, count);
      if (bound) {
        if (!saysTheSame(code, bound, binding)) continue;
      } else {
        this.#bindings[hole] = binding;
      }
      this.lastNode = last;
      const to = this.run(patterns, at + 1, code.nodeEnds[last]!, limit, toEnd);
      if (to !== undefined) return to;
      this.#bindings.splice(0, before.length, ...before);
      if (!toEnd && at === patterns.length - 1) break;
    }
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

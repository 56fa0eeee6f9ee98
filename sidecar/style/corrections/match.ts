/** Finds the places of a left side: walks pattern and tree together, and takes as few siblings into a hole as it can. */
import { anchorBefore, isSaidAgain, type LeftSide, type Pattern } from "./pattern.ts";
import { isContent, isLeaf, type SolidCode } from "./solid.ts";

/** Siblings under one parent, and their tokens. `to` and `tokenTo` are exclusive. */
export interface Run {
  readonly parent: number;
  readonly from: number;
  readonly to: number;
  readonly tokenFrom: number;
  readonly tokenTo: number;
}

export interface Match extends Run {
  /** By hole; those behind the end of the region are missing. */
  readonly bindings: readonly (Binding | undefined)[];
  /** Last node of the run. */
  readonly last: number;
  /** How many tokens and holes of the left side were found: all but those behind the end of the region. */
  readonly parts: number;
}

/** What a hole stands for. `to` and `tokenTo` are exclusive. */
export interface Binding {
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
  if (left.before !== undefined && left.before !== anchorBefore(code, parent, node)) return undefined;
  const matcher = new Matcher(code, left.holes);
  const to = matcher.run(left.run, 0, node, parent, false);
  if (to === undefined || (left.isLast && (to !== code.nodeEnds[parent] || !code.whole[parent]))) return undefined;
  const { bindings, parts, last } = matcher;
  if (matcher.own.some((hole) => isSaid(code, bindings, hole))) return undefined;
  return { parent, from: node, to, tokenFrom: code.firsts[node]!, tokenTo: code.lasts[last]!, bindings, last, parts };
}

/** Whether one hole's name is said in another. */
function isSaid(code: SolidCode, bindings: readonly (Binding | undefined)[], hole: number): boolean {
  const bound = bindings[hole];
  const key = bound && code.keys[bound.tokenFrom];
  return bindings.some((other, at) => {
    const found = other && at !== hole ? code.keys.indexOf(key ?? "", other.tokenFrom) : -1;
    return found >= 0 && found < other!.tokenTo;
  });
}

class Matcher {
  /** Last top node of the run. */
  last = 0;
  /** Tokens and holes found so far. */
  parts = 0;
  /** Holes of variables of which nothing is left. */
  readonly own: number[] = [];
  readonly bindings: (Binding | undefined)[];
  readonly #code: SolidCode;
  /** The region ended inside a node of the run: what would follow counts as found. */
  #isCut = false;

  constructor(code: SolidCode, holes: number) {
    this.#code = code;
    this.bindings = new Array<Binding | undefined>(holes).fill(undefined);
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
    if (!this.#one(pattern, node)) return undefined;
    this.last = node;
    return this.run(patterns, at + 1, code.nodeEnds[node]!, parent, toEnd);
  }

  #one(pattern: Exclude<Pattern, { kind: "hole" }>, node: number): boolean {
    const code = this.#code;
    if (code.types[node] !== pattern.type) return false;
    if (pattern.kind === "node") {
      if (!code.whole[node] && !code.open[node]) return false;
      return this.run(pattern.children, 0, node + 1, node, true) !== undefined;
    }
    if (pattern.kind === "token" ? code.keys[code.firsts[node]!] !== pattern.key : !isContent(code, node)) return false;
    if (!isLeaf(code, node)) return false;
    if (pattern.kind === "leaf" && pattern.again && !isSaidAgain(code, code.firsts[node]!)) return false;
    if (pattern.kind === "leaf") {
      const bound = pattern.own ? this.bindings[pattern.hole] : undefined;
      if (bound && code.keys[bound.tokenFrom] !== code.keys[code.firsts[node]!]) return false;
      this.bindings[pattern.hole] ??= bindingOf(code, node, node, 1);
      if (pattern.own && !bound) this.own.push(pattern.hole);
    }
    this.parts++;
    return true;
  }

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
    const bindingsBefore = [...this.bindings];
    const partsBefore = this.parts;
    for (let last = node, nodes = 1; last < limit; last = code.nodeEnds[last]!, nodes++) {
      const isWhole = code.whole[last]!;
      if (!isWhole && !code.open[last]) break;
      const binding = bindingOf(code, node, last, nodes);
      if (!bound) this.bindings[hole] = binding;
      else if (!isWhole || !saysTheSame(code, bound, binding)) continue;
      this.last = last;
      this.parts = partsBefore + 1;
      this.#isCut = !isWhole;
      const to = this.run(patterns, at + 1, code.nodeEnds[last]!, parent, toEnd);
      if (to !== undefined) return to;
      this.#isCut = false;
      bindingsBefore.forEach((before, index) => (this.bindings[index] = before));
      if (!toEnd && at === patterns.length - 1) break;
    }
    this.parts = partsBefore;
    return undefined;
  }
}

function bindingOf(code: SolidCode, first: number, last: number, nodes: number): Binding {
  const to = code.nodeEnds[last]!;
  return { from: first, to, tokenFrom: code.firsts[first]!, tokenTo: code.lasts[last]!, nodes };
}

function saysTheSame(code: SolidCode, a: Binding, b: Binding): boolean {
  const length = a.tokenTo - a.tokenFrom;
  if (length !== b.tokenTo - b.tokenFrom) return false;
  for (let at = 0; at < length; at++) {
    if (code.keys[a.tokenFrom + at] !== code.keys[b.tokenFrom + at]) return false;
  }
  return true;
}

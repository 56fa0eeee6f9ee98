/**
 * What a place looks like beyond what its correction matches: the nodes and tokens around it, and what its holes stand
 * for. Where a correction holds in some places and not in others, the traits tell which.
 */
import { type Binding, type LeftSide, type Match } from "./pattern.ts";
import { isContent, isLeaf, type SolidCode, tokenEnd, tokenStart } from "./solid.ts";

/** One value per slot; "" where it is not known or does not apply. Places of one left side have the same slots. */
export type Traits = readonly string[];

const HOLES_MAX = 4;
/** Words that tie code to the function or loop around it: what holds without them may not hold with them. */
const TIES = new Set("this self super arguments return await yield break continue throw new".split(" "));
export const PLACE_SLOTS = 13;
export const HOLE_SLOTS = 8;

export function traitsOf(left: LeftSide, code: SolidCode, match: Match, path: string): Traits {
  const { parent } = match;
  const grand = code.parents[parent]!;
  const name = path.slice(path.lastIndexOf("/") + 1);
  const traits = [
    code.types[parent]!,
    grand < 0 ? "" : code.types[grand]!,
    match.from === parent + 1 ? "first" : match.to === code.nodeEnds[parent] ? "last" : "inside",
    tokenClass(code, match.tokenFrom - 1),
    tokenClass(code, match.tokenFrom - 2),
    tokenClass(code, match.tokenTo),
    tokenClass(code, match.tokenTo + 1),
    siblingBefore(code, match),
    match.to < code.nodeEnds[parent]! ? code.types[match.to]! : "",
    /\n/.test(code.region.tree.text.slice(tokenStart(code, match.tokenFrom), tokenEnd(code, match.tokenTo - 1)))
      ? "lines"
      : "line",
    path.slice(0, Math.max(0, path.lastIndexOf("/"))) || ".",
    /(?:^|\/)(?:tests?|specs?|__tests__)\//i.test(path) || /(?:^|[._-])(?:test|spec)s?[._]/i.test(name) ? "test" : "source",
    reassignment(code, match),
  ];
  for (let hole = 0; hole < Math.min(left.holes, HOLES_MAX); hole++) traits.push(...holeTraits(code, match.bindings[hole]));
  return traits;
}

function holeTraits(code: SolidCode, binding: Binding | undefined): string[] {
  if (!binding) return new Array<string>(HOLE_SLOTS).fill("");
  const { from, nodes, tokenFrom, tokenTo } = binding;
  const isOne = nodes === 1;
  const words = new Set<string>();
  for (let token = tokenFrom; token < tokenTo; token++) if (TIES.has(code.keys[token]!)) words.add(code.keys[token]!);
  if (isOne && !code.whole[from]) return [code.types[from]!, tokenClass(code, tokenFrom), "", "", "", "", "1", ""];
  const lastNode = code.tokenNodes[tokenTo - 1]!;
  return [
    isOne ? code.types[from]! : "several",
    tokenClass(code, tokenFrom),
    isContent(code, lastNode) ? code.keys[tokenTo - 1]! : tokenClass(code, tokenTo - 1),
    isOne && isLeaf(code, from) ? code.keys[tokenFrom]! : "(",
    tailOf(code, binding),
    [...words].sort().join(),
    nodes > 3 ? "many" : String(nodes),
    isOne ? shapeOf(code, from) : "",
  ];
}

/** The children of a node: types, or how many there are. */
function shapeOf(code: SolidCode, node: number): string {
  const types: string[] = [];
  for (let child = node + 1; child < code.nodeEnds[node]!; child = code.nodeEnds[child]!) types.push(code.types[child]!);
  return types.length > 3 ? String(Math.min(types.length, 6)) : types.join();
}

/** Type of the last statement or member. */
function tailOf(code: SolidCode, { from, to }: Binding): string {
  let last = from;
  let end = to;
  for (let depth = 0; depth < 2; depth++) {
    let tail = -1;
    for (let node = depth === 0 ? last : last + 1; node < end; node = code.nodeEnds[node]!) {
      if (!isLeaf(code, node)) tail = node;
    }
    if (tail < 0) break;
    last = tail;
    end = code.nodeEnds[tail]!;
  }
  return code.types[last]!;
}

function tokenClass(code: SolidCode, token: number): string {
  if (token < 0 || token >= code.keys.length) return "";
  const node = code.tokenNodes[token]!;
  return isContent(code, node) ? code.types[node]! : code.keys[token]!;
}

function siblingBefore(code: SolidCode, { parent, from }: Match): string {
  let before = "";
  for (let node = parent + 1; node < from; node = code.nodeEnds[node]!) before = code.types[node]!;
  return before;
}

const ASSIGNS = /^(?:[-+*/%&|^~@]|\*\*|\/\/|<<|>>>?|&&|\|\||\?\?|:)?=$|^(?:\+\+|--)$/;

/** Whether the first name of the place is given another value elsewhere in the text. */
function reassignment(code: SolidCode, match: Match): string {
  let first = match.tokenFrom;
  while (first < match.tokenTo && !isContent(code, code.tokenNodes[first]!)) first++;
  if (first >= match.tokenTo) return "";
  const key = code.keys[first]!;
  for (let token = 0; token < code.keys.length; token++) {
    if (token === first || code.keys[token] !== key) continue;
    const before = code.keys[token - 1];
    if (before === ".") continue;
    if (ASSIGNS.test(code.keys[token + 1] ?? "") || before === "++" || before === "--") return "again";
  }
  return "once";
}

/**
 * What a place looks like beyond what its correction matches: the nodes and tokens around it, and what its holes stand
 * for. Where a correction holds in some places and not in others, the traits tell which.
 */
import type { Binding, Run } from "./match.ts";
import { isBlock, isContent, isLeaf, type SolidCode, tokenEnd, tokenStart } from "./solid.ts";
import type { Slot } from "./subject.ts";
import { variablesOf } from "./variables.ts";

/** Words that tie code to the function around it: what holds without them may not hold with them. */
const FUNCTION_TIES = new Set("this super arguments return await yield".split(" "));
/** And to the loop around it. */
const LOOP_TIES = new Set("break continue".split(" "));
/** Functions with a `this` of their own. */
const FUNCTION = /^(?:function|generator_function|method|constructor)/;
const LOOP = /^(?:for|while|do|switch)_/;
const SCOPE = /^(?:for_|function|generator_function|method|constructor|arrow_function|lambda|catch_)/;

/** Slots of {@link placeTraits}. */
export const PLACE_SLOTS: readonly Slot[] = [
  "neighbour", // the node around
  "hint", // the one around that
  "hint", // where in it
  "neighbour", // the token before
  "hint", // and the one before that
  "neighbour", // the token behind
  "hint", // and the next
  "hint", // the sibling before
  "neighbour", // the sibling behind
  "hint", // one line, or several
  "hint", // the directory
  "kind", // a test or not
  "kind", // whether the variable that it declares is assigned again
  "neighbour", // the word before the node around
  "place", // the function or loop around
  "hint", // whether a name is said in it, beside the first
  "hint", // its first name
  "hint", // and how that is written
];

/** Slots of {@link holeTraits}. */
export const HOLE_SLOTS: readonly Slot[] = [
  "kind", // the type
  "hint", // how it begins
  "name", // what it ends in
  "name", // the name, if it is one
  "hint", // the last part
  "kind", // what a block ends in
  "words", // words that tie it to what is around
  "shape", // how many nodes
  "shape", // how many children
  "hint", // types of the children
  "kind", // whether its name is said in another hole
];

export function placeTraits(code: SolidCode, match: Run, path: string): string[] {
  const { parent } = match;
  const grand = code.parents[parent]!;
  const names = namesIn(code, match, 2);
  const name = path.slice(path.lastIndexOf("/") + 1);
  return [
    code.types[parent]!,
    grand < 0 ? "" : code.types[grand]!,
    match.from === parent + 1 ? "first" : match.to === code.nodeEnds[parent] ? "last" : "inside",
    tokenClass(code, match.tokenFrom - 1),
    tokenClass(code, match.tokenFrom - 2),
    tokenClass(code, match.tokenTo),
    tokenClass(code, match.tokenTo + 1),
    siblingBefore(code, match),
    siblingBehind(code, match),
    /\n/.test(code.region.tree.text.slice(tokenStart(code, match.tokenFrom), tokenEnd(code, match.tokenTo - 1)))
      ? "lines"
      : "line",
    path.slice(0, Math.max(0, path.lastIndexOf("/"))) || ".",
    /(?:^|\/)(?:tests?|specs?|__tests__)\//i.test(path) || /(?:^|[._-])(?:test|spec)s?[._]/i.test(name)
      ? "test"
      : "source",
    reassignment(code, match),
    wordBefore(code, parent),
    frameAround(code, parent),
    names.length > 1 ? "names" : "no names",
    names[0] ?? "",
    capitalsOf(names[0] ?? ""),
  ];
}

/** What a hole stands for. */
export function holeTraits(code: SolidCode, bindings: readonly (Binding | undefined)[], hole: number): string[] {
  const binding = bindings[hole];
  if (!binding) return new Array<string>(HOLE_SLOTS.length).fill("");
  const { from, nodes, tokenFrom, tokenTo } = binding;
  const isOne = nodes === 1;
  const ties = tiesOf(code, binding);
  if (isOne && !code.whole[from])
    return [code.types[from]!, tokenClass(code, tokenFrom), "", "", "", "", ties, "1", "", "", ""];
  const lastNode = code.tokenNodes[tokenTo - 1]!;
  return [
    isOne ? code.types[from]! : "several",
    tokenClass(code, tokenFrom),
    isContent(code, lastNode) ? code.keys[tokenTo - 1]! : tokenClass(code, tokenTo - 1),
    isOne && isLeaf(code, from) ? code.keys[tokenFrom]! : "(",
    tailOf(code, binding),
    blockTailOf(code, binding),
    ties,
    nodes > 3 ? "many" : String(nodes),
    isOne ? childCount(code, from) : "",
    isOne ? shapeOf(code, from) : "",
    isOne && isContent(code, from) ? saidElsewhere(code, bindings, binding) : "",
  ];
}

/** Words in the hole that tie it to what is around, and not to a function or loop inside it. */
function tiesOf(code: SolidCode, { from, to, tokenFrom, tokenTo }: Binding): string {
  const words = new Set<string>();
  for (let token = tokenFrom; token < tokenTo; token++) {
    const key = code.keys[token]!;
    const inside = FUNCTION_TIES.has(key) ? FUNCTION : LOOP_TIES.has(key) ? LOOP : undefined;
    if (inside && !isWithin(code, code.tokenNodes[token]!, from, to, inside)) words.add(key);
  }
  return [...words].sort().join(" ");
}

/** Whether a node of siblings lies in one of a kind that is among or inside of them. */
function isWithin(code: SolidCode, node: number, from: number, to: number, kind: RegExp): boolean {
  for (let around = code.parents[node]!; around >= from && around < to; around = code.parents[around]!) {
    if (kind.test(code.types[around]!)) return true;
  }
  return false;
}

function saidElsewhere(code: SolidCode, bindings: readonly (Binding | undefined)[], binding: Binding): string {
  const key = code.keys[binding.tokenFrom]!;
  const isSaid = bindings.some(
    (other) => other && other !== binding && code.keys.slice(other.tokenFrom, other.tokenTo).includes(key),
  );
  const isOpen = bindings.some((other) => !other || !isWhole(code, other));
  return isSaid ? "said" : isOpen ? "" : "unsaid";
}

function isWhole(code: SolidCode, { from, to }: Binding): boolean {
  for (let node = from; node < to; node = code.nodeEnds[node]!) if (!code.whole[node]) return false;
  return true;
}

/** The children of a node: types, or how many there are. */
function shapeOf(code: SolidCode, node: number): string {
  const types: string[] = [];
  for (let child = node + 1; child < code.nodeEnds[node]!; child = code.nodeEnds[child]!)
    types.push(code.types[child]!);
  return types.length > 3 ? "" : types.join();
}

function childCount(code: SolidCode, node: number): string {
  let count = 0;
  for (let child = node + 1; child < code.nodeEnds[node]!; child = code.nodeEnds[child]!) count++;
  return `${code.types[node]!} ${Math.min(count, 4)}`;
}

/** The first names in a place. */
function namesIn(code: SolidCode, { tokenFrom, tokenTo }: Run, max: number): string[] {
  const names: string[] = [];
  for (let token = tokenFrom; token < tokenTo && names.length < max; token++) {
    const isName = /^[\p{L}_$]/u.test(code.keys[token]!) && isContent(code, code.tokenNodes[token]!);
    if (isName) names.push(code.keys[token]!);
  }
  return names;
}

/** Type of the function or loop around; "none" where there is none. */
function frameAround(code: SolidCode, parent: number): string {
  let node = parent;
  while (node >= 0 && !SCOPE.test(code.types[node]!) && !LOOP.test(code.types[node]!)) node = code.parents[node]!;
  return node < 0 ? "none" : code.types[node]!;
}

/** Types, constants and values are told apart by their capitals. */
function capitalsOf(name: string): string {
  if (!/^\p{Lu}/u.test(name)) return name === "" ? "" : "lower";
  return /\p{Ll}/u.test(name) ? "Capital" : "UPPER";
}

function wordBefore(code: SolidCode, parent: number): string {
  const token = code.firsts[parent]! - 1;
  return token >= 0 && isContent(code, code.tokenNodes[token]!) ? code.keys[token]! : "";
}

/** Type of the last statement, member or value: what a block returns, what a variable is set to. */
function tailOf(code: SolidCode, { from, to }: Binding): string {
  let last = lastPart(code, from, to);
  if (last >= 0 && from + 1 < to && !isLeaf(code, last)) {
    const inner = lastPart(code, last + 1, code.nodeEnds[last]!);
    if (inner >= 0) last = inner;
  }
  return code.types[last < 0 ? from : last]!;
}

/** Type of the last statement, if the last part is a block. */
function blockTailOf(code: SolidCode, { from, to }: Binding): string {
  const last = lastPart(code, from, to);
  if (last < 0 || isLeaf(code, last) || !isBlock(code.types[last]!)) return "";
  const inner = lastPart(code, last + 1, code.nodeEnds[last]!);
  return inner < 0 ? "" : code.types[inner]!;
}

/** The last sibling that is more than a mark. */
function lastPart(code: SolidCode, from: number, to: number): number {
  let last = -1;
  for (let node = from; node < to; node = code.nodeEnds[node]!) {
    if (!isLeaf(code, node) || isContent(code, node) || /^\w/.test(code.types[node]!)) last = node;
  }
  return last;
}

function tokenClass(code: SolidCode, token: number): string {
  if (token < 0 || token >= code.keys.length) return "";
  const node = code.tokenNodes[token]!;
  return isContent(code, node) ? code.types[node]! : code.keys[token]!;
}

function siblingBefore(code: SolidCode, { parent, from }: Run): string {
  let before = "";
  for (let node = parent + 1; node < from; node = code.nodeEnds[node]!) before = code.types[node]!;
  return before;
}

/** Type of the sibling behind; "none" if there is but a closer, "" if nobody knows yet. */
function siblingBehind(code: SolidCode, { parent, to }: Run): string {
  if (to >= code.nodeEnds[parent]!) return code.whole[parent] ? "none" : "";
  const type = code.types[to]!;
  return /^[)\]}>]$/.test(type) ? "none" : type;
}

const ASSIGNS = /^(?:[-+*/%&|^~@]|\*\*|\/\/|<<|>>>?|&&|\|\||\?\?|:)?=$|^(?:\+\+|--)$/;

/** What a variable begins with that is to change: nobody names a constant for these. */
const START = /^(?:[01]|-1|true|false|null|nil|None|undefined|""|''|``)$/;

/**
 * Whether a variable that begins the place, and is declared there for what follows, is given another value: "again";
 * "once", if all of its scope is known; else "met" where code above it says its name, "unset" without a value, "started"
 * with a mere start, or "open". "" for all other places.
 */
function reassignment(code: SolidCode, match: Run): string {
  let first = match.tokenFrom;
  while (first < match.tokenTo && !isContent(code, code.tokenNodes[first]!)) first++;
  if (first >= match.tokenTo) return "";
  const key = code.keys[first]!;
  const variable = variablesOf(code).find(({ name }) => name === key);
  if (variable?.declaredAt !== first) return "";
  for (const token of variable.tokens) {
    if (token === first) continue;
    const before = code.keys[token - 1];
    if (ASSIGNS.test(code.keys[token + 1] ?? "") || before === "++" || before === "--") return "again";
  }
  const scope = scopeOf(code, first);
  // Code above that means it needs it to be there from the start.
  if (scope === 0 && isSaidAbove(code, key)) return "met";
  if (scope >= match.from && scope < match.to) return "";
  if (code.whole[scope]) return "once";
  return isUnset(code, first) ? "unset" : isStart(code, first) ? "started" : "open";
}

function isSaidAbove({ region: { above = "" } }: SolidCode, name: string): boolean {
  for (let at = above.indexOf(name); at >= 0; at = above.indexOf(name, at + 1)) {
    if (!NO_NAME_BEHIND.test(above[at - 1] ?? "") && !NAME_CHAR.test(above[at + name.length] ?? "")) return true;
  }
  return false;
}

const NAME_CHAR = /[\p{L}\p{N}_$]/u;
/** Behind these stands a part of a name, a member, or a word in a string or path. */
const NO_NAME_BEHIND = /[\p{L}\p{N}_$.@"'`/-]/u;

/** Whether the variable of this token is declared alone, to be set later. */
function isUnset(code: SolidCode, token: number): boolean {
  const declarator = code.parents[code.tokenNodes[token]!]!;
  return code.firsts[declarator] === token && code.lasts[declarator] === token + 1;
}

/** Whether the variable of this token is set to a value that stands for none, or for the first of many. */
function isStart(code: SolidCode, token: number): boolean {
  if (code.keys[token + 1] !== "=" || token + 2 >= code.keys.length) return false;
  const value = code.tokenNodes[token + 2]!;
  return START.test(code.keys[token + 2]!) && code.nodeEnds[value] === code.nodeEnds[code.parents[value]!];
}

/** The block, loop or function in which a token's variable lives. */
function scopeOf(code: SolidCode, token: number): number {
  let scope = code.tokenNodes[token]!;
  while (code.parents[scope]! >= 0 && !SCOPE.test(code.types[scope]!) && !isBlock(code.types[scope]!))
    scope = code.parents[scope]!;
  return scope;
}

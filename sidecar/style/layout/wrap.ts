/**
 * Wrapping: which lists, calls and expressions are broken over lines because they would not fit. Three things are
 * learned for that: the width, how each kind of node yields when a line is too long, and in which form. Then offered
 * text is joined where it fits the learned width, and broken where it does not. It is a small pretty-printer whose
 * rules come from examples (CodeBuff, Parr & Vinju 2016).
 */
import type { SyntaxTree } from "../../code/syntax.ts";
import { type Gap, type Gaps, indentAt, isBlockLike } from "./gaps.ts";

/** Records of one kind of node; the oldest go. */
const RECORDS_MAX = 60;
/** Widths that people and tools choose. */
const USUAL_WIDTHS = [72, 79, 80, 88, 90, 99, 100, 110, 120, 130, 140, 150, 160, 200];
/** Nobody wraps narrower on purpose. */
const WIDTH_MIN = 60;
/** Lengths of lines that may be an accident. */
const OUTLIERS = 2;
/** Broken nodes that must agree on a width before text is wrapped by it. */
const AGREEING_MIN = 2;
/** A broken node that would have fit, or a line that is too long, weighs as much as so many that agree. */
const VIOLATION = 2;
/** Share of the nodes that fit which must stand on one line, for others to be joined. */
const JOIN_SURE = 0.85;
const FLAT_SUPPORT_MIN = 4;
/** Share of the offered nodes that fit which were joined, for others to be. */
const JOINED_SURE = 0.75;
const OFFERS_RECENT = 12;
const YIELD_SURE = 0.6;
const KIND_SUPPORT_MIN = 2;
/** Share of the broken lists with some separators broken and some not, for a kind to be filled line by line. */
const FILL_SHARE = 0.3;
/** Broken nodes, and the share of them in one form, for offered ones to be brought to it. */
const FORM_SUPPORT_MIN = 3;
const FORM_SURE = 0.9;
/** Chains are told apart by their length up to here: some break by the number of their links. */
const LINKS_MAX = 4;
const TAB_COLUMNS = 4;

/** How a node stands in somebody's text. */
interface Stand {
  /** Columns of its line if all of it stood on one. */
  readonly width: number;
  readonly isBroken: boolean;
  /** All of it stands on one line. */
  readonly isFlat: boolean;
}

/** Share of separators that are broken in nodes that are: none, some, all. */
type Form = "hug" | "fill" | "list";

interface Kind {
  readonly stands: Stand[];
  /** In broken nodes: how often each place had a break, and had not. */
  readonly roles: Map<string, { broken: number; total: number }>;
  readonly forms: Record<Form, number>;
  /** Of offered nodes that were broken: how wide they would have been, and whether they were joined. */
  readonly offers: { readonly width: number; readonly isJoined: boolean }[];
}

/** A node with its own gaps: those whose nearest common node it is. */
interface Group {
  readonly node: number;
  /** Its type, whether it has separators, and the number of links of a chain. */
  readonly kind: string;
  /** Indexes of its own gaps. */
  readonly own: readonly number[];
  /** Its first and last solid token. */
  readonly first: number;
  readonly last: number;
}

/** What one scope shows of wrapping. */
export class Wraps {
  readonly #kinds = new Map<string, Kind>();

  get kinds(): ReadonlyMap<string, Kind> {
    return this.#kinds;
  }

  /** Takes in every complete node of a text. */
  observe(gaps: Gaps): void {
    for (const group of groupsOf(gaps)) {
      const breaks = group.own.map((index) => gaps.gaps[index]!.breaks > 0);
      const isBroken = breaks.includes(true);
      const width = flatWidth(gaps, group, (index) => gaps.gaps[index]!.breaks);
      if (width === undefined) continue;
      const kind = this.#kind(group.kind);
      const isFlat = !isBroken && !anyBreak(gaps, group);
      kind.stands.push({ width, isBroken, isFlat });
      if (kind.stands.length > RECORDS_MAX) kind.stands.shift();
      if (isBroken) learnForm(kind, gaps, group);
    }
  }

  /** Takes in what became of the broken nodes of an offered text; `finals` tells the gap that stands for an offered one. */
  observePair(offered: Gaps, finals: ReadonlyMap<Gap, Gap>): void {
    for (const group of groupsOf(offered)) {
      const own = group.own.map((index) => offered.gaps[index]!);
      if (!own.some((gap) => gap.breaks > 0) || !own.every((gap) => finals.has(gap))) continue;
      const width = flatWidth(offered, group, (index) => offered.gaps[index]!.breaks);
      if (width === undefined) continue;
      const { offers } = this.#kind(offerKind(offered, group));
      offers.push({ width, isJoined: own.every((gap) => finals.get(gap)!.breaks === 0) });
      if (offers.length > RECORDS_MAX) offers.shift();
    }
  }

  #kind(name: string): Kind {
    let kind = this.#kinds.get(name);
    if (!kind) {
      kind = { stands: [], roles: new Map(), forms: { hug: 0, fill: 0, list: 0 }, offers: [] };
      this.#kinds.set(name, kind);
    }
    return kind;
  }
}

/** Widths that agree with what was seen: what is within `min` fits for sure, what is beyond `max` does not. */
export interface Width {
  readonly min: number;
  readonly max: number;
}

/** The columns that lines may have, as far as what was seen agrees on it. */
export function learnedWidth(scopes: readonly Wraps[]): Width | undefined {
  const stands = new Map<string, Stand[]>();
  for (const scope of scopes) {
    for (const [name, kind] of scope.kinds) stands.set(name, [...(stands.get(name) ?? []), ...kind.stands]);
  }
  const flat = [...stands.values()].flat().flatMap((stand) => (stand.isFlat ? [stand.width] : []));
  const longest = Math.max(0, ...flat);
  const candidates = longest >= WIDTH_MIN ? [...USUAL_WIDTHS, longest] : USUAL_WIDTHS;
  let best: { min: number; max: number; score: number } | undefined;
  for (const width of candidates.sort((a, b) => a - b)) {
    let score = 0;
    let agreeing = 0;
    let overflows = 0;
    for (const [, seen] of stands) {
      const broken = seen.filter((stand) => stand.isBroken);
      const agree = broken.filter((stand) => stand.width > width).length;
      score += Math.max(0, agree - VIOLATION * (broken.length - agree));
      agreeing += agree;
      overflows += seen.filter((stand) => stand.isFlat && stand.width > width).length;
    }
    score -= VIOLATION * overflows;
    if (agreeing < AGREEING_MIN || score <= 0) continue;
    if (!best || score > best.score) best = { min: width, max: width, score };
    else if (score === best.score) best.max = width;
  }
  if (best) return { min: best.min, max: best.max };
  // Nothing is broken: lines may be as long as they are, but for a few that could not be otherwise.
  const usual = [...new Set(flat)].sort((a, b) => b - a)[OUTLIERS];
  return usual !== undefined && usual >= WIDTH_MIN ? { min: usual, max: Infinity } : undefined;
}

export interface WrapContext {
  readonly scopes: readonly Wraps[];
  readonly width: Width;
  /** How offered texts are wrapped, and at which width: it tells which of their breaks are made by width alone. */
  readonly offered: { readonly scopes: readonly Wraps[]; readonly width: Width | undefined };
  readonly unit: string;
}

/** Joins and breaks: `breaks[i]` is the number of line breaks wanted in gap i and is changed in place. Returns the number of nodes changed. */
export function rewrap(gaps: Gaps, breaks: number[], context: WrapContext): number {
  let changed = 0;
  const groups = groupsOf(gaps);
  const breaksAt = (index: number): number => breaks[index]!;
  for (const group of groups) {
    const kind = merged(context.scopes, group.kind);
    const isBroken = group.own.some((index) => breaks[index]! > 0);
    const width = flatWidth(gaps, group, breaksAt);
    if (isBroken) {
      if (width !== undefined && width > context.width.max) {
        if (reshape(gaps, group, kind, breaks, context)) changed++;
        continue;
      }
      if (width === undefined || width > context.width.min || !joins(gaps, group, context)) continue;
      if (!innerJoins(gaps, groups, group, breaks, context)) continue;
      for (let index = group.first + 1; index <= group.last; index++) breaks[index] = 0;
      changed++;
    } else if (lineWidth(gaps, group, breaksAt) > context.width.max && yields(kind, context.width.max)) {
      if (breakGroup(gaps, group, kind, breaks, context)) changed++;
    }
  }
  return changed;
}

/**
 * Whether nodes of one kind stand on one line where they fit. What became of offered ones tells most; then how the
 * person's own stand; then whether offered ones are broken for their width at all.
 */
function joins(gaps: Gaps, group: Group, { scopes, width, offered }: WrapContext): boolean {
  const own = merged(scopes, group.kind);
  const offers = merged(scopes, offerKind(gaps, group))
    .offers.filter((offer) => offer.width <= width.min)
    .slice(-OFFERS_RECENT);
  if (offers.length >= KIND_SUPPORT_MIN) {
    return offers.filter((offer) => offer.isJoined).length / offers.length >= JOINED_SURE;
  }
  const stand = breaksByWidth(own, width.min);
  if (stand !== "unknown" || offered.width === undefined) return stand === "yes";
  return breaksByWidth(merged(offered.scopes, group.kind), offered.width.max) === "yes";
}

/** A broken list that ends in a comma may have been left open on purpose. */
function offerKind(gaps: Gaps, group: Group): string {
  const last = gaps.gaps[group.own.at(-1)!]!;
  return last.context.atEnd && last.mark === "," ? `${group.kind} open` : group.kind;
}

/** Whether nodes of a kind are broken because they do not fit, and for no other reason. */
function breaksByWidth({ stands }: Kind, width: number): "yes" | "no" | "unknown" {
  const broken = stands.filter((stand) => stand.isBroken);
  const fitting = broken.filter((stand) => stand.width <= width).length;
  const flat = stands.filter((stand) => stand.isFlat).length;
  if (fitting > 0) return fitting / (fitting + flat) > 1 - JOIN_SURE || fitting > broken.length / 2 ? "no" : "unknown";
  return flat >= FLAT_SUPPORT_MIN || broken.length > 0 ? "yes" : "unknown";
}

/** Nodes of this kind are what is broken where a line is too long. */
function yields(kind: Kind, width: number): boolean {
  const long = kind.stands.filter((stand) => stand.width > width);
  const broken = long.filter((stand) => stand.isBroken).length;
  return broken >= KIND_SUPPORT_MIN && broken / long.length >= YIELD_SURE;
}

function innerJoins(
  gaps: Gaps,
  groups: readonly Group[],
  outer: Group,
  breaks: readonly number[],
  context: WrapContext,
): boolean {
  return groups.every(
    (group) =>
      group.first < outer.first ||
      group.last > outer.last ||
      group === outer ||
      group.own.every((index) => breaks[index] === 0) ||
      joins(gaps, group, context),
  );
}

function fills({ forms: { hug, fill, list } }: Kind): boolean {
  return fill > 0 && fill / (hug + fill + list) > FILL_SHARE;
}

/** Breaks a node anew that does not fit, where the person's own are nearly always broken in one form. */
function reshape(gaps: Gaps, group: Group, kind: Kind, breaks: number[], context: WrapContext): boolean {
  const { hug, fill, list } = kind.forms;
  const total = hug + fill + list;
  if (total < FORM_SUPPORT_MIN || (!fills(kind) && hug + list < total * FORM_SURE)) return false;
  const before = breaks.join();
  for (const index of group.own) breaks[index] = 0;
  if (!breakGroup(gaps, group, kind, breaks, context)) {
    for (const [index, count] of before.split(",").entries()) breaks[index] = Number(count);
    return false;
  }
  return breaks.join() !== before;
}

function breakGroup(gaps: Gaps, group: Group, kind: Kind, breaks: number[], context: WrapContext): boolean {
  const separators = group.own.filter((index) => roleOf(gaps.gaps[index]!) === "separator");
  let any = false;
  for (const index of group.own) {
    const role = roleOf(gaps.gaps[index]!);
    if (role === "separator") continue;
    const seen = kind.roles.get(role);
    if (seen && seen.broken / seen.total >= 0.5) {
      breaks[index] = 1;
      any = true;
    }
  }
  if (separators.length === 0) return any;
  const { hug, fill, list } = kind.forms;
  if (hug + fill + list === 0) return any;
  if (fills(kind)) return fillLines(gaps, separators, breaks, context) || any;
  // One indented line with all of it, where that is done and it fits.
  const opensLine = any && hug > 0;
  if (opensLine && contentWidth(gaps, group, context) <= context.width.max) return true;
  if (list === 0) return any;
  for (const index of separators) breaks[index] = 1;
  return true;
}

/** Breaks at the last separator that still fits, line by line. */
function fillLines(gaps: Gaps, separators: readonly number[], breaks: number[], context: WrapContext): boolean {
  let any = false;
  for (const [at, index] of separators.entries()) {
    const next = separators[at + 1] ?? index;
    const end = at + 1 < separators.length ? gaps.gaps[next]!.start + 1 : lineEnd(gaps, index, (each) => breaks[each]!);
    const lineStart = startOfLine(gaps, index, breaks);
    if (lineStart.column + (end - lineStart.offset) > context.width.max) {
      breaks[index] = 1;
      any = true;
    }
  }
  return any;
}

function startOfLine(gaps: Gaps, index: number, breaks: readonly number[]): { offset: number; column: number } {
  let at = index - 1;
  while (at > 0 && breaks[at] === 0) at--;
  const offset = gaps.tree.starts[gaps.solids[at]!]!;
  const offered = gaps.gaps[at]!.breaks > 0 || at === 0;
  const indent = indentAt(gaps.tree.text, offset);
  return { offset, column: columns(indent) + (offered ? 0 : TAB_COLUMNS) };
}

/** Columns of a line that holds all between the node's brackets, one level deeper. */
function contentWidth(gaps: Gaps, group: Group, { unit }: WrapContext): number {
  const { tree, solids } = gaps;
  const start = tree.starts[solids[group.first]!]!;
  const indent = columns(indentAt(tree.text, start)) + columns(unit);
  let width = indent;
  for (let index = group.first + 1; index < group.last; index++) {
    if (index > group.first + 1) width += joinedGap(gaps.gaps[index]!);
    width += tokenLength(tree, solids[index]!);
  }
  return width;
}

function learnForm(kind: Kind, gaps: Gaps, group: Group): void {
  let separators = 0;
  let broken = 0;
  for (const index of group.own) {
    const gap = gaps.gaps[index]!;
    const role = roleOf(gap);
    if (role === "separator") {
      separators++;
      if (gap.breaks > 0) broken++;
      continue;
    }
    const seen = kind.roles.get(role) ?? { broken: 0, total: 0 };
    kind.roles.set(role, { broken: seen.broken + (gap.breaks > 0 ? 1 : 0), total: seen.total + 1 });
  }
  if (separators > 0) kind.forms[broken === 0 ? "hug" : broken === separators ? "list" : "fill"]++;
}

/** Which place of a node a gap is. */
function roleOf({ mark, context }: Gap): string {
  if (mark !== "" && !context.atEnd) return "separator";
  const left = isPunctuation(context.leftToken) ? context.leftToken : "";
  const right = isPunctuation(context.rightToken) ? context.rightToken : "";
  return `${context.atStart ? "start" : ""}${left} ${right}${context.atEnd ? "end" : ""}`;
}

function isPunctuation(token: string): boolean {
  return /^[^\w\s]+$/.test(token);
}

/** The narrower scopes come last and bring the newest records. */
function merged(scopes: readonly Wraps[], name: string): Kind {
  const kind: Kind = { stands: [], roles: new Map(), forms: { hug: 0, fill: 0, list: 0 }, offers: [] };
  for (const scope of scopes) {
    const seen = scope.kinds.get(name);
    if (!seen) continue;
    kind.stands.push(...seen.stands);
    kind.offers.push(...seen.offers);
    for (const [role, { broken, total }] of seen.roles) {
      const known = kind.roles.get(role) ?? { broken: 0, total: 0 };
      kind.roles.set(role, { broken: known.broken + broken, total: known.total + total });
    }
    for (const form of ["hug", "fill", "list"] as const) kind.forms[form] += seen.forms[form];
  }
  return kind;
}

/** Complete nodes with gaps of their own, outermost first. */
function groupsOf({ tree, gaps, solids }: Gaps): Group[] {
  const behind = gaps.at(-1)!;
  const isCutOff = behind.right >= 0 && !isBlockLike(behind.context.nodeType);
  const own = new Map<number, number[]>();
  for (let index = 1; index < solids.length; index++) {
    const { context } = gaps[index]!;
    // Where the body of a statement begins has nothing to do with width.
    if (isBlockLike(context.rightChild) || isBlockLike(context.leftChild)) continue;
    const node = chainOf(tree, context.node);
    const known = own.get(node);
    if (known) known.push(index);
    else own.set(node, [index]);
  }
  const groups: Group[] = [];
  for (const [node, indexes] of own) {
    const type = tree.types[node]!;
    if (isBlockLike(type)) continue;
    let first = indexes[0]! - 1;
    while (first > 0 && tree.starts[solids[first - 1]!]! >= tree.starts[node]!) first--;
    let last = indexes.at(-1)!;
    while (last + 1 < solids.length && tree.ends[solids[last + 1]!]! <= tree.ends[node]!) last++;
    // A node that reaches out of the text is not known whole.
    if (tree.starts[solids[first]!] !== tree.starts[node] || tree.ends[solids[last]!]! + 1 < tree.ends[node]!) continue;
    // What is cut off in the middle is longer than it looks.
    if (last === solids.length - 1 && isCutOff) continue;
    const separators = indexes.filter((index) => roleOf(gaps[index]!) === "separator").length;
    const isChain = indexes.some((index) => gaps[index]!.context.node !== node);
    const links = isChain ? `*${Math.min(Math.ceil(indexes.length / 2), LINKS_MAX)}` : "";
    groups.push({ node, kind: `${type}${separators > 0 ? "," : ""}${links}`, own: indexes, first, last });
  }
  return groups.sort((a, b) => a.node - b.node);
}

/** Operators and member accesses in a row nest on the left: the outermost stands for all of them. */
function chainOf(tree: SyntaxTree, node: number): number {
  let outermost = node;
  for (let above = tree.parents[node]!, steps = 0; above > 0 && steps < 2; above = tree.parents[above]!) {
    if (tree.starts[above] !== tree.starts[node]) break;
    steps++;
    if (tree.types[above] === tree.types[node]) {
      outermost = above;
      steps = 0;
    }
  }
  return outermost;
}

/** Columns of the line on which a node begins, if the node stood on it whole; undefined where it cannot. */
function flatWidth(gaps: Gaps, group: Group, breaksAt: (index: number) => number): number | undefined {
  const { tree, solids } = gaps;
  for (let index = group.first; index <= group.last; index++) {
    const type = tree.types[solids[index]!]!;
    if (type.includes("comment") || spansLines(tree, solids[index]!)) return undefined;
    if (index === group.first) continue;
    const gap = gaps.gaps[index]!;
    if (gap.isFixed) return undefined;
    if (breaksAt(index) > 0 && isBlockLike(gap.context.nodeType)) return undefined;
  }
  return widthOfLine(gaps, group, breaksAt, true);
}

/** Columns of the line on which a node begins, as it is. */
function lineWidth(gaps: Gaps, group: Group, breaksAt: (index: number) => number): number {
  return widthOfLine(gaps, group, breaksAt, false);
}

function widthOfLine(gaps: Gaps, group: Group, breaksAt: (index: number) => number, flat: boolean): number {
  const { tree, solids } = gaps;
  let start = group.first;
  while (start > 0 && breaksAt(start) === 0) start--;
  const firstStart = tree.starts[solids[start]!]!;
  // A region may begin inside a line: what stands before it counts.
  const lineStart = start === 0 ? tree.text.lastIndexOf("\n", firstStart - 1) + 1 : -1;
  let width =
    lineStart >= 0 ? columns(tree.text.slice(lineStart, firstStart)) : columns(indentAt(tree.text, firstStart));
  for (let index = start; index < solids.length; index++) {
    const isInside = flat && index > group.first && index <= group.last;
    if (index > start) {
      if (breaksAt(index) > 0 && !isInside) return width + gaps.gaps[index]!.mark.length;
      const gap = gaps.gaps[index]!;
      width += gap.breaks > 0 ? joinedGap(gap) : gap.end - gap.start;
    }
    if (spansLines(tree, solids[index]!)) return width + tokenLength(tree, solids[index]!);
    width += tokenLength(tree, solids[index]!);
  }
  return width + gaps.gaps.at(-1)!.mark.length;
}

function lineEnd(gaps: Gaps, index: number, breaksAt: (index: number) => number): number {
  let at = index;
  while (at + 1 < gaps.solids.length && breaksAt(at + 1) === 0) at++;
  return gaps.tree.ends[gaps.solids[at]!]!;
}

/** Columns of a broken gap once it is joined: brackets hug, and a trailing comma goes. */
function joinedGap(gap: Gap): number {
  return joinedSpace(gap) + (gap.context.atEnd && gap.mark === "," ? 0 : gap.mark.length);
}

/** Spaces where a break was, as far as nothing else is learned: brackets and member accesses hug. */
export function joinedSpace({ context }: Gap): number {
  const { leftToken, rightToken } = context;
  return /^[([]$/.test(leftToken) || /^[)\]]$/.test(rightToken) || /^\??\.$/.test(rightToken) ? 0 : 1;
}

function anyBreak(gaps: Gaps, group: Group): boolean {
  for (let index = group.first + 1; index <= group.last; index++) if (gaps.gaps[index]!.breaks > 0) return true;
  return false;
}

function spansLines(tree: SyntaxTree, leaf: number): boolean {
  const at = tree.text.indexOf("\n", tree.starts[leaf]);
  return at >= 0 && at < tree.ends[leaf]!;
}

function tokenLength(tree: SyntaxTree, leaf: number): number {
  const start = tree.starts[leaf]!;
  const end = tree.ends[leaf]!;
  const line = tree.text.indexOf("\n", start);
  return (line >= 0 && line < end ? line : end) - start;
}

function columns(indent: string): number {
  let width = 0;
  for (const char of indent) width += char === "\t" ? TAB_COLUMNS : 1;
  return width;
}

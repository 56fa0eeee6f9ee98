/**
 * Wrapping: which lists, calls and expressions are broken over lines because they would not fit. Three things are
 * learned for that: the width, how each kind of node yields when a line is too long, and in which form. Then offered
 * text is joined where it fits the learned width, and broken where it does not. It is a small pretty-printer whose
 * rules come from examples (CodeBuff, Parr & Vinju 2016).
 */
import { type Gaps, indentAt } from "./gaps.ts";
import { AT_END, flatLine, type Group, groupsOf, joinedGap, ownLine, roleOf, spotOf, tokenLength } from "./groups.ts";
import {
  columnsOf,
  type Kind,
  type Knowledge,
  lineColumns,
  LINES,
  type Measure,
  offerKinds,
  type Shape,
} from "./wraps.ts";
import type { Width } from "./width.ts";

/** Probability that a line fits, for a node to be joined on it. */
const FITS_SURE = 0.7;
/** Probability that a line fits, below which it is too long. */
const TOO_LONG = 0.15;
/** Share of the nodes that fit which must stand on one line, for others to be joined. */
const JOIN_SURE = 0.85;
/** Share of the offered nodes that fit which were joined, for others to be. */
const JOINED_SURE = 0.75;
const OFFERS_RECENT = 12;
/** What is broken only because it does not fit where it was offered is joined, until something else is seen. */
const JOINED_PRIOR = 0.8;
const JOINED_PRIOR_WEIGHT = 1;
const YIELD_SURE = 0.6;
/** Long lines that were offered, and the share of them that must have been broken, for somebody to break lines at all. */
const LINES_SUPPORT_MIN = 4;
const LINES_SHARE = 0.15;
const KIND_SUPPORT_MIN = 2;
/** Share of the broken lists with some separators broken and some not, for a kind to be filled line by line. */
const FILL_SHARE = 0.3;
/** Share of the broken nodes of a kind that have the same shape, for others to be given it. */
const SHAPE_SURE = 0.4;
const RESHAPE_SURE = 0.8;
/** Broken nodes, and the share of them in one form, for offered ones to be brought to it. */
const FORM_SUPPORT_MIN = 3;
const FORM_SURE = 0.9;
/** Share of the offered nodes that stayed broken as they were, above which others are left so too. */
const KEPT_MAX = 0.5;

export interface WrapContext {
  readonly known: Knowledge;
  readonly width: Width;
  /** The width of offered texts: it tells which of their breaks are made by width alone. */
  readonly offeredWidth: Width;
  /** Columns of an indentation where it was offered. */
  readonly offeredMeasure: Measure;
  readonly unit: string;
}

/**
 * Joins, breaks and, where it `mayReshape`, breaks anew: `breaks[i]` is the number of line breaks wanted in gap i and is changed in
 * place. Returns the number of nodes changed.
 */
export function rewrap(gaps: Gaps, breaks: number[], context: WrapContext, mayReshape: boolean): number {
  let changed = 0;
  const groups = groupsOf(gaps);
  const breaksAt = (index: number): number => breaks[index]!;
  for (const [at, group] of groups.entries()) {
    const isBroken = group.own.some((index) => breaks[index]! > 0);
    if (isBroken) {
      const line = flatLine(gaps, group, breaksAt);
      if (line === undefined) continue;
      const fits = context.width.fits(lineColumns(line));
      if (fits <= TOO_LONG) {
        if (mayReshape && reshape(gaps, group, breaks, context)) changed++;
        continue;
      }
      if (fits < FITS_SURE || !joins(gaps, group, context)) continue;
      if (!innerJoins(gaps, groups, group, breaks, context)) continue;
      for (let index = group.first + 1; index <= group.last; index++) breaks[index] = 0;
      changed++;
    } else if (isTooLong(gaps, group, breaksAt, context)) {
      const spot = spotOf(gaps, groups, at, breaksAt);
      const shape = yields(group.kind, spot, context)
        ? shapeOf(context.known.kind(group.kind), KIND_SUPPORT_MIN, SHAPE_SURE)
        : undefined;
      if (shape && breakGroup(gaps, group, shape, breaks, context)) changed++;
    }
  }
  return changed;
}

function isTooLong(gaps: Gaps, group: Group, breaksAt: (index: number) => number, { width }: WrapContext): boolean {
  return width.fits(lineColumns(ownLine(gaps, group, breaksAt))) <= TOO_LONG;
}

/**
 * Whether a broken node that fits is brought on one line. A node that was too wide where it was offered is broken for
 * that alone, and is joined unless others like it were not. What was broken though it would have fit was so for another
 * reason: then others like it must have been joined.
 */
function joins(gaps: Gaps, group: Group, { known, width, offeredWidth, offeredMeasure }: WrapContext): boolean {
  const line = flatLine(gaps, group, (index) => gaps.gaps[index]!.breaks);
  if (line === undefined) return false;
  const wasForced = (columns: number): boolean => offeredWidth.fits(columns) < 0.5;
  const isForced = wasForced(lineColumns(line, offeredMeasure));
  const [general, offers] = offerKinds(gaps, group).map((name) =>
    known
      .kind(name)
      .offers.filter(
        ({ columns, offeredColumns }) => wasForced(offeredColumns) === isForced && width.fits(columns) >= FITS_SURE,
      )
      .slice(-OFFERS_RECENT)
      .map(({ isJoined }) => isJoined),
  );
  if (!isForced) return offers!.length >= KIND_SUPPORT_MIN && joinedShare(offers!, 0, 0) >= JOINED_SURE;
  const isNew = offers!.length === 0;
  if (isNew && (group.hasModifiers || isBrokenThoughFitting(known.kind(group.kind), width))) return false;
  const expected = joinedShare(general!, JOINED_PRIOR, JOINED_PRIOR_WEIGHT);
  return joinedShare(offers!, expected, JOINED_PRIOR_WEIGHT) >= JOINED_SURE;
}

function joinedShare(offers: readonly boolean[], prior: number, weight: number): number {
  return (offers.filter((isJoined) => isJoined).length + prior * weight) / (offers.length + weight);
}

/** Whether nodes of a kind are broken for other reasons than their width. */
function isBrokenThoughFitting({ stands }: Kind, width: Width): boolean {
  const fitting = stands.filter(({ isBroken, columns }) => isBroken && width.fits(columns) >= FITS_SURE).length;
  const flat = stands.filter(({ isFlat }) => isFlat).length;
  return fitting > 0 && fitting / (fitting + flat) > 1 - JOIN_SURE;
}

/** Nodes of this kind are what is broken where a line is too long: as was seen of offered lines, or else of texts. */
function yields(kind: string, spot: string, { known, width: { likeliest } }: WrapContext): boolean {
  const lines = known.longFlats(LINES, likeliest);
  if (lines.length >= LINES_SUPPORT_MIN && shareOf(lines) < LINES_SHARE) return false;
  const flats = known.longFlats(kind, likeliest);
  const there = flats.filter((flat) => flat.spot === spot);
  if (there.length >= KIND_SUPPORT_MIN) return shareOf(there) >= YIELD_SURE;
  // Where more comes behind it, that may be broken as well.
  if (!spot.endsWith(AT_END)) return false;
  if (flats.length >= KIND_SUPPORT_MIN) return shareOf(flats) >= YIELD_SURE;
  const long = known.kind(kind).stands.filter(({ columns }) => columns > likeliest);
  return long.filter(({ isBroken }) => isBroken).length >= KIND_SUPPORT_MIN && shareOf(long) >= YIELD_SURE;
}

function shareOf(nodes: readonly { readonly isBroken: boolean }[]): number {
  return nodes.filter(({ isBroken }) => isBroken).length / nodes.length;
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

function fills({ forms: { hug, fill, list } }: Shape): boolean {
  return fill > 0 && fill / (hug + fill + list) > FILL_SHARE;
}

/** The shape that most broken nodes of a kind have; undefined where a smaller share than `sure` has it. */
function shapeOf({ shapes }: Kind, supportMin: number, sure: number): Shape | undefined {
  let best: Shape | undefined;
  let total = 0;
  for (const shape of shapes.values()) {
    total += shape.count;
    if (!best || shape.count > best.count) best = shape;
  }
  return best && total >= supportMin && best.count >= total * sure ? best : undefined;
}

/** Breaks a node anew that does not fit, where the person's own are nearly always broken in one form. */
function reshape(gaps: Gaps, group: Group, breaks: number[], context: WrapContext): boolean {
  const shape = shapeOf(context.known.kind(group.kind), FORM_SUPPORT_MIN, RESHAPE_SURE);
  if (!shape) return false;
  const { hug, fill, list } = shape.forms;
  const total = hug + fill + list;
  const offers = context.known.kind(offerKinds(gaps, group)[1]).offers.filter(({ isJoined }) => !isJoined);
  const kept = offers.filter(({ isKept }) => isKept).length;
  if (kept > offers.length * KEPT_MAX) return false;
  if (total < FORM_SUPPORT_MIN || (!fills(shape) && hug + list < total * FORM_SURE)) return false;
  const before = breaks.join();
  for (const index of group.own) breaks[index] = 0;
  if (!breakGroup(gaps, group, shape, breaks, context)) {
    for (const [index, count] of before.split(",").entries()) breaks[index] = Number(count);
    return false;
  }
  return breaks.join() !== before;
}

function breakGroup(gaps: Gaps, group: Group, shape: Shape, breaks: number[], context: WrapContext): boolean {
  const separators: number[] = [];
  let any = false;
  for (const index of group.own) {
    const role = roleOf(gaps.gaps[index]!);
    if (role === "separator") separators.push(index);
    else if (shape.broken.has(role)) {
      breaks[index] = 1;
      any = true;
    }
  }
  if (separators.length === 0) return any;
  const { hug, fill, list } = shape.forms;
  if (hug + fill + list === 0) return any;
  if (fills(shape)) return fillLines(gaps, separators, breaks, context) || any;
  // One indented line with all of it, where that is done and it fits.
  const opensLine = any && hug > 0;
  if (opensLine && context.width.fits(contentWidth(gaps, group, context)) >= FITS_SURE) return true;
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
    const lineStart = startOfLine(gaps, index, breaks, context.unit);
    if (context.width.fits(lineStart.column + (end - lineStart.offset)) < FITS_SURE) {
      breaks[index] = 1;
      any = true;
    }
  }
  return any;
}

function startOfLine(
  gaps: Gaps,
  index: number,
  breaks: readonly number[],
  unit: string,
): { offset: number; column: number } {
  let at = index - 1;
  while (at > 0 && breaks[at] === 0) at--;
  const offset = gaps.tree.starts[gaps.solids[at]!]!;
  const offered = gaps.gaps[at]!.breaks > 0 || at === 0;
  const indent = indentAt(gaps.tree.text, offset);
  return { offset, column: columnsOf(indent) + (offered ? 0 : columnsOf(unit)) };
}

/** Columns of a line that holds all between the node's brackets, one level deeper. */
function contentWidth(gaps: Gaps, group: Group, { unit }: WrapContext): number {
  const { tree, solids } = gaps;
  const start = tree.starts[solids[group.first]!]!;
  const indent = columnsOf(indentAt(tree.text, start)) + columnsOf(unit);
  let width = indent;
  for (let index = group.first + 1; index < group.last; index++) {
    if (index > group.first + 1) width += joinedGap(gaps.gaps[index]!);
    width += tokenLength(tree, solids[index]!);
  }
  return width;
}

function lineEnd(gaps: Gaps, index: number, breaksAt: (index: number) => number): number {
  let at = index;
  while (at + 1 < gaps.solids.length && breaksAt(at + 1) === 0) at++;
  return gaps.tree.ends[gaps.solids[at]!]!;
}

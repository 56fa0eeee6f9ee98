/** Learning layout: what a text shows of it, and what somebody made of an offered text. */
import { alignTokens } from "../../../text/align.ts";
import { leafKind, type SyntaxTree, textOf } from "../../code/syntax.ts";
import type { Region } from "../region.ts";
import type { ChoiceKeys } from "./choice-keys.ts";
import { observeFeature } from "./decider.ts";
import { type LayoutScope, observeIn, tellIn } from "./scope.ts";
import { anchorOf, type Gap, type Gaps, indentAt, isBesideComment, isMultiLine, readGaps } from "./gaps.ts";
import { blankKeys, breakKeys, depthKeys, markKeys, spaceKeys } from "./keys.ts";
import { quoteKeys, readString } from "./quotes.ts";
import { blankFact, breakFact, depthFact, type Fact, markFact, quoteFact, spaceFact } from "./facts.ts";
import type { Place } from "../../../protocol/style.ts";
import { readSteps, shownStep } from "./steps.ts";
import { offeredMeasure } from "./wraps.ts";

/** More spaces in a row are alignment, which depends on other lines. */
const SPACES_MAX = 2;
export const ALIGNED = "aligned";
/** The depth of what is offered behind something else on its line. */
export const NO_LINE = "";
/** Spaces that a line may hang off from what it belongs to, without being aligned. */
const HANGING_MAX = 8;
/** Three breaks are two blank lines; more are as many. */
export const BREAKS_MAX = 3;

/** Counts every choice that `region` shows, in scopes from wide to narrow. */
export function learnText(scopes: readonly LayoutScope[], region: Region, unit: string, weight = 1): void {
  const gaps = readGaps(region.tree, region.start, region.end);
  for (const { wraps } of scopes) wraps.observe(gaps);
  for (const [index, gap] of gaps.gaps.entries()) {
    // Both sides must be of the same author; a gap at the border is half context.
    if (index > 0 && index < gaps.solids.length) learnGap(scopes, gap, weight);
    if (gap.breaks > 0 && !gap.isFixed && gap.right >= 0 && index < gaps.solids.length)
      learnDepth(scopes, region.tree, gap, unit, weight);
  }
  const last = gaps.gaps.at(-1);
  if (last && gaps.solids.length > 0) learnLastMark(scopes, last, weight);
  for (const leaf of gaps.solids) {
    learnQuote(scopes, region.tree, leaf, weight);
    learnBody(scopes, region.tree, leaf, weight);
  }
}

/** An offered text and what became of it, parsed. */
export interface LayoutPair {
  readonly offered: Region;
  readonly final: Region;
  /** Step of indentation of both, and the one in which the first had come. */
  readonly unit: string;
  readonly offeredUnit: string;
  readonly weight: number;
  /** What is told of a line of the final text, as a place where something was seen. */
  readonly evidence: (line: string) => Place;
}

/** Counts what became of each place of an offered text that is still there, in scopes from wide to narrow; gives what was changed. */
export function learnPair(
  scopes: readonly LayoutScope[],
  { offered, final, unit, offeredUnit, weight, evidence }: LayoutPair,
): Fact[] {
  for (const scope of scopes) scope.pairs++;
  const changed: Fact[] = [];
  const tell = (fact: Fact, isChanged: boolean, keys: readonly string[], leaf: number): void => {
    let seen: Place | undefined;
    const place = (): Place => (seen ??= evidence(lineOf(final, leaf)));
    tellIn(scopes, { fact, isChanged, keys, place });
    if (isChanged) changed.push(fact);
  };
  /** Whether anything was changed in each feature. */
  const features = new Map<string, boolean>();
  const left = readGaps(offered.tree, offered.start, offered.end);
  const right = readGaps(final.tree, final.start, final.end);
  // A text in another step than its place says nothing of how deep lines stand.
  const step = shownStep(readSteps(right));
  const measure = offeredMeasure(unit, offeredUnit);
  for (const { offeredWraps } of scopes) offeredWraps.observe(left, measure);
  for (const [index, to] of alignSolids(left, right)) {
    const before = readString(offered.tree, left.solids[index]!);
    const after = readString(final.tree, right.solids[to]!);
    if (!before || !after || before.quote.length !== after.quote.length) continue;
    const keys = quoteKeys(final.tree, right.solids[to]!, after);
    observe(scopes, keys.ofOffers, after.quote, weight, before.quote);
    features.set("quote", features.get("quote") === true || before.quote !== after.quote);
    tell(quoteFact(after.quote), before.quote !== after.quote, keys.all, right.solids[to]!);
  }
  const matched = matchedGaps(left, right);
  const finals = new Map(matched.map(({ before, after }) => [before, after]));
  for (const { wraps } of scopes) wraps.observePair(left, finals, measure);
  for (const { before, after, isLast } of matched) {
    if (before.isFixed || after.isFixed) continue;
    const breaks = Math.min(after.breaks, BREAKS_MAX);
    // The next offer is looked at where it stands, which need not be where the final text stands.
    const observePlace = (
      keysOf: (gap: Gap) => ChoiceKeys,
      offer: string,
      value: string,
      fact: Fact | undefined,
    ): void => {
      const [offered, written] = [keysOf(before), keysOf(after)];
      const keys = new Set([...offered.ofOffers, ...written.ofOffers]);
      observe(scopes, [...keys], value, weight, offer);
      const { feature } = offered;
      features.set(feature, features.get(feature) === true || offer !== value);
      if (fact) tell(fact, offer !== value, [...offered.all, ...written.all], after.left);
    };
    if (!isBesideComment(before) && !isBesideComment(after) && (!isLast || isStatementMark(before, after))) {
      const isChoice = before.mark !== "" || after.mark !== "";
      const fact = isChoice ? markFact(after.mark, before.mark) : undefined;
      observePlace((gap) => markKeys(gap, breaks > 0 || isLast), before.mark, after.mark, fact);
    }
    if (isLast) continue;
    const [had, has] = [before.breaks > 0 ? "1" : "0", breaks > 0 ? "1" : "0"];
    observePlace(breakKeys, had, has, breakFact(after, has));
    if (breaks > 0) {
      const offer = before.breaks > 0 ? depthOf(offered.tree, before, unit) : NO_LINE;
      const depth = step === undefined || step === unit ? depthOf(final.tree, after, unit) : undefined;
      const fact = depth !== undefined && offer !== NO_LINE ? depthFact(after, depth) : undefined;
      if (offer !== undefined && depth !== undefined) observePlace(depthKeys, offer, depth, fact);
    }
    if (before.breaks > 0 && breaks > 0) {
      observePlace(
        blankKeys,
        String(Math.min(before.breaks, BREAKS_MAX)),
        String(breaks),
        blankFact(after, String(breaks)),
      );
    } else if (before.breaks === 0 && breaks === 0 && before.context.nodeType === after.context.nodeType) {
      // In another node the same two tokens are other code: `a - 1` became `-1`.
      const value = spaceValue(after.space);
      if (value !== ALIGNED) observePlace(spaceKeys, spaceValue(before.space), value, spaceFact(after, value));
    }
  }
  for (const [feature, isChanged] of features)
    for (const { choices } of scopes) observeFeature(choices, feature, isChanged);
  return changed;
}

/** The line on which a token of a region begins, as far as it is of the region or stands before it. */
function lineOf({ tree: { text, starts }, end }: Region, leaf: number): string {
  const start = text.lastIndexOf("\n", starts[leaf]) + 1;
  const lineEnd = text.indexOf("\n", start);
  return text.slice(start, lineEnd < 0 ? end : Math.min(lineEnd, end));
}

/** The last gap's mark ends a statement, or nothing is known of what follows. */
export function isStatementMark(...gaps: readonly Gap[]): boolean {
  return gaps.every(({ mark }) => mark !== ",");
}

export function spaceValue(spaces: number): string {
  return spaces > SPACES_MAX ? ALIGNED : String(spaces);
}

/**
 * How deep a line stands below the line where `gap`'s node begins: levels of `unit`, or aligned with what follows the
 * node's opener; undefined where it is neither.
 */
export function depthOf(tree: SyntaxTree, gap: Gap, unit: string): string | undefined {
  const base = indentAt(tree.text, anchorOf(tree, gap.node));
  const own = indentAt(tree.text, tree.starts[gap.right]!);
  if (base.startsWith(own) && base !== own) {
    const missing = base.length - own.length;
    return missing % unit.length === 0 ? String(-missing / unit.length) : undefined;
  }
  if (!own.startsWith(base)) return undefined;
  const rest = own.slice(base.length);
  const levels = rest.length / unit.length;
  if (Number.isInteger(levels) && rest === unit.repeat(levels) && levels <= 2) return String(levels);
  if (columnOfContent(tree, gap) === own.length) return ALIGNED;
  // Labels that hang half a level off.
  return /^ +$/.test(rest) && rest.length <= HANGING_MAX ? `+${rest.length}` : undefined;
}

/** Column of the token that follows the opener of the gap's node, where it stands on the line on which the node begins. */
function columnOfContent(tree: SyntaxTree, gap: Gap): number | undefined {
  const start = contentOf(tree, gap);
  if (start === undefined || tree.text.slice(tree.starts[gap.node], start).includes("\n")) return undefined;
  return start - (tree.text.lastIndexOf("\n", start - 1) + 1);
}

/** Where the token begins that follows the opener of the gap's node. */
export function contentOf(tree: SyntaxTree, { node }: Gap): number | undefined {
  const content = tree.nodeEnds[node + 1]!;
  return content >= tree.nodeEnds[node]! ? undefined : tree.starts[content]!;
}

function learnGap(scopes: readonly LayoutScope[], gap: Gap, weight: number): void {
  if (gap.isFixed) return;
  if (!isBesideComment(gap)) observe(scopes, markKeys(gap, gap.breaks > 0).all, gap.mark, weight);
  observe(scopes, breakKeys(gap).all, gap.breaks > 0 ? "1" : "0", weight);
  if (gap.breaks === 0) {
    const value = spaceValue(gap.space);
    if (value !== ALIGNED) observe(scopes, spaceKeys(gap).all, value, weight);
  }
}

/** The last token's mark is the region's own; what follows it is not. */
function learnLastMark(scopes: readonly LayoutScope[], gap: Gap, weight: number): void {
  if (!gap.isFixed && !isBesideComment(gap) && isStatementMark(gap) && (gap.breaks > 0 || gap.right < 0))
    observe(scopes, markKeys(gap, true).all, gap.mark, weight);
}

function learnDepth(scopes: readonly LayoutScope[], tree: SyntaxTree, gap: Gap, unit: string, weight: number): void {
  const depth = depthOf(tree, gap, unit);
  if (depth !== undefined) observe(scopes, depthKeys(gap).all, depth, weight);
}

function learnQuote(scopes: readonly LayoutScope[], tree: SyntaxTree, leaf: number, weight: number): void {
  const string = readString(tree, leaf);
  if (string) observe(scopes, quoteKeys(tree, leaf, string).all, string.quote, weight);
}

/** Whether the lines of a comment or of documentation are indented like the line that it begins on. */
export const BODY_MOVES = "moves";

/** What that depends on, from general to particular: comments are told apart by how they open. */
export function bodyKeys(opener: string): string[] {
  return ["body", `body|${/^(?:\/\*\*?|<!--)/.exec(opener)?.[0] ?? ""}`];
}

function learnBody(scopes: readonly LayoutScope[], tree: SyntaxTree, leaf: number, weight: number): void {
  if (!isMultiLine(tree, leaf)) return;
  const indent = indentAt(tree.text, tree.starts[leaf]!);
  if (indent === "" || tree.text[tree.starts[leaf]! - 1]?.trim() !== "") return;
  const isComment = leafKind(tree, leaf) === "comment";
  const start = isComment ? `${indent} *` : indent;
  const text = textOf(tree, leaf);
  const body = text.split("\n").slice(1);
  const written = body.filter((line) => line.trim() !== "");
  // All of it deeper is as deep as it was once written.
  const moves =
    written.every((line) => line.startsWith(start)) && written.some((line) => /^\S/.test(line.slice(start.length)));
  observe(scopes, bodyKeys(text), moves ? BODY_MOVES : "stays", weight);
}

function observe(
  scopes: readonly LayoutScope[],
  keys: readonly string[],
  value: string,
  weight: number,
  offered?: string,
): void {
  for (const key of keys) observeIn(scopes, key, value, weight, offered);
}

/** Tokens by what they say: a string is the same in other quotes, which other escapes may go with. */
function comparable(tree: SyntaxTree, leaf: number): string {
  const string = readString(tree, leaf);
  if (string) return `"${string.content.replace(/\\(["'])/g, "$1")}`;
  const text = textOf(tree, leaf);
  return leafKind(tree, leaf) === "comment" ? text.replace(/\s+/g, " ") : text;
}

export function alignSolids(left: Gaps, right: Gaps): (readonly [number, number])[] {
  return (
    alignTokens(
      left.solids.map((leaf) => comparable(left.tree, leaf)),
      right.solids.map((leaf) => comparable(right.tree, leaf)),
    ) ?? []
  );
}

/** Gaps whose tokens on both sides are neighbours in both texts. */
function matchedGaps(left: Gaps, right: Gaps): { before: Gap; after: Gap; isLast: boolean }[] {
  const matched = [];
  const pairs = alignSolids(left, right);
  for (const [at, [from, to]] of pairs.entries()) {
    const previous = pairs[at - 1];
    if (previous && previous[0] === from - 1 && previous[1] === to - 1) {
      matched.push({ before: left.gaps[from]!, after: right.gaps[to]!, isLast: false });
    }
  }
  const last = pairs.at(-1);
  if (last && last[0] === left.solids.length - 1 && last[1] === right.solids.length - 1) {
    matched.push({ before: left.gaps.at(-1)!, after: right.gaps.at(-1)!, isLast: true });
  }
  return matched;
}

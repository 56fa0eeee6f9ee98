/**
 * Applying layout: decides every gap of an offered text anew from what was learned, and writes the text again. What
 * nobody has shown otherwise stays as it was offered.
 */
import { isCloser } from "../../code/brackets.ts";
import { childToward, leafKind, type SyntaxTree, textOf } from "../../code/syntax.ts";
import type { Region } from "../region.ts";
import type { ChoiceKeys } from "./choice-keys.ts";
import type { Decider } from "./decider.ts";
import {
  anchorOf,
  type Gap,
  type Gaps,
  indentAt,
  isBesideComment,
  isBlockLike,
  isMultiLine,
  type Mark,
  readGaps,
} from "./gaps.ts";
import { blankKeys, breakKeys, depthKeys, markKeys, spaceKeys } from "./keys.ts";
import { blankFact, breakFact, depthFact, type Fact, factName, markFact, quoteFact, spaceFact } from "./facts.ts";
import { ALIGNED, BREAKS_MAX, contentOf, depthOf, isStatementMark, NO_LINE, spaceValue } from "./learn.ts";
import { quoteKeys, readString, requote } from "./quotes.ts";
import { joinedSpace } from "./groups.ts";
import { isSurelySame } from "./proof.ts";
import { rewrap, type WrapContext } from "./wrap.ts";

/** Breaks found in text depend on its length too, so nearly all places must agree. */
const BREAK_SURE = 0.97;
const BREAK_SUPPORT_MIN = 6;
/** A depth that has no name. */
const ODD = "odd";
const QUOTES: Readonly<Record<string, string>> = { single: "'", double: '"' };

/** What was changed, each fact with its number of places. */
export class Changes {
  readonly #counts = new Map<string, { readonly fact: Fact; count: number }>();

  add(fact: Fact, count = 1): void {
    const known = this.#counts.get(factName(fact));
    if (known) known.count += count;
    else this.#counts.set(factName(fact), { fact, count });
  }

  list(): readonly { readonly fact: Fact; readonly count: number }[] {
    return [...this.#counts.values()];
  }
}

/** What is laid out: all, or less where all of it makes other code. */
export type LayoutParts = "all" | "spaces and marks" | "spaces";

export interface LayoutContext {
  readonly parts: LayoutParts;
  /** The text as it was offered, where it has been corrected since. */
  readonly offered: Region | undefined;
  /** What is known at the place. */
  readonly decider: Decider;
  /** Step of indentation at the place. */
  readonly unit: string;
  /** Whether the region's first line begins in the region. */
  readonly atLineStart: boolean;
  readonly lineComment: string | undefined;
  /** Whether indentation is block structure. */
  readonly isStructural: boolean;
  /** Whether the lines of a comment that opens so move with the line that it begins on. */
  readonly bodyMoves: (opener: string) => boolean;
  readonly wrap: WrapContext;
  /** Whether the user forbids this. */
  readonly isVetoed: (fact: Fact) => boolean;
  /** The value that the user has pinned for an attribute. */
  readonly pinned: (attribute: string) => string | undefined;
  /** The value that named conventions expect, where nothing has been seen of offers and their like. */
  readonly expected: (attribute: string) => string | undefined;
}

interface Decided {
  mark: Mark;
  breaks: number;
  space: number;
  spaceBeforeMark: number;
  /** What asked for it, as far as it is not as offered. */
  readonly why: { mark?: Fact; breaks?: Fact; space?: Fact };
}

/** A text laid out, and whether it is surely the same code: of others the parser must tell. */
export interface LaidOut {
  readonly text: string;
  readonly isSurelySame: boolean;
}

/** The region's text in the learned layout. */
export function applyLayout(region: Region, context: LayoutContext, changes: Changes): LaidOut {
  const { tree } = region;
  const gaps = readGaps(tree, region.start, region.end);
  // What is open at the end, as a string, has taken in what stands behind.
  const isOpen = gaps.solids.some((leaf) => tree.ends[leaf]! > region.end);
  if (gaps.solids.length === 0 || isOpen)
    return { text: tree.text.slice(region.start, region.end), isSurelySame: true };
  const decided = gaps.gaps.map(asOffered);
  const mayBreak = tree.errors === 0 && context.parts !== "spaces and marks" && context.parts !== "spaces";
  const isSeam = seamsIn(gaps, mayBreak ? context.offered : undefined);
  for (let index = 1; index < gaps.solids.length && mayBreak; index++) {
    decideBreaks(gaps, index, decided[index]!, context, isSeam(index));
  }
  keepBlocksWhole(gaps, decided);
  for (let index = 1; index <= gaps.solids.length; index++) decideInLine(gaps, index, decided[index]!, context);
  if (mayBreak) decideWraps(gaps, decided, context, changes);
  for (const { why } of decided) {
    if (why.breaks) changes.add(why.breaks);
    if (why.mark) changes.add(why.mark);
    if (why.space) changes.add(why.space);
  }
  return { text: write(region, gaps, decided, context, changes), isSurelySame: isSurelySame(gaps, decided) };
}

function asOffered({ mark, breaks, space, spaceBeforeMark }: Gap): Decided {
  return { mark, breaks, space, spaceBeforeMark, why: {} };
}

/** Mark and space, which depend on whether a line break follows. */
function decideInLine(gaps: Gaps, index: number, decided: Decided, context: LayoutContext): void {
  if (context.parts !== "spaces") decideMark(gaps, index, decided, context);
  if (index < gaps.solids.length) decideSpace(gaps, index, decided, context);
}

/** Tells gaps between tokens that a correction brought together: no layout of them was offered. */
function seamsIn({ tree, solids }: Gaps, offered: Region | undefined): (index: number) => boolean {
  if (!offered) return () => false;
  const pairs = new Set<string>();
  const before = readGaps(offered.tree, offered.start, offered.end).solids;
  const pairAt = (of: SyntaxTree, leaves: readonly number[], index: number): string =>
    `${textOf(of, leaves[index - 1]!)}\n${textOf(of, leaves[index]!)}`;
  for (let index = 1; index < before.length; index++) pairs.add(pairAt(offered.tree, before, index));
  return (index) => !pairs.has(pairAt(tree, solids, index));
}

function decideBreaks(gaps: Gaps, index: number, decided: Decided, context: LayoutContext, isSeam: boolean): void {
  const gap = gaps.gaps[index]!;
  if (gap.isFixed || gap.context.isBesideDirective || isOfList(gap)) return;
  const has = gap.breaks > 0 ? "1" : "0";
  // Text alone says nothing about comments: where they stand depends on what is in them.
  const textSure = isBesideComment(gap) ? Infinity : BREAK_SURE;
  const keys = breakKeys(gap);
  const isFree = isSeam && !isBesideComment(gap);
  const wants =
    (isFree ? context.decider.usual(keys) : context.decider.decide(keys, has, textSure, BREAK_SUPPORT_MIN)) ?? has;
  if (wants !== has) {
    // Joining for what is seen elsewhere needs to know that it fits: that is wrapping's part.
    const isAsked = wants === "1" || isFree || context.decider.isAnswered(keys, has);
    if (!isAsked || (wants === "0" && endsLine(gaps.tree, gap.left, context))) return;
    const fact = breakFact(gap, wants);
    if (context.isVetoed(fact)) return;
    decided.breaks = Number(wants);
    decided.space = wants === "0" ? joinedSpace(gap) : 0;
    decided.why.breaks = fact;
  } else if (gap.breaks > 0) {
    const offered = String(Math.min(gap.breaks, BREAKS_MAX));
    const blank = context.decider.decide(blankKeys(gap), offered, Infinity) ?? offered;
    const fact = blankFact(gap, blank);
    if (blank === offered || context.isVetoed(fact)) return;
    decided.breaks = Number(blank);
    decided.why.breaks = fact;
  }
}

/** A block is brought on one line, or on lines of its own, as a whole or not at all. */
function keepBlocksWhole({ gaps }: Gaps, decided: readonly Decided[]): void {
  const isChanged = (index: number): boolean => gaps[index]!.breaks > 0 !== decided[index]!.breaks > 0;
  for (let index = 0; index < gaps.length; index++) {
    const { node, context } = gaps[index]!;
    if (!isChanged(index) || !(context.atStart || context.atEnd) || !isBlockLike(context.nodeType)) continue;
    const own = gaps.flatMap((gap, at) => (gap.node === node ? [at] : []));
    const joins = decided[index]!.breaks === 0;
    const isEdge = (at: number): boolean => gaps[at]!.context.atStart || gaps[at]!.context.atEnd;
    const isWhole = own.some((at) => gaps[at]!.context.atEnd) && own.every((at) => decided[at]!.breaks === 0);
    if (joins ? isWhole : own.filter(isEdge).every((at) => decided[at]!.breaks > 0)) continue;
    for (const at of own.filter((each) => isChanged(each) && (joins || isEdge(each)))) {
      decided[at]!.breaks = gaps[at]!.breaks;
      decided[at]!.space = gaps[at]!.space;
      delete decided[at]!.why.breaks;
    }
  }
}

function decideWraps(gaps: Gaps, decided: readonly Decided[], context: LayoutContext, changes: Changes): void {
  const fact: Fact = { attribute: "line-width", detail: "", value: String(context.wrap.width.likeliest) };
  if (context.isVetoed(fact)) return;
  const breaks = decided.map((gap) => gap.breaks);
  const changed = rewrap(asDecided(gaps, decided), breaks, context.wrap, context.decider.changes("break"));
  if (changed === 0) return;
  for (const [index, gap] of decided.entries()) {
    if (gap.breaks > 0 === breaks[index]! > 0) continue;
    const { mark, space, context: place } = gaps.gaps[index]!;
    // What stands on one line needs no comma at its end, as far as nothing else is learned.
    gap.mark = breaks[index] === 0 && mark === "," && place.atEnd ? "" : mark;
    gap.space = space;
    gap.breaks = breaks[index]!;
    delete gap.why.mark;
    delete gap.why.space;
    decideInLine(gaps, index, gap, context);
  }
  changes.add(fact, changed);
}

/** The gaps in the columns that they are going to take, for what is measured. */
function asDecided({ tree, solids, gaps }: Gaps, decided: readonly Decided[]): Gaps {
  return {
    tree,
    solids,
    gaps: gaps.map((gap, index) => {
      const { mark, space, spaceBeforeMark } = decided[index]!;
      if (gap.isFixed || gap.breaks > 0) return mark === gap.mark ? gap : { ...gap, mark };
      const columns = mark === "" ? space : mark.length + spaceBeforeMark + space;
      return columns === gap.end - gap.start ? gap : { ...gap, mark, end: gap.start + columns };
    }),
  };
}

function decideMark(gaps: Gaps, index: number, decided: Decided, context: LayoutContext): void {
  const gap = gaps.gaps[index]!;
  const isLast = index === gaps.solids.length;
  if (gap.isFixed || isBesideComment(gap) || isOpener(gap.context.leftToken)) return;
  if (isLast && ((gap.breaks === 0 && gap.right >= 0) || !isStatementMark(gap))) return;
  const offered = decided.mark;
  const keys = markKeys(gap, decided.breaks > 0 || isLast);
  // A comma at the end goes with how a list is broken.
  const known = offered === "," ? context.decider.decide(keys, offered) : context.decider.decideInFile(keys, offered);
  const learned = known ?? offered;
  if (learned === "" && offered === "") return;
  const expected = context.decider.isAnswered(keys, offered) ? undefined : markOf(learned, offered, context.expected);
  const mark = markOf(learned, offered, context.pinned) ?? known ?? expected ?? offered;
  if (mark === "," && isRest(gaps.tree, gap)) return;
  // What is cut off in the middle goes on.
  if (mark === offered || isSeparator(gap, mark, offered)) return;
  if (isLast && (mark === "," || (mark === ";" && goesOn(gaps, keys, context)))) return;
  const fact = markFact(mark, offered);
  if (context.isVetoed(fact)) return;
  decided.mark = mark as Mark;
  decided.why.mark = fact;
}

/** Whether a text that ends without a semicolon goes on: where offers end their statements in one. */
function goesOn({ tree, gaps }: Gaps, keys: ChoiceKeys, { decider }: LayoutContext): boolean {
  if (tree.errors > 0 || gaps.some(endsInSemicolon)) return true;
  return decider.mostOffered(keys) !== "" && !gaps.slice(1, -1).some(endsInNothing);
}

/** Blocks need no mark whatever offers end in. */
function endsInNothing({ mark, breaks, context: { nodeType, leftToken, atStart, atEnd } }: Gap): boolean {
  return mark === "" && breaks > 0 && isBlockLike(nodeType) && leftToken !== "}" && !atStart && !atEnd;
}

function endsInSemicolon({ mark, context }: Gap): boolean {
  return mark === ";" && isBlockLike(context.nodeType);
}

/** A comma between two elements is never a matter of taste. */
function isSeparator({ context: { atEnd, nodeType } }: Gap, ...marks: readonly string[]): boolean {
  return !atEnd && !isBlockLike(nodeType) && marks.includes(",");
}

/** A rest parameter, which nothing may follow, though its parser lets a comma pass. */
function isRest(tree: SyntaxTree, { left, node }: Gap): boolean {
  const child = childToward(tree, node, left);
  return [child, child + 1].some((each) => each < tree.nodeEnds[child]! && tree.types[each] === "rest_pattern");
}

/** The mark that somebody wants, in a place where the two are a choice at all. */
function markOf(learned: string, offered: string, wanted: LayoutContext["pinned"]): string | undefined {
  const mark = learned === "" ? offered : learned;
  if (mark === "") return undefined;
  const value = wanted(mark === ";" ? "semicolons" : "trailing-commas");
  return value === "never" ? "" : value === "always" ? mark : undefined;
}

function decideSpace(gaps: Gaps, index: number, decided: Decided, context: LayoutContext): void {
  const gap = gaps.gaps[index]!;
  if (gap.isFixed || decided.breaks > 0) return;
  const joined = gap.breaks > 0;
  const offered = joined ? String(joinedSpace(gap)) : spaceValue(gap.space);
  // Alignment depends on other lines; only what became of it before can say more.
  if (offered === ALIGNED && !context.decider.isAnswered(spaceKeys(gap), offered)) return;
  if (joined) decided.space = Number(offered);
  const space = context.decider.decideInFile(spaceKeys({ context: gap.context, mark: decided.mark }), offered);
  if (space === undefined || space === offered || space === ALIGNED) return;
  const fact = spaceFact({ ...gap, mark: decided.mark }, space);
  if (context.isVetoed(fact)) return;
  decided.space = Number(space);
  if (!joined) decided.why.space = fact;
}

/** Writes the tokens with their gaps; lines are indented as the lines are that they hang on. */
function write(
  region: Region,
  gaps: Gaps,
  decided: readonly Decided[],
  context: LayoutContext,
  changes: Changes,
): string {
  const { tree } = region;
  const { text } = tree;
  /** Indentation, in the text being written, of the line on which each solid token stands. */
  const indents: string[] = [];
  /** Column of each solid token in the text being written. */
  const columns: number[] = [];
  const anchorIndent = (gap: Gap): string => {
    const anchor = anchorOf(tree, gap.node);
    const index = solidAt(gaps, anchor);
    return index === undefined || indents[index] === undefined ? indentAt(text, anchor) : indents[index];
  };
  /** White space that aligns a line with what follows the opener of its node, where that stands on the opener's line. */
  const alignment = (gap: Gap): string | undefined => {
    const content = solidAt(gaps, contentOf(tree, gap) ?? -1);
    if (content === undefined || columns[content] === undefined || decided[content]!.breaks > 0) return undefined;
    return indents[content]! + " ".repeat(Math.max(0, columns[content] - indents[content]!.length));
  };
  let offeredIndent = "";
  /** Where the offered line ends that {@link offeredIndent} is of. */
  let offeredEnd = -1;
  let result = "";
  /** Where the line begins that is being written. */
  let lineStart = 0;
  const add = (piece: string): void => {
    const lineEnd = piece.lastIndexOf("\n");
    if (lineEnd >= 0) lineStart = result.length + lineEnd + 1;
    result += piece;
  };
  for (let index = 0; index < gaps.solids.length; index++) {
    const leaf = gaps.solids[index]!;
    const gap = gaps.gaps[index]!;
    const { mark, breaks, space, spaceBeforeMark } = decided[index]!;
    const start = tree.starts[leaf]!;
    const begins = index === 0 ? context.atLineStart && isBlank(text, region.start, start) : breaks > 0;
    if (start > offeredEnd) {
      offeredIndent = indentAt(text, start);
      offeredEnd = endOfLine(text, start);
    }
    let indent: string;
    if (begins && gap.isFixed) indent = offeredIndent;
    else if (begins) {
      const hung = leafKind(tree, leaf) === "comment" ? lineBelow(gaps, index) : index;
      const above = hung === undefined ? lineAbove(gaps, index) : undefined;
      if (hung !== undefined) {
        const owner = gaps.gaps[hung]!;
        const wasBroken = owner.breaks > 0 || hung === 0;
        const sibling = siblingLine(gaps, hung);
        indent =
          sibling !== undefined && sibling < index
            ? indents[sibling]!
            : lineIndent(
                tree,
                owner,
                offeredIndent,
                wasBroken,
                anchorIndent(owner),
                alignment(owner),
                context,
                changes,
              );
      } else indent = above === undefined ? offeredIndent : indents[above]!;
    } else {
      indent = index === 0 ? offeredIndent : indents[index - 1]!;
    }
    indents.push(indent);
    if (index === 0) {
      const before = text.slice(region.start, start);
      add(begins ? before.replace(/[ \t]*$/, "") + indent : before);
    } else if (gap.isFixed) {
      add(text.slice(gap.start, gap.end));
    } else {
      if (mark !== "") add(" ".repeat(spaceBeforeMark) + mark);
      add(breaks > 0 ? "\n".repeat(breaks) + indent : " ".repeat(space));
    }
    columns.push(result.length - lineStart);
    add(tokenText(tree, leaf, offeredIndent, indent, context, changes));
  }
  const last = gaps.gaps.at(-1)!;
  const end = Math.min(region.end, Math.max(last.start, region.start));
  if (last.isFixed) return result + text.slice(end, region.end);
  // What stands behind the last token, without its mark.
  const rest = text.slice(end, region.end);
  const { mark, spaceBeforeMark } = decided.at(-1)!;
  const tail = last.mark === "" ? rest : rest.slice(rest.indexOf(last.mark) + 1);
  if (last.mark !== "" && !rest.includes(last.mark)) return result + rest;
  return result + (mark === "" ? "" : " ".repeat(spaceBeforeMark) + mark) + tail;
}

/** The solid token that begins at an offset. */
function solidAt({ tree, solids }: Gaps, offset: number): number | undefined {
  let [low, high] = [0, solids.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (tree.starts[solids[middle]!]! < offset) low = middle + 1;
    else high = middle;
  }
  return low < solids.length && tree.starts[solids[low]!] === offset ? low : undefined;
}

function endOfLine(text: string, offset: number): number {
  const end = text.indexOf("\n", offset);
  return end < 0 ? text.length : end;
}

/** The line of the statement before in the same block, where the two are indented alike. */
function siblingLine(text: Gaps, index: number): number | undefined {
  const { tree, gaps, solids } = text;
  const gap = gaps[index]!;
  const { nodeType, atStart, atEnd } = gap.context;
  if (!isBlockLike(nodeType) || atStart || atEnd || gap.left < 0 || gap.breaks === 0) return undefined;
  const before = solidAt(text, tree.starts[childToward(tree, gap.node, gap.left)]!);
  if (before === undefined || (before > 0 && gaps[before]!.breaks === 0)) return undefined;
  const indent = (at: number): string => indentAt(tree.text, tree.starts[solids[at]!]!);
  return indent(before) === indent(index) ? before : undefined;
}

/** The line of code that a comment stands above: the next one, indented alike. */
function lineBelow({ tree, gaps, solids }: Gaps, index: number): number | undefined {
  const indent = indentAt(tree.text, tree.starts[solids[index]!]!);
  for (let below = index + 1; below < solids.length; below++) {
    if (gaps[below]!.breaks === 0 || leafKind(tree, solids[below]!) === "comment") continue;
    return indentAt(tree.text, tree.starts[solids[below]!]!) === indent ? below : undefined;
  }
  return undefined;
}

/** The line above that is indented alike. */
function lineAbove({ tree, gaps, solids }: Gaps, index: number): number | undefined {
  const indent = indentAt(tree.text, tree.starts[solids[index]!]!);
  for (let above = index - 1; above >= 0; above--) {
    if (above > 0 && gaps[above]!.breaks === 0) continue;
    if (indentAt(tree.text, tree.starts[solids[above]!]!) === indent) return above;
  }
  return undefined;
}

function lineIndent(
  tree: SyntaxTree,
  gap: Gap,
  offeredIndent: string,
  wasBroken: boolean,
  anchor: string,
  aligned: string | undefined,
  context: LayoutContext,
  changes: Changes,
): string {
  const { nodeType, rightChild, rightToken } = gap.context;
  const isBody = context.isStructural && rightChild === "block";
  const isInBlock = isBlockLike(rightChild) || (context.isStructural && isBlockLike(nodeType));
  const isLevel = (isInBlock && !isBody) || /^(?:[)\]}]|else|catch|finally)$/.test(rightToken);
  const hangs = isLevel ? "" : context.unit;
  if (tree.errors > 0) return wasBroken ? offeredIndent : anchor + hangs;
  // Where indentation is structure it is not for us to change it, but inside of brackets.
  const isCode = rightToken.startsWith("comment") || isBlockLike(nodeType) || isBlockLike(rightChild);
  if (context.isStructural && isCode) return wasBroken ? offeredIndent : anchor + hangs;
  const offered = wasBroken ? depthOf(tree, gap, context.unit) : undefined;
  // Text alone does not tell: of what stands before the region only the heads are known, and a line may be alone there.
  const learned =
    context.decider.decide(depthKeys(gap), wasBroken ? (offered ?? ODD) : NO_LINE, wasBroken ? Infinity : undefined) ??
    offered;
  const isVetoed = learned !== undefined && learned !== offered && context.isVetoed(depthFact(gap, learned));
  const value = isVetoed ? offered : learned;
  if (offered !== undefined && value !== undefined && value !== offered) changes.add(depthFact(gap, value));
  if (value?.startsWith("+")) return anchor + " ".repeat(Number(value));
  if (value !== undefined && value !== ALIGNED) {
    const levels = Number(value);
    return levels >= 0
      ? anchor + context.unit.repeat(levels)
      : anchor.slice(0, Math.max(0, anchor.length + levels * context.unit.length));
  }
  if (value === ALIGNED && aligned !== undefined) return aligned;
  if (!wasBroken) return anchor + hangs;
  // Alignment, or nothing we have a name for: moves with the line it hangs on.
  const offeredAnchor = indentAt(tree.text, anchorOf(tree, gap.node));
  return offeredIndent.startsWith(offeredAnchor) ? anchor + offeredIndent.slice(offeredAnchor.length) : offeredIndent;
}

function tokenText(
  tree: SyntaxTree,
  leaf: number,
  offeredIndent: string,
  indent: string,
  context: LayoutContext,
  changes: Changes,
): string {
  const text = textOf(tree, leaf);
  const string = readString(tree, leaf);
  if (string) {
    const pinned = string.quote.length === 1 ? QUOTES[context.pinned("quotes") ?? ""] : undefined;
    const keys = quoteKeys(tree, leaf, string);
    const learned = context.decider.decideInFile(keys, string.quote);
    const isFree = string.quote.length === 1 && !/["'\\]/.test(string.content);
    const expected = isFree ? QUOTES[context.expected("quotes") ?? ""] : undefined;
    const quote =
      pinned ?? learned ?? (context.decider.isAnswered(keys, string.quote) ? undefined : expected) ?? string.quote;
    const again = context.isVetoed(quoteFact(quote)) ? undefined : requote(string, quote);
    if (again !== undefined) {
      changes.add(quoteFact(quote));
      return again;
    }
  }
  if (
    indent !== offeredIndent &&
    isMultiLine(tree, leaf) &&
    leafKind(tree, leaf) === "comment" &&
    context.bodyMoves(text)
  ) {
    return text.replaceAll(`\n${offeredIndent} *`, `\n${indent} *`);
  }
  return text;
}

function isBlank(text: string, start: number, end: number): boolean {
  return text.slice(start, end).trim() === "";
}

function isOpener(token: string): boolean {
  return token === "(" || token === "[" || token === "{";
}

function endsLine(tree: SyntaxTree, leaf: number, { lineComment }: LayoutContext): boolean {
  return (
    leaf >= 0 &&
    lineComment !== undefined &&
    leafKind(tree, leaf) === "comment" &&
    textOf(tree, leaf).startsWith(lineComment)
  );
}

/** Lists are broken as a whole: that is wrapping's part. */
function isOfList({ mark, context: { nodeType, leftToken, rightToken, atStart, atEnd } }: Gap): boolean {
  if (isBlockLike(nodeType)) return false;
  // Elsewhere these compare.
  if ((leftToken === "<" && atStart) || (rightToken === ">" && atEnd)) return true;
  return mark === "," || isOpener(leftToken) || isCloser(rightToken);
}

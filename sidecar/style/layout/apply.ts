/**
 * Applying layout: decides every gap of an offered text anew from what was learned, and writes the text again. What
 * nobody has shown otherwise stays as it was offered.
 */
import { leafKind, type SyntaxTree, textOf } from "../../code/syntax.ts";
import type { Region } from "../region.ts";
import { type Choices, decide, isAnswered } from "./choices.ts";
import { anchorOf, type Gap, type Gaps, indentAt, isBlockLike, isMultiLine, type Mark, readGaps } from "./gaps.ts";
import { blankKeys, breakKeys, depthKeys, markKeys, spaceKeys } from "./keys.ts";
import { ALIGNED, BREAKS_MAX, depthOf, isStatementMark, spaceValue } from "./learn.ts";
import { quoteKeys, readString, requote } from "./quotes.ts";
import { joinedSpace, rewrap, type WrapContext } from "./wrap.ts";

/** Breaks found in text depend on its length too, so nearly all places must agree. */
const BREAK_SURE = 0.97;
const BREAK_SUPPORT_MIN = 6;

/** What repair changed, by attribute of a convention: "quotes" → 3. */
export type Changes = Map<string, number>;

/** What is laid out: all, or less where all of it makes other code. */
export type LayoutParts = "all" | "spaces and marks" | "spaces";

export interface LayoutContext {
  readonly parts: LayoutParts;
  /** Wide to narrow. */
  readonly scopes: readonly Choices[];
  /** Step of indentation at the place. */
  readonly unit: string;
  /** Whether the region's first line begins in the region. */
  readonly atLineStart: boolean;
  readonly lineComment: string | undefined;
  /** Whether indentation is block structure. */
  readonly isStructural: boolean;
  /** Whether the lines of comments move with the line that they begin on. */
  readonly bodiesMove: boolean;
  /** What is known of wrapping, and the width; undefined where no width is known. */
  readonly wrap: WrapContext | undefined;
  /** Whether the user forbids this. */
  readonly isVetoed: (attribute: string, value: string) => boolean;
}

interface Decided {
  mark: Mark;
  breaks: number;
  space: number;
  spaceBeforeMark: number;
}

/** The region's text in the learned layout. */
export function applyLayout(region: Region, context: LayoutContext, changes: Changes): string {
  const { tree } = region;
  const gaps = readGaps(tree, region.start, region.end);
  if (gaps.solids.length === 0) return tree.text.slice(region.start, region.end);
  const decided = gaps.gaps.map((gap): Decided => ({ ...gap }));
  const mayBreak = tree.errors === 0 && context.parts !== "spaces and marks" && context.parts !== "spaces";
  for (let index = 1; index < gaps.solids.length && mayBreak; index++) {
    decideBreaks(gaps, index, decided[index]!, context, changes);
  }
  if (context.wrap && mayBreak) decideWraps(gaps, decided, context.wrap, changes);
  for (let index = 1; index <= gaps.solids.length; index++) {
    if (context.parts !== "spaces") decideMark(gaps, index, decided[index]!, context, changes);
    if (index < gaps.solids.length) decideSpace(gaps, index, decided[index]!, context, changes);
  }
  return write(region, gaps, decided, context, changes);
}

function decideBreaks(gaps: Gaps, index: number, decided: Decided, context: LayoutContext, changes: Changes): void {
  const gap = gaps.gaps[index]!;
  if (gap.isFixed || isPreprocessor(gap)) return;
  const has = gap.breaks > 0 ? "1" : "0";
  // Text alone says nothing about lists and comments: their breaks depend on what is in them.
  const textSure = isComment(gap) || gap.mark === "," ? Infinity : BREAK_SURE;
  const wants = decide(context.scopes, breakKeys(gap), has, textSure, BREAK_SUPPORT_MIN) ?? has;
  if (wants !== has) {
    // Joining for what is seen elsewhere needs to know that it fits: that is wrapping's part.
    const isAsked = wants === "1" || isAnswered(context.scopes, breakKeys(gap), has);
    if (!isAsked || (wants === "0" && endsLine(gaps.tree, gap.left, context))) return;
    if (context.isVetoed("line-breaks", wants)) return;
    decided.breaks = Number(wants);
    decided.space = wants === "0" ? joinedSpace(gap) : 0;
    count(changes, "line-breaks");
  } else if (gap.breaks > 0) {
    const offered = String(Math.min(gap.breaks, BREAKS_MAX));
    const blank = decide(context.scopes, blankKeys(gap), offered, Infinity) ?? offered;
    if (blank === offered) return;
    decided.breaks = Number(blank);
    count(changes, "blank-lines");
  }
}

function decideWraps(gaps: Gaps, decided: readonly Decided[], wrap: WrapContext, changes: Changes): void {
  const breaks = decided.map((gap) => gap.breaks);
  const changed = rewrap(gaps, breaks, wrap);
  if (changed === 0) return;
  for (const [index, gap] of decided.entries()) {
    // What stands on one line needs no comma at its end, as far as nothing else is learned.
    if (gap.breaks > 0 && breaks[index] === 0 && gap.mark === "," && gaps.gaps[index]!.context.atEnd) gap.mark = "";
    gap.breaks = breaks[index]!;
  }
  changes.set("line-width", changed);
}

function decideMark(gaps: Gaps, index: number, decided: Decided, context: LayoutContext, changes: Changes): void {
  const gap = gaps.gaps[index]!;
  const isLast = index === gaps.solids.length;
  if (gap.isFixed || isComment(gap) || isOpener(gap.context.leftToken)) return;
  if (isLast && ((gap.breaks === 0 && gap.right >= 0) || !isStatementMark(gap))) return;
  const offered = decided.mark;
  const mark = decide(context.scopes, markKeys(gap, decided.breaks > 0 || isLast), offered);
  if (mark === undefined || mark === offered || (isLast && mark === ",")) return;
  const attribute = mark === ";" || offered === ";" ? "semicolons" : "trailing-commas";
  if (context.isVetoed(attribute, mark === "" ? "never" : "always")) return;
  decided.mark = mark as Mark;
  count(changes, attribute);
}

function decideSpace(gaps: Gaps, index: number, decided: Decided, context: LayoutContext, changes: Changes): void {
  const gap = gaps.gaps[index]!;
  if (gap.isFixed || decided.breaks > 0) return;
  const joined = gap.breaks > 0;
  const offered = joined ? String(joinedSpace(gap)) : spaceValue(gap.space);
  if (offered === ALIGNED) return;
  if (joined) decided.space = Number(offered);
  const space = decide(context.scopes, spaceKeys({ ...gap, mark: decided.mark }), offered);
  if (space === undefined || space === offered || context.isVetoed("spacing", space)) return;
  decided.space = Number(space);
  if (!joined) count(changes, "spacing");
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
  const positions = new Map(gaps.solids.map((leaf, index) => [tree.starts[leaf]!, index]));
  const anchorIndent = (gap: Gap): string => {
    const anchor = anchorOf(tree, gap.context.node);
    const index = positions.get(anchor);
    return index === undefined || indents[index] === undefined ? indentAt(text, anchor) : indents[index];
  };
  let result = "";
  for (const [index, leaf] of gaps.solids.entries()) {
    const gap = gaps.gaps[index]!;
    const { mark, breaks, space, spaceBeforeMark } = decided[index]!;
    const begins = index === 0 ? context.atLineStart && isBlank(text, region.start, tree.starts[leaf]!) : breaks > 0;
    const offeredIndent = indentAt(text, tree.starts[leaf]!);
    let indent: string;
    if (begins) {
      indent = lineIndent(tree, gap, offeredIndent, gap.breaks > 0 || index === 0, anchorIndent(gap), context, changes);
    } else {
      indent = index === 0 ? offeredIndent : indents[index - 1]!;
    }
    indents.push(indent);
    if (index === 0) {
      result += begins
        ? text.slice(region.start, tree.starts[leaf]!).replace(/[ \t]*$/, "") + indent
        : text.slice(region.start, tree.starts[leaf]!);
    } else if (gap.isFixed) {
      result += text.slice(gap.start, gap.end);
    } else {
      result +=
        (mark === "" ? "" : " ".repeat(spaceBeforeMark) + mark) +
        (breaks > 0 ? "\n".repeat(breaks) + indent : " ".repeat(space));
    }
    result += tokenText(tree, leaf, offeredIndent, indent, context, changes);
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

function lineIndent(
  tree: SyntaxTree,
  gap: Gap,
  offeredIndent: string,
  wasBroken: boolean,
  anchor: string,
  context: LayoutContext,
  changes: Changes,
): string {
  // Where the parser has lost its way nothing hangs on what it seems to.
  if (tree.errors > 0) return wasBroken ? offeredIndent : anchor + context.unit;
  // Where indentation is structure it is not for us to change it, but inside of brackets.
  const { nodeType, rightChild, rightToken } = gap.context;
  const isCode = rightToken.startsWith("comment") || isBlockLike(nodeType) || isBlockLike(rightChild);
  if (context.isStructural && isCode) return wasBroken ? offeredIndent : anchor + context.unit;
  const offered = wasBroken ? depthOf(tree, gap, context.unit) : undefined;
  const value = decide(context.scopes, depthKeys(gap), offered ?? "") ?? offered;
  if (offered !== undefined && value !== offered) count(changes, "indent");
  if (value?.startsWith("+")) return anchor + " ".repeat(Number(value));
  if (value !== undefined && value !== ALIGNED) {
    const levels = Number(value);
    return levels >= 0
      ? anchor + context.unit.repeat(levels)
      : anchor.slice(0, Math.max(0, anchor.length + levels * context.unit.length));
  }
  if (!wasBroken) return anchor + context.unit;
  // Alignment, or nothing we have a name for: moves with the line it hangs on.
  const offeredAnchor = indentAt(tree.text, anchorOf(tree, gap.context.node));
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
    const quote = decide(context.scopes, quoteKeys(tree, leaf, string), string.quote) ?? string.quote;
    const isVetoed = context.isVetoed("quotes", quote.startsWith("'") ? "single" : "double");
    const again = isVetoed ? undefined : requote(string, quote);
    if (again !== undefined) {
      count(changes, "quotes");
      return again;
    }
  }
  if (context.bodiesMove && indent !== offeredIndent && isMultiLine(tree, leaf) && leafKind(tree, leaf) === "comment") {
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

function isComment({ context: { leftToken, rightToken } }: Gap): boolean {
  return leftToken.startsWith("comment") || rightToken.startsWith("comment");
}

function isPreprocessor({ context: { nodeType, leftChild, rightChild } }: Gap): boolean {
  return [nodeType, leftChild, rightChild].some((type) => type.startsWith("preproc") || type.startsWith("#"));
}

function count(changes: Changes, attribute: string): void {
  changes.set(attribute, (changes.get(attribute) ?? 0) + 1);
}

/**
 * Applying layout: decides every gap of an offered text anew from what was learned, and writes the text again. What
 * nobody has shown otherwise stays as it was offered.
 */
import { leafKind, type SyntaxTree, textOf } from "../../code/syntax.ts";
import type { Region } from "../region.ts";
import { type Choices, choose } from "./choices.ts";
import { anchorOf, type Gap, type Gaps, indentAt, isMultiLine, type Mark, readGaps } from "./gaps.ts";
import { breakKeys, depthKeys, givenOffer, markKeys, spaceKeys } from "./keys.ts";
import { ALIGNED, blankOffers, depthOf, spaceValue } from "./learn.ts";
import { quoteKeys, readString, requote } from "./quotes.ts";
import { joinedSpace, rewrap, type WrapContext } from "./wrap.ts";

/** What the offer has is kept with this weight until something else is seen. */
const OFFER_PRIOR = 0.5;
/** From here on a choice is made (learning.md §5). */
const SURE = 0.75;
/** Breaks found in text depend on its length too, so nearly all places must agree. */
const BREAK_SURE = 0.97;
const BREAK_SUPPORT_MIN = 6;
/** What somebody made of offers tells more: they saw the alternative. */
const BREAK_CHANGED_SURE = 0.8;
const SUPPORT_MIN = 1.5;

/** What repair changed, by attribute of a convention: "quotes" → 3. */
export type Changes = Map<string, number>;

export interface LayoutContext {
  /** Wide to narrow. */
  readonly scopes: readonly Choices[];
  /** Step of indentation at the place. */
  readonly unit: string;
  /** Whether the region's first line begins in the region. */
  readonly atLineStart: boolean;
  readonly lineComment: string | undefined;
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
  for (let index = 1; index < gaps.solids.length && tree.errors === 0; index++) {
    decideBreaks(gaps, index, decided[index]!, context, changes);
  }
  if (context.wrap && tree.errors === 0) decideWraps(gaps, decided, context.wrap, changes);
  for (let index = 1; index <= gaps.solids.length; index++) {
    decideMark(gaps, index, decided[index]!, context, changes);
    if (index < gaps.solids.length) decideSpace(gaps, index, decided[index]!, context, changes);
  }
  return write(region, gaps, decided, context, changes);
}

function decideBreaks(gaps: Gaps, index: number, decided: Decided, context: LayoutContext, changes: Changes): void {
  const gap = gaps.gaps[index]!;
  if (gap.isFixed || isPreprocessor(gap)) return;
  const has = gap.breaks > 0 ? "1" : "0";
  const keys = breakKeys(gap);
  const offered = choose(context.scopes, givenOffer(keys, has));
  const isAfterComment = endsLine(gaps.tree, gap.left, context);
  let wants: string | undefined;
  if (offered && offered.support >= SUPPORT_MIN) {
    if (offered.probability >= BREAK_CHANGED_SURE) wants = offered.value;
  } else if (!isComment(gap) && gap.mark !== ",") {
    const seen = choose(context.scopes, keys, { value: has, probability: OFFER_PRIOR });
    // Joining lines for what is seen elsewhere needs to know that they fit: that is wrapping's part.
    if (seen?.value === "1" && seen.probability >= BREAK_SURE && seen.support >= BREAK_SUPPORT_MIN) wants = "1";
  }
  if (wants !== undefined && wants !== has && !(wants === "0" && isAfterComment)) {
    if (!context.isVetoed("line-breaks", wants)) {
      decided.breaks = Number(wants);
      decided.space = 1;
      count(changes, "line-breaks");
    }
  } else if (gap.breaks > 0) {
    const blank = choose(context.scopes, blankOffers(gap, gap.breaks), {
      value: String(Math.min(gap.breaks, 3)),
      probability: OFFER_PRIOR,
    });
    if (
      blank &&
      blank.probability >= SURE &&
      blank.support >= SUPPORT_MIN &&
      Number(blank.value) !== Math.min(gap.breaks, 3)
    ) {
      decided.breaks = Number(blank.value);
      count(changes, "blank-lines");
    }
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
  if (gap.isFixed || isComment(gap)) return;
  const broken = decided.breaks > 0 || isLast;
  if (isLast && gap.breaks === 0 && gap.right >= 0) return;
  const keys = markKeys(gap, broken);
  const offered = decided.mark;
  const choice = choose(context.scopes, [...keys, ...givenOffer(keys, offered)], {
    value: offered,
    probability: OFFER_PRIOR,
  });
  if (!choice || choice.value === offered || choice.probability < SURE || choice.support < SUPPORT_MIN) return;
  const attribute = choice.value === ";" || offered === ";" ? "semicolons" : "trailing-commas";
  if (context.isVetoed(attribute, choice.value === "" ? "never" : "always")) return;
  decided.mark = choice.value as Mark;
  count(changes, attribute);
}

function decideSpace(gaps: Gaps, index: number, decided: Decided, context: LayoutContext, changes: Changes): void {
  const gap = gaps.gaps[index]!;
  if (gap.isFixed || decided.breaks > 0) return;
  const joined = gap.breaks > 0;
  const offered = joined ? String(joinedSpace(gap)) : spaceValue(gap.space);
  if (offered === ALIGNED) return;
  const keys = spaceKeys({ ...gap, mark: decided.mark });
  const choice = choose(context.scopes, joined ? keys : [...keys, ...givenOffer(keys, offered)], {
    value: offered,
    probability: OFFER_PRIOR,
  });
  if (joined) decided.space = joinedSpace(gap);
  if (!choice || choice.value === offered || choice.probability < SURE || choice.support < SUPPORT_MIN) return;
  if (context.isVetoed("spacing", choice.value)) return;
  decided.space = Number(choice.value);
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
    const begins = index === 0 ? context.atLineStart : breaks > 0;
    const offeredIndent = indentAt(text, tree.starts[leaf]!);
    let indent: string;
    if (begins) {
      indent = lineIndent(tree, gap, offeredIndent, gap.breaks > 0 || index === 0, anchorIndent(gap), context, changes);
    } else {
      indent = index === 0 ? offeredIndent : indents[index - 1]!;
    }
    indents.push(indent);
    if (index === 0) {
      result += context.atLineStart
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
  const offered = wasBroken ? depthOf(tree, gap, context.unit) : undefined;
  const prior = offered === undefined ? undefined : { value: offered, probability: OFFER_PRIOR };
  const depth = choose(context.scopes, depthKeys(gap), prior);
  const isSure = depth !== undefined && depth.probability >= SURE && depth.support >= SUPPORT_MIN;
  const value = isSure ? depth.value : offered;
  if (isSure && offered !== undefined && value !== offered) count(changes, "indent");
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
    const keys = quoteKeys(tree, leaf, string);
    const choice = choose(context.scopes, [...keys, ...givenOffer(keys, string.quote)], {
      value: string.quote,
      probability: OFFER_PRIOR,
    });
    if (choice && choice.probability >= SURE && choice.support >= SUPPORT_MIN) {
      const name = choice.value.startsWith("'") ? "single" : "double";
      const again = context.isVetoed("quotes", name) ? undefined : requote(string, choice.value);
      if (again !== undefined) {
        count(changes, "quotes");
        return again;
      }
    }
  }
  if (indent !== offeredIndent && isMultiLine(tree, leaf) && leafKind(tree, leaf) === "comment") {
    return text.replaceAll(`\n${offeredIndent}`, `\n${indent}`);
  }
  return text;
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

/**
 * Turns matches and the right sides chosen for them into text. What both sides share stays where it is, white space
 * and comments included; only what differs is edited. A correction inside what another one's hole stands for is kept.
 */
import { flat, type Gap, indentationAt, type LeftSide, type Match, type RightItem } from "./pattern.ts";
import { type SolidCode, tokenEnd, tokenStart } from "./solid.ts";

/** Replaces a stretch of text by pieces: plain text, or a stretch of the old text with the edits inside it. */
export interface PieceEdit {
  readonly start: number;
  readonly end: number;
  readonly pieces: readonly (string | Span)[];
}

export interface Span {
  readonly start: number;
  readonly end: number;
}

/** What a right side makes of a match; undefined where a comment would be lost, or nothing would change. */
export function editsFor(code: SolidCode, left: LeftSide, match: Match, rights: readonly RightItem[]): PieceEdit[] | undefined {
  const { text } = code.region.tree;
  const lefts = partsOf(code, left, match);
  const rest = flat(left.run).slice(match.parts);
  const items = withoutRest(rights, rest);
  if (!items) return undefined;
  const kept = keptParts(lefts, items);
  const indentation = indentationAt(text, tokenStart(code, match.tokenFrom));
  const edits: PieceEdit[] = [];
  const start = tokenStart(code, match.tokenFrom);
  const end = tokenEnd(code, match.tokenTo - 1);
  if (items.length === 0) {
    if (rest.length > 0) return undefined;
    const after = /^[ \t]*/.exec(text.slice(end, code.region.end))![0].length;
    return hasOnlyPunctuation(code, lefts, start, end) ? [{ start, end: end + after, pieces: [] }] : undefined;
  }
  let leftAt = 0;
  let rightAt = 0;
  const replace = (leftTo: number, rightTo: number): boolean => {
    const from = leftAt === 0 ? start : lefts[leftAt - 1]!.end;
    const to = leftTo === lefts.length ? end : lefts[leftTo]!.start;
    const isEdge = leftAt === 0 || leftTo === lefts.length;
    if (leftAt === leftTo && rightAt === rightTo) return true;
    const pieces: (string | Span)[] = [];
    for (let at = rightAt; at < rightTo; at++) {
      const { what, gap } = items[at]!;
      if (at > 0) pieces.push(gapText(gap, indentation));
      if (typeof what === "number") {
        const { tokenFrom, tokenTo } = match.bindings[what]!;
        pieces.push({ start: tokenStart(code, tokenFrom), end: tokenEnd(code, tokenTo - 1) });
      } else {
        pieces.push(what.text);
      }
    }
    if (rightTo < items.length && rightTo > 0) pieces.push(gapText(items[rightTo]!.gap, indentation));
    const range = leftTo === lefts.length && leftAt === lefts.length ? { start: end, end } : { start: from, end: to };
    if (!hasOnlyPunctuation(code, lefts.slice(leftAt, leftTo), range.start, range.end)) return false;
    if (isEdge && leftAt === 0 && leftTo === 0) edits.push({ start, end: start, pieces });
    else edits.push({ ...range, pieces });
    return true;
  };
  for (const [keptLeft, keptRight] of kept) {
    if (!replace(keptLeft, keptRight)) return undefined;
    leftAt = keptLeft + 1;
    rightAt = keptRight + 1;
  }
  // Behind the end of the region nothing may change.
  if (rest.length > 0 && (leftAt !== lefts.length || rightAt !== items.length)) return undefined;
  if (!replace(lefts.length, items.length)) return undefined;
  return edits.length > 0 ? edits : undefined;
}

/** The items that stand for what was matched, where the region ends before the rest of the left side. */
function withoutRest(items: readonly RightItem[], rest: ReturnType<typeof flat>): readonly RightItem[] | undefined {
  const first = items.length - rest.length;
  if (first < 0) return undefined;
  const isSame = rest.every((pattern, at) => {
    const { what } = items[first + at]!;
    return pattern.kind === "token" ? typeof what !== "number" && what.key === pattern.key : what === pattern.hole;
  });
  return isSame ? items.slice(0, first) : undefined;
}

interface Part extends Span {
  readonly what: number | string;
}

function partsOf(code: SolidCode, left: LeftSide, match: Match): Part[] {
  let token = match.tokenFrom;
  return flat(left.run).slice(0, match.parts).map((pattern) => {
    if (pattern.kind === "token") {
      const part = { what: pattern.key, start: tokenStart(code, token), end: tokenEnd(code, token) };
      token++;
      return part;
    }
    // The same hole may stand twice on the left: its second place is as long as its first.
    const { tokenFrom, tokenTo } = match.bindings[pattern.hole]!;
    const last = token + tokenTo - tokenFrom;
    const part = { what: pattern.hole, start: tokenStart(code, token), end: tokenEnd(code, last - 1) };
    token = last;
    return part;
  });
}

/** Parts that stay where they are: the longest common subsequence of both sides, as pairs of indexes. */
function keptParts(lefts: readonly Part[], items: readonly RightItem[]): [number, number][] {
  const rights = items.map(({ what }) => (typeof what === "number" ? what : what.key));
  const width = rights.length + 1;
  const best = new Int32Array((lefts.length + 1) * width);
  const weightOf = (what: number | string): number => (typeof what === "number" ? 4 : 1);
  for (let row = lefts.length - 1; row >= 0; row--) {
    for (let column = rights.length - 1; column >= 0; column--) {
      const { what } = lefts[row]!;
      const paired = what === rights[column] ? weightOf(what) + best[(row + 1) * width + column + 1]! : 0;
      best[row * width + column] = Math.max(paired, best[(row + 1) * width + column]!, best[row * width + column + 1]!);
    }
  }
  const kept: [number, number][] = [];
  for (let row = 0, column = 0; row < lefts.length && column < rights.length;) {
    const { what } = lefts[row]!;
    const here = best[row * width + column]!;
    if (what === rights[column] && here === weightOf(what) + best[(row + 1) * width + column + 1]!) {
      kept.push([row++, column++]);
    } else if (here === best[(row + 1) * width + column]) {
      row++;
    } else {
      column++;
    }
  }
  return kept;
}

/** Whether the text between `start` and `end`, besides the parts themselves, is blank or optional punctuation. */
function hasOnlyPunctuation(code: SolidCode, parts: readonly Part[], start: number, end: number): boolean {
  const { text } = code.region.tree;
  let at = start;
  for (const part of parts) {
    if (part.start > at && !/^[\s,;]*$/.test(text.slice(at, part.start))) return false;
    at = Math.max(at, part.end);
  }
  return at >= end || /^[\s,;]*$/.test(text.slice(at, end));
}

function gapText(gap: Gap, indentation: string): string {
  if (gap.lineEnds === 0) return gap.text;
  const indent = gap.deeper === "" ? indentation.slice(0, indentation.length - gap.shallower) : indentation + gap.deeper;
  return gap.text + "\n".repeat(gap.lineEnds) + indent;
}

/** The text from `start` to `end` with the edits that lie inside it. */
export function renderSpan(text: string, edits: readonly PieceEdit[], start: number, end: number): string {
  const inside = edits
    .filter((edit) => edit.start >= start && edit.end <= end)
    .sort((a, b) => a.start - b.start || b.end - a.end);
  let result = "";
  let at = start;
  for (const edit of inside) {
    if (edit.start < at) continue;
    result += text.slice(at, edit.start);
    for (const piece of edit.pieces) {
      // Never the whole of itself again, so this ends.
      result +=
        typeof piece === "string"
          ? piece
          : renderSpan(
              text,
              inside.filter((other) => other !== edit),
              piece.start,
              piece.end,
            );
    }
    at = Math.max(at, edit.end);
  }
  return result + text.slice(at, end);
}

/**
 * Carries a range of text through edits that say less than they know: a formatter or a reload replaces half the
 * document at once, and the range is somewhere in what was inserted. Single edits of a person need none of this.
 */
import { diffAsEdit, isInside, mapRange, touches } from "./edit.ts";
import type { Edit, Range } from "./edit.ts";

/** Shorter lines ("}", "end") are too common to tell where a place went. */
const ANCHOR_CHARS_MIN = 3;

/**
 * Where `range` of the text `before` is after `edit`. Like {@link mapRange}, but a replacement that reaches over a
 * border of the range is looked at more closely: text that both sides share keeps its place, also where only white
 * space changed, and else the nearest lines that both sides share bound what took the range's place.
 */
export function carryRange(before: string, edit: Edit, range: Range): Range {
  const isPlain = range.start === range.end || edit.deleted === 0 || edit.inserted === "";
  if (isPlain || isInside(edit, range) || !touches(range, edit)) return mapRange(range, edit);

  const editEnd = edit.offset + edit.deleted;
  const local = carryInside(before.slice(edit.offset, editEnd), edit.inserted, {
    start: Math.max(range.start - edit.offset, 0),
    end: Math.min(range.end, editEnd) - edit.offset,
  });
  const start = range.start < edit.offset ? range.start : edit.offset + local.start;
  const end = range.end > editEnd ? range.end - edit.deleted + edit.inserted.length : edit.offset + local.end;
  return { start, end: Math.max(start, end) };
}

/** Carries a range that lies within `old`, which becomes `current` as a whole. */
function carryInside(old: string, current: string, range: Range): Range {
  const edit = diffAsEdit(old, current);
  if (isInside(edit, range) || !touches(range, edit)) return mapRange(range, edit);
  if (withoutSpace(old) === withoutSpace(current)) return carryBySolidChars(old, current, range);

  const between = boundByAnchors(old, current, range);
  if (!between) return mapRange(range, edit);
  const carried = carryInside(
    old.slice(between.old.start, between.old.end),
    current.slice(between.current.start, between.current.end),
    { start: range.start - between.old.start, end: range.end - between.old.start },
  );
  return { start: carried.start + between.current.start, end: carried.end + between.current.start };
}

/** Only white space differs: the range begins and ends at the same characters that are not white space. */
function carryBySolidChars(old: string, current: string, range: Range): Range {
  const solidBefore = countSolid(old, range.start);
  const solidUpTo = countSolid(old, range.end);
  const start = isSpace(old, range.start) ? behindSolid(current, solidBefore) : beforeSolid(current, solidBefore);
  const end = isSpace(old, range.end - 1) ? beforeSolid(current, solidUpTo) : behindSolid(current, solidUpTo);
  return { start, end: Math.max(start, end) };
}

/** The nearest lines above and below the range that occur once on both sides bound a smaller piece; none: undefined. */
function boundByAnchors(old: string, current: string, range: Range): { old: Range; current: Range } | undefined {
  const oldLines = splitLines(old);
  const currentLines = splitLines(current);
  if (oldLines.length < 2) return undefined;
  const oldUnique = uniqueLines(oldLines);
  const currentUnique = uniqueLines(currentLines);
  const twin = (line: Line): Line | undefined => (oldUnique.has(line.text) ? currentUnique.get(line.text) : undefined);

  let above: { old: Line; current: Line } | undefined;
  let below: { old: Line; current: Line } | undefined;
  for (const line of oldLines) {
    if (line.end > range.start) break;
    const found = twin(line);
    if (found) above = { old: line, current: found };
  }
  for (const line of oldLines) {
    if (line.start < range.end) continue;
    const found = twin(line);
    if (!found || (above && found.start < above.current.end)) continue;
    below = { old: line, current: found };
    break;
  }
  if (!above && !below) return undefined;
  return {
    old: { start: above?.old.end ?? 0, end: below?.old.start ?? old.length },
    current: { start: above?.current.end ?? 0, end: below?.current.start ?? current.length },
  };
}

interface Line extends Range {
  /** Without the white space around it. */
  readonly text: string;
}

function splitLines(text: string): Line[] {
  const lines: Line[] = [];
  for (let start = 0; start < text.length;) {
    const newline = text.indexOf("\n", start);
    const end = newline < 0 ? text.length : newline + 1;
    lines.push({ start, end, text: text.slice(start, end).trim() });
    start = end;
  }
  return lines;
}

function uniqueLines(lines: readonly Line[]): Map<string, Line> {
  const unique = new Map<string, Line>();
  const repeated = new Set<string>();
  for (const line of lines) {
    if (line.text.length < ANCHOR_CHARS_MIN || repeated.has(line.text)) continue;
    if (unique.delete(line.text)) repeated.add(line.text);
    else unique.set(line.text, line);
  }
  return unique;
}

/** `text` with all white space taken out. */
export function withoutSpace(text: string): string {
  return text.replaceAll(/\s+/gu, "");
}

export function isSpace(text: string, offset: number): boolean {
  const unit = text.charCodeAt(offset);
  // The table is for speed: a whole document may be walked.
  if (unit < 0xa0) return unit === 0x20 || (unit >= 0x09 && unit <= 0x0d);
  return /\s/u.test(text.charAt(offset));
}

/** How many characters before `end` are no space. */
export function countSolid(text: string, end: number): number {
  return withoutSpace(text.slice(0, end)).length;
}

/** Offset of the solid character number `count` (from 0), or the end. */
export function beforeSolid(text: string, count: number): number {
  let seen = 0;
  for (let offset = 0; offset < text.length; offset++) {
    if (isSpace(text, offset)) continue;
    if (seen === count) return offset;
    seen++;
  }
  return text.length;
}

/** Offset right behind the first `count` solid characters. */
export function behindSolid(text: string, count: number): number {
  return count === 0 ? 0 : beforeSolid(text, count - 1) + 1;
}

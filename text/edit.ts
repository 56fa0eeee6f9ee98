/**
 * Edits as values: one replacement in a text, in UTF-16 offsets, and what it does to positions and ranges.
 * Both processes use it; it knows neither an editor nor LSP.
 */

/** Replaces `deleted` code units at `offset` with `inserted`. */
export interface Edit {
  readonly offset: number;
  readonly deleted: number;
  readonly inserted: string;
}

/** Half-open `[start, end)`, in UTF-16 code units. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export function applyEdit(text: string, edit: Edit): string {
  return text.slice(0, edit.offset) + edit.inserted + text.slice(edit.offset + edit.deleted);
}

/** Applies edits in order; each is relative to the text its predecessors left. */
export function applyEdits(text: string, edits: readonly Edit[]): string {
  return edits.reduce(applyEdit, text);
}

/**
 * Where `position` is after `edit`. Borders of replaced text stay borders: its start keeps before what was inserted,
 * its end goes behind it. At an insertion point, and strictly inside replaced text, `assoc` decides: -1 goes before
 * what was inserted, 1 behind it.
 */
export function mapPosition(position: number, edit: Edit, assoc: -1 | 1): number {
  const editEnd = edit.offset + edit.deleted;
  if (position < edit.offset) return position;
  if (position > editEnd) return position - edit.deleted + edit.inserted.length;
  const isBorder = edit.deleted > 0 && (position === edit.offset || position === editEnd);
  const goesBehind = isBorder ? position === editEnd : assoc > 0;
  return goesBehind ? edit.offset + edit.inserted.length : edit.offset;
}

/**
 * Where `range` is after `edit`. Text inserted strictly inside belongs to it, text inserted at either border does not.
 * A replacement that reaches over a border keeps its inserted text out of the range, except where it replaces
 * the whole range or more than it: then what was inserted took its place. An empty range stays empty and stays
 * before whatever is written at its place.
 */
export function mapRange(range: Range, edit: Edit): Range {
  if (range.start === range.end) {
    const place = mapPosition(range.start, edit, -1);
    return { start: place, end: place };
  }
  const editEnd = edit.offset + edit.deleted;
  const covers = edit.deleted > 0 && edit.offset <= range.start && editEnd >= range.end;
  if (covers) return { start: edit.offset, end: edit.offset + edit.inserted.length };
  if (edit.deleted > 0 && isInside(edit, range)) {
    return { start: range.start, end: range.end - edit.deleted + edit.inserted.length };
  }
  const start = mapPosition(range.start, edit, 1);
  const end = mapPosition(range.end, edit, -1);
  return { start, end: Math.max(start, end) };
}

/** Whether `edit` stays within `range`; its borders are part of it. */
export function isInside(edit: Edit, range: Range): boolean {
  return edit.offset >= range.start && edit.offset + edit.deleted <= range.end;
}

/** Whether `edit` changes text inside `range` (an insertion at a border does not). */
export function touches(range: Range, edit: Edit): boolean {
  const editEnd = edit.offset + edit.deleted;
  if (edit.deleted === 0) return edit.offset > range.start && edit.offset < range.end;
  return edit.offset < range.end && editEnd > range.start;
}

/**
 * The smallest single edit that turns `before` into `after`: what is left between their common prefix and suffix.
 * It never cuts a surrogate pair in two, so that what it inserts is text of its own.
 */
export function diffAsEdit(before: string, after: string): Edit {
  const shorter = Math.min(before.length, after.length);
  let prefix = 0;
  while (prefix < shorter && before.charCodeAt(prefix) === after.charCodeAt(prefix)) prefix++;
  if (cutsPair(before, prefix) || cutsPair(after, prefix)) prefix--;
  let suffix = 0;
  while (
    suffix < shorter - prefix &&
    before.charCodeAt(before.length - 1 - suffix) === after.charCodeAt(after.length - 1 - suffix)
  ) {
    suffix++;
  }
  if (cutsPair(before, before.length - suffix) || cutsPair(after, after.length - suffix)) suffix--;
  return {
    offset: prefix,
    deleted: before.length - prefix - suffix,
    inserted: after.slice(prefix, after.length - suffix),
  };
}

function cutsPair(text: string, offset: number): boolean {
  return isHighSurrogate(text.charCodeAt(offset - 1)) && isLowSurrogate(text.charCodeAt(offset));
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit <= 0xdbff;
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}

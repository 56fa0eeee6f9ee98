/** What every filter of a suggestion works on: the place it is for, and the lines around the cursor. */

/** A place in a document: what stands before and after the cursor, "\n" line ends. */
export interface Place {
  readonly prefix: string;
  readonly suffix: string;
  readonly languageId: string;
  readonly indentUnit: string;
}

/** Makes a suggestion fit its place; undefined drops it. The text is inserted at the cursor, nothing is replaced. */
export type Filter = (text: string, place: Place) => string | undefined;

/** Letters and digits of a line that tells. */
const TELLING_CHARS = 4;

/** Lines behind the cursor that filters compare with: no suggestion is longer. */
const LINES_BEHIND_MAX = 60;

/**
 * Characters before and behind the cursor that are read; both ends are moved to line ends, where there are any. Twice as
 * many decided otherwise in 2 of 800 places of four repositories, at twice the cost.
 */
const WINDOW_MAX = 2000;

/** Languages in which a bracket is prose, a smiley or half of a `case`, and a quote an apostrophe. */
const PROSE = new Set(["markdown", "plaintext", "latex", "restructuredtext", "asciidoc", "shellscript", "bat"]);

/** Columns of a tab where the place itself is indented by tabs; only compared with other widths of the same place. */
const TAB_WIDTH = 4;

/** The cursor's line, left of the cursor. */
export function leftOfCursor(place: Place): string {
  return place.prefix.slice(place.prefix.lastIndexOf("\n") + 1);
}

/** The cursor's line, right of the cursor: it stays, behind the last line of what is inserted. */
export function rightOfCursor(place: Place): string {
  const end = place.suffix.indexOf("\n");
  return end < 0 ? place.suffix : place.suffix.slice(0, end);
}

/** Up to `count` lines above the cursor's line, top-down. */
export function linesAbove(place: Place, count: number): string[] {
  let start = place.prefix.lastIndexOf("\n") + 1;
  const end = start;
  for (let lines = 0; lines < count && start > 0; lines++) start = place.prefix.lastIndexOf("\n", start - 2) + 1;
  return end === 0 ? [] : place.prefix.slice(start, end - 1).split("\n");
}

/** The lines below the cursor's line that are not blank, top-down, without trailing white space. */
export function linesBelow(place: Place): string[] {
  const start = place.suffix.indexOf("\n");
  if (start < 0) return [];
  // The bound is in lines, and limits the split too: a suffix may be the rest of a large file.
  const lines = place.suffix.slice(start + 1).split("\n", LINES_BEHIND_MAX);
  return lines.map((line) => line.trimEnd()).filter((line) => line !== "");
}

/** Width of an indentation, a tab counting as one level of the place. */
export function columns(indent: string, place: Place): number {
  if (!indent.includes("\t")) return indent.length;
  const tab = place.indentUnit === "\t" ? TAB_WIDTH : Math.max(1, place.indentUnit.length);
  let width = 0;
  for (const char of indent) width += char === "\t" ? tab : 1;
  return width;
}

/** Whether brackets and quotes mean nothing there. */
export function isProse({ languageId }: Place): boolean {
  return PROSE.has(languageId);
}

/** The last lines of a prefix. */
export function windowBefore(prefix: string): string {
  if (prefix.length <= WINDOW_MAX) return prefix;
  const start = prefix.indexOf("\n", prefix.length - WINDOW_MAX);
  return prefix.slice(start < 0 ? -WINDOW_MAX : start + 1);
}

/** The first lines of a suffix. */
export function windowBehind(suffix: string): string {
  if (suffix.length <= WINDOW_MAX) return suffix;
  const end = suffix.lastIndexOf("\n", WINDOW_MAX);
  return suffix.slice(0, end < 0 ? WINDOW_MAX : end);
}

/** Whether a line has enough letters and digits to be "the same line" as another, rather than the same brackets. */
export function isTelling(line: string): boolean {
  return (line.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= TELLING_CHARS;
}

export function isBlank(text: string): boolean {
  return text.trim() === "";
}

/**
 * The line that decides the indentation of what follows: the cursor's line once the suggestion's first line stands in
 * it, or the last line above that is not blank.
 */
export function anchorLine(text: string, place: Place): string {
  const firstEnd = text.indexOf("\n");
  const line = leftOfCursor(place) + (firstEnd < 0 ? text : text.slice(0, firstEnd));
  if (!isBlank(line)) return line;
  const above = place.prefix.trimEnd();
  return above.slice(above.lastIndexOf("\n") + 1);
}

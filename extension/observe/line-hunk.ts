/** The one place at which two texts differ, as whole lines. */

export interface LineHunk {
  /** Zero-based line at which it begins, the same in both. */
  readonly line: number;
  /** Lines of each text, joined with "\n"; "" for none. */
  readonly before: string;
  readonly after: string;
  readonly linesBefore: number;
  readonly linesAfter: number;
}

/** Undefined where the texts are the same. Changes in several places are one that spans them all. */
export function lineHunk(before: string, after: string): LineHunk | undefined {
  if (before === after) return undefined;
  const [left, right] = [before.split(/\r?\n/u), after.split(/\r?\n/u)];
  const shorter = Math.min(left.length, right.length);
  let start = 0;
  while (start < shorter && left[start] === right[start]) start++;
  let end = 0;
  while (end < shorter - start && left.at(-1 - end) === right.at(-1 - end)) end++;
  const [removed, added] = [left.slice(start, left.length - end), right.slice(start, right.length - end)];
  if (removed.length === 0 && added.length === 0) return undefined;
  const counts = { linesBefore: removed.length, linesAfter: added.length };
  return { line: start, before: removed.join("\n"), after: added.join("\n"), ...counts };
}

/** Lines above a line, joined with "\n". */
export function linesAbove(text: string, line: number, count: number): string {
  return text
    .split(/\r?\n/u, line)
    .slice(Math.max(0, line - count))
    .join("\n");
}

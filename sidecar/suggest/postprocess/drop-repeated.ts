/** What follows the cursor already need not be suggested. */
import { isBlank, isTelling, leftOfCursor, linesBelow, rightOfCursor, type Place } from "./place.ts";

/**
 * Drops a suggestion that repeats the text right of or below the cursor; cuts it where it goes over into the lines
 * below. Lines count where they are the same: rows of a table differ in one character, and each of them is wanted.
 */
export function dropRepeated(text: string, place: Place): string | undefined {
  if (!text.includes("\n") && text.trim() === rightOfCursor(place).trim()) return undefined;
  const below = linesBelow(place);
  if (below.length === 0) return text;
  const lines = text.split("\n");
  const filled = lines.filter((line) => !isBlank(line));
  // The first line counts as a whole: "return" typed, " sum;" suggested, "return sum;" below.
  const whole = isBlank(lines[0]!) ? filled : [leftOfCursor(place) + filled[0]!, ...filled.slice(1)];
  if (filled.some(isTelling) && repeatsFromStart(filled, below, isSame)) return undefined;
  if (whole.some(isTelling) && repeatsFromStart(whole, below, isSame)) return undefined;
  // Brackets look alike everywhere: only on a line of their own, at the same depth, are they the same.
  const hasOwnLine = isBlank(lines[0]!) || isBlank(leftOfCursor(place));
  if (hasOwnLine && repeatsFromStart(whole, below, isSameAndAsDeep)) return undefined;
  // One line further below it is the same line still, seen before it is reached.
  if (isTelling(whole[0]!) && below[1] !== undefined && isSame(whole[0]!, below[1])) return undefined;
  return cutRepeatedEnd(lines, below);
}

/** Whether all lines, or at least the first two, are the first ones below. */
function repeatsFromStart(
  lines: readonly string[],
  below: readonly string[],
  isEqual: (line: string, other: string) => boolean,
): boolean {
  const common = lines.findIndex((line, index) => below[index] === undefined || !isEqual(line, below[index]));
  return common < 0 || (common >= 2 && lines.slice(0, common).some(isTelling));
}

function isSame(line: string, other: string): boolean {
  return line.trim() === other.trim();
}

function isSameAndAsDeep(line: string, other: string): boolean {
  return line.trimEnd() === other;
}

/**
 * Cuts from the line on that is, indentation included, the first line below: a telling one whatever follows, for the
 * rest was written for what is there; another one where all that follows is the same.
 */
function cutRepeatedEnd(lines: readonly string[], below: readonly string[]): string | undefined {
  const ends = lines.map((line) => line.trimEnd());
  // The first line begins in the middle of one and has no indentation to compare.
  for (let start = 1; start < lines.length; start++) {
    if (ends[start] === "") continue;
    const isThere = isTelling(ends[start]!) && ends[start] === below[0];
    if (isThere) return lines.slice(0, start).join("\n").trimEnd();
    const tail = ends.slice(start).filter((line) => line !== "");
    if (tail.every((line, index) => line === below[index])) return lines.slice(0, start).join("\n").trimEnd();
  }
  return lines.join("\n");
}

/** Loops: an engine that has nothing more to say says the same again. */
import { isBlank, isTelling, leftOfCursor, linesAbove, type Place } from "./place.ts";

/** So often in a row is a loop, not a coincidence. */
const TIMES = 3;
/** Lines of the longest block that is looked for. */
const PERIOD_MAX = 8;
/** Lines verbatim from above the cursor that make a suggestion a replay of them. */
const REPLAY_LINES = 3;
/** So many lines in a row that differ in nothing but numbers: an engine that counts does not stop by itself. */
const COUNTED_LINES = 6;
/** Of those, what shows how it goes on. */
const COUNTED_KEPT = 2;
/** A line that ends in a piece with a letter in it so often: characters of the piece, times (Tabby's constants). */
const PIECES = [
  { from: 3, to: 9, times: 6 },
  { from: 10, to: 40, times: 4 },
] as const;

/**
 * Cuts a suggestion where a line, or a block of up to eight lines, comes three times running (the first time stays),
 * where it counts on and on, and where it goes over into the very lines above the cursor; drops a last line that ends
 * in a loop, and a suggestion that begins with the line above once more.
 */
export function cutRepetition(text: string, place: Place): string | undefined {
  const lines = text.split("\n");
  const whole = [leftOfCursor(place) + lines[0]!, ...lines.slice(1)];
  const above = linesAbove(place, REPLAY_LINES * 2).filter((line) => !isBlank(line));
  if (isTelling(whole[0]!) && above.at(-1)?.trim() === whole[0]!.trim()) return undefined;
  const loop = Math.min(loopStart(whole), countingStart(whole));
  const last = whole.findLastIndex((line) => !isBlank(line));
  const end = Math.min(loop, replayStart(whole, above), last >= 0 && endsInLoop(lines[last]!) ? last : lines.length);
  if (end >= lines.length) return text;
  return end === 0 ? undefined : lines.slice(0, end).join("\n");
}

/** Index of the line where the second round of a loop begins; `lines.length` where there is none. */
function loopStart(lines: readonly string[]): number {
  for (let start = 0; start < lines.length; start++) {
    for (let period = 1; period <= PERIOD_MAX && start + period * TIMES <= lines.length; period++) {
      const block = lines.slice(start, start + period);
      // Lines of brackets repeat by nature.
      if (!block.some((line) => /[\p{L}\p{N}]/u.test(line))) continue;
      const isLoop = lines
        .slice(start + period, start + period * TIMES)
        .every((line, index) => line === block[index % period]);
      if (isLoop) return start + period;
    }
  }
  return lines.length;
}

/** Index of the line from which numbers only are counted on; `lines.length` where that is not done. */
function countingStart(lines: readonly string[]): number {
  if (lines.length < COUNTED_LINES) return lines.length;
  const shapes = lines.map((line) => line.replace(/\d+/g, "0"));
  for (let start = 0; start + COUNTED_LINES <= lines.length; start++) {
    const shape = shapes[start]!;
    if (!shape.includes("0") || !isTelling(shape)) continue;
    if (shapes.slice(start, start + COUNTED_LINES).every((each) => each === shape)) return start + COUNTED_KEPT;
  }
  return lines.length;
}

/** Whether a line ends in one piece over and over; rulers (`-----`) and rows of numbers do so by intent. */
function endsInLoop(line: string): boolean {
  return PIECES.some(({ from, to, times }) => {
    for (let length = from; length <= to && length * times <= line.length; length++) {
      const piece = line.slice(-length);
      if (/\p{L}/u.test(piece) && line.endsWith(piece.repeat(times))) return true;
    }
    return false;
  });
}

/** Index of the line from which the last lines above the cursor come once more; `lines.length` where they do not. */
function replayStart(lines: readonly string[], above: readonly string[]): number {
  if (above.length < REPLAY_LINES) return lines.length;
  const last = above.slice(-REPLAY_LINES);
  if (!last.some((line) => /[\p{L}\p{N}]/u.test(line))) return lines.length;
  for (let start = 0; start + REPLAY_LINES <= lines.length; start++) {
    if (last.every((line, index) => line.trimEnd() === lines[start + index]!.trimEnd())) return start;
  }
  return lines.length;
}

/** Loops: an engine that has nothing more to say says the same again. */
import { isBlank, leftOfCursor, linesAbove, type Place } from "./place.ts";

/** So often in a row is a loop, not a coincidence. */
const TIMES = 3;
/** Lines of the longest block that is looked for. */
const PERIOD_MAX = 8;
/** Lines verbatim from above the cursor that make a suggestion a replay of them. */
const REPLAY_LINES = 3;

/**
 * Cuts a suggestion where a line, or a block of up to eight lines, comes three times running (the first time stays), and
 * where it goes over into the very lines above the cursor.
 */
export function cutRepetition(text: string, place: Place): string | undefined {
  const lines = text.split("\n");
  const whole = [leftOfCursor(place) + lines[0]!, ...lines.slice(1)];
  const loop = loopStart(whole);
  const replay = replayStart(
    whole,
    linesAbove(place, REPLAY_LINES * 2).filter((line) => !isBlank(line)),
  );
  const end = Math.min(loop, replay);
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

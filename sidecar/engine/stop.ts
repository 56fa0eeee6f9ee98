/**
 * When a model has said enough: it is read along as it writes, and stopped as soon as a first line is whole, the block
 * that was open at the cursor has ended, or it begins to repeat itself or what stands behind the cursor. Every token
 * less is time that nobody waits. What the text looks like in the end is for the filters of the pipeline. Pure.
 */
import { CLOSING, scanBrackets } from "../code/brackets.ts";
import { indentOf } from "../code/indent.ts";
import { languageById } from "../code/languages.ts";
import { LEAKED_MARKS } from "./prompt/fim.ts";

export interface StopPlace {
  readonly prefix: string;
  readonly suffix: string;
  readonly languageId: string;
  readonly multiLine: boolean;
  /** Marks of the model that may slip into its text. */
  readonly marks?: readonly string[];
}

export type StopReason =
  | "line is whole"
  | "block has ended"
  | "paragraph has ended"
  | "repeats what follows"
  | "repeats itself"
  | "mark of a model"
  | "long enough";

export interface Stopper {
  /** Takes the next piece of text; true once nothing more is needed, from then on pieces are ignored. */
  feed(piece: string): boolean;
  /** What is to be kept of all that came so far. */
  readonly kept: string;
  /** Likewise, without a last line that is not whole; empty where none is. */
  readonly keptLines: string;
  /** Undefined as long as more is wanted. */
  readonly reason: StopReason | undefined;
}

/** Lines of a suggestion; more are not read before they are wrong. */
export const LINES_MAX = 12;
/** The same lines so often in a row are a loop. */
const LOOP_TIMES = 3;
/** Lines of the longest loop. */
const LOOP_LINES_MAX = 4;
/** Letters and digits of a line that tells. */
const TELLING_CHARS = 4;
/** A line that does nothing but close. */
const CLOSING_LINE = /^\s*(?:[)\]}]+[;,]*|end\b[^\w\s]*|fi|done|esac|<\/[\w.:-]+>)\s*$/;
/** What goes on with the block before it, at that block's own indentation. */
const NEXT_CLAUSE = /^\s*(?:elif|else|except|finally|case)\b/;

export function createStopper(place: StopPlace, linesMax = LINES_MAX): Stopper {
  const scope = createScope(place);
  const next = nextLine(place.suffix);
  const marks = place.marks ?? LEAKED_MARKS;
  const markLengthMax = Math.max(0, ...marks.map((mark) => mark.length));
  /** Start of the line that is not whole yet. */
  let lineStart = 0;
  let text = "";
  const lines: string[] = [];
  let reason: StopReason | undefined;

  const stop = (why: StopReason, keptLength: number): true => {
    reason = why;
    text = text.slice(0, keptLength);
    return true;
  };
  /** Whether the line that has just become whole is the last one. */
  const endLine = (line: string): boolean => {
    const index = lines.push(line) - 1;
    const end = lineStart + line.length;
    // What comes before the line: without the line break in front of it.
    const before = index === 0 ? 0 : lineStart - 1;
    if (!place.multiLine) return stop("line is whole", end);
    if (next !== undefined && isSameLine(index === 0 ? scope.left + line : line, next)) {
      return stop("repeats what follows", before);
    }
    const loop = loopStart(lines);
    if (loop !== undefined) return stop("repeats itself", lines.slice(0, loop).join("\n").length);
    const verdict = scope.judge(lines, text.slice(0, end));
    if (verdict.kind === "ended behind") return stop("block has ended", end);
    if (verdict.kind === "ended before") return stop(verdict.reason, lengthBeforeBlanks(lines, index));
    if (lines.length >= linesMax) return stop("long enough", end);
    lineStart = end + 1;
    return false;
  };

  return {
    feed(piece) {
      if (reason !== undefined) return true;
      const searchFrom = Math.max(0, text.length - markLengthMax);
      text += piece.replaceAll("\r", "");
      const mark = firstMark(marks, text, searchFrom);
      const whole = mark ?? text.length;
      for (let end = text.indexOf("\n", lineStart); end >= 0 && end < whole; end = text.indexOf("\n", lineStart)) {
        if (endLine(text.slice(lineStart, end))) return true;
      }
      return mark !== undefined && stop("mark of a model", mark);
    },
    get kept() {
      return text;
    },
    get keptLines() {
      if (reason !== undefined) return text;
      return lineStart === 0 ? "" : text.slice(0, lineStart - 1);
    },
    get reason() {
      return reason;
    },
  };
}

type Verdict =
  | { readonly kind: "goes on" }
  /** The last line is the last one of the block. */
  | { readonly kind: "ended behind" }
  /** The last line does not belong to it any more. */
  | { readonly kind: "ended before"; readonly reason: StopReason };

const GOES_ON: Verdict = { kind: "goes on" };
const ENDED_BEHIND: Verdict = { kind: "ended behind" };

function endedBefore(reason: StopReason): Verdict {
  return { kind: "ended before", reason };
}

/** The block that is open at the cursor, judged with each line. */
function createScope({ prefix, languageId }: StopPlace): {
  readonly left: string;
  judge(lines: readonly string[], text: string): Verdict;
} {
  const left = prefix.slice(prefix.lastIndexOf("\n") + 1);
  const isStructure = languageById(languageId)?.indentationIsStructure ?? false;
  /** Whether the cursor's line was begun before: then the block that it opens is all that is wanted. */
  const isBegun = left.trim() !== "";
  let opensBlock = false;
  /** Brackets open behind the first line, seen from the cursor; none where it closed some: that ended a call, no block. */
  let floor = 0;
  let previous = "";

  const judgeFirst = (line: string, depth: number): Verdict => {
    const whole = left + line;
    if (!isBegun && depth < 0) return ENDED_BEHIND;
    opensBlock = isBegun && (isStructure ? /:\s*(?:#.*)?$/.test(whole) : depth > 0);
    floor = Math.min(0, depth);
    previous = whole;
    return GOES_ON;
  };
  const judge = (lines: readonly string[], text: string): Verdict => {
    const line = lines.at(-1)!;
    const index = lines.length - 1;
    if (index > 0 && line.trim() === "") return GOES_ON;
    const scan = scanBrackets(left + text, languageId);
    let depth = 0;
    for (const { char, at } of scan.brackets) if (at >= left.length) depth += char in CLOSING ? 1 : -1;
    if (index === 0) return judgeFirst(line, depth);
    if (scan.isQuoted(left.length + text.length - line.length)) return GOES_ON;

    const indent = indentOf(line).length;
    const base = baseIndent(left, lines[0]!, prefix);
    const isClosing = CLOSING_LINE.test(line);
    const isBehindBlock = isStructure && opensBlock && indent <= base && depth <= floor && !NEXT_CLAUSE.test(line);
    if (indent < base || isBehindBlock) return isClosing ? ENDED_BEHIND : endedBefore("block has ended");
    const isAfterBlank = index > 1 && lines[index - 1]!.trim() === "";
    if (isAfterBlank && !isClosing && indent < indentOf(previous).length) return endedBefore("paragraph has ended");
    previous = line;
    const isClosed = depth < floor || (opensBlock && !isStructure && depth <= floor);
    return isClosed ? ENDED_BEHIND : GOES_ON;
  };
  return { left, judge };
}

/** Indentation of the cursor's line once the first line stands in it, or of the last one above that says anything. */
function baseIndent(left: string, first: string, prefix: string): number {
  const line = left + first;
  if (line.trim() !== "") return indentOf(line).length;
  const above = prefix.trimEnd();
  return indentOf(above.slice(above.lastIndexOf("\n") + 1)).length;
}

/** The first line below the cursor's that is not blank. */
function nextLine(suffix: string): string | undefined {
  const start = suffix.indexOf("\n");
  return start < 0
    ? undefined
    : suffix
        .slice(start + 1)
        .split("\n", LINES_MAX)
        .find((line) => line.trim() !== "");
}

/** Brackets alone are the same line only where they stand at the same depth. */
function isSameLine(line: string, next: string): boolean {
  return isTelling(line) ? line.trim() === next.trim() : line.trim() !== "" && line.trimEnd() === next.trimEnd();
}

function isTelling(line: string): boolean {
  return (line.match(/[\p{L}\p{N}]/gu)?.length ?? 0) >= TELLING_CHARS;
}

/** Index of the line where the second round of a loop begins that has just come round for the third time. */
function loopStart(lines: readonly string[]): number | undefined {
  for (let period = 1; period <= LOOP_LINES_MAX && period * LOOP_TIMES <= lines.length; period++) {
    const start = lines.length - period * LOOP_TIMES;
    const round = lines.slice(start, start + period);
    if (!round.some(isTelling)) continue;
    if (lines.slice(start + period).every((line, index) => line === round[index % period])) return start + period;
  }
  return undefined;
}

/** Length of the text before the line at `index`, and before the blank lines above it. */
function lengthBeforeBlanks(lines: readonly string[], index: number): number {
  let end = index;
  while (end > 0 && lines[end - 1]!.trim() === "") end--;
  return lines.slice(0, end).join("\n").length;
}

function firstMark(marks: readonly string[], text: string, from: number): number | undefined {
  const found = marks.map((mark) => text.indexOf(mark, from)).filter((at) => at >= 0);
  return found.length === 0 ? undefined : Math.min(...found);
}

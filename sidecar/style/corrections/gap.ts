/** White space between two tokens, kept apart from the indentation of the place where it was written. */

/** White space and optional punctuation between two tokens. */
export interface Gap {
  /** Up to the first line end. */
  readonly text: string;
  readonly lineEnds: number;
  /** Indentation of the new line beyond that of the correction's first line. */
  readonly deeper: string;
  /** Characters by which the new line is indented less. */
  readonly shallower: number;
}

export const NO_GAP: Gap = { text: "", lineEnds: 0, deeper: "", shallower: 0 };

/** What stands between two offsets; comments are left out. `indentation` is that of the correction's first line. */
export function gapBetween(text: string, from: number, to: number, indentation: string): Gap {
  const between = text.slice(from, to);
  const lineEnd = between.indexOf("\n");
  if (lineEnd < 0) return { ...NO_GAP, text: /^[ \t,;]*$/.test(between) ? between : " " };
  const head = between.slice(0, lineEnd).trimEnd();
  const indent = between.slice(between.lastIndexOf("\n") + 1);
  const isBlankLine = between.trim() === "" && between.indexOf("\n", lineEnd + 1) >= 0;
  return {
    text: /^[,;]*$/.test(head) ? head : "",
    lineEnds: isBlankLine ? 2 : 1,
    deeper: indent.startsWith(indentation) ? indent.slice(indentation.length) : "",
    shallower: Math.max(0, indentation.length - indent.length),
  };
}

/** The gap as it is written in a correction that begins on a line of this indentation. */
export function writeGap(gap: Gap, indentation: string): string {
  return gap.lineEnds === 0 ? gap.text : gap.text + "\n".repeat(gap.lineEnds) + indentationBehind(gap, indentation);
}

/** Indentation of what follows the gap. */
export function indentationBehind(gap: Gap, indentation: string): string {
  if (gap.lineEnds === 0) return indentation;
  return gap.deeper === "" ? indentation.slice(0, indentation.length - gap.shallower) : indentation + gap.deeper;
}

/** The gap on one line, for people. */
export function showGap(gap: Gap): string {
  return gap.lineEnds > 0 ? `${gap.text} ` : gap.text;
}

/** Indentation of the line that holds an offset. */
export function indentationAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  return /^[ \t]*/.exec(text.slice(start, offset))![0];
}

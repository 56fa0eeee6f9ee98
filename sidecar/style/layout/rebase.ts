/**
 * Brings the lines of an offered text from its own indentation to the place's: by levels, so that a text in steps of
 * two fits a file in steps of four, or of tabs. First of all repairs: without it, where indentation is structure, the
 * text would not even parse.
 */
import { scanBrackets } from "../../code/brackets.ts";
import { indentOf } from "../../code/indent.ts";
import { languageById } from "../../code/languages.ts";

/** Code goes deeper by a level, continued lines by two; more is alignment. */
const LEVELS_AT_ONCE = 2;

export interface Rebase {
  readonly languageId: string;
  /** Step of the offered text and of the place. */
  readonly from: string;
  readonly to: string;
  /** Whether the text's first line begins at a line start, so that its own indentation is in the text. */
  readonly atLineStart: boolean;
  /** Whether the lines of comments and documentation move with the line that they begin on. */
  readonly bodiesMove: boolean;
}

export function rebase(text: string, { languageId, from, to, atLineStart, bodiesMove }: Rebase): string {
  if (from === to || from === "") return text;
  const scan = scanBrackets(text, languageId);
  const structural = languageById(languageId)?.indentationIsStructure === true;
  let at = 0;
  /** The last line that was converted: what is aligned to something in it moves along with it. */
  let above: { readonly offered: string; readonly written: string } | undefined;
  /** The line before ends in a backslash: this one is aligned to it by hand. */
  let continued = false;
  return text
    .split("\n")
    .map((line, index) => {
      const start = at;
      at += line.length + 1;
      if ((index === 0 && !atLineStart) || line.trim() === "") return line;
      const offered = indentOf(line);
      const isContinued = continued;
      continued = line.endsWith("\\");
      if (isContinued) return line;
      // Text inside of strings is what it is. Stars move with the comment whose first one they stand below.
      if (scan.isQuoted(start) && !(structural && bodiesMove)) {
        const isBelow = bodiesMove && above !== undefined && line.startsWith(`${above.offered} *`);
        return isBelow ? above!.written + line.slice(above!.offered.length) : line;
      }
      const isAligned = above !== undefined && offered.length > above.offered.length + LEVELS_AT_ONCE * from.length;
      const written = isAligned ? above!.written + offered.slice(above!.offered.length) : convert(offered, from, to);
      if (!isAligned) above = { offered, written };
      return written + line.trimStart();
    })
    .join("\n");
}

/** Whole levels change their step; what is left over is alignment and stays. */
function convert(indent: string, from: string, to: string): string {
  let levels = 0;
  let rest = indent;
  while (rest.startsWith(from)) {
    rest = rest.slice(from.length);
    levels++;
  }
  // Tabs in a text of spaces, or the other way round.
  while (from !== "\t" && rest.startsWith("\t")) {
    rest = rest.slice(1);
    levels++;
  }
  return to.repeat(levels) + rest;
}

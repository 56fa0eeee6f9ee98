/** White space at both ends of a suggestion, where the document has it already or nobody would see it. */
import { scanBrackets } from "../../code/brackets.ts";
import { isProse, leftOfCursor, rightOfCursor, type Place } from "./place.ts";

/** Cuts white space at the ends of lines, and in lines of nothing else; in a string or in prose it may be meant. */
export function trimLines(text: string, place: Place): string {
  if (!/[ \t]\n/.test(text) || isProse(place)) return text;
  const scan = scanBrackets(text, place.languageId);
  return text.replace(/[ \t]+\n/g, (space, at: number) => (scan.stringAt(at) ? space : "\n"));
}

/** Cuts leading spaces where the cursor stands behind white space: engines repeat the indentation. */
export function trimStart(text: string, place: Place): string {
  return /[ \t]$/.test(leftOfCursor(place)) ? text.replace(/^[ \t]+/, "") : text;
}

/**
 * Cuts trailing white space, unless text follows on the cursor's line: then it separates the two, be it a space after
 * a comma or the line break before a closing bracket.
 */
export function trimEnd(text: string, place: Place): string {
  const right = rightOfCursor(place);
  if (right.trim() === "") return text.trimEnd();
  return /^\s/.test(right) ? text.replace(/[ \t]+$/, "") : text;
}

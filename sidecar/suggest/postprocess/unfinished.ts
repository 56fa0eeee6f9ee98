/**
 * Several lines end with a line that is whole. Copies end where the places they follow go apart, models where their
 * tokens do: the line they end in then belongs to something that does not come any more. A single line is left alone:
 * it is the rest of what the developer writes, and a good beginning of it is worth having.
 */
import { scanBrackets, CLOSING, type Scan } from "../../code/brackets.ts";
import { languageById } from "../../code/languages.ts";
import { isBlank, isProse, rightOfCursor, windowBefore, type Place } from "./place.ts";

/** What no statement ends in; `++` and `--` may end one. */
const ENDS_OPEN = /(?:[^+]\+|[^-]-|[^=]=|&&|\|\||=>)$/;
/** Heads of blocks in languages without braces. */
const HEAD = /^\s*(?:async|case|class|def|elif|else|except|finally|for|if|match|try|while|with)\b.*:$/;
/** Characters behind the cursor in which half a word may stand as a whole one. */
const BEHIND_CHARS = 2000;

/** Cuts last lines that open more than they close, end in an operator, a string or half a word, or only comment. */
export function cutUnfinished(text: string, place: Place): string {
  // Where closers stand behind the cursor, what is open may be closed there.
  if (!text.includes("\n") || !isBlank(rightOfCursor(place)) || isProse(place)) return text;
  const scan = scanBrackets(text, place.languageId);
  const lines = text.split("\n");
  const isComment = commentTest(place);
  const hasCode = !isComment(lines[0]!) || lines.some((line) => !isBlank(line) && !isComment(line));
  let start = text.length - lines.at(-1)!.length;
  while (lines.length > 1) {
    const line = lines.at(-1)!.trimEnd();
    const isCut = line === "" || (hasCode && isComment(line)) || isUnfinished(line, start, scan, text, place);
    if (!isCut) break;
    lines.pop();
    start -= lines.at(-1)!.length + 1;
  }
  return lines.join("\n");
}

function commentTest({ languageId }: Place): (line: string) => boolean {
  const mark = languageById(languageId)?.lineComment;
  return (line) => mark !== undefined && line.trimStart().startsWith(mark);
}

function isUnfinished(line: string, start: number, scan: Scan, text: string, place: Place): boolean {
  if (scan.isQuoted(start)) return false;
  const end = start + line.length;
  const string = scan.stringAt(end);
  if (string) return string.quote !== "`" && !text.startsWith(string.quote.repeat(3), string.at);
  if (scan.isQuoted(end)) return false;
  if (opensMore(start, end, scan) || ENDS_OPEN.test(line)) return true;
  if (place.languageId === "python" && HEAD.test(line)) return true;
  return end >= text.trimEnd().length && endsInHalfWord(line, text.slice(0, start), place);
}

/** Whether a stretch opens more than it closes; `} else {` does not. */
function opensMore(start: number, end: number, scan: Scan): boolean {
  let depth = 0;
  for (const { char, at } of scan.brackets) {
    if (at < start || at >= end) continue;
    depth += char in CLOSING ? 1 : -1;
  }
  return depth > 0;
}

/** Whether the last word is none of the place or the suggestion, but the beginning of one of theirs. */
function endsInHalfWord(line: string, above: string, place: Place): boolean {
  const word = /[\p{L}_$][\p{L}\p{N}_$]*$/u.exec(line)?.[0];
  if (word === undefined) return false;
  const near = `${windowBefore(place.prefix)}${above}\n${place.suffix.slice(0, BEHIND_CHARS)}`;
  let isBeginning = false;
  for (let at = near.indexOf(word); at >= 0; at = near.indexOf(word, at + word.length)) {
    if (isWordAt(near, at - 1)) continue;
    if (!isWordAt(near, at + word.length)) return false;
    isBeginning = true;
  }
  return isBeginning;
}

function isWordAt(text: string, at: number): boolean {
  return /[\p{L}\p{N}_$]/u.test(text.charAt(at));
}

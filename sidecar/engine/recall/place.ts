/** The cursor's place as recall sees it: tokens before it, the unfinished word, and how text is put there. */
import { indentOf } from "../../code/indent.ts";
import { partialWordStart } from "../../code/tokens.ts";
import { BOUNDARY, isLineBreak, keyOf, LINE_BREAK, type Vocabulary } from "./vocabulary.ts";

/** Tokens of the file that count as its cache (learning.md: "last 5,000 tokens"): most before the cursor, some behind. */
const TOKENS_BEFORE_MAX = 4000;
const TOKENS_BEHIND_MAX = 1000;

export interface Place {
  /** Values before the cursor without the unfinished word; begins with a boundary. */
  readonly before: Int32Array;
  /** The same as keys. */
  readonly keys: Int32Array;
  /** Index in `keys` of the current line's first token. */
  readonly lineStart: number;
  /** The word the cursor stands behind, "" for none. What is proposed begins with it. */
  readonly partial: string;
  /** White space stands right before the cursor (or the unfinished word). */
  readonly spaceBefore: boolean;
  /** White space the current line begins with. */
  readonly indentation: string;
  /** Values behind the cursor. */
  readonly behind: Int32Array;
}

export function createPlace(prefix: string, suffix: string, vocabulary: Vocabulary): Place {
  const wordStart = partialWordStart(prefix);
  const partial = prefix.slice(wordStart);
  const settled = prefix.slice(0, wordStart);
  const all = vocabulary.tokenize(settled);
  const tail = all.subarray(Math.max(0, all.length - TOKENS_BEFORE_MAX));
  const before = new Int32Array(tail.length + 2);
  before[0] = BOUNDARY;
  // The first line of a file begins like any other.
  before[1] = vocabulary.lineBreakValue("", false);
  before.set(tail, 2);
  const keys = before.map(keyOf);
  let lineStart = keys.length;
  while (lineStart > 0 && keys[lineStart - 1] !== LINE_BREAK) lineStart--;
  const last = settled.charCodeAt(settled.length - 1);
  return {
    before,
    keys,
    lineStart,
    partial,
    spaceBefore: last === 32 || last === 9 || last === 10 || settled === "",
    indentation: indentOf(settled.slice(settled.lastIndexOf("\n") + 1)),
    behind: vocabulary.tokenize(suffix.slice(0, TOKENS_BEHIND_MAX * 8)).subarray(0, TOKENS_BEHIND_MAX),
  };
}

/** Values a proposer puts behind the cursor; the first one still holds the unfinished word. */
export interface Continuation {
  readonly values: readonly number[];
  /** Indentation of the line they come from, to move further lines to the place's own. */
  readonly sourceIndentation: string;
}

/** Text to insert at the cursor. */
export function render(continuation: Continuation, place: Place, vocabulary: Vocabulary): string {
  let text = "";
  for (let index = 0; index < continuation.values.length; index++) {
    const value = continuation.values[index]!;
    if (isLineBreak(value)) {
      const breaks = vocabulary.lineBreak(value);
      const newline = breaks.lastIndexOf("\n") + 1;
      text += breaks.slice(0, newline) + moveIndentation(breaks.slice(newline), continuation.sourceIndentation, place);
      continue;
    }
    const word = vocabulary.word(keyOf(value));
    if (index === 0) {
      const gap = (value & 1) === 1 && !place.spaceBefore && place.partial === "" ? " " : "";
      text += gap + word.slice(place.partial.length);
    } else {
      text += ((value & 1) === 1 ? " " : "") + word;
    }
  }
  return text;
}

/** Indentation `from` of a source line, relative to its first line's, put on top of the place's own. */
function moveIndentation(from: string, source: string, place: Place): string {
  if (from.startsWith(source)) return place.indentation + from.slice(source.length);
  // Less deep than where the source began: take as much from the place's.
  if (source.startsWith(from)) {
    return place.indentation.slice(0, Math.max(0, place.indentation.length - (source.length - from.length)));
  }
  return from;
}

/** Whether a token may stand first: it goes on with the unfinished word, where there is one. */
export function continuesPartial(key: number, place: Place, vocabulary: Vocabulary): boolean {
  return place.partial === "" || (key > LINE_BREAK && vocabulary.word(key).startsWith(place.partial));
}

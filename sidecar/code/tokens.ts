/**
 * The lexer of recall: any source text to tokens, without knowing its language. Words (identifiers, numbers, words of
 * strings and comments), operators by longest match, single marks, and line breaks together with the indentation that
 * follows them. Spaces inside a line become a flag on the token behind them, so that text can be put together again.
 */

/**
 * Receives one token: `text.slice(start, end)`, whether white space stood before it on its line, and whether it is a
 * line break (then the slice runs from the first "\n" to the end of the next non-blank line's indentation).
 */
export type TokenSink = (start: number, end: number, spaceBefore: boolean, lineBreak: boolean) => void;

/** Longer words are cut here: base64 blobs would fill the vocabulary with strings that never return. */
export const WORD_LENGTH_MAX = 128;

const CharClass = { other: 0, word: 1, space: 2, newline: 3, operator: 4 } as const;
const CLASS = classTable();
/** Operators of two characters, at `first << 7 | second`. */
const PAIRS = pairTable(
  "=> == != <= >= && || ?? ?. :: -> <- := += -= *= /= %= &= |= ^= ++ -- ** << >> // /* */ .. |> ~= =~ <>".split(" "),
);
const TRIPLES = new Set([
  "===",
  "!==",
  "...",
  "**=",
  "<<=",
  ">>=",
  ">>>",
  "&&=",
  "||=",
  "??=",
  "<=>",
  "..=",
  '"""',
  "```",
  "'''",
]);

export function isWordCode(code: number): boolean {
  return code >= 128 || CLASS[code] === CharClass.word;
}

/** Scans `text` from `from`; "\r" counts as a space. Never throws, whatever the text. */
export function scanTokens(text: string, sink: TokenSink, from = 0): void {
  const length = text.length;
  let at = from;
  let space = false;
  while (at < length) {
    const code = text.charCodeAt(at);
    const kind = code >= 128 ? CharClass.word : CLASS[code]!;
    if (kind === CharClass.space) {
      space = true;
      at++;
    } else if (kind === CharClass.word) {
      const start = at;
      const limit = Math.min(length, start + WORD_LENGTH_MAX);
      do at++;
      while (at < limit && isWordCode(text.charCodeAt(at)));
      // A surrogate pair stays in one piece.
      if (at === limit && at < length && isHighSurrogate(text.charCodeAt(at - 1))) at++;
      sink(start, at, space, false);
      space = false;
    } else if (kind === CharClass.newline) {
      const start = at;
      while (at < length && isBlank(text.charCodeAt(at))) at++;
      sink(start, at, false, true);
      space = false;
    } else {
      const width = kind === CharClass.operator ? operatorWidth(text, at, code) : 1;
      sink(at, at + width, space, false);
      at += width;
      space = false;
    }
  }
}

/** Start of the word that ends at the end of `text`; `text.length` where it does not end in a word. */
export function partialWordStart(text: string): number {
  let start = text.length;
  while (start > 0 && isWordCode(text.charCodeAt(start - 1))) start--;
  return start;
}

function operatorWidth(text: string, at: number, code: number): number {
  const next = at + 1 < text.length ? text.charCodeAt(at + 1) : 0;
  if (next >= 128 || next === 0) return 1;
  if (at + 2 < text.length && CLASS[next] === CharClass.operator && TRIPLES.has(text.slice(at, at + 3))) return 3;
  return PAIRS[(code << 7) | next] === 1 ? 2 : 1;
}

function isBlank(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 13;
}

function isHighSurrogate(code: number): boolean {
  return code >= 0xd800 && code <= 0xdbff;
}

function classTable(): Uint8Array {
  const table = new Uint8Array(128);
  for (let code = 0; code < 128; code++) {
    const char = String.fromCharCode(code);
    if (/[A-Za-z0-9_$]/.test(char)) table[code] = CharClass.word;
    else if (/[=!<>&|?:+\-*/%^.~#"'`]/.test(char)) table[code] = CharClass.operator;
    else if (char === "\n") table[code] = CharClass.newline;
    else if (code <= 32) table[code] = CharClass.space;
  }
  return table;
}

function pairTable(operators: readonly string[]): Uint8Array {
  const table = new Uint8Array(128 * 128);
  for (const operator of operators) {
    if (operator.length === 2) table[(operator.charCodeAt(0) << 7) | operator.charCodeAt(1)] = 1;
  }
  return table;
}

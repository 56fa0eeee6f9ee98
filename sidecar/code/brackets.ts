/**
 * Brackets that count: a small scanner over any language that skips strings and comments. It is told the language only
 * to know what a comment and a string look like; everything else is the same everywhere.
 */
import { languageById } from "./languages.ts";

const TEMPLATES = new Set(["javascript", "javascriptreact", "typescript", "typescriptreact", "vue", "svelte"]);
/** `'` opens a string of any length; everywhere else it opens one character, a lifetime or a digit group. */
const SINGLE_QUOTED = new Set([
  ...TEMPLATES,
  ..."python ruby php perl lua luau sql shellscript powershell yaml toml dart groovy coffeescript r julia".split(" "),
  ..."css scss less html xml json5 elixir gdscript starlark crystal graphql matlab pascal fortran vb".split(" "),
]);
const TRIPLE_QUOTED = new Set(
  "python kotlin scala swift java groovy csharp elixir julia toml graphql gdscript starlark".split(" "),
);
/** The closer of each opener. */
export const CLOSING: Readonly<Record<string, string>> = { "(": ")", "[": "]", "{": "}" };

const NEWLINE = 10;
const BACKSLASH = 92;

export interface Bracket {
  readonly char: string;
  /** UTF-16 offset in the scanned text. */
  readonly at: number;
}

export interface Scan {
  readonly brackets: readonly Bracket[];
  /** Whether a position is inside a string or a comment. */
  isQuoted(at: number): boolean;
  /** The string that a position is inside of; undefined in code and in comments. */
  stringAt(at: number): StringStart | undefined;
}

/** Where a string begins: its quote, or the end of an insertion in a template. */
export interface StringStart {
  readonly at: number;
  readonly quote: string;
}

/** Finds the brackets of `text` that are code. `text` must begin in code, best at a line start. */
export function scanBrackets(text: string, languageId: string): Scan {
  const brackets: Bracket[] = [];
  /** Flat pairs [start, end): positions strictly behind start and before end are inside. */
  const quoted: number[] = [];
  const language = languageById(languageId);
  const line = language ? language.lineComment : "//";
  const block = language ? language.blockComment : (["/*", "*/"] as const);
  const hasTemplates = TEMPLATES.has(languageId);
  /** Depth of braces inside each `${` that is open. */
  const templates: number[] = [];
  let depth = 0;
  let at = 0;
  const quote = (start: number, end: number): void => {
    quoted.push(start, end);
    at = Math.min(end, text.length);
  };
  const means = meaningOf((line?.[0] ?? "") + (block?.[0][0] ?? ""));
  while (at < text.length) {
    // Most characters mean nothing, and are passed at the cost of a look-up.
    const code = text.charCodeAt(at);
    if (code > 127 || means[code] === 0) {
      at++;
      continue;
    }
    const char = text[at]!;
    if (block !== undefined && text.startsWith(block[0], at)) {
      const end = text.indexOf(block[1], at + block[0].length);
      quote(at, end < 0 ? Infinity : end + block[1].length);
    } else if (line !== undefined && text.startsWith(line, at)) {
      quote(at, lineEnd(text, at));
    } else if (char === "#" && languageId === "php" && text[at + 1] !== "[") {
      quote(at, lineEnd(text, at));
    } else if ((char === '"' || char === "'") && TRIPLE_QUOTED.has(languageId) && text.startsWith(char.repeat(3), at)) {
      const end = text.indexOf(char.repeat(3), at + 3);
      quote(at, end < 0 ? Infinity : end + 3);
    } else if (char === '"' || (char === "'" && SINGLE_QUOTED.has(languageId))) {
      quote(at, stringEnd(text, at, char));
    } else if (char === "'" && isCharacter(text, at)) {
      quote(at, stringEnd(text, at, char));
    } else if (char === "`" && hasTemplates) {
      at = template(at);
    } else if (char === "`" && languageId === "go") {
      const end = text.indexOf("`", at + 1);
      quote(at, end < 0 ? Infinity : end + 1);
    } else if (char === "/" && (hasTemplates || languageId === "ruby") && beginsPattern(text, at)) {
      quote(at, patternEnd(text, at));
    } else {
      if (char === "{") depth++;
      else if (char === "}" && depth === 0 && templates.length > 0) {
        depth = templates.pop()!;
        at = template(at);
        continue;
      } else if (char === "}") depth--;
      if (char in CLOSING || isCloser(char)) brackets.push({ char, at });
      at++;
    }
  }
  const quotedFrom = (position: number): number | undefined => {
    // The last pair that begins before the position: pairs are in order and do not overlap.
    let [low, high] = [0, quoted.length / 2];
    while (low < high) {
      const middle = (low + high) >> 1;
      if (quoted[middle * 2]! < position) low = middle + 1;
      else high = middle;
    }
    return low > 0 && position < quoted[low * 2 - 1]! ? quoted[low * 2 - 2] : undefined;
  };
  return {
    brackets,
    isQuoted: (position) => quotedFrom(position) !== undefined,
    stringAt: (position) => {
      const start = quotedFrom(position);
      const quote = start === undefined ? undefined : text[start] === "}" ? "`" : text[start]!;
      return start !== undefined && quote !== undefined && "\"'`".includes(quote) ? { at: start, quote } : undefined;
    },
  };

  /** From a back-tick or the `}` of an insertion to behind the next `${` or the closing back-tick. */
  function template(start: number): number {
    for (let end = start + 1; end < text.length; end++) {
      if (text[end] === "\\") end++;
      else if (text[end] === "`") {
        quoted.push(start, end + 1);
        return end + 1;
      } else if (text[end] === "$" && text[end + 1] === "{") {
        quoted.push(start, end + 2);
        templates.push(depth);
        depth = 0;
        return end + 2;
      }
    }
    quoted.push(start, Infinity);
    return text.length;
  }
}

/** By the first characters of a language's comments. */
const MEANINGS = new Map<string, Uint8Array>();

/** ASCII characters that may begin or end something: 1, all others 0. `marks`: first characters of comments. */
function meaningOf(marks: string): Uint8Array {
  let means = MEANINGS.get(marks);
  if (!means) {
    means = new Uint8Array(128);
    for (const char of `()[]{}"'\`/#${marks}`) {
      const code = char.charCodeAt(0);
      // A mark that is a word (`rem`) cannot be told from one.
      if (!isWordCode(code)) means[code] = 1;
    }
    MEANINGS.set(marks, means);
  }
  return means;
}

export function isCloser(char: string): boolean {
  return char === ")" || char === "]" || char === "}";
}

function isWordCode(code: number): boolean {
  return (
    (code >= 48 && code <= 57) || (code >= 65 && code <= 90) || (code >= 97 && code <= 122) || code === 95 || code > 127
  );
}

/** End of a comment's line: the position before the line break belongs to the comment. */
function lineEnd(text: string, at: number): number {
  const end = text.indexOf("\n", at);
  return end < 0 ? Infinity : end + 1;
}

/** A string ends with its quote, or, where that is missing, with its line: an apostrophe must not swallow a file. */
function stringEnd(text: string, at: number, quote: string): number {
  const mark = quote.charCodeAt(0);
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code === BACKSLASH) end++;
    else if (code === mark || code === NEWLINE) return end + 1;
  }
  return Infinity;
}

function isCharacter(text: string, at: number): boolean {
  return /^'(?:\\.[^'\n]{0,8}|[^'\\\n]{1,2})'/.test(text.slice(at, at + 12));
}

/** Whether a `/` begins a regular expression: it follows an operator or opener, and the line ends it. */
function beginsPattern(text: string, at: number): boolean {
  let last = at - 1;
  while (last >= 0 && (text[last] === " " || text[last] === "\t")) last--;
  const follows =
    last < 0 || "(,=:[!&|?{;\n>".includes(text[last]!) || /\breturn$/.test(text.slice(Math.max(0, last - 6), last + 1));
  return follows && patternEnd(text, at) !== Infinity;
}

function patternEnd(text: string, at: number): number {
  let inClass = false;
  for (let end = at + 1; end < text.length && text[end] !== "\n"; end++) {
    const char = text[end];
    if (char === "\\") end++;
    else if (char === "[") inClass = true;
    else if (char === "]") inClass = false;
    else if (char === "/" && !inClass) return end + 1;
  }
  return Infinity;
}

/**
 * What kind of line an event is in: code that is worth a suggestion or not, and whether the same line is at hand already.
 * Simple means, the same for all languages: no grammar, a look at each line with what was opened above it.
 */
import { languageById } from "../../code/languages.ts";
import { scanTokens } from "../../code/tokens.ts";
import type { EditEvent } from "./event.ts";

/** Tokens that a primary target has at least. */
const TOKENS_MIN = 5;

/** All of it is prose, as comments are. */
const PROSE = new Set(["markdown", "mdx", "restructuredtext", "asciidoc", "latex", "bibtex", "typst"]);

/** A string that stands for itself is a comment. */
const DOC_STRINGS = new Set(["python", "starlark", "julia", "elixir", "gdscript"]);

export interface LineKind {
  /** From this column on the line is comment; Infinity for none. */
  readonly commentFrom: number;
  readonly isImport: boolean;
}

/** Of an event whose target begins at `column` of a line. */
export function stratumOf(line: string, column: number, kind: LineKind, languageId: string): EditEvent["stratum"] {
  const code = line.slice(column, Math.max(column, kind.commentFrom));
  const isCode = !PROSE.has(languageId) && !kind.isImport && !CLOSERS.test(code);
  return isCode && tokensIn(code) >= TOKENS_MIN ? "primary" : "other";
}

const CLOSERS = /^\s*(?:(?:end|fi|done|esac)\b)?[\s)\]}>;,'"`]*$/;

function tokensIn(line: string): number {
  let count = 0;
  scanTokens(line, (_start, _end, _space, isBreak) => (count += isBreak ? 0 : 1));
  return count;
}

/** The kinds of all lines of a text. */
export function lineKinds(lines: readonly string[], languageId: string): LineKind[] {
  const comments = commentColumns(lines, languageId);
  const imports = importLines(lines);
  return lines.map((_, index) => ({ commentFrom: comments[index]!, isImport: imports[index]! }));
}

/** What goes on over the ends of lines. */
interface Open {
  readonly close: string;
  readonly isComment: boolean;
}

function commentColumns(lines: readonly string[], languageId: string): number[] {
  const marks = marksOf(languageId);
  let open: Open | undefined;
  return lines.map((line) => {
    /** Where what is open begins on this line. */
    let from = 0;
    let at = 0;
    for (;;) {
      if (open) {
        const end = line.indexOf(open.close, at);
        if (end < 0) return open.isComment ? from : Infinity;
        at = end + open.close.length;
        const isComment = open.isComment;
        open = undefined;
        if (isComment && line.slice(at).trim() === "") return from;
      }
      marks.pattern.lastIndex = at;
      const found = marks.pattern.exec(line);
      if (!found) return Infinity;
      const { block, string, comment } = found.groups!;
      from = found.index;
      at = marks.pattern.lastIndex;
      if (comment !== undefined) return from;
      if (block !== undefined) open = { close: marks.blockEnd, isComment: true };
      else if (string !== undefined) open = { close: string, isComment: isDocString(line.slice(0, from), languageId) };
    }
  });
}

interface Marks {
  /** Finds the next mark that opens or is a comment, or a string that hides such marks. Global. */
  readonly pattern: RegExp;
  readonly blockEnd: string;
}

const MARKS = new Map<string, Marks>();
/** Languages with strings in three quotes. */
const LONG_STRINGS = new Set([...DOC_STRINGS, ..."kotlin java scala swift csharp toml groovy graphql dart".split(" ")]);

function marksOf(languageId: string): Marks {
  const known = MARKS.get(languageId);
  if (known) return known;
  const { blockComment, lineComment } = languageById(languageId) ?? {};
  // "https://" and "src/**" hold no comments.
  const begin = String.raw`(?<=^|[\s;,(){}[\]>])`;
  const parts = [
    ...(blockComment ? [`${begin}(?<block>${escapeRegExp(blockComment[0])})`] : ["(?<block>(?!))"]),
    LONG_STRINGS.has(languageId) ? "(?<string>\"\"\"|''')" : "(?<string>(?!))",
    ...(lineComment === undefined ? ["(?<comment>(?!))"] : [`${begin}(?<comment>${escapeRegExp(lineComment)})`]),
    ...['"', "'", "`"].map((quote) => String.raw`${quote}(?:[^${quote}\\]|\\.)*${quote}`),
  ];
  const marks = { pattern: new RegExp(parts.join("|"), "g"), blockEnd: blockComment?.[1] ?? "" };
  MARKS.set(languageId, marks);
  return marks;
}

function escapeRegExp(text: string): string {
  return text.replaceAll(/[\\^$.*+?()[\]{}|]/g, "\\$&");
}

/** `before`: what stands before the quotes on their line. */
function isDocString(before: string, languageId: string): boolean {
  return DOC_STRINGS.has(languageId) && /^\s*(?:[A-Za-z]{0,2}|@\w*doc\s+(?:~\w)?)$/.test(before);
}

const IMPORT = new RegExp(
  [
    String.raw`import\b(?!\(|\s*\.)`,
    String.raw`from\s+[\w.]+\s+import\b`,
    String.raw`export\s+(?:type\s+)?(?:\*|\{)`,
    String.raw`(?:const|let|var)\s.*=\s*require\(`,
    String.raw`(?:require|include)(?:_once|_relative)?\s*\(?["'<]`,
    String.raw`(?:pub(?:\([\w ]+\))?\s+)?use\s`,
    String.raw`(?:global\s+)?using\s+(?!var\b)(?:(?:namespace|static)\s+)?[\w.:]+(?:\s*=\s*[\w.<>:]+)?;`,
    String.raw`#\s*(?:include|import)\b`,
    String.raw`package\s+[\w.]+`,
    String.raw`(?:pub\s+)?mod\s+\w+;`,
    String.raw`extern\s+crate\b`,
    String.raw`@(?:import|use|forward)\b`,
  ]
    .map((form) => `(?:${form})`)
    .join("|")
    .replace(/^/, String.raw`^\s*(?:`)
    .replace(/$/, ")"),
);

/** Longer lists of names are none. */
const IMPORT_LINES_MAX = 200;

function importLines(lines: readonly string[]): boolean[] {
  let open = 0;
  return lines.map((line) => {
    if (open > 0) {
      open = /[)}]/.test(line) ? 0 : open - 1;
      return true;
    }
    if (!IMPORT.test(line)) return false;
    if (/[({]\s*(?:(?:#|\/\/).*)?$/.test(line) && !/^\s*package\b/.test(line)) open = IMPORT_LINES_MAX;
    return true;
  });
}

/** Tells which lines of `after` stand elsewhere, but for white space. */
export class Copies {
  readonly #inks: readonly string[];
  /** Index of the first line in `after`, and of the last one in `before`, by what they hold. */
  readonly #firstAbove = new Map<string, number>();
  readonly #lastBelow = new Map<string, number>();

  constructor(before: string, after: string) {
    this.#inks = inksOf(after);
    for (const [index, ink] of inksOf(before).entries()) this.#lastBelow.set(ink, index);
    for (const [index, ink] of this.#inks.entries()) {
      if (!this.#firstAbove.has(ink)) this.#firstAbove.set(ink, index);
    }
  }

  /** Whether line `index` of `after` stands above itself, or in `before` from line `oldStart` on. */
  has(index: number, oldStart: number): boolean {
    const ink = this.#inks[index]!;
    return this.#firstAbove.get(ink)! < index || (this.#lastBelow.get(ink) ?? -1) >= oldStart;
  }
}

/** Lines without their white space. */
function inksOf(text: string): string[] {
  return text.replaceAll(/[^\S\n]+/g, "").split("\n");
}

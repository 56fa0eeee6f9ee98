/**
 * The lines above a place that hold it open: the heads of the enclosing blocks, calls and lists, each as a whole
 * statement (`if (a &&\n    b) {`, or `void f()` with its `{` on the next line). Found by walking up along the
 * indentation, so that what stands inside of other blocks is never looked at.
 */
import { CLOSING, isCloser, scanBrackets } from "../code/brackets.ts";
import { indentOf } from "../code/indent.ts";
import { type Language, languageById } from "../code/languages.ts";

/** Deeper nesting is cut from outside. */
const HEADS_MAX = 12;
/** Lines of a head or statement, without the bodies of its blocks. */
const STATEMENT_LINES_MAX = 16;
/** Lines of a comment or of documentation. */
const TEXT_LINES_MAX = 100;
/** Strings that run over lines, where indentation is structure. */
const DOCUMENTATION = [
  ['"""', '"""'],
  ["'''", "'''"],
] as const;
/** A bracket that is not closed within so many lines is open. */
const CLOSED_WITHIN = 10;

export interface Heads {
  /** Lines that hold the place open, outermost first. */
  readonly open: readonly string[];
  /** The statement right above, as what the place's first line is next to; empty where there is none. */
  readonly sibling: readonly string[];
}

/** A statement's lines, and where the first one stands. */
interface Statement {
  readonly lines: readonly string[];
  readonly at: number;
}

/** `lines`: what stands above the place's line. */
export function findHeads(lines: readonly string[], languageId: string): Heads {
  const source: Source = { lines, languageId, language: languageById(languageId) };
  let at = lines.length - 1;
  while (at >= 0 && lines[at]!.trim() === "") at--;
  if (at < 0) return { open: [], sibling: [] };
  const open: string[] = [];
  let sibling: readonly string[] = [];
  let limit = indentOf(lines[at]!).length;
  if (openedBy(source, at) !== undefined) limit++;
  else if (isCode(source, at) || isWholeComment(source, at)) {
    const begin = behindText(source, at);
    // Of documentation its two ends are enough.
    const statement = begin < at ? { lines: [lines[begin]!, lines[at]!], at: begin } : statementOf(source, at);
    sibling = statement.lines;
    limit = Math.min(limit, indentOf(lines[statement.at]!).length);
    at = statement.at - 1;
  }
  for (let found = 0; at >= 0 && limit > 0 && found < HEADS_MAX; at--) {
    at = behindText(source, at);
    if (at < 0) break;
    const depth = indentOf(lines[at]!).length;
    if (depth >= limit || !isCode(source, at) || isLabel(source, at)) continue;
    limit = depth;
    const end = openedBy(source, at);
    if (end === undefined) continue;
    const statement = statementOf(source, at);
    open.unshift(...statement.lines, ...lines.slice(at + 1, end + 1));
    limit = Math.min(limit, indentOf(lines[statement.at]!).length);
    at = statement.at;
    found++;
  }
  return { open, sibling };
}

interface Source {
  readonly lines: readonly string[];
  readonly languageId: string;
  readonly language: Language | undefined;
}

/**
 * The line with which something is opened that begins on line `at` and is still open at the place: `at` itself, or a
 * later one where brackets of the head are closed first. Undefined where nothing stays open.
 */
function openedBy(source: Source, at: number): number | undefined {
  if (!isCode(source, at)) return undefined;
  const { lines, languageId } = source;
  const line = lines[at]!;
  if (isStructural(source) ? /:\s*(?:#.*)?$/.test(line) : /^\s*(?:case\b.*|default\s*):\s*$/.test(line)) return at;
  for (let end = at; end < Math.min(lines.length, at + CLOSED_WITHIN); end++) {
    const { openers, outermost } = unmatched(lines.slice(at, end + 1).join("\n"), languageId);
    if (openers === 0) return end > at && isStructural(source) && /:\s*$/.test(lines[end]!) ? end : undefined;
    // Blocks are told by indentation; a list may end anywhere.
    if (outermost === "{") return end;
  }
  return at;
}

/** The statement that ends with a line, without the bodies of blocks that are closed in it. */
function statementOf(source: Source, end: number): Statement {
  const { lines, languageId } = source;
  const found = [lines[end]!];
  let at = end;
  while (found.length < STATEMENT_LINES_MAX) {
    const { closers, first } = unmatched(found.join("\n"), languageId);
    const depth = indentOf(lines[at]!).length;
    let above = at - 1;
    if (closers > 0 && first === "}") above = lineAbove(lines, at, depth);
    else if (closers === 0 && isStructural(source)) {
      if (!/^\s*(?:else|elif|except|finally)\b/.test(lines[at]!)) break;
      above = lineAbove(lines, at, depth);
      while (above >= 0 && isWholeComment(source, above)) above = lineAbove(lines, above, depth);
      // Where indentation is structure a block cannot be empty.
      if (above >= 0) found.unshift(`${indentOf(lines[above]!)} pass`);
    } else if (closers === 0 && beginsStatement(source, at)) break;
    if (above < 0) break;
    at = above;
    found.unshift(lines[at]!);
  }
  return { lines: found, at };
}

/** Where lines `at` and above are the end of a comment or of documentation: the line where that begins. */
function behindText({ lines, language }: Source, at: number): number {
  const text = lines[at]!.trimEnd();
  for (const [open, close] of [language?.blockComment ?? ["", ""], ...DOCUMENTATION]) {
    if (close === "" || !text.endsWith(close)) continue;
    const inLine = text.slice(0, -close.length).lastIndexOf(open);
    if (inLine >= 0 || (open === close && language?.indentationIsStructure !== true)) continue;
    for (let above = at - 1; above >= Math.max(0, at - TEXT_LINES_MAX); above--) {
      if (lines[above]!.includes(open)) return above;
    }
  }
  return at;
}

/** The next line above that is not deeper. */
function lineAbove(lines: readonly string[], at: number, depth: number): number {
  let above = at - 1;
  while (above >= 0 && (lines[above]!.trim() === "" || indentOf(lines[above]!).length > depth)) above--;
  return above;
}

/** Whether a line of a language with braces begins a statement, told by itself and the line above. */
function beginsStatement(source: Source, at: number): boolean {
  const line = source.lines[at]!.trim();
  if (/^(?:else|catch|finally)\b/.test(line)) return false;
  const above = source.lines[at - 1]?.trimEnd();
  if (above === undefined || above === "" || !isCode(source, at - 1)) return true;
  if (isDirective(source, at - 1) || /^\s*@[\w.]+(?:\(.*\))?$/.test(above)) return true;
  if (/(?:[;{}([,:]|=>)\s*(?:\/\/.*|\/\*.*\*\/)?$/.test(above)) return true;
  if (line.startsWith("{")) return false;
  const [own, its] = [indentOf(source.lines[at]!).length, indentOf(above).length];
  return own <= its && !/^(?:[.?:&|+*/=<>,)\]]|-[^-])/.test(line);
}

/** Brackets of a text that have no partner in it. */
function unmatched(
  text: string,
  languageId: string,
): { readonly openers: number; readonly outermost: string; readonly closers: number; readonly first: string } {
  const open: string[] = [];
  let closers = 0;
  let first = "";
  if (/[()[\]{}]/.test(text)) {
    for (const { char } of scanBrackets(text, languageId).brackets) {
      if (!isCloser(char)) open.push(char);
      else if (open.length > 0 && CLOSING[open.at(-1)!] === char) open.pop();
      else if (closers++ === 0) first = char;
    }
  }
  return { openers: open.length, outermost: open[0] ?? "", closers, first };
}

/** Labels and lines of the preprocessor stand less deep than what they belong to. */
function isLabel(source: Source, at: number): boolean {
  const line = source.lines[at]!;
  return (
    !isStructural(source) &&
    (isDirective(source, at) || /^\s*[A-Za-z_]\w*(?: \w+)?\s*:\s*$/.test(line)) &&
    !/^\s*(?:case\b|default\b|else\b|try\b|finally\b|except\b)/.test(line)
  );
}

/** A line of the preprocessor, or attributes. In JavaScript a private name begins so. */
function isDirective({ lines, languageId }: Source, at: number): boolean {
  return /^\s*#/.test(lines[at]!) && !/^(?:java|type)script/.test(languageId);
}

function isStructural({ language }: Source): boolean {
  return language?.indentationIsStructure === true;
}

/** Whether a line is neither blank nor, as far as it shows, a comment or in one. */
function isCode({ lines, language }: Source, at: number): boolean {
  const text = lines[at]!.trim();
  if (text === "") return false;
  const marks = [language?.lineComment, language?.blockComment?.[0], language?.blockComment && "*"];
  if (marks.some((mark) => mark !== undefined && text.startsWith(mark))) return false;
  return (
    language?.blockComment === undefined ||
    !text.endsWith(language.blockComment[1]) ||
    text.includes(language.blockComment[0])
  );
}

function isWholeComment({ lines, language }: Source, at: number): boolean {
  return language?.lineComment !== undefined && lines[at]!.trim().startsWith(language.lineComment);
}

/**
 * Makes a piece of a document parsable by itself: only the lines that hold the place open (the heads of the enclosing
 * blocks and of the statement before) stand before it, and what it leaves open is closed behind it. So the parser reads
 * forty lines instead of a file, and finds the same tree.
 */
import { scanBrackets, CLOSING } from "../code/brackets.ts";
import { indentOf } from "../code/indent.ts";
import { type Language, languageById } from "../code/languages.ts";
import type { Parse } from "../code/syntax.ts";
import type { Region } from "./region.ts";

/** Lines above that are looked at for heads. */
const LINES_ABOVE_MAX = 400;
/** Deeper nesting is cut from outside. */
const HEADS_MAX = 12;

export interface Snippet extends Region {
  /** Closers that were put behind the region. */
  readonly closers: string;
}

/** The place before a text, reduced: parse it together with any text for that place. */
export interface Surroundings {
  readonly languageId: string;
  /** Heads of what is open, outermost first, each with its line end; then the cursor's own line so far. */
  readonly head: string;
  /** The same without the statement right above, which may be the end of something longer. */
  readonly bareHead: string;
}

/** `prefix`: the document up to where the text begins. */
export function surroundingsOf(prefix: string, languageId: string): Surroundings {
  const lineStart = prefix.lastIndexOf("\n") + 1;
  const lines = prefix
    .slice(0, Math.max(0, lineStart - 1))
    .split("\n")
    .slice(-LINES_ABOVE_MAX);
  const own = prefix.slice(lineStart);
  const language = languageById(languageId);
  const headOf = (withSibling: boolean): string =>
    (lineStart === 0 ? [] : headLines(lines, own, language, withSibling)).map((line) => `${line}\n`).join("") + own;
  return { languageId, head: headOf(true), bareHead: headOf(false) };
}

/** Parses `text` in its surroundings; undefined where there is no grammar for it. */
export function parseSnippet(parse: Parse, surroundings: Surroundings, text: string): Snippet | undefined {
  const { head, bareHead, languageId } = surroundings;
  const snippet = parseBehind(parse, head, text, languageId);
  if (!snippet || snippet.tree.errors === 0 || bareHead === head) return snippet;
  const bare = parseBehind(parse, bareHead, text, languageId);
  return bare && bare.tree.errors < snippet.tree.errors ? bare : snippet;
}

function parseBehind(parse: Parse, head: string, text: string, languageId: string): Snippet | undefined {
  const grammar = languageById(languageId)?.grammar;
  if (!grammar) return undefined;
  const closers = closersOf(head + text, languageId);
  const tree = parse(grammar, head + text + closers);
  return tree && { tree, start: head.length, end: head.length + text.length, closers };
}

/**
 * Walks up by indentation: a line less deep than everything below it is the head of a block that holds the place. A
 * head that begins with a closer (`} else {`, `) {`) brings the line that it belongs to.
 */
function headLines(
  lines: readonly string[],
  own: string,
  language: Language | undefined,
  withSibling: boolean,
): string[] {
  const byIndentation = language?.indentationIsStructure === true;
  const heads: string[] = [];
  let at = lines.length - 1;
  while (at >= 0 && lines[at]!.trim() === "") at--;
  if (at < 0) return heads;
  let limit = own.trim() === "" && own !== "" ? own.length : indentOf(lines[at]!).length;
  // The statement right above comes along, as what the place's first line is next to.
  limit = Math.max(limit, indentOf(lines[at]!).length) + (withSibling || opensBlock(lines[at]!) ? 1 : 0);
  for (; at >= 0 && heads.length < HEADS_MAX; at--) {
    const line = lines[at]!;
    const depth = indentOf(line).length;
    if (line.trim() === "" || depth >= limit) continue;
    // A comment that is not indented says nothing about blocks.
    if (depth < limit - 1 && isComment(line, language)) continue;
    heads.unshift(line);
    if (belongsToLineAbove(line, byIndentation)) {
      const first = firstLineOf(lines, at, depth, byIndentation);
      heads.unshift(...first.lines);
      at = first.at;
    }
    limit = depth;
    if (limit === 0) break;
  }
  return heads;
}

function opensBlock(line: string): boolean {
  return /[{([:]\s*$/.test(line);
}

function isComment(line: string, language: Language | undefined): boolean {
  const text = line.trimStart();
  const marks = [language?.lineComment, language?.blockComment?.[0], "*"];
  return marks.some((mark) => mark !== undefined && text.startsWith(mark));
}

function belongsToLineAbove(line: string, byIndentation: boolean): boolean {
  const text = line.trimStart();
  if (/^[)\]}]/.test(text)) return true;
  return byIndentation ? /^(?:else|elif|except|finally)\b/.test(text) : /^(?:else|catch|finally)\b/.test(text);
}

/** The line of the same depth that `lines[at]` continues, with a word of body where the language needs one. */
function firstLineOf(
  lines: readonly string[],
  at: number,
  depth: number,
  byIndentation: boolean,
): { readonly lines: readonly string[]; readonly at: number } {
  const found: string[] = [];
  let deeper: string | undefined;
  for (let above = at - 1; above >= 0; above--) {
    const line = lines[above]!;
    if (line.trim() === "") continue;
    const itsDepth = indentOf(line).length;
    if (itsDepth > depth) {
      deeper = line;
      continue;
    }
    if (itsDepth < depth) return { lines: found, at };
    if (byIndentation && deeper !== undefined) found.unshift(`${indentOf(deeper)}pass`);
    found.unshift(line);
    deeper = undefined;
    if (!belongsToLineAbove(line, byIndentation)) return { lines: found, at: above };
    at = above;
  }
  return { lines: found, at };
}

function closersOf(text: string, languageId: string): string {
  const open: string[] = [];
  for (const { char } of scanBrackets(text, languageId).brackets) {
    const closer = CLOSING[char];
    if (closer !== undefined) open.push(closer);
    else if (open.at(-1) === char) open.pop();
  }
  return open.length === 0 ? "" : `\n${open.reverse().join("\n")}`;
}

/**
 * One reading of a file: its syntax tree with the questions that conventions ask of it (children, neighbours, lines),
 * and the sites found so far. Nodes are indexes into the tree's arrays.
 */
import type { SyntaxTree } from "../../code/syntax.ts";

/** The file that a text belongs to. */
export interface SourceFile {
  /** Relative to its project, "/" between names. */
  readonly path: string;
  /** The editor's identifier, e.g. "typescriptreact". */
  readonly languageId: string;
}

/** One place where code could have been written otherwise, and how it was written. */
export interface ConventionSite {
  /** E.g. "quotes". */
  readonly attribute: string;
  /** E.g. "single". */
  readonly value: string;
  /** Where it begins, in the text; {@link WHOLE_FILE} for what the file as a whole shows. */
  readonly offset: number;
}

export const WHOLE_FILE = -1;

export class SourceView {
  readonly tree: SyntaxTree;
  readonly text: string;
  readonly file: SourceFile;
  readonly isTest: boolean;
  readonly sites: ConventionSite[] = [];
  readonly lineStarts: Int32Array;

  constructor(tree: SyntaxTree, file: SourceFile) {
    this.tree = tree;
    this.text = tree.text;
    this.file = file;
    this.isTest = isTestPath(file.path);
    this.lineStarts = lineStartsOf(tree.text);
  }

  /** Notes how `node` was written. */
  site(attribute: string, value: string, node: number): void {
    this.siteAt(attribute, value, this.tree.starts[node]!);
  }

  /** Notes how the file as a whole is written, or called. */
  fileSite(attribute: string, value: string): void {
    this.siteAt(attribute, value, WHOLE_FILE);
  }

  siteAt(attribute: string, value: string, offset: number): void {
    this.sites.push({ attribute, value, offset });
  }

  /** The node's type as the grammar names it; "" for no node. */
  type(node: number | undefined): string {
    return node === undefined ? "" : this.tree.types[node]!;
  }

  /** The node's text; "" for no node. */
  textOf(node: number | undefined): string {
    return node === undefined ? "" : this.text.slice(this.tree.starts[node], this.tree.ends[node]);
  }

  start(node: number): number {
    return this.tree.starts[node]!;
  }

  /** Behind the node; a line break that a grammar counts to its comments is left out. */
  end(node: number): number {
    const end = this.tree.ends[node]!;
    return this.text.charCodeAt(end - 1) === 10 && end - 1 > this.tree.starts[node]! ? end - 1 : end;
  }

  /** Undefined above the root. */
  parent(node: number | undefined): number | undefined {
    const parent = node === undefined ? -1 : this.tree.parents[node]!;
    return parent < 0 ? undefined : parent;
  }

  children(node: number | undefined): number[] {
    if (node === undefined) return [];
    const children: number[] = [];
    const { nodeEnds } = this.tree;
    for (let child = node + 1; child < nodeEnds[node]!; child = nodeEnds[child]!) children.push(child);
    return children;
  }

  /** The first child that is of one of the types (separated by spaces). */
  child(node: number | undefined, types: string): number | undefined {
    if (node === undefined) return undefined;
    const { nodeEnds, types: all } = this.tree;
    for (let child = node + 1; child < nodeEnds[node]!; child = nodeEnds[child]!) {
      if (isOneOf(all[child]!, types)) return child;
    }
    return undefined;
  }

  /** The child that a chain of types leads to, each below the last. */
  descend(node: number | undefined, ...path: readonly string[]): number | undefined {
    return path.reduce<number | undefined>((at, types) => this.child(at, types), node);
  }

  firstChild(node: number): number | undefined {
    return this.tree.nodeEnds[node]! > node + 1 ? node + 1 : undefined;
  }

  lastChild(node: number): number | undefined {
    return this.children(node).at(-1);
  }

  next(node: number | undefined): number | undefined {
    const parent = this.parent(node);
    if (parent === undefined) return undefined;
    const next = this.tree.nodeEnds[node!]!;
    return next < this.tree.nodeEnds[parent]! ? next : undefined;
  }

  previous(node: number | undefined): number | undefined {
    const parent = this.parent(node);
    if (parent === undefined || node! - 1 === parent) return undefined;
    let previous = node! - 1;
    while (this.tree.parents[previous] !== parent) previous = this.tree.parents[previous]!;
    return previous;
  }

  isComment(node: number | undefined): boolean {
    return this.type(node).includes("comment");
  }

  /** Whether the node is of one of the types (separated by spaces). */
  is(node: number | undefined, types: string): boolean {
    return node !== undefined && isOneOf(this.tree.types[node]!, types);
  }

  /** Children that mean something: no marks, no comments, and what a list node holds in place of the list. */
  statements(block: number | undefined): number[] {
    return this.children(block).flatMap((child) => {
      const type = this.tree.types[child]!;
      if (type === "statement_list") return this.statements(child);
      return isMark(type) || type.includes("comment") ? [] : [child];
    });
  }

  /** Children without marks, keywords of one sign and comments. */
  parts(node: number | undefined): number[] {
    return this.children(node).filter((child) => {
      const type = this.tree.types[child]!;
      return !isMark(type) && !type.includes("comment");
    });
  }

  hasText(node: number | undefined, text: string): boolean {
    if (node === undefined) return false;
    const start = this.tree.starts[node]!;
    return this.tree.ends[node]! - start === text.length && this.text.startsWith(text, start);
  }

  hasTextAt(offset: number, text: string): boolean {
    return this.text.startsWith(text, offset);
  }

  /** The nearest node above that is of one of the types. */
  ancestor(node: number, types: string): number | undefined {
    for (let at = this.parent(node); at !== undefined; at = this.parent(at)) if (this.is(at, types)) return at;
    return undefined;
  }

  /** Whether a node of one of the types lies below; `except`: types that are not looked into. */
  contains(node: number, types: string, except = ""): boolean {
    const { nodeEnds, types: all } = this.tree;
    for (let at = node + 1; at < nodeEnds[node]!;) {
      const type = all[at]!;
      if (isOneOf(type, types)) return true;
      at = except !== "" && isOneOf(type, except) ? nodeEnds[at]! : at + 1;
    }
    return false;
  }

  /** From 0. */
  line(offset: number): number {
    let low = 0;
    let high = this.lineStarts.length;
    while (high - low > 1) {
      const middle = (low + high) >> 1;
      if (this.lineStarts[middle]! <= offset) low = middle;
      else high = middle;
    }
    return low;
  }

  startLine(node: number): number {
    return this.line(this.tree.starts[node]!);
  }

  endLine(node: number): number {
    return this.line(Math.max(this.tree.starts[node]!, this.end(node) - 1));
  }

  isOneLine(node: number): boolean {
    return this.startLine(node) === this.endLine(node);
  }

  /** Whether only white space stands before the offset on its line. */
  isFirstOnLine(offset: number): boolean {
    for (let at = offset - 1; at >= 0; at--) {
      const code = this.text.charCodeAt(at);
      if (code === 10) return true;
      if (code !== 32 && code !== 9) return false;
    }
    return true;
  }

  /** Whether only white space follows the offset on its line. */
  isLastOnLine(offset: number): boolean {
    for (let at = offset; at < this.text.length; at++) {
      const code = this.text.charCodeAt(at);
      if (code === 10) return true;
      if (code !== 32 && code !== 9) return false;
    }
    return true;
  }

  /** The white space that the line of the offset begins with. */
  indentAt(offset: number): string {
    const start = this.lineStarts[this.line(offset)]!;
    let end = start;
    while (end < this.text.length && isBlankCode(this.text.charCodeAt(end))) end++;
    return this.text.slice(start, end);
  }

  /** Whether a space or tab stands right before the offset. */
  isSpaceBefore(offset: number): boolean {
    return offset > 0 && isBlankCode(this.text.charCodeAt(offset - 1));
  }

  isSpaceAt(offset: number): boolean {
    return isBlankCode(this.text.charCodeAt(offset));
  }

  /** Empty lines directly behind the line of the offset. */
  blankLinesAfter(offset: number): number {
    let line = this.line(offset) + 1;
    let blank = 0;
    while (line < this.lineStarts.length - 1 && this.isBlankLine(line)) {
      blank++;
      line++;
    }
    return blank;
  }

  isBlankLine(line: number): boolean {
    return this.isLastOnLine(this.lineStarts[line]!);
  }
}

/** Offsets at which lines begin. */
export function lineStartsOf(text: string): Int32Array {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return Int32Array.from(starts);
}

/** Whether a file holds tests, by its name or folder. */
export function isTestPath(path: string): boolean {
  return TEST_PATH.test(path);
}

const TEST_PATH =
  /(?:^|\/)(?:tests?|__tests__|specs?|unittests?|testing|[\w.]+[._-]tests?)\/|[._-](?:tests?|spec)\.\w+$|(?:^|\/)(?:test_|conftest)[^/]*$|(?:Tests?|TestCase|Spec)\.\w+$/;

/** `types` holds names separated by spaces. */
function isOneOf(type: string, types: string): boolean {
  if (!types.includes(" ")) return type === types;
  const at = types.indexOf(type);
  if (at < 0) return false;
  const before = at === 0 || types.charCodeAt(at - 1) === 32;
  const after = at + type.length === types.length || types.charCodeAt(at + type.length) === 32;
  return (before && after) || ` ${types} `.includes(` ${type} `);
}

/** Types of marks are the marks themselves. */
function isMark(type: string): boolean {
  const code = type.charCodeAt(0);
  return !((code >= 97 && code <= 122) || (code >= 65 && code <= 90) || code === 95);
}

function isBlankCode(code: number): boolean {
  return code === 32 || code === 9;
}

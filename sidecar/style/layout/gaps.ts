/**
 * What stands between the tokens of a text: white space, line breaks, and the marks that many languages leave to taste
 * (a trailing comma, a closing semicolon). A *gap* is one such place, described by where it stands in the syntax tree,
 * because that is what layout depends on: "between `)` and the block of an if statement".
 */
import { childToward, commonAncestor, isOpaque, type SyntaxTree } from "../../code/syntax.ts";
import { isIndent } from "../../code/indent.ts";
import { ChoiceKeys } from "./choice-keys.ts";

export type Mark = "" | "," | ";";

export interface Gap {
  /** Nodes on both sides; `left` is -1 at the very beginning, `right` -1 at the end. */
  readonly left: number;
  readonly right: number;
  /** Offsets of the text between them. */
  readonly start: number;
  readonly end: number;
  readonly mark: Mark;
  /** Line breaks: 0, 1, or more with blank lines. */
  readonly breaks: number;
  /** Spaces before the mark, and between mark (or left side) and right side, where there is no break. */
  readonly spaceBeforeMark: number;
  readonly space: number;
  /** Holds something else (a line continuation, a second mark): left as it is. */
  readonly isFixed: boolean;
  /** The nearest node around both sides. */
  readonly node: number;
  readonly context: GapContext;
}

/** Where a gap stands: node types, as the grammar names them. The same object for gaps that are alike. */
export interface GapContext {
  /** The nearest node around both sides, and its parent. */
  readonly nodeType: string;
  readonly parentType: string;
  /** The children of that node on both sides. */
  readonly leftChild: string;
  readonly rightChild: string;
  /** The tokens themselves: marks and keywords by their text, all else by its type. */
  readonly leftToken: string;
  readonly rightToken: string;
  /** The innermost statement or member that ends with the left side: it is what a mark would close. */
  readonly closed: string;
  /** The left side is the first child of the node, the right side its last. */
  readonly atStart: boolean;
  readonly atEnd: boolean;
  /** The right side opens braces that are closed on the same line. */
  readonly opensFlat: boolean;
  /** One side is a comment, or a line of the preprocessor. */
  readonly isBesideComment: boolean;
  readonly isBesideDirective: boolean;
  /** Which place of its node it is, as far as the tokens beside it tell. */
  readonly role: string;
  readonly kind: GapKind;
}

export interface Gaps {
  readonly tree: SyntaxTree;
  /** Tokens that are no optional mark, in order. */
  readonly solids: readonly number[];
  /** `gaps[i]` stands before `solids[i]`; one more at the end. */
  readonly gaps: readonly Gap[];
}

const MARKS: ReadonlySet<string> = new Set([",", ";"]);

/** Reads the gaps between the tokens that begin in [start, end); the first one reaches back to the token before. */
export function readGaps(tree: SyntaxTree, start = 0, end = tree.text.length): Gaps {
  const solids: number[] = [];
  const gaps: Gap[] = [];
  let left = -1;
  let mark: Mark = "";
  let markNode = -1;
  let extra = false;
  for (const leaf of tree.leaves) {
    const at = tree.starts[leaf]!;
    if (at >= end) {
      if (solids.length > 0 || left >= 0) gaps.push(createGap(tree, left, leaf, mark, markNode, extra));
      return { tree, solids, gaps };
    }
    const type = tree.types[leaf]!;
    const isMark = MARKS.has(type) && !isBody(tree, leaf);
    if (isMark && left >= 0 && markNode < 0) {
      mark = type as Mark;
      markNode = leaf;
      continue;
    }
    if (isMark && markNode >= 0) extra = true;
    if (at >= start) {
      gaps.push(createGap(tree, left, leaf, mark, markNode, extra));
      solids.push(leaf);
    }
    left = leaf;
    mark = "";
    markNode = -1;
    extra = false;
  }
  gaps.push(createGap(tree, left, -1, mark, markNode, extra));
  return { tree, solids, gaps };
}

/** Whether a semicolon is all that a loop or a branch does. */
function isBody({ types, parents }: SyntaxTree, leaf: number): boolean {
  const statement = parents[leaf]!;
  return types[statement] === "empty_statement" && !isBlockLike(types[parents[statement]!]!);
}

function createGap(tree: SyntaxTree, left: number, right: number, mark: Mark, markNode: number, extra: boolean): Gap {
  const { text } = tree;
  const start = left < 0 ? 0 : tree.ends[left]!;
  const end = right < 0 ? text.length : tree.starts[right]!;
  const node = left < 0 || right < 0 ? 0 : commonAncestor(tree, left, right);
  const context = contextOf(tree, node, left, right);
  // Nearly all gaps hold nothing, or one space.
  if (mark === "" && !extra && (start === end || (start + 1 === end && text[start] === " "))) {
    const space = end - start;
    return { left, right, start, end, mark, breaks: 0, spaceBeforeMark: 0, space, isFixed: false, node, context };
  }
  const before = mark === "" ? "" : text.slice(start, tree.starts[markNode]);
  const after = mark === "" ? text.slice(start, end) : text.slice(tree.ends[markNode], end);
  const isFixed = extra || /\S/.test(after) || /[\S\n]/.test(before);
  const breaks = count(isFixed ? text.slice(start, end) : after, "\n");
  const space = breaks > 0 ? 0 : after.length;
  return { left, right, start, end, mark, breaks, spaceBeforeMark: before.length, space, isFixed, node, context };
}

function contextOf(tree: SyntaxTree, node: number, left: number, right: number): GapContext {
  const leftChild = left < 0 ? -1 : childToward(tree, node, left);
  const rightChild = right < 0 ? -1 : childToward(tree, node, right);
  const nodeType = tree.types[node]!;
  const parentType = tree.types[tree.parents[node]!] ?? "";
  const leftType = tree.types[leftChild] ?? "";
  const rightType = tree.types[rightChild] ?? "";
  const leftToken = tokenOf(tree, left);
  const rightToken = tokenOf(tree, right);
  const closed = left < 0 ? "" : closedBy(tree, left, leftChild);
  const atStart = leftChild === node + 1;
  const atEnd = rightChild >= 0 && tree.nodeEnds[rightChild] === tree.nodeEnds[node];
  const opensFlat = right >= 0 && tree.types[right] === "{" && isFlat(tree, tree.parents[right]!);
  const flags = (atStart ? 1 : 0) + (atEnd ? 2 : 0) + (opensFlat ? 4 : 0);
  if (contexts.size >= CONTEXTS_MAX || characters.size >= CHARACTERS_MAX) {
    contexts.clear();
    characters.clear();
  }
  const id = String.fromCharCode(
    flags,
    characterOf(nodeType),
    characterOf(parentType),
    characterOf(leftType),
    characterOf(rightType),
    characterOf(leftToken),
    characterOf(rightToken),
    characterOf(closed),
  );
  let context = contexts.get(id);
  if (!context) {
    context = {
      nodeType,
      parentType,
      leftChild: leftType,
      rightChild: rightType,
      leftToken,
      rightToken,
      closed,
      atStart,
      atEnd,
      opensFlat,
      isBesideComment: leftToken.startsWith("comment") || rightToken.startsWith("comment"),
      isBesideDirective: isDirective(nodeType) || isDirective(leftType) || isDirective(rightType),
      role: roleAt(nodeType, leftToken, rightToken, atStart, atEnd),
      kind: new GapKind(),
    };
    contexts.set(id, context);
  }
  return context;
}

/** Contexts that are held, by a character for each of their names. */
const contexts = new Map<string, GapContext>();
const CONTEXTS_MAX = 20_000;
const characters = new Map<string, number>();
/** With those of one more context they still fit into 16 bits. */
const CHARACTERS_MAX = 65_000;

function characterOf(name: string): number {
  let character = characters.get(name);
  if (character === undefined) characters.set(name, (character = characters.size));
  return character;
}

/** Gaps that are alike, and what is worked out for them once. */
export class GapKind {
  readonly #keys: (ChoiceKeys | undefined)[] = [];

  /** The keys with this number; `make` must give the same for all gaps of the kind. */
  keys(number: number, make: () => readonly string[]): ChoiceKeys {
    return (this.#keys[number] ??= ChoiceKeys.of(make()));
  }
}

/** At brackets it is the same place whatever stands inside of them, at an operator whichever it is. */
function roleAt(nodeType: string, left: string, right: string, atStart: boolean, atEnd: boolean): string {
  if (nodeType.startsWith("binary_")) return OPERATOR.test(left) ? "behind operator" : "before operator";
  const before = atEnd && /^[)\]}>]$/.test(right) ? "" : markOf(left);
  const behind = atStart && /^[([{<]$/.test(left) ? "" : markOf(right);
  return `${atStart ? "start" : ""}${before} ${behind}${atEnd ? "end" : ""}`;
}

const OPERATOR = /^(?:[-+*/%&|^<>=!?~]+|and|or|in|is|instanceof)$/;

/** A token that is punctuation; nothing for all others. */
function markOf(token: string): string {
  return /^[^\w\s]+$/.test(token) ? token : "";
}

function isDirective(type: string): boolean {
  return type.startsWith("preproc") || type.startsWith("#");
}

function isFlat({ text, starts, ends }: SyntaxTree, node: number): boolean {
  const end = text.indexOf("\n", starts[node]);
  return end < 0 || end >= ends[node]!;
}

function closedBy(tree: SyntaxTree, left: number, leftChild: number): string {
  for (let node = left; node > leftChild; node = tree.parents[node]!) {
    const type = tree.types[node]!;
    if (isStatement(type)) return type;
  }
  return tree.types[leftChild]!;
}

function isStatement(type: string): boolean {
  let is = statements.get(type);
  if (is === undefined) statements.set(type, (is = STATEMENT.test(type)));
  return is;
}

const STATEMENT = /statement$|declaration$|definition$|signature$|_item$/;
/** Answers by type, as of blocks below. */
const statements = new Map<string, boolean>();

/** A token for a key: comments tell their form, strings and names their type. */
function tokenOf(tree: SyntaxTree, leaf: number): string {
  if (leaf < 0) return "";
  const type = tree.types[leaf]!;
  return type.includes("comment") ? `comment${tree.text.slice(tree.starts[leaf], tree.starts[leaf]! + 2)}` : type;
}

/**
 * Where the line begins on which everything inside of `node` hangs. The inside of braces hangs on the statement that
 * they belong to, wherever its last line was broken; that of a literal which begins its line, as in a list, on itself.
 */
export function anchorOf(tree: SyntaxTree, node: number): number {
  const start = tree.starts[node]!;
  if (node === 0 || tree.text[start] !== "{") return start;
  const isLiteral = !isBlockLike(tree.types[node]!);
  return isLiteral && beginsLine(tree.text, start) ? start : tree.starts[tree.parents[node]!]!;
}

export function beginsLine(text: string, offset: number): boolean {
  return text.lastIndexOf("\n", offset - 1) + 1 + indentAt(text, offset).length === offset;
}

/** White space that the line of an offset begins with. */
export function indentAt(text: string, offset: number): string {
  const start = text.lastIndexOf("\n", offset - 1) + 1;
  let end = start;
  while (end < offset && isIndent(text.charCodeAt(end))) end++;
  return text.slice(start, end);
}

/** Whether a token runs over lines and its inside is no code: its lines stay as they are. */
export function isMultiLine(tree: SyntaxTree, leaf: number): boolean {
  return isOpaque(tree.types[leaf]!) && tree.text.slice(tree.starts[leaf], tree.ends[leaf]).includes("\n");
}

function count(text: string, char: string): number {
  let found = 0;
  for (let at = text.indexOf(char); at >= 0; at = text.indexOf(char, at + 1)) found++;
  return found;
}

/** Whether one side is a comment: what stands there depends on what is in it. */
export function isBesideComment({ context }: Gap): boolean {
  return context.isBesideComment;
}

/** Whether people indent by this: all else is alignment. */
export function isStep(indent: string): boolean {
  return indent === "\t" || /^(?: {2,4}| {8})$/.test(indent);
}

/** Nodes that hold statements or members: their breaks do not depend on width. */
export function isBlockLike(type: string): boolean {
  let is = blockLike.get(type);
  if (is === undefined) blockLike.set(type, (is = BLOCK.test(type)));
  return is;
}

/** Answers by type, of which grammars have some hundreds: each gap asks several times. */
const blockLike = new Map<string, boolean>();

const BLOCK =
  /^(?:program|module|source_file|translation_unit|compilation_unit|ERROR)$|block|_body$|^suite|compound_statement|declaration_list|^switch|_clause$|preproc/;

/**
 * Code as corrections see it: its solid tokens, and the syntax nodes over them. Comments, blanks, optional commas and
 * semicolons and the kind of quotes are left out: they are layout, and must neither hide a correction nor become one.
 */
import type { Grammar } from "../../code/languages.ts";
import type { SyntaxTree } from "../../code/syntax.ts";
import type { Region } from "../region.ts";

export interface SolidCode {
  readonly region: Region;
  /** What each token says; two strings that differ in their quotes only say the same. */
  readonly keys: readonly string[];
  /** Solid node of each token. */
  readonly tokenNodes: readonly number[];
  /** Types of the nodes with at least one token in the region, in preorder. */
  readonly types: readonly string[];
  /** Index of each in the syntax tree. */
  readonly treeNodes: readonly number[];
  /** Tokens of a node: `firsts` to `lasts`, exclusive. Of nodes that reach out of the region, those within. */
  readonly firsts: readonly number[];
  readonly lasts: readonly number[];
  /** -1 for the root. */
  readonly parents: readonly number[];
  /** Behind the last node of each subtree. */
  readonly nodeEnds: readonly number[];
  /** Whether the node lies in the region with all it has. */
  readonly whole: readonly boolean[];
  /** Whether the node begins in the region, and goes on behind it or may do so. */
  readonly open: readonly boolean[];
  /** Whether the parser understood what the node is part of. */
  readonly sound: readonly boolean[];
}

/** Nodes that hold statements or members: what happens inside is another matter than what happens around. */
export function isBlock(type: string): boolean {
  return BLOCK.test(type);
}

const BLOCK =
  /block|body|compound_statement|suite|^program$|^module$|source_file|translation_unit|compilation_unit|declaration_list/;
/** Grammars without closers: where the text ends, a block might still go on. */
const WITHOUT_CLOSERS: ReadonlySet<Grammar> = new Set(["python"]);

export function solidCode(region: Region): SolidCode {
  const { tree } = region;
  const leaves = solidLeaves(region);
  const keys = leaves.map((leaf) => tokenKey(tree, leaf));
  const code = {
    region,
    keys,
    tokenNodes: new Array<number>(leaves.length),
    types: [] as string[],
    treeNodes: [] as number[],
    firsts: [] as number[],
    lasts: [] as number[],
    parents: [] as number[],
    nodeEnds: [] as number[],
    whole: [] as boolean[],
    open: [] as boolean[],
    sound: [] as boolean[],
  };
  const open: number[] = [];
  let token = 0;
  for (let node = 0; node < tree.types.length && token < leaves.length;) {
    const end = tree.nodeEnds[node]!;
    if (leaves[token]! >= end) {
      node = end;
      continue;
    }
    while (open.length > 0 && tree.nodeEnds[code.treeNodes[open.at(-1)!]!]! <= node) closeNode(code, open, token);
    const solid = code.types.length;
    code.types.push(tree.types[node]!);
    code.treeNodes.push(node);
    code.firsts.push(token);
    code.lasts.push(token);
    code.parents.push(open.at(-1) ?? -1);
    code.nodeEnds.push(solid + 1);
    const begins = tree.starts[node]! >= region.start;
    const ends = tree.ends[node]! <= region.end && !mayGoOn(region, node);
    code.whole.push(begins && ends);
    code.open.push(begins && !ends);
    code.sound.push(tree.types[node] !== "ERROR" && (open.length === 0 || code.sound[open.at(-1)!]!));
    open.push(solid);
    if (leaves[token] === node) {
      code.tokenNodes[token] = solid;
      token++;
      node = end;
    } else {
      node++;
    }
  }
  while (open.length > 0) closeNode(code, open, token);
  return code;
}

/** Whether the node is one token. */
export function isLeaf(code: SolidCode, node: number): boolean {
  return code.nodeEnds[node] === node + 1;
}

/** Whether a leaf's text is the author's choice: a name or a literal, and no keyword or mark of the grammar. */
export function isContent(code: SolidCode, node: number): boolean {
  return isLeaf(code, node) && code.types[node] !== code.keys[code.firsts[node]!];
}

/** Whether nothing closes a block, so that its end is not seen before something else follows. */
export function isWithoutClosers({ region }: SolidCode): boolean {
  return WITHOUT_CLOSERS.has(region.tree.grammar);
}

/** Direct children of a node. */
export function solidChildren(code: SolidCode, node: number): number[] {
  const children: number[] = [];
  const end = code.nodeEnds[node]!;
  for (let child = node + 1; child < end; child = code.nodeEnds[child]!) children.push(child);
  return children;
}

/** Offset in the text where a token starts. */
export function tokenStart(code: SolidCode, token: number): number {
  return code.region.tree.starts[code.treeNodes[code.tokenNodes[token]!]!]!;
}

/** Offset in the text behind a token. */
export function tokenEnd(code: SolidCode, token: number): number {
  return code.region.tree.ends[code.treeNodes[code.tokenNodes[token]!]!]!;
}

/** The tokens from `from` to `to` (exclusive) as one string that equals only itself. */
export function keySequence(code: SolidCode, from: number, to: number): string {
  return to === from + 1 ? code.keys[from]! : code.keys.slice(from, to).join("\0");
}

/** Whether a block reaches the end of the text, which is the end only because nobody wrote on. */
function mayGoOn({ tree, end }: Region, node: number): boolean {
  if (!WITHOUT_CLOSERS.has(tree.grammar) || tree.text.slice(tree.ends[node], end).trim() !== "") return false;
  for (let inner = node; inner < tree.nodeEnds[node]!; inner++) {
    if (isBlock(tree.types[inner]!) && tree.ends[inner] === tree.ends[node]) return true;
  }
  return false;
}

function closeNode(
  code: { lasts: number[]; nodeEnds: number[]; types: string[] },
  open: number[],
  token: number,
): void {
  const node = open.pop()!;
  code.lasts[node] = token;
  code.nodeEnds[node] = code.types.length;
}

function solidLeaves({ tree, start, end }: Region): number[] {
  const { leaves } = tree;
  const solid: number[] = [];
  for (let at = 0; at < leaves.length; at++) {
    const leaf = leaves[at]!;
    if (tree.starts[leaf]! < start) continue;
    if (tree.ends[leaf]! > end) break;
    if (!tree.types[leaf]!.includes("comment") && !isOptional(tree, at)) solid.push(leaf);
  }
  return solid;
}

/** Grammars in which a semicolon changes the meaning of a block's last expression. */
const SEMICOLON_MEANS: ReadonlySet<Grammar> = new Set(["rust"]);
/** Node types whose members may be divided by either mark. */
const EITHER_SEPARATOR = /^(?:object_type|interface_body)$/;

/** A terminating semicolon, or a comma before a closer. */
function isOptional(tree: SyntaxTree, at: number): boolean {
  const leaf = tree.leaves[at]!;
  const type = tree.types[leaf]!;
  if (type !== ";" && type !== ",") return false;
  const parent = tree.types[tree.parents[leaf]!]!;
  if (EITHER_SEPARATOR.test(parent)) return true;
  if (type === ";") return !SEMICOLON_MEANS.has(tree.grammar) && !parent.startsWith("for");
  for (let next = at + 1; next < tree.leaves.length; next++) {
    const nextType = tree.types[tree.leaves[next]!]!;
    if (nextType.includes("comment")) continue;
    // A tuple of one needs its comma.
    return /^[)\]}>]$/.test(nextType) && !(parent.includes("tuple") && isOnlyComma(tree, leaf));
  }
  return false;
}

function isOnlyComma(tree: SyntaxTree, comma: number): boolean {
  const parent = tree.parents[comma]!;
  for (let child = parent + 1; child < comma; child = tree.nodeEnds[child]!) {
    if (tree.types[child] === ",") return false;
  }
  return true;
}

/** Kinds of string that may be written with either quote. */
const EITHER_QUOTE = /^(?:string|raw_string|heredoc|encapsed_string)/;
const QUOTED = /^([A-Za-z]*)('''|"""|'|")([^]*)\2$/;

function tokenKey(tree: SyntaxTree, leaf: number): string {
  const text = tree.text.slice(tree.starts[leaf], tree.ends[leaf]);
  if (!EITHER_QUOTE.test(tree.types[leaf]!)) return text;
  const parts = QUOTED.exec(text);
  return parts ? `${parts[1]!}"${parts[3]!.replaceAll(/\\(["'])/g, "$1")}"` : text;
}

/** Whether tokens are a node, or siblings in a row; `to` is exclusive. */
export function areSiblings(code: SolidCode, from: number, to: number): boolean {
  for (let node = code.tokenNodes[from]!; node >= 0 && code.firsts[node] === from; node = code.parents[node]!) {
    const end = code.nodeEnds[code.parents[node]!] ?? 0;
    let last = node;
    while (last < end && code.lasts[last]! < to) last = code.nodeEnds[last]!;
    if (last < end && code.lasts[last] === to) return true;
  }
  return false;
}

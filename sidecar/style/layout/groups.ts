/**
 * Nodes that may be broken over lines, each with the gaps that are its own, and how wide they would be on one line.
 */
import { childToward, type SyntaxTree } from "../../code/syntax.ts";
import { type Gap, type Gaps, indentAt, isBlockLike } from "./gaps.ts";

/** Chains are told apart by their length up to here: some break by the number of their links. */
const LINKS_MAX = 4;

/** A node with its own gaps: those whose nearest common node it is. */
export interface Group {
  readonly node: number;
  /** Its type, whether it has separators, and the number of links of a chain. */
  readonly kind: string;
  /** Whether it declares members as parameters: what is known of other lists says nothing of it. */
  readonly hasModifiers: boolean;
  /** Indexes of its own gaps. */
  readonly own: readonly number[];
  /** Its first and last solid token. */
  readonly first: number;
  readonly last: number;
}

/** A line: what it is indented by, and how many columns follow. */
export interface Line {
  readonly indent: string;
  readonly length: number;
}

/** Complete nodes with gaps of their own, outermost first. */
export function groupsOf({ tree, gaps, solids }: Gaps): Group[] {
  const behind = gaps.at(-1)!;
  const isCutOff = behind.right >= 0 && !isBlockLike(behind.context.nodeType);
  const own = new Map<number, number[]>();
  for (let index = 1; index < solids.length; index++) {
    const { node: around, context } = gaps[index]!;
    // Where the body of a statement begins has nothing to do with width.
    if (isBlockLike(context.rightChild) || isBlockLike(context.leftChild)) continue;
    const node = chainOf(tree, around);
    const known = own.get(node);
    if (known) known.push(index);
    else own.set(node, [index]);
  }
  const groups: Group[] = [];
  for (const [node, indexes] of own) {
    const type = tree.types[node]!;
    if (isBlockLike(type)) continue;
    let first = indexes[0]! - 1;
    while (first > 0 && tree.starts[solids[first - 1]!]! >= tree.starts[node]!) first--;
    let last = indexes.at(-1)!;
    const end = endOf(
      tree,
      node,
      indexes.some((index) => gaps[index]!.mark === ";"),
    );
    while (last + 1 < solids.length && tree.ends[solids[last + 1]!]! <= end) last++;
    // A node that reaches out of the text is not known whole.
    if (tree.starts[solids[first]!] !== tree.starts[node] || tree.ends[solids[last]!]! + 1 < end) continue;
    // What is cut off in the middle is longer than it looks.
    if (last === solids.length - 1 && isCutOff) continue;
    const separators = indexes.filter((index) => roleOf(gaps[index]!) === "separator").length;
    const hasModifiers = separators > 0 && indexes.some((index) => hasModifier(tree, node, gaps[index]!));
    const kind = hasModifiers ? `${type},modifier` : kindOf(tree, gaps, node, indexes, separators);
    groups.push({ node, kind, hasModifiers, own: indexes, first, last });
  }
  return groups.sort((a, b) => a.node - b.node);
}

/** Where a node ends; with `isHead`, the head of a loop: its body has lines of its own. */
function endOf({ ends, nodeEnds, types }: SyntaxTree, node: number, isHead: boolean): number {
  let end = ends[node]!;
  for (let child = node + 1; isHead && child < nodeEnds[node]!; child = nodeEnds[child]!) {
    if (nodeEnds[child] === nodeEnds[node] && isBlockLike(types[child]!)) return end;
    end = ends[child]!;
  }
  return end;
}

/**
 * Its type; whether it has separators, or else holds a single token only; and of a chain its length and how many of its
 * links are calls, since both are what chains are broken by.
 */
function kindOf(
  tree: SyntaxTree,
  gaps: readonly Gap[],
  node: number,
  own: readonly number[],
  separators: number,
): string {
  const type = tree.types[node]!;
  if (separators > 0) return `${type},`;
  const isChain = own.some((index) => gaps[index]!.node !== node);
  if (isChain) {
    let calls = 0;
    for (let link = node; tree.nodeEnds[link]! > link + 1; link++) if (tree.types[link]!.includes("call")) calls++;
    return `${type}*${Math.min(Math.ceil(own.length / 2), LINKS_MAX)}/${Math.min(calls, LINKS_MAX)}`;
  }
  const holdsOne = own.length === 2 && own[1] === own[0]! + 1;
  return holdsOne ? `${type}.` : type;
}

function hasModifier(tree: SyntaxTree, node: number, { right }: Gap): boolean {
  return right >= 0 && tree.types[childToward(tree, node, right) + 1]?.endsWith("_modifier") === true;
}

/** Operators and member accesses in a row nest on the left: the outermost stands for all of them. */
function chainOf(tree: SyntaxTree, node: number): number {
  let outermost = node;
  for (let above = tree.parents[node]!, steps = 0; above > 0 && steps < 2; above = tree.parents[above]!) {
    if (tree.starts[above] !== tree.starts[node]) break;
    steps++;
    if (tree.types[above] === tree.types[node]) {
      outermost = above;
      steps = 0;
    }
  }
  return outermost;
}

/** Line on which a node begins, if the node stood on it whole; undefined where it cannot. */
export function flatLine(gaps: Gaps, group: Group, breaksAt: (index: number) => number): Line | undefined {
  const tokens = tokensOf(gaps);
  for (let index = group.first; index <= group.last; index++) {
    if (tokens.isComment[index] === 1 || tokens.spansLines[index] === 1) return undefined;
    if (index === group.first) continue;
    const gap = gaps.gaps[index]!;
    if (gap.isFixed) return undefined;
    if (breaksAt(index) > 0 && isBlockLike(gap.context.nodeType)) return undefined;
  }
  return lineOf(gaps, group, breaksAt, true);
}

/** Line on which a node begins, as it is. */
export function ownLine(gaps: Gaps, group: Group, breaksAt: (index: number) => number): Line {
  return lineOf(gaps, group, breaksAt, false);
}

/** The token with which the line begins on which a node begins. */
export function startOfLine({ first }: Group, breaksAt: (index: number) => number): number {
  let start = first;
  while (start > 0 && breaksAt(start) === 0) start--;
  return start;
}

/**
 * Where on its line a node stands: in a node of which kind, and whether anything but closers comes behind it. With what
 * else could be broken there it changes which one is.
 */
export function spotOf(gaps: Gaps, groups: readonly Group[], at: number, breaksAt: (index: number) => number): string {
  const group = groups[at]!;
  const { tree, solids } = gaps;
  let outer = at - 1;
  while (outer >= 0 && groups[outer]!.last < group.last) outer--;
  const around = groups[outer];
  const kind = around !== undefined && around.own.every((index) => breaksAt(index) === 0) ? around.kind : "";
  let last = group.last;
  while (last + 1 < solids.length && breaksAt(last + 1) === 0) {
    if (!CLOSER.test(tree.types[solids[last + 1]!]!)) return kind;
    last++;
  }
  return `${kind}${AT_END}`;
}

const CLOSER = /^(?:[)\]}>{:]|=>)$/;
/** Ends the name of a spot behind which nothing is left. */
export const AT_END = "$";

function lineOf(gaps: Gaps, group: Group, breaksAt: (index: number) => number, flat: boolean): Line {
  const { tree, solids } = gaps;
  const tokens = tokensOf(gaps);
  const start = startOfLine(group, breaksAt);
  const firstStart = tree.starts[solids[start]!]!;
  const indent = indentAt(tree.text, firstStart);
  // A region may begin inside a line: what stands before it counts.
  const lineStart = tree.text.lastIndexOf("\n", firstStart - 1) + 1;
  let length = start === 0 ? firstStart - lineStart - indent.length : 0;
  for (let index = start; index < solids.length; index++) {
    const isInside = flat && index > group.first && index <= group.last;
    if (index > start) {
      const isRemark = index > group.last && tokens.isComment[index] === 1;
      // A remark at the end of a line is let over the edge.
      if ((breaksAt(index) > 0 && !isInside) || isRemark) {
        return { indent, length: length + gaps.gaps[index]!.mark.length };
      }
      const gap = gaps.gaps[index]!;
      length += gap.breaks > 0 ? joinedGap(gap) : gap.end - gap.start;
    }
    length += tokens.lengths[index]!;
    if (tokens.spansLines[index] === 1) return { indent, length };
  }
  return { indent, length: length + gaps.gaps.at(-1)!.mark.length };
}

/** Columns of a broken gap once it is joined: brackets hug, and a trailing comma goes. */
export function joinedGap(gap: Gap): number {
  return joinedSpace(gap) + (gap.context.atEnd && gap.mark === "," ? 0 : gap.mark.length);
}

/** Spaces where a break was, as far as nothing else is learned: brackets and member accesses hug. */
export function joinedSpace({ context }: Gap): number {
  const { leftToken, rightToken } = context;
  return /^[([]$/.test(leftToken) || /^[)\]]$/.test(rightToken) || /^\??\.$/.test(rightToken) ? 0 : 1;
}

/** Columns of a token, or of its first line. */
export function tokenLength(tree: SyntaxTree, leaf: number): number {
  const start = tree.starts[leaf]!;
  const end = tree.ends[leaf]!;
  const line = tree.text.indexOf("\n", start);
  return (line >= 0 && line < end ? line : end) - start;
}

/** What is asked of the solid tokens of a text again and again. */
interface Tokens {
  /** See {@link tokenLength}. */
  readonly lengths: Int32Array;
  readonly spansLines: Uint8Array;
  readonly isComment: Uint8Array;
}

const tokensOfSolids = new WeakMap<readonly number[], Tokens>();

function tokensOf({ tree, solids }: Gaps): Tokens {
  let tokens = tokensOfSolids.get(solids);
  if (!tokens) tokensOfSolids.set(solids, (tokens = measure(tree, solids)));
  return tokens;
}

function measure(tree: SyntaxTree, solids: readonly number[]): Tokens {
  const lengths = new Int32Array(solids.length);
  const spansLines = new Uint8Array(solids.length);
  const isComment = new Uint8Array(solids.length);
  for (const [index, leaf] of solids.entries()) {
    const length = tokenLength(tree, leaf);
    lengths[index] = length;
    if (length < tree.ends[leaf]! - tree.starts[leaf]!) spansLines[index] = 1;
    if (tree.types[leaf]!.includes("comment")) isComment[index] = 1;
  }
  return { lengths, spansLines, isComment };
}

/** Whether a node has a break anywhere. */
export function anyBreak(gaps: Gaps, group: Group): boolean {
  for (let index = group.first + 1; index <= group.last; index++) if (gaps.gaps[index]!.breaks > 0) return true;
  return false;
}

/** Which place of a node a gap is: at its brackets whatever stands inside of them, at an operator whichever it is. */
export function roleOf({ mark, context }: Gap): string {
  return mark !== "" && !context.atEnd ? "separator" : context.role;
}

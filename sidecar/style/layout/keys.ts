/**
 * Names of choices, from general to particular: what a space, a break, a mark or an indentation depends on. Every
 * learned layout fact is filed under these and nothing else.
 */
import type { ChoiceKeys } from "./choice-keys.ts";
import { type Gap, type GapContext, isBlockLike, type Mark } from "./gaps.ts";

const OPENERS: ReadonlySet<string> = new Set(["(", "[", "{", "<"]);
const CLOSERS: ReadonlySet<string> = new Set([")", "]", "}", ">"]);
const POINTER = /^(?:\*|&&?)$/;
const DECLARATOR = /^(?:abstract_)?(?:pointer|reference)_declarator$/;

/** Numbers of choices; one for each mark where that matters. */
const SPACE = { "": 0, ",": 1, ";": 2 };
const DEPTH = { "": 3, ",": 4, ";": 5 };
const BREAK = 6;
const BLANK = 7;
const MARK_IN_LINE = 8;
const MARK_AT_END = 9;

/** How many spaces stand in a gap without a break. */
export function spaceKeys(gap: Pick<Gap, "context" | "mark">): ChoiceKeys {
  return gap.context.kind.keys(SPACE[gap.mark], () => makeSpaceKeys(gap));
}

function makeSpaceKeys({ context: c, mark }: Pick<Gap, "context" | "mark">): string[] {
  if (c.rightToken.startsWith("comment")) return [`space|${c.rightToken}`, `space|${c.nodeType}|${c.rightToken}`];
  // Behind a mark it hardly matters what stood before it.
  const tokens = `${mark === "" ? c.leftToken : mark} ${c.rightToken}`;
  const children = `${c.nodeType} ${c.leftChild} ${c.rightChild}`;
  return [
    ...(mark === "" ? [`space|room|${roomOf(c)}`] : [`space${mark}`, `space${mark}|${c.nodeType}`]),
    `space${mark}|${c.nodeType}|${tokens}`,
    `space${mark}|${children}|${tokens}`,
    `space${mark}|${c.parentType}>${children}|${tokens}`,
  ];
}

/** A gap by its marks alone: inside of brackets and around operators it hardly matters which names and values stand there. */
function roomOf({ nodeType, leftToken, rightToken, rightChild }: GapContext): string {
  // Pointers and references are declared alike, whatever they are of.
  if (DECLARATOR.test(rightChild)) return `declarator|_ ${POINTER.test(rightToken) ? "*" : rightToken}`;
  if (DECLARATOR.test(nodeType) && POINTER.test(leftToken)) return "declarator|* _";
  const [opens, closes] = [OPENERS.has(leftToken), CLOSERS.has(rightToken)];
  const left = (closes && !opens) || isWord(leftToken) ? "_" : leftToken;
  const right = (opens && !closes) || isWord(rightToken) ? "_" : rightToken;
  return `${nodeType}|${left} ${right}`;
}

/** Names, strings and numbers; keywords are told apart. */
function isWord(token: string): boolean {
  return token.length > 2 && (token.endsWith("identifier") || /string|number|literal/.test(token));
}

/** Whether a gap has a line break. */
export function breakKeys({ context }: Gap): ChoiceKeys {
  return context.kind.keys(BREAK, () => makeBreakKeys(context));
}

function makeBreakKeys(c: GapContext): string[] {
  const tokens = `${c.leftToken} ${c.rightToken}`;
  const children = `${c.nodeType} ${c.leftChild} ${c.rightChild}${c.opensFlat ? " flat" : ""}`;
  return [`break|${children}`, `break|${children}|${tokens}`, `break|${c.parentType}>${children}|${tokens}`];
}

/** How many blank lines stand in a gap with a break. */
export function blankKeys({ context: c }: Gap): ChoiceKeys {
  return c.kind.keys(BLANK, () => [`blank|${c.nodeType}|${c.leftChild} ${c.rightChild}`]);
}

/** Which optional mark a gap has; `isBroken`: a line break follows. */
export function markKeys({ context }: Gap, isBroken: boolean): ChoiceKeys {
  const line = isBroken ? "line" : "inline";
  return context.kind.keys(isBroken ? MARK_AT_END : MARK_IN_LINE, () => makeMarkKeys(context, line));
}

function makeMarkKeys(c: GapContext, line: "line" | "inline"): string[] {
  const closer = CLOSERS.has(c.rightToken) || c.rightToken === "" ? c.rightToken : "";
  return [
    // In a block what ends statements is one habit, though not each kind of them ends in a mark.
    ...(isBlockLike(c.nodeType) ? [`mark|${line}|${membersOf(c.nodeType)}`, `mark|${line}|${c.closed}`] : []),
    // In a list all elements have the same.
    ...(isBlockLike(c.nodeType) || !c.atEnd ? [] : [`mark|${line}|in ${c.nodeType}|${closer}`]),
    `mark|${line}|${c.closed}|${closer}`,
    `mark|${line}|${c.nodeType}|${c.closed} ${c.rightChild}|${c.rightToken}`,
  ];
}

/** What a block holds: statements, or members of its own kind. */
function membersOf(block: string): string {
  return /_body$|_list$|class|enum|interface|type/.test(block) ? block : "statements";
}

/** How deep a line stands below the line on which the node around it begins. */
export function depthKeys({ context, mark }: Gap): ChoiceKeys {
  return context.kind.keys(DEPTH[mark], () => makeDepthKeys(context, mark));
}

function makeDepthKeys(c: GapContext, mark: Mark): string[] {
  const children = `${c.leftChild} ${c.rightChild}|${c.rightToken}`;
  // A block of a function may be deeper below its head than one of a statement, whatever is in it.
  if (isBlockLike(c.nodeType)) {
    return [
      `depth|${c.nodeType}|${c.rightChild}`,
      `depth|${c.parentType}>${c.nodeType}|${c.rightChild}`,
      `depth|${c.parentType}>${c.nodeType}|${children}`,
    ];
  }
  // The first element of a list stands as deep as the others, where it has a line of its own.
  const place = c.atEnd ? "end" : c.atStart || mark === "," || OPENERS.has(c.leftToken) ? "element" : "";
  return [
    `depth|${place}`,
    `depth|${c.nodeType}|${c.rightChild}`,
    `depth|${c.nodeType}|${children}`,
    `depth|${c.parentType}>${c.nodeType}|${children}`,
  ];
}

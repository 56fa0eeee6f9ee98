/**
 * Names of choices, from general to particular: what a space, a break, a mark or an indentation depends on. Every
 * learned layout fact is filed under these and nothing else.
 */
import { type Gap, isBlockLike } from "./gaps.ts";

const CLOSERS: ReadonlySet<string> = new Set([")", "]", "}", ">"]);

/** How many spaces stand in a gap without a break. */
export function spaceKeys({ context: c, mark }: Gap): string[] {
  // Behind a mark it hardly matters what stood before it, and before a comment even less.
  const tokens = `${mark === "" ? c.leftToken : mark} ${c.rightToken}`;
  const children = `${c.nodeType} ${c.leftChild} ${c.rightChild}`;
  if (c.rightToken.startsWith("comment")) return [`space|${c.rightToken}`, `space|${c.nodeType}|${c.rightToken}`];
  const keys = [`space${mark}|${children}|${tokens}`, `space${mark}|${c.parentType}>${children}|${tokens}`];
  keys.unshift(`space${mark}|${c.nodeType}|${tokens}`);
  if (mark !== "") keys.unshift(`space${mark}`, `space${mark}|${c.nodeType}`);
  return keys;
}

/** Whether a gap has a line break. */
export function breakKeys({ context: c }: Gap): string[] {
  const tokens = `${c.leftToken} ${c.rightToken}`;
  const children = `${c.nodeType} ${c.leftChild} ${c.rightChild}`;
  return [`break|${children}`, `break|${children}|${tokens}`, `break|${c.parentType}>${children}|${tokens}`];
}

/** How many blank lines stand in a gap with a break. */
export function blankKeys({ context: c }: Gap): string[] {
  return [`blank|${c.nodeType}|${c.leftChild} ${c.rightChild}`];
}

/** Which optional mark a gap has; `isBroken`: a line break follows. */
export function markKeys({ context: c }: Gap, isBroken: boolean): string[] {
  const line = isBroken ? "line" : "inline";
  const closer = CLOSERS.has(c.rightToken) || c.rightToken === "" ? c.rightToken : "";
  return [
    // In a block each kind of statement has its own mark; in a list all elements have the same.
    ...(isBlockLike(c.nodeType) || !c.atEnd ? [] : [`mark|${line}|in ${c.nodeType}|${closer}`]),
    `mark|${line}|${c.closed}|${closer}`,
    `mark|${line}|${c.nodeType}|${c.closed} ${c.rightChild}|${c.rightToken}`,
  ];
}

/** How deep a line stands below the line on which the node around it begins. */
export function depthKeys({ context: c, mark }: Gap): string[] {
  const children = `${c.leftChild} ${c.rightChild}|${c.rightToken}`;
  // A block of a function may be deeper below its head than one of a statement, whatever is in it.
  if (isBlockLike(c.nodeType)) {
    return [
      `depth|${c.nodeType}|${c.rightChild}`,
      `depth|${c.parentType}>${c.nodeType}|${c.rightChild}`,
      `depth|${c.parentType}>${c.nodeType}|${children}`,
    ];
  }
  const place = c.atStart ? "start" : c.atEnd ? "end" : "";
  return [
    `depth|${place}|${mark}`,
    `depth|${c.nodeType}|${c.rightChild}`,
    `depth|${c.nodeType}|${children}`,
    `depth|${c.parentType}>${c.nodeType}|${children}`,
  ];
}

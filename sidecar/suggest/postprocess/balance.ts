/**
 * Which brackets a suggestion closes, and whether it is the one to close them. The text around the cursor is read
 * twice, with and without the suggestion; indentation tells what a missing closer belongs to, because code that is
 * being typed is rarely balanced.
 */
import { indentOf } from "../../code/indent.ts";
import { CLOSING, isCloser, scanBrackets, type Bracket } from "../../code/brackets.ts";
import { columns, isBlank, isProse, type Place, windowBefore, windowBehind } from "./place.ts";

/** Labels stand at or left of the indentation of what they belong to, and so say nothing about its end. */
const LABEL = /^\s*(?:case\b|default\b|(?:public|private|protected|signals|slots)\b.*:|#|@?\w+:\s*$)/;

/** What a suggestion does to the brackets around it. Offsets are in the suggestion. */
export interface Balance {
  /** Its first closer that closes nothing it may close; undefined where all is well. */
  readonly excess: number | undefined;
  /** Closers whose opener is in the suggestion too, with the opener's offset. */
  readonly ownPairs: ReadonlyMap<number, number>;
  /** Its openers that nothing in it closes, outermost first. */
  readonly ownOpeners: string;
  /** Closers that it lacks, in order, e.g. `)]`; empty where the text behind the cursor has them. */
  readonly missing: string;
  /** Whether it ends inside a string or a comment. */
  readonly endsQuoted: boolean;
}

/** What is around a place is read once for all texts that are offered there. */
const WALKS = new WeakMap<Place, Walk>();

/** Judges the brackets of `text` at `place`; undefined for languages where they mean nothing. */
export function balanceOf(text: string, place: Place): Balance | undefined {
  if (isProse(place)) return undefined;
  const bare = WALKS.get(place) ?? walk("", place);
  WALKS.set(place, bare);
  const full = walk(text, place);
  const isFree = (closer: Bracket, index: number): boolean => {
    const open = bare.openAtCursor.at(-1 - index);
    return open !== undefined && CLOSING[open.char] === closer.char && bare.unclosed.has(open.at);
  };
  // What leaves nothing open or closed too often is right, whatever it closes: `}, {` between two elements.
  const isWhole = full.strays <= bare.strays && full.unclosed.size <= bare.unclosed.size;
  const taken = isWhole ? undefined : full.outerClosers.find((closer, index) => !isFree(closer, index))?.at;
  const excess = Math.min(taken ?? Infinity, full.mismatched ?? Infinity);
  const missing = Math.max(0, full.unclosed.size - bare.unclosed.size);
  return {
    excess: excess === Infinity ? undefined : excess,
    ownPairs: full.ownPairs,
    ownOpeners: full.ownOpen.map((open) => open.char).join(""),
    missing: full.ownOpen
      .toReversed()
      .slice(0, missing)
      .map((open) => CLOSING[open.char])
      .join(""),
    endsQuoted: full.endsQuoted,
  };
}

type Owner = "before" | "suggestion" | "behind";

interface Open extends Bracket {
  readonly owner: Owner;
  readonly line: number;
  /** Nothing stands behind it on its line. */
  readonly endsLine: boolean;
  /** Columns of the statement that opened it: text behind that is not deeper does not belong to it. */
  readonly indent: number;
  /** What it holds is not indented (C++ namespaces), so indentation does not tell its end. */
  isFlat: boolean;
}

interface Walk {
  /** Offsets, before the cursor or in the suggestion, of openers that nothing closes. */
  readonly unclosed: ReadonlySet<number>;
  /** What is open at the cursor, outermost first. */
  readonly openAtCursor: readonly Open[];
  /** What the suggestion opened and did not close, outermost first. */
  readonly ownOpen: readonly Open[];
  /** Closers of the suggestion that its own openers do not answer, by offset in it. */
  readonly outerClosers: readonly Bracket[];
  /** How many closers, of the suggestion or behind it, close nothing. */
  readonly strays: number;
  /** A closer of the suggestion that stands against an opener of another kind in it. */
  readonly mismatched: number | undefined;
  readonly ownPairs: ReadonlyMap<number, number>;
  readonly endsQuoted: boolean;
}

/** Goes once over the place with `text` at the cursor, line by line, and notes who closes what. */
function walk(text: string, place: Place): Walk {
  const before = windowBefore(place.prefix);
  const behind = windowBehind(place.suffix);
  const all = before + text + behind;
  const from = before.length;
  const to = from + text.length;
  const scan = scanBrackets(all, place.languageId);

  const stack: Open[] = [];
  const unclosed = new Set<number>();
  const outerClosers: Bracket[] = [];
  const ownPairs = new Map<number, number>();
  let openAtCursor: readonly Open[] | undefined;
  let ownOpen: readonly Open[] | undefined;
  let mismatched: number | undefined;
  let strays = 0;

  const ownerOf = (at: number): Owner => (at < from ? "before" : at < to ? "suggestion" : "behind");
  const passCursor = (owner: Owner): void => {
    if (owner !== "before") openAtCursor ??= [...stack];
    if (owner === "behind") ownOpen ??= stack.filter((open) => open.owner === "suggestion");
  };
  const leaveOpen = (): void => {
    const open = stack.pop()!;
    if (open.owner !== "behind") unclosed.add(open.at);
  };
  const close = (char: string, at: number, owner: Owner): Open | undefined => {
    const top = stack.at(-1);
    const isMatch = top !== undefined && CLOSING[top.char] === char;
    if (owner === "suggestion") {
      const isOwn = top?.owner === "suggestion";
      if (!isOwn) outerClosers.push({ char, at: at - from });
      else if (isMatch) ownPairs.set(at - from, top.at - from);
      else mismatched ??= at - from;
      if (isMatch) return stack.pop();
      strays++;
      return undefined;
    }
    if (!isMatch) {
      const target = stack.findLastIndex((open) => CLOSING[open.char] === char);
      if (target < 0) {
        if (owner === "behind") strays++;
        return undefined;
      }
      while (stack.length > target + 1) leaveOpen();
    }
    return stack.pop();
  };
  /** A line that is no deeper than an opener's statement, and does not begin by closing it, leaves it open for good. */
  const closeByIndentation = (line: string, indent: number, owner: Owner): void => {
    const top = stack.at(-1);
    if (!top || owner === "suggestion" || (owner === "before" && top.indent < indent)) return;
    if (isBlank(line) || LABEL.test(line)) return;
    const first = line.trimStart()[0]!;
    if (owner === "before") {
      if (!isCloser(first) && first !== "{") top.isFlat = true;
      return;
    }
    const target = isCloser(first)
      ? stack.findLastIndex((open) => CLOSING[open.char] === first && open.indent === indent)
      : stack.findLastIndex((open) => open.indent < indent || open.owner === "behind");
    if (target < 0 && isCloser(first)) return;
    while (stack.length > target + 1 && !stack.at(-1)!.isFlat) {
      if (stack.at(-1)!.indent <= indent && isCloser(first)) return;
      leaveOpen();
    }
  };

  let next = 0;
  let lineNumber = 0;
  for (let lineStart = 0; lineStart <= all.length; lineNumber++) {
    const newline = all.indexOf("\n", lineStart);
    const lineEnd = newline < 0 ? all.length : newline;
    const line = all.slice(lineStart, lineEnd);
    let indent = columns(indentOf(line), place);
    if (!scan.isQuoted(lineStart)) {
      const owner = lineStart > to ? "behind" : lineStart > from ? "suggestion" : "before";
      passCursor(owner);
      closeByIndentation(line, indent, owner);
    }
    for (; next < scan.brackets.length && scan.brackets[next]!.at < lineEnd; next++) {
      const { char, at } = scan.brackets[next]!;
      const owner = ownerOf(at);
      passCursor(owner);
      if (char in CLOSING) {
        const top = stack.at(-1);
        // Arguments aligned to an opener are as deep as they like: their statement is where the opener stands.
        const isAligned = top !== undefined && top.line !== lineNumber && !top.endsLine;
        const statement = isAligned ? Math.min(indent, top.indent) : indent;
        const endsLine = isBlank(all.slice(at + 1, lineEnd));
        stack.push({ char, at, owner, line: lineNumber, endsLine, indent: statement, isFlat: false });
      } else {
        // What follows a closer on its line belongs to the statement that the closer ends.
        indent = Math.min(indent, close(char, at, owner)?.indent ?? indent);
      }
    }
    lineStart = lineEnd + 1;
  }
  passCursor("behind");
  // Blocks may end beyond the window; a list that did not end in it never will.
  const isWhole = behind.length === place.suffix.length;
  for (const open of stack) if (open.owner !== "behind" && (isWhole || open.char !== "{")) unclosed.add(open.at);
  return {
    unclosed,
    openAtCursor: openAtCursor ?? [],
    ownOpen: ownOpen ?? [],
    outerClosers,
    strays,
    mismatched,
    ownPairs,
    endsQuoted: scan.isQuoted(to),
  };
}

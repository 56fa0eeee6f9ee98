/**
 * Makes a piece of a document parsable by itself: only the lines that hold the place open (heads.ts) stand before it,
 * and what it leaves open is closed behind it. So the parser reads forty lines instead of a file, and finds the same
 * tree.
 */
import { languageById } from "../code/languages.ts";
import type { Parse } from "../code/syntax.ts";
import { findHeads } from "./heads.ts";
import { isCutOff, tailOf } from "./tails.ts";
import type { Region } from "./region.ts";

/** Lines above that are looked at for heads. */
const LINES_ABOVE_MAX = 400;
/** Errors above which no other surroundings make sense of a text: they change but its ends. */
const LOST = 3;

export interface Snippet extends Region {
  /** The surroundings that it was parsed in. */
  readonly frame: Frame;
  readonly above: string;
}

/** What stands around a text, so that it parses. */
interface Frame {
  readonly head: string;
  /** Whether what is cut off is completed, not only closed. */
  readonly completes: boolean;
}

/** The place before a text, reduced: parse it together with any text for that place. */
export interface Surroundings {
  readonly languageId: string;
  /** The last lines of it: a text of its own, that keeps no whole document in memory. */
  readonly above: string;
  /** Heads of what is open, outermost first, and the statement above, each with its line end; then the cursor's own line so far. */
  readonly head: string;
  /** The same without the statement right above, which may be the end of something longer. */
  readonly bareHead: string;
}

/** `prefix`: the document up to where the text begins. */
export function surroundingsOf(prefix: string, languageId: string): Surroundings {
  const lineStart = prefix.lastIndexOf("\n") + 1;
  const own = prefix.slice(lineStart);
  const lines = lineStart === 0 ? [] : lastLines(prefix.slice(0, lineStart - 1), LINES_ABOVE_MAX);
  const comment = openComment(lines, languageId);
  // Inside of a comment only what is around it matters.
  const { open, sibling } =
    comment === undefined
      ? findHeads(lines, languageId)
      : { open: findHeads(lines.slice(0, comment), languageId).open, sibling: [lines[comment]!] };
  const textOf = (heads: readonly string[]): string => heads.map((line) => `${line}\n`).join("") + own;
  return {
    languageId,
    above: [...lines, own].join("\n"),
    head: textOf([...open, ...sibling]),
    bareHead: textOf(comment === undefined ? open : [...open, ...sibling]),
  };
}

/** The line with which a comment of several lines begins that goes on behind the last one. */
function openComment(lines: readonly string[], languageId: string): number | undefined {
  const [begin, end] = languageById(languageId)?.blockComment ?? [];
  if (begin === undefined || end === undefined || begin === end) return undefined;
  const at = lines.findLastIndex((line) => line.includes(begin) || line.includes(end));
  const line = lines[at];
  // One that begins behind code may as well be in a string.
  const isOpen = line !== undefined && line.lastIndexOf(begin) > line.lastIndexOf(end);
  return isOpen && line.trimStart().startsWith(begin) ? at : undefined;
}

/** The last lines of a text, without looking at those before. */
function lastLines(text: string, count: number): string[] {
  const lines: string[] = [];
  for (let end = text.length; lines.length < count && end >= 0;) {
    const before = end === 0 ? -1 : text.lastIndexOf("\n", end - 1);
    lines.push(text.slice(before + 1, end));
    end = before;
  }
  return lines.reverse();
}

/** Parses `text` in its surroundings; undefined where there is no grammar for it. */
export function parseSnippet(parse: Parse, surroundings: Surroundings, text: string): Snippet | undefined {
  const { head, bareHead, languageId, above } = surroundings;
  const completes = isCutOff(text, languageId);
  const frames: Frame[] = [{ head, completes: false }];
  if (completes) frames.push({ head, completes });
  if (bareHead !== head) frames.push({ head: bareHead, completes });
  let best: Snippet | undefined;
  for (const frame of frames) {
    const snippet = parseInFrame(parse, frame, text, languageId, above);
    if (!snippet || snippet.tree.errors === 0) return snippet;
    if (!best || snippet.tree.errors < best.tree.errors) best = snippet;
    if (best.tree.errors > LOST) break;
  }
  return best;
}

/** Parses another text for the same place just as `snippet` was. */
export function parseLike(
  parse: Parse,
  { frame, above }: Snippet,
  text: string,
  languageId: string,
): Snippet | undefined {
  return parseInFrame(parse, frame, text, languageId, above);
}

function parseInFrame(
  parse: Parse,
  frame: Frame,
  text: string,
  languageId: string,
  above: string,
): Snippet | undefined {
  const grammar = languageById(languageId)?.grammar;
  if (!grammar) return undefined;
  const { head, completes } = frame;
  const tree = parse(grammar, head + text + tailOf(head + text, text, completes, languageId));
  return tree && { tree, start: head.length, end: head.length + text.length, above, frame };
}

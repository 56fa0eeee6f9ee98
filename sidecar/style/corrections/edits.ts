/**
 * The edits that make a right side of a match. What both sides share stays where it is, white space and comments
 * included; only what differs is edited.
 */
import { indentationAt, indentationBehind, writeGap } from "./gap.ts";
import type { Binding, Match } from "./match.ts";
import { flat, type LeftSide, type RightItem, type RightText, wordIn } from "./pattern.ts";
import type { PieceEdit, Stretch } from "./render.ts";
import { type SolidCode, tokenEnd, tokenStart } from "./solid.ts";

/** Undefined where a comment would be lost, something behind the region would change, or nothing would. */
export function editsOf(code: SolidCode, left: LeftSide, match: Match, right: RightText): PieceEdit[] | undefined {
  const items = itemsWithin(left, match, right.items);
  if (!items) return undefined;
  const parts = partsOf(code, left, match);
  const isCut = match.parts < flat(left.run).length;
  return new Editor(code, match, parts, { ...right, items }).edits(
    isCut ? keptToEnd(parts, items) : keptParts(parts, items),
    isCut,
  );
}

/** The same where more is to follow: what the right side ends in stays, so that nothing is written behind it. */
function keptToEnd(parts: readonly Part[], items: readonly RightItem[]): [part: number, item: number][] {
  const last = items.length - 1;
  const end = last < 0 ? -1 : parts.findLastIndex(({ what }) => what === nameOf(items[last]!));
  if (end < 0) return keptParts(parts, items);
  return [...keptParts(parts.slice(0, end), items.slice(0, last)), [end, last]];
}

/** The items for what was matched, where the region ends before the rest of the left side does. */
function itemsWithin(left: LeftSide, match: Match, items: readonly RightItem[]): readonly RightItem[] | undefined {
  const rest = flat(left.run).slice(match.parts);
  const first = items.length - rest.length;
  if (first < 0) return undefined;
  const isSame = rest.every((pattern, at) => {
    const { part } = items[first + at]!;
    if (part.kind === "token") return pattern.kind === "token" && part.key === pattern.key;
    return pattern.kind !== "token" && part.hole === pattern.hole && part.as === "itself";
  });
  return isSame ? items.slice(0, first) : undefined;
}

/** A token or hole of the left side, where it stands. */
interface Part extends Stretch {
  readonly what: number | string;
}

function partsOf(code: SolidCode, left: LeftSide, match: Match): Part[] {
  let token = match.tokenFrom;
  return flat(left.run)
    .slice(0, match.parts)
    .map((pattern) => {
      // A hole that stands twice is as long the second time.
      const binding = pattern.kind === "token" ? undefined : match.bindings[pattern.hole]!;
      const first = token;
      token += binding ? binding.tokenTo - binding.tokenFrom : 1;
      const what = pattern.kind === "token" ? pattern.key : pattern.hole;
      return { what, start: tokenStart(code, first), end: tokenEnd(code, token - 1) };
    });
}

/** What an item is called where parts of both sides are compared. */
function nameOf({ part }: RightItem): number | string {
  if (part.kind === "token") return part.key;
  return part.as === "itself" ? part.hole : "";
}

const HOLE_WEIGHT = 4;

/** Parts that stay where they are: the longest common subsequence of both sides, as pairs of indexes. */
function keptParts(parts: readonly Part[], items: readonly RightItem[]): [part: number, item: number][] {
  const names = items.map(nameOf);
  const width = names.length + 1;
  const best = new Int32Array((parts.length + 1) * width);
  const gain = (row: number, column: number): number => {
    const { what } = parts[row]!;
    if (what !== names[column]) return 0;
    return best[(row + 1) * width + column + 1]! + (typeof what === "number" ? HOLE_WEIGHT : 1);
  };
  for (let row = parts.length - 1; row >= 0; row--) {
    for (let column = names.length - 1; column >= 0; column--) {
      const skipped = Math.max(best[(row + 1) * width + column]!, best[row * width + column + 1]!);
      best[row * width + column] = Math.max(gain(row, column), skipped);
    }
  }
  const kept: [number, number][] = [];
  for (let row = 0, column = 0; row < parts.length && column < names.length;) {
    const here = best[row * width + column]!;
    const gained = gain(row, column);
    if (gained > 0 && gained === here) kept.push([row++, column++]);
    else if (here === best[(row + 1) * width + column]) row++;
    else column++;
  }
  return kept;
}

class Editor {
  readonly #code: SolidCode;
  readonly #match: Match;
  readonly #parts: readonly Part[];
  readonly #right: RightText;
  readonly #start: number;
  readonly #end: number;
  /** What is written before the first item, if it is drawn up to the line before. */
  readonly #lead: string;
  /** Of the line that the result begins on. */
  readonly #indentation: string;
  readonly #edits: PieceEdit[] = [];

  constructor(code: SolidCode, match: Match, parts: readonly Part[], right: RightText) {
    this.#code = code;
    this.#match = match;
    this.#parts = parts;
    this.#right = right;
    const start = tokenStart(code, match.tokenFrom);
    const { tree } = code.region;
    const before = match.tokenFrom > 0 ? tokenEnd(code, match.tokenFrom - 1) : start;
    const isDrawnUp = right.lead !== undefined && /^[ \t]*\r?\n\s*$/.test(tree.text.slice(before, start));
    this.#start = isDrawnUp ? before : start;
    this.#lead = isDrawnUp ? right.lead : "";
    const end = tokenEnd(code, match.tokenTo - 1);
    // With the semicolon that belongs to it.
    this.#end = code.whole[match.last] ? tree.ends[code.treeNodes[match.last]!]! : end + semicolonAt(tree.text, end);
    this.#indentation = indentationAt(code.region.tree.text, this.#start);
  }

  edits(kept: readonly (readonly [part: number, item: number])[], isCut: boolean): PieceEdit[] | undefined {
    const parts = this.#parts;
    const { items } = this.#right;
    if (items.length === 0) return isCut ? undefined : this.#deletion();
    const isEnded = this.#isEnded();
    // What is taken away at the region's end may have had something behind it.
    if (isCut && !isEnded && kept.at(-1)?.[0] !== parts.length - 1) return undefined;
    let part = 0;
    let item = 0;
    for (const [keptPart, keptItem] of [...kept, [parts.length, items.length] as const]) {
      const isChange = part < keptPart || item < keptItem;
      const isBehind = isCut && keptPart === parts.length && (!isEnded || item < keptItem);
      if (isChange && (isBehind || !this.#replace(part, keptPart, item, keptItem))) return undefined;
      part = keptPart + 1;
      item = keptItem + 1;
    }
    return this.#edits.length > 0 ? this.#edits : undefined;
  }

  /** Whether the region ends behind a statement. */
  #isEnded(): boolean {
    const { tree, start, end } = this.#code.region;
    return /[;}]\s*$/.test(tree.text.slice(start, end));
  }

  /** Everything goes, and the white space on one side; a line that held nothing else goes too. */
  #deletion(): PieceEdit[] | undefined {
    const { tree, start: first, end: last } = this.#code.region;
    if (!this.#losesNothing(this.#parts, this.#start, this.#end)) return undefined;
    const before = this.#start - /[ \t]*$/.exec(tree.text.slice(first, this.#start))![0].length;
    const behind = this.#end + /^[ \t]*/.exec(tree.text.slice(this.#end, last))![0].length;
    const isLine = (before === first || tree.text[before - 1] === "\n") && tree.text[behind] === "\n" && behind < last;
    if (isLine) return [{ start: before, end: behind + 1, pieces: [] }];
    const start = this.#right.space === "behind" ? before : this.#start;
    return [{ start, end: this.#right.space === "before" ? behind : this.#end, pieces: [] }];
  }

  /** Puts items in the place of parts; both ends are exclusive. */
  #replace(partFrom: number, partTo: number, itemFrom: number, itemTo: number): boolean {
    const parts = this.#parts;
    const { items } = this.#right;
    const start = partFrom === 0 ? this.#start : parts[partFrom - 1]!.end;
    const end = partTo === parts.length ? this.#end : parts[partTo]!.start;
    if (!this.#losesNothing(parts.slice(partFrom, partTo), start, end)) return false;
    const pieces: (string | Stretch)[] = itemFrom === 0 ? [this.#lead] : [];
    for (let at = itemFrom; at < itemTo; at++) {
      const item = items[at]!;
      if (at > 0) pieces.push(writeGap(item.gap, this.#indentation));
      const piece = this.#pieceOf(item);
      if (piece === undefined) return false;
      pieces.push(piece);
      if (typeof piece !== "string") this.#reindent(item, piece);
    }
    const next = items[itemTo];
    if (next && itemTo > 0) {
      pieces.push(writeGap(next.gap, this.#indentation));
      this.#reindent(next, parts[partTo]!);
    }
    if (partTo === parts.length && end > start) pieces.push(this.#right.tail);
    this.#edits.push({ start, end, pieces });
    return true;
  }

  #pieceOf({ part }: RightItem): string | Stretch | undefined {
    if (part.kind === "token") return part.text;
    const { tokenFrom, tokenTo } = this.#match.bindings[part.hole] as Binding;
    if (part.as === "word") return wordIn(this.#code.keys[tokenFrom]!);
    if (part.as === "string") return `"${this.#code.keys[tokenFrom]!}"`;
    return { start: tokenStart(this.#code, tokenFrom), end: tokenEnd(this.#code, tokenTo - 1) };
  }

  /** What begins on another line or another depth than before takes its further lines along. */
  #reindent({ part, gap }: RightItem, { start, end }: Stretch): void {
    const { text } = this.#code.region.tree;
    const before = indentationAt(text, start);
    const wanted = indentationBehind(gap, this.#indentation);
    if (part.kind === "token" || before === wanted) return;
    for (let at = text.indexOf("\n", start) + 1; at > 0 && at < end; at = text.indexOf("\n", at) + 1) {
      const isMovable = text.startsWith(before, at) && text[at + before.length] !== "\n" && !this.#isInString(at);
      if (isMovable) this.#edits.push({ start: at, end: at + before.length, pieces: [wanted] });
    }
  }

  #isInString(offset: number): boolean {
    for (let token = this.#match.tokenFrom; token < this.#match.tokenTo; token++) {
      if (tokenEnd(this.#code, token) > offset) return tokenStart(this.#code, token) < offset;
    }
    return false;
  }

  /** Whether there is nothing between the parts but white space and optional punctuation. */
  #losesNothing(parts: readonly Part[], start: number, end: number): boolean {
    const { text } = this.#code.region.tree;
    let at = start;
    for (const part of parts) {
      if (!isBlank(text.slice(at, part.start))) return false;
      at = Math.max(at, part.end);
    }
    return isBlank(text.slice(at, end));
  }
}

/** Length of the semicolon at an offset, if there is one. */
function semicolonAt(text: string, offset: number): number {
  return text[offset] === ";" ? 1 : 0;
}

function isBlank(text: string): boolean {
  return /^[\s,;]*$/.test(text);
}

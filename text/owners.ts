/**
 * Who wrote each character of a text, as values: runs of characters with one owner, carried through edits. The owner is
 * the name of a generation, or undefined for the developer (and for all that was there before).
 */
import { alignTokens } from "./align.ts";
import { isSpace, withoutSpace } from "./carry.ts";
import type { Edit, Range } from "./edit.ts";

export type Owner = string | undefined;

/** `length` code units of one owner. */
export interface Run {
  readonly length: number;
  readonly owner: Owner;
}

/** Runs in order, none empty, neighbours of different owners; their lengths add up to the text's. */
export type Owners = readonly Run[];

/** A text of `length` code units that has one owner. */
export function ownedBy(owner: Owner, length: number): Owners {
  return length === 0 ? [] : [{ length, owner }];
}

export function joinOwners(...parts: readonly Owners[]): Owners {
  const joined: { length: number; owner: Owner }[] = [];
  for (const part of parts) {
    for (const { length, owner } of part) {
      const last = joined.at(-1);
      if (last && last.owner === owner) last.length += length;
      else if (length > 0) joined.push({ length, owner });
    }
  }
  return joined;
}

export function sliceOwners(owners: Owners, { start, end }: Range): Owners {
  const slice: Run[] = [];
  let offset = 0;
  for (const { length, owner } of owners) {
    const from = Math.max(start, offset);
    const to = Math.min(end, offset + length);
    if (to > from) slice.push({ length: to - from, owner });
    offset += length;
    if (offset >= end) break;
  }
  return slice;
}

/** Puts `inserted` in the place of `range`. */
export function replaceOwners(owners: Owners, range: Range, inserted: Owners): Owners {
  const before = sliceOwners(owners, { start: 0, end: range.start });
  return joinOwners(before, inserted, sliceOwners(owners, { start: range.end, end: Infinity }));
}

/** The places of one owner. */
export function placesOf(owners: Owners, owner: Owner): Range[] {
  const places: Range[] = [];
  let offset = 0;
  for (const run of owners) {
    if (run.owner === owner) places.push({ start: offset, end: offset + run.length });
    offset += run.length;
  }
  return places;
}

/** Code units of one owner within `range`. */
export function countOwned(owners: Owners, owner: Owner, range: Range = { start: 0, end: Infinity }): number {
  return sliceOwners(owners, range).reduce((sum, run) => (run.owner === owner ? sum + run.length : sum), 0);
}

/** Whether anybody but the developer owns a part. */
export function hasMachineText(owners: Owners): boolean {
  return owners.some(({ owner }) => owner !== undefined);
}

/**
 * The owners after an edit of the text `before`: what was inserted is the developer's, unless it stands in the place of
 * like text (see {@link carryOwners}).
 */
export function editOwners(before: string, owners: Owners, { offset, deleted, inserted }: Edit): Owners {
  const range = { start: offset, end: offset + deleted };
  const replaced = sliceOwners(owners, range);
  const carried = carryOwners(before.slice(range.start, range.end), replaced, inserted);
  return replaceOwners(owners, range, carried);
}

/**
 * The owners of `current`, which took the place of the text `old` at once, as a formatter or a reload does. Lines and
 * words that both have keep their owners, and so does everything where only white space changed; the rest is the
 * developer's. Space that was added belongs with what is on both sides of it, else with what follows.
 */
export function carryOwners(old: string, owners: Owners, current: string): Owners {
  if (!hasMachineText(owners)) return ownedBy(undefined, current.length);
  if (old === current) return owners;
  if (old === "" || current === "") return ownedBy(undefined, current.length);
  const oldLines = splitLines(old);
  const currentLines = splitLines(current);
  const isOneLine = oldLines.length === 1 && currentLines.length === 1;
  if (isOneLine || withoutSpace(old) === withoutSpace(current)) return carryGap(old, owners, current);

  const pairs = alignTokens(oldLines, currentLines) ?? [];
  const parts: Owners[] = [];
  let from = { line: 0, offset: 0 };
  let to = { line: 0, offset: 0 };
  for (const [oldLine, currentLine] of [...pairs, [oldLines.length, currentLines.length] as const]) {
    const fromEnd = from.offset + lengthOf(oldLines, from.line, oldLine);
    const toEnd = to.offset + lengthOf(currentLines, to.line, currentLine);
    const gap = sliceOwners(owners, { start: from.offset, end: fromEnd });
    parts.push(carryGap(old.slice(from.offset, fromEnd), gap, current.slice(to.offset, toEnd)));
    const line = oldLines[oldLine]?.length ?? 0;
    parts.push(sliceOwners(owners, { start: fromEnd, end: fromEnd + line }));
    from = { line: oldLine + 1, offset: fromEnd + line };
    to = { line: currentLine + 1, offset: toEnd + line };
  }
  return joinOwners(...parts);
}

/** Carries owners between texts without a line in common. */
function carryGap(old: string, owners: Owners, current: string): Owners {
  if (old === "" || current === "" || !hasMachineText(owners)) return ownedBy(undefined, current.length);
  const isLayout = withoutSpace(old) === withoutSpace(current);
  if (isLayout && owners.length === 1) return ownedBy(owners[0]!.owner, current.length);
  const sources = isLayout ? solidSources(old, current) : tokenSources(old, current);
  const ownerAt = expand(owners);
  const found = sources.map((source): Owner => (source === NONE ? undefined : ownerAt[source]));
  for (let start = 0; start < current.length; start++) {
    if (!isSpace(current, start)) continue;
    let end = start;
    while (end < current.length && isSpace(current, end)) end++;
    const from = start === 0 ? 0 : (sources[start - 1] ?? NONE) + 1;
    const to = end === current.length ? old.length : (sources[end] ?? NONE);
    const oldSpace = (start === 0 || from > 0) && to >= from ? old.slice(from, to) : "";
    const isSame = oldSpace.trim() === "" && oldSpace !== "";
    const around = { before: found[start - 1], after: found[end] };
    if (start === 0) around.before = around.after;
    if (end === current.length) around.after = around.before;
    const space = current.slice(start, end);
    const filled = fillSpace(space, isSame ? oldSpace : "", isSame ? ownerAt.slice(from, to) : [], around);
    for (const [index, owner] of filled.entries()) found[start + index] = owner;
    start = end;
  }
  return compress(found);
}

/** In place of an offset: the character was not there before. */
const NONE = -1;

/** For each character that is no space, its offset in `old`, which differs in white space alone. */
function solidSources(old: string, current: string): number[] {
  const sources = new Array<number>(current.length).fill(NONE);
  for (let from = 0, to = 0; to < current.length; to++) {
    if (isSpace(current, to)) continue;
    while (isSpace(old, from)) from++;
    sources[to] = from++;
  }
  return sources;
}

/** Names, numbers and single marks; space is looked at between them. */
const TOKEN = /[\p{L}\p{N}\p{M}_$]+|[^\s\p{L}\p{N}\p{M}_$]/gu;

/** For each character of a token that both texts have in the same order, its offset in `old`. */
function tokenSources(old: string, current: string): number[] {
  const sources = new Array<number>(current.length).fill(NONE);
  const oldTokens = [...old.matchAll(TOKEN)];
  const currentTokens = [...current.matchAll(TOKEN)];
  const pairs =
    alignTokens(
      oldTokens.map(([token]) => token),
      currentTokens.map(([token]) => token),
    ) ?? [];
  for (const [from, to] of pairs) {
    const oldToken = oldTokens[from]!;
    const currentToken = currentTokens[to]!;
    for (let unit = 0; unit < oldToken[0].length; unit++) sources[currentToken.index + unit] = oldToken.index + unit;
  }
  return sources;
}

/**
 * Owners of white space that stands where `old` stood: line ends keep theirs in order, what is the same at an end as
 * well; of the rest what is before the first line end belongs with what is before it, and indentation with what follows.
 */
function fillSpace(
  space: string,
  old: string,
  oldOwners: readonly Owner[],
  { before, after }: { readonly before: Owner; readonly after: Owner },
): Owner[] {
  if (space === old) return [...oldOwners];
  const lineEnds = oldOwners.filter((_, index) => old.charAt(index) === "\n");
  const lastLineEnd = space.lastIndexOf("\n");
  let seen = 0;
  return Array.from(space, (unit, index) => {
    const isLineEnd = unit === "\n" || space.startsWith("\r\n", index);
    if (isLineEnd && seen < lineEnds.length) return unit === "\n" ? lineEnds[seen++] : lineEnds[seen];
    return before === after || index <= lastLineEnd ? before : after;
  });
}

/** One owner a code unit, as runs. */
function compress(ownerAt: readonly Owner[]): Owners {
  const runs: Run[] = [];
  for (let start = 0; start < ownerAt.length;) {
    let end = start + 1;
    while (end < ownerAt.length && ownerAt[end] === ownerAt[start]) end++;
    runs.push({ length: end - start, owner: ownerAt[start] });
    start = end;
  }
  return runs;
}

function expand(owners: Owners): Owner[] {
  return owners.flatMap(({ length, owner }) => new Array<Owner>(length).fill(owner));
}

/** With their line ends. */
function splitLines(text: string): string[] {
  return text.match(/[^\n]*\n|[^\n]+$/gu) ?? [];
}

function lengthOf(lines: readonly string[], from: number, to: number): number {
  let length = 0;
  for (let line = from; line < to; line++) length += lines[line]!.length;
  return length;
}

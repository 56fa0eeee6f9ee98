/**
 * Who wrote each character of a text, as values: runs of characters with one owner, carried through edits. The owner is
 * the name of a generation, or undefined for the developer (and for all that was there before).
 */
import { alignTokens } from "./align.ts";
import { beforeSolid, behindSolid, countSolid, isSpace, withoutSpace } from "./carry.ts";
import { diffAsEdit } from "./edit.ts";
import type { Edit, Range } from "./edit.ts";

/** Old and new text together that are aligned line by line, in characters: more would be felt. */
const ALIGNED_CHARS_MAX = 200_000;
/** Tokens between lines that both have, likewise. */
const ALIGNED_TOKENS_MAX = 10_000;
/** Shorter runs are found anywhere. */
const FOUND_CHARS_MIN = 12;

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
  const common = commonLines(old, current);
  const range = { start: common.start, end: old.length - common.end };
  const carried = carryChanged(
    old.slice(range.start, range.end),
    sliceOwners(owners, range),
    current.slice(range.start, current.length - common.end),
  );
  return replaceOwners(owners, range, carried);
}

/** Characters of the whole lines that both texts begin and end with. */
function commonLines(old: string, current: string): { start: number; end: number } {
  const { offset, deleted } = diffAsEdit(old, current);
  const start = old.lastIndexOf("\n", offset - 1) + 1;
  const newline = old.indexOf("\n", offset + deleted);
  return { start: offset === 0 ? 0 : start, end: newline < 0 ? 0 : old.length - newline - 1 };
}

function carryChanged(old: string, owners: Owners, current: string): Owners {
  if (old === "" || current === "" || !hasMachineText(owners)) return ownedBy(undefined, current.length);
  if (withoutSpace(old) === withoutSpace(current)) return carryLayout(old, owners, current);
  if (old.length + current.length > ALIGNED_CHARS_MAX) return carryFound(old, owners, current);
  const oldLines = splitLines(old);
  const currentLines = splitLines(current);
  if (oldLines.length === 1 && currentLines.length === 1) return carryGap(old, owners, current);

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
  return joinOwners(parts.flat());
}

/** Only white space differs: nothing needs a look but what is from the first machine-written character to the last. */
function carryLayout(old: string, owners: Owners, current: string): Owners {
  const first = owners[0]!;
  const last = owners.at(-1)!;
  let start = first.owner === undefined ? first.length - 1 : 0;
  while (start > 0 && isSpace(old, start)) start--;
  let end = last.owner === undefined ? old.length - last.length + 1 : old.length;
  while (end < old.length && isSpace(old, end - 1)) end++;
  // Characters next to it that are no space come along: they tell whose the space between is.
  const isFirst = countSolid(old, start) === 0;
  const isLast = end === old.length;
  const from = isFirst ? 0 : beforeSolid(current, countSolid(old, start));
  const to = isLast ? current.length : behindSolid(current, countSolid(old, end));
  const range = { start: isFirst ? 0 : start, end };
  const carried = carryGap(old.slice(range.start, range.end), sliceOwners(owners, range), current.slice(from, to));
  return joinOwners(ownedBy(undefined, from), carried, ownedBy(undefined, current.length - to));
}

/** Large texts are not aligned: each machine-written run is looked for as it is, one after the other. */
function carryFound(old: string, owners: Owners, current: string): Owners {
  let carried = ownedBy(undefined, current.length);
  let offset = 0;
  let from = 0;
  for (const { length, owner } of owners) {
    const run = old.slice(offset, offset + length);
    offset += length;
    if (owner === undefined || length < FOUND_CHARS_MIN) continue;
    const at = current.indexOf(run, from);
    if (at < 0) continue;
    from = at + length;
    carried = replaceOwners(carried, { start: at, end: from }, ownedBy(owner, length));
  }
  return carried;
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
  if (oldTokens.length + currentTokens.length > ALIGNED_TOKENS_MAX) return sources;
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

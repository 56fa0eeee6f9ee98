/**
 * Where a generation stands in a committed file, and how many of its lines are there as it wrote them. By its text and
 * nearness alone: between the last edit and the commit other tools may have been at work.
 */

export interface SoughtText {
  /** Zero-based line at which it was offered. */
  readonly line: number;
  /** The line left of it. */
  readonly linePrefix: string;
  /** As it was offered. */
  readonly text: string;
  /** What stood in its place when it was last seen; "" for nothing. */
  readonly textNow: string;
}

export interface CommittedLines {
  readonly lines: number;
  readonly survivingLines: number;
  /** What stands at its place; "" where nothing is like it. */
  readonly text: string;
}

/** Lines of a text that are looked at. */
const TEXT_LINES_MAX = 400;
const FILE_LINES_MAX = 20_000;
/** Places that are compared line by line: those with the most equal lines, the nearest first. */
const PLACES_MAX = 64;
/** Where no line is equal, changed ones are looked for so near. */
const NEAR_LINES = 60;
/** Less alike than this is another text. */
const LIKENESS_MIN = 0.5;

export function findCommitted(file: string, { line, linePrefix, text, textNow }: SoughtText): CommittedLines {
  const fileLines = file.split(/\r?\n/u, FILE_LINES_MAX);
  const offered = linesOf(linePrefix + text);
  const present = linesOf(linePrefix + textNow);
  const told = offered.filter((one) => one.trim() !== "");
  const nothing = { lines: told.length, survivingLines: 0, text: "" };
  if (textNow.trim() === "" || present.length === 0) return nothing;
  const at = bestPlace(fileLines, present, line);
  if (at === undefined) return nothing;
  const found = fileLines.slice(at, at + present.length);
  return {
    lines: told.length,
    survivingLines: countShared(told, found),
    text: withoutPrefix(found, linePrefix).join("\n"),
  };
}

function linesOf(text: string): readonly string[] {
  return text.split("\n", TEXT_LINES_MAX);
}

/** The line at which these lines stand, or what is likest to them. */
function bestPlace(file: readonly string[], sought: readonly string[], near: number): number | undefined {
  const linesAt = new Map<string, number[]>();
  for (const [index, one] of file.entries()) {
    const key = one.trim();
    if (key !== "") linesAt.set(key, [...(linesAt.get(key) ?? []), index].slice(0, FILE_LINES_MAX));
  }
  const votes = new Map<number, number>();
  for (const [offset, one] of sought.entries()) {
    for (const index of linesAt.get(one.trim()) ?? []) {
      const start = index - offset;
      if (start >= 0) votes.set(start, (votes.get(start) ?? 0) + 1);
    }
  }
  for (let start = Math.max(0, near - NEAR_LINES); start <= Math.min(file.length - 1, near + NEAR_LINES); start++) {
    if (!votes.has(start)) votes.set(start, 0);
  }
  const places = [...votes]
    .sort(([left, some], [right, more]) => more - some || Math.abs(left - near) - Math.abs(right - near))
    .slice(0, Math.max(PLACES_MAX, 2 * NEAR_LINES + 1));
  let best: { readonly start: number; readonly likeness: number } | undefined;
  for (const [start] of places) {
    const likeness = meanLikeness(sought, file.slice(start, start + sought.length));
    if (likeness >= LIKENESS_MIN && likeness > (best?.likeness ?? 0)) best = { start, likeness };
  }
  return best?.start;
}

function meanLikeness(sought: readonly string[], found: readonly string[]): number {
  let likeness = 0;
  let weight = 0;
  for (const [index, one] of sought.entries()) {
    const characters = one.trim().length;
    likeness += characters * lineLikeness(one.trim(), found[index]?.trim() ?? "");
    weight += characters;
  }
  return weight === 0 ? 0 : likeness / weight;
}

/** Dice's coefficient of the pairs of characters, 0..1. */
function lineLikeness(left: string, right: string): number {
  if (left === right) return 1;
  const pairs = new Map<string, number>();
  for (let at = 0; at + 1 < left.length; at++) {
    const pair = left.slice(at, at + 2);
    pairs.set(pair, (pairs.get(pair) ?? 0) + 1);
  }
  let shared = 0;
  for (let at = 0; at + 1 < right.length; at++) {
    const pair = right.slice(at, at + 2);
    const count = pairs.get(pair) ?? 0;
    if (count === 0) continue;
    pairs.set(pair, count - 1);
    shared++;
  }
  const total = Math.max(0, left.length - 1) + Math.max(0, right.length - 1);
  return total === 0 ? 0 : (2 * shared) / total;
}

/** Lines of one text that the other has too, but for indentation; each counts once. */
function countShared(lines: readonly string[], found: readonly string[]): number {
  const left = new Map<string, number>();
  for (const one of found) left.set(one.trim(), (left.get(one.trim()) ?? 0) + 1);
  return lines.filter((one) => {
    const count = left.get(one.trim()) ?? 0;
    left.set(one.trim(), count - 1);
    return count > 0;
  }).length;
}

function withoutPrefix([first = "", ...rest]: readonly string[], linePrefix: string): readonly string[] {
  if (first.startsWith(linePrefix)) return [first.slice(linePrefix.length), ...rest];
  const [solid, prefix] = [first.trimStart(), linePrefix.trimStart()];
  return [solid.startsWith(prefix) ? solid.slice(prefix.length) : first, ...rest];
}

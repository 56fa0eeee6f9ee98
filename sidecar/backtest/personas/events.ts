/**
 * What a persona's developer meets, one after the other: a few lines in the base style, offered at a place of a file
 * that is written in the persona's style so far, and what the developer would have written there. The two versions of
 * a file are put side by side by their tokens, since their lines need not correspond.
 */
import type { SyntaxTree } from "../../code/syntax.ts";
import { leafKind, textOf } from "../../code/syntax.ts";
import { align, Symbols } from "./alignment.ts";

export interface PersonaEvent {
  /** Of the file, "/" between names. */
  readonly path: string;
  readonly languageId: string;
  /** The file so far in the persona's style: up to and with the last "\n" before the place. */
  readonly prefix: string;
  /** 1 to 10 lines in the base style, with their indentation, without a "\n" at the end. */
  readonly base: string;
  /** The same in the persona's style. */
  readonly truth: string;
}

/** Both versions of a file; the persona's was made from the base. */
export interface FilePair {
  readonly path: string;
  readonly languageId: string;
  readonly base: SyntaxTree;
  readonly truth: SyntaxTree;
}

const LINES_MAX = 10;

/** How many events a file gives, and how many lines lie between one and the next at most. */
export interface Density {
  readonly eventsMax: number;
  readonly gapLinesMax: number;
}

/** A few events of each file, spread over it: many files tell more than many places of one. */
const SPREAD: Density = { eventsMax: 8, gapLinesMax: 12 };
/** Every line, for what is rare. */
export const DENSE: Density = { eventsMax: 1000, gapLinesMax: 0 };

/** Events of one file, top-down, none over another. `random` gives numbers in [0, 1). */
export function eventsOf(pair: FilePair, random: () => number, density = SPREAD): PersonaEvent[] {
  const borders = bordersOf(pair);
  const events: PersonaEvent[] = [];
  let from = Math.floor(random() * Math.min(density.gapLinesMax + 1, (borders.at(-1)?.line ?? 0) / 2));
  for (let start = 0; start < borders.length - 1; start++) {
    const border = borders[start]!;
    if (border.line < from || !border.startsStatement) continue;
    const wanted = 1 + Math.floor(random() * LINES_MAX);
    const end = endOf(borders, start, wanted);
    if (end === undefined) continue;
    events.push(eventBetween(pair, border, borders[end]!));
    from = borders[end]!.line + Math.floor(random() * (density.gapLinesMax + 1));
  }
  return pick(events, density.eventsMax, random);
}

/** A line of the base with its counterpart: everything before it in one file is before it in the other. */
interface Border {
  /** Number of the base line, from 0; and where that line and its counterpart begin. */
  readonly line: number;
  readonly baseStart: number;
  readonly truthStart: number;
  /** The last line of text before it, from 0: blank lines in between belong to nothing. */
  readonly lineBefore: number;
  readonly startsStatement: boolean;
}

/** The border whose event is nearest to `wanted` lines, from below where that can be. */
function endOf(borders: readonly Border[], start: number, wanted: number): number | undefined {
  const first = borders[start]!;
  let best: number | undefined;
  for (let end = start + 1; end < borders.length; end++) {
    const lines = borders[end]!.lineBefore - first.line + 1;
    if (lines > LINES_MAX) break;
    if (borders[end]!.truthStart <= first.truthStart) continue;
    if (lines <= wanted || best === undefined) best = end;
  }
  return best;
}

function eventBetween({ path, languageId, base, truth }: FilePair, start: Border, end: Border): PersonaEvent {
  return {
    path,
    languageId,
    prefix: truth.text.slice(0, start.truthStart),
    base: base.text.slice(start.baseStart, end.baseStart).trimEnd(),
    truth: truth.text.slice(start.truthStart, end.truthStart).trimEnd(),
  };
}

/** `count` of the events at random, in their order. */
function pick<T>(events: readonly T[], count: number, random: () => number): T[] {
  const kept = [...events];
  while (kept.length > count) kept.splice(Math.floor(random() * kept.length), 1);
  return kept;
}

function bordersOf(pair: FilePair): Border[] {
  const { base, truth } = pair;
  const symbols = new Symbols();
  const partners = align(symbols.of(leafKeys(base)), symbols.of(leafKeys(truth)));
  const nextMatched = nextMatchedOf(partners);
  const lineOf = lineCounter(base.text);
  const borders: Border[] = [];
  for (let leaf = 0; leaf < base.leaves.length; leaf++) {
    const node = base.leaves[leaf]!;
    if (!beginsLine(base, node)) continue;
    const counterpart = counterpartOf(pair, partners, nextMatched, leaf);
    if (counterpart === undefined) continue;
    const baseStart = lineStartOf(base, node);
    borders.push({
      line: lineOf(baseStart),
      baseStart,
      truthStart: lineStartOf(truth, truth.leaves[counterpart]!),
      lineBefore: leaf === 0 ? -1 : lineOf(base.ends[base.leaves[leaf - 1]!]! - 1),
      startsStatement: startsStatement(base, node),
    });
  }
  const last = base.leaves.at(-1);
  if (last !== undefined) {
    borders.push({
      line: lineOf(base.text.length),
      baseStart: base.text.length,
      truthStart: truth.text.length,
      lineBefore: lineOf(base.ends[last]! - 1),
      startsStatement: false,
    });
  }
  return borders;
}

/**
 * The leaf of the truth that begins the line which corresponds to base leaf `leaf`'s; undefined where there is none or
 * more than one could be meant.
 */
function counterpartOf(
  { truth }: FilePair,
  partners: Int32Array,
  nextMatched: Int32Array,
  leaf: number,
): number | undefined {
  let before = leaf - 1;
  while (before >= 0 && partners[before]! < 0) before--;
  const from = before < 0 ? 0 : partners[before]! + 1;
  const next = nextMatched[leaf]!;
  const to = next < 0 ? truth.leaves.length - 1 : partners[next]!;
  const lineStarts: number[] = [];
  for (let other = from; other <= to; other++) if (beginsLine(truth, truth.leaves[other]!)) lineStarts.push(other);
  if (next === leaf) {
    // What was put in front of it on lines of its own is either the end of what is before, or it cannot be told apart.
    const counterpart = lineStarts.at(-1);
    if (counterpart !== to) return undefined;
    return onlyCloses(truth, lineStarts[0]!, to) ? counterpart : undefined;
  }
  // The line's first leaf has been rewritten: only a single line can be its counterpart, behind an unchanged leaf.
  if (before !== leaf - 1 || lineStarts.length !== 1) return undefined;
  return onlyCloses(truth, from, lineStarts[0]!) ? lineStarts[0] : undefined;
}

/** Whether leaves `from` to `to` (exclusive) can only end what stands before them. */
function onlyCloses(tree: SyntaxTree, from: number, to: number): boolean {
  for (let leaf = from; leaf < to; leaf++) if (!/^[)\]},;]+$/.test(textOf(tree, tree.leaves[leaf]!))) return false;
  return true;
}

function nextMatchedOf(partners: Int32Array): Int32Array {
  const next = new Int32Array(partners.length);
  let found = -1;
  for (let leaf = partners.length - 1; leaf >= 0; leaf--) {
    if (partners[leaf]! >= 0) found = leaf;
    next[leaf] = found;
  }
  return next;
}

/** What a leaf says, without what styles write differently: quotes, case of digits, white space in comments. */
function leafKeys(tree: SyntaxTree): string[] {
  return [...tree.leaves].map((leaf) => {
    const text = textOf(tree, leaf);
    switch (leafKind(tree, leaf)) {
      case "string":
        return `"${text.replace(/^([a-zA-Z]*)("""|'''|["'`])([^]*)\2$/, "$3").replace(/\\(["'`])/g, "$1")}`;
      case "number":
        return text.toLowerCase().replaceAll("_", "");
      case "comment":
        return `/${text.replace(/\s+/g, "")}`;
      case "word":
      case "mark":
        return text;
    }
  });
}

/** Nodes whose children are statements, members or the like: each begins something of its own. */
const HOLDS_STATEMENTS =
  /^(?:program|module|translation_unit|source_file|compilation_unit|stylesheet)$|block|body|declaration_list|compound_statement|statement_list|preproc_(?:if|else|elif)|(?:switch|case)_/;

function startsStatement(tree: SyntaxTree, leaf: number): boolean {
  if (leafKind(tree, leaf) === "mark" && /^[)\]}]/.test(textOf(tree, leaf))) return false;
  for (let node = leaf; node > 0 && tree.starts[node] === tree.starts[leaf]; node = tree.parents[node]!) {
    if (HOLDS_STATEMENTS.test(tree.types[tree.parents[node]!]!)) return true;
  }
  return false;
}

function beginsLine(tree: SyntaxTree, node: number): boolean {
  const start = tree.starts[node]!;
  return /^[ \t]*$/.test(tree.text.slice(lineStartOf(tree, node), start));
}

function lineStartOf(tree: SyntaxTree, node: number): number {
  return tree.text.lastIndexOf("\n", tree.starts[node]! - 1) + 1;
}

/** Number of the line that an offset is in, for offsets that mostly rise. */
function lineCounter(text: string): (offset: number) => number {
  const starts = [0];
  for (let at = text.indexOf("\n"); at >= 0; at = text.indexOf("\n", at + 1)) starts.push(at + 1);
  return (offset) => {
    let low = 0;
    let high = starts.length - 1;
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if (starts[middle]! <= offset) low = middle;
      else high = middle - 1;
    }
    return low;
  };
}

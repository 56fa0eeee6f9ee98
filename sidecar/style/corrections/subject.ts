/**
 * What can be corrected: a pattern of code, the spelling of a literal, the way a string is put together, a name. Each
 * kind finds its places, tells what became of them, and can make one say something else.
 */
import type { Alignment } from "./alignment.ts";
import type { PieceEdit } from "./edits.ts";
import type { RightItem } from "./pattern.ts";
import type { SolidCode } from "./solid.ts";

/** What a subject may become. */
export interface Right {
  /** Equal for equal right sides of one subject, and for no others. */
  readonly key: string;
  readonly title: string;
  /** Of patterns: what is written. Others know by the key. */
  readonly items: readonly RightItem[];
}

/**
 * How one trait limits a correction to what was seen: a `name` does as soon as two names differ in it no longer, a kind
 * of node (`kind`, `shape`) when several do, `words` must all have been seen, and `hint`s only help to tell places apart.
 */
export type Slot = "name" | "kind" | "shape" | "words" | "place" | "hint";

export interface Subject {
  /** Equal for equal subjects, and for no others. */
  readonly key: string;
  /** Which nodes to ask: see {@link nodeIndexes}. */
  readonly index: string;
  readonly title: string;
  /** How sure one must be, and how often it must have been seen. */
  readonly caution: "plain" | "vague" | "lossy" | "name";
  /** How specific it is: where two meet, the greater one serves. */
  readonly weight: number;
  readonly slots: readonly Slot[];
  siteAt(code: SolidCode, node: number): Site | undefined;
}

/** One value per slot; "" where it is not known or does not apply. */
export type Traits = readonly string[];

/** A range of tokens; `to` is exclusive. */
export interface TokenRange {
  readonly from: number;
  readonly to: number;
}

/** A place that a subject matches. */
export interface Site {
  /** Tokens that may change, or must not. */
  readonly touched: readonly TokenRange[];
  /** Parts of them that others may change. */
  readonly holes: readonly TokenRange[];
  /** What it stands for, to tell places apart. */
  readonly binding: string;
  traits(path: string): Traits;
  fate(pair: Pair, rights: readonly Right[]): Fate;
  /** Undefined where a comment would be lost, or nothing would change. */
  edits(right: Right): readonly PieceEdit[] | undefined;
}

/** Index of the right side that the developer wrote, "kept" for the left one, undefined where neither is found. */
export type Fate = number | "kept" | undefined;

/** A generation and what became of it. */
export interface Pair {
  readonly generated: SolidCode;
  readonly final: SolidCode;
  readonly alignment: Alignment;
  /** Names that were given another name throughout: they count as equal. */
  readonly renamed: ReadonlyMap<string, string>;
  /** Generated tokens that became what corrections known before made of them. */
  readonly explained: readonly TokenRange[];
}

/** A subject and a right side that were found in a pair. */
export interface Mined {
  readonly subject: Subject;
  readonly right: Right;
}

/** Indexes under which subjects of a node are found. */
export function nodeIndexes(code: SolidCode, node: number): string[] {
  const parent = code.parents[node]!;
  const indexes = [`type:${code.types[node]!}`];
  if (parent >= 0) indexes.push(`parent:${code.types[parent]!}`);
  if (code.nodeEnds[node] === node + 1) indexes.push(`token:${code.keys[code.firsts[node]!]!}`);
  return indexes;
}

/** Index of subjects that are asked once for each variable: at the first place that names it. */
export const VARIABLES = "variables";

/**
 * What can be corrected: a pattern of code, the spelling of a literal, the way a string is put together, a name. Each
 * kind finds its places, tells what became of them, and can make one say something else.
 */
import type { Alignment } from "./alignment.ts";
import type { RightText } from "./pattern.ts";
import type { PieceEdit } from "./render.ts";
import type { SolidCode } from "./solid.ts";

export interface Subject {
  /** Equal for equal subjects, and for no others. */
  readonly key: string;
  readonly index: Index;
  /** Whether it may lose what somebody wrote, so that more certainty is asked for. */
  readonly isRisky: boolean;
  /** How specific it is: where two meet, the greater one serves. */
  readonly weight: number;
  readonly slots: readonly Slot[];
  /** The place that begins at a node; of variables, that with this number. */
  siteAt(code: SolidCode, node: number): Site | undefined;
  /** One line that says what is corrected, for people. */
  describe(right: Right): string;
}

/** Which nodes to ask: those of a type, under a parent of a type, or that are a certain token; or each variable. */
export type Index =
  { readonly by: "type" | "parent" | "token"; readonly of: string } | { readonly by: "variable"; readonly of: "" };

/** What a subject may become. */
export interface Right {
  /** Equal for equal right sides of one subject, and for no others. */
  readonly key: string;
  /** Of patterns: what is written. Others know by the key. */
  readonly text?: RightText;
}

/**
 * How one trait limits a correction to what was seen: a `name` does until two names differed in it, a `term` until most
 * were new ones; kinds of node (`kind`, `shape`) until several did, a `place` also until much was seen; of `words` each
 * must have been seen; and `hint`s only help to tell places apart.
 */
export type Slot = "name" | "term" | "kind" | "shape" | "place" | "neighbour" | "strict" | "words" | "hint";

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
  /** Whether it goes on behind the region, so that its closers are still to be written. */
  readonly isOpen: boolean;
  traits(path: string): Traits;
  fate(pair: Pair, rights: readonly Right[]): Fate;
  /** Undefined where it cannot be done, or nothing would change. */
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

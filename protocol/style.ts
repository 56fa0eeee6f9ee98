/**
 * What was learned of how somebody writes, as people see it, and what they say about it: one shape for conventions and
 * corrections of every language, which `tacit style` lists, the editor explains, and the export writes out.
 */

/** From wide to narrow. */
export const SCOPE_LEVELS = ["person", "language", "project", "tests", "sources", "directory", "file"] as const;

export type ScopeLevel = (typeof SCOPE_LEVELS)[number];

export interface Scope {
  readonly level: ScopeLevel;
  /** Id of the project; undefined on the levels above it. */
  readonly project: number | undefined;
  /**
   * Directory or file, relative to the project, "/" between names; of tests, the directory of sources that they lie in.
   * Empty elsewhere.
   */
  readonly path: string;
}

/** What the user has decided about something learned; it outranks what is observed. */
export type Decision = "pinned" | "vetoed";

/** A line of source text, where it was seen. */
export interface Place {
  /** Relative to its project, or a whole URI outside of any. */
  readonly path: string;
  /** From 1; 0 where it is not known (any more). */
  readonly line: number;
  /** That line, trimmed, without secrets, at most 120 characters. */
  readonly text: string;
}

export interface Learned {
  /**
   * Stable while what it says stays the same, e.g. "typescript/quotes=single@project:3". Never holds source text of its
   * own.
   */
  readonly id: string;
  readonly kind: "convention" | "correction";
  /** Languages that share a style share it: "typescript" stands for JavaScript and JSX too. */
  readonly languageId: string;
  readonly scope: Scope;
  /** Groups what belongs together: "quotes", "naming", "errors"; "correction" for corrections. */
  readonly attribute: string;
  /** One line that says it: "strings: single quotes", "`$1.indexOf($2) !== -1` → `$1.includes($2)`". */
  readonly title: string;
  /** How often it held, of how many places where it could have (after ageing, rounded). */
  readonly held: number;
  readonly total: number;
  /** Probability that the next place holds it, 0..1. */
  readonly confidence: number;
  /** Serves: it rewrites suggestions. Watched: it is known, but not sure enough or only told to people and prompts. */
  readonly state: "serves" | "watched" | Decision;
  /** At most three, newest first. */
  readonly evidence: readonly Place[];
}

/** What style changed in a suggestion before it was shown. */
export interface Repair {
  /** Id of the {@link Learned} that asked for it. */
  readonly learnedId: string;
  readonly kind: Learned["kind"];
  readonly title: string;
  /** How many places of the suggestion it changed. */
  readonly count: number;
}

/** A text that is never suggested again. */
export interface VetoedText {
  /** As for what was learned: to decide about, or to erase. */
  readonly id: string;
  readonly languageId: string;
  readonly text: string;
}

/**
 * What was learned of how somebody writes, as people see it, and what they say about it. The sidecar's own shapes
 * (`sidecar/style/learned.ts`) fit these.
 */

export type ScopeLevel = "person" | "language" | "project" | "directory" | "file";

/** What the user has decided about something learned; it outranks what is observed. */
export type Decision = "pinned" | "vetoed";

/** A line of source text, where it was seen. */
export interface Place {
  /** Relative to its project, or a whole URI outside of any. */
  readonly path: string;
  /** From 1; 0 where it is not known. */
  readonly line: number;
  /** That line, trimmed, without secrets. */
  readonly text: string;
}

export interface Learned {
  readonly id: string;
  readonly kind: "convention" | "correction";
  /** Languages that share a style share it: "typescript" stands for JavaScript and JSX too. */
  readonly languageId: string;
  readonly scope: { readonly level: ScopeLevel; readonly project: number | undefined; readonly path: string };
  /** Groups what belongs together: "quotes", "naming". */
  readonly attribute: string;
  /** One line that says it: "strings: single quotes". */
  readonly title: string;
  /** How often it held, of how many places. */
  readonly held: number;
  readonly total: number;
  /** Probability that the next place holds it, 0..1. */
  readonly confidence: number;
  /** Serves: it rewrites suggestions. Watched: it is known, and not sure enough to. */
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

/**
 * What a history is made of for the replay: commits, the files they change, and in them the places where the developer
 * typed a line: the events. Values only; `history.ts` reads them from git, `edits.ts` cuts them out of two texts.
 */

/** A place where the developer was about to type the rest of a line. */
export interface EditEvent {
  /** Unique within a history and the same in every run: commit, path, line and column, with ":" between them. */
  readonly id: string;
  readonly commit: string;
  /** The author's address, in lower case. */
  readonly author: string;
  readonly path: string;
  readonly languageId: string;
  /** Zero-based place in the document as it is then, in UTF-16 code units. */
  readonly line: number;
  readonly column: number;
  /** The document before the cursor: lines of the commit above, parent lines between them. "\n" line ends. */
  readonly prefix: string;
  /** The document behind the cursor: text of the parent only. Begins with "\n" unless it is empty. */
  readonly suffix: string;
  /** The rest of the line that was typed, without white space at its end. Never empty. */
  readonly target: string;
  /** The target and the added lines below it, 10 lines at most: what a suggestion of several lines is compared with. */
  readonly block: string;
  readonly trigger: "line start" | "token";
  /** `primary`: five tokens of code or more to come, no comment, no import, not closers only, not in a file of prose. */
  readonly stratum: "primary" | "other";
  readonly isTest: boolean;
  /** The same line, but for white space, stands elsewhere in the document or among the lines that the hunk removed. */
  readonly isCopy: boolean;
}

/** A run of added lines in a file, or of removed ones only, with the events in it. */
export interface Hunk {
  /** The document before it (its removed lines are gone already) and with it. Put together when asked for. */
  readonly before: string;
  readonly after: string;
  /** Top-down; may be empty. */
  readonly events: readonly EditEvent[];
}

/** A file that a commit adds, changes, renames or removes. */
export interface FileChange {
  readonly path: string;
  /** Where it was before, if it was renamed; else undefined. */
  readonly renamedFrom: string | undefined;
  /**
   * The whole text as committed ("\n" line ends), or undefined where it is removed, not to be read (binary, huge, …), or
   * not here.
   */
  readonly text: string | undefined;
  /** Top-down; empty for files without events. */
  readonly hunks: readonly Hunk[];
}

/** A step on the first-parent line. */
export interface CommitStep {
  readonly commit: string;
  readonly author: string;
  /** Milliseconds since the epoch: when it was written. */
  readonly at: number;
  readonly subject: string;
  /** In path order. */
  readonly changes: readonly FileChange[];
  /** Why its lines make no events; undefined where they do. The tree moves in any case. */
  readonly leftOut: LeftOut | undefined;
}

export type LeftOut =
  | "merge"
  | "bot"
  /** More files or added lines than anybody types at a time. */
  | "too large"
  /** Formatting, new line ends. */
  | "white space only"
  /** Nothing is added to a file that is read. */
  | "no changes that are read"
  /** The same was done to the same files shortly before: picked, or reverted and done again. */
  | "duplicate"
  /** Where a shallow clone begins: what was there before is not known. */
  | "first of a shallow clone"
  /** Files that it changes are not here. */
  | "missing objects";

/** The ledger: what is stored, seen as the user sees it; and having it forgotten. */

/** Paths are absolute, times milliseconds since the epoch with the end exclusive. */
export type LedgerScope =
  | { readonly kind: "suggestion"; readonly generationId: string }
  /** A path, or the URI of what is no file of this machine. */
  | { readonly kind: "file"; readonly file: string }
  | { readonly kind: "project"; readonly root: string }
  | { readonly kind: "span"; readonly from: number; readonly to: number }
  | { readonly kind: "everything" };

/** Request: what is stored about something, in words. */
export const LEDGER = "tacit/ledger";
export interface LedgerParams {
  readonly scope: LedgerScope;
}
export interface LedgerResult {
  /** How many rows there are of each kind, in words: "suggestions". */
  readonly counts: Readonly<Record<string, number>>;
  /** The newest first. */
  readonly suggestions: readonly SuggestionStory[];
  /** Everything else, by heading, an entry each; long lists are cut, and say so. */
  readonly sections: readonly { readonly title: string; readonly entries: readonly string[] }[];
  /** The same as Markdown. */
  readonly text: string;
}

/** What became of one suggestion. */
export interface SuggestionStory {
  readonly generationId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly path: string;
  /** What was suggested, its first line. */
  readonly text: string;
  /** What happened, in order, in words. */
  readonly events: readonly string[];
  /** Null as long as nothing is known. */
  readonly outcome: string | null;
  readonly reasons: readonly string[];
}

/** Request: forgets something with all that rests on it. Answered when nothing of it is left, or with what is. */
export const FORGET = "tacit/forget";
export interface ForgetParams {
  readonly scope: LedgerScope;
}
export interface ForgetResult {
  /** Rows that are gone, by table, in words. */
  readonly counts: Readonly<Record<string, number>>;
  /** What the user should know, a sentence each; none: it is gone everywhere. */
  readonly notes: readonly string[];
}

/**
 * Request of the sidecar: something was forgotten. The client asks which of what it follows that is (FORGOTTEN), lets go
 * of it, and hands over the signals that wait; it answers when nothing of it is left in its files.
 */
export const LET_GO = "tacit/letGo";

/** Request: which of these suggestions were forgotten since they were accepted. */
export const FORGOTTEN = "tacit/forgotten";
export interface ForgottenParams {
  readonly followed: readonly Followed[];
}
export interface Followed {
  readonly generationId: string;
  /** Documents that hold some of it. */
  readonly uris: readonly string[];
  /** Milliseconds since the epoch. */
  readonly at: number;
}
export interface ForgottenResult {
  readonly generationIds: readonly string[];
}

/** Request: writes what is stored into a folder. */
export const EXPORT_DATA = "tacit/exportData";
export interface ExportDataParams {
  /** Absolute path of a folder that is empty, or is not there yet. */
  readonly folder: string;
  readonly anonymise: boolean;
}
export interface ExportDataResult {
  readonly counts: Readonly<Record<string, number>>;
}

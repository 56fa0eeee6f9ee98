/** Accepted text, carried through everything that happens to its document until it is settled. */
import { carryRange, withoutSpace } from "../../text/carry.ts";
import { touches } from "../../text/edit.ts";
import type { Fingerprint } from "../../text/fingerprint.ts";
import type { Edit, Range } from "../../text/edit.ts";
import type { DiagnosticCounts } from "../../protocol/signals.ts";
import { withLf } from "./document.ts";

/** Why a document changed, as far as the editor tells. `reload`: it was changed on disk, by git or another tool. */
export type ChangeCause = "edit" | "undo" | "redo" | "reload";

export interface Burst {
  readonly startedAt: number;
  /** The accepted text when the burst began. */
  readonly textBefore: string;
}

export interface Accepted {
  readonly generationId: string;
  /** Where most of it is. */
  uri: string;
  readonly acceptedAt: number;
  readonly diagnosticsBefore: DiagnosticCounts;
  /** What stood in the range before anything was accepted. */
  textBefore: string;
  range: Range;
  /** When the range, or the rest of its last line, was last changed. */
  changedAt: number;
  burst: Burst | undefined;
  /** When to look at the diagnostics again; undefined once that is done. */
  diagnosticsAt: number | undefined;
  /** The text that an undo took away, for the redo that brings it back. */
  undone: string | undefined;
  /** The text that it settled with last; undefined: it has not settled yet. */
  settled: string | undefined;
  readonly survival: Survival;
  /** Its document is closed, or does not hold it at the moment (another branch): how it is recognised again. */
  away: Away | undefined;
  /** Parts that are elsewhere and not in sight: in a closed document, or on another branch. */
  parts: readonly Part[];
}

/** What was told of its survival. */
export interface Survival {
  /** How many of the timed moments are over. */
  moments: number;
  /** The text that was told last; undefined: the next snapshot carries its text. */
  told: string | undefined;
  /** Told since the text changed last. */
  isSavedTold: boolean;
  isClosedTold: boolean;
  /** Another branch was checked out since the last snapshot: the next one says nothing about the developer. */
  isAcrossSwitch: boolean;
}

/** How a text is recognised that is not in sight. */
export interface Sighting {
  readonly fingerprint: Fingerprint;
  /** Offset at which it stood. */
  readonly offset: number;
  /** What of it is machine-written, counted from its beginning. */
  readonly machine: readonly Range[];
}

export interface Part extends Sighting {
  readonly uri: string;
}

export interface Away extends Sighting {
  /** Whether it is as it was told last. */
  readonly isTold: boolean;
}

/** What one change did to accepted text. */
export type Happened = "nothing" | "edited" | "undone" | "redone";

/** Carries `accepted` through one change; `texts` are the document before the first edit and after each. */
export function carryAccepted(
  accepted: Accepted,
  texts: readonly string[],
  edits: readonly Edit[],
  cause: ChangeCause,
  now: number,
): Happened {
  const textBefore = sliceOf(texts[0]!, accepted.range);
  const text = texts.at(-1)!;
  let range = accepted.range;
  let isTouched = false;
  let isNear = false;
  for (const [index, edit] of edits.entries()) {
    const before = texts[index]!;
    isTouched ||= touches(range, edit);
    isNear ||= isOnRange(before, range, edit);
    range = carryRange(before, edit, range);
  }
  accepted.range = range;
  if (isNear) accepted.changedAt = now;
  const { undone } = accepted;
  if (cause === "redo" && isNear && undone !== undefined && text.startsWith(undone, range.start)) {
    accepted.range = { start: range.start, end: range.start + undone.length };
    accepted.undone = undefined;
    return "redone";
  }

  const textAfter = sliceOf(text, range);
  if (!isTouched || textAfter === textBefore) return "nothing";
  if (cause === "undo" && undone === undefined && (textAfter === "" || textAfter === accepted.textBefore)) {
    accepted.undone = textBefore;
    accepted.range = { start: range.start, end: range.start };
    return "undone";
  }
  if (cause === "reload") return "nothing";
  accepted.burst ??= { startedAt: now, textBefore };
  return "edited";
}

/** Whether an edit is in the range or on what follows it on its last line: there the developer is still at work. */
function isOnRange(text: string, range: Range, edit: Edit): boolean {
  if (edit.offset + edit.deleted < range.start) return false;
  return edit.offset <= range.end || edit.offset <= lineEndAfter(text, range.end);
}

/** Whether a burst changed more than white space: a formatter's work is not the developer's. */
export function changedSolidText(burst: Burst, text: string): boolean {
  return withoutSpace(burst.textBefore) !== withoutSpace(text);
}

/** The texts of a `settled` signal. */
export function textsOf(document: string, range: Range): { text: string; lineText: string; linePrefix: string } {
  const lineStart = document.lastIndexOf("\n", range.start - 1) + 1;
  return {
    text: withLf(sliceOf(document, range)),
    lineText: withLf(document.slice(range.start, lineEndAfter(document, range.end))),
    linePrefix: document.slice(range.start === 0 ? 0 : lineStart, range.start),
  };
}

function lineEndAfter(text: string, offset: number): number {
  const newline = text.indexOf("\n", offset);
  if (newline < 0) return text.length;
  return newline > offset && text.charAt(newline - 1) === "\r" ? newline - 1 : newline;
}

export function sliceOf(text: string, range: Range): string {
  return text.slice(range.start, range.end);
}

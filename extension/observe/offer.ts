/**
 * One offered suggestion, and what a change of the document means for it: typed along, accepted in part, complete, or
 * no longer fitting. Judged by the resulting text rather than by the shape of the edit, because the editor minimises,
 * splits and replaces as it likes.
 */
import type { Generation } from "../../protocol/signals.ts";
import { diffAsEdit, mapPosition } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import type { DocumentView } from "./document.ts";

/** Where a suggestion stands and how much of it is there already. All offsets are the document's. */
export interface Place {
  /** The text that accepting replaces: what was typed of the suggestion, then what it replaces behind the cursor. */
  readonly range: Range;
  /** How much of `target` is there already, before the cursor. */
  readonly typed: number;
  /** All of the text that accepting leaves in `range`, with the document's line ends. */
  readonly target: string;
  /** The line left of `range`; a change in it means that the suggestion belongs to another text. */
  readonly linePrefix: string;
  /** What stands in `range` behind the cursor. */
  readonly behind: string;
}

export interface Offer {
  /** Ids under which the editor may report it: every answer that offered the same rest of the same text. */
  readonly ids: Set<string>;
  readonly generation: Generation;
  readonly uri: string;
  /** Offset in `place.target` at which the generation's own text begins; before it stands what was typed already. */
  readonly ownStart: number;
  place: Place;
}

export type Step =
  /** The change is elsewhere. */
  | { readonly kind: "kept"; readonly place: Place }
  /** Typed along, or a typed part taken back. */
  | { readonly kind: "typed"; readonly place: Place }
  /** One insertion brought the next `inserted` characters at once: accepted in part, or pasted. */
  | { readonly kind: "piece"; readonly place: Place; readonly inserted: string }
  /** All of it is there. Accepted or typed to the end: only the editor's command tells. */
  | { readonly kind: "complete"; readonly place: Place }
  | { readonly kind: "diverged"; readonly range: Range };

/** Brackets and quotes that editors close by themselves. */
const CLOSERS: Readonly<Record<string, string>> = {
  "(": ")",
  "[": "]",
  "{": "}",
  "<": ">",
  '"': '"',
  "'": "'",
  "`": "`",
};

/**
 * The place of `target`, offered at `cursor` for `range`; undefined where what stands before the cursor is no
 * beginning of it (then the editor shows no ghost text either).
 */
export function createPlace(document: DocumentView, range: Range, cursor: number, target: string): Place | undefined {
  const typed = cursor - range.start;
  if (typed < 0 || range.end < cursor || !target.startsWith(document.slice(range.start, cursor))) return undefined;
  const position = document.positionAt(range.start);
  const linePrefix = document.line(position.line).slice(0, position.character);
  return { range, typed, target, linePrefix, behind: document.slice(cursor, range.end) };
}

export function cursorOf(place: Place): number {
  return place.range.start + place.typed;
}

/** What is still to come, from the cursor on. */
export function restOf(place: Place): string {
  return place.target.slice(place.typed);
}

/** Carries `place` through the edits of one change; `document` is the document after them. */
export function stepThrough(place: Place, edits: readonly Edit[], document: DocumentView): Step {
  const { range, touched } = followEdits(place, edits);
  if (!hasLinePrefix(document, range.start, place.linePrefix)) return { kind: "diverged", range };
  if (!touched) return { kind: "kept", place: { ...place, range } };

  const current = document.slice(range.start, range.end);
  if (current === place.target) {
    return { kind: "complete", place: { ...place, range, typed: current.length, behind: "" } };
  }
  const fit = fitTyped(place, current, touched.cursor - range.start, touched.edit);
  if (!fit) return { kind: "diverged", range };
  const next = { ...place, range, typed: fit.typed, behind: fit.behind };
  const inserted = place.target.slice(place.typed, fit.typed);
  const isPiece = inserted !== "" && touched.isInsertionAtCursor && !fit.isAutoClosed;
  return isPiece ? { kind: "piece", place: next, inserted } : { kind: "typed", place: next };
}

function hasLinePrefix(document: DocumentView, offset: number, linePrefix: string): boolean {
  const lineStart = offset - linePrefix.length;
  if (lineStart < 0 || document.slice(lineStart, offset) !== linePrefix) return false;
  return lineStart === 0 || document.slice(lineStart - 1, lineStart) === "\n";
}

interface Touched {
  readonly edit: Edit;
  /** Right behind what the edit inserted, where the cursor is after typing. */
  readonly cursor: number;
  readonly isInsertionAtCursor: boolean;
}

/** Where the range is after the edits, and the last edit inside it. */
function followEdits(place: Place, edits: readonly Edit[]): { range: Range; touched: Touched | undefined } {
  let range = place.range;
  let touched: Touched | undefined;
  // What is known of the text around: enough to see that a replacement only repeats what stood there.
  let known: { start: number; text: string } | undefined = {
    start: place.range.start - place.linePrefix.length,
    text: place.linePrefix + place.target.slice(0, place.typed) + place.behind,
  };
  for (const whole of edits) {
    const edit = known ? shrinkToChange(whole, known) : whole;
    known = undefined;
    const isOver = whole.offset <= range.end && whole.offset + whole.deleted >= range.start;
    const isNothing = edit.deleted === 0 && edit.inserted === "";
    if (isOver && (edit.offset >= range.start || isNothing)) {
      const isFirst = touched === undefined;
      // A replacement that only adds is the suggest widget's: accepting in part inserts and replaces nothing.
      const isAtCursor = whole.deleted === 0 && whole.offset === cursorOf(place);
      touched = { edit, cursor: whole.offset + whole.inserted.length, isInsertionAtCursor: isFirst && isAtCursor };
    } else if (touched) {
      touched = { ...touched, cursor: mapPosition(touched.cursor, edit, -1) };
    }
    range = { start: mapPosition(range.start, edit, -1), end: mapPosition(range.end, edit, 1) };
  }
  return { range: { start: range.start, end: Math.max(range.start, range.end) }, touched };
}

function shrinkToChange(edit: Edit, known: { start: number; text: string }): Edit {
  const start = edit.offset - known.start;
  if (edit.deleted === 0 || start < 0 || start + edit.deleted > known.text.length) return edit;
  const change = diffAsEdit(known.text.slice(start, start + edit.deleted), edit.inserted);
  return { offset: edit.offset + change.offset, deleted: change.deleted, inserted: change.inserted };
}

/** Whether `current` is a beginning of the target, then what stood behind the cursor (or a closing bracket, too). */
function fitTyped(
  place: Place,
  current: string,
  typed: number,
  edit: Edit,
): { typed: number; behind: string; isAutoClosed: boolean } | undefined {
  const fits = (length: number): boolean => length >= 0 && place.target.startsWith(current.slice(0, length));
  const behind = current.slice(typed);
  if (fits(typed) && place.behind.endsWith(behind)) return { typed, behind, isAutoClosed: false };

  const opener = edit.inserted.at(-2);
  const closer = edit.inserted.at(-1);
  const isAutoClosed = opener !== undefined && CLOSERS[opener] === closer;
  const withCloser = current.slice(typed - 1);
  if (isAutoClosed && fits(typed - 1) && withCloser === `${closer ?? ""}${place.behind}`) {
    return { typed: typed - 1, behind: withCloser, isAutoClosed };
  }
  return undefined;
}

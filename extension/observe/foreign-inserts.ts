/**
 * Text that another tool has written, as it seems: inserted at once, by none of the ways in which people and editors
 * insert much at once. Knows no editor. A guess in every case, with a confidence; what is likelier something else is
 * none.
 */
import type { Generation } from "../../protocol/signals.ts";
import { mapRange } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import type { ChangeCause } from "./accepted.ts";
import { withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";

/** Shorter pieces are typed, or completed from a list. */
export const INSERTED_CHARS_MIN = 20;
/** Longer ones are files. */
const INSERTED_CHARS_MAX = 20_000;
/** Our own accepts, and saves that a formatter goes before, are known by then. */
export const JUDGED_AFTER_MS = 1_500;
/** A change this long before a save is the formatter's. */
const SAVE_MS = 1_000;
const PENDING_MAX = 16;
const CONTEXT_LINES = 20;
/** Less sure is no generation. */
export const CONFIDENCE_MIN = 0.4;

interface Pending {
  readonly uri: string;
  readonly at: number;
  /** As it was inserted. */
  readonly text: string;
  readonly wasAtCursor: boolean;
  range: Range;
}

/** What is known of an insertion besides itself. */
export interface Surroundings {
  /** Undefined where it cannot be read. */
  readonly clipboard: string | undefined;
  /** Whether a tool that writes code is at work in this editor. */
  readonly hasTool: boolean;
  /** Whether it is text of a suggestion of ours that was accepted just now. */
  readonly isOurs: (uri: string, text: string) => boolean;
}

export interface ForeignText {
  readonly generation: Omit<Generation, "id">;
  /** Where it stands now. */
  readonly range: Range;
}

export class ForeignInserts {
  readonly #now: () => number;
  #pending: Pending[] = [];
  readonly #savedAt = new Map<string, number>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** A document has changed; `cursor` is where it was before, undefined where that is not known. */
  changed(uri: string, edits: readonly Edit[], cause: ChangeCause, cursor: number | undefined): void {
    for (const pending of this.#pending) {
      if (pending.uri === uri) pending.range = edits.reduce(mapRange, pending.range);
    }
    const [edit] = edits;
    // Several at once are a renaming, a formatter's, several cursors, or lines that are moved.
    if (cause !== "edit" || !edit || edits.length > 1 || !isMuch(edit)) return;
    const { offset, inserted: text } = edit;
    const range = { start: offset, end: offset + text.length };
    const wasAtCursor = cursor !== undefined && cursor >= offset && cursor <= offset + edit.deleted;
    this.#pending.push({ uri, at: this.#now(), text, wasAtCursor, range });
    if (this.#pending.length > PENDING_MAX) this.#pending.shift();
  }

  saved(uri: string): void {
    this.#savedAt.delete(uri);
    this.#savedAt.set(uri, this.#now());
    if (this.#savedAt.size > PENDING_MAX) this.#savedAt.delete(this.#savedAt.keys().next().value!);
  }

  /** When something can be judged next, in milliseconds since the epoch. */
  nextAt(): number | undefined {
    const [first] = this.#pending;
    return first && first.at + JUDGED_AFTER_MS;
  }

  /** What can be judged by now, and is another tool's. `document` gives an open one. */
  due(document: (uri: string) => DocumentView | undefined, surroundings: Surroundings): readonly ForeignText[] {
    const now = this.#now();
    const isDue = ({ at }: Pending): boolean => now - at >= JUDGED_AFTER_MS;
    const ripe = this.#pending.filter(isDue);
    this.#pending = this.#pending.filter((pending) => !isDue(pending));
    return ripe.flatMap((pending) => {
      const view = document(pending.uri);
      return (view && this.#judge(pending, view, surroundings)) ?? [];
    });
  }

  reset(): void {
    this.#pending = [];
    this.#savedAt.clear();
  }

  #judge(pending: Pending, document: DocumentView, surroundings: Surroundings): ForeignText | undefined {
    const { uri, at, text, range, wasAtCursor } = pending;
    // Undone, or worked on already: what it was then nobody can say.
    if (document.slice(range.start, range.end) !== text) return undefined;
    const savedAt = this.#savedAt.get(uri);
    if (savedAt !== undefined && savedAt >= at && savedAt - at <= SAVE_MS) return undefined;
    if (surroundings.isOurs(uri, withLf(text)) || isCopy(document.text(), text)) return undefined;
    const { clipboard, hasTool } = surroundings;
    if (clipboard !== undefined && isPaste(text, clipboard)) return undefined;
    // Somebody's paste, for all that is known.
    if (clipboard === undefined && !hasTool) return undefined;
    const confidence = confidenceOf({ text, wasAtCursor, hasTool, knowsClipboard: clipboard !== undefined });
    if (confidence < CONFIDENCE_MIN) return undefined;
    return { generation: generationAt(document, range, confidence), range };
  }
}

/** How sure it is that a tool wrote it (ours): a snippet or a code action looks much the same, and is shorter. */
export function confidenceOf(insertion: {
  readonly text: string;
  readonly wasAtCursor: boolean;
  readonly hasTool: boolean;
  readonly knowsClipboard: boolean;
}): number {
  const { text, wasAtCursor, hasTool, knowsClipboard } = insertion;
  const lines = text.trim().split("\n").length;
  const sum =
    0.5 +
    (hasTool ? 0.25 : -0.15) +
    (wasAtCursor ? 0.1 : 0) +
    (lines > 1 ? 0.1 : 0) +
    (text.trim().length >= 60 ? 0.05 : 0) -
    (knowsClipboard ? 0 : 0.2);
  return Math.round(Math.min(0.95, Math.max(0, sum)) * 100) / 100;
}

function isMuch({ deleted, inserted }: Edit): boolean {
  const solid = inserted.trim().length;
  // What replaces as much as it brings is a rewriting: a formatter's, or a search's.
  return solid >= INSERTED_CHARS_MIN && inserted.length <= INSERTED_CHARS_MAX && deleted < inserted.length / 2;
}

/** Whether it was taken from the clipboard, indented anew or in part. */
function isPaste(text: string, clipboard: string): boolean {
  const [inserted, copied] = [solidText(text), solidText(clipboard)];
  return (
    copied !== "" && (copied.includes(inserted) || (copied.length >= INSERTED_CHARS_MIN && inserted.includes(copied)))
  );
}

/** Whether the document has the same text elsewhere: lines that were doubled. */
function isCopy(document: string, text: string): boolean {
  const sought = text.trim();
  const first = document.indexOf(sought);
  return first >= 0 && document.indexOf(sought, first + 1) >= 0;
}

function solidText(text: string): string {
  return text.replaceAll(/\s+/gu, "");
}

function generationAt(document: DocumentView, range: Range, confidence: number): Omit<Generation, "id"> {
  const { line, character } = document.positionAt(range.start);
  const above = Math.min(line, CONTEXT_LINES);
  const context = Array.from({ length: above }, (_, index) => document.line(line - above + index));
  return {
    engine: "foreign",
    proposer: "inserted",
    languageId: document.languageId,
    uri: document.uri,
    line,
    character,
    linePrefix: document.line(line).slice(0, character),
    contextBefore: context.join("\n"),
    text: withLf(document.slice(range.start, range.end)),
    confidence,
  };
}

/**
 * An offered suggestion while it is watched: how long it is on screen, how far it was taken, and whether it may yet turn
 * out to be accepted. Pure; `offers.ts` decides what is told.
 */
import type { SuggestionInfo } from "../../protocol/messages.ts";
import type { Generation } from "../../protocol/signals.ts";
import { mapRange } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import { withEol, withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";
import { createPlace, cursorOf, restOf } from "./offer.ts";
import type { Offer, Place } from "./offer.ts";

/** Visible this long counts as read (learning.md §1). */
export const DWELL_MS = 750;
/** Visible this long without an answer counts as rejected. */
export const IGNORED_MS = 10_000;
/** The editor's events of one action come one after the other: what looks like an end may yet be an accept. */
export const GRACE_MS = 150;
/** How long complete text waits for the command that tells whether it was accepted. */
export const COMMAND_WAIT_MS = 1_000;
const CONTEXT_LINES = 20;

/** A suggestion as the engine answered it, with offsets of the document. */
export interface OfferedItem {
  readonly info: SuggestionInfo;
  readonly insertText: string;
  /** What accepting replaces. */
  readonly range: Range;
}

/** One of our keys has asked the editor to accept a part. */
export interface Request {
  readonly extent: "word" | "line";
}

export type Phase =
  | { readonly kind: "live" }
  /** All of the text is there; the editor's command tells whether it was accepted or typed. */
  | {
      readonly kind: "complete";
      readonly at: number;
      readonly request: Request | undefined;
      /** How the text was completed. */
      readonly before: Place;
    }
  /** Over, unless an accept is reported within the grace time, or the cursor comes back. */
  | { readonly kind: "ending"; readonly at: number; readonly reason: "typed-over" | "timeout" };

export interface Watched extends Offer {
  /** Further suggestions of the same answer; the editor can cycle to them. */
  readonly others: readonly Offer[];
  /** Since when it is on screen. */
  readonly since: number;
  /** The suggest widget is open: what it inserts looks like a part of the suggestion. */
  readonly hasWidget: boolean;
  phase: Phase;
  isShown: boolean;
  isDismissed: boolean;
  /** How far it was accepted, from its beginning: what was typed along counts. */
  acceptedChars: number;
}

export function createOffer(document: DocumentView, cursor: number, item: OfferedItem): Offer | undefined {
  const place = createPlace(document, item.range, cursor, withEol(item.insertText, document.eol));
  if (!place || place.typed === place.target.length) return undefined;
  const { line, character } = document.positionAt(cursor);
  const above = Array.from({ length: Math.min(line, CONTEXT_LINES) }, (_, index) =>
    document.line(line - Math.min(line, CONTEXT_LINES) + index),
  );
  return {
    ids: new Set([item.info.id]),
    uri: document.uri,
    ownStart: place.typed,
    place,
    generation: {
      id: item.info.id,
      engine: item.info.engine,
      proposer: item.info.proposer,
      languageId: document.languageId,
      uri: document.uri,
      line,
      character,
      linePrefix: document.line(line).slice(0, character),
      contextBefore: above.join("\n"),
      text: withLf(restOf(place)),
    },
  };
}

/**
 * The rest of a suggestion that was told of before, as that suggestion with its beginning typed; undefined where its
 * beginning does not stand before the cursor.
 */
export function offerAgain(
  document: DocumentView,
  cursor: number,
  item: OfferedItem,
  generation: Generation,
): Offer | undefined {
  const target = withEol(generation.text, document.eol);
  const typed = target.length - withEol(item.insertText, document.eol).length;
  if (item.range.start !== cursor || typed < 0) return undefined;
  const place = createPlace(document, { start: cursor - typed, end: item.range.end }, cursor, target);
  return place && { ids: new Set([generation.id]), uri: document.uri, ownStart: 0, place, generation };
}

export function watch(offer: Offer, others: readonly Offer[], since: number, hasWidget: boolean): Watched {
  return {
    ...offer,
    others,
    since,
    hasWidget,
    phase: { kind: "live" },
    isShown: false,
    isDismissed: false,
    acceptedChars: 0,
  };
}

/** Whether `next` offers the same rest of the same text at the same place: one suggestion for the developer. */
export function continues(current: Watched, next: Offer): boolean {
  const isOpen =
    current.phase.kind === "live" || (current.phase.kind === "ending" && current.phase.reason === "timeout");
  return isOpen && isSamePlace(current, next) && restOf(current.place) === restOf(next.place);
}

/**
 * Once a suggestion has signals it keeps its name, and so does one that is answered as itself; else the newest answer
 * knows the place best.
 */
export function continueWith(current: Watched, next: Watched): Watched {
  const ids = new Set([...current.ids, ...next.ids]);
  const isKept = current.isShown || current.generation.id === next.generation.id;
  return isKept ? { ...current, ids, hasWidget: next.hasWidget, phase: next.phase } : { ...next, ids };
}

export function endReason(current: Watched, next: Offer): "superseded" | "timeout" {
  return isSamePlace(current, next) ? "superseded" : "timeout";
}

function isSamePlace(current: Offer, next: Offer): boolean {
  return current.uri === next.uri && cursorOf(current.place) === cursorOf(next.place);
}

export function dueAt(offer: Watched): number | undefined {
  const { phase } = offer;
  if (phase.kind === "complete") return phase.at + COMMAND_WAIT_MS;
  if (phase.kind === "ending") return phase.at + GRACE_MS;
  if (!offer.isShown) return offer.since + DWELL_MS;
  return offer.isDismissed || offer.acceptedChars > 0 ? undefined : offer.since + IGNORED_MS;
}

/** Keeps the range of an offer that is over where its text is, for an accept that is reported late. */
export function follow(offer: Offer, edits: readonly Edit[]): void {
  offer.place = { ...offer.place, range: edits.reduce(mapRange, offer.place.range) };
}

/** Whether a matching insertion came by mouse or toolbar: a key brings one character, or a line end with indentation. */
export function isMoreThanTyping(inserted: string): boolean {
  return Array.from(inserted).length > 1 && inserted.trim() !== "";
}

/** What the editor was asked for, as far as the accepted piece tells. */
export function extentOf(inserted: string, rest: string): "word" | "line" {
  const isWithLineEnd = /\S\s*\n/u.test(inserted);
  const isToLineEnd = /^\r?\n/u.test(rest) && /\w\W+\w/u.test(inserted);
  return isWithLineEnd || isToLineEnd ? "line" : "word";
}

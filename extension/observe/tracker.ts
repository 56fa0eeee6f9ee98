/**
 * What becomes of suggestions: a state machine fed with what the editor reports, emitting signals. It knows no editor;
 * time, ids, documents and diagnostics are handed in. One suggestion at a time is offered (see `offer.ts`); what was
 * accepted is followed until it is settled (see `accepted.ts`).
 */
import type { SuggestionInfo } from "../../protocol/messages.ts";
import type { DiagnosticCounts, DismissedSignal, Generation, Signal } from "../../protocol/signals.ts";
import { applyEdit, diffAsEdit, mapRange } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import { carryAccepted, changedSolidText, sliceOf, textsOf } from "./accepted.ts";
import type { Accepted, ChangeCause } from "./accepted.ts";
import { withEol, withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";
import { createPlace, cursorOf, restOf, stepThrough } from "./offer.ts";
import type { Offer, Place, Step } from "./offer.ts";

/** Visible this long counts as read (learning.md §1). */
export const DWELL_MS = 750;
/** Visible this long without an answer counts as rejected. */
export const IGNORED_MS = 10_000;
/** A burst of edits ends after this much quiet. */
export const BURST_QUIET_MS = 1_500;
/** Language servers need about this long to look at new text. */
export const DIAGNOSTICS_DELAY_MS = 2_000;
/** Text is settled after this long at the latest. */
export const SETTLE_MS_MAX = 5 * 60_000;
export const ACCEPTED_MAX = 64;
/** The editor's events of one action come one after the other: what looks like an end may yet be an accept. */
export const GRACE_MS = 150;
/** How long complete text waits for the command that tells whether it was accepted. */
export const COMMAND_WAIT_MS = 1_000;
/** How long, and how many, ended suggestions may still be reported as accepted. */
const ENDED_KEPT_MS = 5_000;
const ENDED_MAX = 16;
/** How many suggestions that were told of are recognised when they are offered again. */
const TOLD_MAX = 64;
const CONTEXT_LINES = 20;
/** More edits in one change are followed as a single one, unless they are in the usual descending order. */
const EDITS_MAX = 32;

/** A suggestion as the engine answered it, with offsets of the document. */
export interface OfferedItem {
  readonly info: SuggestionInfo;
  readonly insertText: string;
  /** What accepting replaces. */
  readonly range: Range;
}

export interface TrackerDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly createId: () => string;
  readonly emit: (signal: Signal) => void;
  /** An open document as it is now. */
  readonly document: (uri: string) => DocumentView | undefined;
  /** Errors and warnings on the lines `first` to `last`. */
  readonly diagnostics: (uri: string, first: number, last: number) => DiagnosticCounts;
  readonly settleMs: () => number;
}

/** The suggestion that "Rate Last Suggestion" is about. */
export interface LastGeneration {
  readonly id: string;
  readonly text: string;
  readonly wasAccepted: boolean;
}

/** The suggestion that "Why This Suggestion?" and "Not My Style" are about. */
export interface Subject {
  readonly id: string;
  readonly text: string;
  readonly isOnScreen: boolean;
}

/** One of our keys has asked the editor to accept a part. */
interface Request {
  readonly extent: "word" | "line";
}

type Phase =
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

interface Watched extends Offer {
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

interface Acceptance {
  readonly extent: "whole" | "word" | "line";
  readonly request: Request | undefined;
  /** The suggestion's place before this piece was accepted. */
  readonly before: Place;
  /** Up to where it is accepted now, in its target. */
  readonly typed: number;
  /** What was replaced behind the cursor. */
  readonly replaced: string;
  /** From the start of the generation to the end of what is accepted by now. */
  readonly range: Range;
}

type WithoutStamp<T> = T extends Signal ? Omit<T, "id" | "at"> : never;

export class Tracker {
  readonly #deps: TrackerDeps;
  #offer: Watched | undefined;
  #ended: { readonly offer: Watched; readonly at: number }[] = [];
  /** By generation, the latest at the end: an answer may come again, and is no other generation then. */
  readonly #told = new Map<string, Watched>();
  #request: Request | undefined;
  readonly #accepted = new Map<string, Accepted>();
  /** Texts of the documents with accepted text in them, as of their last change. */
  readonly #mirrors = new Map<string, string>();
  #last: LastGeneration | undefined;

  constructor(deps: TrackerDeps) {
    this.#deps = deps;
  }

  get last(): LastGeneration | undefined {
    return this.#last;
  }

  /** The suggestion on screen, however short a time; else the one that was shown or accepted last. */
  get subject(): Subject | undefined {
    if (this.#offer?.phase.kind === "live") {
      const { id, text } = this.#offer.generation;
      return { id, text, isOnScreen: true };
    }
    return this.#last && { id: this.#last.id, text: this.#last.text, isOnScreen: false };
  }

  /**
   * Suggestions are offered at `cursor`, the first of them on screen. None: what was offered is gone. `hasWidget` tells
   * whether the suggest widget is open as well.
   */
  offered(document: DocumentView, cursor: number, items: readonly OfferedItem[], hasWidget = false): void {
    const offers = items
      .map((item) => {
        const told = this.#told.get(item.info.id)?.generation;
        return (told && offerAgain(document, cursor, item, told)) ?? createOffer(document, cursor, item);
      })
      .filter((offer) => offer !== undefined);
    const [first, ...others] = offers;
    const current = this.#offer;
    if (current && first && continues(current, first)) {
      this.#offer = continueWith(current, watch(first, others, current.since, hasWidget));
      return;
    }
    if (current?.phase.kind === "ending") this.#end(current.phase.reason);
    else if (current) this.#end(first ? endReason(current, first) : undefined);
    if (first) this.#offer = { ...watch(first, others, this.#deps.now(), hasWidget), ...this.#toldOf(first) };
  }

  /** What has become of a suggestion that is offered once more. */
  #toldOf({ generation }: Offer): Partial<Pick<Watched, "isShown" | "isDismissed" | "acceptedChars">> {
    const told = this.#told.get(generation.id);
    return told ? { isShown: true, isDismissed: told.isDismissed, acceptedChars: told.acceptedChars } : {};
  }

  /** The document has changed; each edit applies to what its predecessors left. */
  changed(document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    if (edits.length === 0) return;
    this.#changeAccepted(document, edits, cause);
    for (const { offer } of this.#ended) if (offer.uri === document.uri) follow(offer, edits);
    if (this.#offer?.uri === document.uri) this.#changeOffer(this.#offer, document, edits, cause);
  }

  /** The active editor's cursor is at `offset` of `uri`; undefined: there is none, or a selection. */
  selected(uri: string | undefined, offset: number | undefined): void {
    const offer = this.#offer;
    if (!offer) return;
    const isThere = offer.uri === uri && cursorOf(offer.place) === offset;
    if (isThere && offer.phase.kind === "ending" && offer.phase.reason === "timeout") offer.phase = { kind: "live" };
    // Not over at once: the cursor may be ahead of the change or of the accept that moves it.
    if (!isThere && offer.phase.kind === "live") {
      offer.phase = { kind: "ending", at: this.#deps.now(), reason: "timeout" };
    }
  }

  /** The editor reports that a suggestion was accepted to its end. */
  accepted(info: SuggestionInfo): void {
    const watched = [...(this.#offer ? [this.#offer] : []), ...this.#ended.map(({ offer }) => offer)];
    const offer = watched.find((one) => one.ids.has(info.id) || one.others.some((other) => other.ids.has(info.id)));
    if (!offer) return;
    const chosen = offer.ids.has(info.id) ? offer : this.#switchTo(offer, info.id);
    this.#acceptAll(chosen, chosen.phase.kind === "complete" ? chosen.phase.request : this.#request);
    this.#ended = this.#ended.filter((ended) => ended.offer !== offer);
    if (offer === this.#offer) this.#offer = undefined;
  }

  /** One of our keys asks the editor to accept the next word or line; {@link requestDone} follows. */
  requested(extent: "word" | "line"): void {
    this.#request = { extent };
  }

  requestDone(): void {
    this.#request = undefined;
  }

  /** Escape was pressed while a suggestion was visible. */
  escaped(): void {
    if (this.#offer?.phase.kind !== "live") return;
    this.#show(this.#offer);
    this.#end("escape");
  }

  /** The document was closed: what was accepted in it is settled. */
  closed(uri: string): void {
    if (this.#offer?.uri === uri) this.#end("timeout");
    this.#ended = this.#ended.filter(({ offer }) => offer.uri !== uri);
    for (const accepted of [...this.#accepted.values()]) if (accepted.uri === uri) this.#settle(accepted);
  }

  /** Does what is due; call it at {@link nextAt}. */
  tick(): void {
    const now = this.#deps.now();
    if (this.#offer) this.#tickOffer(this.#offer, now);
    const isOpen = ({ at }: { readonly at: number }): boolean => now < at + ENDED_KEPT_MS;
    for (const ended of this.#ended) if (!isOpen(ended)) this.#typedOut(ended.offer);
    this.#ended = this.#ended.filter(isOpen);
    for (const accepted of [...this.#accepted.values()]) this.#tickAccepted(accepted, now);
  }

  /** When something is due next, in milliseconds since the epoch. */
  nextAt(): number | undefined {
    const times = this.#ended.map(({ at }) => at + ENDED_KEPT_MS);
    const offerAt = this.#offer && dueAt(this.#offer);
    if (offerAt !== undefined) times.push(offerAt);
    for (const accepted of this.#accepted.values()) {
      times.push(this.#settleAt(accepted));
      if (accepted.burst) times.push(accepted.changedAt + BURST_QUIET_MS);
      if (accepted.diagnosticsAt !== undefined) times.push(accepted.diagnosticsAt);
    }
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Rates a generation that was shown, usually the {@link last}. */
  rate(generationId: string, rating: "up" | "down", words: string): void {
    this.#emit({ kind: "rated", generationId, rating, words });
  }

  /** Settles all that is followed: the window closes. */
  finish(): void {
    if (this.#offer) this.#end(undefined);
    for (const accepted of [...this.#accepted.values()]) this.#settle(accepted);
  }

  /** Forgets everything without a signal: learning was switched off. */
  reset(): void {
    this.#offer = undefined;
    this.#ended = [];
    this.#request = undefined;
    this.#told.clear();
    this.#accepted.clear();
    this.#mirrors.clear();
    this.#last = undefined;
  }

  #changeOffer(offer: Watched, document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    const isOver =
      offer.phase.kind === "complete" || (offer.phase.kind === "ending" && offer.phase.reason === "typed-over");
    if (isOver) {
      follow(offer, edits);
      return;
    }
    const { step, chosen } = this.#stepBest(offer, document, edits);
    const before = chosen.place;
    const now = this.#deps.now();
    this.#offer = chosen;
    switch (step.kind) {
      case "kept":
        chosen.place = step.place;
        break;
      case "typed":
        chosen.place = step.place;
        chosen.phase = { kind: "live" };
        break;
      case "piece":
        chosen.place = step.place;
        chosen.phase = { kind: "live" };
        if (cause === "edit" && (this.#request ?? (!chosen.hasWidget && isMoreThanTyping(step.inserted)))) {
          this.#accept(chosen, {
            extent: this.#request?.extent ?? extentOf(step.inserted, restOf(step.place)),
            request: this.#request,
            before,
            typed: step.place.typed,
            replaced: "",
            range: { start: step.place.range.start + chosen.ownStart, end: cursorOf(step.place) },
          });
        }
        break;
      case "complete":
        chosen.place = step.place;
        chosen.phase = { kind: "complete", at: now, request: this.#request, before };
        break;
      case "diverged":
        chosen.place = { ...chosen.place, range: step.range };
        chosen.phase = { kind: "ending", at: now, reason: "typed-over" };
        break;
    }
  }

  /** The suggestion on screen, or another of the same answer where only that one fits what was inserted. */
  #stepBest(offer: Watched, document: DocumentView, edits: readonly Edit[]): { step: Step; chosen: Watched } {
    const step = stepThrough(offer.place, edits, document);
    const otherSteps = offer.others.map((other) => ({ other, step: stepThrough(other.place, edits, document) }));
    if (step.kind === "diverged") {
      const fit = otherSteps.find(({ step: { kind } }) => kind === "piece" || kind === "complete");
      const id = fit && [...fit.other.ids][0];
      if (fit && id !== undefined) return { step: fit.step, chosen: this.#switchTo(offer, id) };
    }
    for (const { other, step: otherStep } of otherSteps) {
      if (otherStep.kind === "diverged") follow(other, edits);
      else other.place = otherStep.place;
    }
    return { step, chosen: offer };
  }

  /** The developer has cycled to another suggestion of the same answer. */
  #switchTo(offer: Watched, id: string): Watched {
    const other = offer.others.find((one) => one.ids.has(id));
    if (!other) return offer;
    this.#dismiss(offer, "superseded");
    return watch(other, [], offer.since, offer.hasWidget);
  }

  #acceptAll(offer: Watched, request: Request | undefined): void {
    const { phase, place } = offer;
    const document = this.#deps.document(offer.uri);
    const whole = { start: place.range.start, end: place.range.start + place.target.length };
    const range = document?.slice(whole.start, whole.end) === place.target ? whole : place.range;
    const before = phase.kind === "complete" ? phase.before : place;
    this.#accept(offer, {
      extent: request?.extent ?? "whole",
      request,
      before,
      typed: before.target.length,
      replaced: before.behind,
      range: { start: Math.min(range.start + offer.ownStart, range.end), end: range.end },
    });
  }

  #accept(offer: Watched, { extent, request, before, typed, replaced, range }: Acceptance): void {
    const { uri, generation } = offer;
    const now = this.#deps.now();
    this.#show(offer);
    offer.acceptedChars = withLf(before.target.slice(offer.ownStart, typed)).length;
    this.#last = { id: generation.id, text: generation.text, wasAccepted: true };
    this.#emit({
      kind: "accepted",
      generationId: generation.id,
      extent,
      via: request ? "key" : "editor",
      acceptedChars: offer.acceptedChars,
      dwellMs: now - offer.since,
    });

    const known = this.#accepted.get(generation.id);
    if (known) {
      known.range = { start: known.range.start, end: Math.max(known.range.end, range.end) };
      known.textBefore += replaced;
      known.changedAt = now;
      // The change that brought this piece is no edit of the developer's.
      if (known.burst && now < known.burst.startedAt + COMMAND_WAIT_MS) known.burst = undefined;
      known.diagnosticsAt = now + DIAGNOSTICS_DELAY_MS;
      return;
    }
    const document = this.#deps.document(uri);
    if (!document) return;
    if (!this.#mirrors.has(uri)) this.#mirrors.set(uri, document.text());
    const { line } = document.positionAt(range.start);
    this.#accepted.set(generation.id, {
      generationId: generation.id,
      uri,
      acceptedAt: now,
      diagnosticsBefore: this.#deps.diagnostics(uri, line, line),
      textBefore: before.target.slice(offer.ownStart, before.typed) + replaced,
      range,
      changedAt: now,
      burst: undefined,
      diagnosticsAt: now + DIAGNOSTICS_DELAY_MS,
      undone: undefined,
    });
    const [oldest] = this.#accepted.values();
    if (oldest && this.#accepted.size > ACCEPTED_MAX) this.#settle(oldest);
  }

  #changeAccepted(document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    const { uri } = document;
    const before = this.#mirrors.get(uri);
    if (before === undefined) return;
    const now = this.#deps.now();
    const { followed, texts } = readChange(before, edits, document);
    this.#mirrors.set(uri, texts.at(-1)!);
    for (const accepted of this.#accepted.values()) {
      if (accepted.uri !== uri) continue;
      const happened = carryAccepted(accepted, texts, followed, cause, now);
      if (happened === "undone") this.#undo(accepted);
    }
  }

  #undo(accepted: Accepted): void {
    this.#endBurst(accepted, accepted.undone ?? "");
    const sinceAcceptMs = this.#deps.now() - accepted.acceptedAt;
    this.#emit({ kind: "undone", generationId: accepted.generationId, sinceAcceptMs });
  }

  #tickOffer(offer: Watched, now: number): void {
    const at = dueAt(offer);
    if (at === undefined || now < at) return;
    switch (offer.phase.kind) {
      case "live":
        this.#show(offer);
        if (now >= offer.since + IGNORED_MS) this.#dismiss(offer, "timeout");
        break;
      case "complete":
        // Our key was pressed for the last piece: accepted, though the editor sent no command.
        if (offer.phase.request) {
          this.#acceptAll(offer, offer.phase.request);
          this.#offer = undefined;
        } else {
          this.#end(undefined);
        }
        break;
      case "ending":
        this.#end(offer.phase.reason);
        break;
    }
  }

  #tickAccepted(accepted: Accepted, now: number): void {
    const { diagnosticsAt } = accepted;
    if (accepted.burst && now >= accepted.changedAt + BURST_QUIET_MS) this.#endBurst(accepted, this.#textOf(accepted));
    if (diagnosticsAt !== undefined && now >= diagnosticsAt) this.#diagnose(accepted, "after");
    if (now >= this.#settleAt(accepted)) this.#settle(accepted);
  }

  #settleAt(accepted: Accepted): number {
    const latest = accepted.acceptedAt + SETTLE_MS_MAX;
    // While the rest of it is on screen, more of it may be accepted.
    const isOpen = this.#offer?.generation.id === accepted.generationId;
    return isOpen ? latest : Math.min(accepted.changedAt + this.#deps.settleMs(), latest);
  }

  #endBurst(accepted: Accepted, text: string): void {
    const { burst } = accepted;
    accepted.burst = undefined;
    if (!burst || !changedSolidText(burst, text)) return;
    const sinceAcceptMs = burst.startedAt - accepted.acceptedAt;
    this.#emit({ kind: "edited", generationId: accepted.generationId, sinceAcceptMs, text: withLf(text) });
  }

  #diagnose(accepted: Accepted, phase: "after" | "settled"): void {
    accepted.diagnosticsAt = undefined;
    const document = this.#deps.document(accepted.uri);
    if (!document) return;
    const first = document.positionAt(accepted.range.start).line;
    const last = document.positionAt(accepted.range.end).line;
    const now = this.#deps.diagnostics(accepted.uri, first, last);
    this.#emit({
      kind: "diagnostics",
      generationId: accepted.generationId,
      phase,
      before: accepted.diagnosticsBefore,
      now,
    });
  }

  /** The last signal about accepted text: nothing follows it but a rating. */
  #settle(accepted: Accepted): void {
    this.#endBurst(accepted, this.#textOf(accepted));
    this.#diagnose(accepted, "settled");
    const texts = textsOf(this.#mirrors.get(accepted.uri) ?? "", accepted.range);
    const sinceAcceptMs = this.#deps.now() - accepted.acceptedAt;
    this.#emit({ kind: "settled", generationId: accepted.generationId, sinceAcceptMs, ...texts });
    this.#accepted.delete(accepted.generationId);
    this.#ended = this.#ended.filter(({ offer }) => offer.generation.id !== accepted.generationId);
    if (this.#offer?.generation.id === accepted.generationId) this.#offer = undefined;
    if (![...this.#accepted.values()].some(({ uri }) => uri === accepted.uri)) this.#mirrors.delete(accepted.uri);
  }

  #textOf(accepted: Accepted): string {
    return sliceOf(this.#mirrors.get(accepted.uri) ?? "", accepted.range);
  }

  #show(offer: Watched): void {
    if (offer.isShown) return;
    offer.isShown = true;
    this.#told.set(offer.generation.id, offer);
    if (this.#told.size > TOLD_MAX) this.#told.delete(this.#told.keys().next().value!);
    this.#last = { id: offer.generation.id, text: offer.generation.text, wasAccepted: false };
    this.#emit({ kind: "shown", generationId: offer.generation.id, generation: offer.generation });
  }

  /** The offer is over. What was never read is no rejection, nor is what was accepted in part or typed to its end. */
  #end(reason: DismissedSignal["reason"] | undefined): void {
    const offer = this.#offer;
    if (!offer) return;
    this.#offer = undefined;
    this.#ended.push({ offer, at: this.#deps.now() });
    if (this.#ended.length > ENDED_MAX) this.#ended.shift();
    if (reason && offer.phase.kind !== "complete") this.#dismiss(offer, reason);
  }

  /** All of it is there, and nobody has reported that it was accepted. */
  #typedOut(offer: Watched): void {
    if (offer.phase.kind === "complete") this.#dismiss(offer, "typed-out", offer.phase.at);
  }

  #dismiss(offer: Watched, reason: DismissedSignal["reason"], at = this.#deps.now()): void {
    if (!offer.isShown || offer.isDismissed || offer.acceptedChars > 0) return;
    offer.isDismissed = true;
    const dwellMs = at - offer.since;
    this.#emit({ kind: "dismissed", generationId: offer.generation.id, reason, dwellMs });
  }

  #emit(signal: WithoutStamp<Signal>): void {
    this.#deps.emit({ id: this.#deps.createId(), at: this.#deps.now(), ...signal });
  }
}

/** The edits to follow, and the document's text before the first and after each. */
function readChange(
  before: string,
  edits: readonly Edit[],
  document: DocumentView,
): { followed: readonly Edit[]; texts: readonly string[] } {
  const length = edits.reduce((sum, edit) => sum + edit.inserted.length - edit.deleted, before.length);
  const isDescending = edits.every(
    (edit, index) => index === 0 || edit.offset + edit.deleted <= edits[index - 1]!.offset,
  );
  if (length !== document.length || (!isDescending && edits.length > EDITS_MAX)) {
    // Our copy has drifted (a change was never reported), or this is a rewrite rather than an edit.
    const after = document.text();
    return { followed: [diffAsEdit(before, after)], texts: [before, after] };
  }
  if (isDescending && edits.length > 1) {
    // What stands before an edit is untouched by its predecessors, and that is all that is looked at.
    return { followed: edits, texts: [...edits.map(() => before), document.text()] };
  }
  const texts = [before];
  for (const edit of edits) texts.push(applyEdit(texts.at(-1)!, edit));
  return { followed: edits, texts };
}

function createOffer(document: DocumentView, cursor: number, item: OfferedItem): Offer | undefined {
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
function offerAgain(
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

function watch(offer: Offer, others: readonly Offer[], since: number, hasWidget: boolean): Watched {
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
function continues(current: Watched, next: Offer): boolean {
  const isOpen =
    current.phase.kind === "live" || (current.phase.kind === "ending" && current.phase.reason === "timeout");
  return isOpen && isSamePlace(current, next) && restOf(current.place) === restOf(next.place);
}

/**
 * Once a suggestion has signals it keeps its name, and so does one that is answered as itself; else the newest answer
 * knows the place best.
 */
function continueWith(current: Watched, next: Watched): Watched {
  const ids = new Set([...current.ids, ...next.ids]);
  const isKept = current.isShown || current.generation.id === next.generation.id;
  return isKept ? { ...current, ids, hasWidget: next.hasWidget, phase: next.phase } : { ...next, ids };
}

function endReason(current: Watched, next: Offer): "superseded" | "timeout" {
  return isSamePlace(current, next) ? "superseded" : "timeout";
}

function isSamePlace(current: Offer, next: Offer): boolean {
  return current.uri === next.uri && cursorOf(current.place) === cursorOf(next.place);
}

function dueAt(offer: Watched): number | undefined {
  const { phase } = offer;
  if (phase.kind === "complete") return phase.at + COMMAND_WAIT_MS;
  if (phase.kind === "ending") return phase.at + GRACE_MS;
  if (!offer.isShown) return offer.since + DWELL_MS;
  return offer.isDismissed || offer.acceptedChars > 0 ? undefined : offer.since + IGNORED_MS;
}

/** Keeps the range of an offer that is over where its text is, for an accept that is reported late. */
function follow(offer: Offer, edits: readonly Edit[]): void {
  offer.place = { ...offer.place, range: edits.reduce(mapRange, offer.place.range) };
}

/** Whether a matching insertion came by mouse or toolbar: a key brings one character, or a line end with indentation. */
function isMoreThanTyping(inserted: string): boolean {
  return Array.from(inserted).length > 1 && inserted.trim() !== "";
}

/** What the editor was asked for, as far as the accepted piece tells. */
function extentOf(inserted: string, rest: string): "word" | "line" {
  const isWithLineEnd = /\S\s*\n/u.test(inserted);
  const isToLineEnd = /^\r?\n/u.test(rest) && /\w\W+\w/u.test(inserted);
  return isWithLineEnd || isToLineEnd ? "line" : "word";
}

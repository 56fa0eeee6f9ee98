/**
 * Suggestions on screen: a state machine fed with what the editor reports. One is offered at a time (see `offer.ts`); it
 * tells whether that was shown, and how it was taken or turned down.
 */
import type { SuggestionInfo } from "../../protocol/messages.ts";
import type { DismissedSignal } from "../../protocol/signals.ts";
import type { Edit, Range } from "../../text/edit.ts";
import type { ChangeCause } from "./accepted.ts";
import { withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";
import type { Fact, NewAccepted } from "./following.ts";
import { cursorOf, restOf, stepThrough } from "./offer.ts";
import type { Offer, Place, Step } from "./offer.ts";
import {
  continues,
  continueWith,
  createOffer,
  dueAt,
  endReason,
  extentOf,
  follow,
  IGNORED_MS,
  isMoreThanTyping,
  offerAgain,
  watch,
} from "./watched.ts";
import type { OfferedItem, Request, Watched } from "./watched.ts";

/** How long, and how many, ended suggestions may still be reported as accepted. */
const ENDED_KEPT_MS = 5_000;
const ENDED_MAX = 16;
/** How many suggestions that were told of are recognised when they are offered again. */
const TOLD_MAX = 64;

export interface OffersDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly emit: (fact: Fact) => void;
  /** An open document as it is now. */
  readonly document: (uri: string) => DocumentView | undefined;
  /** Told after each accepted part. */
  readonly onAccepted: (accepted: NewAccepted) => void;
}

/** The suggestion that "Rate Last Suggestion" is about. */
export interface LastGeneration {
  readonly id: string;
  readonly text: string;
  readonly wasAccepted: boolean;
  /** When it was shown, or accepted. */
  readonly at: number;
}

/** The suggestion that "Why This Suggestion?" and "Not My Style" are about. */
export interface Subject {
  readonly id: string;
  readonly text: string;
  readonly isOnScreen: boolean;
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

export class Offers {
  readonly #deps: OffersDeps;
  #offer: Watched | undefined;
  #ended: { readonly offer: Watched; readonly at: number }[] = [];
  /** By generation, the latest at the end: an answer may come again, and is no other generation then. */
  readonly #told = new Map<string, Watched>();
  #request: Request | undefined;
  #last: LastGeneration | undefined;

  constructor(deps: OffersDeps) {
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

  /** The document was closed. */
  closed(uri: string): void {
    if (this.#offer?.uri === uri) this.#end("timeout");
    this.#ended = this.#ended.filter(({ offer }) => offer.uri !== uri);
  }

  /** Nothing more of it can be accepted. */
  settled(generationId: string): void {
    this.#ended = this.#ended.filter(({ offer }) => offer.generation.id !== generationId);
    if (this.#offer?.generation.id === generationId) this.#offer = undefined;
  }

  isOnScreen(generationId: string): boolean {
    return this.#offer?.generation.id === generationId;
  }

  /** Does what is due; call it at {@link nextAt}. */
  tick(now: number): void {
    if (this.#offer) this.#tickOffer(this.#offer, now);
    const isOpen = ({ at }: { readonly at: number }): boolean => now < at + ENDED_KEPT_MS;
    for (const ended of this.#ended) if (!isOpen(ended)) this.#typedOut(ended.offer);
    this.#ended = this.#ended.filter(isOpen);
  }

  /** When something is due next, in milliseconds since the epoch. */
  nextAt(): number | undefined {
    const times = this.#ended.map(({ at }) => at + ENDED_KEPT_MS);
    const offerAt = this.#offer && dueAt(this.#offer);
    if (offerAt !== undefined) times.push(offerAt);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The window closes. */
  finish(): void {
    if (this.#offer) this.#end(undefined);
  }

  /** Forgets everything without a signal: learning was switched off. */
  reset(): void {
    this.#offer = undefined;
    this.#ended = [];
    this.#request = undefined;
    this.#told.clear();
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
    this.#last = { id: generation.id, text: generation.text, wasAccepted: true, at: now };
    this.#deps.emit({
      kind: "accepted",
      generationId: generation.id,
      extent,
      via: request ? "key" : "editor",
      acceptedChars: offer.acceptedChars,
      dwellMs: now - offer.since,
    });

    this.#deps.onAccepted({
      generationId: generation.id,
      uri,
      range,
      inserted: typed - before.typed,
      textBefore: before.target.slice(offer.ownStart, before.typed) + replaced,
      replaced,
    });
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

  #show(offer: Watched): void {
    if (offer.isShown) return;
    offer.isShown = true;
    this.#told.set(offer.generation.id, offer);
    if (this.#told.size > TOLD_MAX) this.#told.delete(this.#told.keys().next().value!);
    this.#last = { id: offer.generation.id, text: offer.generation.text, wasAccepted: false, at: this.#deps.now() };
    this.#deps.emit({ kind: "shown", generationId: offer.generation.id, generation: offer.generation });
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
    this.#deps.emit({ kind: "dismissed", generationId: offer.generation.id, reason, dwellMs });
  }
}

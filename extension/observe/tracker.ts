/**
 * What becomes of suggestions: fed with what the editor reports, emitting signals. It knows no editor; time, ids,
 * documents and diagnostics are handed in. What is on screen is watched by `offers.ts`; what was accepted is followed by
 * `following.ts`.
 */
import type { SuggestionInfo } from "../../protocol/messages.ts";
import type { DiagnosticCounts, Signal, SurvivalMoment } from "../../protocol/signals.ts";
import type { Edit } from "../../text/edit.ts";
import type { Owners } from "../../text/owners.ts";
import type { ChangeCause } from "./accepted.ts";
import type { DocumentView } from "./document.ts";
import type { FollowedState } from "./followed.ts";
import { Following } from "./following.ts";
import type { Fact, NewAccepted, Surviving } from "./following.ts";
import { Offers } from "./offers.ts";
import type { LastGeneration, Subject } from "./offers.ts";
import type { OfferedItem } from "./watched.ts";

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

/** Snoozed later than this after a suggestion, something else was the reason (ours). */
const SNOOZED_AFTER_MS_MAX = 30_000;

export class Tracker {
  readonly #deps: TrackerDeps;
  readonly #offers: Offers;
  readonly #following: Following;

  constructor(deps: TrackerDeps) {
    this.#deps = deps;
    const { now, document, diagnostics, settleMs } = deps;
    const emit = (fact: Fact): void => this.#emit(fact);
    this.#following = new Following({
      now,
      emit,
      document,
      diagnostics,
      settleMs,
      isOnScreen: (generationId) => this.#offers.isOnScreen(generationId),
      onSettled: (generationId) => this.#offers.settled(generationId),
    });
    this.#offers = new Offers({ now, emit, document, onAccepted: (accepted) => this.#following.accept(accepted) });
  }

  get last(): LastGeneration | undefined {
    return this.#offers.last;
  }

  /** The suggestion on screen, however short a time; else the one that was shown or accepted last. */
  get subject(): Subject | undefined {
    return this.#offers.subject;
  }

  /**
   * Suggestions are offered at `cursor`, the first of them on screen. None: what was offered is gone. `hasWidget` tells
   * whether the suggest widget is open as well.
   */
  offered(document: DocumentView, cursor: number, items: readonly OfferedItem[], hasWidget = false): void {
    this.#offers.offered(document, cursor, items, hasWidget);
  }

  /** The document has changed; each edit applies to what its predecessors left. */
  changed(document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    if (edits.length === 0) return;
    this.#following.change(document, edits, cause);
    this.#offers.changed(document, edits, cause);
  }

  /** The active editor's cursor is at `offset` of `uri`; undefined: there is none, or a selection. */
  selected(uri: string | undefined, offset: number | undefined): void {
    this.#offers.selected(uri, offset);
  }

  /** The editor reports that a suggestion was accepted to its end. */
  accepted(info: SuggestionInfo): void {
    this.#offers.accepted(info);
  }

  /** One of our keys asks the editor to accept the next word or line; {@link requestDone} follows. */
  requested(extent: "word" | "line"): void {
    this.#offers.requested(extent);
  }

  requestDone(): void {
    this.#offers.requestDone();
  }

  /** Escape was pressed while a suggestion was visible. */
  escaped(): void {
    this.#offers.escaped();
  }

  /** Suggestions were snoozed: soon after one, that says something of it. */
  snoozed(): void {
    const { last } = this.#offers;
    const sinceShownMs = this.#deps.now() - (last?.at ?? 0);
    if (last && sinceShownMs <= SNOOZED_AFTER_MS_MAX) {
      this.#emit({ kind: "snoozed", generationId: last.id, sinceShownMs });
    }
  }

  /** A generation that was not offered by us is in a document, and is followed like accepted text. */
  follow(accepted: NewAccepted): void {
    this.#following.accept(accepted);
  }

  /** A document was opened: what was followed in it is looked for. */
  opened(document: DocumentView): void {
    this.#following.opened(document);
  }

  saved(uri: string): void {
    this.#following.saved(uri);
  }

  /** The document was closed: what was accepted in it is settled. */
  closed(uri: string): void {
    this.#offers.closed(uri);
    this.#following.closed(uri);
  }

  /** A file or folder has another name now. */
  renamed(from: string, to: string): void {
    this.#following.renamed(from, to);
  }

  /** Another branch was checked out where `isInside` says: snapshots across that are discarded. */
  branchSwitched(isInside: (uri: string) => boolean): void {
    this.#following.branchSwitched(isInside);
  }

  /** Tells what is left now of all that is followed in an open document. */
  snapshot(uri: string, moment: SurvivalMoment): void {
    this.#following.snapshot(uri, moment);
  }

  /** What is left of each generation that is followed in a document which is open. */
  surviving(uri: string): readonly Surviving[] {
    return this.#following.surviving(uri);
  }

  /** Who wrote each character of a document; undefined where nothing is followed in it. */
  owners(uri: string): Owners | undefined {
    return this.#following.owners(uri);
  }

  /** Does what is due; call it at {@link nextAt}. */
  tick(): void {
    const now = this.#deps.now();
    this.#offers.tick(now);
    this.#following.tick(now);
  }

  /** When something is due next, in milliseconds since the epoch. */
  nextAt(): number | undefined {
    const times = [this.#offers.nextAt(), this.#following.nextAt()].filter((at) => at !== undefined);
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** Rates a generation that was shown, usually the {@link last}. */
  rate(generationId: string, rating: "up" | "down", words: string): void {
    this.#emit({ kind: "rated", generationId, rating, words });
  }

  /** Settles all that is followed: the window closes. */
  finish(): void {
    this.#offers.finish();
    this.#following.finish();
  }

  /** What the next window needs to go on following. */
  states(): readonly FollowedState[] {
    return this.#following.states();
  }

  /** Goes on with what an earlier window followed, as its documents are opened. */
  restore(states: readonly FollowedState[], documents: readonly DocumentView[]): void {
    this.#following.restore(states, documents);
  }

  /** Stops following these, without a signal: they were forgotten. */
  letGo(generationIds: readonly string[]): void {
    this.#following.letGo(generationIds);
  }

  /** Forgets everything without a signal: learning was switched off. */
  reset(): void {
    this.#offers.reset();
    this.#following.reset();
  }

  #emit(fact: Fact): void {
    this.#deps.emit({ id: this.#deps.createId(), at: this.#deps.now(), ...fact });
  }
}

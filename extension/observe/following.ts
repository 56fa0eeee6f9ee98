/**
 * Accepted text, followed until nothing more can be said about it: through edits, moves and undo, after it has settled
 * and while its document is closed. Tells of bursts of edits, of what is left at each moment, and when it settles.
 */
import type { DiagnosticCounts, Signal, SurvivalMoment } from "../../protocol/signals.ts";
import { mapPosition } from "../../text/edit.ts";
import type { Edit, Range } from "../../text/edit.ts";
import { findFingerprint, fingerprintOf } from "../../text/fingerprint.ts";
import { countOwned, ownedBy, placesOf, sliceOwners } from "../../text/owners.ts";
import type { Owners } from "../../text/owners.ts";
import { carryAccepted, changedSolidText, sliceOf, textsOf } from "./accepted.ts";
import type { Accepted, Away, ChangeCause, Sighting } from "./accepted.ts";
import { withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";
import { readFollowed, writeFollowed } from "./followed.ts";
import type { FollowedState } from "./followed.ts";
import { Mirror } from "./mirror.ts";
import { Moves } from "./moves.ts";
import { COMMAND_WAIT_MS } from "./watched.ts";

/** A burst of edits ends after this much quiet. */
export const BURST_QUIET_MS = 1_500;
/** Language servers need about this long to look at new text. */
export const DIAGNOSTICS_DELAY_MS = 2_000;
/** Text is settled after this long at the latest. */
export const SETTLE_MS_MAX = 5 * 60_000;
/** Unsettled ones; with a further one the oldest settles early. */
export const ACCEPTED_MAX = 64;
/** Settled ones as well; with a further one the oldest is given up. */
export const FOLLOWED_MAX = 256;
/** A commit comes within a day, or says little about the suggestion. */
export const FOLLOWED_MS_MAX = 24 * 3_600_000;
/** When survival is looked at (learning.md §1), in seconds after accepting. */
const MOMENTS = [5, 30, 120, 300, 600] as const satisfies readonly number[];
/** A moment that was missed by more than this (asleep, closed) is left out: it would tell of another time. */
const LATE_SHARE_MAX = 0.2;
const LATE_MS_MIN = 2_000;
/** Longer texts are cut in a signal. */
const TEXT_CHARS_MAX = 20_000;
/** Moved parts further apart than this are not one text. */
const GAP_CHARS_MAX = 200;
/** Parts out of sight that are kept of one generation, the latest ones. */
const PARTS_MAX = 8;
/** Shorter texts are found again only where they were. */
const FINDABLE_CHARS_MIN = 12;

type WithoutStamp<T> = T extends Signal ? Omit<T, "id" | "at"> : never;
/** A signal before it gets its id and time. */
export type Fact = WithoutStamp<Signal>;

export interface FollowingDeps {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly emit: (fact: Fact) => void;
  /** An open document as it is now. */
  readonly document: (uri: string) => DocumentView | undefined;
  /** Errors and warnings on the lines `first` to `last`. */
  readonly diagnostics: (uri: string, first: number, last: number) => DiagnosticCounts;
  readonly settleMs: () => number;
  /** Whether the rest of it is still on screen. */
  readonly isOnScreen: (generationId: string) => boolean;
  /** Nothing more of it can be accepted. */
  readonly onSettled: (generationId: string) => void;
}

/** Text that was accepted just now. */
export interface NewAccepted {
  readonly generationId: string;
  readonly uri: string;
  /** From the start of the generation to the end of what is accepted by now. */
  readonly range: Range;
  /** How many characters at the end of `range` were put in just now, and are the machine's. */
  readonly inserted: number;
  /** What stood in the range before. */
  readonly textBefore: string;
  /** Of that, what was replaced behind the cursor. */
  readonly replaced: string;
}

/** What is left of a generation. */
export interface Surviving {
  readonly generationId: string;
  readonly acceptedAt: number;
  readonly range: Range;
  /** The text in the range, with "\n" line ends. */
  readonly text: string;
  /** Characters that are still the machine's. */
  readonly machineChars: number;
}

export class Following {
  readonly #deps: FollowingDeps;
  readonly #accepted = new Map<string, Accepted>();
  /** The documents with followed text in them, as of their last change. */
  readonly #mirrors = new Map<string, Mirror>();
  readonly #moves = new Moves();

  constructor(deps: FollowingDeps) {
    this.#deps = deps;
  }

  /** More of a generation, or all of it, was accepted. */
  accept({ generationId, uri, range, inserted, textBefore, replaced }: NewAccepted): void {
    const now = this.#deps.now();
    const document = this.#deps.document(uri);
    const known = this.#accepted.get(generationId);
    if (!document) return;
    const mirror = this.#mirrorOf(document);
    const machine = { start: Math.max(range.start, range.end - inserted), end: range.end };
    mirror.assign(machine, ownedBy(generationId, machine.end - machine.start));
    if (known && known.settled === undefined) {
      known.range = { start: known.range.start, end: Math.max(known.range.end, range.end) };
      known.textBefore += replaced;
      known.changedAt = now;
      // The change that brought this piece is no edit of the developer's.
      if (known.burst && now < known.burst.startedAt + COMMAND_WAIT_MS) known.burst = undefined;
      known.diagnosticsAt = now + DIAGNOSTICS_DELAY_MS;
      known.survival.told = this.#toldText(known);
      return;
    }
    const { line } = document.positionAt(range.start);
    this.#accepted.delete(generationId);
    const accepted: Accepted = {
      generationId,
      uri,
      acceptedAt: now,
      diagnosticsBefore: this.#deps.diagnostics(uri, line, line),
      textBefore,
      range,
      changedAt: now,
      burst: undefined,
      diagnosticsAt: now + DIAGNOSTICS_DELAY_MS,
      undone: undefined,
      settled: undefined,
      survival: { moments: 0, told: undefined, isSavedTold: false, isClosedTold: false, isAcrossSwitch: false },
      away: undefined,
      parts: [],
    };
    this.#accepted.set(generationId, accepted);
    accepted.survival.told = this.#toldText(accepted);
    this.#bound();
  }

  /** The document has changed; each edit applies to what its predecessors left. */
  change(document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    const { uri } = document;
    const mirror = this.#mirrors.get(uri);
    if (!mirror) {
      this.#arrive(document, edits);
      if (cause === "reload") this.#findAway(document);
      return;
    }
    const now = this.#deps.now();
    const ownersBefore = mirror.owners;
    const { edits: followed, texts } = mirror.change(edits, document, cause, this.#moves, now);
    for (const accepted of this.#accepted.values()) {
      if (accepted.uri !== uri || accepted.away) continue;
      const before = accepted.range;
      const happened = carryAccepted(accepted, texts, followed, cause, now);
      if (happened === "undone") {
        // What the undo brought back in its place only looks like it.
        disown(mirror, accepted.generationId);
        this.#undo(accepted);
      } else if (cause === "reload" && this.#isTakenAway(accepted, mirror, ownersBefore)) {
        accepted.away = this.#awayFrom(accepted, texts[0]!, ownersBefore, before);
        disown(mirror, accepted.generationId);
      }
    }
    if (cause === "reload") this.#keepLost(mirror, uri, texts[0]!, ownersBefore);
    this.#seatAll(mirror, uri);
    if (cause === "reload") this.#findAway(document);
  }

  /** A reload took something away, as another branch does: it is looked for at the next one. */
  #keepLost(mirror: Mirror, uri: string, text: string, owners: Owners): void {
    for (const accepted of this.#ownersIn(owners)) {
      const { generationId } = accepted;
      const isLost = countOwned(mirror.owners, generationId) < countOwned(owners, generationId);
      if (isLost) this.#keepParts(accepted, uri, text, owners, undefined);
    }
  }

  /** The followed generations that own something. */
  #ownersIn(owners: Owners): Accepted[] {
    const names = new Set(owners.map(({ owner }) => owner));
    return [...this.#accepted.values()].filter(({ generationId }) => names.has(generationId));
  }

  /** Keeps how to recognise what a generation has in a document, but for what is in its range. */
  #keepParts(accepted: Accepted, uri: string, text: string, owners: Owners, range: Range | undefined): void {
    const own = placesOf(owners, accepted.generationId);
    const outside = own.filter(({ start, end }) => !range || start < range.start || end > range.end);
    const parts = groupsOf(outside).map((group) => ({
      uri,
      ...sightingOf(accepted.generationId, text, owners, group),
    }));
    accepted.parts = [...accepted.parts, ...parts].slice(-PARTS_MAX);
  }

  /** A document was opened: what was followed in it is looked for. */
  opened(document: DocumentView): void {
    this.#findAway(document);
  }

  /** The document was closed: what was accepted in it is settled, and looked for when it opens again. */
  closed(uri: string): void {
    for (const accepted of this.#in(uri)) {
      this.#settle(accepted);
      this.#tellClosed(accepted);
      accepted.away = this.#awayNow(accepted);
    }
    this.#removeMirror(uri);
  }

  /** The document is out of sight. */
  #removeMirror(uri: string): void {
    const mirror = this.#mirrors.get(uri);
    if (!mirror) return;
    for (const accepted of this.#ownersIn(mirror.owners)) {
      const range = accepted.uri === uri ? accepted.range : undefined;
      this.#keepParts(accepted, uri, mirror.text, mirror.owners, range);
    }
    this.#mirrors.delete(uri);
  }

  saved(uri: string): void {
    this.snapshot(uri, "saved");
  }

  /** A file or folder has another name now. */
  renamed(from: string, to: string): void {
    const isInside = (uri: string): boolean => uri === from || uri.startsWith(`${from}/`);
    const rename = (uri: string): string => (isInside(uri) ? to + uri.slice(from.length) : uri);
    for (const uri of [...this.#mirrors.keys()].filter(isInside)) {
      for (const accepted of this.#in(uri)) {
        this.#endBurst(accepted, this.#textOf(accepted));
        accepted.away = this.#awayNow(accepted);
      }
      this.#removeMirror(uri);
    }
    const renamed = new Set<string>();
    for (const accepted of this.#accepted.values()) {
      if (isInside(accepted.uri)) renamed.add((accepted.uri = rename(accepted.uri)));
      for (const { uri } of accepted.parts) if (isInside(uri)) renamed.add(rename(uri));
      accepted.parts = accepted.parts.map((part) => ({ ...part, uri: rename(part.uri) }));
    }
    for (const uri of renamed) {
      const document = this.#deps.document(uri);
      if (document) this.#findAway(document);
    }
  }

  /** Another branch was checked out where `isInside` says: what is seen next is the branch's, not the developer's. */
  branchSwitched(isInside: (uri: string) => boolean): void {
    for (const { uri, survival } of this.#accepted.values()) if (isInside(uri)) survival.isAcrossSwitch = true;
  }

  /** Tells what is left now of all that is followed in an open document. */
  snapshot(uri: string, moment: SurvivalMoment): void {
    for (const accepted of this.#in(uri)) {
      const { survival } = accepted;
      if (moment === "saved") {
        const isLate = this.#deps.now() > accepted.acceptedAt + MOMENTS.at(-1)! * 1_000;
        if (survival.isAcrossSwitch || isLate || !this.#isNewsSince(accepted, survival.isSavedTold)) continue;
        survival.isSavedTold = true;
      }
      this.#tellSurvival(accepted, moment);
    }
  }

  /** What is left of each generation that is followed in a document which is open. */
  surviving(uri: string): readonly Surviving[] {
    return this.#in(uri).map((accepted) => ({
      generationId: accepted.generationId,
      acceptedAt: accepted.acceptedAt,
      range: accepted.range,
      text: withLf(this.#textOf(accepted)),
      machineChars: this.#machineChars(accepted.generationId),
    }));
  }

  /** Who wrote what in a document; undefined where nothing is followed in it. */
  owners(uri: string): Owners | undefined {
    return this.#mirrors.get(uri)?.owners;
  }

  tick(now: number): void {
    for (const accepted of [...this.#accepted.values()]) {
      if (now >= accepted.acceptedAt + FOLLOWED_MS_MAX) this.#giveUp(accepted);
      else if (!accepted.away) this.#tickOne(accepted, now);
    }
  }

  /** When something is due next, in milliseconds since the epoch. */
  nextAt(): number | undefined {
    const times: number[] = [];
    for (const accepted of this.#accepted.values()) {
      if (accepted.away) continue;
      const { burst, diagnosticsAt, changedAt, survival } = accepted;
      const settleAt = this.#settleAt(accepted);
      if (settleAt !== undefined) times.push(settleAt);
      if (burst) times.push(changedAt + BURST_QUIET_MS);
      if (diagnosticsAt !== undefined) times.push(diagnosticsAt);
      const moment = MOMENTS[survival.moments];
      if (moment !== undefined) times.push(accepted.acceptedAt + moment * 1_000);
    }
    return times.length === 0 ? undefined : Math.min(...times);
  }

  /** The window closes: all that is followed is settled, and can be written down. */
  finish(): void {
    for (const uri of [...this.#mirrors.keys()]) this.closed(uri);
  }

  /** What a next window needs to go on. */
  states(): readonly FollowedState[] {
    return [...this.#accepted.values()].map((accepted) => {
      const { away, parts } = accepted;
      for (const [uri, { text, owners }] of this.#mirrors) {
        const range = accepted.uri === uri && !away ? accepted.range : undefined;
        this.#keepParts(accepted, uri, text, owners, range);
      }
      const state = writeFollowed(accepted, away ?? this.#awayNow(accepted));
      accepted.parts = parts;
      return state;
    });
  }

  /** Goes on with what an earlier window followed, as its documents are opened. */
  restore(states: readonly FollowedState[], documents: readonly DocumentView[]): void {
    const now = this.#deps.now();
    for (const state of states) {
      if (this.#accepted.has(state.generationId) || now >= state.acceptedAt + FOLLOWED_MS_MAX) continue;
      const accepted = readFollowed(state);
      // The clock was set back since: as far as is known it was accepted just now.
      const acceptedAt = Math.min(accepted.acceptedAt, now);
      this.#accepted.set(state.generationId, {
        ...accepted,
        acceptedAt,
        changedAt: Math.min(accepted.changedAt, now),
      });
    }
    this.#bound();
    for (const document of documents) this.#findAway(document);
  }

  /** Stops following these without a signal; what is left of them is nobody's. */
  letGo(generationIds: readonly string[]): void {
    for (const id of generationIds) {
      this.#accepted.delete(id);
      for (const mirror of this.#mirrors.values()) disown(mirror, id);
    }
    this.#dropIdleMirrors();
  }

  /** Forgets everything without a signal. */
  reset(): void {
    this.#accepted.clear();
    this.#mirrors.clear();
    this.#moves.clear();
  }

  #in(uri: string): Accepted[] {
    return [...this.#accepted.values()].filter((accepted) => accepted.uri === uri && !accepted.away);
  }

  #mirrorOf(document: DocumentView): Mirror {
    const known = this.#mirrors.get(document.uri);
    if (known) return known;
    const mirror = new Mirror(document.text());
    this.#mirrors.set(document.uri, mirror);
    return mirror;
  }

  /** Something was put into a document in which nothing is followed: it may have been cut elsewhere. */
  #arrive(document: DocumentView, edits: readonly Edit[]): void {
    if (this.#moves.isEmpty) return;
    this.#moves.begin();
    for (const [index, edit] of edits.entries()) {
      const owners = this.#moves.take(edit.inserted, this.#deps.now());
      if (!owners) continue;
      const start = edits.slice(index + 1).reduce((offset, later) => mapPosition(offset, later, 1), edit.offset);
      const mirror = this.#mirrorOf(document);
      mirror.assign({ start, end: start + edit.inserted.length }, owners);
      this.#seatAll(mirror, document.uri);
    }
  }

  /** Lets ranges follow text that was moved: a range is where most of its generation is. */
  #seatAll(mirror: Mirror, uri: string): void {
    for (const { owner } of mirror.owners) {
      const accepted = owner === undefined ? undefined : this.#accepted.get(owner);
      if (accepted) this.#seat(accepted, mirror, uri);
    }
  }

  #seat(accepted: Accepted, mirror: Mirror, uri: string): void {
    const { generationId } = accepted;
    const total = countOwned(mirror.owners, generationId);
    const isHere = accepted.uri === uri && !accepted.away;
    const home = isHere ? mirror : accepted.away ? undefined : this.#mirrors.get(accepted.uri);
    const atHome = home ? countOwned(home.owners, generationId, accepted.range) : 0;
    if (isHere ? atHome * 2 >= total : atHome >= total) return;
    const textBefore = sliceOf(home?.text ?? "", accepted.range);
    const now = this.#deps.now();
    accepted.uri = uri;
    accepted.away = undefined;
    accepted.undone = undefined;
    accepted.range = hullOf(placesOf(mirror.owners, generationId));
    accepted.changedAt = now;
    if (home) accepted.burst ??= { startedAt: now, textBefore };
    if (home && home !== mirror) this.#dropIdleMirrors();
  }

  #undo(accepted: Accepted): void {
    this.#endBurst(accepted, accepted.undone ?? "");
    const sinceAcceptMs = this.#deps.now() - accepted.acceptedAt;
    this.#deps.emit({ kind: "undone", generationId: accepted.generationId, sinceAcceptMs });
  }

  #tickOne(accepted: Accepted, now: number): void {
    const { diagnosticsAt, survival } = accepted;
    if (accepted.burst && now >= accepted.changedAt + BURST_QUIET_MS) this.#endBurst(accepted, this.#textOf(accepted));
    if (diagnosticsAt !== undefined && now >= diagnosticsAt) this.#diagnose(accepted, "after");
    for (let moment; (moment = MOMENTS[survival.moments]) !== undefined;) {
      const dueAt = accepted.acceptedAt + moment * 1_000;
      if (now < dueAt) break;
      survival.moments++;
      const isTimely = now <= dueAt + Math.max(LATE_MS_MIN, moment * 1_000 * LATE_SHARE_MAX);
      if (survival.isAcrossSwitch) survival.isAcrossSwitch = false;
      else if (isTimely && !this.#isGoneAndTold(accepted)) this.#tellSurvival(accepted, `${moment} s`);
    }
    const settleAt = this.#settleAt(accepted);
    if (settleAt !== undefined && now >= settleAt) this.#settle(accepted);
    if (survival.moments === MOMENTS.length && this.#isGoneAndTold(accepted)) this.#drop(accepted);
  }

  /** Settled text that was changed after that settles once more, within five minutes of accepting. */
  #settleAt(accepted: Accepted): number | undefined {
    const latest = accepted.acceptedAt + SETTLE_MS_MAX;
    const settleAt = accepted.changedAt + this.#deps.settleMs();
    if (accepted.settled !== undefined) {
      return settleAt <= latest && accepted.settled !== this.#textOf(accepted) ? settleAt : undefined;
    }
    // While the rest of it is on screen, more of it may be accepted.
    return this.#deps.isOnScreen(accepted.generationId) ? latest : Math.min(settleAt, latest);
  }

  #endBurst(accepted: Accepted, text: string): void {
    const { burst, survival } = accepted;
    accepted.burst = undefined;
    if (!burst || !changedSolidText(burst, text)) return;
    survival.isSavedTold = false;
    survival.isClosedTold = false;
    // Later edits are another day's work: the snapshots tell what they left.
    if (burst.startedAt > accepted.acceptedAt + SETTLE_MS_MAX) return;
    const sinceAcceptMs = burst.startedAt - accepted.acceptedAt;
    this.#deps.emit({ kind: "edited", generationId: accepted.generationId, sinceAcceptMs, text: withLf(text) });
  }

  #diagnose(accepted: Accepted, phase: "after" | "settled"): void {
    accepted.diagnosticsAt = undefined;
    const document = this.#deps.document(accepted.uri);
    if (!document) return;
    const first = document.positionAt(accepted.range.start).line;
    const last = document.positionAt(accepted.range.end).line;
    const now = this.#deps.diagnostics(accepted.uri, first, last);
    this.#deps.emit({
      kind: "diagnostics",
      generationId: accepted.generationId,
      phase,
      before: accepted.diagnosticsBefore,
      now,
    });
  }

  /** Tells what the developer made of it. Does nothing where that was told. */
  #settle(accepted: Accepted): void {
    const text = this.#textOf(accepted);
    this.#endBurst(accepted, text);
    if (accepted.settled === text) return;
    const now = this.#deps.now();
    const isFirst = accepted.settled === undefined;
    accepted.settled = text;
    if (!isFirst && now > accepted.acceptedAt + SETTLE_MS_MAX + this.#deps.settleMs()) return;
    this.#diagnose(accepted, "settled");
    const texts = textsOf(this.#mirrors.get(accepted.uri)?.text ?? "", accepted.range);
    const sinceAcceptMs = now - accepted.acceptedAt;
    this.#deps.emit({ kind: "settled", generationId: accepted.generationId, sinceAcceptMs, ...texts });
    this.#deps.onSettled(accepted.generationId);
  }

  #tellClosed(accepted: Accepted): void {
    const { survival } = accepted;
    if (survival.isAcrossSwitch || !this.#isNewsSince(accepted, survival.isClosedTold)) return;
    survival.isClosedTold = true;
    this.#tellSurvival(accepted, "closed");
  }

  #tellSurvival(accepted: Accepted, moment: SurvivalMoment): void {
    const { generationId, survival } = accepted;
    const text = this.#toldText(accepted);
    const isTold = text === survival.told;
    survival.told = text;
    this.#deps.emit({
      kind: "survived",
      generationId,
      moment,
      sinceAcceptMs: this.#deps.now() - accepted.acceptedAt,
      ...(isTold ? {} : { text }),
      machineChars: this.#machineChars(generationId),
    });
  }

  /** Whether such a snapshot was not told yet, or not of the text as it is now. */
  #isNewsSince(accepted: Accepted, wasTold: boolean): boolean {
    return !wasTold || accepted.survival.told !== this.#toldText(accepted);
  }

  /** Nothing of it is left, and that is known. */
  #isGoneAndTold(accepted: Accepted): boolean {
    return accepted.survival.told === "" && this.#toldText(accepted) === "";
  }

  #textOf(accepted: Accepted): string {
    return sliceOf(this.#mirrors.get(accepted.uri)?.text ?? "", accepted.range);
  }

  #toldText(accepted: Accepted): string {
    return withLf(this.#textOf(accepted)).slice(0, TEXT_CHARS_MAX);
  }

  /** Wherever they are by now; a line end counts as one. */
  #machineChars(generationId: string): number {
    let chars = 0;
    for (const { owners, text } of this.#mirrors.values()) {
      for (const place of placesOf(owners, generationId)) chars += withLf(sliceOf(text, place)).length;
    }
    return chars;
  }

  /** Whether a reload left less than half of it. */
  #isTakenAway({ generationId }: Accepted, mirror: Mirror, ownersBefore: Owners): boolean {
    return countOwned(mirror.owners, generationId) * 2 < countOwned(ownersBefore, generationId);
  }

  #awayNow(accepted: Accepted): Away {
    const mirror = this.#mirrors.get(accepted.uri);
    return this.#awayFrom(accepted, mirror?.text ?? "", mirror?.owners ?? [], accepted.range);
  }

  #awayFrom(accepted: Accepted, text: string, owners: Owners, range: Range): Away {
    const isTold = withLf(sliceOf(text, range)).slice(0, TEXT_CHARS_MAX) === accepted.survival.told;
    return { ...sightingOf(accepted.generationId, text, owners, range), isTold };
  }

  /** Looks in an open document for what was followed in it. */
  #findAway(document: DocumentView): void {
    const { uri } = document;
    const all = [...this.#accepted.values()];
    if (
      !all.some(
        (accepted) => (accepted.uri === uri && accepted.away) || accepted.parts.some((part) => part.uri === uri),
      )
    ) {
      return;
    }
    const text = document.text();
    const find = (sighting: Sighting, generationId: string): Range | undefined => {
      const range = findSighting(text, sighting);
      if (!range) return undefined;
      const mirror = this.#mirrorOf(document);
      for (const { start, end } of sighting.machine) {
        mirror.assign({ start: range.start + start, end: range.start + end }, ownedBy(generationId, end - start));
      }
      return range;
    };
    for (const accepted of all) {
      const { generationId, away } = accepted;
      accepted.parts = accepted.parts.filter((part) => part.uri !== uri || !find(part, generationId));
      const range = accepted.uri === uri && away ? find(away, generationId) : undefined;
      if (!away || !range) continue;
      accepted.range = range;
      accepted.away = undefined;
      accepted.undone = undefined;
      accepted.burst = undefined;
      accepted.survival.told = away.isTold ? this.#toldText(accepted) : undefined;
      // After a reload of the window what it settled with is known as far as it is still that.
      if (accepted.settled === "") accepted.settled = this.#textOf(accepted);
    }
  }

  /** Followed for long enough, or too many others came: where it never settled, what is known is told. */
  #giveUp(accepted: Accepted): void {
    const { generationId, away } = accepted;
    if (away && accepted.settled === undefined) {
      const machineChars = away.machine.reduce((sum, { start, end }) => sum + end - start, 0);
      const sinceAcceptMs = this.#deps.now() - accepted.acceptedAt;
      this.#deps.emit({ kind: "survived", generationId, moment: "closed", sinceAcceptMs, machineChars });
    } else if (!away) {
      this.#settle(accepted);
    }
    this.#drop(accepted);
  }

  #drop(accepted: Accepted): void {
    this.#accepted.delete(accepted.generationId);
    this.#dropIdleMirrors();
  }

  #dropIdleMirrors(): void {
    const inUse = new Set([...this.#accepted.values()].filter(({ away }) => !away).map(({ uri }) => uri));
    for (const [uri, { owners }] of this.#mirrors) {
      if (!inUse.has(uri) && this.#ownersIn(owners).length === 0) this.#mirrors.delete(uri);
    }
  }

  #bound(): void {
    const unsettled = [...this.#accepted.values()].filter(({ settled }) => settled === undefined);
    if (unsettled.length > ACCEPTED_MAX && !unsettled[0]!.away) this.#settle(unsettled[0]!);
    while (this.#accepted.size > FOLLOWED_MAX) this.#giveUp(this.#accepted.values().next().value!);
  }
}

function disown(mirror: Mirror, generationId: string): void {
  for (const place of placesOf(mirror.owners, generationId)) {
    mirror.assign(place, ownedBy(undefined, place.end - place.start));
  }
}

function sightingOf(generationId: string, text: string, owners: Owners, range: Range): Sighting {
  return {
    fingerprint: fingerprintOf(sliceOf(text, range)),
    offset: range.start,
    machine: placesOf(sliceOwners(owners, range), generationId),
  };
}

function findSighting(text: string, { fingerprint, offset }: Sighting): Range | undefined {
  const start = findFingerprint(text, fingerprint, offset);
  if (start === undefined || (start !== offset && fingerprint.length < FINDABLE_CHARS_MIN)) return undefined;
  return { start, end: start + fingerprint.length };
}

/** All places, or the largest group of them where they are far apart. */
function hullOf(places: readonly Range[]): Range {
  return groupsOf(places).reduce((most, group) => (group.chars > most.chars ? group : most));
}

/** Places that are near each other, as one range each. */
function groupsOf(places: readonly Range[]): readonly (Range & { readonly chars: number })[] {
  const groups: { start: number; end: number; chars: number }[] = [];
  for (const { start, end } of places) {
    const last = groups.at(-1);
    if (last && start - last.end <= GAP_CHARS_MAX) {
      last.end = end;
      last.chars += end - start;
    } else {
      groups.push({ start, end, chars: end - start });
    }
  }
  return groups;
}

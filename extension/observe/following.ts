/**
 * Accepted text, followed until nothing more can be said about it, also after it has settled and while its document is
 * closed. Tells of bursts of edits, of what is left at each moment, and when it settles; where it is `whereabouts.ts`
 * knows.
 */
import type { DiagnosticCounts, Signal, SurvivalMoment } from "../../protocol/signals.ts";
import type { Edit, Range } from "../../text/edit.ts";
import type { Owners } from "../../text/owners.ts";
import { changedSolidText, textsOf } from "./accepted.ts";
import type { Accepted, ChangeCause } from "./accepted.ts";
import { withLf } from "./document.ts";
import type { DocumentView } from "./document.ts";
import { readFollowed, writeFollowed } from "./followed.ts";
import type { FollowedState } from "./followed.ts";
import { COMMAND_WAIT_MS } from "./watched.ts";
import { Whereabouts } from "./whereabouts.ts";

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
  readonly #whereabouts: Whereabouts;

  constructor(deps: FollowingDeps) {
    this.#deps = deps;
    const { now, document } = deps;
    const onUndone = (accepted: Accepted): void => this.#undo(accepted);
    this.#whereabouts = new Whereabouts({ accepted: this.#accepted, now, document, onUndone });
  }

  /** More of a generation, or all of it, was accepted. */
  accept({ generationId, uri, range, inserted, textBefore, replaced }: NewAccepted): void {
    const now = this.#deps.now();
    const document = this.#deps.document(uri);
    const known = this.#accepted.get(generationId);
    if (!document) return;
    const machine = { start: Math.max(range.start, range.end - inserted), end: range.end };
    this.#whereabouts.assign(document, generationId, machine);
    if (known && known.settled === undefined) {
      known.range = { start: known.range.start, end: Math.max(known.range.end, range.end) };
      known.textBefore += replaced;
      known.changedAt = now;
      // The change that brought this piece is no edit of the developer's.
      if (known.burst && now < known.burst.startedAt + COMMAND_WAIT_MS) known.burst = undefined;
      known.diagnosticsAt = now + DIAGNOSTICS_DELAY_MS;
      known.survival.told = this.#whereabouts.toldText(known);
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
    accepted.survival.told = this.#whereabouts.toldText(accepted);
    this.#bound();
  }

  /** The document has changed; each edit applies to what its predecessors left. */
  change(document: DocumentView, edits: readonly Edit[], cause: ChangeCause): void {
    this.#whereabouts.change(document, edits, cause);
  }

  /** A document was opened: what was followed in it is looked for. */
  opened(document: DocumentView): void {
    this.#whereabouts.look(document);
  }

  /** The document was closed: what was accepted in it is settled, and looked for when it opens again. */
  closed(uri: string): void {
    for (const accepted of this.#whereabouts.in(uri)) {
      this.#settle(accepted);
      this.#tellClosed(accepted);
    }
    this.#whereabouts.leave(uri);
  }

  saved(uri: string): void {
    this.snapshot(uri, "saved");
  }

  /** A file or folder has another name now. */
  renamed(from: string, to: string): void {
    const isInside = (uri: string): boolean => uri === from || uri.startsWith(`${from}/`);
    for (const accepted of this.#accepted.values()) {
      if (isInside(accepted.uri) && !accepted.away) this.#endBurst(accepted, this.#whereabouts.textOf(accepted));
    }
    this.#whereabouts.rename((uri) => (isInside(uri) ? to + uri.slice(from.length) : uri));
  }

  /** Another branch was checked out where `isInside` says: what is seen next is the branch's, not the developer's. */
  branchSwitched(isInside: (uri: string) => boolean): void {
    for (const { uri, survival } of this.#accepted.values()) if (isInside(uri)) survival.isAcrossSwitch = true;
  }

  /** Tells what is left now of all that is followed in an open document. */
  snapshot(uri: string, moment: SurvivalMoment): void {
    for (const accepted of this.#whereabouts.in(uri)) {
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
    return this.#whereabouts.in(uri).map((accepted) => ({
      generationId: accepted.generationId,
      acceptedAt: accepted.acceptedAt,
      range: accepted.range,
      text: withLf(this.#whereabouts.textOf(accepted)),
      machineChars: this.#whereabouts.machineChars(accepted.generationId),
    }));
  }

  /** Who wrote what in a document; undefined where nothing is followed in it. */
  owners(uri: string): Owners | undefined {
    return this.#whereabouts.owners(uri);
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
    for (const uri of this.#whereabouts.uris) this.closed(uri);
  }

  /** What a next window needs to go on. */
  states(): readonly FollowedState[] {
    return [...this.#accepted.values()].map((accepted) => {
      const { away, parts } = this.#whereabouts.sightingOf(accepted);
      return writeFollowed({ ...accepted, parts }, away);
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
    for (const document of documents) this.#whereabouts.look(document);
  }

  /** Stops following these without a signal; what is left of them is nobody's. */
  letGo(generationIds: readonly string[]): void {
    for (const id of generationIds) {
      this.#accepted.delete(id);
      this.#whereabouts.disown(id);
    }
    this.#whereabouts.dropIdle();
  }

  /** Forgets everything without a signal. */
  reset(): void {
    this.#accepted.clear();
    this.#whereabouts.reset();
  }

  #undo(accepted: Accepted): void {
    this.#endBurst(accepted, accepted.undone ?? "");
    const sinceAcceptMs = this.#deps.now() - accepted.acceptedAt;
    this.#deps.emit({ kind: "undone", generationId: accepted.generationId, sinceAcceptMs });
  }

  #tickOne(accepted: Accepted, now: number): void {
    const { diagnosticsAt, survival } = accepted;
    if (accepted.burst && now >= accepted.changedAt + BURST_QUIET_MS)
      this.#endBurst(accepted, this.#whereabouts.textOf(accepted));
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
      return settleAt <= latest && accepted.settled !== this.#whereabouts.textOf(accepted) ? settleAt : undefined;
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
    const text = this.#whereabouts.textOf(accepted);
    this.#endBurst(accepted, text);
    if (accepted.settled === text) return;
    const now = this.#deps.now();
    const isFirst = accepted.settled === undefined;
    accepted.settled = text;
    if (!isFirst && now > accepted.acceptedAt + SETTLE_MS_MAX + this.#deps.settleMs()) return;
    this.#diagnose(accepted, "settled");
    const texts = textsOf(this.#whereabouts.documentText(accepted.uri), accepted.range);
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
    const text = this.#whereabouts.toldText(accepted);
    const isTold = text === survival.told;
    survival.told = text;
    this.#deps.emit({
      kind: "survived",
      generationId,
      moment,
      sinceAcceptMs: this.#deps.now() - accepted.acceptedAt,
      ...(isTold ? {} : { text }),
      machineChars: this.#whereabouts.machineChars(generationId),
    });
  }

  /** Whether such a snapshot was not told yet, or not of the text as it is now. */
  #isNewsSince(accepted: Accepted, wasTold: boolean): boolean {
    return !wasTold || accepted.survival.told !== this.#whereabouts.toldText(accepted);
  }

  /** Nothing of it is left, and that is known. */
  #isGoneAndTold(accepted: Accepted): boolean {
    return accepted.survival.told === "" && this.#whereabouts.toldText(accepted) === "";
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
    this.#whereabouts.dropIdle();
  }

  #bound(): void {
    const unsettled = [...this.#accepted.values()].filter(({ settled }) => settled === undefined);
    if (unsettled.length > ACCEPTED_MAX && !unsettled[0]!.away) this.#settle(unsettled[0]!);
    while (this.#accepted.size > FOLLOWED_MAX) this.#giveUp(this.#accepted.values().next().value!);
  }
}

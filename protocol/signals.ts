/**
 * Signals: single observed facts about a generation, with an id and a time. The extension makes them, the outbox
 * keeps them until the sidecar has stored them; the same id sent twice counts once.
 */

/** A suggestion as it was offered; sent with its `shown` signal, so that a restarted sidecar knows it too. */
export interface Generation {
  /** UUIDv7. */
  readonly id: string;
  readonly engine: string;
  /** Which proposer of the engine wrote it, e.g. "copier". */
  readonly proposer: string;
  readonly languageId: string;
  readonly uri: string;
  /** Zero-based position, in UTF-16 code units, at which `text` was offered. */
  readonly line: number;
  readonly character: number;
  /** The line left of the position. */
  readonly linePrefix: string;
  /** Up to 20 lines above the position's line, joined with "\n". */
  readonly contextBefore: string;
  /** What was offered, with "\n" line ends; may span lines. */
  readonly text: string;
  /** Of a text that another tool wrote (engine "foreign"): how sure it is that one did, 0..1. Absent: it is ours. */
  readonly confidence?: number;
}

export interface DiagnosticCounts {
  readonly errors: number;
  readonly warnings: number;
}

interface SignalBase {
  /** UUIDv7. */
  readonly id: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly generationId: string;
}

/** On screen for at least the dwell time, or accepted or dismissed before it. Always the first signal of a generation. */
export interface ShownSignal extends SignalBase {
  readonly kind: "shown";
  readonly generation: Generation;
}
export interface AcceptedSignal extends SignalBase {
  readonly kind: "accepted";
  readonly extent: "whole" | "word" | "line";
  /** `key`: one of our key commands; `editor`: the editor's own command, toolbar or mouse. */
  readonly via: "key" | "editor";
  /** How much of the suggestion is in place by now, in characters from its beginning: what was typed along counts. */
  readonly acceptedChars: number;
  /** Milliseconds between showing and accepting. */
  readonly dwellMs: number;
}
export interface DismissedSignal extends SignalBase {
  readonly kind: "dismissed";
  /** `typed-over`: something else was typed; `typed-out`: exactly the suggestion was, by hand and to its end. */
  readonly reason: "escape" | "typed-over" | "typed-out" | "superseded" | "timeout";
  readonly dwellMs: number;
}
/** A burst of edits inside accepted text has ended. */
export interface EditedSignal extends SignalBase {
  readonly kind: "edited";
  /** Milliseconds from accepting to the first edit of this burst. */
  readonly sinceAcceptMs: number;
  /** The tracked text as it is now. */
  readonly text: string;
}
export interface UndoneSignal extends SignalBase {
  readonly kind: "undone";
  readonly sinceAcceptMs: number;
}
/** Accepted text was left alone for the settle time (or the tracking ended: document closed, five minutes over). */
export interface SettledSignal extends SignalBase {
  readonly kind: "settled";
  readonly sinceAcceptMs: number;
  /** What is left of the accepted text, with what was typed into it. */
  readonly text: string;
  /** The same, on to the end of its last line: what the developer made of the place. */
  readonly lineText: string;
  /** The line left of the tracked text, as it is now. */
  readonly linePrefix: string;
}
/** Errors and warnings on the lines of the generation, before accepting and now. */
export interface DiagnosticsSignal extends SignalBase {
  readonly kind: "diagnostics";
  readonly phase: "after" | "settled";
  readonly before: DiagnosticCounts;
  readonly now: DiagnosticCounts;
}
/**
 * When accepted text is looked at again: this long after accepting, or at an event. After "amended" and "reverted" the
 * text was committed before.
 */
export const SURVIVAL_MOMENTS = [
  "5 s",
  "30 s",
  "120 s",
  "300 s",
  "600 s",
  "saved",
  "closed",
  "committed",
  "amended",
  "reverted",
] as const;
export type SurvivalMoment = (typeof SURVIVAL_MOMENTS)[number];

/** What is left of accepted text at one of the {@link SURVIVAL_MOMENTS}; each is told once, but for "saved" and "closed". */
export interface SurvivedSignal extends SignalBase {
  readonly kind: "survived";
  readonly moment: SurvivalMoment;
  readonly sinceAcceptMs: number;
  /**
   * The tracked text as it is now. Left out where it is what the survived signal before it said; before the first one,
   * where it is what was accepted.
   */
  readonly text?: string | undefined;
  /** Characters of the generation that are still in the project as the machine wrote them, here or where they moved to. */
  readonly machineChars: number;
}
export interface RatedSignal extends SignalBase {
  readonly kind: "rated";
  readonly rating: "up" | "down";
  readonly words: string;
}

/** Suggestions were snoozed soon after this one was shown or accepted. */
export interface SnoozedSignal extends SignalBase {
  readonly kind: "snoozed";
  readonly sinceShownMs: number;
}

/** What a command was for, by its name. */
export type RunPurpose = "test" | "build";
/** A build or test that began and ended while the generation was followed. */
export interface RanSignal extends SignalBase {
  readonly kind: "ran";
  readonly purpose: RunPurpose;
  /** What was run, in a few words and without its arguments: "npm test". */
  readonly label: string;
  readonly isOk: boolean;
  /** Compared with the same command before it: from red to green, from green to red, or no change that is known of. */
  readonly turn: "mended" | "broke" | "none";
}
/** What a commit is about, as far as its message tells. */
export type CommitTopic = "feature" | "fix" | "refactoring" | "test" | "docs" | "unknown";
/** The file of the generation was committed. */
export interface CommittedSignal extends SignalBase {
  readonly kind: "committed";
  /** Its hash. */
  readonly commit: string;
  /** `amend`: it replaces the commit before it. */
  readonly via: "commit" | "amend";
  readonly topic: CommitTopic;
  /** Lines of the generation, and those among them that are in the commit. */
  readonly lines: number;
  readonly survivingLines: number;
  /** What stands at its place in the commit; "" for nothing. */
  readonly text: string;
}
/** A commit that the generation was in is gone: taken back by another commit, or left behind by a reset. */
export interface RevertedSignal extends SignalBase {
  readonly kind: "reverted";
  readonly commit: string;
  readonly via: "revert" | "reset";
}
/**
 * An edit made a problem go away. It belongs to no generation: `generationId` is its own id. Kept as an episode, to be
 * shown to who has the same problem again.
 */
export interface MendedSignal extends SignalBase {
  readonly kind: "mended";
  /** Of an error: what the editor's tools said. Of a run: its label, e.g. "npm test". */
  readonly symptom: Symptom;
  readonly uri: string;
  readonly languageId: string;
  /** Lines above the change, joined with "\n". */
  readonly contextBefore: string;
  /** The changed lines, before and after. */
  readonly before: string;
  readonly after: string;
}
export interface Symptom {
  readonly kind: "error" | "run";
  readonly message: string;
  /** Of the tool that reports it, e.g. "ts(2345)"; "" for none. */
  readonly code: string;
}

export type Signal =
  | ShownSignal
  | AcceptedSignal
  | DismissedSignal
  | EditedSignal
  | UndoneSignal
  | SettledSignal
  | DiagnosticsSignal
  | SurvivedSignal
  | RatedSignal
  | SnoozedSignal
  | RanSignal
  | CommittedSignal
  | RevertedSignal
  | MendedSignal;
export type SignalKind = Signal["kind"];

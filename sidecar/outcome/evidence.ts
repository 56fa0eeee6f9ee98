/** Everything that is known about one generation, gathered from its signals. No judgement: that is the score's part. */
import type {
  AcceptedSignal,
  CommitTopic,
  DismissedSignal,
  Generation,
  RanSignal,
  RatedSignal,
  SettledSignal,
  Signal,
} from "../../protocol/signals.ts";
import { assert } from "../base/errors.ts";
import { type Snapshot, snapshotsOf } from "./snapshots.ts";

/** learning.md §1. */
const UNDONE_SOON_MS = 10_000;

/** What was taken of a suggestion. */
export interface Acceptance {
  readonly extent: AcceptedSignal["extent"];
  /** Accepted characters over all characters of the suggestion, 0..1. */
  readonly share: number;
  /** The accepted characters: the beginning of the suggestion. */
  readonly text: string;
}

/** What the developer made of accepted text, as it settled, or as it was seen last after that. */
export interface FinalText {
  readonly text: string;
  /** `text` on to the end of its last line. */
  readonly lineText: string;
  /** The line left of it. */
  readonly linePrefix: string;
  /** Milliseconds from accepting. */
  readonly sinceAcceptMs: number;
}

/** Problems that were not there before accepting. */
export interface NewProblems {
  readonly errors: number;
  readonly warnings: number;
}

/** A build or test that ended after accepting. */
export type Run = Pick<RanSignal, "purpose" | "label" | "isOk" | "turn">;

/** What of accepted text is in the latest commit of its file. */
export interface Commit {
  /** Lines of the generation that are in it, 0..1. */
  readonly lineShare: number;
  /** What stands at its place there; "" for nothing. */
  readonly text: string;
  readonly topic: CommitTopic;
}

export interface Evidence {
  /** Undefined as long as the shown signal has not arrived. */
  readonly generation: Generation | undefined;
  /** Milliseconds on screen until it was accepted or dismissed; undefined while neither is known. */
  readonly dwellMs: number | undefined;
  readonly accepted: Acceptance | undefined;
  /** How the suggestion, or what was left of it after a partial accept, went away. */
  readonly dismissed: DismissedSignal["reason"] | undefined;
  /** Milliseconds from accepting to the undo; undefined also where the text came back later. */
  readonly undoneAfterMs: number | undefined;
  /** Undone within ten seconds: by somebody who still had accepting it in mind. */
  readonly isUndoneSoon: boolean;
  /** Milliseconds from accepting to the first edit in the accepted text. */
  readonly firstEditMs: number | undefined;
  readonly editBursts: number;
  /** The accepted text after the latest burst of edits: what there is before it settles. */
  readonly editedText: string | undefined;
  readonly final: FinalText | undefined;
  /** What was left of it at each moment of looking, in order of time. */
  readonly snapshots: readonly Snapshot[];
  /** Per moment of looking; undefined where the editor has not reported. */
  readonly newProblems: { readonly after: NewProblems | undefined; readonly settled: NewProblems | undefined };
  /** The errors on its lines before it was accepted and when they were looked at last; undefined: not reported. */
  readonly errors: { readonly before: number; readonly now: number } | undefined;
  /** The first test or build that ended after accepting: the later ones are about what was done since. */
  readonly run: Run | undefined;
  readonly commit: Commit | undefined;
  /** The commit that it was in was taken back. */
  readonly isReverted: boolean;
  /** The latest rating, with the words given for it ("" for none). */
  readonly rating: RatedSignal["rating"] | undefined;
  readonly words: string;
}

/** The signals of one generation, in any order; one that is there twice counts once. */
export function gatherEvidence(signals: readonly Signal[]): Evidence {
  const ordered = inOrder(signals);
  assert(
    ordered.every((signal) => signal.generationId === ordered[0]!.generationId),
    "evidence is gathered from the signals of one generation",
  );
  const generation = last(ordered, "shown")?.generation;
  const accepts = ordered.filter((signal) => signal.kind === "accepted");
  const edits = ordered.filter((signal) => signal.kind === "edited");
  const settled = last(ordered, "settled");
  const dismissed = last(ordered, "dismissed");
  const rated = last(ordered, "rated");
  const ran = ordered.find((signal) => signal.kind === "ran");
  const diagnosed = last(ordered, "diagnostics");
  const committed = last(ordered, "committed");
  const accepted = acceptanceOf(accepts, generation);
  const undoneMs = undoneAfterMs(ordered);
  const snapshots = generation && accepted ? snapshotsOf(ordered, generation.linePrefix, accepted.text) : [];
  return {
    generation,
    // A partial accept leaves the rest on screen: the first one says how long it took to like it.
    dwellMs: accepts[0]?.dwellMs ?? dismissed?.dwellMs,
    accepted,
    dismissed: dismissed?.reason,
    undoneAfterMs: undoneMs,
    isUndoneSoon: undoneMs !== undefined && undoneMs <= UNDONE_SOON_MS,
    firstEditMs: edits.length === 0 ? undefined : Math.min(...edits.map((signal) => signal.sinceAcceptMs)),
    editBursts: edits.length,
    editedText: edits.at(-1)?.text,
    final: settled && finalText(settled, snapshots),
    snapshots,
    newProblems: { after: newProblems(ordered, "after"), settled: newProblems(ordered, "settled") },
    errors: diagnosed && { before: diagnosed.before.errors, now: diagnosed.now.errors },
    run: ran,
    commit: committed && {
      lineShare: committed.lines === 0 ? 0 : committed.survivingLines / committed.lines,
      text: committed.text,
      topic: committed.topic,
    },
    isReverted: isReverted(ordered),
    rating: rated?.rating,
    words: rated?.words.trim() ?? "",
  };
}

/** By time, then by id, which is time-ordered too; each id once. */
function inOrder(signals: readonly Signal[]): readonly Signal[] {
  const byId = new Map(signals.map((signal) => [signal.id, signal]));
  return [...byId.values()].sort((left, right) => left.at - right.at || (left.id < right.id ? -1 : 1));
}

function last<Kind extends Signal["kind"]>(
  ordered: readonly Signal[],
  kind: Kind,
): Extract<Signal, { kind: Kind }> | undefined {
  return ordered.findLast((signal): signal is Extract<Signal, { kind: Kind }> => signal.kind === kind);
}

function acceptanceOf(accepts: readonly AcceptedSignal[], generation: Generation | undefined): Acceptance | undefined {
  const [first] = accepts;
  if (!first) return undefined;
  const furthest = accepts.reduce(
    (most, accept) => (accept.acceptedChars >= most.acceptedChars ? accept : most),
    first,
  );
  const text = generation?.text ?? "";
  const chars = furthest.extent === "whole" ? text.length : Math.min(furthest.acceptedChars, text.length);
  return {
    extent: furthest.extent,
    share: text.length === 0 ? 1 : chars / text.length,
    text: text.slice(0, chars),
  };
}

/** An undo counts unless the text came back: accepted again, or found in place when it settled. */
function undoneAfterMs(ordered: readonly Signal[]): number | undefined {
  const at = ordered.findLastIndex((signal) => signal.kind === "undone");
  const undone = ordered[at];
  if (undone?.kind !== "undone") return undefined;
  const cameBack = ordered
    .slice(at + 1)
    .some((signal) => signal.kind === "accepted" || (signal.kind === "settled" && signal.text.trim() !== ""));
  return cameBack ? undefined : undone.sinceAcceptMs;
}

/** What settled; a later look at it counts more, as the fix after a test that failed. */
function finalText(settled: SettledSignal, snapshots: readonly Snapshot[]): FinalText {
  const { text, lineText, linePrefix, sinceAcceptMs } = settled;
  const latest = snapshots.at(-1);
  if (!latest || latest.sinceAcceptMs <= sinceAcceptMs) return { text, lineText, linePrefix, sinceAcceptMs };
  // What stands behind it on its last line was not looked at again.
  const rest = lineText.startsWith(text) ? lineText.slice(text.length) : "";
  return { text: latest.text, lineText: latest.text + rest, linePrefix, sinceAcceptMs: latest.sinceAcceptMs };
}

/** What is committed again after it was taken back is wanted after all. */
function isReverted(ordered: readonly Signal[]): boolean {
  return ordered.findLast(({ kind }) => kind === "committed" || kind === "reverted")?.kind === "reverted";
}

function newProblems(ordered: readonly Signal[], phase: "after" | "settled"): NewProblems | undefined {
  const latest = ordered.findLast((signal) => signal.kind === "diagnostics" && signal.phase === phase);
  if (latest?.kind !== "diagnostics") return undefined;
  return {
    errors: Math.max(0, latest.now.errors - latest.before.errors),
    warnings: Math.max(0, latest.now.warnings - latest.before.warnings),
  };
}

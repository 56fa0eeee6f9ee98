/** What was left of accepted text at each moment it was looked at, with all measures of survival. Pure. */
import type { Signal, SurvivalMoment } from "../../protocol/signals.ts";
import { editDistance, fourGramDice, keptRate, noRevert } from "./survival.ts";

export interface Snapshot {
  readonly moment: SurvivalMoment;
  /** Milliseconds from accepting. */
  readonly sinceAcceptMs: number;
  /** The tracked text as it was then. */
  readonly text: string;
  /** Characters that the machine wrote and nobody replaced, over all that were accepted, 0..1. */
  readonly machineShare: number;
  /** The measures of `survival.ts`, each 0..1. */
  readonly keptRate: number;
  readonly editDistance: number;
  readonly fourGramDice: number;
  readonly noRevert: number;
}

/**
 * The snapshots in the signals of one generation, which are in order of time. Of several at one moment ("saved") the
 * last one counts. `accepted` is the accepted text, `linePrefix` the line left of it.
 */
export function snapshotsOf(ordered: readonly Signal[], linePrefix: string, accepted: string): readonly Snapshot[] {
  const snapshots = new Map<SurvivalMoment, Snapshot>();
  let text = accepted;
  for (const signal of ordered) {
    if (signal.kind !== "survived") continue;
    text = signal.text ?? text;
    // Set anew, so that it stands where it belongs in time.
    snapshots.delete(signal.moment);
    snapshots.set(signal.moment, {
      moment: signal.moment,
      sinceAcceptMs: signal.sinceAcceptMs,
      text,
      machineShare: accepted === "" ? 1 : Math.min(1, signal.machineChars / accepted.length),
      keptRate: keptRate(accepted, text),
      editDistance: editDistance(accepted, text),
      fourGramDice: fourGramDice(accepted, text),
      // What was there before is the line; the text that was replaced behind the cursor is not told.
      noRevert: noRevert(linePrefix, linePrefix + accepted, linePrefix + text),
    });
  }
  return [...snapshots.values()];
}

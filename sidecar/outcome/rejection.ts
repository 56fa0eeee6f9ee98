/**
 * What the developer's answer to a suggestion means for its like: turned down, wanted after all, or nothing yet. This is
 * about the text at such a place, where the outcome is about one generation.
 */
import type { Signal } from "../../protocol/signals.ts";
import { gatherEvidence } from "./evidence.ts";

export type Judgement =
  /** `weight`: how clear a no it is; from 1 on, one is enough. `at`: milliseconds since the epoch. */
  | { readonly kind: "rejected"; readonly weight: number; readonly at: number }
  /** Taken, or typed by hand: earlier rejections of the same text do not hold any more. */
  | { readonly kind: "wanted"; readonly at: number }
  | { readonly kind: "open" };

/**
 * How clear a no (ours): Escape and an undo are acts, a rating is a statement; typing something else may be about the
 * moment, so it takes two. What was superseded or left standing says nothing about the text.
 */
export const REJECTION_WEIGHTS = { ratedDown: 2, escape: 1, undone: 1, typedOver: 0.5 } as const;
/** Less of a suggestion accepted is no yes to it: a word may be taken for want of a better one. */
const WANTED_SHARE_MIN = 2 / 3;

/** Judges the signals of one generation, in any order. */
export function judgeRejection(signals: readonly Signal[]): Judgement {
  const evidence = gatherEvidence(signals);
  const timeOf = (kind: Signal["kind"]): number =>
    Math.max(...signals.filter((signal) => signal.kind === kind).map((signal) => signal.at));
  if (evidence.rating === "down") return rejected("ratedDown", timeOf("rated"));
  if (evidence.rating === "up") return { kind: "wanted", at: timeOf("rated") };
  if (evidence.undoneAfterMs !== undefined) return rejected("undone", timeOf("undone"));
  if (evidence.accepted) {
    const isGone = evidence.final?.text.trim() === "";
    const isWanted = evidence.accepted.share >= WANTED_SHARE_MIN && !isGone;
    return isWanted ? { kind: "wanted", at: timeOf("accepted") } : { kind: "open" };
  }
  switch (evidence.dismissed) {
    case "escape":
      return rejected("escape", timeOf("dismissed"));
    case "typed-over":
      return rejected("typedOver", timeOf("dismissed"));
    case "typed-out":
      return { kind: "wanted", at: timeOf("dismissed") };
    case "superseded":
    case "timeout":
    case undefined:
      return { kind: "open" };
  }
}

function rejected(kind: keyof typeof REJECTION_WEIGHTS, at: number): Judgement {
  return { kind: "rejected", weight: REJECTION_WEIGHTS[kind], at };
}

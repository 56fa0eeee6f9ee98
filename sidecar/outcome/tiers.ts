/** What a generation is worth as an example (learning.md §2). */
import type { Evidence } from "./evidence.ts";
import type { Outcome } from "./score.ts";

export type Tier = "premium" | "standard" | "discarded";

const PREMIUM_SCORE_MIN = 0.85;
const STANDARD_SCORE_MIN = 0.5;
/** Accepted text that was in place for so long has survived the work around it. */
const PREMIUM_KEPT_MS = 300_000;

/** Only text that was accepted, or rated up, is an example of anything. */
export function tierOf(outcome: Outcome, evidence: Evidence): Tier {
  const isRatedUp = evidence.rating === "up";
  const isTaken = outcome.verdict === "kept" || outcome.verdict === "changed";
  if ((!isTaken && !isRatedUp) || outcome.score < STANDARD_SCORE_MIN) return "discarded";
  const isCommitted = evidence.commit !== undefined && !evidence.isReverted;
  const isOld = evidence.final !== undefined && evidence.final.sinceAcceptMs >= PREMIUM_KEPT_MS;
  const isProven = isRatedUp || isCommitted || isOld;
  // However little was changed: as it was suggested it did not work (ours). A rating outranks that.
  const isMended = !isRatedUp && evidence.run?.isOk === false && evidence.firstEditMs !== undefined;
  return outcome.score >= PREMIUM_SCORE_MIN && isProven && !isMended ? "premium" : "standard";
}

/**
 * The simulated developer of the replay: what it costs to get from an offer to the line that was really written, and
 * whether the offer is taken. Costs are in characters typed or deleted; reading an offer costs as much as some of them.
 */
import { scanTokens } from "../../code/tokens.ts";
import { textDistance } from "../edit-distance.ts";
import type { EditEvent } from "./event.ts";
import type { ArmRecord } from "./record.ts";

/** What an arm answers at an event. */
export type Offer = Pick<ArmRecord, "text" | "isShown" | "confidence" | "milliseconds">;

/** What was really written. */
type Written = Pick<EditEvent, "target" | "block">;

/** Characters that reading an offer is worth. */
export const READING = 3;
const KEY = 1;
/** An offer is only taken for nearly right up to this share of changed characters. */
const NORMALISED_DISTANCE_MAX = 0.33;

/**
 * An offer is compared with as many lines as it has, of those that were written; indentation of further lines, which
 * editors make, does not count. Of several lines the cost is the first one's share, since the lines below are events
 * of their own: savings never count twice, and never exceed the target.
 */
export function meet(offer: Offer, written: Written): ArmRecord {
  const isShown = offer.isShown && offer.text !== "";
  const { text, wanted } = compared(offer.text, written);
  const distance = textDistance(text, wanted);
  const length = Math.max(text.length, wanted.length);
  // Reading is paid for already when one decides.
  const isAccepted = text !== "" && distance <= NORMALISED_DISTANCE_MAX * length && KEY + distance < wanted.length;
  const met = { ...offer, isShown, isAccepted, isExact: text === wanted, distance };
  return {
    ...met,
    retainedChars: Math.max(0, length - distance),
    cost: costOf(USUAL, met, written),
    strictCost: costOf(STRICT, met, written),
  };
}

/** How a developer deals with what is shown. */
export type Habit =
  /** Takes what is nearly right. */
  | { readonly kind: "usual"; readonly reading: number }
  /** Takes what is exactly right only. */
  | { readonly kind: "strict"; readonly reading: number }
  /** As usual, or takes the tokens at the beginning that are right, a key for each. */
  | { readonly kind: "by token" }
  /** Takes what helps with one probability, and what does not help with another. */
  | { readonly kind: "noisy"; readonly takesHelp: number; readonly takesHarm: number };

export const USUAL: Habit = { kind: "usual", reading: READING };
const STRICT: Habit = { kind: "strict", reading: READING };

/** What the figures are tried with besides; "noisy" is calibrated to the records. */
export const SENSITIVITIES = ["reading 0", "reading 6", "by token", "noisy"] as const;
export type Sensitivity = (typeof SENSITIVITIES)[number];

/** The acceptance that the noisy developer is given, about that of completions in the field. */
const ACCEPTANCE = 0.27;

/** `shown` are the records of what the calibration is for: what was shown of the product. */
export function habitOf(sensitivity: Sensitivity, shown: readonly Pick<ArmRecord, "isAccepted">[]): Habit {
  switch (sensitivity) {
    case "reading 0":
      return { kind: "usual", reading: 0 };
    case "reading 6":
      return { kind: "usual", reading: 6 };
    case "by token":
      return { kind: "by token" };
    case "noisy": {
      const rate = shown.filter(({ isAccepted }) => isAccepted).length / Math.max(1, shown.length);
      return rate >= ACCEPTANCE
        ? { kind: "noisy", takesHelp: ACCEPTANCE / rate, takesHarm: 0 }
        : { kind: "noisy", takesHelp: 1, takesHarm: (ACCEPTANCE - rate) / (1 - rate) };
    }
  }
}

/** Characters that the target costs. `chance`, 0..1, decides for the noisy developer: the same one in all arms. */
export function costOf(
  habit: Habit,
  met: Pick<ArmRecord, "text" | "isShown" | "isAccepted" | "isExact" | "distance">,
  written: Written,
  chance = 0,
): number {
  const typed = written.target.length;
  if (!met.isShown) return typed;
  const reading = "reading" in habit ? habit.reading : READING;
  const rejected = typed + reading;
  const { text, wanted } = compared(met.text, written);
  const share = typed / wanted.length;
  const accepted = (KEY + reading + Math.min(wanted.length, met.distance)) * share;
  switch (habit.kind) {
    case "usual":
      return met.isAccepted ? accepted : rejected;
    case "strict":
      return met.isAccepted && met.isExact ? accepted : rejected;
    case "by token": {
      const { tokens, chars } = rightTokens(text, wanted);
      const partly = (reading + KEY * tokens + wanted.length - chars) * share;
      return Math.min(met.isAccepted ? accepted : rejected, tokens > 0 ? partly : rejected);
    }
    case "noisy":
      return chance < (met.isAccepted ? habit.takesHelp : habit.takesHarm) ? accepted : rejected;
  }
}

/** An offer, and what was written instead of it. */
function compared(offered: string, { target, block }: Written): { readonly text: string; readonly wanted: string } {
  if (!offered.includes("\n")) return { text: offered, wanted: target };
  const text = withoutIndent(offered);
  return { text, wanted: withoutIndent(block).split("\n").slice(0, text.split("\n").length).join("\n") };
}

function withoutIndent(text: string): string {
  return text.replace(/\n[ \t]+/g, "\n");
}

/** The tokens that `text` begins with as it should. */
function rightTokens(text: string, wanted: string): { readonly tokens: number; readonly chars: number } {
  let same = 0;
  while (same < text.length && text[same] === wanted[same]) same++;
  let tokens = 0;
  let chars = 0;
  scanTokens(text, (_, end) => {
    if (end > same) return;
    tokens++;
    chars = end;
  });
  return { tokens, chars };
}

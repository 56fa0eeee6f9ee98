/** What became of a generation as a story: what happened, in order, in words that need no manual. */
import type { Signal } from "../../protocol/signals.ts";

export interface Event {
  readonly kind: Signal["kind"] | "fixed";
  /** Milliseconds since the epoch. */
  readonly at: number;
  readonly what: string;
}

/** Events of one generation in order of time; what says nothing new is left out. */
export function storyOf(signals: readonly Signal[]): readonly Event[] {
  const ordered = [...signals].sort((left, right) => left.at - right.at || (left.id < right.id ? -1 : 1));
  let hasFailed = false;
  let text: string | undefined;
  return ordered.flatMap((signal): readonly Event[] => {
    const isChanged = "text" in signal && signal.text !== undefined && signal.text !== text;
    const isFix = hasFailed && isChanged && (signal.kind === "edited" || signal.kind === "survived");
    if ("text" in signal && signal.text !== undefined) text = signal.text;
    if (signal.kind === "accepted") text = undefined;
    if (signal.kind === "ran") hasFailed = !signal.isOk;
    if (isFix)
      return [{ kind: "fixed", at: signal.at, what: `changed, after a failure, to ${preview(signal.text ?? "")}` }];
    // It was told when it was looked at.
    if (signal.kind === "edited" && !isChanged) return [];
    const what = describe(signal);
    return what === undefined ? [] : [{ kind: signal.kind, at: signal.at, what }];
  });
}

function describe(signal: Signal): string | undefined {
  switch (signal.kind) {
    case "shown":
      return signal.generation.confidence === undefined ? "shown" : "inserted by another tool, as it seems";
    case "accepted":
      return signal.extent === "whole" ? "accepted" : `accepted by ${signal.extent}`;
    case "dismissed":
      return DISMISSALS[signal.reason];
    case "edited":
      return `changed to ${preview(signal.text)}`;
    case "undone":
      return "undone";
    case "settled":
      return signal.text.trim() === "" ? "nothing was left of it" : "left alone";
    case "diagnostics":
      return diagnosed(signal.before.errors, signal.now.errors);
    case "survived":
      return signal.moment === "saved" ? "saved" : undefined;
    case "rated":
      return `rated ${signal.rating}${signal.words === "" ? "" : `: ${signal.words}`}`;
    case "snoozed":
      return "suggestions were snoozed after it";
    case "ran":
      return `${signal.label} ${signal.isOk ? "passed" : "failed"}${TURNS[signal.turn]}`;
    case "committed": {
      const how = signal.via === "amend" ? "committed anew" : "committed";
      return `${how} in ${signal.commit.slice(0, 8)}, ${signal.survivingLines} of ${lines(signal.lines)} as suggested`;
    }
    case "reverted":
      return signal.via === "revert" ? "the commit was reverted" : "the commit was taken back";
    case "mended":
      return undefined;
  }
}

const DISMISSALS = {
  escape: "dismissed with Escape",
  "typed-over": "something else was typed",
  "typed-out": "typed by hand",
  superseded: "another suggestion took its place",
  timeout: "left standing",
} as const;

const TURNS = { mended: ", and had failed before", broke: ", and had passed before", none: "" } as const;

function diagnosed(before: number, now: number): string {
  if (now > before) return `${now - before} new ${now - before === 1 ? "error" : "errors"} on its lines`;
  return now < before ? "an error on its lines went away" : "no new errors";
}

function lines(count: number): string {
  return count === 1 ? "1 line" : `${count} lines`;
}

function preview(text: string): string {
  const [first = ""] = text.trim().split("\n");
  return first === "" ? "nothing" : `“${first.length > 60 ? `${first.slice(0, 59)}…` : first}”`;
}

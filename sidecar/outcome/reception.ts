/**
 * Whether showing a suggestion was right: the label that the gate learns from. This is about the moment it was shown,
 * where the outcome is about its text and rejection about its like. Taken alone is not enough: who learns from that
 * shows what is trivial (Mozannar et al. 2023, CDHF).
 */
import type { Evidence } from "./evidence.ts";
import { READ_MS } from "./score.ts";
import { editDistance } from "./survival.ts";

export type Reception =
  /** `weight`: how much that says, 0..1. */
  | { readonly kind: "wanted" | "unwanted"; readonly weight: number }
  /** Nothing can be said, or not yet. */
  | { readonly kind: "unknown" };

/** A third changed is the border of "mostly unchanged" (Ziegler et al. 2022). */
const CHANGED_MAX = 1 / 3;
/** Less of it taken says that a part was right, and not whether all of it should have been shown. */
const TAKEN_MIN = 2 / 3;
/** Right, and of no use: it was typed by hand all the same (ours). */
const TYPED_OUT_WEIGHT = 0.5;
/** Not taken for ten seconds: it may be that nobody was there to read it (ours). */
const TIMEOUT_WEIGHT = 0.5;

const UNKNOWN: Reception = { kind: "unknown" };

export function receptionOf({ accepted, final, undoneAfterMs, dismissed, dwellMs, rating }: Evidence): Reception {
  if (rating !== undefined) return { kind: rating === "up" ? "wanted" : "unwanted", weight: 1 };
  if (undoneAfterMs !== undefined) return { kind: "unwanted", weight: 1 };
  if (accepted) {
    if (!final || accepted.share < TAKEN_MIN) return UNKNOWN;
    return { kind: editDistance(accepted.text, final.text) < CHANGED_MAX ? "wanted" : "unwanted", weight: 1 };
  }
  // What nobody had the time to read was neither wanted nor unwanted, whatever made it go.
  if (dismissed === undefined || dwellMs === undefined || dwellMs < READ_MS) return UNKNOWN;
  switch (dismissed) {
    case "escape":
    case "typed-over":
      return { kind: "unwanted", weight: 1 };
    case "timeout":
      return { kind: "unwanted", weight: TIMEOUT_WEIGHT };
    case "typed-out":
      return { kind: "wanted", weight: TYPED_OUT_WEIGHT };
    case "superseded":
      // It was taken from the screen, not turned down.
      return UNKNOWN;
  }
}

/**
 * Calibration (Platt 1999): what share of the suggestions that the gate believes in by so much was really wanted. Two
 * numbers, fitted to the last suggestions of which the end is known. With few of them it is close to none at all. Pure.
 */
import { logistic } from "./gate.ts";

/** Suggestions that count (learning.md §6). */
export const CALIBRATED_LAST = 500;
/** Precision of the prior around "as it is": as many events as these must speak for anything else (ours). */
const SLOPE_PRECISION = 15;
const OFFSET_PRECISION = 20;
/** More likely stays more likely, whatever happened lately. */
const SLOPE_MIN = 0.1;
const ROUNDS_MAX = 30;

/** `p = σ(slope · logit + offset)`. */
export interface Calibration {
  readonly slope: number;
  readonly offset: number;
}

/** A suggestion that was shown: what the gate believed before it learned of it, and what became of it. */
export interface Judged {
  /** Log-odds. */
  readonly logit: number;
  readonly isWanted: boolean;
  /** How much it counts (1: once). */
  readonly weight: number;
}

export const AS_IT_IS: Calibration = { slope: 1, offset: 0 };

export function calibrate({ slope, offset }: Calibration, logit: number): number {
  return logistic(slope * logit + offset);
}

/** The likeliest calibration under the prior, by Newton's method: the loss is convex, and `from` only saves steps. */
export function fitCalibration(judged: readonly Judged[], from = AS_IT_IS): Calibration {
  let at = from;
  let loss = lossOf(judged, at);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const step = newtonStep(judged, at);
    // Halved until it helps: a whole step may go too far where all is nearly certain.
    let share = 1;
    let next = moved(at, step, share);
    let reached = lossOf(judged, next);
    while (reached > loss && share > 1e-3) {
      next = moved(at, step, (share /= 2));
      reached = lossOf(judged, next);
    }
    if (reached > loss) break;
    const isThere = Math.abs(next.slope - at.slope) + Math.abs(next.offset - at.offset) < 1e-6;
    at = next;
    loss = reached;
    if (isThere) break;
  }
  return at;
}

function moved({ slope, offset }: Calibration, step: Calibration, share: number): Calibration {
  return { slope: Math.max(SLOPE_MIN, slope - share * step.slope), offset: offset - share * step.offset };
}

function newtonStep(judged: readonly Judged[], { slope, offset }: Calibration): Calibration {
  let [bySlope, byOffset] = [SLOPE_PRECISION * (slope - 1), OFFSET_PRECISION * offset];
  let [slopeSlope, slopeOffset, offsetOffset] = [SLOPE_PRECISION, 0, OFFSET_PRECISION];
  for (const { logit, isWanted, weight } of judged) {
    const p = logistic(slope * logit + offset);
    const error = weight * (p - (isWanted ? 1 : 0));
    const curvature = weight * p * (1 - p);
    bySlope += error * logit;
    byOffset += error;
    slopeSlope += curvature * logit * logit;
    slopeOffset += curvature * logit;
    offsetOffset += curvature;
  }
  // At its least the slope stays, and the offset goes on alone.
  if (slope <= SLOPE_MIN && bySlope > 0) return { slope: 0, offset: byOffset / offsetOffset };
  const determinant = slopeSlope * offsetOffset - slopeOffset * slopeOffset;
  return {
    slope: (offsetOffset * bySlope - slopeOffset * byOffset) / determinant,
    offset: (slopeSlope * byOffset - slopeOffset * bySlope) / determinant,
  };
}

function lossOf(judged: readonly Judged[], { slope, offset }: Calibration): number {
  let loss = (SLOPE_PRECISION * (slope - 1) ** 2 + OFFSET_PRECISION * offset ** 2) / 2;
  for (const { logit, isWanted, weight } of judged) {
    const margin = (isWanted ? 1 : -1) * (slope * logit + offset);
    loss += weight * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
  }
  return loss;
}

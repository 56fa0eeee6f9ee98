/**
 * Calibration (Platt 1999): what share of the suggestions that the gate believes in by so much was really wanted. Two
 * numbers, fitted to the last suggestions of which the end is known. With few of them it is close to none at all. Pure.
 */
import { logistic } from "./gate.ts";

/** Suggestions that count (learning.md §6). */
export const CALIBRATED_LAST = 500;
/** Precision of the prior around "as it is": as many events as these must speak for anything else (ours). */
const SLOPE_PRECISION = 10;
const OFFSET_PRECISION = 15;
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

/** The likeliest calibration under the prior, by Newton's method: the loss is convex. */
export function fitCalibration(judged: readonly Judged[]): Calibration {
  let { slope, offset } = AS_IT_IS;
  let loss = lossOf(judged, slope, offset);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    let [slopeSlope, slopeOffset, offsetOffset] = [SLOPE_PRECISION, 0, OFFSET_PRECISION];
    let [bySlope, byOffset] = [SLOPE_PRECISION * (slope - 1), OFFSET_PRECISION * offset];
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
    const determinant = slopeSlope * offsetOffset - slopeOffset * slopeOffset;
    const slopeStep = (offsetOffset * bySlope - slopeOffset * byOffset) / determinant;
    const offsetStep = (slopeSlope * byOffset - slopeOffset * bySlope) / determinant;
    // Halved until it helps: a whole step may go too far where all is nearly certain.
    let share = 1;
    let reached = loss;
    while (share > 1e-3 && (reached = lossOf(judged, slope - share * slopeStep, offset - share * offsetStep)) > loss) {
      share /= 2;
    }
    if (reached >= loss) break;
    slope -= share * slopeStep;
    offset -= share * offsetStep;
    loss = reached;
  }
  return { slope: Math.max(SLOPE_MIN, slope), offset };
}

function lossOf(judged: readonly Judged[], slope: number, offset: number): number {
  let loss = (SLOPE_PRECISION * (slope - 1) ** 2 + OFFSET_PRECISION * offset ** 2) / 2;
  for (const { logit, isWanted, weight } of judged) {
    const margin = (isWanted ? 1 : -1) * (slope * logit + offset);
    loss += weight * (margin > 0 ? Math.log1p(Math.exp(-margin)) : Math.log1p(Math.exp(margin)) - margin);
  }
  return loss;
}

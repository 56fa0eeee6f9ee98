/** How savings grow with what a person has done: at milestones for programs, as an even curve for the page. */
import { type Estimate, isPrimary, type Part, type Replayed, savingsOf } from "./figures.ts";
import type { EventRecord } from "./record.ts";

/** Savings of primary events in a stretch of a person's work. */
export interface CurvePoint {
  /** Events that the person had behind them, at the stretch's end. */
  readonly events: number;
  /** Primary events in the stretch. */
  readonly measured: number;
  readonly full: Estimate;
  /** Undefined where that arm was not run. */
  readonly frozen: Estimate | undefined;
}

const MILESTONES = [100, 300, 1_000, 3_000, 10_000];
const POINTS = 24;
/** Of all events: what a point of the even curve is made of. */
const WINDOW = 0.25;
/** A point of fewer events would be noise. */
const WINDOW_EVENTS_MIN = 40;
/** Enough for a band that is drawn, at each of its points. */
const ROUNDS = 1_000;

/** From milestone to milestone, each without what came before the last one; those without events are left out. */
export function milestonesOf(repositories: readonly Replayed[], seed: number): CurvePoint[] {
  return MILESTONES.flatMap((events, index) => {
    const from = MILESTONES[index - 1] ?? 0;
    return pointOf(repositories, events, ({ number }) => number >= from && number < events, seed) ?? [];
  });
}

/** A window that moves over the events in the order of their persons' experience. Empty where they are too few. */
export function evenCurveOf(repositories: readonly Replayed[], seed: number): CurvePoint[] {
  const ordered = repositories
    .flatMap(({ records }) => records)
    .filter((record) => isPrimary(record) && record.arms.full)
    .sort((left, right) => left.number - right.number);
  const width = Math.max(WINDOW_EVENTS_MIN, Math.round(WINDOW * ordered.length));
  if (ordered.length < 2 * width) return [];
  return Array.from({ length: POINTS }, (_, point) => {
    const end = width + Math.round(((ordered.length - width) * point) / (POINTS - 1));
    const window = new Set<EventRecord>(ordered.slice(end - width, end));
    return pointOf(repositories, ordered[end - 1]!.number + 1, (record) => window.has(record), seed)!;
  });
}

function pointOf(repositories: readonly Replayed[], events: number, isIn: Part, seed: number): CurvePoint | undefined {
  const isMeasured: Part = (record) => isPrimary(record) && record.arms.full !== undefined && isIn(record);
  const full = savingsOf(repositories, "full", isMeasured, seed, ROUNDS);
  if (!full) return undefined;
  const measured = repositories.flatMap(({ records }) => records).filter(isMeasured).length;
  return { events, measured, full, frozen: savingsOf(repositories, "frozen", isMeasured, seed, ROUNDS) };
}

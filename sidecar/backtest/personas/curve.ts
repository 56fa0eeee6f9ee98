/** The learning curve of a persona: the ratio of all events so far, with the interval that other files would give. */
import type { Interval } from "../bootstrap.ts";
import { ratioOf } from "./figures.ts";
import type { PersonaRun } from "./run.ts";
import { intervalOf, resample } from "./resample.ts";

export interface CurvePoint {
  /** Of each run. */
  readonly events: number;
  readonly ratio: number;
  readonly interval: Interval;
}

const POINTS = 40;
/** Enough for a band that is drawn, for each of its points. */
const ROUNDS = 500;

/** Evenly spaced points; events of all runs count together. Empty where nothing was to be changed. */
export function curveOf(runs: readonly PersonaRun[]): CurvePoint[] {
  const length = Math.max(0, ...runs.map((run) => run.events.length));
  const points: CurvePoint[] = [];
  for (let point = 1; point <= POINTS; point++) {
    const events = Math.round((length * point) / POINTS);
    if (events === 0 || events === points.at(-1)?.events) continue;
    const soFar = runs.flatMap((run) => run.events.slice(0, events));
    const ratio = ratioOf(soFar);
    const interval = intervalOf(resample(soFar, runs[0]!.seed, ROUNDS).ratio);
    if (soFar.some(({ raw }) => raw.chars > 0)) points.push({ events, ratio, interval });
  }
  return points;
}

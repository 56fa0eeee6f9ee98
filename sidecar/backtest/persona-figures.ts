/** The figures of a persona's runs: ratios, harm, accuracy, recovery, and how far chance could have moved them. */
import { createRandom } from "../base/random.ts";
import type { EventResult, PersonaRun } from "./personas.ts";

export interface PersonaFigures {
  readonly events: number;
  readonly files: number;
  /** Characters per event that a developer without help has to change. */
  readonly rawCost: number;
  /** Share of events whose truth is not the base. */
  readonly differing: number;
  /** Cost of what was shown over the cost of the base: 0 is perfect, 1 no help, more is harm. */
  readonly ratio: number;
  readonly ratioTokens: number;
  readonly ratioNoIndent: number;
  readonly ratioNoNewlines: number;
  /** The ratio of repairing everything but newlines, and that of repairing indentation only. */
  readonly oracle: number;
  readonly indentOnly: number;
  /** How much of what the oracle saves was saved. */
  readonly closeness: number;
  /** In the last events of each run: sites of known choices that are right; undefined where there are none. */
  readonly siteAccuracy: number | undefined;
  readonly siteAccuracyStructural: number | undefined;
  readonly siteAccuracyAll: number | undefined;
  readonly harmedEvents: number;
  readonly harmPer1000Lines: number;
  /** Events from the switch until the ratio is back; undefined without a switch, Infinity where it did not come back. */
  readonly recoveryEvents: number | undefined;
  /** The highest ratio of a window on the way. */
  readonly recoveryPeak: number | undefined;
}

export type Measure = "ratio" | "ratioTokens" | "ratioNoIndent" | "harmPer1000Lines";
/** 2.5 % and 97.5 % of what other files could have given. */
export type Interval = readonly [low: number, high: number];

const LAST_EVENTS = 50;
const WINDOW = 25;
const STEADY_MARGIN = 0.1;
const RESAMPLES = 10_000;

export function figuresOf(runs: readonly PersonaRun[]): PersonaFigures {
  const all = runs.flatMap((run) => run.events);
  const sum = (read: (event: EventResult) => number): number => all.reduce((total, event) => total + read(event), 0);
  const raw = sum((event) => event.raw.chars);
  const ratio = share(
    sum((event) => event.cost.chars),
    raw,
  );
  const oracle = share(
    sum((event) => event.oracle),
    raw,
  );
  const harmed = all.filter(isHarmed).length;
  const recoveries = runs.flatMap((run) => recoveryOf(run) ?? []);
  const sites = runs.flatMap((run) => run.events.slice(-LAST_EVENTS).flatMap((event) => event.sites));
  const accuracy = (kept: typeof sites): number | undefined =>
    kept.length === 0 ? undefined : kept.filter((site) => site.right).length / kept.length;
  return {
    events: all.length,
    files: new Set(all.map(({ event }) => event.path)).size,
    rawCost: raw / Math.max(1, all.length),
    differing: all.filter(({ event }) => event.base !== event.truth).length / Math.max(1, all.length),
    ratio,
    ratioTokens: share(
      sum((event) => event.cost.tokens),
      sum((event) => event.raw.tokens),
    ),
    ratioNoIndent: share(
      sum((event) => event.cost.noIndent),
      sum((event) => event.raw.noIndent),
    ),
    ratioNoNewlines: share(
      sum((event) => event.cost.noNewlines),
      sum((event) => event.raw.noNewlines),
    ),
    oracle,
    indentOnly: share(
      sum((event) => event.indentOnly),
      raw,
    ),
    closeness: oracle < 1 ? (1 - ratio) / (1 - oracle) : 0,
    siteAccuracy: accuracy(sites.filter((site) => site.kind === "choice")),
    siteAccuracyStructural: accuracy(sites.filter((site) => site.kind === "structural")),
    siteAccuracyAll: accuracy(sites),
    harmedEvents: harmed,
    harmPer1000Lines:
      (1000 * harmed) /
      Math.max(
        1,
        sum((event) => event.lines),
      ),
    recoveryEvents: recoveries.length === 0 ? undefined : mean(recoveries.map((recovery) => recovery.events)),
    recoveryPeak: recoveries.length === 0 ? undefined : Math.max(...recoveries.map((recovery) => recovery.peak)),
  };
}

export function isHarmed({ cost, raw }: EventResult): boolean {
  return cost.chars > raw.chars;
}

/** Resamples the files with all their events; events of one file are no independent evidence. */
export function intervalsOf(runs: readonly PersonaRun[], seed: number): Record<Measure, Interval> {
  const files = new Map<string, Float64Array>();
  for (const result of runs.flatMap((run) => run.events)) {
    const { cost, raw, lines } = result;
    const sums = files.get(result.event.path) ?? new Float64Array(8);
    files.set(result.event.path, sums);
    const values = [
      cost.chars,
      raw.chars,
      cost.tokens,
      raw.tokens,
      cost.noIndent,
      raw.noIndent,
      isHarmed(result) ? 1000 : 0,
      lines,
    ];
    values.forEach((value, at) => (sums[at]! += value));
  }
  const clusters = [...files.values()];
  const random = createRandom(seed);
  const samples = [0, 1, 2, 3].map(() => new Float64Array(RESAMPLES));
  const totals = new Float64Array(8);
  for (let round = 0; round < RESAMPLES; round++) {
    totals.fill(0);
    for (let draw = 0; draw < clusters.length; draw++) {
      const sums = clusters[Math.floor(random() * clusters.length)]!;
      for (let at = 0; at < sums.length; at++) totals[at]! += sums[at]!;
    }
    samples.forEach((sample, measure) => (sample[round] = share(totals[2 * measure]!, totals[2 * measure + 1]!)));
  }
  const [ratio, ratioTokens, ratioNoIndent, harmPer1000Lines] = samples.map(middle95);
  return {
    ratio: ratio!,
    ratioTokens: ratioTokens!,
    ratioNoIndent: ratioNoIndent!,
    harmPer1000Lines: harmPer1000Lines!,
  };
}

function middle95(sample: Float64Array): Interval {
  const sorted = sample.sort();
  return [sorted[Math.floor(0.025 * sorted.length)]!, sorted[Math.ceil(0.975 * sorted.length) - 1]!];
}

/** From the switch to the end of the first window after it whose ratio is that of the last events before, or nearly. */
function recoveryOf({ events }: PersonaRun): { readonly events: number; readonly peak: number } | undefined {
  const at = events.findIndex((event) => event.switched);
  if (at < 0) return undefined;
  const steady = ratioOf(events.slice(Math.max(0, at - LAST_EVENTS), at));
  let peak = 0;
  for (let end = at + WINDOW; end <= events.length; end++) {
    const ratio = ratioOf(events.slice(end - WINDOW, end));
    peak = Math.max(peak, ratio);
    if (ratio <= steady + STEADY_MARGIN) return { events: end - at, peak };
  }
  return { events: Infinity, peak };
}

export function ratioOf(events: readonly EventResult[]): number {
  let cost = 0;
  let raw = 0;
  for (const event of events) {
    cost += event.cost.chars;
    raw += event.raw.chars;
  }
  return share(cost, raw);
}

/** Where there was nothing to change, nothing changed is as good as no help: 1; and any change is without measure. */
function share(part: number, whole: number): number {
  if (whole > 0) return part / whole;
  return part === 0 ? 1 : Infinity;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

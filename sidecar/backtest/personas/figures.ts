/** The figures of a persona's runs: ratios, harm, accuracy, recovery, and how far chance could have moved them. */
import type { EventResult, PersonaRun } from "./run.ts";

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
  /** How much of what the oracle saves was saved; undefined where it saves nothing. */
  readonly closeness: number | undefined;
  /** Of the sites in the last events of each run those that are right; undefined where there are none. */
  readonly siteAccuracy: number | undefined;
  /** The same without indentation. */
  readonly siteAccuracyNoIndent: number | undefined;
  /** Of sites that are no known choice: names, structure, wrapping, and what is met for the first time. */
  readonly siteAccuracyStructural: number | undefined;
  readonly siteAccuracyAll: number | undefined;
  readonly harmedEvents: number;
  /** Lines of the truth. */
  readonly lines: number;
  readonly harmPer1000Lines: number;
  /** Events from the switch until the ratio is back; undefined without a switch, Infinity where it did not come back. */
  readonly recoveryEvents: number | undefined;
  /** The highest ratio of a window on the way. */
  readonly recoveryPeak: number | undefined;
}

const LAST_EVENTS = 50;
const WINDOW = 25;
const STEADY_MARGIN = 0.1;

export function figuresOf(runs: readonly PersonaRun[]): PersonaFigures {
  const all = runs.flatMap((run) => run.events);
  const sum = (read: (event: EventResult) => number): number => all.reduce((total, event) => total + read(event), 0);
  const ratio = ratioOf(all);
  const oracle = ratioOf(all, (event) => event.oracle);
  const lines = sum((event) => event.lines);
  const harmedEvents = all.filter(isHarmed).length;
  const sites = runs.flatMap((run) => run.events.slice(-LAST_EVENTS).flatMap((event) => event.sites));
  const choices = sites.filter((site) => site.isChoice);
  return {
    events: all.length,
    files: new Set(all.map(({ event }) => event.path)).size,
    rawCost: sum((event) => event.raw.chars) / Math.max(1, all.length),
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
    indentOnly: ratioOf(all, (event) => event.indentOnly),
    closeness: oracle < 1 ? (1 - ratio) / (1 - oracle) : undefined,
    siteAccuracy: accuracyOf(choices),
    siteAccuracyNoIndent: accuracyOf(choices.filter((site) => !site.isIndent)),
    siteAccuracyStructural: accuracyOf(sites.filter((site) => !site.isChoice)),
    siteAccuracyAll: accuracyOf(sites),
    harmedEvents,
    lines,
    harmPer1000Lines: (1000 * harmedEvents) / Math.max(1, lines),
    ...recoveryOfAll(runs),
  };
}

/** What was shown is further from the truth than the base was. */
export function isHarmed({ cost, raw }: EventResult): boolean {
  return cost.chars > raw.chars;
}

/** Characters that remained to be changed, of those that the base would have needed. */
export function ratioOf(
  events: readonly EventResult[],
  costOf = ({ cost }: EventResult): number => cost.chars,
): number {
  let cost = 0;
  let raw = 0;
  for (const event of events) {
    cost += costOf(event);
    raw += event.raw.chars;
  }
  return share(cost, raw);
}

/** Where there was nothing to change, nothing changed is as good as no help: 1; and any change is without measure. */
export function share(part: number, whole: number): number {
  if (whole > 0) return part / whole;
  return part === 0 ? 1 : Infinity;
}

function accuracyOf(sites: readonly { readonly right: boolean }[]): number | undefined {
  return sites.length === 0 ? undefined : sites.filter((site) => site.right).length / sites.length;
}

function recoveryOfAll(runs: readonly PersonaRun[]): Pick<PersonaFigures, "recoveryEvents" | "recoveryPeak"> {
  const recoveries = runs.flatMap((run) => recoveryOf(run) ?? []);
  if (recoveries.length === 0) return { recoveryEvents: undefined, recoveryPeak: undefined };
  const total = recoveries.reduce((sum, recovery) => sum + recovery.events, 0);
  return {
    recoveryEvents: total / recoveries.length,
    recoveryPeak: Math.max(...recoveries.map((recovery) => recovery.peak)),
  };
}

/** From the switch to the end of the first window after it whose ratio is that of the last events before, or nearly. */
function recoveryOf({ events }: PersonaRun): { readonly events: number; readonly peak: number } | undefined {
  const at = events.findIndex((event) => event.switched);
  if (at < 0 || events.length < at + WINDOW) return undefined;
  const steady = ratioOf(events.slice(Math.max(0, at - LAST_EVENTS), at));
  let peak = 0;
  for (let end = at + WINDOW; end <= events.length; end++) {
    const ratio = ratioOf(events.slice(end - WINDOW, end));
    peak = Math.max(peak, ratio);
    if (ratio <= steady + STEADY_MARGIN) return { events: end - at, peak };
  }
  return { events: Infinity, peak };
}

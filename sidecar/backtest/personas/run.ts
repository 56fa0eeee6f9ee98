/**
 * The benchmark of style: a learner meets one event after the other, shows its repair of the base lines, and learns
 * from what the developer makes of it. Everything that is said about a persona is counted from its events.
 */
import { isAbort } from "../../base/errors.ts";
import { createRandom } from "../../base/random.ts";
import { costOf, repairedButNewlines, repairedIndent, type Cost } from "./cost.ts";
import { DENSE, eventsOf, type FilePair, type PersonaEvent } from "./events.ts";
import type { PreparedFile, PreparedPersona } from "./files.ts";
import { SiteCounter, type Site } from "./sites.ts";

/** Who learns. Calls never overlap. */
export interface PersonaLearner {
  /** The document as it stands before the event. */
  see(event: PersonaEvent): Promise<void>;
  /** What would be shown where the engine offers `event.base`. */
  repair(event: PersonaEvent): Promise<string>;
  /** The developer makes `event.truth` of what was shown. */
  learn(event: PersonaEvent, shown: string): Promise<void>;
  close(): Promise<void>;
}

export interface PersonaOptions {
  /** Decides the order of files and which lines of them are events. */
  readonly seed: number;
  readonly events: number;
  readonly createLearner: () => Promise<PersonaLearner>;
  readonly onProgress?: ((done: number, total: number) => void) | undefined;
}

/** One event and what became of it. */
export interface EventResult {
  readonly event: PersonaEvent;
  readonly shown: string;
  /** Whether it came after the persona's switch. */
  readonly switched: boolean;
  readonly raw: Cost;
  readonly cost: Cost;
  readonly oracle: number;
  readonly indentOnly: number;
  readonly lines: number;
  readonly sites: readonly Site[];
}

export interface PersonaRun {
  readonly seed: number;
  readonly events: readonly EventResult[];
  /** False where it was broken off. */
  readonly complete: boolean;
}

export async function runPersona(
  prepared: PreparedPersona,
  options: PersonaOptions,
  signal: AbortSignal,
): Promise<PersonaRun> {
  const planned = planEvents(prepared, options.seed, options.events);
  const results: EventResult[] = [];
  const sites = new SiteCounter();
  const learner = await options.createLearner();
  try {
    for (const [index, { event, switched }] of planned.entries()) {
      signal.throwIfAborted();
      if (switched && !planned[index - 1]?.switched) sites.clear();
      await learner.see(event);
      const shown = await learner.repair(event);
      await learner.learn(event, shown);
      results.push(judge(event, shown, switched, sites));
      options.onProgress?.(results.length, planned.length);
    }
  } catch (error) {
    // What was done before the interruption is a result too, and says that it is not complete.
    if (!isAbort(error)) throw error;
  } finally {
    await learner.close();
  }
  return { seed: options.seed, events: results, complete: results.length === planned.length };
}

interface PlannedEvent {
  readonly event: PersonaEvent;
  readonly switched: boolean;
}

/**
 * The events of a seed, in order; fewer than asked for where the sources give no more. Of a persona of idioms those are
 * counted that differ; among them stand as many where nothing is to be changed, which is where harm is done.
 */
export function planEvents({ persona, files }: PreparedPersona, seed: number, count: number): PlannedEvent[] {
  const random = createRandom(seed);
  const planned: PlannedEvent[] = [];
  const half = halfOf(files, seed, count);
  let counted = 0;
  for (const file of shuffled(files, random)) {
    const switched = counted >= half;
    const pair = switched && file.second ? file.second : file.first;
    const events = persona.kind === "idioms" ? idiomsOf(pair, random) : eventsOf(pair, random);
    for (const event of events) {
      if (counted >= count) return planned;
      planned.push({ event, switched });
      if (persona.kind !== "idioms" || differs(event)) counted++;
    }
  }
  return planned;
}

/** After how many events a persona switches: sources may give fewer than are asked for. */
function halfOf(files: readonly PreparedFile[], seed: number, count: number): number {
  if (files[0]?.second === undefined) return Infinity;
  const random = createRandom(seed);
  const available = files.reduce((sum, file) => sum + eventsOf(file.first, random).length, 0);
  return Math.min(count, available) / 2;
}

/** The events of a file that differ, and as many of the others. */
function idiomsOf(pair: FilePair, random: () => number): PersonaEvent[] {
  const events = eventsOf(pair, random, DENSE);
  let others = events.filter((event) => !differs(event)).length;
  let spare = others - (events.length - others);
  return events.filter((event) => {
    if (differs(event)) return true;
    const isSpare = random() * others < spare;
    others--;
    if (isSpare) spare--;
    return !isSpare;
  });
}

function differs(event: PersonaEvent): boolean {
  return event.base !== event.truth;
}

function judge(event: PersonaEvent, shown: string, switched: boolean, sites: SiteCounter): EventResult {
  const { base, truth } = event;
  return {
    event,
    shown,
    switched,
    raw: costOf(base, truth),
    cost: costOf(shown, truth),
    oracle: costOf(repairedButNewlines(base, truth), truth).chars,
    indentOnly: costOf(repairedIndent(base, truth), truth).chars,
    lines: truth.split("\n").length,
    sites: sites.count(base, shown, truth),
  };
}

/** Fisher and Yates. */
function shuffled<T>(items: readonly T[], random: () => number): T[] {
  const order = [...items];
  for (let at = order.length - 1; at > 0; at--) {
    const other = Math.floor(random() * (at + 1));
    [order[at], order[other]] = [order[other]!, order[at]!];
  }
  return order;
}

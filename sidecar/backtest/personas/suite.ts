/** All personas over all seeds, one after the other: each is prepared, run and reported; one that fails stops no other. */
import { describeError, isAbort, SidecarError } from "../../base/errors.ts";
import type { PersonaKind } from "./persona-file.ts";
import { readPersona } from "./persona-file.ts";
import { figuresOf, type PersonaFigures } from "./figures.ts";
import { preparePersona, type PrepareDeps } from "./files.ts";
import { type PersonaLearner, type PersonaRun, runPersona } from "./run.ts";
import { type Resamples, resample } from "./resample.ts";

export interface SuiteOptions {
  /** Paths of personas' files. */
  readonly files: readonly string[];
  readonly seeds: readonly number[];
  readonly events: number;
  readonly createLearner: (persona: string) => Promise<PersonaLearner>;
  readonly prepare: Omit<PrepareDeps, "onProgress">;
  /** What is being done, and how much of all is done, 0..1. */
  readonly onProgress?: ((what: string, done: number) => void) | undefined;
}

export interface SuiteResult {
  readonly personas: readonly PersonaReport[];
  readonly failures: readonly PersonaFailure[];
  readonly seeds: readonly number[];
  readonly events: number;
  /** False where it was broken off: what there is counts less. */
  readonly complete: boolean;
}

export interface PersonaReport {
  readonly name: string;
  readonly description: string;
  readonly languageId: string;
  /** As measured: what hardly differs, or only in where lines are broken, is sparse. */
  readonly kind: PersonaKind;
  readonly figures: PersonaFigures;
  readonly resamples: Resamples;
  readonly runs: readonly PersonaRun[];
  /** How many source files were left out, by reason. */
  readonly leftOut: Readonly<Record<string, number>>;
  /** What a reader should know before they believe the figures. */
  readonly remarks: readonly string[];
}

export interface PersonaFailure {
  readonly name: string;
  readonly message: string;
  readonly action: string;
}

/** Share of the time of a persona that its tools take; only matters for the time that is said to be left. */
const PREPARE_SHARE = 0.3;
const DIFFERING_MIN = 0.3;
const ORACLE_MAX = 0.3;

export async function runSuite(options: SuiteOptions, signal: AbortSignal): Promise<SuiteResult> {
  const personas: PersonaReport[] = [];
  const failures: PersonaFailure[] = [];
  for (const [index, file] of options.files.entries()) {
    if (signal.aborted) break;
    const progress = (what: string, done: number): void =>
      options.onProgress?.(what, (index + done) / options.files.length);
    try {
      const report = await runOne(file, options, progress, signal);
      if (report) personas.push(report);
    } catch (error) {
      if (isAbort(error)) break;
      if (!(error instanceof SidecarError)) throw error;
      failures.push({ name: file, message: describeError(error), action: error.action });
    }
  }
  const complete =
    personas.length + failures.length === options.files.length &&
    personas.every(({ runs }) => runs.length === options.seeds.length && runs.every((run) => run.complete));
  return { personas, failures, seeds: options.seeds, events: options.events, complete };
}

/** Undefined where not one event was reached. */
async function runOne(
  file: string,
  options: SuiteOptions,
  progress: (what: string, done: number) => void,
  signal: AbortSignal,
): Promise<PersonaReport | undefined> {
  const persona = await readPersona(file);
  progress(`${persona.name}: reading sources`, 0);
  const prepared = await preparePersona(
    persona,
    {
      ...options.prepare,
      onProgress: (done, total) =>
        progress(`${persona.name}: running tools`, (PREPARE_SHARE * done) / Math.max(total, 1)),
    },
    signal,
  );
  const runs: PersonaRun[] = [];
  for (const [index, seed] of options.seeds.entries()) {
    const run = await runPersona(
      prepared,
      {
        seed,
        events: options.events,
        createLearner: () => options.createLearner(persona.name),
        onProgress: (done, total) =>
          progress(
            `${persona.name}: event ${done} of ${total}, seed ${seed}`,
            PREPARE_SHARE + ((1 - PREPARE_SHARE) * (index + done / total)) / options.seeds.length,
          ),
      },
      signal,
    );
    if (run.events.length > 0) runs.push(run);
    if (!run.complete) break;
  }
  const events = runs.flatMap((run) => run.events);
  if (events.length === 0) return undefined;
  const figures = figuresOf(runs);
  const kind = measuredKind(persona.kind, figures);
  const remarks: string[] = [];
  if (kind !== persona.kind) {
    remarks.push(
      `its file says ${persona.kind}, its events say ${kind}: ${percent(figures.differing)} differ, oracle ${figures.oracle.toFixed(2)}`,
    );
  }
  const short = runs.find((run) => run.complete && countedEvents(run, persona.kind) < options.events);
  if (short) remarks.push(`its sources give ${countedEvents(short, persona.kind)} events only (seed ${short.seed})`);
  return {
    name: persona.name,
    description: persona.description,
    languageId: persona.languageId,
    kind,
    figures,
    resamples: resample(events, options.seeds[0] ?? 0),
    runs,
    leftOut: prepared.leftOut,
    remarks,
  };
}

/** Sparse is what was measured to be; a persona that claims it without cause is judged like any other. */
function measuredKind(stated: PersonaKind, { differing, oracle }: PersonaFigures): PersonaKind {
  if (stated === "null") return "null";
  if ((stated !== "idioms" && differing < DIFFERING_MIN) || oracle > ORACLE_MAX) return "sparse";
  return stated === "sparse" ? "formatter" : stated;
}

/** Of idioms only events that differ count (see `planEvents`). */
function countedEvents({ events }: PersonaRun, kind: PersonaKind): number {
  return kind === "idioms" ? events.filter(({ event }) => event.base !== event.truth).length : events.length;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}

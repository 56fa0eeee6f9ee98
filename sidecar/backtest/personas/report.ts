/** What is told of a suite of personas: one object for programs, a table for people. */
import { type Interval, RESAMPLES } from "../bootstrap.ts";
import { tableLines } from "../table.ts";
import type { PersonaKind } from "./persona-file.ts";
import type { PersonaReport, SuiteResult } from "./suite.ts";
import { figuresOf, type PersonaFigures } from "./figures.ts";
import { intervalOf, intervalOfMean, intervalOfPool, type Measure } from "./resample.ts";

type MeanMeasure = Exclude<Measure, "harmPer1000Lines">;
const MEAN_MEASURES: readonly MeanMeasure[] = ["ratio", "ratioTokens", "ratioNoIndent"];
const KINDS: readonly PersonaKind[] = ["formatter", "mixed", "idioms", "sparse", "null"];

export interface SuiteMean extends Readonly<Record<MeanMeasure, number | null>> {
  /** How many personas the means are of: all that are neither sparse nor null. */
  readonly personas: number;
  readonly oracle: number | null;
  readonly closeness: number | null;
  readonly siteAccuracy: number | null;
  readonly siteAccuracyStructural: number | null;
  /** Of those that switch. */
  readonly recoveryEvents: number | null;
  /** Pooled over all personas, sparse and null ones with them. */
  readonly harmPer1000Lines: number | null;
  readonly harmedEventsOfNull: number;
  readonly intervals: Readonly<Partial<Record<Measure, Interval>>>;
  readonly byKind: Readonly<Partial<Record<PersonaKind, KindMean>>>;
}

export interface KindMean {
  readonly personas: number;
  readonly ratio: number | null;
  readonly ratioNoIndent: number | null;
  readonly harmPer1000Lines: number | null;
}

/** Means over personas: each weighs the same, however much its style differs from the base. */
export function meanOf(personas: readonly PersonaReport[]): SuiteMean {
  const counted = personas.filter(({ kind }) => kind !== "sparse" && kind !== "null");
  const read = (key: keyof PersonaFigures): number | null => mean(counted.map(({ figures }) => figures[key]));
  const intervals: Partial<Record<Measure, Interval>> = {};
  if (counted.length > 0) {
    for (const measure of MEAN_MEASURES) {
      intervals[measure] = intervalOfMean(counted.map(({ resamples }) => resamples[measure]));
    }
  }
  if (personas.length > 0) {
    intervals.harmPer1000Lines = intervalOfPool(personas.map(({ resamples }) => resamples.harmPer1000Lines));
  }
  return {
    personas: counted.length,
    ratio: read("ratio"),
    ratioTokens: read("ratioTokens"),
    ratioNoIndent: read("ratioNoIndent"),
    oracle: read("oracle"),
    closeness: read("closeness"),
    siteAccuracy: read("siteAccuracy"),
    siteAccuracyStructural: read("siteAccuracyStructural"),
    recoveryEvents: mean(personas.map(({ figures }) => figures.recoveryEvents)),
    harmPer1000Lines: pooledHarm(personas),
    harmedEventsOfNull: personas
      .filter(({ kind }) => kind === "null")
      .reduce((sum, { figures }) => sum + figures.harmedEvents, 0),
    intervals,
    byKind: Object.fromEntries(
      KINDS.flatMap((kind) => {
        const own = personas.filter((persona) => persona.kind === kind);
        return own.length === 0 ? [] : [[kind, kindMeanOf(own)]];
      }),
    ),
  };
}

function kindMeanOf(personas: readonly PersonaReport[]): KindMean {
  return {
    personas: personas.length,
    ratio: mean(personas.map(({ figures }) => figures.ratio)),
    ratioNoIndent: mean(personas.map(({ figures }) => figures.ratioNoIndent)),
    harmPer1000Lines: pooledHarm(personas),
  };
}

function pooledHarm(personas: readonly PersonaReport[]): number | null {
  const lines = personas.reduce((sum, { figures }) => sum + figures.lines, 0);
  const harmed = personas.reduce((sum, { figures }) => sum + figures.harmedEvents, 0);
  return lines === 0 ? null : (1000 * harmed) / lines;
}

function mean(values: readonly (number | undefined)[]): number | null {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? null : known.reduce((sum, value) => sum + value, 0) / known.length;
}

/** What `--json` prints. Numbers that are not finite (never recovered; changed where nothing was to be) become null. */
export function suiteJson(suite: SuiteResult): object {
  return {
    mean: meanOf(suite.personas),
    personas: Object.fromEntries(suite.personas.map((report) => [report.name, personaJson(report)])),
    failures: suite.failures,
    seeds: suite.seeds,
    events: suite.events,
    resamples: RESAMPLES,
    complete: suite.complete,
  };
}

function personaJson(report: PersonaReport): object {
  const { kind, languageId, figures, resamples, runs, leftOut, remarks } = report;
  return {
    kind,
    languageId,
    ...figuresJson(figures),
    intervals: Object.fromEntries(
      (Object.keys(resamples) as Measure[]).map((measure) => [measure, intervalOf(resamples[measure])]),
    ),
    perSeed: runs.map((run) => ({ seed: run.seed, ...figuresJson(figuresOf([run])) })),
    leftOut,
    remarks,
  };
}

/** Every figure under its name: what is not known is null, so that a reader sees that it is missing. */
function figuresJson(figures: PersonaFigures): object {
  return Object.fromEntries(
    Object.entries(figures).map(([key, value]) => [key, (value as number | undefined) ?? null]),
  );
}

/** One line for each persona, the means, and what went wrong. */
export function suiteLines(suite: SuiteResult): string[] {
  const mean = meanOf(suite.personas);
  const rows = [
    HEAD,
    ...suite.personas.map(rowOf),
    ["mean", `${mean.personas} of ${suite.personas.length}`, "", "", mean.ratio, mean.ratioNoIndent, mean.ratioTokens],
  ];
  const last = rows.pop()!;
  const cells = [
    ...rows.map((row) => row.map(cell)),
    [
      ...last.map(cell),
      cell(mean.oracle),
      cell(mean.siteAccuracy),
      cell(mean.harmPer1000Lines),
      cell(mean.recoveryEvents),
    ],
  ];
  const interval = mean.intervals.ratio;
  const harm = mean.intervals.harmPer1000Lines;
  return [
    ...tableLines(cells, 2),
    "",
    ...(interval ? [`mean ratio ${rangeOf(interval)}`] : []),
    ...(harm
      ? [`harm per 1,000 lines, pooled ${rangeOf(harm)}; on null personas ${mean.harmedEventsOfNull} events`]
      : []),
    `seeds ${suite.seeds.join(", ")}; ${suite.events} events each; intervals hold 95 % of ${RESAMPLES.toLocaleString("en")} draws of files`,
    ...suite.personas.flatMap(({ name, remarks }) => remarks.map((remark) => `! ${name}: ${remark}`)),
    ...suite.failures.flatMap(({ name, message, action }) => [`FAILED ${name}: ${message}`, `  ${action}`]),
    ...(suite.complete || suite.failures.length > 0 ? [] : ["! Broken off: these figures are partial."]),
  ];
}

const HEAD = [
  "persona",
  "kind",
  "events",
  "raw",
  "ratio",
  "no indent",
  "tokens",
  "oracle",
  "sites",
  "harm",
  "recovery",
];

function rowOf({ name, kind, figures }: PersonaReport): (string | number | null | undefined)[] {
  return [
    name,
    kind,
    String(figures.events),
    figures.rawCost.toFixed(1),
    figures.ratio,
    figures.ratioNoIndent,
    figures.ratioTokens,
    figures.oracle,
    figures.siteAccuracy,
    figures.harmPer1000Lines,
    figures.recoveryEvents,
  ];
}

function cell(value: string | number | null | undefined): string {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return "–";
  if (!Number.isFinite(value)) return "∞";
  return value >= 10 ? value.toFixed(0) : value.toFixed(3);
}

function rangeOf([low, high]: Interval): string {
  return `${low.toFixed(3)} to ${high.toFixed(3)}`;
}

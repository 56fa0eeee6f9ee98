/**
 * The figures of a replay: what each arm saved, what the gate let through, how well recall foresaw, what is owed to the
 * person's own memory, each with the interval that other commits would give.
 */
import { createRandom } from "../../base/random.ts";
import { type Interval, intervalOfQuotient, RESAMPLES, type Sums } from "../bootstrap.ts";
import { costOf, type Habit, habitOf, SENSITIVITIES, type Sensitivity } from "./developer.ts";
import { type ArmName, type ArmRecord, ARMS, type EventRecord } from "./record.ts";
import type { BacktestResult } from "./result.ts";

/** What is measured together: one repository, or several that are drawn as such. */
export type Replayed = Pick<BacktestResult, "repository" | "records">;

export interface BacktestFigures {
  /** Primary events, and all of them. */
  readonly events: number;
  readonly eventsAll: number;
  /** Of primary events, as are all figures below that do not say otherwise. */
  readonly arms: PerArm<ArmFigures>;
  /** The same of parts of the events. Empty parts are left out. */
  readonly strata: ReadonlyMap<string, PerArm<ArmFigures>>;
  readonly blocks: BlockFigures;
  readonly gate: GateFigures;
  readonly recall: RecallFigures;
  readonly gains: Gains;
  /** Savings had the developer other habits. */
  readonly sensitivities: Readonly<Record<Sensitivity, PerArm<number>>>;
  /** Of `full`, in milliseconds, over all events; NaN where nothing was timed. */
  readonly latencyMs: Readonly<Record<"p50" | "p95" | "p99", number>>;
}

/** Which records are meant. */
export type Part = (record: EventRecord) => boolean;

export type PerArm<T> = Readonly<Partial<Record<ArmName, T>>>;

export interface ArmFigures {
  readonly events: number;
  /** 1 − ΣC / Σ|y|: the share of keystrokes that the arm saves, with its gate. */
  readonly savings: number;
  readonly savingsInterval: Interval;
  /** The same where only what is exactly right is taken. */
  readonly strict: number;
  readonly strictInterval: Interval;
  /** Share of events whose text is exactly right, shown or not. */
  readonly exactMatch: number;
  /** Mean of 1 − Lev / longer length, shown or not. */
  readonly similarity: number;
  /** Σ Lev, were every text taken: characters to change, and as a share of Σ|y|. */
  readonly forcedDistance: number;
  readonly forcedShare: number;
  readonly shown: number;
  readonly accepted: number;
  /** Accepted of shown; NaN where nothing was shown. */
  readonly acceptance: number;
  /** Characters of what was shown and accepted that stay. */
  readonly retainedChars: number;
}

/** Of `full`: what it showed of several lines, compared with the lines that were written (the secondary target). */
export interface BlockFigures {
  readonly shown: number;
  readonly accepted: number;
  /** All lines as they were written, indentation aside. */
  readonly exact: number;
  /** Mean of their lines, and of those that are right before the first wrong one; NaN where nothing was shown. */
  readonly lines: number;
  readonly linesRight: number;
}

/** Of `full`: what its gate does to what it would have shown. */
export interface GateFigures {
  /** Acceptance of what is shown over that of all non-empty texts, − 1. */
  readonly acceptanceGain: number;
  /** Share of the characters that would have been retained, had everything been shown, that the gate hides. */
  readonly retainedLost: number;
  /**
   * Expected calibration error: the mean over non-empty texts, shown or not, of the difference between the stated
   * confidence and lenient acceptance, in ten bins of equal width of confidence (Naeini et al., AAAI 2015).
   */
  readonly ece: number;
  readonly bins: readonly ReliabilityBin[];
}

export interface ReliabilityBin {
  readonly events: number;
  /** Means over its events; bins without events are left out. */
  readonly confidence: number;
  readonly acceptance: number;
}

/** Over the tokens of targets. */
export interface RecallFigures {
  /** Mean reciprocal rank among the ten likeliest. */
  readonly mrr: number;
  /** Per token: with all that recall knows, and from the open document alone. */
  readonly bits: number;
  readonly fileBits: number;
}

/** Undefined where the other arm was not run, or saved nothing that a quotient could be formed with. */
export interface Gains {
  /** Savings of `full` minus those of `frozen`: what is owed to the person's memory. */
  readonly personal: Gain | undefined;
  /** Savings of `full` minus those with somebody else's memory. */
  readonly author: Gain | undefined;
  /** Savings of `full` over those of `in-file`. */
  readonly inFile: Gain | undefined;
}

export interface Gain {
  readonly value: number;
  readonly interval: Interval;
  /** `none`: the interval touches what no gain at all would be. */
  readonly verdict: "gain" | "loss" | "none";
}

const BINS = 10;
/** Draws for the intervals of strata besides the primary one, which are many. */
const ROUNDS = 2_000;
/** Strata of their own have those with the most events. */
const AUTHORS_MAX = 10;

export function figuresOf(repositories: readonly Replayed[], seed: number): BacktestFigures {
  const all = repositories.flatMap(({ records }) => records);
  const primary = all.filter(isPrimary);
  const strata = new Map(
    strataOf(all).map(({ name, isIn, rounds = ROUNDS }) => [name, armsOf(repositories, isIn, seed, rounds)]),
  );
  const full = armOf(primary, "full");
  const shown = full.filter(({ isShown }) => isShown);
  return {
    events: primary.length,
    eventsAll: all.length,
    arms: strata.get("primary") ?? {},
    strata,
    blocks: blocksOf(primary),
    gate: gateOf(full),
    recall: recallOf(primary),
    gains: gainsOf(repositories, seed),
    sensitivities: Object.fromEntries(
      SENSITIVITIES.map((name) => [name, savingsWith(habitOf(name, shown), primary, seed)]),
    ) as Record<Sensitivity, PerArm<number>>,
    latencyMs: percentilesOf(armOf(all, "full").flatMap(({ milliseconds }) => milliseconds ?? [])),
  };
}

export function isPrimary({ event }: EventRecord): boolean {
  return event.stratum === "primary";
}

/** What an arm saved of a part, and the interval of as many draws; undefined where the part does not know the arm. */
export function savingsOf(
  repositories: readonly Replayed[],
  arm: ArmName,
  isIn: Part,
  seed: number,
  rounds = RESAMPLES,
): Estimate | undefined {
  const read = ({ arms, targetChars }: EventRecord): Sums | undefined =>
    arms[arm] && { part: targetChars - arms[arm].cost, whole: targetChars };
  return estimateOf(repositories, isIn, read, seed, rounds);
}

export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

interface Stratum {
  readonly name: string;
  readonly isIn: Part;
  /** Draws for its intervals. */
  readonly rounds?: number;
}

/** Parts by name; all but "all" hold primary events only. */
function strataOf(all: readonly EventRecord[]): Stratum[] {
  const primary = all.filter(isPrimary);
  const within = (name: string, isIn: Part) => ({
    name,
    isIn: (record: EventRecord) => isPrimary(record) && isIn(record),
  });
  const authors = byFrequency(primary.map(({ event }) => event.author));
  return [
    { name: "primary", isIn: isPrimary, rounds: RESAMPLES },
    { name: "all", isIn: () => true },
    within("tests", ({ event }) => event.isTest),
    within("sources", ({ event }) => !event.isTest),
    within("without copies", ({ event }) => !event.isCopy),
    ...byFrequency(primary.map(({ event }) => event.languageId)).map((id) =>
      within(`language ${id}`, ({ event }) => event.languageId === id),
    ),
    ...(authors.length > 1 ? authors.slice(0, AUTHORS_MAX) : []).map((author) =>
      within(`author ${author}`, ({ event }) => event.author === author),
    ),
  ].filter(({ isIn }) => all.some(isIn));
}

function armsOf(repositories: readonly Replayed[], isIn: Part, seed: number, rounds: number): PerArm<ArmFigures> {
  return Object.fromEntries(
    ARMS.flatMap((arm) => {
      const savings = savingsOf(repositories, arm, isIn, seed, rounds);
      return savings ? [[arm, armFigures(repositories, arm, isIn, savings, seed, rounds)]] : [];
    }),
  );
}

function armFigures(
  repositories: readonly Replayed[],
  arm: ArmName,
  isIn: Part,
  savings: Estimate,
  seed: number,
  rounds: number,
): ArmFigures {
  const records = repositories
    .flatMap((repository) => repository.records)
    .filter((record) => isIn(record) && record.arms[arm]);
  const met = armOf(records, arm);
  const shown = met.filter(({ isShown }) => isShown);
  const accepted = shown.filter(({ isAccepted }) => isAccepted);
  const chars = sumOf(records, ({ targetChars }) => targetChars);
  const forcedDistance = sumOf(met, ({ distance }) => distance);
  const strict = estimateOf(
    repositories,
    isIn,
    ({ arms, targetChars }) => arms[arm] && { part: targetChars - arms[arm].strictCost, whole: targetChars },
    seed,
    rounds,
  )!;
  return {
    events: records.length,
    savings: savings.value,
    savingsInterval: savings.interval,
    strict: strict.value,
    strictInterval: strict.interval,
    exactMatch: meanOf(met, ({ isExact }) => Number(isExact)),
    // The longer length is what would stay and what would be changed.
    similarity: meanOf(met, ({ retainedChars, distance }) => retainedChars / (retainedChars + distance)),
    forcedDistance,
    forcedShare: forcedDistance / chars,
    shown: shown.length,
    accepted: accepted.length,
    acceptance: accepted.length / shown.length,
    retainedChars: sumOf(accepted, ({ retainedChars }) => retainedChars),
  };
}

function blocksOf(records: readonly EventRecord[]): BlockFigures {
  const blocks = records.flatMap(({ arms: { full }, event }) => {
    if (!full?.isShown || !full.text.includes("\n")) return [];
    const [offered, written] = [full.text, event.block].map((text) => text.split("\n").map((line) => line.trim()));
    const wrong = offered!.findIndex((line, index) => line !== written![index]);
    return [{ full, lines: offered!.length, right: wrong < 0 ? offered!.length : wrong }];
  });
  return {
    shown: blocks.length,
    accepted: sumOf(blocks, ({ full }) => Number(full.isAccepted)),
    exact: sumOf(blocks, ({ full }) => Number(full.isExact)),
    lines: meanOf(blocks, ({ lines }) => lines),
    linesRight: meanOf(blocks, ({ right }) => right),
  };
}

function gateOf(full: readonly ArmRecord[]): GateFigures {
  const offered = full.filter(({ text }) => text !== "");
  const shown = offered.filter(({ isShown }) => isShown);
  const rate = (records: readonly ArmRecord[]): number => meanOf(records, ({ isAccepted }) => Number(isAccepted));
  const retained = (records: readonly ArmRecord[]): number =>
    sumOf(records, ({ isAccepted, retainedChars }) => (isAccepted ? retainedChars : 0));
  const bins = Array.from({ length: BINS }, (_, bin) =>
    offered.filter(({ confidence }) => Math.min(BINS - 1, Math.floor(BINS * confidence)) === bin),
  )
    .filter((records) => records.length > 0)
    .map((records) => ({
      events: records.length,
      confidence: meanOf(records, ({ confidence }) => confidence),
      acceptance: rate(records),
    }));
  const misjudged = sumOf(bins, ({ events, confidence, acceptance }) => events * Math.abs(confidence - acceptance));
  return {
    acceptanceGain: rate(shown) / rate(offered) - 1,
    retainedLost: 1 - retained(shown) / retained(offered),
    ece: misjudged / offered.length,
    bins,
  };
}

function recallOf(records: readonly EventRecord[]): RecallFigures {
  return {
    mrr: meanOf(
      records.flatMap(({ tokens }) => tokens.ranks),
      (rank) => (rank > 0 ? 1 / rank : 0),
    ),
    bits: meanOf(
      records.flatMap(({ tokens }) => tokens.bits),
      (bits) => bits,
    ),
    fileBits: meanOf(
      records.flatMap(({ fileBits }) => fileBits),
      (bits) => bits,
    ),
  };
}

function gainsOf(repositories: readonly Replayed[], seed: number): Gains {
  const over = (other: ArmName): Gain | undefined => {
    const read = ({ arms, targetChars }: EventRecord): Sums | undefined =>
      arms.full && arms[other] && { part: arms[other].cost - arms.full.cost, whole: targetChars };
    return gainOf(estimateOf(repositories, isPrimary, read, seed), 0);
  };
  const times = estimateOf(
    repositories,
    isPrimary,
    ({ arms, targetChars }) =>
      arms.full && arms["in-file"] && { part: targetChars - arms.full.cost, whole: targetChars - arms["in-file"].cost },
    seed,
  );
  const inFile = savingsOf(repositories, "in-file", isPrimary, seed, 1);
  return {
    personal: over("frozen"),
    author: over("wrong-author"),
    inFile: inFile && inFile.value > 0 ? gainOf(times, 1) : undefined,
  };
}

function gainOf(estimate: Estimate | undefined, nothing: number): Gain | undefined {
  if (!estimate) return undefined;
  const [low, high] = estimate.interval;
  return { ...estimate, verdict: low > nothing ? "gain" : high < nothing ? "loss" : "none" };
}

function savingsWith(habit: Habit, records: readonly EventRecord[], seed: number): PerArm<number> {
  const random = createRandom(seed);
  const chances = records.map(() => random());
  return Object.fromEntries(
    ARMS.filter((arm) => records.some(({ arms }) => arms[arm])).map((arm) => {
      let cost = 0;
      let chars = 0;
      records.forEach(({ arms, event, targetChars }, index) => {
        if (!arms[arm]) return;
        cost += costOf(habit, arms[arm], event, chances[index]);
        chars += targetChars;
      });
      return [arm, 1 - cost / chars];
    }),
  );
}

/** A quotient of sums over the records that `read` knows; undefined where it knows none. */
function estimateOf(
  repositories: readonly Replayed[],
  isIn: Part,
  read: (record: EventRecord) => Sums | undefined,
  seed: number,
  rounds = RESAMPLES,
): Estimate | undefined {
  const clusters = repositories.map(({ records }) => {
    const commits = new Map<string, Sums>();
    for (const record of records) {
      const sums = isIn(record) ? read(record) : undefined;
      if (!sums) continue;
      const { commit } = record.event;
      const { part, whole } = commits.get(commit) ?? { part: 0, whole: 0 };
      commits.set(commit, { part: part + sums.part, whole: whole + sums.whole });
    }
    return [...commits.values()];
  });
  const commits = clusters.flat();
  if (commits.length === 0) return undefined;
  const value = sumOf(commits, ({ part }) => part) / sumOf(commits, ({ whole }) => whole);
  return { value, interval: intervalOfQuotient(clusters, seed, rounds) };
}

function armOf(records: readonly EventRecord[], arm: ArmName): ArmRecord[] {
  return records.flatMap(({ arms }) => arms[arm] ?? []);
}

/** Nearest ranks. */
function percentilesOf(values: readonly number[]): BacktestFigures["latencyMs"] {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number): number => sorted[Math.ceil(share * sorted.length) - 1] ?? NaN;
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}

function byFrequency(names: readonly string[]): string[] {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts].sort(([, left], [, right]) => right - left).map(([name]) => name);
}

function sumOf<T>(values: readonly T[], read: (value: T) => number): number {
  return values.reduce((sum, value) => sum + read(value), 0);
}

/** NaN of nothing. */
function meanOf<T>(values: readonly T[], read: (value: T) => number): number {
  return sumOf(values, read) / values.length;
}

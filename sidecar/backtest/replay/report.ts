/** What is told of a replay: one object for programs, tables and sentences for people. */
import { RESAMPLES } from "../bootstrap.ts";
import { tableLines } from "../table.ts";
import { type CurvePoint, milestonesOf } from "./curve.ts";
import type { ArmFigures, BacktestFigures, BlockFigures, Gain } from "./figures.ts";
import type { BacktestResult } from "./result.ts";
import {
  closingSentence,
  count,
  decimal,
  doubts,
  milliseconds,
  percent,
  range,
  signedPercent,
  times,
} from "./words.ts";

/** What `--json` prints. What is not known is NaN or infinite, and null once it is printed. */
export function backtestJson(result: BacktestResult, figures: BacktestFigures): object {
  const { events, eventsAll, arms, strata, blocks, gate, recall, gains, sensitivities, latencyMs } = figures;
  return {
    kind: "replay, not a user study",
    repository: result.repository,
    events,
    eventsAll,
    eventsMax: result.eventsMax,
    seed: result.seed,
    resamples: RESAMPLES,
    complete: result.complete,
    authors: result.authors,
    summary: closingSentence(result, figures),
    arms,
    strata: Object.fromEntries(
      [...strata].map(([name, perArm]) => [
        name,
        Object.fromEntries(
          Object.entries(perArm).map(([arm, { savings, savingsInterval, strict, events }]) => [
            arm,
            { savings, savingsInterval, strict, events },
          ]),
        ),
      ]),
    ),
    gains: {
      personal: gains.personal ?? null,
      author: gains.author ?? null,
      inFile: gains.inFile ?? null,
    },
    blocks,
    gate,
    recall,
    sensitivities,
    latencyMs: { suggest: latencyMs },
    memoryMegabytes: result.memoryMegabytes,
    curve: milestonesOf([result], result.seed).map(pointJson),
    doubts: doubts(result, figures),
    remarks: result.remarks,
  };
}

function pointJson({ events, measured, full, frozen }: CurvePoint): object {
  return {
    events,
    measured,
    savings: full.value,
    interval: full.interval,
    frozen: frozen?.value ?? null,
    frozenInterval: frozen?.interval ?? null,
  };
}

function blockLine({ shown, accepted, exact, lines, linesRight }: BlockFigures): string[] {
  if (shown === 0) return [];
  const right = `${decimal(linesRight, 1)} of ${decimal(lines, 1)} lines right before the first wrong one`;
  return [`blocks    ${count(shown)} shown, ${count(accepted)} taken, ${count(exact)} exactly right; ${right}`];
}

/** For a terminal of a hundred columns; the last line is the one to remember. */
export function backtestLines(result: BacktestResult, figures: BacktestFigures): string[] {
  const { blocks, gate, recall, latencyMs } = figures;
  const people = result.authors.length === 1 ? result.authors[0]! : `${result.authors.length} people`;
  return [
    `Replay of ${result.repository} (not a user study): ${people}, ${count(figures.events)} primary events of ` +
      `${count(figures.eventsAll)}, seed ${result.seed}`,
    "",
    ...tableLines([ARM_HEAD, ...entries(figures.arms).map(([arm, own]) => armRow(arm, own))], 1),
    "",
    ...tableLines(strataRows(figures), 1),
    "",
    ...gainLines(figures),
    "",
    ...blockLine(blocks),
    `gate      acceptance ${signedPercent(gate.acceptanceGain)}, retained characters lost ` +
      `${percent(gate.retainedLost)}, calibration error ${decimal(gate.ece, 3)}`,
    `recall    MRR@10 ${decimal(recall.mrr, 3)}, ${decimal(recall.bits, 2)} bits a token ` +
      `(${decimal(recall.fileBits, 2)} from the file alone)`,
    `latency   p50 ${milliseconds(latencyMs.p50)}, p95 ${milliseconds(latencyMs.p95)}, p99 ` +
      `${milliseconds(latencyMs.p99)}; memory ${count(Math.round(result.memoryMegabytes))} MB`,
    `habits    ${Object.entries(figures.sensitivities)
      .map(([name, perArm]) => `${name} ${percent(perArm.full)}`)
      .join(", ")}`,
    ...curveLine(result),
    "",
    `Intervals hold 95 % of ${count(RESAMPLES)} draws of commits.`,
    ...[...doubts(result, figures), ...result.remarks].flatMap((sentence) => wrapped(`! ${sentence}`)),
    "",
    closingSentence(result, figures),
  ];
}

const ARM_HEAD = ["arm", "saved", "95 %", "strict", "exact", "similar", "shown", "accepted", "kept"];

function armRow(arm: string, own: ArmFigures): string[] {
  return [
    arm,
    percent(own.savings),
    range(own.savingsInterval),
    percent(own.strict),
    percent(own.exactMatch),
    percent(own.similarity),
    count(own.shown),
    percent(own.acceptance),
    count(own.retainedChars),
  ];
}

/** Addresses can be long. */
const NAME_CHARS_MAX = 36;

function strataRows({ strata }: BacktestFigures): string[][] {
  return [
    ["part", "events", "full", "95 %", "strict", "frozen", "in-file"],
    ...[...strata].flatMap(([name, { full, frozen, "in-file": inFile }]) =>
      full
        ? [
            [
              name.slice(0, NAME_CHARS_MAX),
              count(full.events),
              percent(full.savings),
              range(full.savingsInterval),
              percent(full.strict),
              percent(frozen?.savings),
              percent(inFile?.savings),
            ],
          ]
        : [],
    ),
  ];
}

function gainLines({ gains }: BacktestFigures): string[] {
  const row = (name: string, gain: Gain | undefined, write: (value: number) => string): string[][] =>
    gain ? [[name, write(gain.value), range(gain.interval, write), VERDICTS[gain.verdict]]] : [];
  return tableLines(
    [
      ["full against", "", "95 %", ""],
      ...row("frozen", gains.personal, signedPercent),
      ...row("wrong author", gains.author, signedPercent),
      ...row("in-file", gains.inFile, times),
    ],
    1,
  );
}

const VERDICTS = { gain: "more", loss: "less", none: "not told from chance" } as const;

function curveLine(result: BacktestResult): string[] {
  const points = milestonesOf([result], result.seed);
  if (points.length < 2) return [];
  return [
    `learning  ${points.map(({ events, full }) => `to ${count(events)} events ${percent(full.value)}`).join(", ")}`,
  ];
}

const COLUMNS = 100;

function wrapped(sentence: string): string[] {
  const lines: string[] = [];
  for (const word of sentence.split(/ (?!%)/)) {
    const longer = `${lines.at(-1) ?? ""} ${word}`;
    if (lines.length > 0 && longer.length <= COLUMNS) lines[lines.length - 1] = longer;
    else lines.push(lines.length === 0 ? word : `  ${word}`);
  }
  return lines;
}

function entries<T>(perArm: Readonly<Record<string, T>>): [string, T][] {
  return Object.entries(perArm);
}

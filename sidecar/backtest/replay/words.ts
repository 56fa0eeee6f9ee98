/** What is said of a replay in sentences: the one that a person would repeat, and what the figures do not prove. */
import type { Interval } from "../bootstrap.ts";
import type { BacktestFigures, Gain } from "./figures.ts";
import type { BacktestResult } from "./result.ts";

/** Of fewer commits intervals are so wide that hardly anything can be told. */
const COMMITS_MIN = 10;

/** How many keystrokes fewer, and how many of them thanks to learning; as plainly where it is none. */
export function closingSentence(result: BacktestResult, { events, arms, gains }: BacktestFigures): string {
  const { full } = arms;
  if (!full) return "Nothing was measured.";
  const whose = result.authors.length === 1 ? "your" : "everybody’s";
  const which = result.complete ? `last ${count(events)} edits` : `${count(events)} edits that were replayed so far`;
  const on = result.complete || whose !== "your" ? `On ${whose} ${which}` : `On those ${which}`;
  const [low, high] = full.savingsInterval;
  if (low <= 0 && high >= 0) {
    return `${on}: no difference in keystrokes that can be told from chance (${roundPercent(full.savings)}).`;
  }
  if (!(low > 0)) return `${on}: ${roundPercent(-full.savings)} more keystrokes; suggestions cost more than they save.`;
  return `${on}: ${roundPercent(full.savings)} fewer keystrokes; ${thanksTo(gains.personal, whose)}.`;
}

function thanksTo(personal: Gain | undefined, whose: "your" | "everybody’s"): string {
  const [it, whom] = ["what it learned from", whose === "your" ? "you" : "them"];
  switch (personal?.verdict) {
    case undefined:
      return `how many thanks to ${it} ${whom} was not measured`;
    case "gain":
      return `${roundPercent(personal.value)} thanks to ${it} ${whom}`;
    case "loss":
      return `without ${it} ${whom} it would be ${roundPercent(-personal.value)} better`;
    case "none":
      return `${it} ${whom} makes no difference that can be told from chance (${roundPercent(personal.value)})`;
  }
}

/** What a reader might take from the figures, and should not. */
export function doubts(result: BacktestResult, { gains }: BacktestFigures): string[] {
  const commits = new Set(result.records.map(({ event }) => event.commit)).size;
  return [
    ...(result.complete ? [] : ["This replay was broken off: its figures are partial."]),
    ...(commits < COMMITS_MIN ? [`There are ${commits} commits only: hardly anything can be told from chance.`] : []),
    ...doubt("learning from the person saves keystrokes, against a frozen memory", gains.personal, signedPercent),
    ...doubt(
      "it helps that the memory is the person’s own, against another’s of equal size",
      gains.author,
      signedPercent,
    ),
    ...doubt("it saves more than the open document alone", gains.inFile, times),
  ];
}

/** `claim` is what a gain would have shown. */
function doubt(claim: string, gain: Gain | undefined, write: (value: number) => string): string[] {
  if (!gain || gain.verdict === "gain") return [];
  const figure = `${write(gain.value)}, ${range(gain.interval, write)}`;
  const verdict = gain.verdict === "none" ? "Not told from chance" : "Contradicted";
  return [`${verdict}: that ${claim} (${figure}).`];
}

/** "14.2 %"; a dash for what is not known. */
export function percent(value: number | undefined): string {
  return value === undefined || !Number.isFinite(value) ? "–" : `${minus((100 * value).toFixed(1))} %`;
}

/** With its sign: a difference. */
export function signedPercent(value: number): string {
  return value > 0 ? `+${percent(value)}` : percent(value);
}

/** "1.31×". */
export function times(value: number): string {
  return Number.isFinite(value) ? `${decimal(value, 2)}×` : "–";
}

/** With as many digits behind the point; a dash for what is not known. */
export function decimal(value: number, digits: number): string {
  return Number.isFinite(value) ? minus(value.toFixed(digits)) : "–";
}

/** "3.2 ms". */
export function milliseconds(value: number): string {
  return Number.isFinite(value) ? `${decimal(value, 1)} ms` : "–";
}

/** An interval whose ends are written as `write` does. */
export function range([low, high]: Interval, write: (value: number) => string = percent): string {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return "too few commits";
  return `${write(low).replace(/ %$/, "")} to ${write(high)}`;
}

/** With thousands apart. */
export function count(value: number): string {
  return value.toLocaleString("en");
}

/** Whole from 1 % on: nobody repeats decimals. */
function roundPercent(value: number): string {
  const scaled = 100 * value;
  return `${minus(Math.abs(scaled) >= 0.95 ? scaled.toFixed(0) : scaled.toFixed(1))} %`;
}

/** The sign that has the width of a plus; and nothing is never below zero. */
function minus(text: string): string {
  return /^-[0.]+$/.test(text) ? text.slice(1) : text.replace("-", "−");
}

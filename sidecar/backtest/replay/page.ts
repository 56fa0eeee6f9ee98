/** A replay as one page that needs nothing else: what it saved, how that grew, how sure it was, and lines from it. */
import { type Interval, RESAMPLES } from "../bootstrap.ts";
import { escapeHtml, htmlPage } from "../html.ts";
import { barsSvg, type Bar, curveSvg, reliabilitySvg } from "./charts.ts";
import { evenCurveOf } from "./curve.ts";
import { READING } from "./developer.ts";
import { type BacktestFigures, type Gain, isPrimary } from "./figures.ts";
import type { ArmName, ArmRecord, EventRecord } from "./record.ts";
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

const EXAMPLES = 6;

/** A whole HTML document. All text of the repository is escaped. */
export function backtestPage(result: BacktestResult, figures: BacktestFigures): string {
  const { arms, strata, gate, recall, gains, latencyMs } = figures;
  const title = `Replay of ${escapeHtml(result.repository)}`;
  const points = evenCurveOf([result], result.seed);
  const notes = [...doubts(result, figures), ...result.remarks];
  return htmlPage(
    title,
    `<header>
<p class="note">Tacit · replay of git history, not a user study</p>
<h1>${title}</h1>
<p class="lead">${escapeHtml(closingSentence(result, figures))}</p>
</header>
<dl class="means">
${tile("keystrokes saved", percent(arms.full?.savings), arms.full?.savingsInterval, percent)}
${tile("exactly right only", percent(arms.full?.strict), arms.full?.strictInterval, percent)}
${gainTile("owed to your own memory", gains.personal, signedPercent)}
${gainTile("against the open file alone", gains.inFile, times)}
${tile("accepted of shown", percent(arms.full?.acceptance))}
${tile("p95 of a suggestion", milliseconds(latencyMs.p95))}
</dl>
${notes.map((note) => `<p class="warning">${escapeHtml(note)}</p>`).join("\n")}
${
  points.length > 0
    ? section(
        "Learning curve",
        `Keystrokes saved over a moving quarter of the edits, with (solid) and without (dashed) what was learned
from the person. The bands hold 95 %.`,
        curveSvg(points),
      )
    : ""
}
${section(
  "Keystrokes saved by what is known",
  `The same ${count(figures.events)} edits met by each. The line is the 95 % interval, the mark what is saved if only
exactly right suggestions are taken.`,
  barsSvg(
    Object.entries(arms)
      .filter(([arm]) => arm !== "nothing")
      .map(([arm, own]) => ({
        name: ARM_NAMES[arm as ArmName],
        value: own.savings,
        interval: own.savingsInterval,
        mark: own.strict,
        isStrong: arm === "full",
      })),
  ),
)}
${section(
  "By language, tests and sources",
  "Keystrokes saved by Tacit in parts of the edits, with how many edits these are.",
  barsSvg(
    [...strata].flatMap(([name, { full }]): Bar[] =>
      full && name !== "primary"
        ? [
            {
              name: `${PART_NAMES[name] ?? name.replace(/^\w+ /, "")} · ${count(full.events)}`,
              value: full.savings,
              interval: full.savingsInterval,
              mark: full.strict,
              isStrong: false,
            },
          ]
        : [],
    ),
  ),
)}
${
  gate.bins.length > 0
    ? section(
        "Is it as sure as it should be?",
        `Of what it could have shown, by its own confidence: how much is accepted. On the diagonal it is right about
itself; calibration
error ${decimal(gate.ece, 3)}. Its gate changes acceptance by
${signedPercent(gate.acceptanceGain)} and hides ${percent(gate.retainedLost)} of
the characters that would have been kept.`,
        reliabilitySvg(gate.bins),
      )
    : ""
}
${section(
  "Recall and speed",
  "",
  `<div class="scroll"><table><tbody>
${row("next token among the ten likeliest (MRR)", decimal(recall.mrr, 3))}
${row("bits for a token; from the file alone", `${decimal(recall.bits, 2)}; ${decimal(recall.fileBits, 2)}`)}
${row("time of a suggestion, median", milliseconds(latencyMs.p50))}
${row("95 % are faster than", milliseconds(latencyMs.p95))}
${row("99 % are faster than", milliseconds(latencyMs.p99))}
${row("highest memory", `${count(Math.round(result.memoryMegabytes))} MB`)}
${Object.entries(figures.sensitivities)
  .map(([name, perArm]) => row(`saved, ${HABITS[name] ?? name}`, percent(perArm.full)))
  .join("\n")}
</tbody></table></div>`,
)}
${examplesOf(result.records)}
${section("How this was measured", "", methodOf(result, figures))}`,
  );
}

const ARM_NAMES: Readonly<Record<ArmName, string>> = {
  nothing: "nothing",
  "in-file": "the open file",
  "nested-cache": "n-grams alone",
  "next-lines": "next lines alone",
  frozen: "nothing of you",
  "wrong-author": "somebody else",
  full: "Tacit",
  oracle: "with hindsight",
};

const PART_NAMES: Readonly<Record<string, string>> = {
  all: "all lines",
  tests: "tests",
  sources: "sources",
  "without copies": "without copies",
};

const HABITS: Readonly<Record<string, string>> = {
  "reading 0": "if reading costs nothing",
  "reading 6": "if reading costs twice as much",
  "by token": "if one can take the first tokens only",
  noisy: "if 27 % are accepted, by whim",
};

function section(title: string, note: string, body: string): string {
  return `<section>
<h2>${title}</h2>
${note === "" ? "" : `<p class="note">${note}</p>\n`}${body}
</section>`;
}

function tile(name: string, value: string, interval?: Interval, write: (value: number) => string = percent): string {
  return `<div><dt>${name}</dt><dd>${value}${interval ? `<small>${range(interval, write)}</small>` : ""}</dd></div>`;
}

function gainTile(name: string, gain: Gain | undefined, write: (value: number) => string): string {
  return gain ? tile(name, write(gain.value), gain.interval, write) : "";
}

function row(name: string, value: string): string {
  return `<tr><td>${name}</td><td class="n">${value}</td></tr>`;
}

interface Example {
  readonly record: EventRecord;
  readonly met: ArmRecord;
}

/** What saved most, and what was surest and wrong: of lines that do not repeat each other. */
function examplesOf(records: readonly EventRecord[]): string {
  const shown = records
    .filter(isPrimary)
    .flatMap((record): Example[] => (record.arms.full?.isShown ? [{ record, met: record.arms.full }] : []));
  const saved = ({ record, met }: Example): number => record.targetChars - met.cost;
  const best = shown.filter((example) => saved(example) > 0).sort((left, right) => saved(right) - saved(left));
  const worst = shown
    .filter((example) => saved(example) < 0)
    .sort((left, right) => right.met.confidence - left.met.confidence || saved(left) - saved(right));
  return [exampleGroup("What helped most", best), exampleGroup("What was surest, and wrong", worst)].join("\n");
}

function exampleGroup(title: string, examples: readonly Example[]): string {
  const byTarget = new Map<string, Example>();
  for (const example of examples) {
    const { target } = example.record.event;
    if (!byTarget.has(target)) byTarget.set(target, example);
  }
  const chosen = [...byTarget.values()].slice(0, EXAMPLES);
  return chosen.length === 0
    ? ""
    : section(title, "", `<div class="examples">${chosen.map(exampleHtml).join("\n")}</div>`);
}

function exampleHtml({ record: { event, context, targetChars }, met }: Example): string {
  const before = escapeHtml(dedented(context));
  const figure = (caption: string, kind: "shown" | "written", text: string): string =>
    `<figure><figcaption>${caption}</figcaption>
<pre><span class="before">${before}</span><b class="${kind}">${escapeHtml(text)}</b></pre></figure>`;
  const place = `${escapeHtml(event.path)}:${event.line + 1}`;
  return `<article>
<p class="note">${place} · ${percent(met.confidence)} sure · ${savedWords(targetChars - met.cost)}</p>
${
  met.isExact
    ? figure("shown, and written", "written", met.text)
    : figure("shown", "shown", met.text) +
      figure("written", "written", met.text.includes("\n") ? event.block : event.target)
}
</article>`;
}

function savedWords(chars: number): string {
  return chars >= 0 ? `${chars.toFixed(0)} keystrokes saved` : `${(-chars).toFixed(0)} wasted`;
}

/** Without the indentation that all lines share. */
function dedented(context: string): string {
  const lines = context.split("\n");
  const depth = Math.min(...lines.map((line) => /^\s*/.exec(line)![0].length));
  return lines.map((line) => line.slice(depth)).join("\n");
}

function methodOf(
  { seed, eventsMax, authors, records }: BacktestResult,
  { events, eventsAll }: BacktestFigures,
): string {
  const commits = new Set(records.map(({ event }) => event.commit)).size;
  const people = authors.length === 1 ? escapeHtml(authors[0]!) : `${count(authors.length)} people`;
  return `<p class="note">The commits of the repository were gone through in order. At ${count(eventsAll)} places in
${count(commits)} commits of ${people}, where a line was typed, Tacit was asked for the rest of it, with what stood
above and below it then and what had been learned until then; after that it learned what was really written.
${count(events)} of the places are counted (at most ${count(eventsMax)}): those with five tokens or more to come, no
comments, imports or closing brackets. A simulated developer takes a suggestion that differs in a third of its
characters at most, if that saves keystrokes. Typing a line costs its characters; a rejected suggestion ${READING}
more, for reading; an accepted one 1 + ${READING}, and the characters to change. Nobody was watched: people may type
other lines when they see suggestions. Intervals hold 95 % of ${count(RESAMPLES)} draws of commits (symmetric
bootstrap-t). Seed ${seed}.</p>`;
}

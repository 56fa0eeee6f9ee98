/** The suite as one page that needs nothing else: learning curves, the table, and what went best and worst. */
import { type Interval, RESAMPLES } from "../bootstrap.ts";
import { escapeHtml, htmlPage } from "../html.ts";
import type { PersonaReport, SuiteResult } from "./suite.ts";
import { isHarmed, share } from "./figures.ts";
import { meanOf } from "./report.ts";
import type { EventResult, PersonaRun } from "./run.ts";
import { curveOf, type CurvePoint } from "./curve.ts";
import { intervalOf } from "./resample.ts";

const WIDTH = 460;
const HEIGHT = 210;
const MARGIN = { left: 34, right: 10, top: 10, bottom: 24 };
/** Ratios above this are drawn at the upper edge. */
const RATIO_MAX = 1.2;
const EXAMPLES = 3;
/** Longer examples are cut: the page stays readable. */
const EXAMPLE_CHARS_MAX = 1200;

/** A whole HTML document. All text of sources and personas is escaped. */
export function suitePage(suite: SuiteResult, title = "Tacit personas"): string {
  const mean = meanOf(suite.personas);
  return htmlPage(
    escapeHtml(title),
    `<h1>${escapeHtml(title)}</h1>
<p>Suggestions whose content is right and whose style is somebody else’s: how much of the cost of changing them is left
once Tacit has repaired them, while it learns from the changes alone. 0 is perfect, 1 is no help.</p>
${suite.complete ? "" : '<p class="warning">These figures are partial: the run was broken off, or a persona failed.</p>'}
${suite.failures.map(({ name, message }) => `<p class="warning">${escapeHtml(name)} failed: ${escapeHtml(message)}</p>`).join("\n")}
<dl class="means">
${tile("mean ratio", mean.ratio, mean.intervals.ratio)}
${tile("without indentation", mean.ratioNoIndent, mean.intervals.ratioNoIndent)}
${tile("harm per 1,000 lines", mean.harmPer1000Lines, mean.intervals.harmPer1000Lines)}
${tile("sites right", mean.siteAccuracy, undefined)}
${tile("events to recover", mean.recoveryEvents, undefined)}
</dl>
<p class="note">Means of the ${mean.personas} personas that are neither sparse nor null; harm of all. Seeds
${suite.seeds.join(", ")}; ${suite.events} events each. In brackets 95 % of ${RESAMPLES.toLocaleString("en")} draws of files.</p>
${tableOf(suite.personas)}
${suite.personas.map(sectionOf).join("\n")}`,
  );
}

function tile(name: string, value: number | null, interval: Interval | undefined): string {
  const range = interval ? ` <small>[${number(interval[0])}, ${number(interval[1])}]</small>` : "";
  return `<div><dt>${name}</dt><dd>${number(value)}${range}</dd></div>`;
}

function tableOf(personas: readonly PersonaReport[]): string {
  const head = [
    "persona",
    "language",
    "kind",
    "ratio",
    "no indent",
    "tokens",
    "oracle",
    "closeness",
    "sites",
    "harm",
    "recovery",
  ];
  const rows = personas.map(({ name, languageId, kind, figures, resamples }) => {
    const [low, high] = intervalOf(resamples.ratio);
    const cells = [
      `${number(figures.ratio)} <small>[${number(low)}, ${number(high)}]</small>`,
      number(figures.ratioNoIndent),
      number(figures.ratioTokens),
      number(figures.oracle),
      number(figures.closeness),
      number(figures.siteAccuracy),
      number(figures.harmPer1000Lines),
      number(figures.recoveryEvents),
    ];
    const names = [`<a href="#${idOf(name)}">${escapeHtml(name)}</a>`, escapeHtml(languageId), kind];
    return `<tr>${names.map((text) => `<td>${text}</td>`).join("")}${cells.map((text) => `<td class="n">${text}</td>`).join("")}</tr>`;
  });
  return `<div class="scroll"><table><thead><tr>${head.map((text) => `<th>${text}</th>`).join("")}</tr></thead><tbody>
${rows.join("\n")}
</tbody></table></div>`;
}

function sectionOf(report: PersonaReport): string {
  const { name, description, kind, figures, remarks, runs } = report;
  return `<section id="${idOf(name)}">
<h2>${escapeHtml(name)} <small>${kind}</small></h2>
<p>${escapeHtml(description)}</p>
${remarks.map((remark) => `<p class="warning">${escapeHtml(remark)}</p>`).join("\n")}
${curveSvg(report)}
<p class="note">Ratio of all events so far, and what everything but newlines repaired would give (dashed).
${figures.events} events of ${figures.files} files, ${figures.rawCost.toFixed(1)} characters to change in each; ${figures.harmedEvents} made worse.</p>
${examplesOf(runs)}
</section>`;
}

function curveSvg(report: PersonaReport): string {
  const points = curveOf(report.runs);
  if (points.length < 2) return "";
  const last = points.at(-1)!.events;
  const x = (events: number): string =>
    (MARGIN.left + ((WIDTH - MARGIN.left - MARGIN.right) * events) / last).toFixed(1);
  const y = (ratio: number): string =>
    (
      HEIGHT -
      MARGIN.bottom -
      (HEIGHT - MARGIN.top - MARGIN.bottom) * Math.min(1, Math.max(0, ratio) / RATIO_MAX)
    ).toFixed(1);
  const path = (read: (point: CurvePoint) => number, list = points): string =>
    list.map((point) => `${x(point.events)},${y(read(point))}`).join(" ");
  const band = `${path((point) => point.interval[0])} ${path((point) => point.interval[1], [...points].reverse())}`;
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (ratio) =>
      `<line class="grid" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(ratio)}" y2="${y(ratio)}"/><text x="${MARGIN.left - 5}" y="${y(ratio)}" dy="0.32em" text-anchor="end">${ratio}</text>`,
  );
  const switched = report.runs[0]?.events.findIndex((event) => event.switched) ?? -1;
  const label = `Cumulative ratio of ${report.name} over ${last} events, at the end ${number(points.at(-1)!.ratio)}`;
  return `<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${escapeHtml(label)}">
${grid.join("\n")}
<text x="${WIDTH - MARGIN.right}" y="${HEIGHT - 6}" text-anchor="end">${last} events</text>
${switched > 0 ? `<line class="switch" x1="${x(switched)}" x2="${x(switched)}" y1="${MARGIN.top}" y2="${HEIGHT - MARGIN.bottom}"/><text x="${x(switched)}" y="${MARGIN.top + 8}" dx="4">switch</text>` : ""}
<line class="oracle" x1="${MARGIN.left}" x2="${WIDTH - MARGIN.right}" y1="${y(report.figures.oracle)}" y2="${y(report.figures.oracle)}"/>
<polygon class="band" points="${band}"/>
<polyline class="curve" points="${path((point) => point.ratio)}"/>
</svg>`;
}

function examplesOf(runs: readonly PersonaRun[]): string {
  const events = runs.flatMap((run) => run.events).filter(({ event }) => event.base.length <= EXAMPLE_CHARS_MAX);
  const saved = ({ raw, cost }: EventResult): number => raw.chars - cost.chars;
  const best = [...events].sort((a, b) => saved(b) - saved(a)).filter((event) => saved(event) > 0);
  const worst = [...events]
    .sort((a, b) => Number(isHarmed(b)) - Number(isHarmed(a)) || b.cost.chars - a.cost.chars)
    .filter(({ cost }) => cost.chars > 0);
  return [...group("Most helped", best), ...group("Least helped", worst)].join("\n");
}

function group(title: string, events: readonly EventResult[]): string[] {
  if (events.length === 0) return [];
  return [
    `<details><summary>${title}</summary>`,
    ...events.slice(0, EXAMPLES).map(
      ({
        event,
        shown,
        raw,
        cost,
      }) => `<div class="example"><p class="note">${escapeHtml(event.path)}: ${raw.chars} characters to change, ${cost.chars} left (${number(share(cost.chars, raw.chars))})</p>
${pane("offered", event.base)}${pane("shown", shown)}${pane("the developer’s", event.truth)}</div>`,
    ),
    "</details>",
  ];
}

function pane(title: string, text: string): string {
  return `<figure><figcaption>${title}</figcaption><pre>${escapeHtml(text)}</pre></figure>`;
}

function number(value: number | null | undefined): string {
  if (value === undefined || value === null || Number.isNaN(value)) return "–";
  if (!Number.isFinite(value)) return "∞";
  return value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

function idOf(name: string): string {
  return `persona-${name.replace(/[^\w-]/g, "_")}`;
}

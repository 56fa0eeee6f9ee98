/** The suite as one page that needs nothing else: learning curves, the table, and what went best and worst. */
import type { PersonaReport, SuiteResult } from "./suite.ts";
import { isHarmed, share } from "./figures.ts";
import { meanOf } from "./report.ts";
import type { EventResult, PersonaRun } from "./run.ts";
import { curveOf, type CurvePoint } from "./curve.ts";
import { type Interval, intervalOf, RESAMPLES } from "./resample.ts";

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
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${escapeHtml(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${escapeHtml(title)}</h1>
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
${suite.personas.map(sectionOf).join("\n")}
</main>
</body>
</html>
`;
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

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (mark) => `&#${mark.charCodeAt(0)};`);
}

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1c2024, #e6e8ea); --dim: light-dark(#60666d, #9aa2ab);
  --paper: light-dark(#fff, #16191d); --line: light-dark(#dfe3e8, #31373f); --accent: light-dark(#0b62c4, #6db1ff);
  --warn: light-dark(#9a4a00, #ffb168); }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 1000px; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.2rem; margin: 2.5rem 0 0; } small { color: var(--dim); font-weight: 400; }
.note, figcaption, dt { color: var(--dim); font-size: 0.85rem; } .warning { color: var(--warn); white-space: pre-wrap; }
.means { display: flex; flex-wrap: wrap; gap: 0.75rem 2rem; } .means dd { margin: 0; font-size: 1.4rem; }
.scroll { overflow-x: auto; } table { border-collapse: collapse; width: 100%; font-size: 0.85rem; }
th, td { text-align: left; padding: 0.3rem 0.5rem; border-bottom: 1px solid var(--line); white-space: nowrap; }
.n { font-variant-numeric: tabular-nums; } a { color: var(--accent); }
svg { width: 100%; max-width: 640px; height: auto; display: block; } svg text { font-size: 10px; fill: var(--dim); }
.grid { stroke: var(--line); } .oracle { stroke: var(--dim); stroke-dasharray: 4 4; } .switch { stroke: var(--warn); }
.band { fill: var(--accent); opacity: 0.18; } .curve { fill: none; stroke: var(--accent); stroke-width: 2; }
summary { cursor: pointer; margin: 0.3rem 0; } .example { display: grid; gap: 0.5rem; margin: 0.5rem 0 1.5rem;
  grid-template-columns: repeat(auto-fit, minmax(280px, 1fr)); } .example p { grid-column: 1 / -1; margin: 0; }
figure { margin: 0; min-width: 0; } pre { margin: 0.2rem 0 0; padding: 0.5rem; overflow-x: auto; font-size: 12px;
  border: 1px solid var(--line); border-radius: 4px; tab-size: 4; }
`;

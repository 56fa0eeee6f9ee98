/** The drawings of a replay's page, as SVG that follows the colours of the page. */
import type { Interval } from "../bootstrap.ts";
import { escapeHtml } from "../html.ts";
import type { CurvePoint } from "./curve.ts";
import type { Estimate, ReliabilityBin } from "./figures.ts";
import { count, percent, range } from "./words.ts";

export interface Bar {
  readonly name: string;
  /** Shares, drawn on one scale. */
  readonly value: number;
  readonly interval: Interval;
  /** A second value, as a mark on the bar. */
  readonly mark: number;
  readonly isStrong: boolean;
}

const WIDTH = 640;
const LABELS = 170;
const VALUES = 60;
const ROW = 26;

/** Horizontal bars with intervals. */
export function barsSvg(bars: readonly Bar[]): string {
  const scale = linear(
    ticksOver(bars.flatMap(({ value, interval, mark }) => [value, mark, ...interval])),
    LABELS,
    WIDTH - VALUES,
  );
  const bottom = bars.length * ROW + 4;
  const rows = bars.map(({ name, value, interval, mark, isStrong }, index) => {
    const y = index * ROW + 4;
    const middle = y + ROW / 2 - 3;
    const [left, right] = value < 0 ? [value, 0] : [0, value];
    const [low, high] = interval;
    const whisker = Number.isFinite(low + high)
      ? `<line class="whisker" x1="${scale.at(low)}" x2="${scale.at(high)}" y1="${middle}" y2="${middle}"/>`
      : "";
    return `<g><title>${escapeHtml(name)}: ${percent(value)}, ${range(interval)}</title>
<text class="label" x="${LABELS - 8}" y="${middle}" dy="0.35em" text-anchor="end">${escapeHtml(shortened(name))}</text>
<rect class="bar${isStrong ? " strong" : ""}" x="${scale.at(left)}" y="${y}" width="${(Number(scale.at(right)) - Number(scale.at(left))).toFixed(1)}" height="${ROW - 6}" rx="2"/>
${whisker}<line class="mark" x1="${scale.at(mark)}" x2="${scale.at(mark)}" y1="${y}" y2="${y + ROW - 6}"/>
<text class="label" x="${WIDTH}" y="${middle}" dy="0.35em" text-anchor="end">${percent(value)}</text></g>`;
  });
  return svg(
    WIDTH,
    bottom + 20,
    `Keystrokes saved: ${bars.map(({ name, value }) => `${name} ${percent(value)}`).join(", ")}`,
    `${scale.ticks.map((tick) => `<line class="${tick === 0 ? "axis" : "grid"}" x1="${scale.at(tick)}" x2="${scale.at(tick)}" y1="0" y2="${bottom}"/><text x="${scale.at(tick)}" y="${bottom + 14}" text-anchor="middle">${tickName(tick)}</text>`).join("\n")}
${rows.join("\n")}`,
  );
}

const HEIGHT = 260;
const EDGE = { left: 44, right: 20, top: 10, bottom: 34 };

/** Savings of `full` and `frozen` with their bands, over what the person had done. */
export function curveSvg(points: readonly CurvePoint[]): string {
  const ends = points
    .flatMap(({ full, frozen }) => [full, frozen ?? full])
    .flatMap(({ value, interval }) => [value, ...interval]);
  const y = linear(ticksOver(ends), HEIGHT - EDGE.bottom, EDGE.top);
  const first = points[0]!.events;
  const last = points.at(-1)!.events;
  const x = linear([first, last], EDGE.left, WIDTH - EDGE.right);
  const draw = (kind: string, read: (point: CurvePoint) => Estimate | undefined): string => {
    const known = points.flatMap((point) => {
      const estimate = read(point);
      return estimate && Number.isFinite(estimate.interval[0] + estimate.interval[1])
        ? [{ at: x.at(point.events), estimate }]
        : [];
    });
    const path = (list: typeof known, value: (estimate: Estimate) => number): string =>
      list.map(({ at, estimate }) => `${at},${y.at(value(estimate))}`).join(" ");
    const band = `${path(known, ({ interval }) => interval[0])} ${path(known.toReversed(), ({ interval }) => interval[1])}`;
    return `<polygon class="band ${kind}" points="${band}"/><polyline class="curve ${kind}" points="${path(known, ({ value }) => value)}"/>`;
  };
  const [start, end] = [points[0]!.full.value, points.at(-1)!.full.value];
  return svg(
    WIDTH,
    HEIGHT,
    `Keystrokes saved, from ${percent(start)} after ${first} edits to ${percent(end)} after ${last}`,
    `${y.ticks.map((tick) => `<line class="${tick === 0 ? "axis" : "grid"}" x1="${EDGE.left}" x2="${WIDTH - EDGE.right}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text x="${EDGE.left - 6}" y="${y.at(tick)}" dy="0.32em" text-anchor="end">${tickName(tick)}</text>`).join("\n")}
${draw("frozen", ({ frozen }) => frozen)}
${draw("full", ({ full }) => full)}
<text x="${EDGE.left}" y="${HEIGHT - 12}">after ${count(first)} edits</text>
<text x="${WIDTH - EDGE.right}" y="${HEIGHT - 12}" text-anchor="end">after ${count(last)} edits</text>`,
  );
}

const SQUARE = 300;

/** Stated confidence across, acceptance up; the larger a dot, the more suggestions. */
export function reliabilitySvg(bins: readonly ReliabilityBin[]): string {
  const x = linear([0, 1], EDGE.left, SQUARE - EDGE.right);
  const y = linear([0, 1], SQUARE - EDGE.bottom, EDGE.top);
  const most = Math.max(...bins.map(({ events }) => events));
  const grid = [0, 0.25, 0.5, 0.75, 1].map(
    (tick) =>
      `<line class="grid" x1="${x.at(0)}" x2="${x.at(1)}" y1="${y.at(tick)}" y2="${y.at(tick)}"/><text x="${EDGE.left - 6}" y="${y.at(tick)}" dy="0.32em" text-anchor="end">${tickName(tick)}</text><text x="${x.at(tick)}" y="${SQUARE - EDGE.bottom + 14}" text-anchor="middle">${tickName(tick)}</text>`,
  );
  const dots = bins.map(
    ({ events, confidence, acceptance }) =>
      `<circle class="dot" cx="${x.at(confidence)}" cy="${y.at(acceptance)}" r="${(3 + 9 * Math.sqrt(events / most)).toFixed(1)}"><title>${count(events)} suggestions: ${percent(confidence)} sure, ${percent(acceptance)} accepted</title></circle>`,
  );
  return svg(
    SQUARE,
    SQUARE,
    `Acceptance by confidence: ${bins.map(({ confidence, acceptance }) => `${percent(confidence)} sure, ${percent(acceptance)} accepted`).join("; ")}`,
    `${grid.join("\n")}
<line class="curve frozen" x1="${x.at(0)}" y1="${y.at(0)}" x2="${x.at(1)}" y2="${y.at(1)}"/>
${dots.join("\n")}
<text x="${SQUARE - EDGE.right}" y="${SQUARE - 4}" text-anchor="end">how sure it was → how much was accepted ↑</text>`,
    "square",
  );
}

interface Scale {
  readonly ticks: readonly number[];
  /** The place of a value, kept within the drawing. */
  at(value: number): string;
}

function linear(ticks: readonly number[], from: number, to: number): Scale {
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  return {
    ticks,
    at: (value) => (from + ((to - from) * (Math.min(high, Math.max(low, value)) - low)) / (high - low || 1)).toFixed(1),
  };
}

/** Savings are drawn within these bounds: intervals of few commits can be endless. */
const [LOWEST, HIGHEST] = [-0.5, 1];
const TICKS_MAX = 6;

/** Round shares that hold 0 and all values. */
function ticksOver(values: readonly number[]): number[] {
  const finite = values.filter(Number.isFinite);
  const low = Math.max(LOWEST, Math.min(0, ...finite));
  const high = Math.min(HIGHEST, Math.max(0.01, ...finite));
  const step = [0.01, 0.02, 0.05, 0.1, 0.2].find((size) => (high - low) / size <= TICKS_MAX) ?? 0.5;
  const first = Math.floor(low / step + 1e-9);
  const last = Math.ceil(high / step - 1e-9);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

function tickName(share: number): string {
  return `${Math.round(100 * share)} %`.replace("-", "−");
}

const LABEL_CHARS_MAX = 28;

function shortened(name: string): string {
  return name.length > LABEL_CHARS_MAX ? `${name.slice(0, LABEL_CHARS_MAX - 1)}…` : name;
}

function svg(width: number, height: number, label: string, body: string, kind = "wide"): string {
  return `<div class="scroll"><svg class="${kind}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}">
${body}
</svg></div>`;
}

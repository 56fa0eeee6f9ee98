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
const BAR = 20;

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
    const middle = y + BAR / 2;
    const [left, right] = [scale.at(Math.min(0, value)), scale.at(Math.max(0, value))];
    const [low, high] = interval;
    return `<g><title>${escapeHtml(name)}: ${percent(value)}, ${range(interval)}</title>
${textAt(LABELS - 8, middle, "end", escapeHtml(shortened(name)), "label")}
<rect class="bar${isStrong ? " strong" : ""}" x="${left}" y="${y}" width="${right - left}" height="${BAR}" rx="2"/>
${Number.isFinite(low + high) ? lineFrom("whisker", scale.at(low), middle, scale.at(high), middle) : ""}
${lineFrom("mark", scale.at(mark), y, scale.at(mark), y + BAR)}
${textAt(WIDTH, middle, "end", percent(value), "label")}</g>`;
  });
  return svg(
    WIDTH,
    bottom + 20,
    `Keystrokes saved: ${bars.map(({ name, value }) => `${name} ${percent(value)}`).join(", ")}`,
    `${scale.ticks.map((tick) => verticalTick(scale, tick, 0, bottom)).join("\n")}
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
    const lower = path(known, ({ interval }) => interval[0]);
    const upper = path(known.toReversed(), ({ interval }) => interval[1]);
    return `<polygon class="band ${kind}" points="${lower} ${upper}"/>
<polyline class="curve ${kind}" points="${path(known, ({ value }) => value)}"/>`;
  };
  const [start, end] = [points[0]!.full.value, points.at(-1)!.full.value];
  return svg(
    WIDTH,
    HEIGHT,
    `Keystrokes saved, from ${percent(start)} after ${first} edits to ${percent(end)} after ${last}`,
    `${y.ticks.map((tick) => horizontalTick(y, tick, WIDTH)).join("\n")}
${draw("frozen", ({ frozen }) => frozen)}
${draw("full", ({ full }) => full)}
${textAt(EDGE.left, HEIGHT - 16, "start", `after ${count(first)} edits`)}
${textAt(WIDTH - EDGE.right, HEIGHT - 16, "end", `after ${count(last)} edits`)}`,
  );
}

const SQUARE = 300;

/** Stated confidence across, acceptance up; the larger a dot, the more suggestions. */
export function reliabilitySvg(bins: readonly ReliabilityBin[]): string {
  const x = linear([0, 1], EDGE.left, SQUARE - EDGE.right);
  const y = linear([0, 1], SQUARE - EDGE.bottom, EDGE.top);
  const most = Math.max(...bins.map(({ events }) => events));
  const ticks = [0, 0.25, 0.5, 0.75, 1];
  const dots = bins.map(({ events, confidence, acceptance }) => {
    const radius = (3 + 9 * Math.sqrt(events / most)).toFixed(1);
    return `<circle class="dot" cx="${x.at(confidence)}" cy="${y.at(acceptance)}" r="${radius}">
<title>${count(events)} suggestions: ${binName(confidence, acceptance)}</title></circle>`;
  });
  return svg(
    SQUARE,
    SQUARE,
    `Acceptance by confidence: ${bins.map((bin) => binName(bin.confidence, bin.acceptance)).join("; ")}`,
    `${ticks.map((tick) => horizontalTick(y, tick, SQUARE)).join("\n")}
${ticks.map((tick) => textAt(x.at(tick), SQUARE - EDGE.bottom + 10, "middle", tickName(tick))).join("\n")}
${lineFrom("curve frozen", x.at(0), y.at(0), x.at(1), y.at(1))}
${dots.join("\n")}
${textAt(SQUARE - EDGE.right, SQUARE - 8, "end", "how sure it was → how much was accepted ↑")}`,
    "square",
  );
}

function binName(confidence: number, acceptance: number): string {
  return `${percent(confidence)} sure, ${percent(acceptance)} accepted`;
}

interface Scale {
  readonly ticks: readonly number[];
  /** The place of a value, kept within the drawing. */
  at(value: number): number;
}

function linear(ticks: readonly number[], from: number, to: number): Scale {
  const [low, high] = [ticks[0]!, ticks.at(-1)!];
  return {
    ticks,
    at: (value) => {
      const share = (Math.min(high, Math.max(low, value)) - low) / (high - low || 1);
      return Math.round(10 * (from + (to - from) * share)) / 10;
    },
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

function verticalTick(scale: Scale, tick: number, top: number, bottom: number): string {
  const x = scale.at(tick);
  const line = lineFrom(tick === 0 ? "axis" : "grid", x, top, x, bottom);
  return `${line}${textAt(x, bottom + 10, "middle", tickName(tick))}`;
}

function horizontalTick(scale: Scale, tick: number, width: number): string {
  const y = scale.at(tick);
  const line = lineFrom(tick === 0 ? "axis" : "grid", EDGE.left, y, width - EDGE.right, y);
  return `${line}${textAt(EDGE.left - 6, y, "end", tickName(tick))}`;
}

function lineFrom(kind: string, x1: number, y1: number, x2: number, y2: number): string {
  return `<line class="${kind}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}"/>`;
}

/** `y` is the middle of the text, which is HTML. */
function textAt(x: number, y: number, anchor: "start" | "middle" | "end", text: string, kind = "tick"): string {
  return `<text class="${kind}" x="${x}" y="${y}" dy="0.35em" text-anchor="${anchor}">${text}</text>`;
}

function svg(width: number, height: number, label: string, body: string, kind = "wide"): string {
  const attributes = `class="${kind}" viewBox="0 0 ${width} ${height}" role="img" aria-label="${escapeHtml(label)}"`;
  return `<div class="scroll"><svg ${attributes}>
${body}
</svg></div>`;
}

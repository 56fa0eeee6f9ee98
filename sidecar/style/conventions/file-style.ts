/**
 * What one file shows, small enough to be stored for each: sites counted by attribute and value, with lines as evidence.
 * Lines that show much are preferred, so that few of them serve as evidence for all.
 */
import * as v from "valibot";
import { lineStartsOf, WHOLE_FILE, type ConventionSite } from "./view.ts";

export interface FileStyle {
  /**
   * By attribute and value: the number of sites, times the weight of whoever wrote them; then at most three lines (from
   * 1; 0 for the whole file).
   */
  readonly sites: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Texts of some of those lines, trimmed. */
  readonly lines: Readonly<Record<string, string>>;
}

/** Places that are remembered for each value. */
export const PLACES_MAX = 3;
/** Characters of a line of evidence. */
const LINE_CHARS_MAX = 120;
/** Lines whose text is kept: what was learned must stay smaller than what it was learned from. */
const TEXTS_MAX = 16;
/** Lines among which those of the evidence are chosen. */
const CANDIDATES_MAX = 100;

/**
 * Counts the sites of `text`, which must be free of secrets. `weightOf` says how much the line (from 1, 0 for the whole
 * file) of a site counts: 1 for one's own, less for what others wrote, 0 for what is not to be learned from.
 */
export function fileStyle(
  text: string,
  sites: readonly ConventionSite[],
  weightOf: (line: number) => number = () => 1,
): FileStyle {
  const starts = lineStartsOf(text);
  const values = new Map<string, Counted>();
  let line = 1;
  for (const { attribute, value, offset } of [...sites].sort((a, b) => a.offset - b.offset)) {
    while (line < starts.length && starts[line]! <= offset) line++;
    const at = offset === WHOLE_FILE ? 0 : line;
    const weight = weightOf(at);
    if (weight <= 0) continue;
    const key = `${attribute}=${value}`;
    const counted = values.get(key) ?? { attribute, value, count: 0, lines: [] };
    values.set(key, counted);
    counted.count += weight;
    if (counted.lines.length < CANDIDATES_MAX && counted.lines.at(-1) !== at) counted.lines.push(at);
  }
  return packed(text, starts, [...values.values()]);
}

/** From the store; throws where it is something else. */
export function parseFileStyle(value: unknown): FileStyle {
  return v.parse(FILE_STYLE, value);
}

const FILE_STYLE = v.object({
  sites: v.record(v.string(), v.record(v.string(), v.pipe(v.array(v.pipe(v.number(), v.minValue(0))), v.minLength(1)))),
  lines: v.record(v.string(), v.string()),
});

interface Counted {
  readonly attribute: string;
  readonly value: string;
  count: number;
  readonly lines: number[];
}

function packed(text: string, starts: Int32Array, values: readonly Counted[]): FileStyle {
  const shown = new Map<number, number>();
  for (const { lines } of values) for (const line of lines) shown.set(line, (shown.get(line) ?? 0) + 1);
  const sites: Record<string, Record<string, number[]>> = {};
  const first = new Map<number, number>();
  for (const { attribute, value, count, lines } of values) {
    const places = [...lines].sort((a, b) => shown.get(b)! - shown.get(a)! || a - b).slice(0, PLACES_MAX);
    first.set(places[0]!, (first.get(places[0]!) ?? 0) + 1);
    (sites[attribute] ??= {})[value] = [Math.round(count * 100) / 100, ...places];
  }
  first.delete(0);
  const told = [...first].sort((a, b) => b[1] - a[1] || a[0] - b[0]).slice(0, TEXTS_MAX);
  const texts = told.map(([line]) => [
    line,
    text
      .slice(starts[line - 1], starts[line])
      .trim()
      .slice(0, LINE_CHARS_MAX),
  ]);
  return { sites, lines: Object.fromEntries(texts) as Record<string, string> };
}

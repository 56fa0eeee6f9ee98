/**
 * What one file shows, small enough to be stored for each: sites counted by attribute and value, and a few of its lines
 * as evidence.
 */
import { lineStartsOf, WHOLE_FILE, type ConventionSite } from "./view.ts";

export interface FileStyle {
  /** Sites by attribute and value, times the weight of whoever wrote them. */
  readonly counts: Readonly<Record<string, Readonly<Record<string, number>>>>;
  /** Lines (from 1; 0 for the whole file) by attribute and value, at most three each. */
  readonly evidence: Readonly<Record<string, Readonly<Record<string, readonly number[]>>>>;
  /** Texts of lines of the evidence, trimmed; not of all. */
  readonly lines: Readonly<Record<number, string>>;
}

/** Places that are remembered for each value. */
export const PLACES_MAX = 3;
/** Characters of a line of evidence. */
const LINE_CHARS_MAX = 120;
/** Lines whose text is kept for a file: a style must stay smaller than what it was learned from. */
const LINES_MAX = 40;

/**
 * Counts the sites of `text`, which must be free of secrets. `weightOf` says how much the line (from 1, 0 for the
 * whole file) of a site counts: 1 for one's own, less for what others wrote, 0 for what is not to be learned from.
 */
export function fileStyle(
  text: string,
  sites: readonly ConventionSite[],
  weightOf: (line: number) => number = () => 1,
): FileStyle {
  const starts = lineStartsOf(text);
  const counts = new Map<string, Map<string, number>>();
  const found = new Map<string, Map<string, number[]>>();
  let line = 1;
  for (const { attribute, value, offset } of [...sites].sort((a, b) => a.offset - b.offset)) {
    while (line < starts.length && starts[line]! <= offset) line++;
    const at = offset === WHOLE_FILE ? 0 : line;
    const weight = weightOf(at);
    if (weight <= 0) continue;
    const values = entry(counts, attribute, () => new Map<string, number>());
    values.set(value, (values.get(value) ?? 0) + weight);
    const places = entry(
      entry(found, attribute, () => new Map<string, number[]>()),
      value,
      () => [],
    );
    if (places.length < PLACES_MAX && places.at(-1) !== at) places.push(at);
  }
  const rounded = mapValues(counts, (values) => mapValues(values, (count) => Math.round(count * 100) / 100));
  const evidence = mapValues(found, (values) => mapValues(values, (places) => places));
  return { counts: rounded, evidence, lines: textsOf(text, starts, evidence) };
}

/** The first line of each value before the second of any; lines that serve several values are kept once. */
function textsOf(text: string, starts: Int32Array, evidence: FileStyle["evidence"]): Record<number, string> {
  const all = Object.values(evidence).flatMap((values) => Object.values(values));
  const lines: Record<number, string> = {};
  let kept = 0;
  for (let rank = 0; rank < PLACES_MAX; rank++) {
    for (const line of all.flatMap((places) => places.slice(rank, rank + 1))) {
      if (line === 0 || lines[line] !== undefined) continue;
      if (kept++ >= LINES_MAX) return lines;
      lines[line] = text
        .slice(starts[line - 1], starts[line])
        .trim()
        .slice(0, LINE_CHARS_MAX);
    }
  }
  return lines;
}

function entry<K, V>(map: Map<K, V>, key: K, create: () => V): V {
  let value = map.get(key);
  if (value === undefined) {
    value = create();
    map.set(key, value);
  }
  return value;
}

function mapValues<V, R>(map: ReadonlyMap<string, V>, change: (value: V) => R): Record<string, R> {
  return Object.fromEntries([...map].map(([key, value]) => [key, change(value)]));
}

/**
 * Line width: how long lines may grow before they are broken. A single line says little, so each long one counts for
 * the band of widths it falls into, and the smallest width that nearly all stay within is the limit.
 */
import { leafKind } from "../../code/syntax.ts";
import { attribute, STYLE_LANGUAGES, type Subject } from "./subject.ts";
import { lineStartsOf, type ConventionSite, type SourceView } from "./view.ts";

/** Widths that people and tools choose, in characters. */
export const LINE_WIDTHS = [72, 79, 80, 88, 90, 100, 110, 120, 132, 140, 160] as const;
/** The band of lines that are longer than all of them. */
export const WIDER = "wider";
/** Shorter lines never came near a limit. */
const LONG_LINE_MIN = 61;
/** As most tools count a tab. */
const TAB_WIDTH = 4;
/** A line that one string or comment fills to this part could not have been broken. */
const SOLID_SHARE = 0.5;
/** Imports are left in one piece. */
const UNBREAKABLE = /^\s*(?:import|from|use|using|#\s*\w+|package|require|\/\/|#|\*|\/\*|--)|https?:\/\//;

export const lineWidth: Subject = {
  attributes: [
    attribute(
      "*",
      "line-width",
      "lines",
      (width) => (width === WIDER ? "of any length" : `at most ${width} characters`),
      {
        kind: "limit",
        salience: 1.5,
      },
    ),
  ],
  visitors: Object.fromEntries(
    STYLE_LANGUAGES.map((language) => [
      language,
      [{ file: (view: SourceView) => void view.sites.push(...lineWidthSites(view.text, solidLines(view))) }],
    ]),
  ),
};

/** The band of each long line that is not among `solid` (from 0). */
export function lineWidthSites(text: string, solid: ReadonlySet<number>): ConventionSite[] {
  const sites: ConventionSite[] = [];
  const starts = lineStartsOf(text);
  for (let line = 0; line < starts.length; line++) {
    const start = starts[line]!;
    const end = line + 1 < starts.length ? starts[line + 1]! - 1 : text.length;
    let width = end - start;
    for (let at = start; text.charCodeAt(at) === 9; at++) width += TAB_WIDTH - 1;
    if (width < LONG_LINE_MIN || solid.has(line) || UNBREAKABLE.test(text.slice(start, end))) continue;
    const band = LINE_WIDTHS.find((bound) => width <= bound);
    sites.push({ attribute: "line-width", value: band === undefined ? WIDER : String(band), offset: start });
  }
  return sites;
}

/** Lines that one string or comment fills to a good part. */
function solidLines(view: SourceView): Set<number> {
  const solid = new Set<number>();
  const { tree, lineStarts } = view;
  for (const leaf of tree.leaves) {
    const length = tree.ends[leaf]! - tree.starts[leaf]!;
    if (length < LONG_LINE_MIN * SOLID_SHARE) continue;
    const kind = leafKind(tree, leaf);
    if (kind !== "comment" && kind !== "string") continue;
    const last = view.endLine(leaf);
    for (let line = view.startLine(leaf); line <= last; line++) {
      const start = lineStarts[line]!;
      const end = line + 1 < lineStarts.length ? lineStarts[line + 1]! - 1 : view.text.length;
      const covered = Math.min(end, tree.ends[leaf]!) - Math.max(start, tree.starts[leaf]!);
      if (covered > (end - start) * SOLID_SHARE) solid.add(line);
    }
  }
  return solid;
}

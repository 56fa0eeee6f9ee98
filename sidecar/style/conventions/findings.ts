/** What a distribution says where values do not simply exclude each other: limits of width, and favourites. */
import { ANY_IMPORT } from "./imports.ts";
import { LINE_WIDTHS, WIDER } from "./line-width.ts";

/** One thing that can be said of an attribute. */
export interface Finding {
  readonly value: string;
  readonly probability: number;
  readonly held: number;
  readonly total: number;
  /** Whether a configuration file says so. */
  readonly isConfigured: boolean;
}

/** Of long lines so many stay within the limit: the rest could not be broken, or was forgotten. */
const WITHIN_LIMIT = 0.95;
/** What a file says about itself holds unless the code says otherwise this clearly. */
const WITHIN_CONFIGURED = 0.8;
/** At a limit lines end: so many times rarer are those a little longer than those a little shorter. */
const EDGE = 10;
const BEFORE_CHARS = 10;
const BEHIND_CHARS = 20;
/** PEP 8's number; to everybody else it is 80. */
const PYTHON_WIDTH = 79;
/** A favourite is in so many files, and in this share of those that import anything. */
const FAVOURITE_FILES = 3;
const FAVOURITE_SHARE = 0.15;
const FAVOURITES_MAX = 5;

/** The smallest width at which lines end, or the configured one where the code does not object. */
export function findLimit(
  probabilities: ReadonlyMap<string, number>,
  seen: ReadonlyMap<string, number>,
  configured: string | undefined,
  language: string | undefined,
): Finding[] {
  const total = sumOf(seen);
  const finding = (width: number, isConfigured: boolean): Finding => {
    return {
      value: String(width),
      probability: within(width, probabilities),
      held: within(width, seen),
      total,
      isConfigured,
    };
  };
  if (configured !== undefined && within(Number(configured), probabilities) >= WITHIN_CONFIGURED) {
    return [finding(Number(configured), true)];
  }
  const widths = LINE_WIDTHS.filter((width) => width !== PYTHON_WIDTH || language === "python");
  const width = widths.find((each) => within(each, probabilities) >= WITHIN_LIMIT && isEdge(each, seen));
  return width === undefined ? [] : [finding(width, false)];
}

/** What is counted in bands up to a width. */
function within(width: number, counts: ReadonlyMap<string, number>): number {
  return [...counts].reduce((sum, [band, count]) => (band !== WIDER && Number(band) <= width ? sum + count : sum), 0);
}

/** Whether lines get as long as `width`, and then no longer. Compared per character, since bands differ. */
function isEdge(width: number, seen: ReadonlyMap<string, number>): boolean {
  const start = LINE_WIDTHS.findLast((bound) => bound <= width - BEFORE_CHARS) ?? LINE_WIDTHS[0] - BEFORE_CHARS;
  const end = LINE_WIDTHS.find((bound) => bound >= width + BEHIND_CHARS);
  const before = (within(width, seen) - within(start, seen)) / (width - start);
  // One more than was seen: that nothing was seen in little text proves nothing.
  const longer = (end === undefined ? sumOf(seen) : within(end, seen)) - within(width, seen) + 1;
  return before >= (EDGE * longer) / ((end ?? width + 2 * BEHIND_CHARS) - width);
}

/** The values that most of the files share. */
export function findFavourites(seen: ReadonlyMap<string, number>): Finding[] {
  const total = seen.get(ANY_IMPORT) ?? 0;
  return [...seen]
    .filter(([value, held]) => value !== ANY_IMPORT && held >= FAVOURITE_FILES && held >= total * FAVOURITE_SHARE)
    .sort((a, b) => b[1] - a[1])
    .slice(0, FAVOURITES_MAX)
    .map(([value, held]) => ({ value, probability: held / total, held, total, isConfigured: false }));
}

function sumOf(counts: ReadonlyMap<string, number>): number {
  return [...counts.values()].reduce((sum, count) => sum + count, 0);
}

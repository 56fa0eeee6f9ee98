/**
 * From what an engine wrote to what may be shown: every filter, in order. First the text alone, then its shape, then
 * what it repeats and where it breaks off, last its quotes and brackets, because each step needs the one before. Scope is
 * told by indentation and brackets: a syntax tree of half-written code says no more, and costs more than all of them.
 */
import { normalizeLineEnds } from "../context.ts";
import { balanceClosers } from "./balance-closers.ts";
import { dropEmpty } from "./drop-empty.ts";
import { dropRepeated } from "./drop-repeated.ts";
import { cutToFirstLine } from "./first-line.ts";
import { reindent } from "./indentation.ts";
import { limitScope } from "./limit-scope.ts";
import { isBlank, type Filter, type Place } from "./place.ts";
import { balanceQuotes } from "./quotes.ts";
import { cutRepetition } from "./repetition.ts";
import { cutSurrogates } from "./surrogates.ts";
import { trimEnd, trimLines, trimStart } from "./trim-space.ts";
import { trimSuffixOverlap } from "./trim-suffix-overlap.ts";
import { cutUnfinished } from "./unfinished.ts";

/** The filters in their order. */
export const FILTERS: readonly Filter[] = [
  normalizeLineEnds,
  cutSurrogates,
  trimLines,
  trimStart,
  cutRepetition,
  reindent,
  limitScope,
  dropRepeated,
  cutUnfinished,
  balanceQuotes,
  trimSuffixOverlap,
  balanceClosers,
  trimEnd,
  dropEmpty,
];

/** What is cut late may concern an earlier filter; two rounds are enough for all but made-up texts. */
const ROUNDS_MAX = 3;

/**
 * The text to insert at the cursor, or undefined where nothing worth showing is left: a beginning of `text`, but for
 * white space and for closers at its end; given back in, it comes out as it is. About 0.1 ms for a line, 0.3 ms for 30.
 */
export function postprocess(text: string, place: Place, options: { readonly multiLine: boolean }): string | undefined {
  let result = options.multiLine ? text : cutToFirstLine(text);
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const before = result;
    for (const filter of FILTERS) {
      if (result === undefined || isBlank(result)) return undefined;
      result = filter(result, place);
    }
    if (result === before) return result;
  }
  return result;
}

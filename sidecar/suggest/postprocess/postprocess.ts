/**
 * From what an engine wrote to what may be shown: every filter once, in order. First the text alone, then its shape,
 * then what it repeats, last its brackets, because each step needs the one before.
 */
import { balanceClosers } from "./balance-closers.ts";
import { dropEmpty } from "./drop-empty.ts";
import { dropRepeated } from "./drop-repeated.ts";
import { cutToFirstLine } from "./first-line.ts";
import { reindent } from "./indentation.ts";
import { limitScope } from "./limit-scope.ts";
import { isBlank, type Filter, type Place } from "./place.ts";
import { cutRepetition } from "./repetition.ts";
import { cutSurrogates } from "./surrogates.ts";
import { trimEnd, trimStart } from "./trim-space.ts";
import { trimSuffixOverlap } from "./trim-suffix-overlap.ts";

/** The filters in their order. */
const FILTERS: readonly Filter[] = [
  cutSurrogates,
  trimStart,
  cutRepetition,
  reindent,
  limitScope,
  dropRepeated,
  trimSuffixOverlap,
  balanceClosers,
  trimEnd,
  dropEmpty,
];

/** The text to insert at the cursor, or undefined where nothing worth showing is left. About 0.3 ms. */
export function postprocess(text: string, place: Place, options: { readonly multiLine: boolean }): string | undefined {
  let result = options.multiLine ? text : cutToFirstLine(text);
  for (const filter of FILTERS) {
    if (result === undefined || isBlank(result)) return undefined;
    result = filter(result, place);
  }
  return result;
}

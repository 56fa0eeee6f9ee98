/**
 * Strings that a suggestion opens, or leaves. What stands right of the cursor was written for the state at the cursor:
 * in a string, or not. A copy of tokens may end anywhere, a model does not know what the editor has closed by itself.
 */
import { scanBrackets, type StringStart } from "../../code/brackets.ts";
import { isProse, rightOfCursor, windowBefore, type Place } from "./place.ts";

const QUOTE = /["'`]/;

/**
 * Cuts at the quote that ends the string of the cursor, where it ends behind the cursor already; and at a string that
 * the suggestion opens and leaves without a character in it, or open before what stands right of the cursor.
 */
export function balanceQuotes(text: string, place: Place): string | undefined {
  if (!QUOTE.test(text) || isProse(place)) return text;
  const before = windowBefore(place.prefix);
  const all = before + text;
  const scan = scanBrackets(all, place.languageId);
  const right = rightOfCursor(place);
  const here = scan.stringAt(before.length);
  const end = scan.stringAt(all.length);
  if (here) {
    if (end || !right.includes(here.quote)) return text;
    let at = before.length + 1;
    while (scan.stringAt(at)) at++;
    return cutAt(text, at - 1 - before.length);
  }
  if (!end || isLong(all, end) || right.includes(end.quote)) return text;
  const isBare = all.slice(end.at + 1).trim() === "";
  return isBare || right.trim() !== "" ? cutAt(text, end.at - before.length) : text;
}

function cutAt(text: string, at: number): string | undefined {
  const rest = text.slice(0, Math.max(0, at));
  return rest.trim() === "" ? undefined : rest;
}

/** A string of several lines is as good a beginning as a block's head. */
function isLong(text: string, { at, quote }: StringStart): boolean {
  return quote === "`" || text.startsWith(quote.repeat(3), at);
}

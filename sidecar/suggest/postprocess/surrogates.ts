/** A suggestion never begins or ends with half of a character: beams and copies are cut by code units. */
import type { Place } from "./place.ts";

/** Cuts halves of surrogate pairs off both ends; drops everything where the cursor itself stands inside a pair. */
export function cutSurrogates(text: string, place: Place): string | undefined {
  if (isHigh(place.prefix, place.prefix.length - 1) && isLow(place.suffix, 0)) return undefined;
  let start = 0;
  let end = text.length;
  while (isLow(text, start)) start++;
  while (isHigh(text, end - 1)) end--;
  return start < end ? text.slice(start, end) : undefined;
}

function isHigh(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xd800 && code <= 0xdbff;
}

function isLow(text: string, at: number): boolean {
  const code = text.charCodeAt(at);
  return code >= 0xdc00 && code <= 0xdfff;
}

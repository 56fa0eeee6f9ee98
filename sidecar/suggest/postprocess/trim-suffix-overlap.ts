/**
 * The text right of the cursor stays behind the suggestion. Where the suggestion writes it once more, most often `)`,
 * `"` or `);` that the editor closed by itself, its copy is cut.
 */
import { balanceOf, type Balance } from "./balance.ts";
import { rightOfCursor, type Place } from "./place.ts";

/** What editors insert by themselves, and what people leave behind it. */
const CLOSERS = /^[)\]}>"'`;,:\s]+$/;

/** Cuts the longest end of the suggestion that repeats what stands right of the cursor. */
export function trimSuffixOverlap(text: string, place: Place): string | undefined {
  const right = rightOfCursor(place).trim();
  if (right === "") return text;
  const balance = balanceOf(text, place);
  for (let length = Math.min(right.length, text.length); length > 0; length--) {
    const overlap = right.slice(0, length);
    if (!text.endsWith(overlap)) continue;
    const isWhole = length === right.length;
    const start = text.length - length;
    if ((isWhole || CLOSERS.test(overlap)) && !splitsWord(text, start) && !opensBefore(start, balance)) {
      return start === 0 ? undefined : text.slice(0, start);
    }
  }
  return text;
}

function splitsWord(text: string, at: number): boolean {
  return at > 0 && /^[\w$]{2}$/.test(text.slice(at - 1, at + 1));
}

/** Whether a closer behind `start` answers an opener before it: that one is the suggestion's own. */
function opensBefore(start: number, balance: Balance | undefined): boolean {
  if (!balance) return false;
  for (const [closer, opener] of balance.ownPairs) if (closer >= start && opener < start) return true;
  return false;
}

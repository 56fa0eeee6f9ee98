/** A suggestion closes what it opened and what nobody else closes, and leaves no call of its own open. */
import { balanceOf } from "./balance.ts";
import { rightOfCursor, type Place } from "./place.ts";

/** A call or list whose last element is written: what ends in an operator, a comma or an opener goes on. */
const ENDS_ELEMENT = /[\w$)\]"'`]$/;

/**
 * Cuts the suggestion at the first closer that belongs to the text around it. To a single line it adds the closers of
 * calls and lists that would stay open; braces and several lines are left as they are, since there the rest is style.
 */
export function balanceClosers(text: string, place: Place): string | undefined {
  if (!/[()[\]{}]/.test(text)) return text;
  const balance = balanceOf(text, place);
  if (balance === undefined) return text;
  if (balance.excess !== undefined) {
    const rest = text.slice(0, balance.excess);
    // What is cut may leave a call open that its own closer was to close later.
    return rest.trim() === "" ? undefined : rest === text ? text : balanceClosers(rest, place);
  }
  const mayAdd =
    !text.includes("\n") &&
    !balance.endsQuoted &&
    !balance.ownOpeners.includes("{") &&
    ENDS_ELEMENT.test(text) &&
    /^\s*(?:[)\]};,].*)?$/.test(rightOfCursor(place));
  return mayAdd ? text + balance.missing : text;
}

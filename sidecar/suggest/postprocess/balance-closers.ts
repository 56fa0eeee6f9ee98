/** A suggestion closes what it opened and what nobody else closes, and leaves no call of its own open. */
import { CLOSING, scanBrackets } from "../../code/brackets.ts";
import { balanceOf } from "./balance.ts";
import { rightOfCursor, type Place } from "./place.ts";

/** A call or list whose last element is written: what ends in an operator, a comma or an opener goes on. */
const ENDS_ELEMENT = /[\w$)\]"'`]$/;

/**
 * Cuts the suggestion at the first closer that belongs to the text around it. To a single line it adds the closers of
 * calls and lists that would stay open; braces and several lines are left as they are, since there the rest is style.
 */
export function balanceClosers(text: string, place: Place): string | undefined {
  // Most texts close what they open and no more: then what is around does not matter, and need not be read.
  if (!/[()[\]{}]/.test(text) || isEven(text, place)) return text;
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

function isEven(text: string, { languageId }: Place): boolean {
  const closers: string[] = [];
  for (const { char } of scanBrackets(text, languageId).brackets) {
    const closer = CLOSING[char];
    if (closer !== undefined) closers.push(closer);
    else if (closers.pop() !== char) return false;
  }
  return closers.length === 0;
}

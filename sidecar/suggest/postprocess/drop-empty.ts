/** What is typed as fast as read, or there already, is nothing to show. */
import { isBlank, rightOfCursor, type Place } from "./place.ts";

/** With the first of them the editor has written both. */
const PAIRS = new Set(["()", "[]", "{}", '""', "''", "``", "<>"]);

/**
 * Drops white space, a pair that the editor closes by itself, and closing brackets that stand right of the cursor
 * already. Those that are missing there are wanted more often than anything else of their length.
 */
export function dropEmpty(text: string, place: Place): string | undefined {
  if (isBlank(text)) return undefined;
  if (/[\p{L}\p{N}]/u.test(text)) return text;
  const dense = text.replace(/\s+/g, "");
  if (PAIRS.has(dense)) return undefined;
  const isClosers = /^[)\]}>;,]+$/.test(dense);
  return isClosers && rightOfCursor(place).replace(/\s+/g, "").startsWith(dense) ? undefined : text;
}

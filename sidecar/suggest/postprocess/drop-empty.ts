/** Nothing to read is nothing to show. */
import { isBlank, rightOfCursor, type Place } from "./place.ts";

/** Drops white space, and closing brackets that stand right of the cursor already. */
export function dropEmpty(text: string, place: Place): string | undefined {
  if (isBlank(text)) return undefined;
  const dense = text.replace(/\s+/g, "");
  const isClosers = /^[)\]}>;,]+$/.test(dense);
  return isClosers && rightOfCursor(place).replace(/\s+/g, "").startsWith(dense) ? undefined : text;
}

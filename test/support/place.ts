/** Places drawn as text with a cursor mark, so that a test shows what the developer would see. */
import assert from "node:assert/strict";
import { indentUnitOf } from "../../sidecar/code/indent.ts";
import type { Place } from "../../sidecar/suggest/postprocess/place.ts";

/** Stands where the cursor is. */
export const CURSOR = "▮";

/** `"a▮b"` → `{ prefix: "a", suffix: "b" }`. There must be exactly one mark. */
export function parsePlace(marked: string): { readonly prefix: string; readonly suffix: string } {
  const [prefix, suffix, ...more] = marked.split(CURSOR);
  assert(
    prefix !== undefined && suffix !== undefined && more.length === 0,
    `one ${CURSOR} marks the cursor: ${marked}`,
  );
  return { prefix, suffix };
}

/** A whole place; the indent unit is read off the text where it is not given. */
export function createPlace(marked: string, languageId = "typescript", indentUnit?: string): Place {
  const { prefix, suffix } = parsePlace(marked);
  return { prefix, suffix, languageId, indentUnit: indentUnit ?? indentUnitOf(prefix + suffix) };
}

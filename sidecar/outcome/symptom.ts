/**
 * What two reports of the same problem have in common: a message without the names, numbers and texts in it. "Property
 * 'a' does not exist on type 'B'" is the same symptom whatever the property.
 */
import type { Symptom } from "../../protocol/signals.ts";

/** Longer messages are told apart by their beginning. */
const CHARS_MAX = 200;

/** What an episode is found by. */
export function symptomKey({ kind, message, code }: Symptom): string {
  return `${kind} ${code.trim().toLowerCase()} ${normalMessage(message)}`;
}

/** The first line of a message, its quoted parts, numbers and paths replaced by one mark each. */
function normalMessage(message: string): string {
  const [first = ""] = message.trim().split("\n");
  return first
    .replace(/"[^"]*"|'[^']*'|`[^`]*`|‘[^’]*’|“[^”]*”/gu, "_")
    .replace(/(?:[\w.-]*[\\/])+[\w.-]+/gu, "_")
    .replace(/\b\d[\w.]*/gu, "0")
    .replace(/\s+/gu, " ")
    .toLowerCase()
    .slice(0, CHARS_MAX);
}

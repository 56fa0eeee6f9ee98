/** What was found of how a folder is written, in lines for people: each with its figures and the places it was seen at. */
import type { Learned, Place } from "../style/learned.ts";

/** Fewer places say little about how somebody writes. */
const PLACES_MIN = 3;
/** Nobody reads more. */
const LINES_MAX = 100;

/** By language, what was seen most often first: "go: errors wrap with %w, 41 of 44 (a.go:12, b.go:7, c.go:30)". */
export function describeFindings(learned: readonly Learned[]): string[] {
  return learned
    .filter(({ state, total }) => state !== "vetoed" && total >= PLACES_MIN)
    .sort((a, b) => compare(a.languageId, b.languageId) || b.total - a.total || compare(a.id, b.id))
    .slice(0, LINES_MAX)
    .map(({ languageId, title, held, total, scope, evidence }) => {
      const where = scope.path === "" ? "" : ` in ${scope.path}`;
      const places = evidence.length === 0 ? "" : ` (${evidence.map(tellPlace).join(", ")})`;
      const language = languageId === "" ? "" : `${languageId}: `;
      return `${language}${title}${where}, ${held} of ${total}${places}`;
    });
}

function tellPlace({ path, line }: Place): string {
  return line > 0 ? `${path}:${line}` : path;
}

/** Order of code units: the same on every machine. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

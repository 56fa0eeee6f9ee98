/** Conventions in words: short for a prompt, and with figures and places for people. */
import { languageName } from "../export/languages.ts";
import type { Learned, Place, Scope } from "../../../protocol/style.ts";
import { attributeOf } from "./attributes.ts";
import { isRole } from "./scopes.ts";

/** What is not sure to hold at the next place is no convention. */
const TOLD_CONFIDENCE = 0.65;
/** Fewer places say little about how somebody writes. */
const TOLD_SITES = 5;

/** One line for each convention, the most telling first, as many as fit: "Strings: single quotes (212 of 215)". */
export function describe(list: readonly Learned[], { charsMax }: { readonly charsMax: number }): string {
  const isMixed = new Set(list.map(({ languageId }) => languageId)).size > 1;
  let text = "";
  for (const learned of tellable(list)) {
    const figures = learned.total > 0 ? ` (${learned.held} of ${learned.total})` : "";
    const where = placeText(learned.scope);
    const title =
      isMixed && learned.languageId !== "" ? `${languageName(learned.languageId)}: ${learned.title}` : learned.title;
    const line = `${text === "" ? "" : "\n"}${capitalised(title)}${where}${figures}`;
    // A shorter one further down may still fit.
    if (text.length + line.length <= charsMax) text += line;
  }
  return text;
}

/** For people: languages, conventions with their figures, and under each the places it was seen at. */
export function report(list: readonly Learned[]): string[] {
  const lines: string[] = [];
  const languages = [...new Set(list.map(({ languageId }) => languageId))].sort();
  for (const language of languages) {
    const told = tellable(list.filter(({ languageId }) => languageId === language));
    // Of a language without a line of code nothing was found, whatever is configured for it.
    if (!told.some(({ total, state }) => total > 0 || state === "pinned")) continue;
    if (lines.length > 0) lines.push("");
    lines.push(language === "" ? "All languages" : languageName(language));
    for (const learned of told) {
      const where = placeText(learned.scope);
      const figures = learned.total > 0 ? `, ${learned.held} of ${learned.total}` : "";
      const decided = learned.state === "pinned" ? " (pinned)" : "";
      lines.push(
        `  ${learned.title}${where}${figures}${decided}`,
        ...learned.evidence.map((place) => `    ${tellPlace(place)}`),
      );
    }
  }
  return lines;
}

/** The same in one line each, for a message: "Go: errors: wraps with %w, 41 of 44 (a.go:12, b.go:7, c.go:30)". */
export function findings(list: readonly Learned[]): string[] {
  const languages = [...new Set(list.map(({ languageId }) => languageId))].sort();
  return languages.flatMap((language) =>
    tellable(list.filter(({ languageId }) => languageId === language)).map(
      ({ title, scope, held, total, evidence }) => {
        const of = language === "" ? "" : `${languageName(language)}: `;
        const where = placeText(scope);
        const places = evidence.map(({ path, line }) => (line > 0 ? `${path}:${line}` : path)).join(", ");
        return `${of}${title}${where}, ${held} of ${total}${places === "" ? "" : ` (${places})`}`;
      },
    ),
  );
}

/** What holds, in order of weight: pinned, then by how telling, how sure and how often. */
function tellable(list: readonly Learned[]): Learned[] {
  return list
    .filter(({ kind, state }) => kind === "convention" && state !== "vetoed")
    .filter((learned) => learned.state === "pinned" || learned.state === "serves" || isLikely(learned))
    .map((learned) => ({ learned, weight: weightOf(learned) }))
    .sort((a, b) => b.weight - a.weight || (a.learned.id < b.learned.id ? -1 : 1))
    .map(({ learned }) => learned);
}

function isLikely({ attribute, languageId, confidence, total }: Learned): boolean {
  if (attributeOf(languageId, attribute)?.kind === "favourites") return true;
  return confidence >= TOLD_CONFIDENCE && total >= TOLD_SITES;
}

function weightOf({ state, attribute, languageId, confidence, held }: Learned): number {
  if (state === "pinned") return Infinity;
  // Ten times as many sites are not ten times as telling.
  return (attributeOf(languageId, attribute)?.salience ?? 1) * confidence * Math.log2(2 + held);
}

/** Where it holds, if that is not everywhere in what is told of: " in tests", " in src/legacy". */
function placeText(scope: Scope): string {
  const role = isRole(scope) ? ` in ${scope.level}` : "";
  return scope.path === "" ? role : `${role} in ${scope.path}`;
}

function tellPlace({ path, line, text }: Place): string {
  const where = line > 0 ? `${path}:${line}` : path;
  return text === "" ? where : `${where}  ${text}`;
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

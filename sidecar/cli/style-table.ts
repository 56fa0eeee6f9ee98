/** What was learned, as people read it on a terminal: grouped by language, with figures, place and evidence. */
import type { Learned, Place, Scope } from "../../protocol/style.ts";
import { attributeOrder } from "../style/export/instructions.ts";
import { languageName } from "../style/export/languages.ts";
import { printable } from "../style/export/printable.ts";
import { compareText, groupBy } from "../style/export/selection.ts";

/** Narrower than that nothing can be read in columns. */
const WIDTH_MIN = 40;
/** Behind the title: "1234 of 1234", "100 %", "watched". */
const FIGURES_WIDTH = 30;
const DETAIL_INDENT = "      ";

/** Lines of at most `width` columns; only an id, which is there to be copied, is never broken. */
export function styleTable(learned: readonly Learned[], width: number): string[] {
  const columns = Math.max(WIDTH_MIN, width);
  const languages = [...groupBy(learned, ({ languageId }) => languageId)].sort(([a], [b]) => compareText(a, b));
  return languages.flatMap(([languageId, entries], index) => [
    ...(index === 0 ? [] : [""]),
    languageName(languageId),
    ...[...entries].sort(inReadingOrder).flatMap((entry) => entryLines(entry, columns)),
  ]);
}

function entryLines(entry: Learned, width: number): string[] {
  const { id, title, held, total, confidence, state, scope, evidence } = entry;
  const share = `${Math.round(held)} of ${Math.round(total)}`;
  const sure = `${Math.floor(confidence * 100)} %`;
  const figures = `${share.padStart(13)} ${sure.padStart(6)}  ${state}`;
  const [first = "", ...more] = wrap(printable(title), width - FIGURES_WIDTH - 4);
  return [
    `  ${first.padEnd(width - FIGURES_WIDTH - 2)}${figures}`,
    ...more.map((line) => `  ${line}`),
    ...wrap(scopeText(scope), width - DETAIL_INDENT.length).map((line) => DETAIL_INDENT + line),
    DETAIL_INDENT + id,
    ...evidence.map((place) => cut(`${DETAIL_INDENT}${placeText(place)}`, width)),
  ];
}

function scopeText({ level, project, path }: Scope): string {
  const where = project === undefined ? "" : ` of project ${project}`;
  switch (level) {
    case "person":
      return "in all languages and projects";
    case "language":
      return "in all projects";
    case "project":
      return `in project ${project ?? "?"}`;
    case "tests":
    case "sources":
      return `in ${level}${path === "" ? "" : ` in ${printable(path)}/`}${where}`;
    case "directory":
      return `in ${printable(path)}/${where}`;
    case "file":
      return `in ${printable(path)}${where}`;
  }
}

function placeText({ path, line, text }: Place): string {
  return `${printable(path)}${line === 0 ? "" : `:${line}`}  ${printable(text)}`;
}

function inReadingOrder(a: Learned, b: Learned): number {
  return (
    compareText(a.kind, b.kind) ||
    attributeOrder(a.attribute) - attributeOrder(b.attribute) ||
    compareText(a.attribute, b.attribute) ||
    compareText(a.scope.path, b.scope.path) ||
    b.confidence - a.confidence ||
    compareText(a.id, b.id)
  );
}

/** Breaks at spaces, and inside of words that are longer than a line. */
function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line += line === "" ? word : ` ${word}`;
    while (line.length > width) {
      lines.push(line.slice(0, width));
      line = line.slice(width);
    }
  }
  return [...lines, line];
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}

/**
 * Puts the lines after the first where the place wants them: in its unit (tabs or spaces) and from its base. Widths are
 * never rounded: an aligned argument keeps its odd column.
 */
import { indentOf, indentUnitOf } from "../../code/indent.ts";
import { CLOSING, scanBrackets, type Scan } from "../../code/brackets.ts";
import { anchorLine, columns, isBlank, type Place } from "./place.ts";

/** A single space is never a level: it hangs the stars of a comment. */
const LEVEL_MIN = 2;

/** Re-indents all lines but the first; lines that begin inside a string or comment of the suggestion stay as they are. */
export function reindent(text: string, place: Place): string {
  if (!text.includes("\n")) return text;
  const scan = scanBrackets(text, place.languageId);
  const lines = text.split("\n");
  const isFixed = quotedLines(lines, scan);
  const unit = unitOf(lines, place);
  const converted = lines.map((line, index) =>
    index === 0 || isFixed[index] === true ? line : convert(line, unit, place),
  );
  const anchor = anchorLine(text, place);
  const base = indentOf(anchor);
  const source = sourceBase(converted, isFixed, text, scan, anchor, place);
  if (source === undefined || source === base) return converted.join("\n");
  return converted
    .map((line, index) => (index === 0 || isFixed[index] === true ? line : rebase(line, source, base)))
    .join("\n");
}

function quotedLines(lines: readonly string[], scan: Scan): readonly boolean[] {
  let at = 0;
  return lines.map((line) => {
    const isQuoted = scan.isQuoted(at);
    at += line.length + 1;
    return isQuoted;
  });
}

/** The suggestion's own level, as spaces: only needed to turn spaces into tabs. */
function unitOf(lines: readonly string[], place: Place): string {
  if (place.indentUnit !== "\t") return place.indentUnit;
  const detected = indentUnitOf(["x", ...lines.slice(1)].join("\n")).replace("\t", "    ");
  const widths = lines.slice(1).map((line) => (isBlank(line) ? 0 : indentOf(line).length));
  const shallowest = Math.min(...widths.filter((width) => width >= LEVEL_MIN));
  // Where even the shallowest line is less than the detected step, that line is the step.
  return shallowest < detected.length ? " ".repeat(shallowest) : detected;
}

/** Spaces to tabs or back. What does not fill a level stays as spaces behind it. */
function convert(line: string, unit: string, place: Place): string {
  const indent = indentOf(line);
  if (place.indentUnit !== "\t") {
    return indent.includes("\t") ? indent.replaceAll("\t", place.indentUnit) + line.slice(indent.length) : line;
  }
  const spaces = indent.replace(/^\t+/, "");
  // Spaces behind tabs are alignment.
  if (spaces.length !== indent.length || spaces.includes("\t")) return line;
  const levels = Math.floor(spaces.length / unit.length);
  return "\t".repeat(levels) + spaces.slice(levels * unit.length) + line.slice(indent.length);
}

/**
 * The indentation that the suggestion takes for its first line's; undefined where it does not show. The line that
 * closes what the first line opened tells it, else the first line of the block that it opens.
 */
function sourceBase(
  lines: readonly string[],
  isFixed: readonly boolean[],
  text: string,
  scan: Scan,
  anchor: string,
  place: Place,
): string | undefined {
  const closing = lineThatCloses(lines, text, scan, anchor, place);
  if (closing !== undefined && isFixed[closing] !== true) return indentOf(lines[closing]!);
  const next = lines.findIndex((line, index) => index > 0 && isFixed[index] !== true && !isBlank(line));
  if (next < 0 || !/[{([:]\s*$/.test(anchor)) return undefined;
  const inner = indentOf(lines[next]!);
  const base = indentOf(anchor);
  // Deeper is right as it is, by however much; as deep is another label (`case`), or prose.
  if (columns(inner, place) >= columns(base, place)) return undefined;
  return inner.endsWith(place.indentUnit) ? inner.slice(0, -place.indentUnit.length) : undefined;
}

/** Index of the line that begins with the closer of what the anchor line left open. */
function lineThatCloses(
  lines: readonly string[],
  text: string,
  scan: Scan,
  anchor: string,
  place: Place,
): number | undefined {
  const firstEnd = lines[0]!.length;
  const open = openIn(anchor, place).length;
  if (open === 0) return undefined;
  let depth = open;
  for (const { char, at } of scan.brackets) {
    if (at < firstEnd) continue;
    depth += char in CLOSING ? 1 : -1;
    if (depth >= open) continue;
    const line = text.slice(0, at).split("\n").length - 1;
    const leads = lines[line]!.trimStart().startsWith(char) && isBlank(text.slice(text.lastIndexOf("\n", at) + 1, at));
    return leads ? line : undefined;
  }
  return undefined;
}

/** Openers of one line that the line does not close. */
function openIn(line: string, place: Place): readonly string[] {
  const open: string[] = [];
  for (const { char } of scanBrackets(line, place.languageId).brackets) {
    if (char in CLOSING) open.push(char);
    else open.pop();
  }
  return open;
}

function rebase(line: string, source: string, base: string): string {
  if (isBlank(line)) return line;
  const indent = indentOf(line);
  if (indent.startsWith(source)) return base + line.slice(source.length);
  // Less deep than the source's base: take as much from the place's.
  const missing = source.length - indent.length;
  return base.slice(0, Math.max(0, base.length - missing)) + line.slice(indent.length);
}

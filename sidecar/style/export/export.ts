/**
 * What was learned, written into a file of the user's (read this first): select what is in force, render a section, put
 * it between its markers. Everything outside of the markers stays as it is, byte for byte.
 */
import type { ExportFormat } from "../../../protocol/messages.ts";
import { SidecarError } from "../../base/errors.ts";
import type { Learned } from "../../../protocol/style.ts";
import { styleDocument } from "./document.ts";
import { parseEditorconfig } from "./editorconfig-file.ts";
import { editorconfigSection } from "./editorconfig.ts";
import { exportTarget } from "./formats.ts";
import { cursorFrontmatter, cursorNotes, markdownSection } from "./markdown.ts";
import { findSection, type MarkedText, type MarkerSyntax, withoutSection } from "./markers.ts";
import { selectForExport } from "./selection.ts";

export interface Section {
  /** From marker to marker, "\n" between its lines; "" where nothing is to be told. A whole document for "json". */
  readonly text: string;
  /** What a file that does not exist yet begins with, before the section. */
  readonly lead: string;
  /** What the user should know: what was not written and why. */
  readonly notes: readonly string[];
}

export interface Exported {
  /** The file as it should be. */
  readonly text: string;
  /** Nothing is told: there is no section in it. */
  readonly isEmpty: boolean;
  readonly notes: readonly string[];
}

/**
 * The file with what was learned in it. `existing` undefined: there is none yet. Throws a SidecarError where the
 * markers in it are not one clean pair; `file` names it in the message.
 */
export function exportInto(
  format: ExportFormat,
  existing: string | undefined,
  learned: readonly Learned[],
  file: string = exportTarget(format).path ?? "the document",
): Exported {
  const section = renderSection(format, learned, existing, file);
  const text = mergeSection(format, existing, section, file);
  if (section.text !== "") return { text, isEmpty: false, notes: section.notes };
  const isTakenOut = text !== (existing ?? "");
  const nothing = isTakenOut
    ? `Nothing that ${file} could say is in force any more, so Tacit's section is taken out.`
    : `Nothing was learned yet that ${file} could say and does not say already.`;
  return { text, isEmpty: true, notes: [nothing, ...section.notes] };
}

/** What was learned in the words of a format; `existing` is asked for what the user has settled already. */
export function renderSection(
  format: ExportFormat,
  learned: readonly Learned[],
  existing = "",
  file: string = exportTarget(format).path ?? "the document",
): Section {
  const { kind } = exportTarget(format);
  if (kind === "document") return { text: styleDocument(learned), lead: "", notes: [] };
  const selection = selectForExport(learned);
  if (kind === "editorconfig") {
    const marked = findSection(existing, "hash", file);
    const { section, notes } = editorconfigSection(selection, parseEditorconfig(withoutSection(marked)));
    const isBelow =
      marked.section !== undefined && parseEditorconfig(marked.before).firstSection < marked.before.length;
    const order = "Tacit's section stands below sections of yours and wins over them: move it above them.";
    return { text: section, lead: "", notes: isBelow && section !== "" ? [...notes, order] : notes };
  }
  const text = markdownSection(selection);
  if (format !== "cursor" || text === "") return { text, lead: "", notes: [] };
  const isNew = isBlank(existing);
  return { text, lead: cursorFrontmatter(selection), notes: isNew ? [] : cursorNotes(existing, selection) };
}

/** Puts a section in the place of the last one, or where it belongs; takes the last one out where `section` is empty. */
export function mergeSection(
  format: ExportFormat,
  existing: string | undefined,
  section: Section,
  file: string = exportTarget(format).path ?? "the document",
): string {
  const { kind } = exportTarget(format);
  if (kind === "document") return section.text;
  const text = existing ?? "";
  const marked = findSection(text, SYNTAX[kind], file);
  if (section.text === "") return withoutSection(marked);
  const write = (lines: string): string => lines.replaceAll("\n", lineEndOf(marked));
  if (marked.section !== undefined) {
    if (kind === "editorconfig") checkNothingLoose(marked, file);
    return marked.before + write(section.text) + marked.after;
  }
  if (isBlank(text)) return text + write(`${section.lead}${section.text}\n`);
  if (marked.openBlock !== undefined) {
    const message = `${file}, line ${marked.openBlock}: the code block that begins here never ends.`;
    throw new SidecarError("file", message, "Close it, then export again. Nothing was written.");
  }
  const at = kind === "editorconfig" ? insertionPoint(text) : text.length;
  const [before, after] = [text.slice(0, at), text.slice(at)];
  return before + write(gapBehind(before) + section.text + gapBefore(after)) + after;
}

const SYNTAX = { markdown: "markdown", editorconfig: "hash" } as const satisfies Record<string, MarkerSyntax>;

/** Empty, or nothing but a byte order mark. */
function isBlank(text: string): boolean {
  return text === "" || text === "\ufeff";
}

/** The line end that most lines of the user's own text have. */
function lineEndOf({ before, section, after }: MarkedText): "\n" | "\r\n" {
  const own = before + after;
  const text = own.includes("\n") ? own : (section ?? "");
  const all = text.split("\n").length - 1;
  const windows = text.split("\r\n").length - 1;
  return windows * 2 > all ? "\r\n" : "\n";
}

/** Above the user's own sections, so that they win; behind `root = true`, which counts at the top only. */
function insertionPoint(text: string): number {
  return Math.max(parseEditorconfig(text).firstSection, text.startsWith("\ufeff") ? 1 : 0);
}

/** A property behind our section would belong to it: it has been moved, to above `root = true` or into a section. */
function checkNothingLoose({ before, section = "", after }: MarkedText, file: string): void {
  const { looseProperty } = parseEditorconfig(after);
  if (looseProperty === undefined) return;
  const line = (before + section).split("\n").length - 1 + looseProperty;
  throw new SidecarError(
    "file",
    `${file}, line ${line}: a property stands behind Tacit's section and would belong to it.`,
    "Move Tacit's section to where no section of yours is torn apart, then export again. Nothing was written.",
  );
}

/** Line ends that set the section off from what precedes it. */
function gapBehind(before: string): string {
  if (isBlank(before) || /\n[ \t]*\r?\n$/.test(before)) return "";
  return before.endsWith("\n") ? "\n" : "\n\n";
}

function gapBefore(after: string): string {
  return after === "" || /^[ \t]*\r?\n/.test(after) ? "\n" : "\n\n";
}

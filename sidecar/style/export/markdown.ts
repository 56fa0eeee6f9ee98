/** The section of Markdown files that coding agents read: instructions, grouped by language. */
import type { Learned } from "../../../protocol/style.ts";
import { instructionOf } from "./instructions.ts";
import { extensionsOf, isAnyLanguage, languageName } from "./languages.ts";
import { wrapInMarkers } from "./markers.ts";
import { codeSpan, escapeMarkdown, printable } from "./printable.ts";
import { parseRewrite } from "./rewrite.ts";
import { conventionValue, figures, isLocal, type LanguageSelection } from "./selection.ts";

/** The section, or "" where there is nothing to tell. */
export function markdownSection(selection: readonly LanguageSelection[]): string {
  if (selection.length === 0) return "";
  return wrapInMarkers("markdown", [
    "## Code style",
    "",
    "Tacit learned this from the code that was written and corrected here. Follow it in code that you write or change;",
    "the figures say how often it held.",
    ...selection.flatMap(languageLines),
  ]);
}

/** What a new rule file of Cursor begins with: Cursor attaches it where files of these languages are worked on. */
export function cursorFrontmatter(selection: readonly LanguageSelection[]): string {
  const globs = selection.flatMap(({ languageId }) => cursorGlobs(languageId));
  return [
    "---",
    "description: Code style of this project: formatting, naming and idioms. Apply it to all code that is written or changed.",
    // Not YAML: Cursor takes the patterns as they are, separated by commas, and knows no braces.
    `globs: ${globs.join(",")}`,
    "alwaysApply: false",
    "---",
    "",
    "",
  ].join("\n");
}

/** Cursor leaves the frontmatter to the user, and so do we: but it must let the section be read. */
export function cursorNotes(existing: string, selection: readonly LanguageSelection[]): string[] {
  const frontmatter = /^\ufeff?---\r?\n([^]*?)\r?\n---(?:\r?\n|$)/.exec(existing)?.[1];
  if (frontmatter === undefined) {
    return ["The file has no frontmatter, so Cursor reads it only where it is named: add “alwaysApply: true”."];
  }
  if (/^alwaysApply:\s*true\s*$/m.test(frontmatter)) return [];
  const globs = /^globs:(.*(?:\r?\n\s*-.*)*)$/m.exec(frontmatter)?.[1]?.trim() ?? "";
  // Without patterns Cursor goes by the description.
  if (globs === "" || globs.split(/[\s,]+/).some((glob) => /^["']?(?:\*\*\/)?\*{1,2}["']?$/.test(glob))) return [];
  const named = new Set(globs.split(/[^\w+-]+/));
  const missing = selection.filter(({ languageId }) => {
    const extensions = extensionsOf(languageId);
    return extensions.length > 0 && !extensions.some((name) => named.has(name));
  });
  return missing.map(
    ({ languageId }) =>
      `Cursor does not read the file for ${languageName(languageId)}: add “${cursorGlobs(languageId).join(",")}” to its globs.`,
  );
}

function cursorGlobs(languageId: string): string[] {
  const extensions = extensionsOf(languageId);
  return extensions.length === 0 ? ["**/*"] : extensions.map((extension) => `**/*.${extension}`);
}

function languageLines({ languageId, conventions, corrections }: LanguageSelection): string[] {
  const lines = [...conventions, ...corrections].map((entry) => `- ${inPlace(entry)}${figures(entry)}.`);
  const hasHoles = corrections.some(({ title }) => parseRewrite(title)?.hasHoles);
  const heading =
    escapeMarkdown(languageName(languageId)) + (isAnyLanguage(languageId) ? ", unless said otherwise below" : "");
  return [
    "",
    `### ${heading}`,
    "",
    ...lines,
    ...(hasHoles ? ["", "`$1`, `$2` … stand for any code, the same on both sides."] : []),
  ];
}

/** The sentence without its full stop, with the place where it holds if that is not everywhere. */
function inPlace(entry: Learned): string {
  const sentence = entry.kind === "correction" ? correctionSentence(entry) : conventionSentence(entry);
  if (!isLocal(entry)) return sentence;
  const path = printable(entry.scope.path) + (entry.scope.level === "directory" ? "/" : "");
  return `In ${codeSpan(path)}, ${sentence.charAt(0).toLowerCase()}${sentence.slice(1)}`;
}

function conventionSentence(entry: Learned): string {
  return instructionOf(entry.attribute, conventionValue(entry), entry.title);
}

function correctionSentence({ title }: Learned): string {
  const rewrite = parseRewrite(printable(title));
  if (!rewrite) return escapeMarkdown(printable(title));
  const { left, right } = rewrite;
  if (right === "") return `Leave out ${codeSpan(left)}`;
  return left === "" ? `Write ${codeSpan(right)}` : `Write ${codeSpan(right)} instead of ${codeSpan(left)}`;
}

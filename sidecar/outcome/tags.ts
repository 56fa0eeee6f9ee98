/**
 * What kind of code a generation is, by simple signs, and which frameworks its file uses. Adapters and examples are
 * chosen by it, so a wrong word does little harm: what no sign speaks against is new code.
 */
import { roleOf } from "../code/file-role.ts";
import { languageById } from "../code/languages.ts";
import type { Evidence } from "./evidence.ts";
import frameworks from "./frameworks.json" with { type: "json" };

export type KindTag = "new code" | "fix" | "test" | "refactoring" | "docs";

const PROSE = new Set(["markdown", "asciidoc", "restructuredtext", "plaintext", "latex"]);
const FRAMEWORKS_MAX = 8;
/** Imports stand at the top. */
const HEAD_CHARS = 4_000;
/** A module in quotes behind a word that imports, one behind a bare such word, and Go's quoted lines. */
const MODULES = [
  /(?:\bfrom|\bimport|\brequire\s*\(|\bimport\s*\()\s*["']([^"'\n]+)["']/gu,
  /^[ \t]*(?:import(?:[ \t]+static)?|from|using|(?:pub[ \t]+)?use)[ \t]+([\w.]+)/gmu,
  /^[ \t]*(?:[\w.]+[ \t]+)?"([\w.-]+(?:\/[\w.-]+)+)"[ \t]*$/gmu,
];

/** Kind first, then the frameworks by name. `head`: the beginning of the file, as far as it is known. */
export function tagsOf(evidence: Evidence, path: string, head: string): readonly string[] {
  return [kindOf(evidence, path), ...frameworksOf(head)];
}

/** The strongest sign counts: what the file is, then what was mended, then what the commit says. */
export function kindOf({ generation, errors, run, commit }: Evidence, path: string): KindTag {
  const languageId = generation?.languageId ?? "";
  if (PROSE.has(languageId) || isComment(generation?.text ?? "", languageId)) return "docs";
  if (roleOf(path) === "tests") return "test";
  if (run?.turn === "mended" || (errors && errors.now < errors.before) || commit?.topic === "fix") return "fix";
  if (commit?.topic === "refactoring") return "refactoring";
  return "new code";
}

/** Frameworks that the beginning of a file imports, in order of their names. */
export function frameworksOf(head: string): readonly string[] {
  const text = head.slice(0, HEAD_CHARS);
  const modules = new Set(MODULES.flatMap((pattern) => [...text.matchAll(pattern)].map(([, module]) => module!)));
  const uses = (patterns: readonly string[]): boolean =>
    patterns.some((pattern) =>
      pattern.endsWith("*")
        ? [...modules].some((module) => module.startsWith(pattern.slice(0, -1)))
        : modules.has(pattern),
    );
  return Object.entries(frameworks)
    .filter(([, patterns]) => uses(patterns))
    .map(([name]) => name)
    .slice(0, FRAMEWORKS_MAX);
}

/** Whether every line that says anything is one of comment. */
function isComment(text: string, languageId: string): boolean {
  const language = languageById(languageId);
  const marks = [language?.lineComment, language?.blockComment?.[0], language?.blockComment && "*"].filter(
    (mark) => mark !== undefined,
  );
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  return lines.length > 0 && lines.every((line) => marks.some((mark) => line.trimStart().startsWith(mark)));
}

/** The files that what was learned is exported to, so that other tools obey it too. Adding a tool is adding a row. */
import type { ExportFormat } from "../../../protocol/messages.ts";

export interface ExportTarget {
  readonly format: ExportFormat;
  /** Where it lies in a project, "/" between names; undefined for what goes to standard output. */
  readonly path: string | undefined;
  /** How the section inside of it is written; a document is the whole file. */
  readonly kind: "markdown" | "editorconfig" | "document";
  /** Who reads it. */
  readonly readers: string;
}

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  {
    format: "agents",
    path: "AGENTS.md",
    kind: "markdown",
    readers: "coding agents (Codex, Cursor, Copilot and others)",
  },
  { format: "cursor", path: ".cursor/rules/tacit.mdc", kind: "markdown", readers: "Cursor" },
  { format: "copilot", path: ".github/copilot-instructions.md", kind: "markdown", readers: "GitHub Copilot" },
  { format: "claude", path: "CLAUDE.md", kind: "markdown", readers: "Claude Code" },
  { format: "editorconfig", path: ".editorconfig", kind: "editorconfig", readers: "editors and formatters" },
  { format: "json", path: undefined, kind: "document", readers: "programs" },
];

export const EXPORT_FORMATS: readonly ExportFormat[] = EXPORT_TARGETS.map(({ format }) => format);

export function exportTarget(format: ExportFormat): ExportTarget {
  return EXPORT_TARGETS.find((target) => target.format === format)!;
}

/** The files that what was learned is exported to, so that other tools obey it too. Adding a tool is adding a row. */
import type { ExportFormat } from "../../../protocol/messages.ts";

export interface ExportTarget {
  readonly format: ExportFormat;
  /** Where it lies in a project, "/" between names; undefined for what goes to standard output. */
  readonly path: string | undefined;
  /** How the section inside of it is written; a document is the whole file. */
  readonly kind: "markdown" | "editorconfig" | "document";
}

export const EXPORT_TARGETS: readonly ExportTarget[] = [
  { format: "agents", path: "AGENTS.md", kind: "markdown" },
  { format: "cursor", path: ".cursor/rules/tacit.mdc", kind: "markdown" },
  { format: "copilot", path: ".github/copilot-instructions.md", kind: "markdown" },
  { format: "claude", path: "CLAUDE.md", kind: "markdown" },
  { format: "editorconfig", path: ".editorconfig", kind: "editorconfig" },
  { format: "json", path: undefined, kind: "document" },
];

export const EXPORT_FORMATS: readonly ExportFormat[] = EXPORT_TARGETS.map(({ format }) => format);

export function exportTarget(format: ExportFormat): ExportTarget {
  return EXPORT_TARGETS.find((target) => target.format === format)!;
}

/** How many problems the editor's language tools see on some lines. */
import { DiagnosticSeverity, languages, Uri } from "vscode";
import type { DiagnosticCounts } from "../../protocol/signals.ts";

/** Errors and warnings that touch the lines `first` to `last` of a document. */
export function countDiagnostics(uri: string, first: number, last: number): DiagnosticCounts {
  let errors = 0;
  let warnings = 0;
  for (const { range, severity } of languages.getDiagnostics(Uri.parse(uri))) {
    if (range.end.line < first || range.start.line > last) continue;
    if (severity === DiagnosticSeverity.Error) errors++;
    else if (severity === DiagnosticSeverity.Warning) warnings++;
  }
  return { errors, warnings };
}

/** The errors that the editor's language tools report: which there are where one writes, and which go away. */
import { DiagnosticSeverity, Disposable, languages, workspace } from "vscode";
import type { Diagnostic, TextDocument } from "vscode";
import { GONE_MS } from "./mended.ts";
import type { ErrorSeen } from "./mended.ts";

export interface ProblemsDeps {
  readonly onErrors: (document: TextDocument, errors: readonly ErrorSeen[]) => void;
  /** Some time after {@link onErrors}: whether they have stayed as they are. */
  readonly onQuiet: () => void;
  readonly onClosed: (uri: string) => void;
}

/** Reports come in bursts while language tools work. */
const TOGETHER_MS = 300;
const ERRORS_MAX = 50;

export function registerProblems({ onErrors, onQuiet, onClosed }: ProblemsDeps): Disposable {
  const changed = new Set<string>();
  let reading: NodeJS.Timeout | undefined;
  let quiet: NodeJS.Timeout | undefined;
  const read = (): void => {
    reading = undefined;
    for (const document of workspace.textDocuments) {
      if (changed.has(document.uri.toString())) onErrors(document, errorsOf(document));
    }
    changed.clear();
    clearTimeout(quiet);
    quiet = setTimeout(onQuiet, GONE_MS + TOGETHER_MS);
  };
  return Disposable.from(
    languages.onDidChangeDiagnostics(({ uris }) => {
      for (const uri of uris) changed.add(uri.toString());
      reading ??= setTimeout(read, TOGETHER_MS);
    }),
    workspace.onDidCloseTextDocument((document) => onClosed(document.uri.toString())),
    new Disposable(() => {
      clearTimeout(reading);
      clearTimeout(quiet);
    }),
  );
}

function errorsOf({ uri }: TextDocument): readonly ErrorSeen[] {
  return languages
    .getDiagnostics(uri)
    .filter(({ severity }) => severity === DiagnosticSeverity.Error)
    .slice(0, ERRORS_MAX)
    .map((diagnostic) => ({
      message: diagnostic.message,
      code: codeOf(diagnostic),
      line: diagnostic.range.start.line,
    }));
}

/** "ts(2345)" */
function codeOf({ source, code }: Diagnostic): string {
  const value = typeof code === "object" ? code.value : code;
  return value === undefined ? (source ?? "") : `${source ?? ""}(${value})`;
}

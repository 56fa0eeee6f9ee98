/** All that was learned as one JSON document, for programs: nothing is left out, and equal knowledge gives equal bytes. */
import type { Learned, Place, Scope } from "../../../protocol/style.ts";
import { redact } from "../../../privacy/redact.ts";
import { conventionValue } from "./selection.ts";
import { compareText } from "./selection.ts";
import { parseRewrite } from "./rewrite.ts";

/** Changes with the shape of the document. */
const DOCUMENT_VERSION = 1;
const DOCUMENT_NAME = "tacit-style";

/** The document, with a line end behind it. */
export function styleDocument(learned: readonly Learned[]): string {
  const entries = [...learned].sort((a, b) => compareText(a.id, b.id));
  const document = {
    format: DOCUMENT_NAME,
    version: DOCUMENT_VERSION,
    conventions: entries
      .filter(({ kind }) => kind === "convention")
      .map((entry) => ({
        ...describeEntry(entry),
        value: conventionValue(entry),
      })),
    corrections: entries
      .filter(({ kind }) => kind === "correction")
      .map((entry) => {
        const rewrite = parseRewrite(withoutSecrets(entry.title));
        return { ...describeEntry(entry), ...(rewrite ? { left: rewrite.left, right: rewrite.right } : {}) };
      }),
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}

/** Whether a file is such a document, so that writing it anew loses nothing of the user's. */
export function isStyleDocument(text: string): boolean {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && "format" in value && value.format === DOCUMENT_NAME;
  } catch {
    // No JSON at all, so it is somebody else's.
    return false;
  }
}

function describeEntry(entry: Learned): object {
  const { id, languageId, attribute, title, held, total, confidence, state, scope, evidence } = entry;
  return {
    id,
    language: languageId,
    scope: describeScope(scope),
    attribute,
    title: withoutSecrets(title),
    held,
    total,
    confidence,
    state,
    evidence: evidence.map(({ path, line, text }: Place) => ({ path, line, text: withoutSecrets(text) })),
  };
}

/** Without the project's number, which means nothing outside of this machine. */
function describeScope({ level, path }: Scope): object {
  return path === "" ? { level } : { level, path };
}

function withoutSecrets(text: string): string {
  return redact(text).text;
}

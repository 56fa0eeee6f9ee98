/**
 * Keeps large documents away from the sidecar, consistently: what it was never told of is never changed, saved or
 * closed towards it, and a document that outgrows the limit while it is open is closed there.
 */

/** In UTF-16 code units; generated files and data, nothing that is written by hand. */
export const DOCUMENT_CHARS_MAX = 2 * 1024 * 1024;
/** A document that was too large is shown to the sidecar again when it is well below the limit. */
const REOPEN_CHARS_MAX = DOCUMENT_CHARS_MAX / 2;

export type ChangeVerdict = "send" | "skip" | "close" | "open";

export class SyncGate {
  readonly #open = new Map<string, { chars: number; isSynced: boolean }>();

  /** Whether to tell the sidecar of a document with `chars` characters. */
  opened(uri: string, chars: number): boolean {
    const isSynced = chars <= DOCUMENT_CHARS_MAX;
    this.#open.set(uri, { chars, isSynced });
    return isSynced;
  }

  /** What to do with a change that makes a document longer by `growth` (or shorter). */
  changed(uri: string, growth: number): ChangeVerdict {
    const document = this.#open.get(uri);
    if (!document) return "skip";
    document.chars += growth;
    if (document.isSynced && document.chars > DOCUMENT_CHARS_MAX) {
      document.isSynced = false;
      return "close";
    }
    if (!document.isSynced && document.chars <= REOPEN_CHARS_MAX) {
      document.isSynced = true;
      return "open";
    }
    return document.isSynced ? "send" : "skip";
  }

  /** Whether to tell the sidecar that a document was closed. */
  closed(uri: string): boolean {
    const isSynced = this.isSynced(uri);
    this.#open.delete(uri);
    return isSynced;
  }

  /** Whether the sidecar knows the document. */
  isSynced(uri: string): boolean {
    return this.#open.get(uri)?.isSynced ?? false;
  }
}

/**
 * Problems that go away: an error that an edit near it ended, a test that failed and passes after a change of one file.
 * What is told is the symptom and the change. Knows no editor; what it remembers is bounded.
 */
import type { MendedSignal, Symptom } from "../../protocol/signals.ts";
import { lineHunk, linesAbove } from "./line-hunk.ts";
import type { LineHunk } from "./line-hunk.ts";
import type { EndedRun } from "./run-turns.ts";

export type MendedFact = Omit<MendedSignal, "id" | "at" | "generationId">;

export interface ErrorSeen {
  readonly message: string;
  /** Of the tool, e.g. "ts(2345)"; "" for none. */
  readonly code: string;
  /** Zero-based. */
  readonly line: number;
}

export interface DocumentSeen {
  readonly uri: string;
  readonly languageId: string;
  readonly text: string;
}

/** A line that is being typed is an error for a moment; only what stood this long was one. */
export const ERROR_MS_MIN = 3_000;
/** Language tools may take errors back while they look again. */
export const GONE_MS = 2_000;
/** A larger change mends more than one thing. */
const HUNK_LINES_MAX = 8;
const HUNK_CHARS_MAX = 2_000;
/** So near to the error the change is taken for what ended it. */
const NEAR_LINES = 5;
const CONTEXT_LINES = 6;
const DOCUMENTS_MAX = 32;
const ERRORS_MAX = 50;
const DOCUMENT_CHARS_MAX = 500_000;
const MESSAGE_CHARS_MAX = 1_000;
/** Failing commands whose documents are remembered. */
const RUNS_MAX = 4;
const RUN_DOCUMENTS_MAX = 16;

interface Standing {
  readonly error: ErrorSeen;
  readonly since: number;
}

interface Leaving {
  readonly key: string;
  readonly at: number;
  readonly fact: MendedFact;
}

interface Known {
  /** When the errors were last told of. */
  readonly text: string;
  readonly errors: ReadonlyMap<string, Standing>;
  readonly leaving: readonly Leaving[];
}

export class MendedErrors {
  readonly #now: () => number;
  readonly #documents = new Map<string, Known>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The errors of a document as they are now. */
  seen(document: DocumentSeen, errors: readonly ErrorSeen[]): void {
    const { uri, text } = document;
    const known = this.#documents.get(uri) ?? { text, errors: new Map<string, Standing>(), leaving: [] };
    this.#documents.delete(uri);
    if (text.length > DOCUMENT_CHARS_MAX) return;
    const now = this.#now();
    const standing = new Map<string, Standing>();
    for (const error of errors.slice(0, ERRORS_MAX)) {
      const key = `${error.code} ${error.message}`;
      // What comes back had never gone.
      const since = known.errors.get(key)?.since ?? known.leaving.find((one) => one.key === key)?.at ?? now;
      standing.set(key, { error, since });
    }
    const leaving = known.leaving.filter(({ key }) => !standing.has(key));
    for (const [key, { error, since }] of known.errors) {
      // One that only reads differently is no mended one.
      if (standing.has(key) || standing.size >= known.errors.size || now - since < ERROR_MS_MIN) continue;
      const hunk = lineHunk(known.text, text);
      if (!hunk || !isMending(hunk, error.line) || isStillWrong(hunk, errors)) continue;
      const symptom = { kind: "error", message: error.message.slice(0, MESSAGE_CHARS_MAX), code: error.code } as const;
      leaving.push({ key, at: now, fact: factOf(document, symptom, hunk) });
    }
    this.#documents.set(uri, { text, errors: standing, leaving });
    if (this.#documents.size > DOCUMENTS_MAX) this.#documents.delete(this.#documents.keys().next().value!);
  }

  closed(uri: string): void {
    this.#documents.delete(uri);
  }

  /** What has stayed away long enough; call it {@link GONE_MS} after {@link seen}. */
  due(): readonly MendedFact[] {
    const now = this.#now();
    return [...this.#documents].flatMap(([uri, known]) => {
      const isDue = ({ at }: Leaving): boolean => now - at >= GONE_MS;
      const gone = known.leaving.filter(isDue);
      if (gone.length === 0) return [];
      this.#documents.set(uri, { ...known, leaving: known.leaving.filter((one) => !isDue(one)) });
      // Errors that one change ended are one lesson: the first says what was wrong.
      return gone.slice(0, 1).map(({ fact }) => fact);
    });
  }
}

export class MendedRuns {
  readonly #failed = new Map<string, ReadonlyMap<string, string>>();

  /** A run has ended; `documents` are the open ones. */
  ended({ label, folder, isOk }: EndedRun, documents: readonly DocumentSeen[]): MendedFact | undefined {
    const key = `${folder ?? ""}\n${label}`;
    const before = this.#failed.get(key);
    this.#failed.delete(key);
    if (!isOk) {
      const texts = documents
        .filter(({ text }) => text.length <= DOCUMENT_CHARS_MAX)
        .slice(0, RUN_DOCUMENTS_MAX)
        .map(({ uri, text }) => [uri, text] as const);
      this.#failed.set(key, new Map(texts));
      if (this.#failed.size > RUNS_MAX) this.#failed.delete(this.#failed.keys().next().value!);
      return undefined;
    }
    if (!before) return undefined;
    const changed = documents.flatMap((document) => {
      const text = before.get(document.uri);
      const hunk = text === undefined ? undefined : lineHunk(text, document.text);
      return hunk ? [{ document, hunk }] : [];
    });
    const [only] = changed;
    // Of several changes nobody can say which it was.
    if (!only || changed.length > 1 || !isSmall(only.hunk)) return undefined;
    return factOf(only.document, { kind: "run", message: label, code: "" }, only.hunk);
  }
}

function isSmall({ before, after, linesBefore, linesAfter }: LineHunk): boolean {
  const lines = Math.max(linesBefore, linesAfter);
  // What was only deleted is no way to write it right.
  return lines <= HUNK_LINES_MAX && before.length + after.length <= HUNK_CHARS_MAX && after.trim() !== "";
}

function isMending(hunk: LineHunk, line: number): boolean {
  const isNear = line >= hunk.line - NEAR_LINES && line <= hunk.line + hunk.linesBefore + NEAR_LINES;
  return isNear && isSmall(hunk);
}

function isStillWrong({ line, linesAfter }: LineHunk, errors: readonly ErrorSeen[]): boolean {
  return errors.some((error) => error.line >= line && error.line < line + linesAfter);
}

function factOf({ uri, languageId, text }: DocumentSeen, symptom: Symptom, hunk: LineHunk): MendedFact {
  const { before, after, line } = hunk;
  const contextBefore = linesAbove(text, line, CONTEXT_LINES);
  return { kind: "mended", symptom, uri, languageId, contextBefore, before, after };
}

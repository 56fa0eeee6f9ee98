/** The place a suggestion is asked for, as values: cut from the document once and passed on. */
import { indentUnitOf } from "../code/indent.ts";
import { redact } from "../../privacy/redact.ts";

/** What of a document is looked at: enough for the file cache, bounded for huge documents. */
export const PREFIX_CHARS_MAX = 32_768;
export const SUFFIX_CHARS_MAX = 8_192;

export interface SuggestRequest {
  /** Project of the document, or undefined outside of any. */
  readonly project: string | undefined;
  /** Relative to the project, or the whole URI. */
  readonly path: string;
  readonly languageId: string;
  /** Document text before and behind the cursor: at least as much as the limits above, or all there is. */
  readonly prefix: string;
  readonly suffix: string;
  /** The user asked for it by command: then less likely suggestions are welcome as well. */
  readonly explicit: boolean;
}

export interface Context {
  /** Text before the cursor from a line start, without secrets, "\n" line ends. */
  readonly prefix: string;
  readonly suffix: string;
  readonly linePrefix: string;
  /** Right of the cursor on its line. */
  readonly lineSuffix: string;
  readonly indentUnit: string;
}

/** Why nothing can be suggested at a place, or its context. */
export type ContextResult = { readonly kind: "context"; readonly context: Context } | NoPlace;
export interface NoPlace {
  readonly kind: "nothing";
  readonly reason: "inside a line" | "inside a word" | "inside a character";
}

export function createContext(request: SuggestRequest): ContextResult {
  const rawPrefix = normalizeLineEnds(cutStart(request.prefix));
  const rawSuffix = normalizeLineEnds(request.suffix.slice(0, SUFFIX_CHARS_MAX));
  const lineSuffix = /^[^\n]*/.exec(rawSuffix)![0];
  if (isInsidePair(rawPrefix, rawSuffix)) return { kind: "nothing", reason: "inside a character" };
  if (/^[\p{L}\p{N}_$]/u.test(lineSuffix)) return { kind: "nothing", reason: "inside a word" };
  // Ghost text in the middle of code is more often in the way than right: only closers may follow.
  if (!/^[\s)\]}>'"`;,:]*$/.test(lineSuffix)) return { kind: "nothing", reason: "inside a line" };
  const linePrefix = rawPrefix.slice(rawPrefix.lastIndexOf("\n") + 1);
  // The cursor's own line is left as it is: what is offered must fit what stands there.
  const above = withoutSecrets(rawPrefix.slice(0, rawPrefix.length - linePrefix.length));
  return {
    kind: "context",
    context: {
      prefix: above + linePrefix,
      suffix: withoutSecrets(rawSuffix),
      linePrefix,
      lineSuffix,
      indentUnit: indentUnitOf(above + rawSuffix),
    },
  };
}

/** Of the places that somebody goes to and fro between: text above and below each. */
const RECENT_MAX = 8;
const recent = new Map<string, string>();

/** While a line is typed, what stands above and below it stays as it is: to redact it again is most of a context's cost. */
function withoutSecrets(text: string): string {
  const known = recent.get(text);
  const redacted = known ?? redact(text).text;
  // The newest is the last.
  recent.delete(text);
  recent.set(text, redacted);
  if (recent.size > RECENT_MAX) recent.delete(recent.keys().next().value!);
  return redacted;
}

/** The last characters of the prefix, from a line start on where there is one. */
function cutStart(prefix: string): string {
  // One that is as long as the limit was cut by the caller, most likely inside a line.
  if (prefix.length < PREFIX_CHARS_MAX) return prefix;
  const cut = prefix.slice(prefix.length - PREFIX_CHARS_MAX);
  const line = cut.indexOf("\n");
  return line < 0 ? cut : cut.slice(line + 1);
}

/** Every line end as "\n". */
export function normalizeLineEnds(text: string): string {
  return text.includes("\r") ? text.replaceAll("\r\n", "\n").replaceAll("\r", "\n") : text;
}

function isInsidePair(prefix: string, suffix: string): boolean {
  const before = prefix.charCodeAt(prefix.length - 1);
  const behind = suffix.charCodeAt(0);
  return before >= 0xd800 && before <= 0xdbff && behind >= 0xdc00 && behind <= 0xdfff;
}

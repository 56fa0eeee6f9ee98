/**
 * Takes secrets out of text before it is stored, learned from or put into a prompt.
 *
 * Two kinds of evidence make a secret. A *format* that its issuer documents (`ghp_…`, a private key's armour) is
 * enough alone. A *name* (`password = "…"`) counts only with a value that looks random, because ordinary code is full
 * of passwords and tokens that are none: `getPassword()`, `"password-field"`, `"changeme"`.
 */
import { ARMOUR, RULES } from "./secret-rules.ts";

export interface Redacted {
  /** As many lines as before; each secret replaced by {@link PLACEHOLDER}, all else untouched. */
  readonly text: string;
  /** How many secrets were replaced. */
  readonly redactions: number;
}

export const PLACEHOLDER = "‹redacted›";

/** Idempotent: redacted text stays as it is. */
export function redact(text: string): Redacted {
  const spans = mergeSpans(findSecrets(text));
  return { text: replaceSpans(text, spans, 0), redactions: spans.length };
}

/**
 * Redacts texts that stand one behind the other: a name may be in one of them and its secret in the next, and a secret
 * may go over from one to the other.
 */
export function redactParts<const Parts extends readonly string[]>(parts: Parts): { [K in keyof Parts]: string } {
  const spans = mergeSpans(findSecrets(parts.join("")));
  let start = 0;
  return parts.map((part) => {
    const own = spans.filter((span) => span.start < start + part.length && span.end > start);
    const redacted = replaceSpans(part, own, start);
    start += part.length;
    return redacted;
  }) as { [K in keyof Parts]: string };
}

/** `spans` are counted from `offset` characters before the text, and may reach beyond it. */
function replaceSpans(text: string, spans: readonly Span[], offset: number): string {
  if (spans.length === 0) return text;
  let redacted = "";
  let copied = 0;
  for (const { start, end } of spans) {
    const from = Math.max(0, start - offset);
    const to = Math.min(text.length, end - offset);
    const lineEnds = text.slice(from, to).match(/\r?\n/g) ?? [];
    redacted += text.slice(copied, from) + PLACEHOLDER + lineEnds.join("");
    copied = to;
  }
  return redacted + text.slice(copied);
}

interface Span {
  readonly start: number;
  readonly end: number;
}

function findSecrets(text: string): Span[] {
  const spans: Span[] = [];
  for (const rule of RULES) {
    if (rule.mark !== "" && !text.includes(rule.mark)) continue;
    for (const match of text.matchAll(rule.pattern)) {
      // With a named group only that is the secret, else the whole match.
      const [start, end] = match.indices?.groups?.["secret"] ?? [match.index, match.index + match[0].length];
      const secret = text.slice(start, end);
      if (!secret.includes(PLACEHOLDER) && rule.accepts(secret, match)) spans.push({ start, end });
    }
  }
  return [...spans, ...findHeadlessKeys(text)];
}

const KEY_END = new RegExp(`-----END ${ARMOUR}-----`, "g");
const KEY_LINES_MAX = 400;
const KEY_LINE_CHARS_MAX = 200;
const KEY_LINE = /^[\s"'`+,\\]*(?:[A-Za-z0-9+/]{16,100}={0,2}|=?[A-Za-z0-9+/]{1,15}={0,2})[\s"'`+,\\nr]*$/;

/** Private keys whose beginning was cut off: what is taken of a document may begin in the middle of one. */
function findHeadlessKeys(text: string): Span[] {
  const spans: Span[] = [];
  for (const { index, 0: armour } of text.matchAll(KEY_END)) {
    let start = index;
    for (let n = 0; n < KEY_LINES_MAX && start > 0; n++) {
      const lineStart = text.lastIndexOf("\n", start - 2) + 1;
      if (!KEY_LINE.test(text.slice(Math.max(lineStart, start - KEY_LINE_CHARS_MAX), start))) break;
      start = lineStart;
    }
    const lines = text.slice(start, index);
    if (/[A-Za-z0-9+/]{32}/.test(lines) && !lines.includes(PLACEHOLDER)) {
      spans.push({ start, end: index + armour.length });
    }
  }
  return spans;
}

function mergeSpans(spans: Span[]): Span[] {
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  for (const span of spans) {
    const last = merged.at(-1);
    if (last && span.start < last.end)
      merged[merged.length - 1] = { start: last.start, end: Math.max(last.end, span.end) };
    else merged.push(span);
  }
  return merged;
}

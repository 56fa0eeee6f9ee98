/**
 * Text that came from source files, made fit to be read: by people on a terminal, and by other tools in Markdown.
 * Source may hold what moves a cursor, hides text from the eye or ends a code span.
 */

/** Control characters, lone surrogates, and what is not seen or turns the direction of reading ("Trojan Source"). */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/gu;

/** One line without anything unseen; white space at the ends is gone. */
export function printable(text: string): string {
  return text.replace(UNSEEN, " ").trim();
}

/** Markdown that shows this text as code, whatever backticks it holds (CommonMark 6.1). */
export function codeSpan(text: string): string {
  const longest = Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length));
  const fence = "`".repeat(longest + 1);
  const needsSpace = /^`|`$|^ .* $/.test(text);
  return needsSpace ? `${fence} ${text} ${fence}` : `${fence}${text}${fence}`;
}

/** Markdown that shows this text as it is; its own code spans stay code. */
export function escapeMarkdown(text: string): string {
  let escaped = "";
  let at = 0;
  for (const span of text.matchAll(/(?<!`)(`+)(?!`)(.+?)(?<!`)\1(?!`)/g)) {
    escaped += escapeWords(text.slice(at, span.index)) + span[0];
    at = span.index + span[0].length;
  }
  return escaped + escapeWords(text.slice(at));
}

/** Escapes only what would be markup where it stands: agents read the raw text, and backslashes confuse. */
function escapeWords(text: string): string {
  return text
    .replace(/[\\`*[\]]/g, "\\$&")
    .replace(/(?<![\p{L}\p{N}])_|_(?![\p{L}\p{N}])/gu, "\\_")
    .replace(/<(?=[A-Za-z/!?])/g, "\\<");
}

/**
 * What the developer typed: at each save, the lines that are new since the last one and that no suggestion wrote.
 * They go to the personal level like accepted text, with less weight.
 */
import type { NewExample } from "../store/examples.ts";

/** One save with more new lines than this is a paste, a formatter or a checkout, not typing. */
const LINES_MAX = 80;
const CONTEXT_LINES = 6;
/** Lines with fewer words or marks than this say nothing about their author. */
const WORDS_MIN = 3;
/** Below the examples that were suggested and kept: nobody has judged this text yet. */
const TYPED_SCORE = 0.6;

export interface TypedLine {
  /** Zero-based, in the text as it is now. */
  readonly line: number;
  readonly text: string;
}

/**
 * Lines of `now` that `before` has not, in order; none where too much changed at once. `notMine`: texts that
 * suggestions wrote. `activeLine` is still being written and left for the next save.
 */
export function typedLines(
  before: string,
  now: string,
  options: { readonly notMine: readonly string[]; readonly activeLine: number | undefined },
): TypedLine[] {
  const known = countLines(before);
  const generated = new Set(options.notMine.flatMap((text) => text.split("\n")).map((line) => line.trim()));
  const typed: TypedLine[] = [];
  let fresh = 0;
  for (const [line, text] of now.split("\n").entries()) {
    const count = known.get(text) ?? 0;
    if (count > 0) {
      known.set(text, count - 1);
      continue;
    }
    if (text.trim() === "") continue;
    fresh++;
    if (line !== options.activeLine && saysSomething(text) && !wroteSuggestion(text, generated))
      typed.push({ line, text });
  }
  return fresh > LINES_MAX ? [] : typed;
}

/** Typed lines as examples, each with the lines above it. */
export function typedExamples(
  now: string,
  typed: readonly TypedLine[],
  place: Pick<NewExample, "projectId" | "path" | "languageId" | "createdAt">,
): NewExample[] {
  const lines = now.split("\n");
  return typed.map(({ line, text }) => {
    const linePrefix = /^[ \t]*/.exec(text)![0];
    return {
      ...place,
      generationId: undefined,
      origin: "typed",
      contextBefore: lines.slice(Math.max(0, line - CONTEXT_LINES), line).join("\n"),
      linePrefix,
      text: text.slice(linePrefix.length).trimEnd(),
      generated: undefined,
      score: TYPED_SCORE,
    };
  });
}

function countLines(text: string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const line of text.split("\n")) counts.set(line, (counts.get(line) ?? 0) + 1);
  return counts;
}

function saysSomething(line: string): boolean {
  return (line.match(/[\p{L}\p{N}_$]+/gu) ?? []).length >= WORDS_MIN;
}

/** The line ends in a line of a suggestion: what stands before it was typed, the rest was not. */
function wroteSuggestion(line: string, generated: ReadonlySet<string>): boolean {
  const text = line.trim();
  if (generated.has(text)) return true;
  for (const part of generated) if (part.length >= 4 && text.endsWith(part)) return true;
  return false;
}

/**
 * The prompt of a model, within a budget: conventions and the developer's own examples as comments, pieces of the
 * workspace, the text before the cursor and a little of that behind it. What changes least comes first, and the text
 * before the cursor begins at a place that stays, so that from one keystroke to the next a server evaluates little.
 * A few tenths of a millisecond. Pure.
 */
import type { CompletionRequest, FoundExample } from "../engine.ts";
import { commentOut } from "./comment.ts";

export interface PromptBudget {
  /** Tokens of everything. */
  readonly promptTokensMax: number;
  /** Tokens of the text behind the cursor: it is evaluated anew whenever the text before it changes. */
  readonly suffixTokensMax: number;
}

export interface PromptOptions {
  readonly budget: PromptBudget;
  /** Tokens of a text; an estimate from above where the tokenizer is not at hand. */
  readonly countTokens?: (text: string) => number;
}

export interface PromptFile {
  readonly path: string;
  readonly text: string;
}

export interface Prompt {
  /** Conventions, then examples, the most similar last: comments that stand above `prefix`. Ends in a line break. */
  readonly before: string;
  /** Pieces of the workspace, the most similar last. */
  readonly snippets: readonly PromptFile[];
  /** Text before the cursor, from a line start. */
  readonly prefix: string;
  /** Text behind the cursor, up to a line end. */
  readonly suffix: string;
  /** Examples in `before`. */
  readonly exampleIds: readonly number[];
}

/** At most this share of the budget is text that was looked up (learning.md §4). */
const RETRIEVED_SHARE = 0.5;
/** Of that, conventions have at most this share, and examples this much of the rest; pieces have what is left. */
const CONVENTIONS_SHARE = 0.125;
const EXAMPLES_SHARE = 0.5;
/** Lines above an example's own that are shown with it. */
const EXAMPLE_LINES_ABOVE = 3;

/** All text of the request is without secrets already. */
export function assemblePrompt(request: CompletionRequest, options: PromptOptions): Prompt {
  const { budget, countTokens = estimateTokens } = options;
  const { languageId, advice = [] } = request;
  const retrievedMax = Math.floor(budget.promptTokensMax * RETRIEVED_SHARE);
  const head = conventionsComment(advice, languageId, retrievedMax * CONVENTIONS_SHARE, countTokens);
  let left = retrievedMax - countTokens(head);

  const examples = takeExamples(request.examples, languageId, left * EXAMPLES_SHARE, countTokens);
  left -= examples.reduce((sum, { tokens }) => sum + tokens, 0);
  const snippets = takeSnippets(request, left, countTokens);

  const isAlone = head === "" && examples.length === 0 && snippets.length === 0;
  const suffix = cutSuffix(request.suffix, budget.suffixTokensMax, countTokens);
  // Not what the looked-up text happens to leave: the cut would move with it.
  const prefixMax = budget.promptTokensMax - budget.suffixTokensMax - (isAlone ? 0 : retrievedMax);
  return {
    before: head + examples.map(({ text }) => text).join(""),
    snippets,
    prefix: cutPrefix(request.prefix, prefixMax, countTokens),
    suffix,
    exampleIds: examples.map(({ id }) => id),
  };
}

/** The pieces as comments, for models that know no files. They change more often than what stands in `before`. */
export function commentSnippets({ snippets }: Prompt, languageId: string): string {
  return snippets.map(({ path, text }) => commentOut(`${path}\n${text.trimEnd()}`, languageId) ?? "").join("");
}

/** Three characters are a token in code at most; prose has more. */
export function estimateTokens(text: string): number {
  return Math.ceil(text.length / 3);
}

function conventionsComment(
  conventions: readonly string[],
  languageId: string,
  tokensMax: number,
  countTokens: (text: string) => number,
): string {
  let comment = "";
  for (let count = 1; count <= conventions.length; count++) {
    const longer = commentOut(`Conventions: ${conventions.slice(0, count).join("; ")}`, languageId);
    if (longer === undefined || countTokens(longer) > tokensMax) break;
    comment = longer;
  }
  return comment;
}

interface Shown {
  readonly id: number;
  readonly text: string;
  readonly tokens: number;
}

/** The best that fit, the best of them last. */
function takeExamples(
  examples: readonly FoundExample[],
  languageId: string,
  tokensMax: number,
  countTokens: (text: string) => number,
): readonly Shown[] {
  const taken: Shown[] = [];
  let left = tokensMax;
  for (const { id, path, contextBefore, linePrefix, text } of examples) {
    const above = contextBefore.trimEnd().split("\n").slice(-EXAMPLE_LINES_ABOVE);
    const code = [path, ...above, linePrefix + text.trimEnd()].join("\n");
    const comment = commentOut(code, languageId);
    if (comment === undefined) continue;
    const tokens = countTokens(comment);
    if (tokens > left) continue;
    left -= tokens;
    taken.push({ id, text: comment, tokens });
  }
  return taken.reverse();
}

/** Likewise; of a piece that is too long, what comes next in it. */
function takeSnippets(
  { similar, languageId }: CompletionRequest,
  tokensMax: number,
  countTokens: (text: string) => number,
): readonly PromptFile[] {
  const taken: PromptFile[] = [];
  let left = tokensMax;
  for (const { path, text, continuation } of similar) {
    for (const part of [text, continuation]) {
      if (part.trim() === "") continue;
      // Whether as a file or as a comment: the longer of the two has to fit.
      const tokens = countTokens(commentOut(`${path}\n${part}`, languageId) ?? `${path}\n${part}\n`);
      if (tokens > left) continue;
      left -= tokens;
      taken.push({ path, text: part });
      break;
    }
  }
  return taken.reverse();
}

/** Lines that may begin a prompt have these highest bits of their hash zero: one in 16. */
const ANCHOR_BITS = 4;
/** Shorter lines are the same all over a file. */
const ANCHOR_CHARS_MIN = 8;

/**
 * The end of a text that fits, from a line start. Which lines it may begin with is decided by what they say, not by
 * their number: a text that was cut before has no numbers, and yet the same lines must begin the prompt until they do
 * not fit any more. Where none of the first half of what fits says so, it begins as early as it can.
 */
function cutPrefix(prefix: string, tokensMax: number, countTokens: (text: string) => number): string {
  let tokens = 0;
  let start = prefix.length;
  let anchor: number | undefined;
  let isCut = false;
  for (let end = prefix.length; end > 0;) {
    const lineStart = prefix.lastIndexOf("\n", end - 2) + 1;
    const line = prefix.slice(lineStart, end);
    tokens += countTokens(line);
    // The cursor's own line is needed whatever it costs.
    isCut = tokens > tokensMax && start < prefix.length;
    if (isCut) break;
    start = end = lineStart;
    if (tokens > tokensMax / 2 && isAnchor(line)) anchor = lineStart;
  }
  return prefix.slice(isCut ? (anchor ?? start) : start);
}

function isAnchor(line: string): boolean {
  const text = line.trim();
  if (text.length < ANCHOR_CHARS_MIN) return false;
  // FNV-1a; its low bits know little of what was multiplied into the high ones.
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> (32 - ANCHOR_BITS) === 0;
}

/** Whole lines that fit; the rest of the cursor's line in any case. */
function cutSuffix(suffix: string, tokensMax: number, countTokens: (text: string) => number): string {
  let tokens = 0;
  let end = 0;
  while (end < suffix.length) {
    const lineBreak = suffix.indexOf("\n", end);
    const lineEnd = lineBreak < 0 ? suffix.length : lineBreak + 1;
    tokens += countTokens(suffix.slice(end, lineEnd));
    if (tokens > tokensMax && end > 0) break;
    end = lineEnd;
  }
  return suffix.slice(0, end);
}

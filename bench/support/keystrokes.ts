/**
 * Somebody who types in the middle of a source file and wants a line after each character: the requests, and our engine
 * answering them as the sidecar's process of a model does.
 */
import { relative } from "node:path";
import { languageOfPath } from "../../sidecar/code/languages.ts";
import type { CompletionRequest } from "../../sidecar/engine/engine.ts";
import { LLAMA_LIMITS } from "../../sidecar/engine/llama/llama.ts";
import type { Cost } from "../../sidecar/engine/llama/cost.ts";
import type { Writer } from "../../sidecar/engine/llama/write.ts";
import type { Sample } from "../../test/support/models/tokenizer.ts";
import { never, type SourceFile } from "./sources.ts";

/** Tokens of an answer at most: a line. */
export const LINE_TOKENS = 16;
/** Milliseconds until the next keystroke, in which what is shown is gone on from. */
const TYPING_MS = 150;
const LIMITS = { ...LLAMA_LIMITS, lineTokensMax: LINE_TOKENS, firstLineMs: Infinity };
/** Lines of sources that a model's tokens are learned from, and how many tokens there are. */
const SAMPLE = { lines: 1500, mergesMax: 1500 };

/** What a model is written from that is to know the tokens of these files. */
export function sampleOf(sources: readonly SourceFile[]): Sample {
  const lines = sources.flatMap(({ text }) => text.match(/.+\n/g) ?? []).slice(0, SAMPLE.lines);
  return { lines, mergesMax: SAMPLE.mergesMax };
}

/** Requests as somebody types the lines in the middle of a file; a new line comes with its indentation. */
export function keystrokes(root: string, path: string, text: string, count: number): CompletionRequest[] {
  const lines = text.split("\n");
  const from = lines.slice(0, Math.floor(lines.length / 3)).join("\n").length + 1;
  const requests: CompletionRequest[] = [];
  for (let end = from; requests.length < count && end < text.length; end++) {
    const isIndentation = /\n[ \t]*$/.test(text.slice(0, end)) && /[ \t]/.test(text[end] ?? "");
    if (isIndentation) continue;
    const suffix = text.slice(text.indexOf("\n", from + 2 * count));
    requests.push(requestAt(relative(root, path), text.slice(0, end), suffix));
  }
  return requests;
}

/** A line is wanted between prefix and suffix, with nothing from memory. */
export function requestAt(path: string, prefix: string, suffix: string): CompletionRequest {
  const languageId = languageOfPath(path)?.id ?? "plaintext";
  const place = { project: "bench", path, languageId, indentUnit: "  ", multiLine: false };
  return { ...place, prefix, suffix, examples: [], similar: [] };
}

/** What answers: a writer in this process, or one in a process of its own. */
type Writing = Pick<Writer, "write" | "foresee">;

/** A line as it was written, and what it took. */
export interface WrittenLine {
  readonly text: string;
  readonly cost: Cost;
  readonly totalMs: number;
}

export async function writeLine(
  writer: Writing,
  request: CompletionRequest,
  signal: AbortSignal = never,
): Promise<WrittenLine> {
  const startedAt = performance.now();
  const { text, cost } = await writer.write({ request, limits: LIMITS }, signal);
  return { text, cost, totalMs: performance.now() - startedAt };
}

/** As long as nobody types. */
export async function foresee(writer: Writing, request: CompletionRequest, shown: string): Promise<void> {
  const abort = new AbortController();
  const timer = setTimeout(() => abort.abort(), TYPING_MS);
  await writer.foresee({ request, shown, limits: LIMITS }, abort.signal).catch(() => undefined);
  clearTimeout(timer);
}

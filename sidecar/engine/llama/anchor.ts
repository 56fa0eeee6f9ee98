/**
 * The frozen anchor. Models are trained on `prefix, suffix, middle`, so whatever is typed before the suffix has the suffix
 * evaluated again. Here prefix and suffix are fixed at a place, evaluated once, and what is typed from there on stands
 * behind the middle mark as the beginning of what the model continues: in its own order, a keystroke is a token or two.
 * Pure but for the tokenizer.
 */
import type { CompletionRequest } from "../engine.ts";
import { assemblePrompt, commentSnippets, type PromptBudget } from "../prompt/assemble.ts";
import { fimParts } from "../prompt/fim.ts";
import type { Token } from "./llama-cpp.ts";
import { type Marks, tokenizeParts } from "./marks.ts";

export interface Anchor {
  readonly project: string;
  readonly path: string;
  /** Text before the mark as the prompt has it, up to a line start. */
  readonly prefix: string;
  /** Whether the document has more before it. */
  readonly isCut: boolean;
  /** Text behind the mark. */
  readonly suffix: string;
  /** The whole prompt, the mark of the middle last. */
  readonly head: readonly Token[];
  readonly frame: Frame;
  readonly exampleIds: readonly number[];
}

/** What was looked up for the prompt, and kept while the cursor stays around. */
type Frame = Pick<CompletionRequest, "examples" | "similar" | "advice">;

export interface AnchorDeps {
  readonly marks: Marks;
  readonly budget: PromptBudget;
  readonly start: readonly Token[];
  readonly tokenize: (text: string) => readonly Token[];
  readonly countTokens: (text: string) => number;
}

/** Lines around an anchor within which what was looked up for it still serves (learning.md §4). */
const FRAME_LINES = 32;
/** Lines by which a place is found again. */
const LANDMARK_LINES = 2;
/** What an editor puts behind the cursor by itself as brackets and quotes are opened. */
const CLOSERS = /^[)\]}>"'`;,]*(?=\n|$)/;

/** Fixes the place of a request; `last`: the anchor before it, whose frame is kept where the cursor has not gone far. */
export function createAnchor(deps: AnchorDeps, request: CompletionRequest, last?: Anchor): Anchor {
  const { project, path, languageId } = request;
  const { examples, similar, advice } = request;
  const frame = last && keepsFrame(last, request) ? last.frame : { examples, similar, ...(advice && { advice }) };
  const lineStart = request.prefix.lastIndexOf("\n") + 1;
  const place = { prefix: request.prefix.slice(0, lineStart), suffix: withoutClosers(request.suffix) };
  const prompt = assemblePrompt({ ...request, ...frame, ...place }, deps);
  const { template } = deps.marks;
  const hasFiles = template.files !== undefined;
  const before = hasFiles ? prompt.before : prompt.before + commentSnippets(prompt, languageId);
  const files = hasFiles ? prompt.snippets : [];
  const parts = fimParts(template, { project, path, files, prefix: before + prompt.prefix, suffix: prompt.suffix });
  return {
    project,
    path,
    prefix: prompt.prefix,
    isCut: prompt.prefix.length < place.prefix.length,
    suffix: prompt.suffix,
    head: [...deps.start, ...tokenizeParts(parts, deps.marks, deps.tokenize)],
    frame,
    exampleIds: prompt.exampleIds,
  };
}

/**
 * What stands between the anchor's mark and the cursor; undefined where the place is another one by now: another
 * document, or text around the mark that has changed.
 */
export function typedSince(anchor: Anchor, request: CompletionRequest): string | undefined {
  if (request.path !== anchor.path || request.project !== anchor.project) return undefined;
  const suffix = withoutClosers(request.suffix);
  // The prompt may hold less of it than there is now; of an anchor near the end all of it.
  if (!suffix.startsWith(anchor.suffix)) return undefined;
  if (!anchor.isCut) {
    return request.prefix.startsWith(anchor.prefix) ? request.prefix.slice(anchor.prefix.length) : undefined;
  }
  const at = request.prefix.lastIndexOf(anchor.prefix);
  return at < 0 ? undefined : request.prefix.slice(at + anchor.prefix.length);
}

/** A rest of the line that only closes is what the editor has put there: the model writes it itself. */
function withoutClosers(suffix: string): string {
  return suffix.replace(CLOSERS, "");
}

/**
 * Whether what was looked up may stay: around the same lines of the same document, and nothing was learned since that is
 * offered here. Otherwise all of the prompt would be evaluated anew for little.
 */
function keepsFrame({ project, path, prefix, frame }: Anchor, request: CompletionRequest): boolean {
  if (request.path !== path || request.project !== project) return false;
  const newest = Math.max(0, ...frame.examples.map(({ id }) => id));
  if (request.examples.some(({ id }) => id > newest)) return false;
  const around =
    request.prefix.split("\n").slice(-FRAME_LINES).join("\n") + request.suffix.split("\n", FRAME_LINES).join("\n");
  const landmark = prefix.trimEnd().split("\n").slice(-LANDMARK_LINES).join("\n");
  return around.includes(landmark);
}

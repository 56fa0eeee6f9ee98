/**
 * The pipeline of a suggestion, read top-down: place → retrieved examples → proposals of the engine → filters →
 * the first that is likely enough.
 */
import { createId } from "../base/random.ts";
import type { Engine, Proposal } from "../engine/engine.ts";
import { createContext, type NoPlace, type SuggestRequest } from "./context.ts";
import { postprocess } from "./postprocess/postprocess.ts";
import { retrieve, type RetrieveDeps } from "./retrieve.ts";

/** Shown from here on: break-even of a reader who gains 3 by a right suggestion and loses 1 by a wrong one (learning.md §6). */
const CONFIDENCE_MIN = 0.25;
/** Shorter rests are typed faster than read. */
const CHARS_MIN = 2;

export interface SuggestDeps extends RetrieveDeps {
  readonly engine: Engine;
}

export interface Suggestion {
  /** UUIDv7; the id of the generation. */
  readonly id: string;
  readonly engine: string;
  readonly proposer: string;
  /** Inserted at the cursor. */
  readonly text: string;
  readonly confidence: number;
  /** Where it comes from, for people. */
  readonly source: string;
  readonly exampleIds: readonly number[];
}

export type SuggestResult =
  | { readonly kind: "suggestion"; readonly suggestion: Suggestion }
  | { readonly kind: "nothing"; readonly reason: NoPlace["reason"] | "nothing known" | "not sure enough" };

export async function suggest(
  deps: SuggestDeps,
  request: SuggestRequest,
  options: { readonly multiLine: boolean },
  signal: AbortSignal,
): Promise<SuggestResult> {
  const place = createContext(request);
  if (place.kind === "nothing") return place;
  const { context } = place;
  const retrieved = await retrieve(deps, context, request.languageId, signal);
  signal.throwIfAborted();
  const proposals = await deps.engine.complete(
    {
      project: request.project ?? "",
      path: request.path,
      languageId: request.languageId,
      prefix: context.prefix,
      suffix: context.suffix,
      indentUnit: context.indentUnit,
      multiLine: options.multiLine,
      ...retrieved,
    },
    signal,
  );
  if (proposals.length === 0) return { kind: "nothing", reason: "nothing known" };
  const placeOfText = { ...context, languageId: request.languageId };
  for (const proposal of proposals) {
    if (!request.explicit && proposal.confidence < CONFIDENCE_MIN) continue;
    const text = postprocess(proposal.text, placeOfText, options);
    if (text !== undefined && text.trim().length >= CHARS_MIN) {
      return { kind: "suggestion", suggestion: createSuggestion(deps.engine, proposal, text) };
    }
  }
  return { kind: "nothing", reason: "not sure enough" };
}

function createSuggestion(engine: Engine, proposal: Proposal, text: string): Suggestion {
  const { proposer, confidence, source, exampleIds } = proposal;
  return { id: createId(), engine: engine.name, proposer, text, confidence, source, exampleIds };
}

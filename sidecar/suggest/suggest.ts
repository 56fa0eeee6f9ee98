/**
 * The pipeline of a suggestion, read top-down: place → retrieved examples → proposals of the engine → filters →
 * the first that is likely enough.
 */
import { createId } from "../base/random.ts";
import type { Engine, Proposal } from "../engine/engine.ts";
import type { Repair } from "../../protocol/style.ts";
import type { Repaired } from "../style/style.ts";
import { createContext, type NoPlace, type SuggestRequest } from "./context.ts";
import type { TextPlace } from "./negative-memory.ts";
import { postprocess } from "./postprocess/postprocess.ts";
import { retrieve, type RetrieveDeps } from "./retrieve.ts";

/** Shown from here on: break-even of a reader who gains 3 by a right suggestion and loses 1 by a wrong one (learning.md §6). */
const CONFIDENCE_MIN = 0.25;
/** Shorter rests are typed faster than read. */
const CHARS_MIN = 2;

export interface SuggestDeps extends RetrieveDeps {
  readonly engine: Engine;
  /** A text for the end of `prefix`, brought to the style of its place. */
  readonly repair: (prefix: string, text: string) => Repaired;
  /** Whether the developer turned such a text down in such a place. */
  readonly isUnwanted: (text: string, place: TextPlace) => boolean;
}

export interface Suggestion {
  /** UUIDv7; the id of the generation. */
  readonly id: string;
  readonly engine: string;
  readonly proposer: string;
  /** Inserted at the cursor. */
  readonly text: string;
  /** What the engine wrote, before style was applied. */
  readonly raw: string;
  /** What style changed in it. */
  readonly repairs: readonly Repair[];
  /** Probability that the engine gives it, 0..1. */
  readonly confidence: number;
  /** Probability that the developer takes it and keeps it, 0..1: what the gate decides on. */
  readonly probability: number;
  /** Where it comes from, for people. */
  readonly source: string;
  readonly exampleIds: readonly number[];
}

export type SuggestResult =
  | { readonly kind: "suggestion"; readonly suggestion: Suggestion }
  | {
      readonly kind: "nothing";
      readonly reason: NoPlace["reason"] | "nothing known" | "not sure enough" | "rejected before";
      /** What would have been shown if the gate let everything through, where there was anything. */
      readonly hidden?: Suggestion;
    };

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
  const above = context.prefix.slice(0, context.prefix.length - context.linePrefix.length);
  let wasRejected = false;
  let hidden: Suggestion | undefined;
  for (const proposal of proposals) {
    const isLikely = request.explicit || proposal.confidence >= CONFIDENCE_MIN;
    if (!isLikely && hidden) continue;
    const { text: repaired, repairs } = deps.repair(context.prefix, proposal.text);
    const text = postprocess(repaired, placeOfText, options);
    if (text === undefined || text.trim().length < CHARS_MIN) continue;
    if (deps.isUnwanted(text, { ...placeOfText, above })) {
      wasRejected = true;
      continue;
    }
    // What the filters cut off anyway is no part of what the engine offered.
    const raw = repairs.length === 0 ? text : (postprocess(proposal.text, placeOfText, options) ?? text);
    const suggestion = createSuggestion(deps.engine, proposal, { text, raw, repairs });
    if (isLikely) return { kind: "suggestion", suggestion };
    hidden = suggestion;
  }
  return {
    kind: "nothing",
    reason: wasRejected && !hidden ? "rejected before" : "not sure enough",
    ...(hidden && { hidden }),
  };
}

function createSuggestion(
  engine: Engine,
  proposal: Proposal,
  { text, raw, repairs }: Pick<Suggestion, "text" | "raw" | "repairs">,
): Suggestion {
  const { proposer, confidence, source, exampleIds } = proposal;
  const how = { confidence, probability: confidence, source, exampleIds };
  return { id: createId(), engine: engine.name, proposer, text, raw, repairs, ...how };
}

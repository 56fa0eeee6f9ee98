/**
 * The pipeline of a suggestion, read top-down: place → retrieved examples → proposals of the engine → filters →
 * the first that the gate finds worth reading.
 */
import { setTimeout } from "node:timers/promises";
import { createId } from "../base/random.ts";
import type { Engine, Proposal } from "../engine/engine.ts";
import type { Repair } from "../../protocol/style.ts";
import type { Repaired } from "../style/style.ts";
import type { GateDecision } from "../store/gate.ts";
import { type Context, createContext, type NoPlace, type SuggestRequest } from "./context.ts";
import { debounceMs, placeScore } from "./debounce.ts";
import type { Candidate } from "./gate-features.ts";
import { CONFIDENCE_MIN, type HideReason } from "./gate.ts";
import type { Judgement } from "./gatekeeper.ts";
import type { TextPlace } from "./negative-memory.ts";
import { postprocess } from "./postprocess/postprocess.ts";
import { type PendingTrial, propose, type ProposeDeps, type Proposed } from "./retrieval/propose.ts";

/** Proposals that are brought into shape and put to the gate at most: each costs a repair. */
const JUDGED_MAX = 3;
/** Shorter rests are typed faster than read. */
const CHARS_MIN = 2;

export interface SuggestDeps extends ProposeDeps {
  /** A text for the end of `prefix`, brought to the style of its place. */
  readonly repair: (prefix: string, text: string) => Repaired;
  /** Whether the developer turned such a text down in such a place. */
  readonly isUnwanted: (text: string, place: TextPlace) => boolean;
  readonly gate: Gate;
}

/** Decides what is worth reading. */
export interface Gate {
  judge(candidate: Candidate): Judgement;
  /** The last word on the best that a place has; once for each request. */
  conclude(judgement: Judgement): Judgement;
  /** Mean milliseconds between two keystrokes; undefined where that is not known. */
  readonly typingMs: number | undefined;
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
  /** The same of its being exactly right; undefined where the engine does not tell the two apart. */
  readonly exactness?: number | undefined;
  /** Probability that the developer takes it and keeps it, 0..1: what the gate decides on. */
  readonly probability: number;
  /** Where it comes from, for people. */
  readonly source: string;
  readonly exampleIds: readonly number[];
  /** What the gate let it through on; undefined where it was asked for by command, or is not shown. */
  readonly decision: GateDecision | undefined;
}

export type SuggestResult =
  | {
      readonly kind: "suggestion";
      readonly suggestion: Suggestion;
      /** To be made once it is answered, where this place was chosen for one. */
      readonly trial?: PendingTrial;
    }
  | {
      readonly kind: "nothing";
      readonly reason: NoPlace["reason"] | HideReason | "nothing known" | "nothing fits" | "rejected before";
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
  await waitForPause(deps, request, context, signal);
  const { proposals, trial } = await proposeAt(deps, request, context, options, signal);
  if (proposals.length === 0) return { kind: "nothing", reason: "nothing known" };
  let wasRejected = false;
  let hidden: Judged | undefined;
  let judged = 0;
  for (const [index, proposal] of proposals.entries()) {
    const mayBeShown = request.explicit || proposal.confidence >= CONFIDENCE_MIN;
    if (hidden && (!mayBeShown || judged === JUDGED_MAX)) break;
    const offer = offerAt(deps, request, context, { proposals, index }, options);
    if (offer === "nothing left") continue;
    if (offer === "rejected before") {
      wasRejected = true;
      continue;
    }
    const { judgement } = offer;
    judged++;
    if (request.explicit) return { kind: "suggestion", suggestion: createSuggestion(deps.engine, offer, undefined) };
    if (judgement.verdict.kind === "show") {
      return shown(deps.engine, { ...offer, judgement: deps.gate.conclude(judgement) }, trial);
    }
    hidden ??= { ...offer, reason: judgement.verdict.reason };
  }
  if (!hidden) return { kind: "nothing", reason: wasRejected ? "rejected before" : "nothing fits" };
  const judgement = deps.gate.conclude(hidden.judgement);
  if (judgement.verdict.kind === "show") return shown(deps.engine, { ...hidden, judgement }, trial);
  return { kind: "nothing", reason: hidden.reason, hidden: createSuggestion(deps.engine, hidden, undefined) };
}

/**
 * All that {@link suggest} chooses from at a place, each as it would be shown, likeliest first: for measuring how much
 * better one could choose.
 */
export async function consider(
  deps: SuggestDeps,
  request: SuggestRequest,
  options: { readonly multiLine: boolean },
  signal: AbortSignal,
): Promise<readonly Suggestion[]> {
  const place = createContext(request);
  if (place.kind === "nothing") return [];
  const { context } = place;
  const { proposals } = await proposeAt(deps, request, context, options, signal);
  return proposals.flatMap((_, index) => {
    const offer = offerAt(deps, request, context, { proposals, index }, options);
    return typeof offer === "string" ? [] : [createSuggestion(deps.engine, offer, undefined)];
  });
}

function proposeAt(
  deps: SuggestDeps,
  { project, path, languageId }: SuggestRequest,
  context: Context,
  { multiLine }: { readonly multiLine: boolean },
  signal: AbortSignal,
): Promise<Proposed> {
  const { prefix, suffix, indentUnit } = context;
  const projectId = project === undefined ? undefined : Number(project);
  return propose(
    deps,
    { projectId, path, languageId, context },
    { project: project ?? "", path, languageId, prefix, suffix, indentUnit, multiLine },
    signal,
  );
}

/** One of the proposals, brought into the shape of its place and put to the gate. */
function offerAt(
  deps: SuggestDeps,
  { languageId }: SuggestRequest,
  context: Context,
  { proposals, index }: { readonly proposals: readonly Proposal[]; readonly index: number },
  options: { readonly multiLine: boolean },
): Offer | "nothing left" | "rejected before" {
  const proposal = proposals[index]!;
  const place = { ...context, languageId };
  const { text: repaired, repairs } = deps.repair(context.prefix, proposal.text);
  // Where a block has to go, its first line may still do.
  const text = postprocess(repaired, place, options) ?? postprocess(repaired.split("\n", 1)[0]!, place, options);
  if (text === undefined || text.trim().length < CHARS_MIN) return "nothing left";
  const above = context.prefix.slice(0, context.prefix.length - context.linePrefix.length);
  if (deps.isUnwanted(text, { ...place, above })) return "rejected before";
  // What the filters cut off anyway is no part of what the engine offered.
  const raw = repairs.length === 0 ? text : (postprocess(proposal.text, place, options) ?? text);
  const { linePrefix, lineSuffix } = context;
  const judgement = deps.gate.judge({
    text,
    languageId,
    linePrefix,
    lineSuffix,
    proposer: proposal.proposer,
    confidence: proposal.confidence,
    exactness: proposal.exactness,
    otherConfidence: Math.max(0, ...proposals.filter((_, other) => other !== index).map((other) => other.confidence)),
    matchLength: proposal.matchLength ?? 0,
    agreement: proposal.agreement ?? 0,
    repairs: repairs.length,
  });
  return { proposal, text, raw, repairs, judgement };
}

/** A proposal in its shape, and what the gate says of it. */
interface Offer extends Pick<Suggestion, "text" | "raw" | "repairs"> {
  readonly proposal: Proposal;
  readonly judgement: Judgement;
}

interface Judged extends Offer {
  readonly reason: HideReason;
}

function shown(engine: Engine, offer: Offer, trial: PendingTrial | undefined): SuggestResult {
  const suggestion = createSuggestion(engine, offer, offer.judgement.decision);
  return { kind: "suggestion", suggestion, ...(trial && { trial }) };
}

function createSuggestion(
  engine: Engine,
  { proposal, text, raw, repairs, judgement: { probability } }: Offer,
  decision: GateDecision | undefined,
): Suggestion {
  const { proposer, confidence, exactness, source, exampleIds } = proposal;
  const how = { confidence, ...(exactness !== undefined && { exactness }), probability, source, exampleIds, decision };
  return { id: createId(), engine: engine.name, proposer, text, raw, repairs, ...how };
}

/** An engine that takes its time is asked in a pause of typing only: most of what is asked before is cancelled. */
async function waitForPause(
  { engine, gate }: SuggestDeps,
  { explicit }: SuggestRequest,
  { linePrefix, suffix }: Context,
  signal: AbortSignal,
): Promise<void> {
  const { meanLatencyMs: latencyMs } = engine;
  if (latencyMs === undefined || explicit) return;
  const pause = { intervalMs: gate.typingMs, score: placeScore(linePrefix, suffix), latencyMs };
  await setTimeout(debounceMs(pause), undefined, { signal });
}

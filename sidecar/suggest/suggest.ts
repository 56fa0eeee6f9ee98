/**
 * The pipeline of a suggestion, read top-down: place → retrieved examples → proposals of the engine → filters →
 * the first that the gate finds worth reading → where that is not sure enough and a model is at hand, the same with what
 * the model proposes.
 */
import { setTimeout as pause } from "node:timers/promises";
import { LinkedAbort } from "../base/abort.ts";
import { createId } from "../base/random.ts";
import type { CompletionRequest, Engine, Proposal } from "../engine/engine.ts";
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
import { type ModelDeps, proposeByModel, together } from "./model.ts";
import { type PendingTrial, propose, type ProposeDeps, type Proposed } from "./retrieval/propose.ts";
import type { RetrievePlace } from "./retrieval/retrieve.ts";

/** Proposals that are brought into shape and put to the gate at most: each costs a repair. */
const JUDGED_MAX = 3;
/** Shorter rests are typed faster than read. */
const CHARS_MIN = 2;
/** What is as likely as this is not kept back until the model has answered as well (ours). */
const SURE_MIN = 0.5;
/** Proposals of memory that a model is told of: it checks them faster than it writes. */
const REMEMBERED_MAX = 3;
/** Milliseconds that what memory would show waits for the model at most, the pause in typing included (ours). */
const MODEL_WAIT_MS = 1000;

export interface SuggestDeps extends ProposeDeps, Pick<ModelDeps, "advice"> {
  /** Is asked besides the engine; undefined while none is ready. */
  readonly model?: Engine | undefined;
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
  await waitForPause(deps.engine, deps.gate, request, context, signal);
  const found = await proposeAt(deps, request, context, options, signal);
  let choice = choose(deps, request, context, found.proposals, options);
  if (deps.model && !isSure(choice, request)) {
    const waitMs = choice.kind === "show" && !request.explicit ? MODEL_WAIT_MS : undefined;
    const { model } = deps;
    const written = await askModel({ ...deps, model }, request, context, options, { found, waitMs }, signal);
    if (written.length > 0) choice = choose(deps, request, context, together(found.proposals, written), options);
    const result = conclude(deps, choice, request, found.trial);
    if (result.kind === "suggestion") {
      const asked = completionRequest(request, context, options);
      model.foresee?.({ ...asked, examples: [], similar: [] }, result.suggestion.text);
    }
    return result;
  }
  return conclude(deps, choice, request, found.trial);
}

/** What the model writes in a pause of typing; nothing where it is not there after `waitMs`. */
async function askModel(
  deps: SuggestDeps & ModelDeps,
  request: SuggestRequest,
  context: Context,
  options: { readonly multiLine: boolean },
  { found, waitMs }: { readonly found: Proposed; readonly waitMs: number | undefined },
  signal: AbortSignal,
): Promise<readonly Proposal[]> {
  const limit = new LinkedAbort(signal);
  const timer =
    waitMs === undefined
      ? undefined
      : setTimeout(() => limit.abort(new DOMException("the model is too slow", "AbortError")), waitMs);
  try {
    await waitForPause(deps.model, deps.gate, request, context, limit.signal);
    const remembered = found.proposals.slice(0, REMEMBERED_MAX).map(({ text }) => text);
    const asked = { ...completionRequest(request, context, options), remembered };
    return await proposeByModel(deps, retrievePlace(request, context), asked, found.examples, limit.signal);
  } catch (error) {
    signal.throwIfAborted();
    if (limit.signal.aborted) return [];
    throw error;
  } finally {
    clearTimeout(timer);
    limit.unlink();
  }
}

/** What is best at a place: to be shown, to be hidden, or nothing. */
type Choice =
  | { readonly kind: "show"; readonly offer: Offer }
  | { readonly kind: "hide"; readonly offer: Offer; readonly reason: HideReason }
  | { readonly kind: "nothing"; readonly reason: "nothing known" | "nothing fits" | "rejected before" };

/** The first proposal that the gate lets through, or the best that it does not. */
function choose(
  deps: SuggestDeps,
  request: SuggestRequest,
  context: Context,
  proposals: readonly Proposal[],
  options: { readonly multiLine: boolean },
): Choice {
  if (proposals.length === 0) return { kind: "nothing", reason: "nothing known" };
  let wasRejected = false;
  let hidden: Choice | undefined;
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
    const { verdict } = offer.judgement;
    judged++;
    if (request.explicit || verdict.kind === "show") return { kind: "show", offer };
    hidden ??= { kind: "hide", offer, reason: verdict.reason };
  }
  return hidden ?? { kind: "nothing", reason: wasRejected ? "rejected before" : "nothing fits" };
}

/** Whether the model need not be waited for. Who asks by command can wait. */
function isSure(choice: Choice, { explicit }: SuggestRequest): boolean {
  return !explicit && choice.kind === "show" && choice.offer.judgement.probability >= SURE_MIN;
}

function conclude(
  { engine, gate }: SuggestDeps,
  choice: Choice,
  { explicit }: SuggestRequest,
  trial: PendingTrial | undefined,
): SuggestResult {
  if (choice.kind === "nothing") return choice;
  const { offer } = choice;
  if (explicit) return { kind: "suggestion", suggestion: createSuggestion(engine, offer, undefined) };
  const judgement = gate.conclude(offer.judgement);
  if (choice.kind === "show" || judgement.verdict.kind === "show") {
    const suggestion = createSuggestion(engine, { ...offer, judgement }, judgement.decision);
    return { kind: "suggestion", suggestion, ...(trial && { trial }) };
  }
  return { kind: "nothing", reason: choice.reason, hidden: createSuggestion(engine, offer, undefined) };
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
  request: SuggestRequest,
  context: Context,
  options: { readonly multiLine: boolean },
  signal: AbortSignal,
): Promise<Proposed> {
  return propose(deps, retrievePlace(request, context), completionRequest(request, context, options), signal);
}

function retrievePlace({ project, path, languageId }: SuggestRequest, context: Context): RetrievePlace {
  return { projectId: project === undefined ? undefined : Number(project), path, languageId, context };
}

function completionRequest(
  { project = "", path, languageId }: SuggestRequest,
  { prefix, suffix, indentUnit }: Context,
  { multiLine }: { readonly multiLine: boolean },
): Omit<CompletionRequest, "examples" | "similar"> {
  return { project, path, languageId, prefix, suffix, indentUnit, multiLine };
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

function createSuggestion(
  engine: Engine,
  { proposal, text, raw, repairs, judgement: { probability } }: Offer,
  decision: GateDecision | undefined,
): Suggestion {
  const { proposer, confidence, exactness, source, exampleIds } = proposal;
  const how = { confidence, ...(exactness !== undefined && { exactness }), probability, source, exampleIds, decision };
  return { id: createId(), engine: proposal.engine ?? engine.name, proposer, text, raw, repairs, ...how };
}

/** An engine that takes its time is asked in a pause of typing only: most of what is asked before is cancelled. */
async function waitForPause(
  { meanLatencyMs: latencyMs }: Engine,
  { typingMs: intervalMs }: Gate,
  { explicit }: SuggestRequest,
  { linePrefix, suffix }: Context,
  signal: AbortSignal,
): Promise<void> {
  if (latencyMs === undefined || explicit) return;
  await pause(debounceMs({ intervalMs, score: placeScore(linePrefix, suffix), latencyMs }), undefined, { signal });
}

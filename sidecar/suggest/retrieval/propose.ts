/**
 * What an engine proposes for a place, read top-down: examples → a first try without the workspace's code → the critic →
 * code, and a second try with it. For some suggestions both are kept, to find out which of them was nearer to what the
 * developer wanted: a trial.
 */
import type { CompletionRequest, Engine, FoundExample, Proposal } from "../../engine/engine.ts";
import type { Trial } from "../../store/trials.ts";
import { featuresOf, type LookBefore, type LookFeatures } from "./critic.ts";
import { directoryOf } from "./code-pieces.ts";
import { lookForCode, retrieveCode, type RetrieveDeps, retrieveExamples, type RetrievePlace } from "./retrieve.ts";

export interface ProposeDeps extends RetrieveDeps {
  readonly engine: Engine;
  /** Undefined: code is looked for at every place. */
  readonly critic: Critic | undefined;
}

/** Decides where code of the workspace is looked for. */
export interface Critic {
  /** Whether code may be worth while for all that is known before a look at it. */
  mayBeWorth(known: LookBefore): boolean;
  isWorth(features: LookFeatures): boolean;
  /** Whether this place is one of those that it is learned from. */
  tries(): boolean;
}

export interface Proposed {
  /** Best first. */
  readonly proposals: readonly Proposal[];
  /** Of the developer's own, found for the place. */
  readonly examples: readonly FoundExample[];
  /** Makes the trial that this place was chosen for, with what is known now; it may take as long as a suggestion. */
  readonly trial: PendingTrial | undefined;
}

export type PendingTrial = (signal: AbortSignal) => Promise<Trial>;

export async function propose(
  deps: ProposeDeps,
  place: RetrievePlace,
  request: Omit<CompletionRequest, "examples" | "similar">,
  signal: AbortSignal,
): Promise<Proposed> {
  const { examples, ageMs } = await retrieveExamples(deps, place, signal);
  signal.throwIfAborted();
  const withoutCode = await deps.engine.complete({ ...request, examples, similar: [] }, signal);
  const before: LookBefore = {
    confidences: withoutCode.map(({ confidence }) => confidence),
    exampleAgeMs: ageMs,
    isLineStart: place.context.linePrefix.trim() === "",
  };
  const tries = (): boolean => deps.critic?.tries() === true;
  const isHopeless = deps.critic?.mayBeWorth(before) === false;
  const isTriedAnyway = isHopeless && tries();
  if (isHopeless && !isTriedAnyway) return { proposals: withoutCode, examples, trial: undefined };
  const look = lookForCode(deps, place, signal);
  if (look.hits.length === 0) return { proposals: withoutCode, examples, trial: undefined };

  const [best, next] = look.hits;
  const features = featuresOf({
    ...before,
    textScore: best!.score / look.bound,
    textMargin: next ? 1 - next.score / best!.score : 1,
    isNear: look.directory === directoryOf(place.path),
  });
  const tryWithCode = async (trySignal: AbortSignal): Promise<readonly Proposal[]> => {
    const similar = await retrieveCode(deps, place, look, trySignal);
    trySignal.throwIfAborted();
    return similar.length === 0 ? withoutCode : deps.engine.complete({ ...request, examples, similar }, trySignal);
  };
  const isTrial = isHopeless ? isTriedAnyway : tries();
  const isWorth = deps.critic?.isWorth(features) ?? true;
  const proposals = isWorth ? await tryWithCode(signal) : withoutCode;
  if (!isTrial) return { proposals, examples, trial: undefined };
  return {
    proposals,
    examples,
    trial: async (trialSignal) => ({
      features,
      withCode: firstText(isWorth ? proposals : await tryWithCode(trialSignal)),
      withoutCode: firstText(withoutCode),
    }),
  };
}

function firstText(proposals: readonly Proposal[]): string {
  return proposals[0]?.text ?? "";
}

/**
 * What a model proposes besides the engine that answers from memory. It is given more: what resembles the place is looked
 * for wherever the model is asked, since it has not read the workspace.
 */
import type { CompletionRequest, Engine, FoundExample, Proposal } from "../engine/engine.ts";
import { lookForCode, retrieveCode, type RetrieveDeps, type RetrievePlace } from "./retrieval/retrieve.ts";

export interface ModelDeps extends RetrieveDeps {
  readonly model: Engine;
  /** See {@link CompletionRequest.advice}. */
  readonly advice?: (() => readonly string[]) | undefined;
}

/** Best first; none where the model does not answer. Throws for cancellation only. */
export async function proposeByModel(
  deps: ModelDeps,
  place: RetrievePlace,
  request: Omit<CompletionRequest, "examples" | "similar">,
  examples: readonly FoundExample[],
  signal: AbortSignal,
): Promise<readonly Proposal[]> {
  const similar = await retrieveCode(deps, place, lookForCode(deps, place, signal), signal);
  const written = await deps.model.complete({ ...request, examples, similar, advice: deps.advice?.() ?? [] }, signal);
  return written.map((proposal) => ({ ...proposal, engine: deps.model.name }));
}

/**
 * Proposals of both, best first. Where both have the same first line each speaks for the other, and the one with more
 * behind it stays.
 */
export function together(remembered: readonly Proposal[], written: readonly Proposal[]): Proposal[] {
  const left = [...remembered];
  const merged = written.map((proposal) => {
    const at = left.findIndex((other) => firstLine(other) === firstLine(proposal));
    if (at < 0) return proposal;
    const [other] = left.splice(at, 1) as [Proposal];
    const longer = other.text.length > proposal.text.length ? other : proposal;
    const confidence = 1 - (1 - proposal.confidence) * (1 - other.confidence);
    return { ...longer, confidence, agreement: (longer.agreement ?? 0) + 1 };
  });
  return [...merged, ...left].sort((a, b) => b.confidence - a.confidence);
}

function firstLine({ text }: Proposal): string {
  return text.split("\n", 1)[0]!.trimEnd();
}

/** Which step of indentation holds at a place, and in which one what engines offer there comes. */
import { type Choices, choose, ranked } from "./choices.ts";
import { type LayoutScope, observeIn } from "./scope.ts";
import { agreesWith, isMadeOf, likelihoodOf, namedStep, offeredStep, shownStep, stepIn, type Steps } from "./steps.ts";

/** Where nothing shows one. */
const DEFAULT_UNIT = "  ";
/** Probability that a file has a step that its author has not been seen with (ours). */
const OTHER_STEP = 0.04;
const UNIT_KEY = "unit";
const OFFERED_KEY = "offered-unit";
const OFFERED_SURE = 0.5;
/** Whether lines behind brackets are indented by the same step as blocks. */
const BRACKETS_KEY = "unit|brackets";
const AGREE = "agree";
const DIFFER = "differ";

/** What is known where a text is to stand. */
export interface UnitPlace {
  /** Of scopes from wide to narrow. */
  readonly choices: readonly Choices[];
  /** What the file itself shows; undefined where it was not seen. */
  readonly file: FileUnit | undefined;
}

export interface FileUnit {
  /** The step of its blocks. */
  readonly unit: string | undefined;
  /** What its lines show; undefined where it cannot be parsed. */
  readonly steps: Steps | undefined;
}

/**
 * The step at a place: the likeliest by what is learned and what the file shows; where neither says anything, that of a
 * convention, which is `expected`, or of the text itself.
 */
export function unitAt({ choices, file }: UnitPlace, prefix: string, text: string, expected?: string): string {
  const learned = ranked(choices, [UNIT_KEY]);
  if (!file?.steps) {
    const shown = file ? file.unit : stepIn(prefix);
    return file?.unit ?? learned[0]?.value ?? shown ?? namedStep(expected) ?? unitOfOffer(choices, text);
  }
  const { steps } = file;
  const bracketsAgree = choose(choices, [BRACKETS_KEY])?.value !== DIFFER;
  const candidates = new Set([...learned.map(({ value }) => value), ...steps.blocks.keys()]);
  let best: string | undefined;
  let most = -Infinity;
  for (const step of candidates) {
    const known = learned.find(({ value }) => value === step)?.probability ?? 0;
    const score = Math.log(Math.max(known, OTHER_STEP)) + likelihoodOf(steps, step, bracketsAgree);
    if (score <= most) continue;
    best = step;
    most = score;
  }
  return best ?? namedStep(expected) ?? unitOfOffer(choices, text);
}

/** Where nothing is known of the place, what is offered stays in its step. */
function unitOfOffer(choices: readonly Choices[], text: string): string {
  return learnedOffer(choices) ?? stepIn(text) ?? DEFAULT_UNIT;
}

/** The step in which a text is offered that is to stand in steps of `unit`. */
export function offeredUnitAt({ choices, file }: UnitPlace, unit: string, text: string): string {
  const isForeign = file?.unit !== undefined && !isMadeOf(text, unit);
  return learnedOffer(choices) ?? (isForeign ? stepIn(text) : undefined) ?? unit;
}

/** Learns from the first lines of an offered text and of what became of it. */
export function observeOffer(scopes: readonly LayoutScope[], offered: string, final: string, unit: string): void {
  const step = offeredStep(offered, final, unit);
  if (step !== undefined) observeIn(scopes, OFFERED_KEY, step, 1);
}

/** Learns from a text that somebody wrote. */
export function observeSteps(scopes: readonly LayoutScope[], steps: Steps): void {
  const step = shownStep(steps);
  if (step === undefined) return;
  observeIn(scopes, UNIT_KEY, step, 1);
  if (steps.others.size > 0) observeIn(scopes, BRACKETS_KEY, agreesWith(steps, step) ? AGREE : DIFFER, 1);
}

function learnedOffer(choices: readonly Choices[]): string | undefined {
  const offered = choose(choices, [OFFERED_KEY]);
  return offered && offered.probability >= OFFERED_SURE ? offered.value : undefined;
}

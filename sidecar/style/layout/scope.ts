/**
 * A scope of layout: a language, a project, its tests or sources, a directory, a file. Language and project remember
 * everything. Narrow scopes remember only where they differ from what lies around them: so a directory of another style
 * is told apart after a few lines, and who changes their mind is followed everywhere at once.
 */
import { Choices, majorityOf } from "./choices.ts";
import { choiceOf, type Fact, Facts } from "./facts.ts";
import type { Place } from "../../../protocol/style.ts";
import { Wraps } from "./wraps.ts";

/** Everything that one scope knows of layout. */
export interface LayoutScope {
  /** Whether it remembers everything, and not only where it differs from the scopes around it. */
  readonly isComplete: boolean;
  readonly choices: Choices;
  readonly wraps: Wraps;
  /** How the texts are wrapped that engines offer. */
  readonly offeredWraps: Wraps;
  /** The same in words, for people. */
  readonly facts: Facts;
  /** Offered texts of which it is known what became of them. */
  pairs: number;
}

export function createLayoutScope(isComplete: boolean): LayoutScope {
  return {
    isComplete,
    choices: new Choices(),
    wraps: new Wraps(),
    offeredWraps: new Wraps(),
    facts: new Facts(),
    pairs: 0,
  };
}

/** Weight of what a scope may have seen of a choice before it first differed from those around it. */
const UNSAID_MAX = 2;

/**
 * Counts a choice in scopes, wide to narrow. A narrow one takes in what those around it would not have said, and what
 * it has an opinion of itself; what it left unsaid before was as those around it say.
 */
export function observeIn(
  scopes: readonly LayoutScope[],
  key: string,
  value: string,
  weight: number,
  offered?: string,
): void {
  let around: string | undefined;
  for (const { isComplete, choices, pairs } of scopes) {
    const own = majorityOf(choices, key, offered);
    if (isComplete || own !== undefined) choices.observe(key, value, weight, offered);
    else if (around !== undefined && around !== value) {
      const unsaid = Math.min(UNSAID_MAX, (pairs - 1) / 2);
      if (unsaid > 0) choices.observe(key, around, unsaid, offered);
      choices.observe(key, value, weight, offered);
    }
    around = own ?? around;
  }
}

/** A fact that an offered text and what became of it show. */
export interface FactSeen {
  readonly fact: Fact;
  /** Whether something else had been offered: what nobody ever had to change is not worth telling. */
  readonly isChanged: boolean;
  /** The choices that the fact tells of. */
  readonly keys: readonly string[];
  readonly place: () => Place;
}

/** Tells scopes, wide to narrow, of a fact. All count it; narrow ones remember places only where they differ. */
export function tellIn(scopes: readonly LayoutScope[], { fact, isChanged, keys, place }: FactSeen): void {
  const choice = choiceOf(fact);
  let around = scopes[0]?.facts.commonest(choice);
  if (around === undefined && !isChanged) return;
  for (const { isComplete, facts } of scopes) {
    const own = facts.commonest(choice);
    const isTelling = isComplete ? isChanged : around !== fact.value;
    facts.observe(choice, fact, isComplete ? keys : [], isTelling ? place : undefined);
    around = own ?? around ?? fact.value;
  }
}

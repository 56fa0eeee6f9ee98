/**
 * The ranking: how likely each contender is to be right, by two models over the facts about it (`contender.ts`), and
 * the order in which that makes them worth reading. The models were fitted on replays of public histories, by
 * `npm run bench -- fit-ranking`; what the developer made of a suggestion before is worth more than any statistics.
 */
import { type BoostedTrees, probabilityOf } from "./boosted-trees.ts";
import { type Contender, FEATURES } from "./contender.ts";
import model from "./rank-model.json" with { type: "json" };

export interface Ranked {
  readonly contender: Contender;
  /** Probability that the line is nearly right: a third of it may have to be changed. */
  readonly confidence: number;
  /** Probability that it is exactly right. */
  readonly exactness: number;
  /** Other proposers that offer the line. */
  readonly agreement: number;
}

/** What is fitted: the probability that a line is nearly right, and that it is exactly right. */
export interface RankModel {
  readonly features: readonly string[];
  readonly near: BoostedTrees;
  readonly exact: BoostedTrees;
}

export const RANK_MODEL: RankModel = model;

/** As in evaluation.md: characters that reading costs, and accepting. */
const READING = 3;
const ACCEPTING = 1;
/** Share of a nearly right line that stays, on the development repositories. */
const NEAR_KEPT = 0.93;
/** What is left of the confidence in a line that the developer changed when it was offered before (ours). */
const CHANGED = 0.1;

/**
 * `rows`: facts by contender, in the order of `FEATURES`. `adviceOn`: what the developer made of a line when it was
 * offered before, as the example that says so. The one that was made of it is as likely as the line itself was.
 */
export function rank(
  contenders: readonly Contender[],
  rows: readonly (readonly number[])[],
  adviceOn: (contender: Contender) => number | undefined,
): Ranked[] {
  const judged = contenders.map((contender, index) => {
    const row = rows[index]!;
    const [near, exact] = [probabilityOf(RANK_MODEL.near, row), probabilityOf(RANK_MODEL.exact, row)];
    return { contender, near, exact, chars: Math.exp(row[CHARS]!) };
  });
  for (const changed of judged) {
    const exampleId = adviceOn(changed.contender);
    if (exampleId === undefined) continue;
    const made = judged.find(
      (other) =>
        other !== changed && other.contender.candidates.some(({ exampleIds }) => exampleIds.includes(exampleId)),
    );
    if (made) [made.near, made.exact] = [Math.max(made.near, changed.near), Math.max(made.exact, changed.exact)];
    changed.near *= CHANGED;
    changed.exact *= CHANGED;
  }
  return judged
    .map(({ contender, near, exact, chars }) => ({
      contender,
      confidence: near,
      exactness: Math.min(near, exact),
      agreement: new Set(contender.candidates.map(({ proposer }) => proposer)).size - 1,
      worth: worthOf(near, exact, chars),
    }))
    .sort(
      (a, b) => b.worth - a.worth || b.confidence - a.confidence || b.contender.line.length - a.contender.line.length,
    )
    .map(({ contender, confidence, exactness, agreement }) => ({ contender, confidence, exactness, agreement }));
}

/**
 * Characters that showing a line is expected to save: the mean of a developer who takes what is nearly right, and of one
 * who takes what is exactly right only.
 */
export function worthOf(near: number, exact: number, chars: number): number {
  const lenient = near * Math.max(0, NEAR_KEPT * chars - ACCEPTING - READING) - (1 - near) * READING;
  const strict = exact * Math.max(0, chars - ACCEPTING - READING) - (1 - exact) * READING;
  return (lenient + strict) / 2;
}

const CHARS = FEATURES.indexOf("chars");

/** Which tokens of one text are still there in another: the longest common subsequence, bounded. */
import { diffArrays } from "diff";

/** Edits after which two texts are so different that nothing is aligned. */
const EDITS_MAX = 500;

/**
 * Pairs of indexes of equal tokens, rising on both sides; undefined where the texts are too different to be compared
 * (Myers' O(ND) algorithm, given up at 500 edits).
 */
export function alignTokens(
  before: readonly string[],
  after: readonly string[],
): (readonly [before: number, after: number])[] | undefined {
  const changes = diffArrays([...before], [...after], { maxEditLength: EDITS_MAX });
  if (!changes) return undefined;
  const pairs: (readonly [number, number])[] = [];
  let left = 0;
  let right = 0;
  for (const { added, removed, count } of changes) {
    if (added) right += count;
    else if (removed) left += count;
    else for (let index = 0; index < count; index++) pairs.push([left++, right++]);
  }
  return pairs;
}

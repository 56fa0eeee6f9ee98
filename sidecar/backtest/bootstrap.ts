/**
 * How far a figure could have come out otherwise, had other commits of other repositories been drawn. Every figure is a
 * quotient of two sums over clusters; events of one commit say much the same, so commits are drawn as a whole.
 */
import { createRandom } from "../base/random.ts";

/** Of 100 such intervals 95 hold the true figure. Infinite where the clusters are too few or too alike to tell. */
export type Interval = readonly [low: number, high: number];

/** What a cluster adds to both sums. */
export interface Sums {
  readonly part: number;
  readonly whole: number;
}

export const RESAMPLES = 10_000;
const CONFIDENCE = 0.95;

/**
 * The interval of Σ part / Σ whole. First repositories are drawn, then commits in each; with one repository its commits
 * alone. Percentiles of the resamples are too narrow where clusters are few and of unlike sizes (a tenth and more of
 * such intervals miss), so what is resampled is the error in units of its own standard error: the symmetric bootstrap-t
 * (Hall, J. R. Stat. Soc. B 50, 1988), with the linearised standard error of a quotient over the outermost clusters
 * (Cochran, Sampling Techniques, 1977, eq. 6.13). The price is width: of fewer than ten clusters little can be told.
 */
export function intervalOfQuotient(
  repositories: readonly (readonly Sums[])[],
  seed: number,
  rounds = RESAMPLES,
): Interval {
  const groups = repositories.map((commits) => commits.filter(isPresent)).filter((commits) => commits.length > 0);
  const [only] = groups;
  if (!only) return [NaN, NaN];
  const units = groups.length === 1 ? only : groups.map(totalOf);
  if (units.length === 1) return [-Infinity, Infinity];
  const { value, error } = quotientOf(units.length, addAll(units));
  const random = createRandom(seed);
  const draw = groups.length === 1 ? commitsFrom(only, random) : repositoriesFrom(groups, random);
  const errors = new Float64Array(rounds);
  for (let round = 0; round < rounds; round++) {
    const drawn = quotientOf(units.length, draw());
    const distance = Math.abs(drawn.value - value);
    // Sums in another order differ in the last digits.
    errors[round] = distance <= 1e-9 * Math.max(1, Math.abs(value)) ? 0 : distance / drawn.error;
  }
  const margin = errors.sort()[Math.ceil(CONFIDENCE * rounds) - 1]! * error;
  // Where every cluster says the same, no resample says otherwise: 0 × ∞ is nothing.
  return error === 0 ? [value, value] : [value - margin, value + margin];
}

/** Of n units Σ part, Σ whole, and the squares that the standard error is made of. */
type Moments = Float64Array;

function quotientOf(
  count: number,
  [part, whole, partPart, partWhole, wholeWhole]: Moments,
): {
  readonly value: number;
  readonly error: number;
} {
  const value = part! / whole!;
  const squares = partPart! - 2 * value * partWhole! + value * value * wholeWhole!;
  // What is left of the squares when they cancel out is rounding.
  const rest = squares <= 1e-12 * partPart! ? 0 : squares;
  return { value, error: Math.sqrt((count / (count - 1)) * rest) / Math.abs(whole!) };
}

function addAll(units: readonly Sums[]): Moments {
  const moments = new Float64Array(5);
  for (const unit of units) add(moments, unit.part, unit.whole);
  return moments;
}

function add(moments: Moments, part: number, whole: number): void {
  moments[0]! += part;
  moments[1]! += whole;
  moments[2]! += part * part;
  moments[3]! += part * whole;
  moments[4]! += whole * whole;
}

/** Draws as many commits as there are; the answer is written over by the next draw. */
function commitsFrom(commits: readonly Sums[], random: () => number): () => Moments {
  const moments = new Float64Array(5);
  const parts = Float64Array.from(commits, ({ part }) => part);
  const wholes = Float64Array.from(commits, ({ whole }) => whole);
  const count = parts.length;
  // Some millions of draws for each figure: sums in local variables take a fifth of the time.
  return () => {
    let [part, whole, partPart, partWhole, wholeWhole] = [0, 0, 0, 0, 0];
    for (let draw = 0; draw < count; draw++) {
      const at = Math.floor(random() * count);
      const left = parts[at]!;
      const right = wholes[at]!;
      part += left;
      whole += right;
      partPart += left * left;
      partWhole += left * right;
      wholeWhole += right * right;
    }
    moments[0] = part;
    moments[1] = whole;
    moments[2] = partPart;
    moments[3] = partWhole;
    moments[4] = wholeWhole;
    return moments;
  };
}

function repositoriesFrom(groups: readonly (readonly Sums[])[], random: () => number): () => Moments {
  const moments = new Float64Array(5);
  const drawers = groups.map((commits) => commitsFrom(commits, random));
  return () => {
    moments.fill(0);
    for (let draw = 0; draw < drawers.length; draw++) {
      const [part, whole] = drawers[Math.floor(random() * drawers.length)]!();
      add(moments, part!, whole!);
    }
    return moments;
  };
}

function totalOf(commits: readonly Sums[]): Sums {
  const [part, whole] = addAll(commits);
  return { part: part!, whole: whole! };
}

function isPresent({ part, whole }: Sums): boolean {
  return part !== 0 || whole !== 0;
}

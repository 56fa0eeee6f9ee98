import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { intervalOfQuotient, type Sums } from "../../../sidecar/backtest/bootstrap.ts";

const RUNS = 200;
const ROUNDS = 1000;

test("clusters that all say the same leave no doubt", () => {
  assert.deepEqual(interval([sums(1, 4), sums(2, 8), sums(1, 4)]), [0.25, 0.25]);
});

test("one cluster tells nothing of others, none tells nothing at all", () => {
  assert.deepEqual(interval([sums(1, 4)]), [-Infinity, Infinity]);
  assert.deepEqual(intervalOfQuotient([], 1), [NaN, NaN]);
});

test("two clusters out of many that differ prove nothing", () => {
  const [low, high] = interval([sums(5, 10), sums(5, 10), ...Array.from({ length: 30 }, () => sums(0, 10))]);
  assert(low < 0 && high > 0, `${low} to ${high}`);
});

test("the interval is around the quotient of the sums, and the same seed gives the same one", () => {
  const clusters = commits(60, createRandom(3), 0.1);
  const [low, high] = interval(clusters);
  const value = clusters.reduce((sum, { part }) => sum + part, 0) / clusters.reduce((sum, { whole }) => sum + whole, 0);
  assert(Math.abs((low + high) / 2 - value) < 1e-9);
  assert.deepEqual(interval(clusters), [low, high]);
});

test("two equal arms are told to differ in 5 % of runs at most", () => {
  for (const count of [12, 40]) {
    const wrong = countRuns((random) => [commits(count, random, 0)]);
    assert(wrong <= 0.05 * RUNS, `${wrong} of ${RUNS} with ${count} commits`);
  }
});

test("two equal arms are not told apart by several repositories either", () => {
  const wrong = countRuns((random) => Array.from({ length: 9 }, () => commits(20, random, 0)));
  assert(wrong <= 0.05 * RUNS, `${wrong} of ${RUNS}`);
});

test("a difference of eight characters in a hundred is found in 150 commits", () => {
  const found = countRuns((random) => [commits(150, random, 0.08)]);
  assert(found >= 0.8 * RUNS, `${found} of ${RUNS}`);
});

/** In how many runs the interval leaves out 0; each has a seed of its own. */
function countRuns(draw: (random: () => number) => readonly (readonly Sums[])[]): number {
  let count = 0;
  for (let seed = 1; seed <= RUNS; seed++) {
    const [low, high] = intervalOfQuotient(draw(createRandom(1000 * seed)), seed, ROUNDS);
    if (low > 0 || high < 0) count++;
  }
  return count;
}

/**
 * Commits as they are: a few of them hold most events, a line may be long, most lines cost two arms the same, and
 * within a commit the same arm tends to win. `shift` is what one of them saves everywhere.
 */
function commits(count: number, random: () => number, shift: number): Sums[] {
  return Array.from({ length: count }, () => {
    const events = Math.min(40, Math.ceil(Math.exp(0.7 + 1.1 * normal(random))));
    const lean = 0.5 + 0.3 * Math.tanh(0.6 * normal(random));
    let part = 0;
    let whole = 0;
    for (let event = 0; event < events; event++) {
      const chars = Math.min(200, Math.ceil(Math.exp(3 + 0.7 * normal(random))));
      const difference = random() < 0.15 ? (random() < lean ? chars : -chars) : 0;
      part += difference + shift * chars;
      whole += chars;
    }
    return { part, whole };
  });
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function interval(commits: readonly Sums[]) {
  return intervalOfQuotient([commits], 1, ROUNDS);
}

function sums(part: number, whole: number): Sums {
  return { part, whole };
}

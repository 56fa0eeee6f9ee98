import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { AS_IT_IS, calibrate, fitCalibration, type Judged } from "../../../sidecar/suggest/calibration.ts";
import { logistic, logit } from "../../../sidecar/suggest/gate.ts";

const SEEDS = [1, 2, 3];

/** Suggestions of which `truth` of those believed in by so much were wanted. */
function judge(seed: number, count: number, truth: (belief: number) => number): Judged[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const belief = 0.02 + 0.96 * random();
    return { logit: logit(belief), isWanted: random() < truth(belief), weight: 1 };
  });
}

test("nothing known: as it is", () => {
  assert.deepEqual(fitCalibration([]), AS_IT_IS);
  assert.ok(Math.abs(calibrate(AS_IT_IS, logit(0.3)) - 0.3) < 1e-12);
});

test("a few suggestions change little, whatever became of them", () => {
  for (const isWanted of [true, false]) {
    const few = Array.from({ length: 3 }, () => ({ logit: 0, isWanted, weight: 1 }));
    assert.ok(Math.abs(calibrate(fitCalibration(few), 0) - 0.5) < 0.02);
  }
});

for (const [name, truth] of [
  ["overconfident", (belief: number) => belief ** 2],
  ["underconfident", (belief: number) => Math.sqrt(belief)],
  ["too sure either way", (belief: number) => logistic(0.5 * logit(belief) - 0.3)],
] as const) {
  test(`500 suggestions of an engine that is ${name} bring the error near 0.04`, () => {
    for (const seed of SEEDS) {
      const calibration = fitCalibration(judge(seed, 500, truth));
      let [raw, left] = [0, 0];
      for (let belief = 0.05; belief < 1; belief += 0.1) {
        raw += Math.abs(belief - truth(belief)) / 10;
        left += Math.abs(calibrate(calibration, logit(belief)) - truth(belief)) / 10;
      }
      assert.ok(raw > 0.08 && left < 0.05, `seed ${seed}: ${raw} → ${left}`);
    }
  });
}

test("a heavier suggestion counts as that many", () => {
  const one = { logit: 0.7, isWanted: false, weight: 1 };
  const [heavy, many] = [fitCalibration([{ ...one, weight: 3 }]), fitCalibration([one, one, one])];
  assert.ok(Math.abs(heavy.slope - many.slope) < 1e-6 && Math.abs(heavy.offset - many.offset) < 1e-6);
  assert.ok(heavy.offset < fitCalibration([one]).offset);
});

test("more likely stays more likely, though it was the other way round lately", () => {
  const { slope, offset } = fitCalibration(judge(1, 500, (belief) => 1 - belief));
  assert.ok(slope > 0 && Number.isFinite(offset));
});

test("certain and wrong five hundred times is no reason to fail", () => {
  const wrong = Array.from({ length: 500 }, () => ({ logit: logit(0.99), isWanted: false, weight: 5 }));
  assert.ok(calibrate(fitCalibration(wrong), logit(0.99)) < 0.5);
});

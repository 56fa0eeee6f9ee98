import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { areaUnderCurve, type LabelledSample, logistic, logLoss, newton } from "../../../sidecar/outcome/logistic.ts";

test("finds the weights that samples were drawn from", () => {
  const random = createRandom(7);
  const samples = Array.from({ length: 4000 }, (): LabelledSample => {
    const x = random() * 4 - 2;
    return { features: [1, x], label: random() < logistic(-0.5 + 2 * x) ? 1 : 0 };
  });
  const [bias, slope] = newton(samples, 2);
  assert.ok(Math.abs(bias! + 0.5) < 0.15, String(bias));
  assert.ok(Math.abs(slope! - 2) < 0.2, String(slope));
});

test("without samples the prior stands, and few move it little", () => {
  assert.deepEqual(newton([], 2, { prior: [-6, 9] }), [-6, 9]);
  const [moved] = newton([{ features: [1], label: 1 }], 1, { prior: [-1] });
  assert.ok(moved! > -1 && moved! < 0, String(moved));
});

test("a feature that decides everything gets no endless weight, from a far prior as well", () => {
  const samples = Array.from({ length: 200 }, (_, index): LabelledSample => {
    const label = index % 2 === 0 ? 1 : 0;
    return { features: [1, label], label };
  });
  for (const prior of [
    [0, 0],
    [-30, 60],
  ]) {
    const weights = newton(samples, 2, { prior });
    assert.ok(
      weights.every((weight) => Number.isFinite(weight) && Math.abs(weight) < 100),
      String(weights),
    );
    assert.ok(logistic(weights[0]! + weights[1]!) > 0.9);
  }
});

test("the area under the curve is 1 for a perfect order, 0 for its reverse and a half for ties", () => {
  const labels = [0, 0, 1, 1] as const;
  assert.equal(areaUnderCurve([1, 2, 3, 4], labels), 1);
  assert.equal(areaUnderCurve([4, 3, 2, 1], labels), 0);
  assert.equal(areaUnderCurve([1, 1, 1, 1], labels), 0.5);
  assert.equal(areaUnderCurve([1, 3, 2, 4], labels), 0.75);
  assert.equal(areaUnderCurve([1, 2], [1, 1]), 0.5);
});

test("log loss is the cost of what was not expected", () => {
  assert.equal(logLoss([0.5, 0.5], [0, 1]), Math.log(2));
  assert.ok(Number.isFinite(logLoss([0], [1])));
});

import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import {
  CONFIDENCE_MIN,
  decide,
  type Features,
  isMissed,
  logistic,
  logit,
  stakeOf,
  Weights,
} from "../../../sidecar/suggest/gate.ts";
import { HideLimit } from "../../../sidecar/suggest/hide-limit.ts";

const EAGER_TO_QUIET = ["off", "eager", "balanced", "quiet"] as const;
const LINE = "items.reduce(add, 0);";

function offer(probability: number, text = LINE) {
  return { text, confidence: 0.5, probability };
}

test("before anything is learned the gate believes the engine, whatever else it knows", () => {
  for (const confidence of [0.02, 0.3, 0.5, 0.97]) {
    const features = { bias: 1, confidence: logit(confidence), "language:go": 1, chars: 0.4, previousLabel: -1 };
    assert.ok(Math.abs(logistic(new Weights().logit(features)) - confidence) < 1e-12);
  }
});

test("shown where it saves more than reading it costs: long texts sooner than short ones", () => {
  assert.deepEqual(decide(offer(0.2), "balanced", 0), { kind: "show" });
  assert.deepEqual(decide(offer(0.1), "balanced", 0), { kind: "hide", reason: "not sure enough" });
  assert.deepEqual(decide(offer(0.2, "a.length;"), "balanced", 0), { kind: "hide", reason: "not sure enough" });
  assert.deepEqual(decide(offer(0.9, "a.length;"), "balanced", 0), { kind: "show" });
});

test("what is typed as fast as read is not shown, however right", () => {
  assert.deepEqual(decide(offer(1, "x);"), "balanced", 0), { kind: "hide", reason: "too short to read" });
});

test("further lines count less than the first, white space at line ends not at all", () => {
  const isShown = (text: string) => decide(offer(0.2, text), "balanced", 0).kind === "show";
  const first = "x".repeat(11);
  assert.deepEqual([first, first + " ".repeat(20)].map(isShown), [false, false]);
  assert.deepEqual([`${first}\n    y`, `${first}\n    yy`].map(isShown), [false, true]);
  assert.deepEqual([`${"x".repeat(7)}\n${"y".repeat(7)}`, "x".repeat(14)].map(isShown), [false, true]);
});

test("quiet shows less than balanced, balanced less than eager, eager less than off: always", () => {
  const seed = 4;
  const random = createRandom(seed);
  const counts = { off: 0, eager: 0, balanced: 0, quiet: 0 };
  for (let round = 0; round < 5000; round++) {
    const text = "x".repeat(1 + Math.floor(random() * 60));
    const [confidence, probability, frustration] = [random(), random() ** 2, random() ** 4];
    const shown = EAGER_TO_QUIET.map(
      (setting) => decide({ text, confidence, probability }, setting, frustration).kind === "show",
    );
    assert.deepEqual(shown, [...shown].sort().reverse(), `seed ${seed}, round ${round}`);
    for (const [index, setting] of EAGER_TO_QUIET.entries()) counts[setting] += Number(shown[index]);
  }
  assert.ok(counts.off > counts.eager && counts.eager > counts.balanced && counts.balanced > counts.quiet);
});

test("where nearly all would be hidden, what promises most of it is shown, if it is not hopeless", () => {
  const limit = new HideLimit();
  for (let n = 0; n < 100; n++) limit.remember(stakeOf(offer(0.076 + 0.001 * n)));
  assert.equal(isMissed(offer(0.14), "balanced", 0, limit), true);
  assert.equal(isMissed(offer(0.079), "balanced", 0, limit), false, "one of the least");
  const lower = new HideLimit();
  for (let n = 0; n < 100; n++) lower.remember(stakeOf({ ...offer(0.02), confidence: 0.02 }));
  assert.equal(isMissed(offer(0.08), "balanced", 0, lower), true);
  assert.equal(isMissed(offer(0.07), "balanced", 0, lower), false, "hopeless");
  assert.equal(isMissed(offer(0.14), "quiet", 0, limit), false);
  assert.equal(isMissed(offer(0.14), "balanced", 0.5, limit), false, "to who is annoyed");
});

test("frustration makes reading dearer, and is told as the reason only where it is", () => {
  assert.deepEqual(decide(offer(0.2), "balanced", 1), { kind: "hide", reason: "you seem to want quiet" });
  assert.deepEqual(decide(offer(0.9), "balanced", 1), { kind: "show" });
  assert.deepEqual(decide(offer(0.05), "balanced", 1), { kind: "hide", reason: "not sure enough" });
  assert.deepEqual(decide(offer(0.2), "off", 1), { kind: "show" });
});

test("what the engine does not believe in is never shown", () => {
  for (const setting of EAGER_TO_QUIET) {
    const hopeless = { text: LINE, confidence: CONFIDENCE_MIN - 0.01, probability: 0.9 };
    assert.deepEqual(decide(hopeless, setting, 0), { kind: "hide", reason: "hardly likely" });
  }
});

test("one lesson moves the weights to the minimum of prior and loss", () => {
  const features = { bias: 1, "language:go": 1, "proposer:file": 0.5 };
  const weights = new Weights();
  const before = weights.logit(features);
  weights.learn(features, { isWanted: true, weight: 1 });
  // At the minimum q (w − m) = y σ(−y w·x) x for each weight: then w·x moves by σ(−w·x) Σ x²/q.
  const after = weights.logit(features);
  const reach = [1 / 24, 1 / 3, 0.25 / 3].reduce((sum, part) => sum + part);
  assert.equal(before, 0);
  assert.ok(Math.abs(after - logistic(-after) * reach) < 1e-9, String(after));
});

test("a yes moves up and a no moves down, a heavier lesson further, and the surer the less", () => {
  const features: Features = { bias: 1, "language:go": 1 };
  const after = (isWanted: boolean, weight: number, times = 1) => {
    const weights = new Weights();
    for (let n = 0; n < times; n++) weights.learn(features, { isWanted, weight });
    return weights.logit(features);
  };
  assert.equal(after(true, 1), -after(false, 1));
  assert.ok(after(true, 5) > after(true, 1) && after(true, 0.5) < after(true, 1));
  const steps = [after(true, 1), after(true, 1, 2) - after(true, 1), after(true, 1, 3) - after(true, 1, 2)];
  assert.deepEqual(
    steps,
    [...steps].sort((a, b) => b - a),
  );
  assert.ok(steps[2]! > 0);
});

test("what has not been seen for long is as certain as at first, not less", () => {
  const rare: Features = { "language:go": 1 };
  const weights = new Weights();
  weights.learn(rare, { isWanted: true, weight: 1 });
  const known = weights.logit(rare);
  for (let n = 0; n < 20_000; n++) weights.learn({ bias: 1 }, { isWanted: n % 2 === 0, weight: 1 });
  weights.learn(rare, { isWanted: false, weight: 1 });
  assert.ok(Math.abs(weights.logit(rare) - known) < 1);
});

test("more kinds than a person has are not remembered", () => {
  const weights = new Weights();
  for (let n = 0; n < 1000; n++) weights.learn({ [`language:${n}`]: 1 }, { isWanted: false, weight: 1 });
  assert.ok(weights.logit({ "language:1": 1 }) < 0);
  assert.equal(weights.logit({ "language:999": 1 }), 0);
});

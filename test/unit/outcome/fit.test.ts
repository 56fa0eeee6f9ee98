import assert from "node:assert/strict";
import test from "node:test";
import { createRandom } from "../../../sidecar/base/random.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { FITTED, fitOutcome, fitSample } from "../../../sidecar/outcome/fit.ts";
import type { LabelledSample } from "../../../sidecar/outcome/logistic.ts";
import { OUTCOME_WEIGHTS } from "../../../sidecar/outcome/score.ts";
import { accepted, committed, dismissed, ran, reverted, settled, shown, undone } from "./signals.ts";

const TEXT = "return items.map((item) => item.name);";

function sampleOf(...signals: Parameters<typeof gatherEvidence>[0]): LabelledSample | undefined {
  return fitSample(gatherEvidence([shown(TEXT), ...signals]));
}

/** A store of developers who commit what passes its test, whatever else there is. */
function syntheticSamples(count: number, seed: number): LabelledSample[] {
  const random = createRandom(seed);
  return Array.from({ length: count }, () => {
    const values = FITTED.map(() => 0);
    const set = (name: (typeof FITTED)[number], value: number): void => {
      values[FITTED.indexOf(name)] = value;
    };
    set("accepted", 1);
    set("kept", 0.4 + 0.6 * random());
    const passes = random() < 0.5;
    set(passes ? "runPassed" : "runBroke", 1);
    return { features: values, label: random() < (passes ? 0.9 : 0.1) ? 1 : 0 };
  });
}

test("what is judged on was known before the commit, and the commit says whether that was right", () => {
  const life = [accepted(1000, 99), settled(11_000, TEXT), ran(20_000, true)];
  const kept = sampleOf(...life, committed(60_000, TEXT))!;
  const changed = sampleOf(...life, committed(60_000, "return [];"))!;
  assert.equal(kept.label, 1);
  assert.equal(changed.label, 0);
  assert.deepEqual(kept.features, changed.features);
  assert.equal(sampleOf(...life, committed(60_000, TEXT), reverted(70_000))!.label, 0);
  assert.equal(sampleOf(accepted(1000, 99), undone(2000, 1000), committed(60_000, ""))!.label, 0);
});

test("what was not accepted, or is in no commit yet, is no sample", () => {
  assert.equal(sampleOf(accepted(1000, 99), settled(11_000, TEXT)), undefined);
  assert.equal(sampleOf(dismissed(3000, "escape"), committed(60_000, "")), undefined);
});

test("refuses to fit to too few, and to what is nearly all of one kind", () => {
  const few = syntheticSamples(99, 1);
  assert.equal(fitOutcome(few).kind, "too few");
  const oneSided = syntheticSamples(500, 1).map((sample) => ({ ...sample, label: 1 as const }));
  assert.deepEqual(fitOutcome(oneSided), { kind: "too few", samples: 500, committed: 500 });
});

test("weights move to where the commits are, and foretell commits they were not fitted to better than before", () => {
  const fit = fitOutcome(syntheticSamples(600, 3));
  assert.ok(fit.kind === "fitted");
  const change = new Map(fit.weights.map(({ name, before, after }) => [name, { before, after }]));
  assert.equal(change.get("runPassed")!.before, OUTCOME_WEIGHTS.runPassed);
  assert.ok(change.get("runPassed")!.after > OUTCOME_WEIGHTS.runPassed + 0.5);
  assert.ok(fit.after.logLoss < fit.before.logLoss, `${fit.after.logLoss} and ${fit.before.logLoss}`);
  assert.ok(fit.after.auc > fit.before.auc);
  assert.ok(fit.after.auc > 0.85, String(fit.after.auc));
});

test("where nothing foretells the commit, the quality of held-out samples says so", () => {
  const random = createRandom(11);
  const noise = syntheticSamples(600, 5).map((sample) => ({ ...sample, label: random() < 0.5 ? (1 as const) : 0 }));
  const fit = fitOutcome(noise as LabelledSample[]);
  assert.ok(fit.kind === "fitted" && Math.abs(fit.after.auc - 0.5) < 0.08, JSON.stringify(fit));
});

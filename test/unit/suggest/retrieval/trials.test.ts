import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Trial } from "../../../../sidecar/store/trials.ts";
import { findTrial, settledTrials, settleTrial } from "../../../../sidecar/store/trials.ts";
import { saveSignal } from "../../../../sidecar/store/signals.ts";
import { featuresOf } from "../../../../sidecar/suggest/retrieval/critic.ts";
import { Trials } from "../../../../sidecar/suggest/retrieval/trials.ts";
import { never } from "../../../support/recall.ts";
import { acceptedLife } from "../../../support/signals.ts";
import { temporaryDatabase } from "../../../support/store.ts";

const FEATURES = featuresOf({
  confidences: [0.9],
  textScore: 0.5,
  textMargin: 0.1,
  isNear: true,
  exampleAgeMs: undefined,
  isLineStart: false,
});
const TRIAL: Trial = { features: FEATURES, withCode: "load(id);", withoutCode: "save(id);" };

test("a trial is stored once its generation was shown, and nothing is of one that was not", async (t) => {
  const { database, trials, show } = await createTrials(t);
  const id = show();
  await trials.make(id, () => Promise.resolve(TRIAL), never);
  await trials.make("unseen", () => Promise.resolve(TRIAL), never);
  trials.store([id, "unseen", "unknown"]);
  assert.deepEqual(findTrial(database, id), TRIAL);
  assert.equal(findTrial(database, "unseen"), undefined);
});

test("secrets are gone before a trial is stored", async (t) => {
  const { database, trials, show } = await createTrials(t);
  const id = show();
  const secret = "ghp_0123456789abcdefghijABCDEFGHIJ012345";
  await trials.make(id, () => Promise.resolve({ ...TRIAL, withCode: `token = "${secret}"` }), never);
  trials.store([id]);
  const stored = findTrial(database, id)!;
  assert.match(stored.withCode, /^token = /);
  assert.ok(!stored.withCode.includes(secret));
});

test("settled trials change where code is looked for, after a restart as well", async (t) => {
  const { database, trials, show } = await createTrials(t);
  assert.ok(!trials.isWorth(FEATURES));
  for (let n = 0; n < 60; n++) {
    const id = show();
    await trials.make(id, () => Promise.resolve(TRIAL), never);
    trials.store([id]);
    settleTrial(database, id, 0.5);
  }
  assert.equal(settledTrials(database, 9).length, 9);
  trials.refresh();
  assert.ok(trials.isWorth(FEATURES));
  assert.ok(new Trials({ database, random: () => 0 }).isWorth(FEATURES));
});

test("a trial whose meaning has changed teaches nothing", async (t) => {
  const { database, trials, show } = await createTrials(t);
  const id = show();
  await trials.make(id, () => Promise.resolve({ ...TRIAL, features: [1, 2] }), never);
  trials.store([id]);
  settleTrial(database, id, 1);
  trials.refresh();
  assert.ok(!trials.isWorth(FEATURES));
});

test("one place in ten is tried", async (t) => {
  const database = await temporaryDatabase(t);
  const triesAt = (dice: number): boolean => new Trials({ database, random: () => dice }).tries();
  assert.deepEqual([0, 0.09, 0.1, 0.9].map(triesAt), [true, true, false, false]);
});

async function createTrials(t: TestContext) {
  const database = await temporaryDatabase(t);
  return {
    database,
    trials: new Trials({ database, random: () => 0 }),
    /** Stores a generation that was shown; returns its id. */
    show: (): string => {
      const [shown] = acceptedLife({ linePrefix: "", text: "load(id);" });
      saveSignal(database, shown, () => ({ projectId: undefined, path: "a.ts" }));
      return shown.generationId;
    },
  };
}

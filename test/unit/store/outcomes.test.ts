import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import { gatherEvidence } from "../../../sidecar/outcome/evidence.ts";
import { scoreOutcome } from "../../../sidecar/outcome/score.ts";
import { tierOf } from "../../../sidecar/outcome/tiers.ts";
import { findOutcome, saveOutcome, unscoredGenerations } from "../../../sidecar/store/outcomes.ts";
import { saveSignal, signalsOf } from "../../../sidecar/store/signals.ts";
import { acceptedLife, ratingOf } from "../../support/signals.ts";
import { temporaryDatabase } from "../../support/store.ts";

const LIFE = { linePrefix: "const a = ", text: "one();" };

test("without generations there is nothing to score", async (t) => {
  const { unscored } = await createStore(t);
  assert.deepEqual(unscored(), []);
});

test("generations without an outcome are to be scored, the oldest first", async (t) => {
  const { unscored, send } = await createStore(t);
  const late = send(acceptedLife({ ...LIFE, at: 2000 }));
  const early = send(acceptedLife({ ...LIFE, at: 1000 }));
  assert.deepEqual(unscored(), [early, late]);
});

test("many generations come in pages, those of one moment too", async (t) => {
  const { database, send, score } = await createStore(t);
  const ids = database.transaction(() => {
    const all = Array.from({ length: 1100 }, (_, n) => send(acceptedLife({ ...LIFE, at: 1000 + Math.floor(n / 700) })));
    for (const id of all.slice(0, 200)) score(id);
    return all;
  });
  const pages = [...unscoredGenerations(database)];
  assert.deepEqual(pages.length, 3);
  assert.deepEqual(pages.flat().sort(), ids.slice(200).sort());
});

test("a scored generation is to be scored again when another signal comes in", async (t) => {
  const { unscored, send, score } = await createStore(t);
  const life = acceptedLife(LIFE);
  const id = send(life);
  score(id);
  assert.deepEqual(unscored(), []);
  send(life);
  assert.deepEqual(unscored(), [], "a signal sent twice is nothing new");
  send([ratingOf(life, "down")]);
  assert.deepEqual(unscored(), [id]);
  score(id);
  assert.deepEqual(unscored(), []);
});

test("the latest outcome takes the place of the one before", async (t) => {
  const { database, send, score } = await createStore(t);
  const life = acceptedLife(LIFE);
  const id = send(life);
  assert.equal(findOutcome(database, id), undefined);
  score(id);
  assert.equal(findOutcome(database, id)?.tier, "standard");
  send([ratingOf(life, "down", "not here")]);
  score(id);
  const outcome = findOutcome(database, id);
  assert.equal(outcome?.tier, "discarded");
  assert.equal(outcome.reasons[0], "rated down: not here");
  assert.ok(outcome.score <= 0.05);
});

async function createStore(t: TestContext) {
  const database = await temporaryDatabase(t);
  return {
    database,
    unscored: () => [...unscoredGenerations(database)].flat(),
    /** Stores signals; returns the id of their generation. */
    send: (signals: readonly Signal[]): string => {
      for (const signal of signals) saveSignal(database, signal, () => ({ projectId: undefined, path: "a.ts" }));
      return signals[0]!.generationId;
    },
    score: (id: string) => {
      const signals = signalsOf(database, id);
      const evidence = gatherEvidence(signals);
      const outcome = scoreOutcome(evidence);
      saveOutcome(database, id, outcome, {
        tier: tierOf(outcome, evidence),
        tags: ["fix"],
        signals: signals.length,
        now: 1,
      });
    },
  };
}

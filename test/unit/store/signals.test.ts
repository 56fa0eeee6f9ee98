import assert from "node:assert/strict";
import test from "node:test";
import type { Signal } from "../../../protocol/signals.ts";
import type { Database } from "../../../sidecar/store/database.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import {
  acceptedTexts,
  countShownAndAccepted,
  countSignals,
  findGeneration,
  saveSignal,
  signalsOf,
} from "../../../sidecar/store/signals.ts";
import { acceptedLife, dismissedLife, ratingOf } from "../../support/signals.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

const LIFE = { linePrefix: "const a = ", text: "one();", contextBefore: "above();\nnear();" };
const DAY_MS = 24 * 60 * 60 * 1000;

test("a signal is stored once, whatever how often it is sent", async (t) => {
  const database = await temporaryDatabase(t);
  const life = acceptedLife(LIFE);
  assert.deepEqual(save(database, life), ["stored", "stored", "stored"]);
  assert.deepEqual(save(database, life), ["known", "known", "known"]);
  assert.equal(countSignals(database), 3);
});

test("a signal of a generation that was never shown is an orphan, until it is shown", async (t) => {
  const database = await temporaryDatabase(t);
  const [shown, accepted] = acceptedLife(LIFE);
  assert.deepEqual(save(database, [accepted!]), ["orphan"]);
  assert.equal(countSignals(database), 0);
  assert.deepEqual(save(database, [shown, accepted!]), ["stored", "stored"]);
});

test("signals come back as they were sent, in order of time", async (t) => {
  const database = await temporaryDatabase(t);
  const life = acceptedLife({ ...LIFE, final: "two();" });
  const sent = [...life, ratingOf(life, "up", "nice")];
  save(database, [sent[0]!, ...sent.slice(1).reverse()]);
  const [first, ...rest] = signalsOf(database, life[0].generationId);
  assert.equal(first?.kind, "shown");
  assert.deepEqual(rest, sent.slice(1));
  for (const [key, value] of Object.entries(life[0].kind === "shown" ? life[0].generation : {})) {
    if (key !== "uri") assert.equal(first.generation[key as keyof typeof first.generation], value, key);
  }
});

test("a generation knows its place and when it was shown", async (t) => {
  const database = await temporaryDatabase(t);
  const project = openProject(database, "/p", new FakeClock());
  const [shown] = acceptedLife({ ...LIFE, at: 5000 });
  saveSignal(database, shown, () => ({ projectId: project.id, path: "src/a.ts" }));
  const generation = findGeneration(database, shown.generationId);
  assert.equal(generation?.projectId, project.id);
  assert.equal(generation.path, "src/a.ts");
  assert.equal(generation.shownAt, 5000);
  assert.equal(findGeneration(database, "another"), undefined);
  assert.deepEqual(signalsOf(database, "another"), []);
});

test("text of every kind survives the store", async (t) => {
  const database = await temporaryDatabase(t);
  const text = "'👋🏽' + \"'; DROP TABLE signals; --\"\n\t\\ %s é \u0000 end";
  const life = acceptedLife({ linePrefix: "\t", text });
  save(database, life);
  assert.equal(findGeneration(database, life[0].generationId)?.text, text);
  assert.deepEqual(signalsOf(database, life[0].generationId).at(-1), life.at(-1));
});

test("what was shown and accepted is counted since a time, each suggestion once", async (t) => {
  const database = await temporaryDatabase(t);
  const now = 100 * DAY_MS;
  const word = acceptedLife({ ...LIFE, at: now - DAY_MS });
  save(database, word);
  save(database, [{ ...word[1]!, id: "accepted-again" }]);
  save(database, dismissedLife({ ...LIFE, at: now - 2 * DAY_MS }));
  save(database, acceptedLife({ ...LIFE, at: now - 8 * DAY_MS }));
  assert.deepEqual(countShownAndAccepted(database, now - 7 * DAY_MS), { shown: 2, accepted: 1 });
  assert.deepEqual(countShownAndAccepted(database, 0), { shown: 3, accepted: 2 });
  assert.deepEqual(countShownAndAccepted(database, now), { shown: 0, accepted: 0 });
});

test("texts accepted in a file are found by project, path and time", async (t) => {
  const database = await temporaryDatabase(t);
  const clock = new FakeClock();
  const [own, other] = ["/p", "/q"].map((root) => openProject(database, root, clock).id) as [number, number];
  save(database, acceptedLife({ linePrefix: "", text: "accepted();", at: 5000 }), own);
  save(database, acceptedLife({ linePrefix: "", text: "accepted();", at: 6000 }), own);
  save(database, acceptedLife({ linePrefix: "", text: "old();", at: 100 }), own);
  save(database, dismissedLife({ linePrefix: "", text: "dismissed();", at: 5000 }), own);
  save(database, acceptedLife({ linePrefix: "", text: "elsewhere();", at: 5000 }), other);
  assert.deepEqual(acceptedTexts(database, own, "a.ts", 4000), ["accepted();"]);
  assert.deepEqual(acceptedTexts(database, own, "b.ts", 0), []);
});

function save(database: Database, signals: readonly Signal[], projectId?: number): string[] {
  return signals.map((signal) => saveSignal(database, signal, () => ({ projectId, path: "a.ts" })));
}

import assert from "node:assert/strict";
import test from "node:test";
import type { MendedSignal } from "../../../protocol/signals.ts";
import { createId } from "../../../sidecar/base/random.ts";
import { countEpisodes, EPISODES_MAX, findEpisodes, saveEpisode } from "../../../sidecar/store/episodes.ts";
import { temporaryDatabase } from "../../support/store.ts";

const PLACE = { projectId: undefined, path: "a.ts" };
const ERROR = { kind: "error", message: "Property 'a' does not exist on type 'B'.", code: "ts(2339)" } as const;

function mended(rest: Partial<MendedSignal> = {}): MendedSignal {
  const id = createId();
  return {
    kind: "mended",
    id,
    generationId: id,
    at: 1000,
    symptom: ERROR,
    uri: "file:///project/a.ts",
    languageId: "typescript",
    contextBefore: "",
    before: "order.cout",
    after: "order.count",
    ...rest,
  };
}

test("what made a symptom go away is found when it returns under another name, the newest first", async (t) => {
  const database = await temporaryDatabase(t);
  database.transaction(() => {
    saveEpisode(database, mended({ at: 1, after: "first" }), PLACE);
    saveEpisode(database, mended({ at: 2, after: "second" }), PLACE);
    saveEpisode(database, mended({ at: 3, symptom: { ...ERROR, message: "Cannot find name 'x'." } }), PLACE);
    saveEpisode(database, mended({ at: 4, languageId: "python" }), PLACE);
  });
  const symptom = { ...ERROR, message: "Property 'total' does not exist on type 'Cart'." };
  const place = { languageId: "typescript", projectId: undefined };
  assert.deepEqual(
    findEpisodes(database, symptom, place, 3).map(({ after }) => after),
    ["second", "first"],
  );
});

test("the same episode sent twice is kept once", async (t) => {
  const database = await temporaryDatabase(t);
  const signal = mended();
  saveEpisode(database, signal, PLACE);
  saveEpisode(database, signal, PLACE);
  assert.equal(countEpisodes(database), 1);
});

test("of one symptom only the newest stay, and of all a bounded number", async (t) => {
  const database = await temporaryDatabase(t);
  database.transaction(() => {
    for (let at = 0; at < 20; at++) saveEpisode(database, mended({ at, after: String(at) }), PLACE);
  });
  const place = { languageId: "typescript", projectId: undefined };
  const kept = findEpisodes(database, ERROR, place, 99).map(({ after }) => after);
  assert.deepEqual(kept, ["19", "18", "17", "16", "15"]);
  database.transaction(() => {
    for (let at = 0; at < EPISODES_MAX + 10; at++) {
      const symptom = { kind: "error", message: `problem ${letters(at)}`, code: "" } as const;
      saveEpisode(database, mended({ at: 100 + at, symptom }), PLACE);
    }
  });
  assert.equal(countEpisodes(database), EPISODES_MAX);
  assert.deepEqual(findEpisodes(database, ERROR, place, 99), [], "the oldest have gone");
});

/** A number that is no number to the eye. */
function letters(value: number): string {
  return String(value).replaceAll(/\d/g, (digit) => "abcdefghij".charAt(Number(digit)));
}

import assert from "node:assert/strict";
import test from "node:test";
import {
  countExamples,
  type Example,
  exampleIds,
  exampleTerms,
  findExamples,
  hasExample,
  newestExamples,
  removeExamplesOf,
  trimExamples,
} from "../../../sidecar/store/examples.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { saveSignal } from "../../../sidecar/store/signals.ts";
import { acceptedLife } from "../../support/signals.ts";
import { addExample, FakeClock, temporaryDatabase } from "../../support/store.ts";

test("an example comes back as it was stored, whatever it leaves out", async (t) => {
  const database = await temporaryDatabase(t);
  const project = openProject(database, "/p", new FakeClock());
  const [shown] = acceptedLife({ linePrefix: "", text: "a" });
  saveSignal(database, shown, () => ({ projectId: undefined, path: "a.ts" }));
  const whole = addExample(database, {
    projectId: project.id,
    generationId: shown.generationId,
    origin: "corrected",
    contextBefore: "one\ntwo",
    linePrefix: "  const user = ",
    text: "load(id);",
    generated: "find(id);",
  });
  const bare = addExample(database, { linePrefix: "", text: "typed(line);", origin: "typed" });
  assert.deepEqual(findExamples(database, [bare.id, whole.id, 999]), [bare, whole]);
  assert.deepEqual(findExamples(database, []), []);
});

test("the first of one language are found in the order of the ids", async (t) => {
  const database = await temporaryDatabase(t);
  const [a, b, c, d] = ["typescript", "python", "typescript", "typescript"].map((languageId) =>
    addExample(database, { linePrefix: "", text: "x = 1", languageId }),
  );
  const found = findExamples(database, [d!.id, b!.id, a!.id, c!.id], { languageId: "typescript", limit: 2 });
  assert.deepEqual(found, [d, a]);
});

test("what examples are found by comes in pages, up from an id or down from it", async (t) => {
  const database = await temporaryDatabase(t);
  const ids = ["one", "two", "three"].map((text) => addExample(database, { linePrefix: "", text }).id) as [
    number,
    number,
    number,
  ];
  const idsOf = (rows: readonly { readonly id: number }[]): number[] => rows.map(({ id }) => id);
  assert.deepEqual(idsOf(exampleTerms(database, { above: ids[0] }, 9)), [ids[1], ids[2]]);
  assert.deepEqual(idsOf(exampleTerms(database, { above: 0 }, 1)), [ids[0]]);
  assert.deepEqual(idsOf(exampleTerms(database, { below: ids[2] }, 9)), [ids[1], ids[0]]);
  assert.deepEqual(exampleTerms(database, { below: Number.MAX_SAFE_INTEGER }, 1), [
    { id: ids[2], terms: "three", languageId: "typescript" },
  ]);
});

test("an example is found by its terms as often as they are there", async (t) => {
  const database = await temporaryDatabase(t);
  const { id } = addExample(database, { linePrefix: "", text: "loadUser(user);" });
  assert.deepEqual(exampleTerms(database, { above: 0 }, 9), [
    { id, terms: "loaduser load user user", languageId: "typescript" },
  ]);
});

test("examples of a generation go with their terms, and others stay", async (t) => {
  const database = await temporaryDatabase(t);
  const [shown] = acceptedLife({ linePrefix: "", text: "a" });
  saveSignal(database, shown, () => ({ projectId: undefined, path: "a.ts" }));
  const { generationId } = shown;
  const gone = addExample(database, { linePrefix: "", text: "gone(soon);", generationId });
  const stays = addExample(database, { linePrefix: "", text: "stays(here);" });
  assert.deepEqual(removeExamplesOf(database, generationId), [
    { id: gone.id, terms: "gone soon", languageId: "typescript" },
  ]);
  assert.deepEqual(removeExamplesOf(database, generationId), []);
  assert.deepEqual(exampleIds(database), [stays.id]);
});

test("ids are never used again", async (t) => {
  const database = await temporaryDatabase(t);
  const first = addExample(database, { linePrefix: "", text: "a b c" });
  trimExamples(database, 0);
  assert.equal(countExamples(database), 0);
  assert.ok(addExample(database, { linePrefix: "", text: "a b c" }).id > first.id);
});

test("the newest examples come oldest first", async (t) => {
  const database = await temporaryDatabase(t);
  const [, second, third] = ["1", "2", "3"].map((text) => addExample(database, { linePrefix: "", text }));
  assert.deepEqual([...newestExamples(database, 2)], [second, third]);
  assert.deepEqual([...newestExamples(database, 0)], []);
});

test("the newest examples come in pages, without those that are added meanwhile", async (t) => {
  const database = await temporaryDatabase(t);
  const ids = Array.from({ length: 1000 }, (_, n) => addExample(database, { linePrefix: "", text: `${n}` }).id);
  const newest = newestExamples(database, 900);
  const first = newest.next().value as Example;
  addExample(database, { linePrefix: "", text: "later" });
  assert.deepEqual([first.id, ...Array.from(newest, ({ id }) => id)], ids.slice(100));
});

test("the same text is known by its file and line beginning", async (t) => {
  const database = await temporaryDatabase(t);
  addExample(database, { path: "a.ts", linePrefix: "  ", text: "call(me);" });
  assert.ok(hasExample(database, "a.ts", "  ", "call(me);"));
  assert.ok(!hasExample(database, "b.ts", "  ", "call(me);"));
  assert.ok(!hasExample(database, "a.ts", "    ", "call(me);"));
  assert.ok(!hasExample(database, "a.ts", "  ", "call(you);"));
});

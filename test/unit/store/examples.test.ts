import assert from "node:assert/strict";
import test from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { openDatabase } from "../../../sidecar/store/database.ts";
import {
  countExamples,
  exampleIds,
  findExamples,
  hasExample,
  newestExamples,
  removeExamplesOf,
  searchExamples,
  trimExamples,
} from "../../../sidecar/store/examples.ts";
import { openProject } from "../../../sidecar/store/projects.ts";
import { saveSignal } from "../../../sidecar/store/signals.ts";
import { temporaryFolder } from "../../support/folders.ts";
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

test("the best match of the most terms comes first", async (t) => {
  const database = await temporaryDatabase(t);
  const one = addExample(database, { linePrefix: "", text: "loadOrder(database);" });
  const both = addExample(database, { linePrefix: "", text: "loadUser(database);" });
  assert.deepEqual(searchExamples(database, ["user", "database"], 10), [both.id, one.id]);
  assert.deepEqual(searchExamples(database, ["user", "database"], 1), [both.id]);
  assert.deepEqual(searchExamples(database, ["invoice"], 10), []);
  assert.deepEqual(searchExamples(database, [], 10), []);
});

test("a rare term finds its example among thousands that share the common ones", async (t) => {
  const database = await temporaryDatabase(t);
  database.transaction(() => {
    for (let n = 0; n < 3000; n++) addExample(database, { linePrefix: "", text: `return value${n};` });
  });
  const rare = addExample(database, { linePrefix: "", text: "return quaternion;" });
  assert.equal(searchExamples(database, ["return", "quaternion"], 10)[0], rare.id);
});

test("terms are words, never operators", async (t) => {
  const database = await temporaryDatabase(t);
  addExample(database, { linePrefix: "", text: "near(or, not);" });
  for (const term of ["or", "OR", "NOT", "NEAR", 'a"b', "*", "a*", "terms:near", "(", '"', "", "\0"]) {
    searchExamples(database, [term, "near"], 10);
  }
  assert.equal(searchExamples(database, ["or"], 10).length, 1);
});

test("examples of a generation go with their terms, and others stay", async (t) => {
  const database = await temporaryDatabase(t);
  const [shown] = acceptedLife({ linePrefix: "", text: "a" });
  saveSignal(database, shown, () => ({ projectId: undefined, path: "a.ts" }));
  const { generationId } = shown;
  const gone = addExample(database, { linePrefix: "", text: "gone(soon);", generationId });
  const stays = addExample(database, { linePrefix: "", text: "stays(here);" });
  assert.deepEqual(removeExamplesOf(database, generationId), [gone.id]);
  assert.deepEqual(removeExamplesOf(database, generationId), []);
  assert.deepEqual(exampleIds(database), [stays.id]);
  assert.deepEqual(searchExamples(database, ["soon"], 10), []);
  assert.deepEqual(searchExamples(database, ["here"], 10), [stays.id]);
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
  assert.deepEqual(newestExamples(database, 2), [second, third]);
  assert.deepEqual(newestExamples(database, 0), []);
});

test("the same text is known by its file and line beginning", async (t) => {
  const database = await temporaryDatabase(t);
  addExample(database, { path: "a.ts", linePrefix: "  ", text: "call(me);" });
  assert.ok(hasExample(database, "a.ts", "  ", "call(me);"));
  assert.ok(!hasExample(database, "b.ts", "  ", "call(me);"));
  assert.ok(!hasExample(database, "a.ts", "    ", "call(me);"));
  assert.ok(!hasExample(database, "a.ts", "  ", "call(you);"));
});

test("terms are still found when the database is opened again", async (t) => {
  const folder = await temporaryFolder(t);
  const first = openDatabase(folder, silentLog).database;
  const { id } = addExample(first, { linePrefix: "", text: "renderInvoice(order);" });
  first.close();
  const second = openDatabase(folder, silentLog).database;
  assert.deepEqual(searchExamples(second, ["invoice"], 10), [id]);
  second.close();
});

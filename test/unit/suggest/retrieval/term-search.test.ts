import assert from "node:assert/strict";
import test from "node:test";
import { createExampleSearch, TermSearch } from "../../../../sidecar/suggest/retrieval/term-search.ts";
import { silentLog } from "../../../../sidecar/base/log.ts";
import { openDatabase } from "../../../../sidecar/store/database.ts";
import { trimExamples } from "../../../../sidecar/store/examples.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { never } from "../../../support/recall.ts";
import { addExample, temporaryDatabase } from "../../../support/store.ts";

test("what is stored is found once it is filled in, and what comes later at once", async (t) => {
  const database = await temporaryDatabase(t);
  const ids = Array.from({ length: 300 }, (_, n) => addExample(database, { linePrefix: "", text: `shared${n}` }).id);
  const search = createExampleSearch(database);
  await search.fill(never);
  assert.equal(search.stats.documents, 300);
  assert.deepEqual(found(search, "shared7"), [ids[7]]);
  const later = addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  assert.deepEqual(found(search, "invoice"), [later.id]);
});

test("before it is filled in, searches take in the newest", async (t) => {
  const database = await temporaryDatabase(t);
  const ids = Array.from({ length: 40 }, () => addExample(database, { linePrefix: "", text: "close();" }).id);
  const search = createExampleSearch(database);
  const first = found(search, "close");
  assert.ok(first.length > 0 && first.length < 40);
  assert.deepEqual(first, ids.slice(-first.length).reverse());
  await search.fill(never);
  assert.equal(found(search, "close").length, 40);
});

test("what another window stores is found", async (t) => {
  const folder = await temporaryFolder(t);
  const [here, there] = [openDatabase(folder, silentLog).database, openDatabase(folder, silentLog).database];
  t.after(() => here.close());
  t.after(() => there.close());
  const search = createExampleSearch(here);
  await search.fill(never);
  const { id } = addExample(there, { linePrefix: "", text: "renderInvoice(order);" });
  assert.deepEqual(found(search, "invoice"), [id]);
});

test("what is gone is not found, whether it was taken in or not", async (t) => {
  const database = await temporaryDatabase(t);
  const search = createExampleSearch(database);
  addExample(database, { linePrefix: "", text: "renderInvoice(order);" });
  assert.equal(found(search, "invoice").length, 1);
  addExample(database, { linePrefix: "", text: "closeInvoice();" });
  search.forget(trimExamples(database, 0).map(({ id, terms }) => ({ id, text: terms })));
  assert.deepEqual(found(search, "invoice"), []);
  assert.equal(search.stats.documents, 0);
});

test("a group that is not there has nothing", async (t) => {
  const database = await temporaryDatabase(t);
  const { id } = addExample(database, { linePrefix: "", text: "load()", languageId: "python" });
  const search = createExampleSearch(database);
  assert.deepEqual(search.search(["load"], 9, "ruby").hits, []);
  assert.equal(search.search(["load"], 9, "python").hits[0]?.id, id);
});

test("a store that fails is told of, and followed again later", () => {
  const rows = [{ id: 1, text: "load", group: "" }];
  let isBroken = true;
  const search = new TermSearch((beyond) => {
    if (isBroken) throw new Error("the disk is gone");
    return rows.filter(({ id }) => ("above" in beyond ? id > beyond.above : id < beyond.below));
  });
  assert.throws(() => search.search(["load"], 1), /the disk is gone/);
  isBroken = false;
  assert.equal(search.search(["load"], 1).hits[0]?.id, 1);
});

function found(search: TermSearch, term: string): number[] {
  return search.search([term], 100).hits.map(({ id }) => id);
}

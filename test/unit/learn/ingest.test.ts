import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { type Database, openDatabase } from "../../../sidecar/store/database.ts";
import { countSignals, findGeneration, signalsOf } from "../../../sidecar/store/signals.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { acceptedLife, generationOf } from "../../support/signals.ts";

async function openTemporary(t: TestContext): Promise<Database> {
  const { database } = openDatabase(await temporaryFolder(t), silentLog);
  t.after(() => database.close());
  return database;
}

function ingest(database: Database, signals: readonly unknown[], allowed: (uri: string) => boolean = () => true) {
  return ingestSignals(database, signals, (uri) => ({ projectId: undefined, path: uri }), allowed);
}

test("a signal sent twice counts once and is acknowledged both times", async (t) => {
  const database = await openTemporary(t);
  const life = acceptedLife({ linePrefix: "const a = ", text: "b();" });
  const ids = life.map((signal) => signal.id);
  assert.deepEqual(ingest(database, life).acknowledged, ids);
  assert.deepEqual(ingest(database, life).acknowledged, ids);
  assert.equal(countSignals(database), life.length);
  assert.deepEqual(
    signalsOf(database, life[0].generationId).map((signal) => signal.kind),
    ["shown", "accepted", "settled"],
  );
});

test("a signal of an unknown generation is rejected; the others are stored", async (t) => {
  const database = await openTemporary(t);
  const known = acceptedLife({ linePrefix: "", text: "one();" });
  const [, orphan] = acceptedLife({ linePrefix: "", text: "two();" });
  const result = ingest(database, [orphan, ...known]);
  assert.deepEqual(result.rejected, [{ id: orphan!.id, reason: "its generation is unknown" }]);
  assert.equal(result.acknowledged.length, known.length);
});

test("nonsense is rejected with a reason and harms nothing", async (t) => {
  const database = await openTemporary(t);
  const [shown] = acceptedLife({ linePrefix: "", text: "x" });
  const nonsense = [
    null,
    7,
    {},
    { ...shown, kind: "exploded" },
    { ...shown, at: Number.NaN },
    { ...shown, generation: { ...generationOf({ linePrefix: "", text: "y" }), text: "x".repeat(100_000) } },
  ];
  const { acknowledged, rejected } = ingest(database, nonsense);
  assert.deepEqual(acknowledged, []);
  assert.equal(rejected.length, nonsense.length);
  for (const { reason } of rejected) assert.notEqual(reason, "");
  assert.equal(countSignals(database), 0);
});

test("secrets are gone before anything is stored", async (t) => {
  const database = await openTemporary(t);
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  const [shown] = acceptedLife({
    linePrefix: "const token = ",
    text: `"${token}";`,
    contextBefore: `use("${token}");`,
  });
  ingest(database, [shown]);
  const stored = JSON.stringify(findGeneration(database, shown.generationId));
  assert.ok(!stored.includes(token));
  assert.match(stored, /redacted/);
});

test("nothing is stored about an excluded file", async (t) => {
  const database = await openTemporary(t);
  const life = acceptedLife({ linePrefix: "", text: "x = 1", uri: "file:///p/.env" });
  const { acknowledged, rejected } = ingest(database, life, (uri) => !uri.endsWith(".env"));
  assert.deepEqual(acknowledged, []);
  assert.equal(rejected.length, life.length);
  assert.equal(countSignals(database), 0);
});

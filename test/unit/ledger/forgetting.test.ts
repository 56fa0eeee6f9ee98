/** Forgetting across processes: those that were killed hold nobody up, and what one left undone another does. */
import assert from "node:assert/strict";
import test, { type TestContext } from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { Forgetting } from "../../../sidecar/ledger/forgetting.ts";
import { Pending } from "../../../sidecar/ledger/pending.ts";
import { forgetRows, unfinishedForgets } from "../../../sidecar/store/forget.ts";
import { allHolders, saveHolder } from "../../../sidecar/store/holders.ts";
import { createHash } from "../../../sidecar/store/shingles.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { never } from "../../support/recall.ts";
import { until } from "../../support/sidecar.ts";
import { acceptedLife } from "../../support/signals.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

/** Larger than the number of any process. */
const NOBODY = 2 ** 30;

async function open(t: TestContext) {
  const database = await temporaryDatabase(t);
  const dataFolder = await temporaryFolder(t);
  const [clock, log] = [new FakeClock(), silentLog];
  const letGo = (): Promise<void> => Promise.resolve();
  const start = (): Forgetting =>
    new Forgetting({
      database,
      clock,
      log,
      pending: new Pending({ database, dataFolder, clock, log, letGo }),
      onGone: () => undefined,
      purge: () => Promise.resolve(),
      exclusively: (run) => run(never),
    });
  return { database, start };
}

test("a process that was killed is not waited for, and leaves no row", async (t) => {
  const { database, start } = await open(t);
  saveHolder(database, { id: "killed", pid: NOBODY, forgot: 0 });
  const forgetting = start();
  assert.deepEqual(
    allHolders(database).map(({ pid }) => pid),
    [process.pid],
  );
  saveHolder(database, { id: "killed later", pid: NOBODY, forgot: 0 });
  const { isFinished } = await forgetting.forget({ kind: "everything" }, []);
  assert.equal(isFinished, true);
  forgetting.close();
  assert.deepEqual(allHolders(database), []);
});

test("words that stand elsewhere are no trace, though whoever forgot them ended before it could say so", async (t) => {
  const { database, start } = await open(t);
  const [only, both] = ["one two three four", "five six seven eight"];
  for (const text of [`${only}(); ${both}();`, `${both}();`]) {
    ingestSignals(
      database,
      acceptedLife({ linePrefix: "", text }),
      () => ({ projectId: undefined, path: text.startsWith(only) ? "gone.ts" : "kept.ts" }),
      () => true,
    );
  }
  const places = [{ projectId: null, path: "gone.ts" }];
  const forget = forgetRows(database, { kind: "file", places }, { targets: [], now: 1 });
  const hash = createHash(database);
  const isTrace = (group: string): boolean =>
    database.get("SELECT 1 FROM forgotten_hashes WHERE hash = ?", hash(group)) !== undefined;
  assert.deepEqual([isTrace(only), isTrace(both)], [true, false]);
  // As it is while it is being compared.
  database.run("INSERT INTO forgotten_hashes (hash, forget_id) VALUES (?, ?)", hash(both), forget.id);
  database.run("UPDATE forgets SET is_compared = 0");
  const forgetting = start();
  forgetting.look();
  await until(() => unfinishedForgets(database).length === 0);
  forgetting.close();
  assert.deepEqual([isTrace(only), isTrace(both)], [true, false]);
});

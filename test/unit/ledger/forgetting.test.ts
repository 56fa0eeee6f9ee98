/** Who has the store open: processes that were killed hold nobody up. */
import assert from "node:assert/strict";
import test from "node:test";
import { silentLog } from "../../../sidecar/base/log.ts";
import { Forgetting } from "../../../sidecar/ledger/forgetting.ts";
import { Pending } from "../../../sidecar/ledger/pending.ts";
import { allHolders, saveHolder } from "../../../sidecar/store/holders.ts";
import { temporaryFolder } from "../../support/folders.ts";
import { never } from "../../support/recall.ts";
import { FakeClock, temporaryDatabase } from "../../support/store.ts";

/** Larger than the number of any process. */
const NOBODY = 2 ** 30;

test("a process that was killed is not waited for, and leaves no row", async (t) => {
  const database = await temporaryDatabase(t);
  saveHolder(database, { id: "killed", pid: NOBODY, forgot: 0 });
  const forgetting = new Forgetting({
    database,
    clock: new FakeClock(),
    log: silentLog,
    pending: new Pending({
      database,
      dataFolder: await temporaryFolder(t),
      clock: new FakeClock(),
      log: silentLog,
      letGo: () => Promise.resolve(),
    }),
    onGone: () => undefined,
    purge: () => Promise.resolve(),
    exclusively: (run) => run(never),
  });
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

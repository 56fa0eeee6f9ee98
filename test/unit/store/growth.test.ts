import assert from "node:assert/strict";
import test from "node:test";
import { ingestSignals } from "../../../sidecar/learn/ingest.ts";
import { readGrowth } from "../../../sidecar/store/growth.ts";
import { countLetGo } from "../../../sidecar/store/let-go.ts";
import { acceptedLife } from "../../support/signals.ts";
import { temporaryDatabase } from "../../support/store.ts";

const JANUARY = Date.UTC(2026, 0, 10);
const MARCH = Date.UTC(2026, 2, 11);

test("growth is told by rows, by month, and in bytes a month", async (t) => {
  const database = await temporaryDatabase(t);
  for (const at of [JANUARY, MARCH, MARCH]) {
    const place = { projectId: undefined, path: "a.ts" };
    ingestSignals(
      database,
      acceptedLife({ linePrefix: "", text: "value();", at }),
      () => place,
      () => true,
    );
  }
  countLetGo(database, { name: "examples", reason: "full", count: 3 });
  const { bytes, rows, months, bytesPerMonth, letGo } = readGrowth(database, MARCH);
  assert.equal(rows["suggestions"], 3);
  assert.equal(rows["observations"], 9);
  assert.deepEqual(months, [
    { month: "2026-01", suggestions: 1 },
    { month: "2026-03", suggestions: 2 },
  ]);
  assert.equal(bytesPerMonth, Math.round(bytes / 2), "in two months of thirty days");
  assert.deepEqual(letGo, [{ name: "examples", reason: "full", count: 3 }]);
});

test("before the first month is over nothing is said of months to come", async (t) => {
  const database = await temporaryDatabase(t);
  assert.equal(readGrowth(database, MARCH).bytesPerMonth, undefined);
});

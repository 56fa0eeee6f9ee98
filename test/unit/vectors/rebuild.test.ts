import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { SidecarError } from "../../../sidecar/base/errors.ts";
import type { RebuildableIndex } from "../../../sidecar/vectors/index.ts";
import { rebuild, reconcile } from "../../../sidecar/vectors/rebuild.ts";
import type { IndexSource, RebuildProgress } from "../../../sidecar/vectors/rebuild.ts";
import { codeLikeTexts, find, flipBit, never, openTestIndexes, watchThreads } from "./support.ts";

const READ = "function readConfig(path) { return JSON.parse(readFileSync(path)); }";
const SERVE = "class HttpServer { listen(port) { this.port = port; } }";

/** A store in memory. */
function sourceOf(rows: Map<number, string>): IndexSource {
  return {
    ids: () => [...rows.keys()],
    texts: (ids) => new Map(ids.flatMap((id) => (rows.has(id) ? [[id, rows.get(id)!]] : []))),
  };
}

function manyRows(count: number, seed: number): Map<number, string> {
  return new Map(codeLikeTexts(count, seed).map((text, at) => [at + 1, text]));
}

async function checkHolds(index: RebuildableIndex, rows: Map<number, string>): Promise<void> {
  assert.deepEqual(new Set(await index.labels()), new Set(rows.keys()));
}

test("an empty index is filled from the store and saved, with progress", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = manyRows(300, 1);
  const progress: RebuildProgress[] = [];
  await reconcile(index, sourceOf(rows), { signal: never, onProgress: (step) => progress.push(step) });
  await checkHolds(index, rows);
  assert.deepEqual(progress[0], { done: 0, total: 300 });
  assert.deepEqual(progress.at(-1), { done: 300, total: 300 });
  const again = await openTestIndexes(context, { folder });
  assert.equal((await again.indexes.open("examples", [...rows.keys()])).state, "loaded");
});

test("what is missing is added and what is gone is removed", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = manyRows(50, 2);
  await reconcile(index, sourceOf(rows), { signal: never });
  rows.delete(7);
  rows.set(1001, READ);
  await reconcile(index, sourceOf(rows), { signal: never });
  await checkHolds(index, rows);
  assert.deepEqual(await find(index, READ, 1), [1001]);
  rows.clear();
  await reconcile(index, sourceOf(rows), { signal: never });
  assert.equal(index.size, 0);
});

test("a row that vanishes between being listed and being read is left out", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = new Map([[1, READ]]);
  await reconcile(index, { ...sourceOf(rows), ids: () => [1, 2] }, { signal: never });
  await checkHolds(index, rows);
});

test("a damaged index is filled again", async (context) => {
  const { folder, indexes } = await openTestIndexes(context);
  const rows = manyRows(100, 3);
  await reconcile((await indexes.open("chunks-1")).index, sourceOf(rows), { signal: never });
  await indexes.close();
  await flipBit(join(folder, "chunks-1.hnsw"), 4321);

  const second = await openTestIndexes(context, { folder });
  const { index, state } = await second.indexes.open("chunks-1", [...rows.keys()]);
  assert.equal(state, "corrupt");
  await reconcile(index, sourceOf(rows), { signal: never });
  await checkHolds(index, rows);
});

test("cancelled, it stops, and goes on where it was the next time", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = manyRows(600, 4);
  const cancelled = new AbortController();
  const onProgress = ({ done }: RebuildProgress): void => {
    if (done >= 256) cancelled.abort();
  };
  await assert.rejects(reconcile(index, sourceOf(rows), { signal: cancelled.signal, onProgress }), {
    name: "AbortError",
  });
  assert.equal(index.size, 256);
  const totals: number[] = [];
  await reconcile(index, sourceOf(rows), { signal: never, onProgress: ({ total }) => totals.push(total) });
  assert.equal(totals[0], 344);
  await checkHolds(index, rows);
});

test("an index serves while its successor is built, and the successor knows what happened meanwhile", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = manyRows(300, 5);
  rows.set(1001, READ);
  await reconcile(index, sourceOf(rows), { signal: never });

  let meanwhile: Promise<unknown> | undefined;
  const onProgress = ({ done }: RebuildProgress): void => {
    if (done === 0) return;
    meanwhile ??= (async () => {
      assert.deepEqual(await find(index, READ, 1), [1001]);
      rows.set(1002, SERVE);
      await index.add([{ label: 1002, text: SERVE }], never);
      rows.delete(1);
      await index.remove([1]);
    })();
  };
  await rebuild(index, sourceOf(rows), { signal: never, onProgress });
  assert(meanwhile);
  await meanwhile;
  await checkHolds(index, rows);
  assert.deepEqual(await find(index, SERVE, 1), [1002]);
});

test("a cancelled rebuild leaves the old index as it was", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = manyRows(300, 6);
  await reconcile(index, sourceOf(rows), { signal: never });
  const cancelled = new AbortController();
  const onProgress = ({ done }: RebuildProgress): void => {
    if (done > 0) cancelled.abort();
  };
  await assert.rejects(rebuild(index, sourceOf(rows), { signal: cancelled.signal, onProgress }), {
    name: "AbortError",
  });
  await checkHolds(index, rows);
  await rebuild(index, sourceOf(rows), { signal: never });
  await checkHolds(index, rows);
});

test("a crash of the thread fails the rebuild, and the next reconciliation repairs the index", async (context) => {
  const kill = watchThreads(context);
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("examples");
  const rows = manyRows(400, 7);
  await reconcile(index, sourceOf(rows), { signal: never });
  let killed: Promise<void> | undefined;
  const onProgress = (): void => {
    killed ??= kill();
  };
  await assert.rejects(rebuild(index, sourceOf(rows), { signal: never, onProgress }), SidecarError);
  await killed;
  rows.set(1001, READ);
  await reconcile(index, sourceOf(rows), { signal: never });
  await checkHolds(index, rows);
});

test("when most vectors are far older than the frequencies, the index is built anew", async (context) => {
  const { indexes } = await openTestIndexes(context);
  const { index } = await indexes.open("chunks-1");
  const rows = manyRows(100, 8);
  await reconcile(index, sourceOf(rows), { signal: never });
  assert.equal(index.needsReembedding, false);
  // The same few pieces are edited again and again.
  for (const [at, text] of codeLikeTexts(400, 9).entries()) {
    await index.remove([5000 + at - 1]);
    await index.add([{ label: 5000 + at, text }], never);
  }
  assert.equal(index.needsReembedding, true);
  await reconcile(index, sourceOf(rows), { signal: never });
  assert.equal(index.needsReembedding, false);
  await checkHolds(index, rows);
});

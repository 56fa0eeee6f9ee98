/** What a sidecar remembers of its answers, and what makes it forget them. */
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import type { Sidecar } from "../../sidecar/sidecar.ts";
import { answerIn, CHANGED, createWorkplace, lifeIn, REST, settled, suggestIn, TYPED } from "../support/sidecar.ts";

test("typing along a suggestion asks nobody, and its origin stays known", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const path = join(root, "src/a.ts");
  const whole = await answerIn(sidecar, path);
  assert.equal(whole.kind, "suggestion");
  const rest = await answerIn(sidecar, path, `${TYPED}database.`);
  assert.equal(rest.kind, "suggestion");
  assert.deepEqual(rest.suggestion, { ...whole.suggestion, text: REST.slice("database.".length) });
  assert.deepEqual(await answerIn(sidecar, path), whole);
  assert.deepEqual(sidecar.cacheStats, { exact: 1, forward: 1, joined: 0, asked: 1 });
  assert.equal(sidecar.why(whole.suggestion.id)?.text, REST);
});

test("what was learned, decided, saved or set is in the next answer for the same place", async (t) => {
  const { root, start } = await createWorkplace(t);
  const sidecar = await start([root]);
  const path = join(root, "src/a.ts");
  assert.equal(await suggestIn(sidecar, path), REST);

  sidecar.ingest(lifeIn(root, CHANGED));
  await settled(sidecar);
  assert.equal(await suggestIn(sidecar, path), CHANGED);

  const other = join(root, "src/orders.ts");
  const prefix = "export async function first() {\n  const order = await orders.";
  const before = await asks(sidecar, () => suggestIn(sidecar, path, prefix));
  assert.equal(before, 1);
  await writeFile(other, "export async function load() {\n  const order = await orders.newest(10);\n}\n");
  sidecar.fileChanged(pathToFileURL(other).href);
  await settled(sidecar);
  assert.match((await suggestIn(sidecar, path, prefix)) ?? "", /^newest\(10\);/);

  sidecar.configure({ ...DEFAULT_SETTINGS, dataFolder: sidecar.dataFolder });
  assert.equal(await asks(sidecar, () => suggestIn(sidecar, path)), 1);
  sidecar.decideStyle("typescript/quotes=single", "pinned");
  assert.equal(await asks(sidecar, () => suggestIn(sidecar, path)), 1);
  assert.equal(await asks(sidecar, () => suggestIn(sidecar, path)), 0);
});

/** How often the pipeline was asked meanwhile. */
async function asks(sidecar: Sidecar, work: () => Promise<unknown>): Promise<number> {
  const before = sidecar.cacheStats.asked;
  await work();
  return sidecar.cacheStats.asked - before;
}

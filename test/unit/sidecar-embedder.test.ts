/** Class Sidecar with an embedding model of this machine: real models, in processes of their own. */
import assert from "node:assert/strict";
import { readdir, rename } from "node:fs/promises";
import { join } from "node:path";
import test from "node:test";
import { DEFAULT_SETTINGS, type Settings } from "../../protocol/settings.ts";
import type { Activity, Status } from "../../protocol/status.ts";
import { PRESETS, writeModel } from "../support/models/models.ts";
import { CHANGED, createWorkplace, FILES, lifeIn, REST, settled, suggestIn, until } from "../support/sidecar.ts";

const MANY = Object.fromEntries(
  Array.from({ length: 120 }, (_, n) => [
    `src/f${n}.ts`,
    `export function area${n}(width: number, height: number): number {\n  return width * height + ${n};\n}\n`,
  ]),
);

function withEmbedder(home: string, embedder: string): Settings {
  const { llama } = DEFAULT_SETTINGS;
  return { ...DEFAULT_SETTINGS, dataFolder: home, llama: { ...llama, embedder, gpu: "off" } };
}

/** Whether the model has begun to index and has not ended: the first reading of the project may still be under way. */
function isEmbedding(activity: Activity): boolean {
  return activity.kind === "indexing" && activity.what.startsWith("indexing code with jina") && activity.percent < 100;
}

/** Names of the indexes on disk, without what tells one model from another. */
async function indexesOf(home: string): Promise<string[]> {
  const files = await readdir(join(home, "index"));
  return files
    .filter((file) => file.endsWith(".json"))
    .map((file) => file.replace(/-m[0-9a-f]{16}\.json$|\.json$/, (end) => (end === ".json" ? "" : " of a model")))
    .toSorted();
}

test("a model that is chosen takes over with progress in the status, and gives way when it is taken out", async (t) => {
  const { root, home, folder, start } = await createWorkplace(t, { ...FILES, ...MANY });
  const model = join(folder, "jina-tiny.gguf");
  await writeModel(model, PRESETS.tinyJina);
  const told: Status[] = [];
  const sidecar = await start([root], { onStatus: (status) => told.push(status) });
  assert.deepEqual(await indexesOf(home), ["chunks-1", "examples"]);
  sidecar.configure(withEmbedder(home, model));
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  // What is learned is told in place of any progress: this comes first.
  await until(() => told.some(({ activity }) => isEmbedding(activity)));
  sidecar.ingest(lifeIn(root, CHANGED));
  await settled(sidecar);
  assert.deepEqual(sidecar.status.degraded, []);
  assert.notEqual(sidecar.status.activity.kind, "indexing");
  assert.deepEqual(await indexesOf(home), ["chunks-1 of a model", "examples of a model"]);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), CHANGED);
  await sidecar.close();

  const again = await start([root], { settings: withEmbedder(home, model) });
  assert.deepEqual(await indexesOf(home), ["chunks-1 of a model", "examples of a model"]);
  again.configure(withEmbedder(home, ""));
  await settled(again);
  assert.deepEqual(await indexesOf(home), ["chunks-1", "examples"]);
  assert.equal(await suggestIn(again, join(root, "src/a.ts")), CHANGED);
});

test("a model that is not there is told, the built-in method serves, and it is taken when it is there", async (t) => {
  const { root, home, folder, start } = await createWorkplace(t);
  const [model, elsewhere] = [join(folder, "jina.gguf"), join(folder, "elsewhere.gguf")];
  await writeModel(elsewhere, PRESETS.tinyJina);
  const sidecar = await start([root], { settings: withEmbedder(home, model) });
  assert.deepEqual(sidecar.status.degraded, [
    {
      part: "embedder",
      reason: `The model file ${model} cannot be read (ENOENT). Search by resemblance goes on with the built-in method.`,
      action: "Choose a model again, or correct its path in the settings.",
    },
  ]);
  assert.deepEqual(await indexesOf(home), ["chunks-1", "examples"]);
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  await rename(elsewhere, model);
  await until(() => sidecar.status.degraded.length === 0);
  await settled(sidecar);
  assert.ok((await indexesOf(home)).includes("chunks-1 of a model"));
});

test("a model that only writes is told, and suggestions go on", async (t) => {
  const { root, home, folder, start } = await createWorkplace(t);
  const model = join(folder, "coder.gguf");
  await writeModel(model, PRESETS.tinyQwen2);
  const sidecar = await start([root], { settings: withEmbedder(home, model) });
  assert.deepEqual(
    sidecar.status.degraded.map(({ part, reason }) => [part, reason]),
    [
      [
        "embedder",
        "coder.gguf does not turn texts into vectors (it writes text). Search by resemblance goes on with the built-in method.",
      ],
    ],
  );
  assert.equal(await suggestIn(sidecar, join(root, "src/a.ts")), REST);
  sidecar.configure(withEmbedder(home, ""));
  await settled(sidecar);
  assert.deepEqual(sidecar.status.degraded, []);
});

test("a sidecar that ends while a model embeds leaves no process, and goes on at the next start", async (t) => {
  const { root, home, folder, start } = await createWorkplace(t, { ...FILES, ...MANY });
  const model = join(folder, "jina.gguf");
  await writeModel(model, PRESETS.tinyJina);
  const first = await start([root]);
  first.configure(withEmbedder(home, model));
  await until(() => isEmbedding(first.status.activity));
  await first.close();
  const second = await start([root], { settings: withEmbedder(home, model) });
  assert.deepEqual(await indexesOf(home), ["chunks-1 of a model", "examples"]);
  assert.equal(await suggestIn(second, join(root, "src/a.ts")), REST);
});

/** The whole sidecar with a model on this machine: memory at once, the model when it is loaded, and either without the other. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { modelFile } from "../support/llama.ts";
import { openModelServer } from "../support/model-server.ts";
import { PRESETS } from "../support/models/models.ts";
import { answerIn, createWorkplace, until } from "../support/sidecar.ts";

const withModel = (model: string) => ({
  ...DEFAULT_SETTINGS,
  gate: "off" as const,
  llama: { ...DEFAULT_SETTINGS.llama, model, gpu: "off" as const },
});
/** What the generated model goes on with, and nothing in the workspace does. */
const UNKNOWN = "class Total {\n  sum(items) {\n    let total = ";

test("memory serves while the model is loaded; then the model writes what memory does not know", async (t) => {
  const file = await modelFile(t);
  const { start, root } = await createWorkplace(t);
  const sidecar = await start([root], { settings: withModel(file) });
  await until(() => sidecar.status.facts.engine === "recall and tiny");
  const path = join(root, "src/load.ts");
  const first = await answerIn(sidecar, path, UNKNOWN);
  assert.ok(first.kind === "nothing" || first.suggestion.engine === "recall");
  await until(() => sidecar.status.facts.engine === "recall and tiny (CPU)");
  assert.equal(sidecar.status.activity.kind, "idle");
  const answer = await answerIn(sidecar, path, UNKNOWN);
  assert(answer.kind === "suggestion", JSON.stringify(answer));
  assert.deepEqual([answer.suggestion.engine, answer.suggestion.proposer], ["llama", "model"]);
  assert.match(answer.suggestion.source, /on this machine$/);
  assert.deepEqual(sidecar.status.degraded, []);
});

test("a model of this machine goes before a server, and memory alone asks neither", async (t) => {
  const server = await openModelServer(t, { dialect: "llama-server", pieces: ["path);"], logprob: -0.1 });
  const { start, root } = await createWorkplace(t);
  const settings = { ...withModel(await modelFile(t)), remote: { ...DEFAULT_SETTINGS.remote, url: server.url } };
  const sidecar = await start([root], { settings });
  await until(() => sidecar.status.facts.engine === "recall and tiny");
  assert.equal(server.paths.length, 0);
  sidecar.configure({ ...settings, engine: "recall" });
  assert.equal(sidecar.status.facts.engine, "recall");
});

test("a file that is no model for this is told, with what to do, and memory serves", async (t) => {
  const file = await modelFile(t, PRESETS.tinyJina);
  const { start, root } = await createWorkplace(t);
  const sidecar = await start([root], { settings: withModel(file) });
  const path = join(root, "src/other.ts");
  const KNOWN = "export async function f(id: string) {\n  const user = await ";
  // Asked, it is loaded.
  await answerIn(sidecar, path, UNKNOWN);
  await until(() => sidecar.status.degraded.some(({ part }) => part === "model"));
  const [told] = sidecar.status.degraded;
  assert.match(told!.reason, /turns text into vectors/);
  assert.match(told!.action, /Choose a model that writes code/);
  const answer = await answerIn(sidecar, path, KNOWN);
  assert.equal(answer.kind === "suggestion" && answer.suggestion.engine, "recall");
});

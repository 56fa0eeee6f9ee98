/** The whole sidecar with a model server of the user's own: what is asked, what is told, and what is left unsaid. */
import assert from "node:assert/strict";
import { join } from "node:path";
import test from "node:test";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import { openModelServer } from "../support/model-server.ts";
import { answerIn, createWorkplace, until } from "../support/sidecar.ts";

const withServer = (url: string) => ({
  ...DEFAULT_SETTINGS,
  remote: { ...DEFAULT_SETTINGS.remote, url },
});
/** Nothing in the workspace goes on like that. */
const UNKNOWN = "export function area(width: number, height: number) {\n  return ";

test("where memory has nothing the model writes, and the status names it", async (t) => {
  const server = await openModelServer(t, {
    dialect: "llama-server",
    pieces: ["width * ", "height;\n}"],
    logprob: -0.1,
  });
  const { start, root } = await createWorkplace(t);
  const sidecar = await start([root], { settings: withServer(server.url) });
  await until(() => sidecar.status.facts.engine.includes("qwen2.5-coder"));
  assert.equal(sidecar.status.facts.engine, "recall and qwen2.5-coder:1.5b");
  const answer = await answerIn(sidecar, join(root, "src/area.ts"), UNKNOWN);
  assert(answer.kind === "suggestion");
  const { engine, proposer, text, source } = answer.suggestion;
  assert.deepEqual([engine, proposer, text], ["remote", "model", "width * height;\n}"]);
  assert.equal(source, `qwen2.5-coder:1.5b on ${server.host}`);
});

test("a secret around the cursor reaches no server", async (t) => {
  const server = await openModelServer(t, { dialect: "openai", pieces: ["width;"], logprob: -0.1 });
  const { start, root } = await createWorkplace(t);
  const sidecar = await start([root], { settings: withServer(server.url) });
  await until(() => sidecar.status.facts.engine.includes("qwen2.5-coder"));
  const token = `ghp_${"a1B2c3D4e5".repeat(4).slice(0, 36)}`;
  await answerIn(sidecar, join(root, "src/area.ts"), `const key = "${token}";\n${UNKNOWN}`);
  assert.ok(server.asked.length > 0);
  assert.ok(!JSON.stringify(server.asked).includes(token));
});

test("another machine is not asked before the user consents; the status says so, and memory serves", async (t) => {
  const { start, root } = await createWorkplace(t);
  const sidecar = await start([root], { settings: withServer("http://gpu.example:8080") });
  const told = sidecar.status.degraded.find(({ part }) => part === "model");
  assert.equal(told?.consentTo, "gpu.example:8080");
  assert.match(told.reason, /nothing is sent to it before you agree/);
  const answer = await answerIn(
    sidecar,
    join(root, "src/other.ts"),
    "export async function f(id: string) {\n  const user = await ",
  );
  assert.equal(answer.kind === "suggestion" && answer.suggestion.engine, "recall");
});

test("a server that does not answer is told, and memory alone asks none", async (t) => {
  const server = await openModelServer(t, { dialect: "ollama", pieces: ["width;"] });
  await server.close();
  const { start, root } = await createWorkplace(t);
  const sidecar = await start([root], { settings: withServer(server.url) });
  await until(() => sidecar.status.degraded.some(({ part }) => part === "model"));
  sidecar.configure({ ...withServer(server.url), engine: "recall" });
  assert.deepEqual(sidecar.status.degraded, []);
  assert.equal(sidecar.status.facts.engine, "recall");
});

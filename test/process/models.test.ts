/** `tacit models` and an editor's downloads, by the real processes, against a mirror on the loopback interface. */
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import test, { type TestContext } from "node:test";
import { setTimeout } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { DOWNLOAD_MODEL, MODELS, type ModelsResult } from "../../protocol/messages.ts";
import { SidecarClient } from "../../scripts/sidecar-client.ts";
import { startFileServer } from "../support/file-server.ts";
import { temporaryFolder, writeFiles } from "../support/folders.ts";

const CLI = join(import.meta.dirname, "../../bin/tacit.mjs");
/** As large as the catalogue says it is. */
const JINA_BYTES = 172_869_280;

async function open(t: TestContext, bytes: number) {
  const server = await startFileServer(t, { content: Buffer.alloc(bytes), etag: '"v1"' });
  const home = await temporaryFolder(t);
  const start = (...args: string[]) => {
    const child = spawn(process.execPath, [CLI, "models", ...args], {
      env: { ...process.env, TACIT_HOME: home, HF_ENDPOINT: server.url },
      stdio: ["ignore", "pipe", "pipe"],
    });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (output += String(text)));
    const ended = once(child, "close").then(([status]) => ({ status: status as number, output }));
    return { child, ended };
  };
  return { server, home, start };
}

test("the list needs no network, and downloading needs consent", async (t) => {
  const { server, start } = await open(t, 1);
  const list = await start().ended;
  assert.equal(list.status, 0);
  assert.match(list.output, /qwen2\.5-coder-1\.5b +available +Apache-2\.0 +1\.6 GB/);
  const download = await start("download", "jina-code-v2").ended;
  assert.equal(download.status, 1);
  assert.match(download.output, /Nothing is downloaded before you agree\.\nSay so with --yes\./);
  assert.equal(server.requests.length, 0);
});

test("a mirror with another file is found out", async (t) => {
  const { home, start } = await open(t, 1000);
  const { status, output } = await start("download", "jina-code-v2", "--yes").ended;
  assert.equal(status, 1);
  assert.match(output, /has another file under this name \(1 kB instead of 173 MB\)/);
  assert.deepEqual(await readdir(join(home, "models")), []);
});

test("Ctrl-C pauses, and the next download goes on", { skip: process.platform === "win32" }, async (t) => {
  const { server, start } = await open(t, JINA_BYTES);
  server.misbehave({ hangAfter: 1_000_000 });
  const { child, ended } = start("download", "jina-code-v2", "--yes");
  while (server.bytesSent === 0) await setTimeout(10);
  await setTimeout(500);
  child.kill("SIGINT");
  const { status, output } = await ended;
  assert.equal(status, 1);
  assert.match(output, /Paused at .*“tacit models download jina-code-v2” goes on from there/);
  assert.match((await start().ended).output, /jina-code-v2 +begun, 0 %/);
  // Zeros are no model: what goes on to the end is thrown away.
  const whole = await start("download", "jina-code-v2", "--yes").ended;
  assert.match(whole.output, /its SHA-256 is wrong\. It was thrown away/);
  assert.equal(server.requests[1]?.headers.range, "bytes=1000000-");
  assert.match((await start().ended).output, /jina-code-v2 +available/);
});

test("whatever becomes of a download, suggestions go on and the status says what is wrong", async (t) => {
  const { server, home } = await open(t, 1000);
  const workspace = await temporaryFolder(t);
  await writeFiles(workspace, { "a.ts": "export const limits = readLimits(process.env, fallbackLimits);\n" });
  const settings = { models: { mirror: server.url } };
  const client = await SidecarClient.start({ folders: [workspace], home, settings });
  t.after(() => client.process.kill("SIGKILL"));
  await client.learn();
  const suggests = async (name: string): Promise<void> => {
    const uri = pathToFileURL(join(workspace, name)).href;
    await client.open(uri, "typescript", "export const limits = readLimits(");
    assert.match((await client.suggest(uri, 0, 33))?.text ?? "", /^process\.env/);
  };
  const network = { proxy: "", noProxy: [], strictSsl: true };
  const ask = (id: string) => client.connection.sendRequest(DOWNLOAD_MODEL, { id, network });

  await assert.rejects(ask("jina-code-v2"), /another file under this name .*Choose another model or mirror/s);
  const { degraded } = await client.status((status) => status.degraded.some(({ part }) => part === "model download"));
  assert.match(degraded.find(({ part }) => part === "model download")!.reason, /has another file under this name/);
  await suggests("b.ts");

  // What is under way is told, and does not keep anybody from closing.
  server.change({ content: Buffer.alloc(JINA_BYTES), etag: '"v1"' });
  server.misbehave({ hangAfter: 20_000_000 });
  const paused = assert.rejects(ask("jina-code-v2"));
  const { activity } = await client.status((status) => status.activity.kind === "downloading");
  assert.match("what" in activity ? activity.what : "", /downloading Jina Embeddings v2, code/);
  await suggests("c.ts");
  const state = async () =>
    (await client.connection.sendRequest<ModelsResult>(MODELS, {})).models.find(({ id }) => id === "jina-code-v2")
      ?.state;
  while ((await state())?.kind !== "partial") await setTimeout(10);
  await client.stop();
  await paused;
});

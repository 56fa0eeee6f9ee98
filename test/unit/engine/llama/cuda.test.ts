/** Whether CUDA would be of use, and adding it from a server on the loopback interface. */
import assert from "node:assert/strict";
import { mkdir, readdir } from "node:fs/promises";
import { join } from "node:path";
import { test, type TestContext } from "node:test";
import type { ModelProgress } from "../../../../protocol/messages.ts";
import type { Degradation } from "../../../../protocol/status.ts";
import { systemClock } from "../../../../sidecar/base/clock.ts";
import { silentLog } from "../../../../sidecar/base/log.ts";
import type { CudaVersion } from "../../../../sidecar/engine/llama/backends.ts";
import { Cuda } from "../../../../sidecar/engine/llama/cuda.ts";
import type { Gpu } from "../../../../sidecar/models/machine.ts";
import { sha256Of, startFileServer } from "../../../support/file-server.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { tarball } from "../../../support/tarball.ts";

const CARD: Gpu = { name: "NVIDIA RTX 4070", kind: "nvidia", memoryMb: 12_282, freeMb: 11_000, driver: "580.1" };
const CONTENT = tarball({ "package/package.json": "{}" });
const NETWORK = { proxy: "", noProxy: [], strictSsl: true };

interface Machine {
  readonly gpus?: readonly Gpu[];
  readonly runtime?: CudaVersion | undefined;
  readonly names?: readonly string[];
}

async function open(t: TestContext, { gpus = [CARD], runtime, names = ["linux-x64-cuda"] }: Machine = {}) {
  const server = await startFileServer(t, { content: CONTENT });
  const folder = join(await temporaryFolder(t), "backends");
  const degraded: Degradation[] = [];
  const cuda = new Cuda({
    folder,
    environment: { npm_config_registry: server.url },
    clock: systemClock,
    log: silentLog,
    status: {
      startDownload: () => ({ tell: () => undefined, end: () => undefined }),
      degrade: (degradation) => void degraded.push(degradation),
      restore: () => undefined,
    },
    readMachine: () => Promise.resolve({ cores: 8, memoryMb: 16_000, freeMb: 8_000, gpus, hasVulkan: true }),
    findRuntime: () => runtime,
    packages: () =>
      names.map((name) => ({
        name: `@node-llama-cpp/${name}`,
        version: "3.22.1",
        bytes: CONTENT.length,
        sha256: sha256Of(CONTENT),
      })),
  });
  t.after(() => cuda.close());
  const add = async (): Promise<readonly ModelProgress[]> => {
    const told: ModelProgress[] = [];
    await cuda.add({ network: NETWORK }, (progress) => void told.push(progress), new AbortController().signal);
    return told;
  };
  return { server, folder, cuda, add, degraded };
}

test("it is of no use without a card of NVIDIA's", async (t) => {
  const { cuda } = await open(t, { gpus: [], runtime: 13 });
  assert.equal((await cuda.look()).kind, "useless");
});

test("it is of no use without NVIDIA's libraries, and Vulkan is named instead", async (t) => {
  const { cuda } = await open(t);
  const found = await cuda.look();
  assert.match(found.kind === "useless" ? found.reason : "", /toolkit.*Vulkan/);
});

test("it is of no use where there are no packages for the platform", async (t) => {
  const { cuda } = await open(t, { runtime: 13, names: [] });
  assert.equal((await cuda.look()).kind, "useless");
});

test("what would be downloaded is told before anything is asked", async (t) => {
  const { server, folder, cuda } = await open(t, { runtime: 13 });
  assert.deepEqual(await cuda.look(), {
    kind: "possible",
    version: "3.22.1",
    isRenewal: false,
    gpu: "NVIDIA RTX 4070",
    host: server.host,
    bytes: CONTENT.length,
    folder,
  });
  assert.equal(server.requests.length, 0);
});

test("what was added for an earlier version is to be renewed", async (t) => {
  const { folder, cuda } = await open(t, { runtime: 13 });
  await mkdir(join(folder, "@node-llama-cpp", "linux-x64-cuda@3.21.1"), { recursive: true });
  const found = await cuda.look();
  assert.ok(found.kind === "possible" && found.isRenewal);
});

test("all packages are added, and then it is there", async (t) => {
  const { folder, cuda, add } = await open(t, { runtime: 12, names: ["linux-x64-cuda", "linux-x64-cuda-ext"] });
  const told = await add();
  assert.equal(told[0]?.totalBytes, 2 * CONTENT.length);
  assert.deepEqual((await readdir(join(folder, "@node-llama-cpp"))).sort(), [
    "linux-x64-cuda-ext@3.22.1",
    "linux-x64-cuda@3.22.1",
  ]);
  assert.deepEqual(await cuda.look(), { kind: "added" });
});

test("a registry that does not have it is told with what to do", async (t) => {
  const { server, add, degraded } = await open(t, { runtime: 13 });
  server.misbehave({ status: 404 });
  await assert.rejects(add(), { kind: "refused", action: /npm_config_registry/ });
  assert.equal(degraded[0]?.part, "CUDA");
  assert.ok((await add()).length > 0, "the next time works");
});

/** What can be added to llama.cpp: downloaded from a real server on the loopback interface, unpacked to a real disk. */
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { systemClock } from "../../../../sidecar/base/clock.ts";
import { addBackend, registryOf, tarballOf } from "../../../../sidecar/engine/llama/add-backend.ts";
import { backendFolder, type BackendPackage, isAdded } from "../../../../sidecar/engine/llama/backends.ts";
import { DOWNLOAD_LIMITS, type Progress } from "../../../../sidecar/models/download.ts";
import { openWeb } from "../../../../sidecar/models/web.ts";
import { bytesOf, sha256Of, startFileServer } from "../../../support/file-server.ts";
import { temporaryFolder } from "../../../support/folders.ts";
import { tarball } from "../../../support/tarball.ts";

const LIBRARY = bytesOf(200_000);
const GOOD = tarball({
  "package/package.json": "{}",
  "package/dist/index.js": "export {};",
  "package/bins/linux-x64-cuda/libggml-cuda.so": LIBRARY,
  "package/bins/linux-x64-cuda/llama-addon.lib": "for a linker",
});
const PACKAGE = { name: "@node-llama-cpp/linux-x64-cuda", version: "3.22.1" };

async function open(t: TestContext, served: Buffer, expected: Partial<BackendPackage> = {}) {
  const server = await startFileServer(t, { content: served });
  const folder = join(await temporaryFolder(t), "backends");
  const backend = { ...PACKAGE, bytes: served.length, sha256: sha256Of(served), ...expected };
  const add = async (
    signal = new AbortController().signal,
    onProgress: (progress: Progress) => void = () => undefined,
  ): Promise<void> => {
    await using web = await openWeb({ proxy: "", noProxy: [], strictSsl: true }, {});
    const limits = { ...DOWNLOAD_LIMITS, pauseMs: 1 };
    const deps = { web, clock: systemClock, limits, freeBytes: () => Promise.resolve(Number.MAX_SAFE_INTEGER) };
    await addBackend({ ...deps, folder, registry: server.url }, backend, onProgress, signal);
  };
  const names = (): Promise<string[]> => readdir(join(folder, "@node-llama-cpp"));
  return { server, folder, backend, add, names };
}

test("a package is downloaded and unpacked, and nothing else is left", async (t) => {
  const { server, folder, backend, add, names } = await open(t, GOOD);
  await add();
  assert.equal(server.requests[0]?.path, "/@node-llama-cpp/linux-x64-cuda/-/linux-x64-cuda-3.22.1.tgz");
  const library = join(backendFolder(folder, backend), "bins/linux-x64-cuda/libggml-cuda.so");
  assert.deepEqual(await readFile(library), LIBRARY);
  assert.ok(!existsSync(join(dirname(library), "llama-addon.lib")), "what only a linker needs is left out");
  assert.deepEqual(await names(), ["linux-x64-cuda@3.22.1"]);
});

test("what was added is for its owner alone", async (t) => {
  const { folder, add } = await open(t, GOOD);
  await add();
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
    const { mode } = await stat(join(entry.parentPath, entry.name));
    assert.equal(mode & 0o777, entry.isDirectory() ? 0o700 : 0o600, entry.name);
  }
});

test("what was added is not asked for again", async (t) => {
  const { server, add } = await open(t, GOOD);
  await add();
  await add();
  assert.equal(server.requests.length, 1);
});

test("another file under its name is not unpacked", async (t) => {
  const { folder, backend, add, names } = await open(t, GOOD, { sha256: sha256Of(LIBRARY) });
  await assert.rejects(add(), { kind: "hash" });
  assert.ok(!isAdded(folder, backend));
  assert.deepEqual(await names(), []);
});

test("a download that was cut goes on where it ended", async (t) => {
  const { server, folder, backend, add } = await open(t, GOOD);
  server.misbehave({ cutAfter: 50_000 });
  await add();
  assert.ok(isAdded(folder, backend));
  assert.equal(server.requests[1]?.headers.range, "bytes=50000-");
});

test("a download that was stopped goes on the next time", async (t) => {
  const { server, folder, backend, add } = await open(t, GOOD);
  server.misbehave({ hangAfter: 50_000 });
  const abort = new AbortController();
  const stopped = add(abort.signal, ({ receivedBytes }) => receivedBytes === 50_000 && abort.abort());
  await assert.rejects(stopped, { name: "AbortError" });
  assert.ok(!isAdded(folder, backend));
  await add();
  assert.ok(isAdded(folder, backend));
  assert.equal(server.requests[1]?.headers.range, "bytes=50000-");
});

for (const path of ["../evil.js", "package/../../evil.js", "/evil.js", "package/dist/../../../evil.js"]) {
  test(`a package that would write to ${path} is refused whole`, async (t) => {
    const { folder, backend, add, names } = await open(
      t,
      tarball({ "package/package.json": "{}", [path]: "throw new Error();" }),
    );
    await assert.rejects(add(), { kind: "changed" });
    assert.ok(!isAdded(folder, backend));
    assert.deepEqual(await names(), []);
    assert.deepEqual(await readdir(dirname(folder)), ["backends"]);
  });
}

test("a package with a link in it is refused whole", async (t) => {
  const { folder, backend, add } = await open(t, tarball({ "package/package.json": "{}" }, "package/home"));
  await assert.rejects(add(), { kind: "changed" });
  assert.ok(!isAdded(folder, backend));
});

test("what is no tarball is told, and is no hindrance the next time", async (t) => {
  const { add, names } = await open(t, bytesOf(10_000));
  await assert.rejects(add());
  assert.deepEqual(await names(), []);
});

test("the package of an earlier version makes room", async (t) => {
  const { folder, add, names } = await open(t, GOOD);
  const others = ["linux-x64-cuda@3.21.1", "linux-x64-cuda@3.22.1.7.tmp", "linux-x64-cuda-ext@3.21.1"];
  for (const name of others) await mkdir(join(folder, "@node-llama-cpp", name), { recursive: true });
  await writeFile(join(folder, "@node-llama-cpp", "linux-x64-cuda@3.21.1.tgz.part"), "begun");
  await add();
  assert.deepEqual((await names()).sort(), ["linux-x64-cuda-ext@3.21.1", "linux-x64-cuda@3.22.1"]);
});

test("packages come from the registry that npm is told to use, else from npm's own", () => {
  const backend = { ...PACKAGE, bytes: 1, sha256: "" };
  assert.equal(
    tarballOf(registryOf({ npm_config_registry: "https://mirror.example/npm/" }), backend),
    "https://mirror.example/npm/@node-llama-cpp/linux-x64-cuda/-/linux-x64-cuda-3.22.1.tgz",
  );
  assert.match(tarballOf(registryOf({}), backend), /^https:\/\/registry\.npmjs\.org\/@node-llama-cpp\//);
});

import assert from "node:assert/strict";
import { mkdir, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { test, type TestContext } from "node:test";
import { findCudaRuntime } from "../../../../sidecar/engine/llama/cuda-runtime.ts";
import { temporaryFolder } from "../../../support/folders.ts";

async function machine(t: TestContext, files: readonly string[]) {
  const root = await temporaryFolder(t);
  for (const file of files) {
    await mkdir(dirname(join(root, file)), { recursive: true });
    await writeFile(join(root, file), "");
  }
  return {
    linux: (environment: NodeJS.ProcessEnv = {}) =>
      findCudaRuntime({
        platform: "linux",
        environment,
        toolkitsFolder: join(root, "local"),
        libraryFolders: [join(root, "lib")],
      }),
    windows: () =>
      findCudaRuntime({ platform: "win32", environment: {}, toolkitsFolder: join(root, "CUDA"), libraryFolders: [] }),
    path: (folder: string) => join(root, folder),
  };
}

const linux = (folder: string, version: number) =>
  ["cudart", "cublas", "cublasLt"].map((library) => `${folder}/lib${library}.so.${version}`);
const windows = (folder: string, version: number) =>
  ["cudart", "cublas", "cublasLt"].map((library) => `${folder}/${library}64_${version}.dll`);

test("without a toolkit there is none", async (t) => {
  const { linux: find } = await machine(t, ["lib/libc.so.6"]);
  assert.equal(find(), undefined);
});

test("the newest is taken", async (t) => {
  const { linux: find } = await machine(t, [...linux("lib", 12), ...linux("local/cuda-13.0/lib64", 13)]);
  assert.equal(find(), 13);
});

test("all libraries have to be there", async (t) => {
  const { linux: find } = await machine(t, [...linux("lib", 13).slice(1), ...linux("lib", 12)]);
  assert.equal(find(), 12);
});

test("the folders of the environment count", async (t) => {
  const { linux: find, path } = await machine(t, linux("mine", 12));
  assert.equal(find({ LD_LIBRARY_PATH: `:${path("mine")}` }), 12);
});

test("on Windows toolkits have their libraries in bin, or one folder deeper", async (t) => {
  const older = await machine(t, windows("CUDA/v12.8/bin", 12));
  assert.equal(older.windows(), 12);
  const newer = await machine(t, windows("CUDA/v13.0/bin/x64", 13));
  assert.equal(newer.windows(), 13);
});

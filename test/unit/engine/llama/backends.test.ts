/** Packages that were added on this machine are found by llama.cpp, as if npm had installed them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { cp, mkdir, readFile, symlink, writeFile } from "node:fs/promises";
import { basename, join } from "node:path";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { backendFolder, type BackendPackage, cudaPackages } from "../../../../sidecar/engine/llama/backends.ts";
import { temporaryFolder } from "../../../support/folders.ts";

const MODULES = fileURLToPath(new URL("../../../../node_modules/", import.meta.url));
const BACKENDS = new URL("../../../../sidecar/engine/llama/backends.ts", import.meta.url).href;
const HERE = `${process.platform}-${process.arch}`;

test("the packages are of the version that Tacit runs", async () => {
  const { version } = JSON.parse(
    await readFile(join(MODULES, "node-llama-cpp/package.json"), "utf8"),
  ) as BackendPackage;
  for (const one of cudaPackages("linux-x64", 12)) assert.equal(one.version, version, "run scripts/pin-backends.ts");
});

test("CUDA 13 takes one package, CUDA 12 a second one beside it, a Mac none", () => {
  const names = (...args: Parameters<typeof cudaPackages>) => cudaPackages(...args).map(({ name }) => basename(name));
  assert.deepEqual(names("linux-x64", 13), ["linux-x64-cuda"]);
  assert.deepEqual(names("linux-x64", 12), ["linux-x64-cuda", "linux-x64-cuda-ext"]);
  assert.deepEqual(names("darwin-arm64", 13), []);
});

test(
  "node-llama-cpp finds what was added",
  { skip: HERE !== "linux-x64" && "CUDA is for other platforms" },
  async (t) => {
    const folder = await temporaryFolder(t);
    const [cuda] = cudaPackages(HERE, 13);
    assert.ok(cuda);
    assert.match(await tryCuda(folder), /was not found/);
    await putStandIn(backendFolder(folder, cuda));
    // It is the processor's under another name: found, tried in a process of its own, and turned down.
    assert.match(await tryCuda(folder), /Binary GPU type mismatch. Expected: cuda, got: false[^]*is not compatible/);
  },
);

/** What node-llama-cpp says when it is to compute with CUDA. */
async function tryCuda(folder: string): Promise<string> {
  const script = `
    import { useAddedBackends } from ${JSON.stringify(BACKENDS)};
    useAddedBackends(${JSON.stringify(folder)});
    const { getLlamaForOptions } = await import(${JSON.stringify(join(MODULES, "node-llama-cpp/dist/bindings/getLlama.js"))});
    const options = { gpu: "cuda", build: "never", skipDownload: true };
    await getLlamaForOptions(options, { pipeBinaryTestErrorLogs: true }).catch(() => undefined);
    process.exit(0);`;
  const file = join(folder, "try.mjs");
  await writeFile(file, script);
  const args = ["--disable-warning=ExperimentalWarning", file];
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
  return stdout + stderr;
}

/** The package for the processor, under the name of the one for CUDA. */
async function putStandIn(target: string): Promise<void> {
  const source = join(MODULES, "@node-llama-cpp/linux-x64");
  await mkdir(join(target, "bins"), { recursive: true });
  await cp(join(source, "dist"), join(target, "dist"), { recursive: true });
  await writeFile(join(target, "package.json"), await readFile(join(source, "package.json")));
  await symlink(join(source, "bins", "linux-x64"), join(target, "bins", "linux-x64-cuda"));
}

/** What users install: exactly the files that are needed, and all of them. */
import assert from "node:assert/strict";
import { execFile, fork } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import type { TestContext } from "node:test";
import { promisify } from "node:util";
import { TARGET, vsixFile } from "../../scripts/vsix.ts";
import type { HostAnswer, HostRequest } from "../../sidecar/engine/llama/host-messages.ts";
import { PRESETS, writeModel } from "../support/models/models.ts";
import { readZip } from "../support/zip.ts";

/** Mostly llama.cpp for the processor (11 MB) and for Vulkan (19 MB). */
const SIZE_MB_MAX = 40;

const GRAMMARS = [
  ...["typescript", "tsx", "javascript", "python", "go", "rust"],
  ...["java", "c-sharp", "cpp", "ruby", "php"],
];

const EXPECTED = [
  "[Content_Types].xml",
  "extension.vsixmanifest",
  "extension/LICENSE.txt",
  "extension/changelog.md",
  "extension/package.json",
  "extension/readme.md",
  "extension/bin/tacit.mjs",
  ...["extension.cjs", "sidecar.mjs", "cli.mjs"].map(inDist),
  ...["beside-worker.mjs", "chunk-worker.mjs", "hnsw-worker.mjs", "package-worker.mjs", "redact-worker.mjs"].map(
    inDist,
  ),
  ...["model-host.mjs", "third-party.txt"].map(inDist),
  ...["LICENSE", "llama.cpp-LICENSE", "package.json", "llama/binariesGithubRelease.json"].map(inLlama),
  inLlama("dist/bindings/utils/testBindingBinary.mjs"),
  "extension/dist/node_modules/bindings/LICENSE.md",
  "extension/dist/node_modules/bindings/bindings.js",
  "extension/dist/node_modules/bindings/package.json",
  "extension/dist/node_modules/file-uri-to-path/LICENSE",
  "extension/dist/node_modules/file-uri-to-path/index.js",
  "extension/dist/node_modules/file-uri-to-path/package.json",
  "extension/dist/node_modules/hnswlib-node/LICENSE.txt",
  "extension/dist/node_modules/hnswlib-node/build/Release/addon.node",
  "extension/dist/node_modules/hnswlib-node/lib/index.js",
  "extension/dist/node_modules/hnswlib-node/package.json",
  "extension/dist/node_modules/@vscode/tree-sitter-wasm/LICENSE",
  "extension/dist/node_modules/@vscode/tree-sitter-wasm/package.json",
  "extension/dist/node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.js",
  "extension/dist/node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.wasm",
  ...GRAMMARS.map((name) => `extension/dist/node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`),
];

/** Binaries of llama.cpp that each platform has inside. */
const LLAMA_BINARIES: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["linux-x64", "linux-x64-vulkan"],
  "linux-arm64": ["linux-arm64"],
  "darwin-arm64": ["mac-arm64-metal"],
  "win32-x64": ["win-x64", "win-x64-vulkan"],
};

/** Folders whose files come and go with the product. */
const FREE =
  /^extension\/(media\/.+\.(png|svg|html|css|js|md)|dist\/migrations\/\d+[-\w]*\.sql|dist\/model-host-\w{8}\.mjs)$/;
const LLAMA_BINARY =
  /^extension\/dist\/node_modules\/@node-llama-cpp\/([\w-]+)\/(LICENSE|package\.json|dist\/index\.js|bins\/\1\/[\w.-]+\.(node|so|dylib|dll|json))$/;

test("the package holds what is needed and nothing else", () => {
  const names = readZip(vsixFile()).map((entry) => entry.name);
  assert.deepEqual(names.filter((name) => !FREE.test(name) && !LLAMA_BINARY.test(name)).sort(), EXPECTED.toSorted());
  assert.ok(names.some((name) => name.startsWith("extension/dist/migrations/")));
  assert.ok(names.includes("extension/media/icon.png"));
});

test("llama.cpp is inside for this platform alone, and without CUDA", () => {
  const found = readZip(vsixFile()).flatMap(({ name }) => {
    const [, folder, file] = LLAMA_BINARY.exec(name) ?? [];
    return folder === undefined ? [] : [{ folder, isAddon: file?.endsWith("/llama-addon.node") }];
  });
  const addons = found.filter(({ isAddon }) => isAddon);
  assert.deepEqual([...new Set(found.map(({ folder }) => folder))].sort(), LLAMA_BINARIES[TARGET]);
  assert.deepEqual(addons.map(({ folder }) => folder).sort(), LLAMA_BINARIES[TARGET]);
});

test("whoever made a part of it is named with their license", () => {
  const texts = new Map(readZip(vsixFile()).map((entry) => [entry.name, () => entry.read().toString()]));
  assert.match(texts.get(inDist("third-party.txt"))?.() ?? "", /^node-llama-cpp \d[^]*Permission is hereby/m);
  assert.match(texts.get(inLlama("llama.cpp-LICENSE"))?.() ?? "", /The ggml authors/);
});

test(`the package is smaller than ${SIZE_MB_MAX} MB and made for this platform`, async () => {
  assert.ok((await stat(vsixFile())).size < SIZE_MB_MAX * 1e6);
  const manifest = readZip(vsixFile()).find((entry) => entry.name === "extension.vsixmanifest");
  assert.match(manifest?.read().toString() ?? "", new RegExp(`TargetPlatform="${TARGET}"`));
});

test("what it runs loads from its own files, without an installation", async (t) => {
  const folder = await unpack(t);
  const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: join(folder, "dist") });
  await node("-e", "new (require('hnswlib-node').HierarchicalNSW)('cosine', 3)");
  await node("-e", "require('@vscode/tree-sitter-wasm').Parser.init()");
  const { stdout } = await node("../bin/tacit.mjs", "--version");
  assert.match(stdout, /\d+\.\d+\.\d+/);
});

test("a model is loaded by what is inside, without an installation", async (t) => {
  const folder = await unpack(t);
  const file = join(folder, "model.gguf");
  await writeModel(file, PRESETS.tinyQwen2, 1);
  const host = fork(join(folder, "dist", "model-host.mjs"), [], { cwd: folder, serialization: "advanced" });
  t.after(() => host.kill("SIGKILL"));
  const input = { file, purpose: "completion", gpu: "off", contextTokensMax: 256, adapters: [] } as const;
  host.send({ kind: "open", id: 1, input } satisfies HostRequest);
  for (;;) {
    const [answer] = (await once(host, "message")) as [HostAnswer];
    if (answer.kind === "log" || answer.kind === "progress") continue;
    assert.equal(answer.kind, "done", JSON.stringify(answer));
    break;
  }
});

/** The extension in a folder where nothing else is. */
async function unpack(t: TestContext): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "tacit-vsix-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const entry of readZip(vsixFile())) {
    const file = join(folder, entry.name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, entry.read());
  }
  return join(folder, "extension");
}

function inDist(name: string): string {
  return `extension/dist/${name}`;
}

function inLlama(name: string): string {
  return inDist(`node-llama-cpp/${name}`);
}

/** What users install: exactly the files that are needed, and all of them. */
import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdir, mkdtemp, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { test } from "node:test";
import { promisify } from "node:util";
import { TARGET, vsixFile } from "../../scripts/vsix.ts";
import { readZip } from "../support/zip.ts";

const SIZE_MB_MAX = 15;

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
  ...["extension.cjs", "sidecar.mjs", "cli.mjs", "chunk-worker.mjs", "hnsw-worker.mjs", "package-worker.mjs"].map(
    inDist,
  ),
  "extension/node_modules/bindings/LICENSE.md",
  "extension/node_modules/bindings/bindings.js",
  "extension/node_modules/bindings/package.json",
  "extension/node_modules/file-uri-to-path/LICENSE",
  "extension/node_modules/file-uri-to-path/index.js",
  "extension/node_modules/file-uri-to-path/package.json",
  "extension/node_modules/hnswlib-node/LICENSE.txt",
  "extension/node_modules/hnswlib-node/build/Release/addon.node",
  "extension/node_modules/hnswlib-node/lib/index.js",
  "extension/node_modules/hnswlib-node/package.json",
  "extension/node_modules/@vscode/tree-sitter-wasm/LICENSE",
  "extension/node_modules/@vscode/tree-sitter-wasm/package.json",
  "extension/node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.js",
  "extension/node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter.wasm",
  ...GRAMMARS.map((name) => `extension/node_modules/@vscode/tree-sitter-wasm/wasm/tree-sitter-${name}.wasm`),
];

/** Folders whose files come and go with the product. */
const FREE = /^extension\/(media\/.+\.(png|svg|html|css|js|md)|dist\/migrations\/\d+[-\w]*\.sql)$/;

test("the package holds what is needed and nothing else", () => {
  const names = readZip(vsixFile()).map((entry) => entry.name);
  assert.deepEqual(names.filter((name) => !FREE.test(name)).sort(), EXPECTED.toSorted());
  assert.ok(names.some((name) => name.startsWith("extension/dist/migrations/")));
  assert.ok(names.includes("extension/media/icon.png"));
});

test(`the package is smaller than ${SIZE_MB_MAX} MB and made for this platform`, async () => {
  assert.ok((await stat(vsixFile())).size < SIZE_MB_MAX * 1e6);
  const manifest = readZip(vsixFile()).find((entry) => entry.name === "extension.vsixmanifest");
  assert.match(manifest?.read().toString() ?? "", new RegExp(`TargetPlatform="${TARGET}"`));
});

test("what it runs loads from its own files, without an installation", async (t) => {
  const folder = await mkdtemp(join(tmpdir(), "tacit-vsix-"));
  t.after(() => rm(folder, { recursive: true, force: true }));
  for (const entry of readZip(vsixFile())) {
    const file = join(folder, entry.name);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, entry.read());
  }
  const node = (...args: string[]) => promisify(execFile)(process.execPath, args, { cwd: join(folder, "extension") });
  await node("-e", "new (require('hnswlib-node').HierarchicalNSW)('cosine', 3)");
  await node("-e", "require('@vscode/tree-sitter-wasm').Parser.init()");
  const { stdout } = await node("bin/tacit.mjs", "--version");
  assert.match(stdout, /\d+\.\d+\.\d+/);
});

function inDist(name: string): string {
  return `extension/dist/${name}`;
}

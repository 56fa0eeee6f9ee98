/**
 * Builds what runs: the extension (CommonJS, for the editor's host) and the sidecar with its workers, the process of a
 * model and the CLI (ESM). Native packages and grammars stay outside the bundles and travel in the VSIX as they are.
 */
import { readFileSync } from "node:fs";
import { cp, rename, rm, writeFile } from "node:fs/promises";
import { build } from "esbuild";
import { LLAMA_ENTRY, LLAMA_EXTERNAL, LLAMA_FILES, llamaPlugin } from "./scripts/bundle-llama.mjs";
import { noticesOf } from "./scripts/notices.mjs";

const { version } = JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8"));

/** Built beside the last build and put in its place at the end: what runs from dist/ never sees half of one. */
const FRESH = "dist.new";

/** @type {import("esbuild").BuildOptions} */
const common = {
  bundle: true,
  platform: "node",
  target: "node22",
  outdir: FRESH,
  sourcemap: "linked",
  sourcesContent: false,
  minifySyntax: true,
  legalComments: "none",
  logLevel: "warning",
  metafile: true,
  define: { TACIT_VERSION: JSON.stringify(version) },
};

/** @type {import("esbuild").BuildOptions} */
const module = {
  ...common,
  format: "esm",
  outExtension: { ".js": ".mjs" },
  // Bundled CommonJS packages ask for Node's own modules with require().
  banner: {
    js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
  },
};

await rm(FRESH, { recursive: true, force: true });
const builds = await Promise.all([
  build({
    ...common,
    entryPoints: { extension: "extension/main.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
  }),
  build({
    ...module,
    entryPoints: {
      sidecar: "sidecar/main.ts",
      cli: "sidecar/cli.ts",
      "hnsw-worker": "sidecar/vectors/hnsw-worker.ts",
      "chunk-worker": "sidecar/code/chunk-worker.ts",
      "redact-worker": "sidecar/learn/redact-worker.ts",
      "beside-worker": "sidecar/store/beside-worker.ts",
      "package-worker": "sidecar/formatter/package-worker.ts",
    },
    external: ["hnswlib-node", "@vscode/tree-sitter-wasm"],
  }),
  build({
    ...module,
    entryPoints: { "model-host": "sidecar/engine/llama/model-host.ts", ...LLAMA_ENTRY },
    // Both of them need most of the package: it lies in a file between them.
    splitting: true,
    chunkNames: "model-host-[hash]",
    plugins: [llamaPlugin],
    external: LLAMA_EXTERNAL,
  }),
]);
for (const file of LLAMA_FILES) await cp(`node_modules/${file}`, `${FRESH}/${file}`);
await writeFile(`${FRESH}/third-party.txt`, noticesOf(builds.map(({ metafile }) => metafile)));
await cp("scripts/licenses/llama.cpp.txt", `${FRESH}/node-llama-cpp/llama.cpp-LICENSE`);
await cp("sidecar/store/migrations", `${FRESH}/migrations`, { recursive: true });
await rm("dist", { recursive: true, force: true });
await rename(FRESH, "dist");

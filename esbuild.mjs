/**
 * Builds what runs: the extension (CommonJS, for the editor's host) and the sidecar with its workers and the CLI (ESM).
 * Native packages and grammars stay outside the bundles and travel in the VSIX as they are.
 */
import { readFileSync } from "node:fs";
import { cp, rename, rm } from "node:fs/promises";
import { build } from "esbuild";

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
  define: { TACIT_VERSION: JSON.stringify(version) },
};

await rm(FRESH, { recursive: true, force: true });
await Promise.all([
  build({
    ...common,
    entryPoints: { extension: "extension/main.ts" },
    format: "cjs",
    outExtension: { ".js": ".cjs" },
    external: ["vscode"],
  }),
  build({
    ...common,
    entryPoints: {
      sidecar: "sidecar/main.ts",
      cli: "sidecar/cli.ts",
      "hnsw-worker": "sidecar/vectors/hnsw-worker.ts",
      "chunk-worker": "sidecar/code/chunk-worker.ts",
      "package-worker": "sidecar/formatter/package-worker.ts",
    },
    format: "esm",
    outExtension: { ".js": ".mjs" },
    external: ["hnswlib-node", "@vscode/tree-sitter-wasm"],
    // Bundled CommonJS packages ask for Node's own modules with require().
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  }),
]);
await cp("sidecar/store/migrations", `${FRESH}/migrations`, { recursive: true });
await rm("dist", { recursive: true, force: true });
await rename(FRESH, "dist");

import type { Plugin } from "esbuild";

/** The script of the process in which a binary is tried, as an entry point. */
export const LLAMA_ENTRY: Readonly<Record<string, string>>;

/** What node-llama-cpp reads from its own folder, below `node_modules` as beside the bundle. */
export const LLAMA_FILES: readonly string[];

/** Not at hand at run time. */
export const LLAMA_EXTERNAL: string[];

/** Bundles node-llama-cpp without what compiles and downloads. */
export const llamaPlugin: Plugin;

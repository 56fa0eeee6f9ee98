/**
 * How node-llama-cpp gets into a bundle. As a package it weighs 41 MB and brings a compiler's driver, a downloader and
 * the sources of llama.cpp; what a model's process needs of it is a megabyte and a half of JavaScript. The binaries are
 * packages of their own (`@node-llama-cpp/linux-x64`, …) and stay outside.
 */
import { readFile } from "node:fs/promises";

/** Where it pretends to lie, beside the bundles. */
const FOLDER = "node-llama-cpp";
const TEST_SCRIPT = `${FOLDER}/dist/bindings/utils/testBindingBinary`;

/**
 * It tries a binary in a process of its own before it loads it: that a driver is broken must not end the model's
 * process. The script of that process has to be a file of this name, or the trial is left out.
 */
export const LLAMA_ENTRY = { [TEST_SCRIPT]: `./node_modules/${TEST_SCRIPT}.js` };

/** What it reads from its own folder, below `node_modules` as below `dist`. */
export const LLAMA_FILES = ["package.json", "LICENSE", "llama/binariesGithubRelease.json"].map(
  (file) => `${FOLDER}/${file}`,
);

/** Not at hand at run time: binaries are loaded by their place, and Electron's module only in its main process. */
export const LLAMA_EXTERNAL = ["@node-llama-cpp/*", "electron"];

/** What it compiles and downloads with. Without them it can do neither, whatever it is asked for. */
const LEFT_OUT = /^(?:simple-git|cmake-js|ipull)$/;

/** @type {import("esbuild").Plugin} */
export const llamaPlugin = {
  name: "node-llama-cpp",
  setup({ onLoad, onResolve, resolve }) {
    // It does not say so itself, but its files do nothing when they are imported: what is not used is dropped.
    onResolve({ filter: /^node-llama-cpp$/ }, async ({ path, kind, resolveDir, pluginData }) => {
      if (pluginData === FOLDER) return undefined;
      return { ...(await resolve(path, { kind, resolveDir, pluginData: FOLDER })), sideEffects: false };
    });
    onResolve({ filter: LEFT_OUT }, ({ path }) => ({ path, namespace: "left-out" }));
    onLoad({ filter: /.*/, namespace: "left-out" }, ({ path }) => ({
      contents: `module.exports = new Proxy({}, { get() { throw new Error("${path} does not come with Tacit"); } });`,
    }));
    // Its files find each other, and its version, by where they lie. In a bundle each goes on to say what it said.
    onLoad({ filter: /[\\/]node_modules[\\/]node-llama-cpp[\\/]dist[\\/].*\.js$/ }, async ({ path }) => {
      const place = path
        .replace(/^.*[\\/]node_modules[\\/]/, "./")
        .replaceAll("\\", "/")
        .replace(/\.js$/, ".mjs");
      const text = await readFile(path, "utf8");
      return { contents: text.replaceAll("import.meta.url", `new URL("${place}", import.meta.url).href`) };
    });
  },
};

/**
 * What the extension for a platform holds: what `.vscodeignore` lists of this folder, and llama.cpp's binaries. Packages
 * lie in `dist/node_modules` there, beside the bundles that ask for them: vsce takes those of a root folder only where
 * npm has installed them.
 */
import { existsSync, globSync } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { basename, join, sep } from "node:path";
import { type LlamaPackage, provideLlamaPackages, TARGETS } from "./llama-packages.ts";
import { Failure } from "./steps.mjs";
import { ROOT, TARGET } from "./vsix.ts";

/** One file: where it lies, and its path in the extension, with "/". */
export interface Content {
  readonly from: string;
  readonly to: string;
}

/** Compiled here, for this platform alone. */
const ADDON = "node_modules/hnswlib-node/build/Release/addon.node";

const LLAMA_PATTERNS = ["package.json", "LICENSE", "dist/index.js", "bins/**"];
/** What a linker needs on Windows. */
const LINKER_FILE = /\.(?:lib|exp)$/;
/**
 * llama.cpp brings itself for each kind of processor. Where it computes on a GPU, a kind that all have and the one of
 * 2013 are enough: a fifth of the download.
 */
const SPARE_CPU = /^(?:lib)?ggml-cpu-(?!x64\.|haswell\.)/;

/** All files; a {@link Failure} names what is missing. */
export async function listContents(target: string): Promise<readonly Content[]> {
  if (!TARGETS.includes(target)) throw new Failure(`Tacit is packaged for ${TARGETS.join(", ")}, not for ${target}.`);
  const own = await listOwn();
  const binaries = (await provideLlamaPackages(target)).flatMap(listLlama);
  // Last, for all else can be had on any machine.
  if (target !== TARGET) {
    throw new Failure(
      `The vector index for ${target} has to be compiled on that platform; this is ${TARGET}. ` +
        "Run the same there, or let .github/workflows/release.yml do it.",
    );
  }
  if (!existsSync(join(ROOT, ADDON))) throw new Failure("The vector index is not compiled. Run `npm run setup` first.");
  const contents = [...own, ...binaries];
  const isFile = await Promise.all(contents.map(async ({ from }) => (await stat(from)).isFile()));
  return contents.filter((_, index) => isFile[index]);
}

async function listOwn(): Promise<readonly Content[]> {
  const lines = (await readFile(join(ROOT, ".vscodeignore"), "utf8")).split("\n");
  const patterns = lines.filter((line) => line.startsWith("!")).map((line) => line.slice(1).trim());
  return patterns.flatMap((pattern) => {
    const files = globSync(pattern, { cwd: ROOT });
    if (files.length === 0) throw new Failure(`${pattern} of .vscodeignore does not exist. Is all of it built?`);
    return files.map((file) => ({ from: join(ROOT, file), to: placeOf(file) }));
  });
}

function listLlama({ name, folder }: LlamaPackage): readonly Content[] {
  const isForGpu = name.endsWith("-vulkan");
  return globSync(LLAMA_PATTERNS, { cwd: folder })
    .filter((file) => !LINKER_FILE.test(file) && !(isForGpu && SPARE_CPU.test(basename(file))))
    .map((file) => ({ from: join(folder, file), to: placeOf(join("node_modules", name, file)) }));
}

function placeOf(file: string): string {
  const path = file.replaceAll(sep, "/");
  return path.startsWith("node_modules/") ? `dist/${path}` : path;
}

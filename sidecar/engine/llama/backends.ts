/**
 * What llama.cpp can be given after the installation, and is not inside for its size: computing with CUDA. The packages
 * are data (`backends.json`, made by `scripts/pin-backends.ts`); what was added lies in the data folder, and the process
 * of a model finds it there.
 */
import { existsSync, readdirSync } from "node:fs";
import * as module from "node:module";
import { basename, dirname, join } from "node:path";
import { pathToFileURL } from "node:url";
import * as v from "valibot";
import backends from "./backends.json" with { type: "json" };

/** A package of npm's, at one version. */
export interface BackendPackage {
  readonly name: string;
  readonly version: string;
  /** Of its tarball. */
  readonly bytes: number;
  /** Of its tarball, in lowercase hexadecimal. */
  readonly sha256: string;
}

/** Major version of NVIDIA's run-time libraries. */
export type CudaVersion = 12 | 13;

/** In the data folder. */
export const BACKENDS_FOLDER = "backends";

const packageSchema = v.object({
  name: v.pipe(v.string(), v.regex(/^@node-llama-cpp\/[a-z0-9-]+$/)),
  bytes: v.pipe(v.number(), v.integer(), v.minValue(1)),
  sha256: v.pipe(v.string(), v.regex(/^[0-9a-f]{64}$/)),
});
const schema = v.object({
  version: v.pipe(v.string(), v.regex(/^\d+\.\d+\.\d+$/)),
  platforms: v.record(v.string(), v.object({ cuda: packageSchema, cuda12: packageSchema })),
});

/**
 * What computing with CUDA takes on a platform ("linux-x64"); nothing where it is not to be had. The package is made for
 * CUDA 13; with CUDA 12 only, a second one has to lie beside it, and the first one's own library is passed over.
 */
export function cudaPackages(platform: string, cuda: CudaVersion): readonly BackendPackage[] {
  const { version, platforms } = v.parse(schema, backends);
  const found = platforms[platform];
  if (!found) return [];
  return (cuda === 13 ? [found.cuda] : [found.cuda, found.cuda12]).map((one) => ({ ...one, version }));
}

/** Where a package lies once it was added. The folder has its name only when all of it is there. */
export function backendFolder(folder: string, { name, version }: BackendPackage): string {
  return join(folder, `${name}@${version}`);
}

export function isAdded(folder: string, backend: BackendPackage): boolean {
  return existsSync(backendFolder(folder, backend));
}

/** Whether the package was added for an earlier version of Tacit: it is of no use to this one. */
export function isOutdated(folder: string, backend: BackendPackage): boolean {
  const prefix = `${basename(backend.name)}@`;
  try {
    const names = readdirSync(dirname(backendFolder(folder, backend))).filter((name) => name.startsWith(prefix));
    return !isAdded(folder, backend) && names.some((name) => /^\d+\.\d+\.\d+$/.test(name.slice(prefix.length)));
  } catch {
    // Nothing was ever added.
    return false;
  }
}

/**
 * From now on this process finds added packages where node-llama-cpp asks for them by their names, as if npm had installed
 * them. To be called before that is imported. Without effect on a Node that cannot do that (before 22.15).
 */
export function useAddedBackends(folder: string): void {
  const platform = `${process.platform}-${process.arch}`;
  const added = new Map(
    cudaPackages(platform, 12)
      .filter((one) => isAdded(folder, one))
      .map((one) => [one.name, pathToFileURL(join(backendFolder(folder, one), "dist", "index.js")).href]),
  );
  if (added.size === 0 || !("registerHooks" in module)) return;
  module.registerHooks({
    resolve(specifier, context, nextResolve) {
      const url = added.get(specifier);
      return url === undefined ? nextResolve(specifier, context) : { url, format: "module", shortCircuit: true };
    },
  });
}

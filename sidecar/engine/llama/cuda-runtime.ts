/**
 * Whether NVIDIA's run-time libraries are on this machine, and of which version. They come with the CUDA toolkit, not with
 * the driver, and llama.cpp does not bring them.
 */
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { CudaVersion } from "./backends.ts";

/** The machine that is looked at; tests put something else there. */
export interface RuntimeSources {
  readonly platform: NodeJS.Platform;
  readonly environment: NodeJS.ProcessEnv;
  /** Where toolkits are installed, each in a folder of its own. */
  readonly toolkitsFolder: string;
  readonly libraryFolders: readonly string[];
}

const LIBRARIES = ["cudart", "cublas", "cublasLt"];
const VERSIONS: readonly CudaVersion[] = [13, 12];

/** The newest version of which all libraries are found; undefined for none. */
export function findCudaRuntime(sources: RuntimeSources = systemSources()): CudaVersion | undefined {
  const folders = sources.platform === "win32" ? windowsFolders(sources) : linuxFolders(sources);
  return VERSIONS.find((version) =>
    LIBRARIES.every((library) => {
      const file = fileOf(library, version, sources.platform);
      return folders.some((folder) => existsSync(join(folder, file)));
    }),
  );
}

function fileOf(library: string, version: CudaVersion, platform: NodeJS.Platform): string {
  return platform === "win32" ? `${library}64_${version}.dll` : `lib${library}.so.${version}`;
}

function linuxFolders({ environment, toolkitsFolder, libraryFolders }: RuntimeSources): readonly string[] {
  const toolkits = foldersIn(toolkitsFolder, /^cuda/);
  return [
    ...(environment["LD_LIBRARY_PATH"] ?? "").split(":").filter((folder) => folder !== ""),
    ...libraryFolders,
    ...toolkits.flatMap((toolkit) => [join(toolkit, "lib64"), join(toolkit, "targets", "x86_64-linux", "lib")]),
  ];
}

/** From CUDA 13 on the libraries lie one folder deeper. */
function windowsFolders({ environment, toolkitsFolder }: RuntimeSources): readonly string[] {
  const named = environment["CUDA_PATH"];
  const toolkits = [...(named ? [named] : []), ...foldersIn(toolkitsFolder, /^v\d/)];
  return [
    ...(environment["PATH"] ?? environment["Path"] ?? "").split(";").filter((folder) => folder !== ""),
    ...toolkits.flatMap((toolkit) => [join(toolkit, "bin"), join(toolkit, "bin", "x64")]),
  ];
}

function foldersIn(folder: string, pattern: RegExp): readonly string[] {
  try {
    const names = readdirSync(folder).filter((name) => pattern.test(name));
    return names.map((name) => join(folder, name));
  } catch {
    // No toolkit was ever installed there.
    return [];
  }
}

function systemSources(): RuntimeSources {
  const { platform, env: environment } = process;
  const programs = environment["ProgramFiles"] ?? "C:\\Program Files";
  return {
    platform,
    environment,
    toolkitsFolder: platform === "win32" ? `${programs}\\NVIDIA GPU Computing Toolkit\\CUDA` : "/usr/local",
    libraryFolders: ["/usr/lib", "/usr/lib64", "/usr/lib/x86_64-linux-gnu"],
  };
}

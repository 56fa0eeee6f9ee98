/**
 * The libraries that computing on a graphics card takes besides its driver, for the processes that are started from here:
 * what the machine is told to use, what was brought along, and where toolkits and containers put them.
 */
import { execFileSync } from "node:child_process";
import { existsSync, globSync } from "node:fs";
import { join } from "node:path";

/** Where `pack-gpu.ts` puts what is brought along, below the archive's folder. */
export const LIBRARIES_FOLDER = "libraries";

/** Toolkits of CUDA, and the driver as Kubernetes gives it to a container. */
const USUAL_FOLDERS = [
  "/usr/local/cuda*/lib64",
  "/usr/local/cuda*/lib",
  "/usr/local/cuda*/targets/x86_64-linux/lib",
  "/usr/local/nvidia/lib64",
];
/** Where such a container has what Vulkan's loader looks for in /etc and /usr/share. */
const CONTAINER_DRIVER = "/usr/local/nvidia/share/vulkan/icd.d/nvidia_icd.json";
const USUAL_DRIVERS = ["/etc/vulkan/icd.d/*.json", "/usr/share/vulkan/icd.d/*.json"];

/** Tells processes that are started from now on where to look. `root`: that of the archive. */
export function useLibraries(root: string, environment: NodeJS.ProcessEnv): void {
  const told = (environment["LD_LIBRARY_PATH"] ?? "").split(":").filter((folder) => folder !== "");
  const brought = join(root, LIBRARIES_FOLDER);
  const found = [...USUAL_FOLDERS.flatMap((pattern) => globSync(pattern)), ...wheelFolders()];
  const folders = [...told, ...(existsSync(brought) ? [brought] : []), ...found];
  if (folders.length > 0) environment["LD_LIBRARY_PATH"] = folders.join(":");
  const isDriverKnown = environment["VK_DRIVER_FILES"] !== undefined || globSync(USUAL_DRIVERS).length > 0;
  if (!isDriverKnown && existsSync(CONTAINER_DRIVER)) environment["VK_DRIVER_FILES"] = CONTAINER_DRIVER;
}

/** PyTorch brings CUDA in packages of Python's. */
function wheelFolders(): readonly string[] {
  const paths = linesOf("python3", ["-c", "import sys; print('\\n'.join(sys.path))"]);
  return paths.filter((path) => path !== "").flatMap((path) => globSync(join(path, "nvidia/*/lib")));
}

/** What the linker does not find of the libraries that computing with `gpu` takes, one line for each of its files. */
export function missingFor(gpu: "cuda" | "vulkan", packagesFolder: string): readonly string[] {
  const files = globSync(`@node-llama-cpp/linux-x64-${gpu}*/bins/**/libggml-${gpu}.so`, { cwd: packagesFolder });
  if (files.length === 0) return [`there is no package for ${gpu}`];
  return files.flatMap((file) => {
    const missing = linesOf("ldd", [join(packagesFolder, file)]).flatMap(
      (line) => /^\s*(\S+) => not found/.exec(line)?.[1] ?? [],
    );
    // It is beside it when it is loaded.
    const foreign = [...new Set(missing)].filter((name) => !name.startsWith("libggml"));
    return foreign.length === 0 ? [] : [`${file.replace(/^@[^/]+\//, "")} lacks ${foreign.join(", ")}`];
  });
}

/** What a program prints; nothing where the machine does not have it, for it only helps. */
function linesOf(program: string, args: readonly string[]): readonly string[] {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] }).split("\n");
  } catch {
    return [];
  }
}

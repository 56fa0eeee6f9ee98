/**
 * What this machine has for a model: memory, and graphics cards as far as their drivers' own tools and the system tell.
 * Nothing native is loaded for it; what llama.cpp makes of it is for the engine to say.
 */
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { arch, cpus, platform, totalmem } from "node:os";
import { join } from "node:path";

export interface Gpu {
  readonly name: string;
  /** `unified`: it shares the machine's memory. */
  readonly kind: "nvidia" | "amd" | "unified";
  readonly memoryMb: number;
  readonly freeMb: number;
  /** Version of its driver; null where it does not tell. */
  readonly driver: string | null;
}

export interface Machine {
  readonly cores: number;
  readonly memoryMb: number;
  /** Megabytes that a new process can have without others being swapped out. */
  readonly freeMb: number;
  readonly gpus: readonly Gpu[];
  /** Whether the loader of Vulkan is installed, which drives graphics cards of all makers. */
  readonly hasVulkan: boolean;
}

/** What it looks at; tests put something else there. */
export interface MachineSources {
  readonly platform: NodeJS.Platform;
  readonly arch: string;
  readonly run: (program: string, args: readonly string[]) => Promise<string>;
  /** Where Linux describes graphics cards. */
  readonly cardsFolder: string;
  readonly vulkanFiles: readonly string[];
}

const RUN_MS_MAX = 3000;
const MB = 1024 * 1024;
const NVIDIA_FIELDS = "name,memory.total,memory.free,driver_version";
/** macOS lets graphics have so much of the memory that both share. */
const UNIFIED_SHARE = 0.7;

const SYSTEM: MachineSources = {
  platform: platform(),
  arch: arch(),
  run: runProgram,
  cardsFolder: "/sys/class/drm",
  vulkanFiles: vulkanFilesOf(platform()),
};

export async function readMachine(sources: MachineSources = SYSTEM): Promise<Machine> {
  const memoryMb = Math.floor(totalmem() / MB);
  const processors = cpus();
  const isUnified = sources.platform === "darwin" && sources.arch === "arm64";
  const unified: Gpu = {
    name: processors[0]?.model ?? "Apple",
    kind: "unified",
    memoryMb,
    freeMb: Math.floor(memoryMb * UNIFIED_SHARE),
    driver: null,
  };
  return {
    cores: processors.length,
    memoryMb,
    // As a container allows; macOS counts what it can drop at any time as used.
    freeMb: isUnified ? Math.floor(memoryMb / 2) : Math.floor(process.availableMemory() / MB),
    gpus: isUnified ? [unified] : [...(await readNvidia(sources)), ...(await readAmd(sources))],
    hasVulkan: sources.vulkanFiles.some((file) => existsSync(file)),
  };
}

/** One line for people: "16 cores, 31.0 GB (22.4 GB free), NVIDIA RTX 4070 (12.3 GB, 11.0 GB free, driver 550.54)". */
export function describeMachine({ cores, memoryMb, freeMb, gpus }: Machine): string {
  const gb = (mb: number): string => `${(mb / 1024).toFixed(1)} GB`;
  const cards = gpus.map(({ name, kind, memoryMb: total, freeMb: free, driver }) => {
    const memory = kind === "unified" ? "shared memory" : `${gb(total)}, ${gb(free)} free`;
    return `${name} (${memory}${driver === null ? "" : `, driver ${driver}`})`;
  });
  const graphics = cards.length === 0 ? "no graphics card that is known" : cards.join(", ");
  return `${cores} cores, ${gb(memoryMb)} memory (${gb(freeMb)} free), ${graphics}`;
}

async function readNvidia({ run }: MachineSources): Promise<Gpu[]> {
  try {
    return parseNvidiaSmi(await run("nvidia-smi", [`--query-gpu=${NVIDIA_FIELDS}`, "--format=csv,noheader,nounits"]));
  } catch {
    // It is not installed, hangs, or finds no card: there is none that could be used.
    return [];
  }
}

/** Lines of `nvidia-smi` with the fields that are asked for; what is not understood is left out. */
export function parseNvidiaSmi(text: string): Gpu[] {
  return text.split("\n").flatMap((line): Gpu[] => {
    const [name, total, free, driver] = line.split(",").map((field) => field.trim());
    const [memoryMb, freeMb] = [Number(total), Number(free)];
    if (!name || !driver || !Number.isFinite(memoryMb) || !Number.isFinite(freeMb) || memoryMb <= 0) return [];
    return [{ name: `NVIDIA ${name.replace(/^NVIDIA /, "")}`, kind: "nvidia", memoryMb, freeMb, driver }];
  });
}

/** The kernel's driver of AMD's cards tells their memory in files. */
async function readAmd({ platform: system, cardsFolder }: MachineSources): Promise<Gpu[]> {
  if (system !== "linux") return [];
  const names = await readdir(cardsFolder).catch(() => []);
  const gpus = names
    .filter((name) => /^card\d+$/.test(name))
    .map(async (name): Promise<Gpu[]> => {
      const read = async (file: string): Promise<number> =>
        Number(await readFile(join(cardsFolder, name, "device", file), "utf8").catch(() => Number.NaN));
      const total = await read("mem_info_vram_total");
      const used = await read("mem_info_vram_used");
      if (!Number.isFinite(total) || !Number.isFinite(used)) return [];
      const [memoryMb, freeMb] = [Math.floor(total / MB), Math.floor((total - used) / MB)];
      return [{ name: "AMD graphics", kind: "amd", memoryMb, freeMb, driver: null }];
    });
  return (await Promise.all(gpus)).flat();
}

function runProgram(program: string, args: readonly string[]): Promise<string> {
  return new Promise((resolve, reject) => {
    execFile(program, args, { timeout: RUN_MS_MAX, windowsHide: true, killSignal: "SIGKILL" }, (error, stdout) => {
      if (error) reject(new Error(`${program} failed`, { cause: error }));
      else resolve(stdout);
    });
  });
}

function vulkanFilesOf(system: NodeJS.Platform): string[] {
  if (system === "win32") return ["C:\\Windows\\System32\\vulkan-1.dll"];
  if (system !== "linux") return [];
  const folders = [
    "/usr/lib",
    "/usr/lib64",
    "/usr/lib/x86_64-linux-gnu",
    "/usr/lib/aarch64-linux-gnu",
    "/run/opengl-driver/lib",
  ];
  return folders.map((folder) => `${folder}/libvulkan.so.1`);
}

/**
 * `node scripts/pin-backends.ts`: writes down what the packages are that Tacit adds on a user's machine, after each new
 * node-llama-cpp: `sidecar/engine/llama/backends.json`. What the registry at hand does not have is not offered then.
 */
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fetchTarball } from "./llama-packages.ts";
import { Failure, main, step } from "./steps.mjs";
import { ROOT } from "./vsix.ts";

const FILE = join(ROOT, "sidecar/engine/llama/backends.json");

/** `cuda`: by itself for CUDA 13. `cuda12`: has to lie beside it where there is CUDA 12 only. */
const NAMES = {
  "linux-x64": { cuda: "@node-llama-cpp/linux-x64-cuda", cuda12: "@node-llama-cpp/linux-x64-cuda-ext" },
  "win32-x64": { cuda: "@node-llama-cpp/win-x64-cuda", cuda12: "@node-llama-cpp/win-x64-cuda-ext" },
};

await main(async () => {
  const manifest = await readFile(join(ROOT, "node_modules/node-llama-cpp/package.json"), "utf8");
  const { version } = JSON.parse(manifest) as { version: string };
  const platforms: Record<string, unknown> = {};
  for (const [platform, { cuda, cuda12 }] of Object.entries(NAMES)) {
    try {
      platforms[platform] = { cuda: await pin(cuda, version), cuda12: await pin(cuda12, version) };
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      console.error(`${platform} is left out: ${error.message}`);
    }
  }
  await writeFile(FILE, `${JSON.stringify({ version, platforms }, null, 2)}\n`);
});

async function pin(name: string, version: string): Promise<object> {
  const folder = await mkdtemp(join(tmpdir(), "tacit-pin-"));
  try {
    return await step(`look at ${name}@${version}`, async () => {
      const file = await fetchTarball(name, version, folder);
      const sha256 = createHash("sha256")
        .update(await readFile(file))
        .digest("hex");
      return { name, bytes: (await stat(file)).size, sha256 };
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * The oldest Node that the extension must run on: the one of VS Code 1.101, the first that has SQLite. It is what the
 * process tests run the sidecar with beside the current one; it lacks things that newer ones have (full-text search in
 * SQLite, some options), and nobody would notice otherwise.
 */
import { existsSync } from "node:fs";
import { mkdir, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { run, step } from "./steps.mjs";
import { ROOT } from "./vsix.ts";

const VERSION = "22.15.1";

/** Installs it under build/ where it is missing; returns the binary. On other systems than Linux: the Node at hand. */
export async function provideOldestNode(): Promise<string> {
  if (process.platform !== "linux") return process.execPath;
  const name = `node-linux-${process.arch}`;
  const folder = join(ROOT, "build", `node-${VERSION}`);
  const binary = join(folder, "node_modules", name, "bin", "node");
  if (existsSync(binary)) return binary;
  await step(`install Node ${VERSION} for the tests`, async () => {
    const fresh = `${folder}.installing`;
    await rm(fresh, { recursive: true, force: true });
    await mkdir(fresh, { recursive: true });
    await writeFile(join(fresh, "package.json"), `{ "private": true }\n`);
    const options = ["--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"];
    await run("npm", ["install", ...options, "--save-exact", `${name}@${VERSION}`], { cwd: fresh });
    await rm(folder, { recursive: true, force: true });
    await rename(fresh, folder);
  });
  return binary;
}

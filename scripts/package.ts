/**
 * Packages dist/ and the few dependencies that cannot be bundled into a VSIX for this platform. `.vscodeignore` names
 * every file that travels. The result is kept while nothing that goes into it has changed.
 */
import { createHash } from "node:crypto";
import { existsSync, globSync } from "node:fs";
import { mkdir, readFile, rename, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { createVSIX } from "@vscode/vsce";
import { main, step } from "./steps.mjs";
import { ROOT, TARGET, vsixFile } from "./vsix.ts";

/** All that decides what the VSIX holds; packages under node_modules are covered by the lock and the addon. */
const INPUTS = [
  "dist/**",
  "media/**",
  "bin/tacit.mjs",
  "package.json",
  "package-lock.json",
  "README.md",
  "CHANGELOG.md",
  "LICENSE",
  ".vscodeignore",
  "node_modules/hnswlib-node/build/Release/addon.node",
];

await main(async () => {
  const vsix = vsixFile();
  const stamp = `${vsix}.stamp`;
  await step("package the extension", async () => {
    const hash = await hashInputs();
    if (existsSync(vsix) && existsSync(stamp) && (await readFile(stamp, "utf8")) === hash) {
      return { note: `${await describe(vsix)}, unchanged` };
    }
    await mkdir(dirname(vsix), { recursive: true });
    const unfinished = `${vsix}.${process.pid}.tmp`;
    await createQuietly(unfinished);
    await rename(unfinished, vsix);
    await writeFile(stamp, hash);
    return { note: await describe(vsix) };
  });
});

async function hashInputs(): Promise<string> {
  const hash = createHash("sha256").update(TARGET);
  for (const pattern of INPUTS) {
    for (const file of globSync(pattern, { cwd: ROOT }).sort()) {
      const path = join(ROOT, file);
      if (!(await stat(path)).isFile()) continue;
      hash.update(`\0${file}\0`).update(await readFile(path));
    }
  }
  return hash.digest("hex");
}

/** vsce lists every file on the console; the test on the VSIX does that better. Its warnings are kept. */
async function createQuietly(packagePath: string): Promise<void> {
  const log = console.log;
  console.log = () => undefined;
  try {
    await createVSIX({ cwd: ROOT, packagePath, target: TARGET });
  } finally {
    console.log = log;
  }
}

async function describe(vsix: string): Promise<string> {
  const { size } = await stat(vsix);
  return `${join(relative(ROOT, dirname(vsix)), basename(vsix))}, ${(size / 1e6).toFixed(1)} MB`;
}

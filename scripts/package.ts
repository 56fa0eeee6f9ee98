/**
 * Packages the extension into a VSIX: for this platform, or with `--target` for another as far as that can be done here.
 * The result is kept while nothing that goes into it has changed.
 */
import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { cp, mkdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join, relative } from "node:path";
import { parseArgs } from "node:util";
import { type Content, listContents } from "./contents.ts";
import { createVsix } from "./create-vsix.ts";
import { main, step } from "./steps.mjs";
import { ROOT, TARGET, vsixFile } from "./vsix.ts";

await main(async () => {
  const { values } = parseArgs({ options: { target: { type: "string", default: TARGET } } });
  const { target } = values;
  const contents = await listContents(target);
  const vsix = vsixFile(target);
  const stamp = `${vsix}.stamp`;
  await step(`package the extension for ${target}`, async () => {
    const hash = await hashOf(contents, target);
    if (existsSync(vsix) && existsSync(stamp) && (await readFile(stamp, "utf8")) === hash) {
      return { note: `${await describe(vsix)}, unchanged` };
    }
    const unfinished = `${vsix}.${process.pid}.tmp`;
    const folder = `${unfinished}.folder`;
    try {
      await gather(contents, folder);
      await createVsix({ cwd: folder, packagePath: unfinished, target });
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
    await rename(unfinished, vsix);
    await writeFile(stamp, hash);
    return { note: await describe(vsix) };
  });
});

async function hashOf(contents: readonly Content[], target: string): Promise<string> {
  const hash = createHash("sha256").update(target);
  for (const { from, to } of contents) hash.update(`\0${to}\0`).update(await readFile(from));
  return hash.digest("hex");
}

async function gather(contents: readonly Content[], folder: string): Promise<void> {
  for (const { from, to } of contents) {
    const copy = join(folder, to);
    await mkdir(dirname(copy), { recursive: true });
    await cp(from, copy);
  }
  // All that is there travels. Without a list vsce would ask whether that is meant.
  await writeFile(join(folder, ".vscodeignore"), "");
}

async function describe(vsix: string): Promise<string> {
  const { size } = await stat(vsix);
  return `${join(relative(ROOT, dirname(vsix)), basename(vsix))}, ${(size / 1e6).toFixed(1)} MB`;
}

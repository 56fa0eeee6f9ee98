/** Projects with a formatter: this repository's own Prettier, or programs and packages that only look like formatters. */
import { chmod, mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { fileURLToPath } from "node:url";
import { temporaryFolder, writeFiles } from "./folders.ts";

export const PRETTIER = fileURLToPath(new URL("../../node_modules/prettier", import.meta.url));

/** Puts Prettier where a project has its packages. */
export async function installPrettier(root: string): Promise<void> {
  await mkdir(join(root, "node_modules"), { recursive: true });
  await symlink(PRETTIER, join(root, "node_modules", "prettier"));
}

/** A project that Prettier formats. */
export async function prettierProject(t: TestContext, options: object, files = {}): Promise<string> {
  const root = await temporaryFolder(t);
  await writeFiles(root, { ".prettierrc": JSON.stringify(options), ...files });
  await installPrettier(root);
  return root;
}

/** A project with a package that says it is Prettier; `body` is that of its function `format(text, options)`. */
export async function fakePackageProject(t: TestContext, body: string): Promise<string> {
  const root = await temporaryFolder(t);
  await writeFiles(root, {
    ".prettierrc": "{}",
    "node_modules/prettier/package.json": JSON.stringify({ name: "prettier", main: "index.cjs" }),
    "node_modules/prettier/index.cjs": `
      exports.getFileInfo = async () => ({ ignored: false, inferredParser: "typescript" });
      exports.resolveConfig = async () => ({});
      exports.format = async (text, options) => { ${body} };`,
  });
  return root;
}

/** A project with a shell script that says it is Biome. */
export async function fakeProgramProject(t: TestContext, script: string): Promise<string> {
  const root = await temporaryFolder(t);
  await installProgram(root, script);
  return root;
}

export async function installProgram(root: string, script: string): Promise<void> {
  const path = "node_modules/.bin/biome";
  await writeFiles(root, { "biome.json": "{}", [path]: `#!/bin/sh\n${script}\n` });
  await chmod(join(root, path), 0o755);
}

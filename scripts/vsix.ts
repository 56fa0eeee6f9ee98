/** Where the packaged extension lies and for which platform it is: the native parts in it are made for one. */
import { readFileSync } from "node:fs";
import { join } from "node:path";

export const ROOT = join(import.meta.dirname, "..");

/** The platform in VS Code's words, e.g. "linux-x64". */
export const TARGET = `${process.platform}-${process.arch}`;

/** The file that `npm run package` writes, with `-- --target` for another platform. */
export function vsixFile(target = TARGET): string {
  const { version } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { version: string };
  return join(ROOT, "build", `tacit-${target}-${version}.vsix`);
}

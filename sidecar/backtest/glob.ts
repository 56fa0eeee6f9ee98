/** Finds files by glob: `*` and `?` inside a name, `**` for any folders, `{a,b}`; `$NAME/` at the start is a variable. */
import { readdir } from "node:fs/promises";
import { join, resolve } from "node:path";
import { SidecarError } from "../base/errors.ts";

/** Folders are not followed deeper than this: a link could lead back up. */
const DEPTH_MAX = 24;

/**
 * Absolute paths of the files below `folder` that match any of the globs and none of `exclude` (which is asked about
 * the absolute path, "/" between names), sorted. A folder that does not exist holds nothing.
 */
export async function findSources(
  folder: string,
  globs: readonly string[],
  exclude: readonly string[],
  environment: Readonly<Record<string, string | undefined>>,
): Promise<string[]> {
  const left = exclude.map(globPattern);
  const found = new Set<string>();
  for (const glob of globs) {
    const parts = withVariable(glob, environment).split("/");
    const fixed = parts.findIndex((part) => /[*?{]/.test(part));
    const root = resolve(folder, (fixed < 0 ? parts : parts.slice(0, fixed)).join("/") || "/");
    if (fixed < 0) {
      found.add(root);
      continue;
    }
    const pattern = globPattern(parts.slice(fixed).join("/"));
    for (const path of await filesBelow(root, "", 0)) if (pattern.test(path)) found.add(join(root, path));
  }
  return [...found].filter((path) => !left.some((pattern) => pattern.test(slashes(path)))).sort();
}

/** A pattern for whole paths with "/" between names; a glob without a "/" in front may begin at any folder. */
export function globPattern(glob: string): RegExp {
  const body = glob.replace(/\*\*\/|\*\*|[*?{},]|[^*?{},\w/]/g, (mark) => GLOB_MARKS[mark] ?? `\\${mark}`);
  return new RegExp(`^${glob.startsWith("/") ? "" : "(?:.*/)?"}${body}$`, "u");
}

const GLOB_MARKS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
  "{": "(?:",
  "}": ")",
  ",": "|",
  "-": "-",
  "@": "@",
  " ": " ",
};

async function filesBelow(root: string, path: string, depth: number): Promise<string[]> {
  if (depth > DEPTH_MAX) return [];
  const files: string[] = [];
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((): [] => []);
  for (const entry of entries) {
    const inner = path === "" ? entry.name : `${path}/${entry.name}`;
    if (entry.isDirectory()) files.push(...(await filesBelow(root, inner, depth + 1)));
    else if (entry.isFile()) files.push(inner);
  }
  return files;
}

function withVariable(glob: string, environment: Readonly<Record<string, string | undefined>>): string {
  return glob.replace(/^\$(\w+)/, (_, name: string) => {
    const value = environment[name];
    if (value) return slashes(value).replace(/\/$/, "");
    throw new SidecarError(
      "settings",
      `The sources ${glob} need the environment variable ${name}.`,
      `Set ${name} to the folder that holds them.`,
    );
  });
}

function slashes(path: string): string {
  return path.replaceAll("\\", "/");
}

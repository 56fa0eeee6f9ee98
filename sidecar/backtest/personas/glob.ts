/** Finds files by glob: `*` and `?` inside a name, `**` for any folders, `{a,b}`; `$NAME/` at the start is a variable. */
import { readdir } from "node:fs/promises";
import { dirname, join, resolve } from "node:path";
import { SidecarError } from "../../base/errors.ts";

/** Folders are not followed deeper than this: a link could lead back up. */
const DEPTH_MAX = 24;

/**
 * Absolute paths of the files that match any of the globs, which begin at `folder`, and none of `exclude` (asked about
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
    const parts = splitNames(withVariable(glob, environment));
    // An absolute glob begins with an empty name.
    const root =
      parts[0] === "" ? resolve("/") : /^[a-zA-Z]:$/.test(parts[0]!) ? resolve(`${parts.shift()!}/`) : folder;
    for (const path of await filesMatching(root, parts, 0)) found.add(path);
  }
  return [...found].filter((path) => !left.some((pattern) => pattern.test(slashes(path)))).sort();
}

/** A pattern for whole paths with "/" between names; a glob without a "/" in front may begin at any folder. */
export function globPattern(glob: string): RegExp {
  let depth = 0;
  const body = glob.replace(/\*\*\/|\*\*|[*?{},]|[\\^$+.()[\]|]/g, (mark) => {
    if (mark === "{") depth++;
    if (mark === "}") depth--;
    if (mark === ",") return depth > 0 ? "|" : ",";
    return GLOB_MARKS[mark] ?? `\\${mark}`;
  });
  return new RegExp(`^${glob.startsWith("/") ? "" : "(?:.*/)?"}${body}$`, "u");
}

const GLOB_MARKS: Readonly<Record<string, string>> = {
  "**/": "(?:.*/)?",
  "**": ".*",
  "*": "[^/]*",
  "?": "[^/]",
  "{": "(?:",
  "}": ")",
};

/** Whether its braces are paired. */
export function isGlob(glob: string): boolean {
  let depth = 0;
  for (const char of glob) {
    if (char === "{") depth++;
    if (char === "}" && --depth < 0) return false;
  }
  return depth === 0;
}

async function filesMatching(folder: string, parts: readonly string[], depth: number): Promise<string[]> {
  const [part, ...rest] = parts;
  if (part === undefined || depth > DEPTH_MAX) return [];
  if (part === "" || part === ".") return filesMatching(folder, rest, depth);
  if (part === "..") return filesMatching(dirname(folder), rest, depth);
  const files: string[] = [];
  if (part === "**") files.push(...(await filesMatching(folder, rest.length === 0 ? ["*"] : rest, depth)));
  const name = globPattern(`/${part}`);
  for (const entry of await readdir(folder, { withFileTypes: true }).catch((): [] => [])) {
    const path = join(folder, entry.name);
    if (part === "**") {
      if (entry.isDirectory()) files.push(...(await filesMatching(path, parts, depth + 1)));
    } else if (name.test(`/${entry.name}`)) {
      if (rest.length > 0) files.push(...(await filesMatching(path, rest, depth + 1)));
      else if (entry.isFile()) files.push(path);
    }
  }
  return files;
}

/** At each "/" that stands in no braces; a group in braces that holds one is written out first. */
function splitNames(glob: string): string[] {
  const names: string[] = [""];
  let depth = 0;
  for (const char of glob) {
    if (char === "{") depth++;
    if (char === "}") depth--;
    if (char === "/" && depth === 0) names.push("");
    else names[names.length - 1]! += char;
  }
  return names;
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

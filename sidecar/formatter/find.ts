/**
 * Which formatter a project has chosen for a file: the nearest configuration from the file's folder up to the
 * project's, if what it configures is at hand: among the project's own packages, or on the PATH.
 */
import { constants } from "node:fs";
import { access, readdir, readFile, stat } from "node:fs/promises";
import { delimiter, isAbsolute, join, posix } from "node:path";
import { systemCode } from "../base/errors.ts";
import { type Tool, TOOLS } from "./tools.ts";

export interface FoundFormatter {
  readonly tool: Tool;
  readonly root: string;
  /** The folder of its configuration file, absolute. */
  readonly folder: string;
  /** The configuration file, relative to the project, and what it says. */
  readonly config: string;
  readonly configText: string;
  /** The program, or the folder of the package. */
  readonly location: string;
}

/** Where a project's own programs lie, below one of its folders. */
const PROGRAM_FOLDERS = ["node_modules/.bin", ".venv/bin", "venv/bin"];
const CONFIG_BYTES_MAX = 1_000_000;

/** `folder`: where the file is, relative to `root`, "/" between names. */
export async function findFormatter(
  root: string,
  folder: string,
  languageId: string,
  searchPath = process.env["PATH"] ?? "",
): Promise<FoundFormatter | undefined> {
  const tools = TOOLS.filter(({ languages }) => languages.has(languageId));
  if (tools.length === 0) return undefined;
  const folders = foldersUpFrom(folder);
  for (const [index, each] of folders.entries()) {
    const names = await namesIn(join(root, each));
    for (const tool of tools) {
      const chosen = await chosenBy(tool, join(root, each), names);
      if (!chosen) continue;
      const around = folders.slice(index).map((name) => join(root, name));
      const location = await locate(tool, around, searchPath);
      if (location === undefined) continue;
      const config = posix.join(each, chosen.name);
      return { tool, root, folder: join(root, each), config, configText: chosen.text, location };
    }
  }
  return undefined;
}

/** "a/b", "a", "": innermost first. */
function foldersUpFrom(folder: string): string[] {
  const names = folder.split("/").filter((name) => name !== "");
  return names.map((_, index) => names.slice(0, names.length - index).join("/")).concat("");
}

async function namesIn(folder: string): Promise<readonly string[]> {
  try {
    return await readdir(folder);
  } catch (error) {
    // A folder that does not exist (yet) chooses nothing.
    if (systemCode(error) === undefined) throw error;
    return [];
  }
}

async function chosenBy(
  { configs }: Tool,
  folder: string,
  names: readonly string[],
): Promise<{ readonly name: string; readonly text: string } | undefined> {
  for (const config of configs) {
    for (const name of names) {
      if (!config.name.test(name)) continue;
      const text = await readSmall(join(folder, name));
      if (text !== undefined && (config.holds?.(text) ?? true)) return { name, text };
    }
  }
  return undefined;
}

async function readSmall(path: string): Promise<string | undefined> {
  try {
    const stats = await stat(path);
    return stats.isFile() && stats.size <= CONFIG_BYTES_MAX ? await readFile(path, "utf8") : undefined;
  } catch (error) {
    // A file that we may not read is none for us.
    if (systemCode(error) === undefined) throw error;
    return undefined;
  }
}

/** `folders`: of the project, innermost first. */
async function locate({ call }: Tool, folders: readonly string[], searchPath: string): Promise<string | undefined> {
  if (call.kind === "package") {
    for (const folder of folders) {
      const location = join(folder, "node_modules", call.name);
      if (await isThere(join(location, "package.json"), constants.R_OK)) return location;
    }
    return undefined;
  }
  const name = process.platform === "win32" ? `${call.name}.exe` : call.name;
  const own = folders.flatMap((folder) => PROGRAM_FOLDERS.map((programs) => join(folder, programs)));
  // A relative entry of the PATH would name whatever lies in the folder that is open.
  const others = searchPath.split(delimiter).filter(isAbsolute);
  for (const folder of [...own, ...others]) {
    if (await isThere(join(folder, name), constants.X_OK)) return join(folder, name);
  }
  return undefined;
}

async function isThere(path: string, mode: number): Promise<boolean> {
  try {
    await access(path, mode);
    return (await stat(path)).isFile();
  } catch (error) {
    if (systemCode(error) === undefined) throw error;
    return false;
  }
}

/** The models folder: which models lie there whole, of which there is a part, and what else somebody has put there. */
import { open, readdir, readFile, rm, stat } from "node:fs/promises";
import { join } from "node:path";
import type { CatalogueModel } from "./catalogue.ts";
import { fileFault, ModelFault } from "./fault.ts";
import { hashFileOf, isLocked, partBytes, removePart } from "./part.ts";

/** In the data folder. */
export const MODELS_FOLDER = "models";

export type ModelState =
  | { readonly kind: "installed"; readonly file: string }
  /** Some of it has come; `isRunning`: more is coming, perhaps to another process. */
  | { readonly kind: "partial"; readonly bytes: number; readonly isRunning: boolean }
  | { readonly kind: "absent" };

export interface OwnFile {
  readonly file: string;
  readonly bytes: number;
}

/** How GGUF files begin. */
const MAGIC = "GGUF";

export function fileOf(folder: string, model: CatalogueModel): string {
  return join(folder, model.file);
}

/** A file has its name only once it was whole and its hash right; the size tells of what happened to it since. */
export async function stateOf(folder: string, model: CatalogueModel): Promise<ModelState> {
  const file = fileOf(folder, model);
  const found = await stat(file).catch(() => undefined);
  if (found?.isFile() && found.size > 0 && (model.bytes === null || found.size === model.bytes)) {
    return { kind: "installed", file };
  }
  const isRunning = await isLocked(file);
  const bytes = await partBytes(file);
  return bytes > 0 || isRunning ? { kind: "partial", bytes, isRunning } : { kind: "absent" };
}

/** GGUF files in the folder that the catalogue does not know. */
export async function ownFiles(folder: string, catalogue: readonly CatalogueModel[]): Promise<readonly OwnFile[]> {
  const known = new Set(catalogue.map(({ file }) => file));
  const names = await readdir(folder).catch(() => []);
  const files = names
    .filter((name) => name.endsWith(".gguf") && !known.has(name))
    .sort()
    .map(async (name): Promise<OwnFile[]> => {
      const file = join(folder, name);
      const found = await stat(file).catch(() => undefined);
      return found?.isFile() ? [{ file, bytes: found.size }] : [];
    });
  return (await Promise.all(files)).flat();
}

/** SHA-256 of a downloaded model, as it was when it came. */
export async function rememberedSha256(file: string): Promise<string | undefined> {
  const text = await readFile(hashFileOf(file), "utf8").catch(() => "");
  return /^[0-9a-f]{64}/.exec(text)?.[0];
}

/** Removes a model, or the part there is of it. False where there was neither. */
export async function removeModel(folder: string, model: CatalogueModel): Promise<boolean> {
  const file = fileOf(folder, model);
  if (await isLocked(file)) {
    throw new ModelFault("busy", `${model.name} is being downloaded.`, "Pause that first.");
  }
  try {
    // A file of the wrong size is no model, and is removed all the same.
    const isThere = (await partBytes(file)) > 0 || (await stat(file).catch(() => undefined)) !== undefined;
    await removePart(file);
    await rm(hashFileOf(file), { force: true });
    await rm(file, { force: true });
    return isThere;
  } catch (error) {
    throw fileFault(file, error);
  }
}

/** What is wrong with a file that is to be used as a model, at first sight; undefined for nothing. */
export async function problemOf(file: string): Promise<string | undefined> {
  try {
    await using handle = await open(file, "r");
    const { buffer } = await handle.read(Buffer.alloc(MAGIC.length), 0, MAGIC.length, 0);
    return buffer.toString("latin1") === MAGIC ? undefined : "It is no GGUF file.";
  } catch {
    // Which of the many reasons it is matters less than that it cannot be used.
    return "There is no such file, or it cannot be read.";
  }
}

/**
 * Writes what was learned into the files of a project, or says what would be written. The files are the user's: each is
 * replaced at once or not at all, keeps its mode and every byte outside of Tacit's section, and nothing outside of the
 * project is reached through a link.
 */
import { randomUUID } from "node:crypto";
import type { Stats } from "node:fs";
import { lstat, mkdir, open, readFile, realpath, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, isAbsolute, join, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { ExportFormat, StyleExportParams, StyleExportResult } from "../../protocol/messages.ts";
import { SidecarError, systemCode } from "../base/errors.ts";
import { isStyleDocument } from "../style/export/document.ts";
import { exportInto, renderSection } from "../style/export/export.ts";
import { exportTarget } from "../style/export/formats.ts";
import type { Learned } from "../../protocol/style.ts";

export interface ExportPlan {
  /** Real path of the file. */
  readonly path: string;
  /** The file as it is, with its byte order mark if it has one; undefined where there is none. */
  readonly before: string | undefined;
  /** As it should be. */
  readonly after: string;
  readonly changed: boolean;
  /** Nothing is told: there is no section in it. */
  readonly isEmpty: boolean;
  /** What the user should know: what was not written and why. */
  readonly notes: readonly string[];
}

export interface ExportOptions {
  /** Another file than the one that the format's readers look for; it may lie anywhere. */
  readonly file?: string | undefined;
  /** The file's text in an editor, where that is newer than the disk's. */
  readonly text?: string | undefined;
}

/** Larger files are no instructions and no configuration. */
const FILE_BYTES_MAX = 4 * 1024 * 1024;

/** What exporting would make of the file. Throws a {@link SidecarError} where it cannot or must not be written. */
export async function planExport(
  root: string,
  format: ExportFormat,
  learned: readonly Learned[],
  options: ExportOptions = {},
): Promise<ExportPlan> {
  const { plan } = await prepare(root, format, learned, options);
  return plan;
}

/** The answer to an editor that asks what exporting would make of a file; `params.folder` is its project. */
export async function previewExport(
  params: StyleExportParams,
  learned: readonly Learned[],
): Promise<StyleExportResult> {
  const { format, text } = params;
  if (exportTarget(format).path === undefined) {
    return { path: null, before: null, after: renderSection(format, learned).text, isEmpty: false, notes: [] };
  }
  const { path, before, after, isEmpty, notes } = await planExport(folderOf(params.folder), format, learned, { text });
  return { path, before: before ?? null, after, isEmpty, notes };
}

/** Exports: reads, merges and, where that changes anything, writes. */
export async function writeExport(
  root: string,
  format: ExportFormat,
  learned: readonly Learned[],
  options: Omit<ExportOptions, "text"> = {},
): Promise<ExportPlan> {
  const { plan, stats } = await prepare(root, format, learned, options);
  if (plan.changed) await replaceFile(plan, stats);
  return plan;
}

function folderOf(uri: string): string {
  try {
    return fileURLToPath(uri);
  } catch (error) {
    throw new SidecarError(
      "folder",
      `${uri} is no folder of this machine.`,
      "Open the folder where its files are.",
      error,
    );
  }
}

async function prepare(
  root: string,
  format: ExportFormat,
  learned: readonly Learned[],
  options: ExportOptions,
): Promise<{ plan: ExportPlan; stats: Stats | undefined }> {
  const { path, name } = await locate(root, format, options.file);
  const found = await readIfThere(path, name);
  const existing = options.text ?? found?.text;
  if (exportTarget(format).kind === "document" && existing !== undefined && existing.trim() !== "") {
    if (!isStyleDocument(existing)) {
      throw refusal(`${name} is a file of yours, and the export would replace it.`, "Name another file with --out.");
    }
  }
  const { text: after, isEmpty, notes } = exportInto(format, existing, learned, name);
  const changed = after !== (existing ?? "");
  if (changed && found && (found.stats.mode & 0o222) === 0) {
    throw refusal(`${name} is read-only.`, "Make it writable, or export to another file with --out.");
  }
  return { plan: { path, before: existing, after, changed, isEmpty, notes }, stats: found?.stats };
}

/** Where the file really lies, and how it is called in messages. */
async function locate(
  root: string,
  format: ExportFormat,
  file: string | undefined,
): Promise<{ path: string; name: string }> {
  if (file !== undefined) return { path: await followLinks(file, file), name: file };
  const target = exportTarget(format).path;
  if (target === undefined) throw refusal(`The format ${format} has no file of its own.`, "Name one with --out.");
  const folder = await realpath(root).catch((error: unknown) => {
    throw new SidecarError("folder", `The folder ${root} cannot be opened.`, "Name an existing folder.", error);
  });
  const path = await followLinks(join(folder, target), target);
  const inside = relative(folder, path);
  if (isAbsolute(inside) || inside.split(sep)[0] === "..") {
    const action = "Replace the link by a file, or name the file it leads to with --out.";
    throw refusal(`${target} is, or lies behind, a link that leads out of ${folder}, to ${path}.`, action);
  }
  return { path, name: target };
}

/** The real path of a file that may not exist yet, nor the folders it is in. */
async function followLinks(path: string, name: string): Promise<string> {
  try {
    return await realpath(path);
  } catch (error) {
    if (systemCode(error) !== "ENOENT") throw unusable(name, error);
    if (await isLink(path))
      throw refusal(`${name} is a link to nothing.`, "Remove the link, or make what it leads to.");
    const folder = dirname(path);
    if (folder === path) throw unusable(name, error);
    return join(await followLinks(folder, name), basename(path));
  }
}

async function isLink(path: string): Promise<boolean> {
  return await lstat(path).then(
    (stats) => stats.isSymbolicLink(),
    () => false,
  );
}

async function readIfThere(path: string, name: string): Promise<{ text: string; stats: Stats } | undefined> {
  try {
    const stats = await stat(path);
    if (!stats.isFile()) throw refusal(`${name} is no file.`, "Move it away, or export to another file with --out.");
    if (stats.size > FILE_BYTES_MAX) {
      throw refusal(
        `${name} is larger than ${FILE_BYTES_MAX / 1024 / 1024} MiB.`,
        "Export to another file with --out.",
      );
    }
    return { text: decode(await readFile(path), name), stats };
  } catch (error) {
    if (error instanceof SidecarError) throw error;
    if (systemCode(error) === "ENOENT") return undefined;
    throw unusable(name, error);
  }
}

/** Strictly, and with its byte order mark: what is written back must be the same bytes. */
function decode(bytes: Uint8Array, name: string): string {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (error) {
    throw new SidecarError("file", `${name} is not UTF-8.`, "Save it as UTF-8, then export again.", error);
  }
}

/** Write, flush, rename: whoever reads the file sees the old one or the new one. */
async function replaceFile({ path, before, after }: ExportPlan, stats: Stats | undefined): Promise<void> {
  const folder = dirname(path);
  const temporary = join(folder, `.${basename(path)}.${randomUUID()}.tmp`);
  try {
    await mkdir(folder, { recursive: true });
    const file = await open(temporary, "wx", stats === undefined ? 0o666 : 0o600);
    try {
      await file.writeFile(after);
      if (stats) {
        // Only root may give files away; others own what they write, which is usually the same.
        if (process.getuid?.() === 0) await file.chown(stats.uid, stats.gid);
        await file.chmod(stats.mode & 0o7777);
      }
      await file.sync();
    } finally {
      await file.close();
    }
    await checkUnchanged(path, before);
    await rename(temporary, path);
    await flushFolder(folder);
  } catch (error) {
    // What is wrong with the disk is told already.
    await rm(temporary, { force: true }).catch(() => undefined);
    if (error instanceof SidecarError) throw error;
    throw unusable(path, error);
  }
}

async function checkUnchanged(path: string, before: string | undefined): Promise<void> {
  const now = (await readIfThere(path, path))?.text;
  if (now !== before) throw refusal(`${path} was changed by somebody else just now.`, "Export again.");
}

/** Makes the rename last. Windows cannot flush a folder and does not need to. */
async function flushFolder(folder: string): Promise<void> {
  if (process.platform === "win32") return;
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

function refusal(message: string, action: string): SidecarError {
  return new SidecarError("file", message, `${action} Nothing was written.`);
}

function unusable(name: string, cause: unknown): SidecarError {
  const why = UNUSABLE[systemCode(cause) ?? ""] ?? "the disk failed";
  return new SidecarError("file", `${name} cannot be written: ${why}.`, "Mend that, then export again.", cause);
}

const UNUSABLE: Readonly<Record<string, string>> = {
  EACCES: "there is no permission",
  EPERM: "there is no permission",
  EROFS: "the disk is read-only",
  ENOSPC: "the disk is full",
  EDQUOT: "the disk quota is used up",
  ENOTDIR: "what should be its folder is a file",
  EISDIR: "it is a folder",
  ELOOP: "its links lead in a circle",
  ENAMETOOLONG: "its name is too long",
};

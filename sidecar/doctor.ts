/** `tacit doctor`: looks at each part that can fail on a user's machine and says what to do about it. */
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { describeError, SidecarError } from "./base/errors.ts";
import { silentLog } from "./base/log.ts";
import { openChunker } from "./code/chunker.ts";
import { openDatabase } from "./store/database.ts";
import { openVectorIndexes } from "./vectors/hnsw.ts";

export interface Check {
  readonly name: string;
  readonly ok: boolean;
  readonly found: string;
  /** What to do when it is not right. */
  readonly action: string;
}

export async function examine(dataFolder: string): Promise<Check[]> {
  return [checkNode(), checkFolder(dataFolder), checkDatabase(dataFolder), await checkIndex(), await checkParser()];
}

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  const ok = major > 22 || (major === 22 && minor >= 13);
  return {
    name: "Node",
    ok,
    found: process.version,
    action: "Install Node 22.13 or newer, or VS Code 1.101 or newer.",
  };
}

function checkFolder(folder: string): Check {
  const action = "Make it writable for you, or set tacit.dataFolder (or TACIT_HOME) to a folder that is.";
  try {
    if (!existsSync(folder)) {
      let parent = dirname(folder);
      while (!existsSync(parent)) parent = dirname(parent);
      accessSync(parent, constants.W_OK);
      return { name: "data folder", ok: true, found: `${folder} (will be made)`, action };
    }
    accessSync(folder, constants.W_OK);
    const mode = statSync(folder).mode & 0o777;
    const isPrivate = process.platform === "win32" || (mode & 0o077) === 0;
    return {
      name: "data folder",
      ok: isPrivate,
      found: `${folder} (mode ${mode.toString(8)})`,
      action: isPrivate ? action : `Others can read it: chmod 700 ${folder}`,
    };
  } catch (error) {
    return { name: "data folder", ok: false, found: `${folder}: ${describeError(error)}`, action };
  }
}

function checkDatabase(folder: string): Check {
  const action = "Run the editor once: Tacit sets a damaged database aside and says where.";
  if (!existsSync(join(folder, "tacit.db"))) return { name: "database", ok: true, found: "none yet", action };
  try {
    const { database, problems } = openDatabase(folder, silentLog);
    database.close();
    const [problem] = problems;
    return {
      name: "database",
      ok: !problem,
      found: problem?.reason ?? "readable, checked",
      action: problem?.action ?? action,
    };
  } catch (error) {
    return { name: "database", ok: false, found: describeError(error), action: actionOf(error, action) };
  }
}

async function checkIndex(): Promise<Check> {
  const action = "Reinstall the extension for this platform; suggestions work without the vector index.";
  const folder = await mkdtemp(join(tmpdir(), "tacit-doctor-"));
  try {
    const indexes = await openVectorIndexes({ folder, databaseId: "doctor", log: silentLog, onFault: () => undefined });
    const { index } = await indexes.open("doctor");
    const { signal } = new AbortController();
    await index.add([{ label: 1, text: "const answer = 42" }], signal);
    const [hit] = await index.search("answer", 1, signal);
    await indexes.close();
    return { name: "vector index", ok: hit?.label === 1, found: "hnswlib works", action };
  } catch (error) {
    return { name: "vector index", ok: false, found: describeError(error), action: actionOf(error, action) };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function checkParser(): Promise<Check> {
  const action = "Reinstall the extension; code is cut into plain windows until then.";
  const chunker = openChunker(silentLog);
  try {
    const text = "export function answer() {\n  return 42;\n}\n";
    const { chunks } = await chunker.chunk(
      { path: "a.ts", languageId: "typescript", text },
      new AbortController().signal,
    );
    const ok = chunks.some((chunk) => chunk.kind === "function");
    return { name: "parser", ok, found: ok ? "tree-sitter works" : "no grammar could be loaded", action };
  } finally {
    await chunker.close();
  }
}

function actionOf(error: unknown, otherwise: string): string {
  return error instanceof SidecarError ? error.action : otherwise;
}

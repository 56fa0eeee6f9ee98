/** What is stored of an editor's work while it runs: suggestions with their signals, what `tacit` prints, and bytes. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Signal } from "../../protocol/signals.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { findOutcome, type StoredOutcome } from "../../sidecar/store/outcomes.ts";
import { signalsOf } from "../../sidecar/store/signals.ts";
import type { Editor } from "./editor.ts";

/** One suggestion as the store knows it. */
export interface Story {
  readonly text: string;
  readonly signals: readonly Signal[];
  readonly outcome: StoredOutcome | undefined;
}

/** The suggestions that were shown in a file, the oldest first. */
export function storiesOf(editor: Editor, path: string): Story[] {
  const { database, problems } = openDatabase(editor.home, silentLog);
  try {
    assert.deepEqual(problems, []);
    return database.all("SELECT id, text FROM generations WHERE path = ? ORDER BY shown_at", path).map((row) => {
      const id = String(row["id"]);
      return { text: String(row["text"]), signals: signalsOf(database, id), outcome: findOutcome(database, id) };
    });
  } finally {
    database.close();
  }
}

/** What the command line prints of the data of an editor that is running. */
export function tacit(editor: Editor, ...args: readonly string[]): string {
  const cli = join(import.meta.dirname, "../../bin/tacit.mjs");
  const { stdout, stderr } = spawnSync(process.execPath, [cli, ...args, "--home", editor.home], { encoding: "utf8" });
  assert.notEqual(stdout, "", stderr);
  return stdout;
}

/** Files below the folders that have these words in any of their bytes. */
export async function filesWith(folders: readonly string[], words: string): Promise<string[]> {
  const found: string[] = [];
  for (const folder of folders) {
    // The editor makes its folder for the extension when something is kept there.
    if (!existsSync(folder)) continue;
    for (const entry of await readdir(folder, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      if ((await readFile(file)).includes(words)) found.push(file);
    }
  }
  return found;
}

/** A whole sidecar in this process, over a workspace and a data folder of the test's own. */
import assert from "node:assert/strict";
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS } from "../../protocol/settings.ts";
import type { Signal } from "../../protocol/signals.ts";
import { silentLog } from "../../sidecar/base/log.ts";
import { Sidecar, type SidecarOptions, type SuggestAnswer } from "../../sidecar/sidecar.ts";
import { openDatabase } from "../../sidecar/store/database.ts";
import { readOverview, type StoreOverview } from "../../sidecar/store/overview.ts";
import { temporaryFolder, writeFiles } from "./folders.ts";
import { never } from "./recall.ts";
import { acceptedLife } from "./signals.ts";
import { FakeClock } from "./store.ts";

export const FILES = {
  "src/users.ts": `export async function loadUser(id: string) {
  const user = await database.users.findById(id);
  return user;
}
`,
};
export const TYPED = "  const user = await ";
export const REST = "database.users.findById(id);";
export const CHANGED = "database.users.findOrThrow(id);";

export interface Workplace {
  /** Holds the two below. */
  readonly folder: string;
  readonly root: string;
  readonly home: string;
  /** Opens a sidecar over `home`, waits until these folders are read, and closes it with the test. */
  readonly start: (roots: readonly string[], options?: Partial<SidecarOptions>) => Promise<Sidecar>;
}

export async function createWorkplace(
  t: TestContext,
  files: Readonly<Record<string, string>> = FILES,
): Promise<Workplace> {
  const opened: Sidecar[] = [];
  // Before the folder goes: what is done at the end of a test is done in the order it was registered.
  t.after(() => Promise.all(opened.map((sidecar) => sidecar.close())));
  const folder = await temporaryFolder(t);
  const [root, home] = [join(folder, "workspace"), join(folder, "home")];
  await mkdir(root);
  await writeFiles(root, files);
  return {
    folder,
    root,
    home,
    start: async (roots, { settings = DEFAULT_SETTINGS, ...options } = {}) => {
      const sidecar = new Sidecar({
        settings: { ...settings, dataFolder: home },
        trusted: true,
        clock: new FakeClock(),
        log: silentLog,
        onStatus: () => undefined,
        // What is hidden stays hidden.
        random: () => 1,
        ...options,
      });
      opened.push(sidecar);
      await sidecar.setFolders(roots);
      if (roots.length > 0) await settled(sidecar);
      return sidecar;
    },
  };
}

/** What one part of the background work leaves to the other is waited for too. */
export async function settled(sidecar: Sidecar): Promise<void> {
  for (let round = 0; round < 3; round++) await sidecar.idle();
}

export async function until(condition: () => boolean): Promise<void> {
  const giveUpAt = performance.now() + 20_000;
  while (!condition()) {
    assert.ok(performance.now() < giveUpAt, `in vain: ${condition.toString()}`);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

export function answerIn(sidecar: Sidecar, path: string, prefix = TYPED): Promise<SuggestAnswer> {
  const uri = pathToFileURL(path).href;
  return sidecar.suggest({ uri, languageId: "typescript", prefix, suffix: "", explicit: false }, never);
}

/** Text suggested for a document that ends at the cursor. */
export async function suggestIn(sidecar: Sidecar, path: string, prefix = TYPED): Promise<string | undefined> {
  const answer = await answerIn(sidecar, path, prefix);
  return answer.kind === "suggestion" ? answer.suggestion.text : undefined;
}

/** The first line of what is suggested. */
export async function firstLineIn(sidecar: Sidecar, path: string, prefix = TYPED): Promise<string | undefined> {
  return (await suggestIn(sidecar, path, prefix))?.split("\n", 1)[0];
}

/** A suggestion that was accepted in a file and changed. */
export function lifeIn(root: string, final: string, path = "src/a.ts"): Signal[] {
  return acceptedLife({ linePrefix: TYPED, text: REST, final, uri: pathToFileURL(join(root, path)).href });
}

export function stored(home: string): StoreOverview {
  const { database, problems } = openDatabase(home, silentLog);
  assert.deepEqual(problems, []);
  const overview = readOverview(database);
  database.close();
  return overview;
}

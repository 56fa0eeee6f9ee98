/** The product on a data folder of its own that goes when it is closed: what the commands that measure work with. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { DEFAULT_SETTINGS, type Settings } from "../../protocol/settings.ts";
import type { PersonaLearner } from "../backtest/personas/run.ts";
import { createSidecarLearner } from "../backtest/personas/sidecar-learner.ts";
import type { DoorOptions, ReplayDoor } from "../backtest/replay/door.ts";
import { systemClock } from "../base/clock.ts";
import { createLog } from "../base/log.ts";
import { Sidecar, type SidecarOptions } from "../sidecar.ts";

/** Errors go to standard error. */
export const errorLog = createLog(
  (at, line) => process.stderr.write(`${at}: ${line}\n`),
  () => "error",
);

/** Settings of a sidecar that is told what to read. */
export function settingsAt(home: string): Settings {
  return { ...DEFAULT_SETTINGS, scan: { ...DEFAULT_SETTINGS.scan, onOpen: false }, dataFolder: home };
}

interface ThrowAway {
  readonly sidecar: Sidecar;
  /** Closes the sidecar and removes its data. */
  readonly close: () => Promise<void>;
}

async function openThrowAway(options: Partial<SidecarOptions>): Promise<ThrowAway> {
  const home = await mkdtemp(join(tmpdir(), "tacit-data-"));
  const sidecar = new Sidecar({
    settings: settingsAt(home),
    trusted: true,
    clock: systemClock,
    log: errorLog,
    onStatus: () => undefined,
    ...options,
  });
  const close = async (): Promise<void> => {
    await sidecar.close();
    await rm(home, { recursive: true, force: true });
  };
  return { sidecar, close };
}

/** The learner of a persona. */
export async function openPersonaLearner(signal: AbortSignal): Promise<PersonaLearner> {
  const root = await mkdtemp(join(tmpdir(), "tacit-persona-files-"));
  const { sidecar, close } = await openThrowAway({});
  await sidecar.setFolders([root]);
  await sidecar.idle();
  const rootUri = `${pathToFileURL(root).href}/`;
  return {
    ...createSidecarLearner(sidecar, { rootUri, clock: systemClock, signal }),
    close: async () => {
      await close();
      await rm(root, { recursive: true, force: true });
    },
  };
}

/** What a replay asks and teaches. The same requests in the same order have the same answers. */
export async function openReplayDoor({ root, proposers, clock, random }: DoorOptions): Promise<ReplayDoor> {
  const { sidecar, close } = await openThrowAway({
    clock,
    random,
    vectorDeadlineMs: Infinity,
    ...(proposers && { proposers }),
  });
  await sidecar.setFolders(root === undefined ? [] : [root]);
  await sidecar.idle();
  return {
    learnFolder: (folder, signal) => sidecar.learnFolder(folder, signal),
    suggest: (place, signal) => sidecar.suggest(place, signal),
    consider: (place, signal) => sidecar.consider(place, signal),
    foretell: (place, written, signal) => sidecar.foretell(place, written, signal),
    holds: (uri, text) => sidecar.holds(uri, text),
    documentSeen: (document) => sidecar.documentSeen(document),
    documentSaved: (document) => sidecar.documentSaved(document),
    fileChanged: (uri) => sidecar.fileChanged(uri),
    ingest: (signals) => sidecar.ingest(signals),
    idle: () => sidecar.idle(),
    close,
  };
}

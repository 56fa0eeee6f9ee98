/** The outbox of this window, put together: its file, its timers, and what dead windows have left behind. */
import { randomUUID } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import type { Log } from "../log.ts";
import { isProcessAlive, ORPHAN_AGE_MS, OutboxFiles } from "./outbox-files.ts";
import { Outbox } from "./outbox.ts";
import type { OutboxDeps } from "./outbox.ts";

const ADOPTED_AT_ONCE = 20;

export interface OpenOutbox {
  readonly outbox: Outbox;
  /** Sends what can be sent in that time and leaves the rest to the next window. */
  readonly close: (milliseconds: number) => Promise<void>;
}

export function openOutbox(deps: { folder: string; send: OutboxDeps["send"]; log: Log }): OpenOutbox {
  const { folder, send, log } = deps;
  const now = (): number => Date.now();
  const files = new OutboxFiles({
    folder,
    pid: process.pid,
    windowId: randomUUID(),
    now,
    isAlive: isProcessAlive,
    log,
  });
  const outbox = new Outbox({ file: files, send, after, log });
  const adopt = (): void => {
    const take: Parameters<OutboxFiles["adopt"]>[0] = async (signals) => {
      // Each is freed of secrets: a few at a time, so that nobody who types waits.
      for (let from = 0; from < signals.length; from += ADOPTED_AT_ONCE) {
        outbox.addAll(signals.slice(from, from + ADOPTED_AT_ONCE));
        await setImmediate();
      }
      await outbox.written();
    };
    files.adopt(take).catch((error: unknown) => log.warn(`left outboxes were not read: ${String(error)}`));
  };
  adopt();
  // A window that has just been reloaded left its outbox a moment ago: too young to be taken at once.
  const callOff = after(ORPHAN_AGE_MS + 5_000, adopt);
  return {
    outbox,
    close: async (milliseconds) => {
      callOff();
      await outbox.close(milliseconds);
    },
  };
}

function after(milliseconds: number, callback: () => void): () => void {
  const timer = setTimeout(callback, milliseconds);
  return () => clearTimeout(timer);
}

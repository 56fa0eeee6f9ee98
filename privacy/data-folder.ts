/**
 * Where on this machine everything is kept. Both processes write below that folder, so that whoever forgets or looks for
 * traces reaches all of it, with an editor open or without.
 */
import { join, resolve } from "node:path";

/** Signals that wait for the sidecar: a file of JSON Lines for each window. */
export const OUTBOX_FOLDER = "outbox";
/** What windows follow of accepted text, a file for each workspace: names, times and hashes, no text. */
export const FOLLOWED_FOLDER = "followed";

export interface DataPlace {
  /** The setting; empty where there is none. */
  readonly configured: string;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The user's own folder. */
  readonly home: string;
  /** What a relative path is relative to: the working folder of the sidecar. */
  readonly base: string;
}

/** The setting, else `$TACIT_HOME`, else `~/.tacit`; absolute. */
export function dataFolderOf({ configured, environment, home, base }: DataPlace): string {
  const named = configured || environment["TACIT_HOME"] || join(home, ".tacit");
  return resolve(
    base,
    named.replace(/^~(?=$|[/\\])/, () => home),
  );
}

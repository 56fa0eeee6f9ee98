/** What every process of a formatter is given, and how it is ended: no shell, no more than it needs, and never for long. */
import type { ChildProcess } from "node:child_process";
import { SidecarError } from "../base/errors.ts";

/** All else of ours is none of its business: options for Node, keys and tokens. */
const PASSED_ON = new Set("PATH HOME USERPROFILE SYSTEMROOT TMPDIR TEMP LANG ELECTRON_RUN_AS_NODE".split(" "));

export function formatterEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => PASSED_ON.has(name.toUpperCase())));
}

/** On systems that have groups of processes the whole group must be ended: a program may be a script that waits for another. */
export const HAS_GROUPS = process.platform !== "win32";

/** Ends a process that was started as a group of its own, where there are groups. */
export function killGroup(child: ChildProcess): void {
  try {
    if (HAS_GROUPS && child.pid !== undefined) process.kill(-child.pid, "SIGKILL");
    else child.kill("SIGKILL");
  } catch {
    // It has ended by itself.
  }
}

/** The formatter does not work at all. `what` completes "Prettier …". */
export function formatterFault(name: string, what: string, cause?: unknown): SidecarError {
  return new SidecarError(
    "formatter",
    `${name} ${what}: suggestions are laid out as was learned.`,
    "Put it right, then save its configuration to have it tried again; or switch “tacit.style.useFormatter” off.",
    cause,
  );
}

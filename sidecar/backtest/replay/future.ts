/**
 * A replay must not know what comes later: a document with lines that are not written yet, or a memory that was filled
 * from a newer state, would make every figure too good. Both are refused.
 */
import { SidecarError } from "../../base/errors.ts";
import type { EditEvent, Hunk } from "./event.ts";
import type { ReplayDoor } from "./door.ts";
import type { WorkTree } from "./work-tree.ts";

/** Files of the tree that are compared with memory at a commit, besides those that it changes. */
const SAMPLED = 2;

/** Throws where an event's document holds more than was there when it was typed. */
export function refuseLaterText(
  { id, prefix, suffix, target }: EditEvent,
  { before, after }: Pick<Hunk, "before" | "after">,
): void {
  const isKnown = after.startsWith(prefix + target) && (suffix === "" || `\n${before}`.endsWith(suffix));
  if (!isKnown) throw later(`the document of ${id} holds text that was written later`);
}

/** Throws where the memory behind a door is not that of the tree as it is. `paths` are looked at in any case. */
export function refuseLaterMemory(
  door: Pick<ReplayDoor, "holds">,
  tree: Pick<WorkTree, "paths" | "text" | "uriOf">,
  paths: readonly string[],
  random: () => number,
): void {
  const all = tree.paths;
  const sampled = Array.from({ length: all.length === 0 ? 0 : SAMPLED }, () => all[Math.floor(random() * all.length)]!);
  for (const path of new Set([...paths, ...sampled])) {
    const text = tree.text(path);
    if (text === undefined) {
      if (door.holds(tree.uriOf(path), "") !== "nothing") throw later(`memory holds ${path}, which is not there yet`);
    } else if (door.holds(tree.uriOf(path), text) === "another") {
      throw later(`memory holds another state of ${path}`);
    }
  }
}

function later(what: string): SidecarError {
  return new SidecarError(
    "replay",
    `The replay was stopped, since its figures would be too good: ${what}.`,
    "This is a fault of Tacit: please report it with the repository's address.",
  );
}

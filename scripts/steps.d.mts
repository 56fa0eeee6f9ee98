import type { SpawnOptions } from "node:child_process";

/** A failure that is explained in full by its message: the caller prints it without a stack and exits with 1. */
export class Failure extends Error {}

/** Runs `work` under a title and prints how long it took; a `note` in its result stands behind the title. */
export function step<T>(title: string, work: () => T | Promise<T>): Promise<T>;

/** Runs a command silently; resolves with its output, rejects with a Failure that shows the end of it. */
export function run(command: string, args: readonly string[], options?: Omit<SpawnOptions, "stdio">): Promise<string>;

/** Runs a command in this terminal; resolves with its exit status. */
export function runInForeground(
  command: string,
  args: readonly string[],
  options?: Omit<SpawnOptions, "stdio">,
): Promise<number>;

/** Calls `end` once when npm, which runs this script, is gone; returns what ends the watch. */
export function whenParentEnds(end: () => void): () => void;

/** Runs a task; its result is the exit status (none: 0). A Failure is printed as its message alone. */
export function main(work: () => Promise<number | undefined> | Promise<void>): Promise<void>;

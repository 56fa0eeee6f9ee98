/**
 * What a fault is to the harness: something that goes wrong in the world, brought about again and again under a seed,
 * and counted. `scripts/faults.ts` runs them in full and writes the table; the tests beside this file run the short form.
 */
import assert from "node:assert/strict";
import { mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createDice, type Dice } from "../unit/text/dice.ts";

/** `short` runs with the tests, `normal` by the command, `long` by the command with `--long`. */
export type Length = "short" | "normal" | "long";

export interface Fault {
  /** As the command line names it. */
  readonly name: string;
  /** What goes wrong, in the words of the table. */
  readonly title: string;
  readonly run: (attempt: Attempt) => Promise<void>;
}

/** One run of a fault. */
export interface Attempt {
  readonly length: Length;
  readonly seed: number;
  readonly dice: Dice;
  /** Of this run alone. */
  readonly folder: string;
  readonly tally: Tally;
  /** Called at the end, last ones first, whatever happened. */
  readonly atEnd: (close: () => unknown) => void;
}

/** What came of it. Lost: what had been acknowledged and is not there any more. Wrong: anything else that must not be. */
export class Tally {
  tried = 0;
  readonly lost: string[] = [];
  readonly wrong: string[] = [];
  /** What else is worth knowing, for the table. */
  readonly remarks: string[] = [];
}

/** Picks by length. */
export function byLength<T>(length: Length, short: T, normal: T, long: T): T {
  return { short, normal, long }[length];
}

/** Runs a fault in a folder that is removed afterwards. */
export async function attempt(fault: Fault, length: Length, seed: number): Promise<Tally> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), `tacit-fault-${fault.name}-`)));
  const tally = new Tally();
  const closing: (() => unknown)[] = [];
  try {
    await fault.run({
      length,
      seed,
      dice: createDice(seed),
      folder,
      tally,
      atEnd: (close) => void closing.push(close),
    });
  } finally {
    for (const close of closing.reverse()) await close();
    await rm(folder, { recursive: true, force: true });
  }
  return tally;
}

/** The short form, as a test: nothing lost, nothing wrong. `TACIT_TEST_SEED` repeats a seed. */
export async function checkShort(fault: Fault): Promise<void> {
  const seed = Number(process.env["TACIT_TEST_SEED"] ?? 1);
  const { tried, lost, wrong } = await attempt(fault, "short", seed);
  const show = (list: readonly string[]): string => list.slice(0, 10).join("\n");
  assert.deepEqual(lost, [], `seed ${seed}: lost ${lost.length}\n${show(lost)}`);
  assert.deepEqual(wrong, [], `seed ${seed}: wrong ${wrong.length}\n${show(wrong)}`);
  assert.ok(tried > 0, "nothing was tried");
}

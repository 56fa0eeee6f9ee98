/** What the commands that measure share: what the command line lends them, how they tell the time left, their page. */
import { writeFile } from "node:fs/promises";
import { describeError, SidecarError } from "../base/errors.ts";

export interface MeasuringHelpers {
  /** Parses a whole number from 0 on; throws wrong usage for others. */
  wholeNumber(value: string): number;
  /** Aborted when the user interrupts. */
  abortOnInterrupt(): AbortSignal;
  /** A line on standard error that is written over. */
  openProgress(): { update(text: string): void; stop(): void };
  /** Prints exactly this. */
  print(text: string): void;
  /** Milliseconds of a clock that only goes forward. */
  elapsedMs(): number;
}

/** Before this much is done the time left cannot be told. */
const TOLD_FROM = 0.02;

/** Percent and time left, to stand behind what is being done; nothing at the beginning. `done` is 0..1. */
export function timeLeft(done: number, elapsedMs: number): string {
  if (done < TOLD_FROM) return "";
  const seconds = Math.round((elapsedMs * (1 - done)) / done / 1000);
  return ` (${Math.round(100 * done)} %, ${seconds >= 90 ? `${Math.round(seconds / 60)} min` : `${seconds} s`} left)`;
}

export async function writePage(path: string, page: string): Promise<void> {
  try {
    await writeFile(path, page);
  } catch (error) {
    throw new SidecarError("file", `${path} cannot be written: ${describeError(error)}.`, "Name another file.", error);
  }
}

/** Collects the values of an option that may be repeated. */
export function append(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

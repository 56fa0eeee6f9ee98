/** What a replay is asked for, and what it hands to report and page. */
import type { ArmName, EventRecord } from "./record.ts";

export interface BacktestOptions {
  /** A work tree, a folder in one, or a bare git directory. */
  readonly repository: string;
  /** Whose events are measured: parts of names or addresses, in any case. Empty: the user's, else those of the most active people. */
  readonly authors: readonly string[];
  /** Primary events at most, the newest. */
  readonly events: number;
  readonly seed: number;
  readonly engine: "recall";
  /** In the order of `ARMS`; `full` is among them. */
  readonly arms: readonly ArmName[];
}

export interface BacktestResult {
  /** Its name only, as people call it. */
  readonly repository: string;
  readonly seed: number;
  /** Primary events asked for. */
  readonly eventsMax: number;
  /** In the order in which they were replayed. */
  readonly records: readonly EventRecord[];
  /** False where it was broken off. */
  readonly complete: boolean;
  /** Sentences for the user: what the history lacks, what was left out. */
  readonly remarks: readonly string[];
  /** Addresses whose events were measured. */
  readonly authors: readonly string[];
  /** Highest resident memory of the process. */
  readonly memoryMegabytes: number;
}

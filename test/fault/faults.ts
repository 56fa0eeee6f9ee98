/** All faults, in the order of the table. */
import { editors } from "./editors.ts";
import type { Fault } from "./fault.ts";
import { kill } from "./kill.ts";
import { network } from "./network.ts";
import { soak } from "./soak.ts";
import { failingCalls, fullDisk, limitedFiles, readOnlyDisk } from "./storage.ts";

export const FAULTS: readonly Fault[] = [
  kill,
  fullDisk,
  limitedFiles,
  readOnlyDisk,
  failingCalls,
  editors,
  network,
  soak,
];

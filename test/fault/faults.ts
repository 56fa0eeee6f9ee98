/** All faults, in the order of the table. */
import { clockJumps } from "./clock.ts";
import { flippedBytes, tornFiles } from "./damage.ts";
import { editors } from "./editors.ts";
import type { Fault } from "./fault.ts";
import { fuzzFiles, fuzzMessages } from "./fuzz.ts";
import { kill } from "./kill.ts";
import { network } from "./network.ts";
import { secrets } from "./secrets.ts";
import { soak } from "./soak.ts";
import { failingCalls, fullDisk, limitedFiles, readOnlyDisk } from "./storage.ts";

export const FAULTS: readonly Fault[] = [
  kill,
  fullDisk,
  limitedFiles,
  readOnlyDisk,
  failingCalls,
  flippedBytes,
  tornFiles,
  clockJumps,
  editors,
  fuzzMessages,
  fuzzFiles,
  soak,
  network,
  secrets,
];

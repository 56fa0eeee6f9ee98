/** Names of signals and generations: in order of time, so that what is stored is too. */
import { v7 } from "uuid";

/** UUIDv7. */
export function createSignalId(): string {
  return v7();
}

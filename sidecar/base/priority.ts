/** Which of our processes the machine attends to first. */
import { constants, setPriority } from "node:os";

/** Whatever else the machine does comes before this process. */
export function yieldToOthers({ pid }: { readonly pid?: number | undefined }): void {
  try {
    if (pid !== undefined) setPriority(pid, constants.priority.PRIORITY_BELOW_NORMAL);
  } catch {
    // It has ended, or the system does not let us: then it runs as fast as others.
  }
}
